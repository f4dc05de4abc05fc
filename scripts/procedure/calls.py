"""Calls as operators write them: `PaymentProcessor.setFee(100)`, or `0x…:0x…` with the calldata as it is."""

import re
from collections.abc import Sequence
from typing import Any

from eth_abi.abi import encode
from eth_abi.exceptions import EncodingError
from eth_utils.abi import abi_to_signature, function_signature_to_4byte_selector

from offchain.core.refusal import Refusal
from offchain.core.units import Address
from scripts.papers.amount import NATIVE_UNITS, parse_amount
from scripts.papers.invoice import parse_address
from scripts.procedure.wording import Vocabulary

Call = tuple[Address, int, bytes]
"""target, value in wei, calldata"""

_NAMED = re.compile(r"(?P<to>\w+)\.(?P<function>\w+)\((?P<arguments>.*)\)(?:\+(?P<value>\w[\w.]*))?")
_RAW = re.compile(r"(?P<to>0x[0-9a-fA-F]{40}):(?P<data>0x(?:[0-9a-fA-F]{2})*)(?:\+(?P<value>\w[\w.]*))?")


class InvalidCall(Refusal):
    """The text is no call of a contract that is known here."""


def parse_call(text: str, known: Vocabulary) -> Call:
    """The call that a text names.

    Arguments are numbers in base units, addresses, `0x…` bytes, `true` or `false`, and lists in brackets; a contract
    of the deployment stands for its address. What is paid with the call follows behind a plus: `+1.5ether`.
    Errors: InvalidCall, InvalidAmount, InvalidAddress.
    """
    if raw := _RAW.fullmatch(text):
        return parse_address(raw["to"], "the target"), _value(raw["value"]), bytes.fromhex(raw["data"][2:])
    named = _NAMED.fullmatch(text)
    if named is None:
        raise InvalidCall(f"{text!r} is no call: write Contract.function(arguments), or 0x<target>:0x<calldata>")
    places = {name: address for address, name in known.names.items() if address in known.abis}
    if named["to"] not in places:
        raise InvalidCall(f"no contract is called {named['to']!r}; known are {', '.join(sorted(places))}")
    target = places[named["to"]]
    words = _split(named["arguments"])
    functions = [e for e in known.abis[target] if e["type"] == "function" and e["name"] == named["function"]]
    fitting = [entry for entry in functions if len(entry["inputs"]) == len(words)]
    if len(fitting) != 1:
        takes = " or ".join(abi_to_signature(entry) for entry in functions) or "nothing of that name"
        raise InvalidCall(f"{text!r} does not fit: {named['to']} has {takes}")
    entry = fitting[0]
    if entry["stateMutability"] in ("view", "pure"):
        raise InvalidCall(f"{abi_to_signature(entry)} changes nothing")
    selector = bytes(function_signature_to_4byte_selector(abi_to_signature(entry)))
    return Address(target), _value(named["value"]), selector + _encoded(entry["inputs"], words, places)


def _encoded(inputs: Sequence[Any], words: Sequence[str], places: dict[str, str]) -> bytes:
    values = [_argument(i["type"], word, i["name"], places) for i, word in zip(inputs, words, strict=True)]
    try:
        return encode([i["type"] for i in inputs], values)
    except (EncodingError, ValueError) as error:
        raise InvalidCall(f"the arguments do not fit: {str(error)[:200]}") from None


def _argument(kind: str, word: str, name: str, places: dict[str, str]) -> Any:
    if kind.endswith("[]"):
        if not (word.startswith("[") and word.endswith("]")):
            raise InvalidCall(f"{name} is a list: [a,b]")
        return [_argument(kind.removesuffix("[]"), item, name, places) for item in _split(word[1:-1])]
    if kind == "address":
        return places[word] if word in places else parse_address(word, name)
    if kind == "bool" and word in ("true", "false"):
        return word == "true"
    if kind.startswith("uint") and re.fullmatch(r"[0-9]{1,78}", word):
        return int(word)
    if kind.startswith("bytes") and re.fullmatch(r"0x(?:[0-9a-fA-F]{2})*", word):
        return bytes.fromhex(word[2:])
    raise InvalidCall(f"{name} is a {kind}, which {word[:80]!r} is not")


def _split(text: str) -> list[str]:
    """Words between commas, those inside brackets left together."""
    words, depth = [""], 0
    for letter in text.replace(" ", ""):
        depth += (letter == "[") - (letter == "]")
        if letter == "," and depth == 0:
            words.append("")
        else:
            words[-1] += letter
    return [] if words == [""] else words


def _value(text: str | None) -> int:
    return parse_amount(text, NATIVE_UNITS) if text else 0
