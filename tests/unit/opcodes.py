"""What a contract can do: its opcodes one by one, without the data of pushes and the metadata behind the code."""

import cbor2

CREATE, CALL, CALLCODE, DELEGATECALL, CREATE2, STATICCALL, SELFDESTRUCT = 0xF0, 0xF1, 0xF2, 0xF4, 0xF5, 0xFA, 0xFF
INVALID = 0xFE
PUSH0, PUSH32 = 0x5F, 0x7F


def opcodes(code, source_map=None):
    """The opcodes in the order of the code, whether they are ever reached or not.

    The compiler may put constants behind the code, which the code copies. Its source map, of an entry an opcode, says
    where the code ends; the opcode after it, the invalid one, lets no execution run into them.
    """
    code, position, found = without_metadata(code), 0, []
    count = source_map.count(";") + 1 if source_map else len(code)
    while position < len(code) and len(found) < count:
        found.append(code[position])
        position += 1 + (code[position] - PUSH0 if PUSH0 <= code[position] <= PUSH32 else 0)
    assert position <= len(code), "the code ends within a push: it was not walked from its beginning"
    assert position == len(code) or code[position] == INVALID, "the code runs on into what is no code"
    return found


def without_metadata(code):
    """The compiler appends a CBOR map, and its length in two bytes."""
    size = int.from_bytes(code[-2:], "big") + 2
    assert set(cbor2.loads(code[-size:-2])) <= {"ipfs", "solc", "experimental"}
    return code[:-size]
