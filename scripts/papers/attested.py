"""A checkpoint that one attestor signed by hand, in a file that travels to whoever hands it in.

All that is read from a file is hostile: it counts only if the file is, to the letter, what would be written for the
checkpoint that it names, and the signature is the attestor's over the digest worked out here.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from offchain.core.checkpoint import FIELDS, SIGNATURE_BYTES, Checkpoint, Domain, digest, typed_data
from offchain.core.refusal import Refusal
from offchain.core.units import Address, TokenUnits
from scripts.papers.invoice import InvalidAddress, parse_address

FORMAT, FORMAT_VERSION = "quittance-checkpoint", 1
MAX_CHARACTERS = 20_000
Recover = Callable[[bytes, bytes], Address | None]
_KEYS = {"format", "version", "digest", "typedData", "attestor", "signature"}
_DIGITS = re.compile(r"0|[1-9][0-9]{0,77}")
_BYTES = re.compile(r"0x(?:[0-9a-f]{2})*")


class MalformedCheckpoint(Refusal):
    """The file is no signed checkpoint of this format."""


class AlteredCheckpoint(Refusal):
    """The parts of the file contradict each other: somebody changed one."""


class ForeignSignature(Refusal):
    """The signature is not the attestor's over this checkpoint."""


class DifferentCheckpoints(Refusal):
    """The files are of different checkpoints: their signatures do not add up."""


@dataclass(frozen=True)
class Attested:
    """A checkpoint for a contract, and an attestor's signature of it, 64 bytes (ERC-2098)."""

    domain: Domain
    checkpoint: Checkpoint
    attestor: Address
    signature: bytes = b""

    @property
    def digest(self) -> bytes:
        """What the attestor signs."""
        return digest(self.checkpoint, self.domain)

    def signed(self, signature: bytes, recover: Recover) -> "Attested":
        """With the attestor's compact signature. Errors: ForeignSignature."""
        if len(signature) != SIGNATURE_BYTES or recover(self.digest, signature) != self.attestor:
            raise ForeignSignature(f"the signature is not that of {self.attestor} over 0x{self.digest.hex()}")
        return replace(self, signature=signature)


def write(attested: Attested) -> str:
    """The signed checkpoint as its file holds it."""
    content = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "digest": f"0x{attested.digest.hex()}",
        "typedData": typed_data(attested.checkpoint, attested.domain),
        "attestor": attested.attestor,
        "signature": f"0x{attested.signature.hex()}",
    }
    return json.dumps(content, indent=2) + "\n"


def read(text: str, recover: Recover) -> Attested:
    """The signed checkpoint in a file. Errors: MalformedCheckpoint, AlteredCheckpoint, ForeignSignature."""
    if len(text) > MAX_CHARACTERS:
        raise MalformedCheckpoint(f"a signed checkpoint has at most {MAX_CHARACTERS} characters")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedCheckpoint("the file is not JSON") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT or content.keys() != _KEYS:
        raise MalformedCheckpoint(f"the file is no {FORMAT}")
    if content["version"] != FORMAT_VERSION:
        raise MalformedCheckpoint(f"the file is of version {content['version']!r}; {FORMAT_VERSION} is known here")
    try:
        domain, message = content["typedData"]["domain"], content["typedData"]["message"]
        made = Domain(domain["name"], domain["version"], domain["chainId"], _address(domain["verifyingContract"]))
        values = [_value(message[name], kind, name) for name, kind in FIELDS]
    except (LookupError, TypeError, AttributeError):
        raise MalformedCheckpoint("the checkpoint, or whom it is for, is not there") from None
    if not (isinstance(made.name, str) and isinstance(made.version, str) and type(made.chain_id) is int):
        raise MalformedCheckpoint("the domain is malformed")
    if not 0 < made.chain_id < 2**256:
        raise MalformedCheckpoint("the chain id must be a number")
    found = Attested(made, _checkpoint(values), _address(content["attestor"]))
    signature = _bytes(content["signature"], "the signature")
    if write(replace(found, signature=signature)) != text:
        raise AlteredCheckpoint("the file is not what is written for the checkpoint that it names")
    return found.signed(signature, recover)


def together(found: Sequence[Attested]) -> tuple[Checkpoint, dict[Address, bytes]]:
    """The one checkpoint of several files, and the signatures of all. Errors: DifferentCheckpoints."""
    first = found[0]
    for other in found[1:]:
        if (other.domain, other.checkpoint) != (first.domain, first.checkpoint):
            raise DifferentCheckpoints(
                f"{other.attestor} signed the state of block {other.checkpoint.src_block} in epoch "
                f"{other.checkpoint.epoch}, {first.attestor} that of block {first.checkpoint.src_block} in epoch "
                f"{first.checkpoint.epoch}: they must sign the same block (attest.py --block), for the same contract"
            )
    return first.checkpoint, {each.attestor: each.signature for each in found}


def _checkpoint(values: Sequence[Any]) -> Checkpoint:
    route, epoch, block, block_hash, count, acc, cumulative = values
    return Checkpoint(route, epoch, block, block_hash, count, acc, TokenUnits(cumulative))


def _value(value: Any, kind: str, name: str) -> int | bytes:
    if kind == "bytes32":
        word = _bytes(value, name)
        if len(word) != 32:
            raise MalformedCheckpoint(f"{name} has 32 bytes")
        return word
    most = 2 ** int(kind.removeprefix("uint")) - 1
    if not isinstance(value, str) or not _DIGITS.fullmatch(value) or int(value) > most:
        raise MalformedCheckpoint(f"{name} must be a number up to {most}, in digits")
    return int(value)


def _address(value: Any) -> Address:
    try:
        return parse_address(value, "a party")
    except InvalidAddress as refusal:
        raise MalformedCheckpoint(str(refusal)) from None


def _bytes(value: Any, name: str) -> bytes:
    if not isinstance(value, str) or not _BYTES.fullmatch(value):
        raise MalformedCheckpoint(f"{name} must be bytes: 0x and lower-case hexadecimal digits")
    return bytes.fromhex(value[2:])
