"""A proposal: one act of a wallet, in a file that travels from owner to owner and comes back with signatures.

The file holds the act as typed data (EIP-712), so that any wallet signs it by `eth_signTypedData_v4`. All that is read
from one is hostile: it counts only where the digest worked out here, the owner set and each signature agree.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from offchain.core.refusal import Refusal
from offchain.core.units import ZERO_ADDRESS, Address, Timestamp
from scripts.papers.agreement import NAME, TYPES, Act, Domain, digest_of, in_order, owner_set_of, typed_data
from scripts.papers.governance import MAX_OWNERS
from scripts.papers.invoice import InvalidAddress, parse_address

FORMAT, FORMAT_VERSION = "quittance-proposal", 1
KINDS = ("Payment", "Batch", "OwnerChange", "Operation", "Cancellation")
MAX_CHARACTERS = 1_000_000
_KEYS = {"format", "version", "digest", "threshold", "owners", "typedData", "signatures", "history"}
_DIGITS = re.compile(r"0|[1-9][0-9]{0,77}")
_HEX = re.compile(r"0x(?:[0-9a-f]{2})*")

Recover = Callable[[bytes, bytes], Address | None]
"""Whose key made a signature over a digest; None for what is no signature that a wallet accepts."""


class MalformedProposal(Refusal):
    """The file is no proposal of this format."""


class AlteredProposal(Refusal):
    """The parts of the proposal contradict each other: somebody changed one."""


class ForeignSignature(Refusal):
    """A signature is not that of the owner it stands under, or stands under somebody who is no owner."""


class DifferentProposals(Refusal):
    """The files are of different acts."""


@dataclass(frozen=True)
class Deed:
    """A transaction that carried the proposal on, as the script that sent it noted; nothing is concluded from it."""

    what: str
    transaction: str
    block: int


@dataclass(frozen=True)
class Proposal:
    """An act, the owners who may agree to it, and the signatures so far, each of them checked."""

    domain: Domain
    act: Act
    threshold: int
    owners: tuple[Address, ...]
    signatures: Mapping[Address, bytes]
    history: tuple[Deed, ...] = ()

    @property
    def digest(self) -> bytes:
        """What an owner signs."""
        return digest_of(self.domain, self.act)

    def with_signature(self, signature: bytes, recover: Recover) -> "Proposal":
        """The proposal with one more signature. Errors: ForeignSignature."""
        owner = recover(self.digest, signature)
        if owner not in self.owners:
            raise ForeignSignature(f"the signature is not one of an owner over 0x{self.digest.hex()}")
        return replace(self, signatures={**self.signatures, owner: signature})


def write(proposal: Proposal) -> str:
    """The proposal as its file holds it."""
    content = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "digest": f"0x{proposal.digest.hex()}",
        "threshold": proposal.threshold,
        "owners": list(proposal.owners),
        "typedData": wallet_json(proposal),
        "signatures": {owner: f"0x{signature.hex()}" for owner, signature in sorted(proposal.signatures.items())},
        "history": [{"what": d.what, "transaction": d.transaction, "block": d.block} for d in proposal.history],
    }
    return json.dumps(content, indent=2) + "\n"


def wallet_json(proposal: Proposal) -> dict[str, Any]:
    """The typed data with its numbers as texts: wallets written in JavaScript would round them."""
    data = typed_data(proposal.domain, proposal.act)
    return {**data, "message": _as_texts(data["message"])}


def read(text: str, recover: Recover) -> Proposal:
    """The proposal in a file. Errors: MalformedProposal, AlteredProposal, ForeignSignature."""
    if len(text) > MAX_CHARACTERS:
        raise MalformedProposal(f"a proposal has at most {MAX_CHARACTERS} characters")
    try:
        content = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise MalformedProposal("the file is not JSON") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise MalformedProposal(f"the file is no {FORMAT}")
    if content.get("version") != FORMAT_VERSION:
        raise MalformedProposal(
            f"the proposal is of version {content.get('version')!r}; {FORMAT_VERSION} is known here"
        )
    if content.keys() != _KEYS:
        raise MalformedProposal(f"a proposal has exactly {', '.join(sorted(_KEYS))}")
    proposal = _unsigned(content)
    if not isinstance(content["signatures"], dict):
        raise MalformedProposal("signatures must be an object of owners")
    for owner, signature in content["signatures"].items():
        made = _bytes(signature, "a signature")
        if owner not in proposal.owners or recover(proposal.digest, made) != owner:
            raise ForeignSignature(f"what stands under {owner[:64]} is not an owner's signature over this act")
        proposal = replace(proposal, signatures={**proposal.signatures, Address(owner): made})
    return proposal


def merge(proposals: Sequence[Proposal]) -> Proposal:
    """One proposal with the signatures of all. Errors: DifferentProposals."""
    first, *others = proposals
    signatures, history = dict(first.signatures), dict.fromkeys(first.history)
    for other in others:
        if other.digest != first.digest:
            raise DifferentProposals(f"one file is of 0x{first.digest.hex()}, another of 0x{other.digest.hex()}")
        signatures |= other.signatures
        history |= dict.fromkeys(other.history)
    return replace(first, signatures=signatures, history=tuple(history))


def _unsigned(content: dict[str, Any]) -> Proposal:
    """All but the signatures, once the parts agree with each other."""
    owners = tuple(_address(owner, "an owner") for owner in _list(content["owners"], "owners"))
    threshold, data = content["threshold"], content["typedData"]
    if type(threshold) is not int:
        raise MalformedProposal("threshold must be a whole number")
    _require_owner_set(threshold, owners)
    try:
        kind, message, claimed = data["primaryType"], data["message"], data["domain"]
        chain_id, wallet = claimed["chainId"], _address(claimed["verifyingContract"], "the wallet")
    except (LookupError, TypeError):
        raise MalformedProposal("typedData is no typed data of EIP-712") from None
    if kind not in KINDS or type(chain_id) is not int or not 0 < chain_id < 2**256:
        raise MalformedProposal(f"typedData is none of {', '.join(KINDS)} on a chain")
    fields = _struct(kind, message)
    nonce, deadline = fields.pop("nonce"), fields.pop("deadline")
    act = Act(kind, fields, nonce, Timestamp(deadline))
    domain = Domain(chain_id, wallet, owner_set_of(threshold, owners))
    proposal = Proposal(domain, act, threshold, owners, {}, _history(content["history"]))
    if wallet_json(proposal) != data:
        raise AlteredProposal(f"typedData is not what the owners of {NAME} {wallet} sign for these owners and values")
    if content["digest"] != f"0x{proposal.digest.hex()}":
        raise AlteredProposal(f"the file's digest is not that of its typed data, 0x{proposal.digest.hex()}")
    _require_sound(act)
    return proposal


def _require_owner_set(threshold: int, owners: Sequence[Address]) -> None:
    ascending = list(owners) == in_order(list(dict.fromkeys(owners))) and ZERO_ADDRESS not in owners
    if not (0 < threshold <= len(owners) <= MAX_OWNERS and ascending):
        raise MalformedProposal(f"{threshold} of these {len(owners)} owners is no owner set: in order, none twice")


def _require_sound(act: Act) -> None:
    """Refuse what its signers could misread: a total that is not one, and owners that no wallet takes."""
    if act.kind == "Batch" and sum(payout["amount"] for payout in act.fields["payouts"]) != act.fields["total"]:
        raise AlteredProposal("the payouts do not add up to the total that is to be signed")
    if act.kind == "OwnerChange":
        _require_owner_set(act.fields["threshold"], act.fields["owners"])


def _struct(kind: str, message: Any) -> dict[str, Any]:
    fields = TYPES[kind]
    if not isinstance(message, dict) or message.keys() != {name for name, _ in fields}:
        raise MalformedProposal(f"{kind} has exactly {', '.join(name for name, _ in fields)}")
    return {name: _value(spelling, message[name], name) for name, spelling in fields}


def _value(spelling: str, value: Any, name: str) -> Any:
    if spelling.endswith("[]"):
        return [_value(spelling.removesuffix("[]"), item, name) for item in _list(value, name)]
    if spelling in TYPES:
        return _struct(spelling, value)
    if spelling == "address":
        return _address(value, name)
    if spelling == "uint256":
        if not isinstance(value, str) or not _DIGITS.fullmatch(value) or int(value) >= 2**256:
            raise MalformedProposal(f"{name} must be a number below 2^256, in digits")
        return int(value)
    made = _bytes(value, name)
    if spelling == "bytes32" and len(made) != 32:
        raise MalformedProposal(f"{name} must be 32 bytes")
    return made


def _address(value: Any, name: str) -> Address:
    try:
        address = parse_address(value, name) if isinstance(value, str) else None
    except InvalidAddress:
        address = None
    if address is None or address != value:
        raise MalformedProposal(f"{name} must be an address with its checksum")
    return address


def _bytes(value: Any, name: str) -> bytes:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise MalformedProposal(f"{name} must be bytes: 0x and lower-case hexadecimal digits")
    return bytes.fromhex(value[2:])


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise MalformedProposal(f"{name} must be a list")
    return value


def _history(value: Any) -> tuple[Deed, ...]:
    deeds = []
    for entry in _list(value, "history"):
        if not isinstance(entry, dict) or entry.keys() != {"what", "transaction", "block"}:
            raise MalformedProposal("an entry of history has exactly what, transaction, block")
        what, sent, block = entry["what"], _bytes(entry["transaction"], "a transaction"), entry["block"]
        if what not in ("submitted", "executed") or len(sent) != 32 or type(block) is not int or block < 0:
            raise MalformedProposal("an entry of history tells of a submission or an execution")
        deeds.append(Deed(what, entry["transaction"], block))
    return tuple(deeds)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that names nothing twice: readers differ in which of two values they take."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice")
    return made


def _as_texts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _as_texts(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_texts(item) for item in value]
    return str(value) if isinstance(value, int) else value
