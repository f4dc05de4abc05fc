"""An act in words: what its signers agree to, decoded by the ABIs of the contracts that it calls.

Nothing here is read from a proposal but the act itself: names, ABIs and decimals are the reader's own. What cannot be
decoded to the last byte is said to be unknown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError, EncodingError
from eth_utils.abi import abi_to_signature, collapse_if_tuple, function_signature_to_4byte_selector
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from offchain.core.units import NATIVE, Address
from scripts.papers.agreement import Act
from scripts.papers.amount import format_amount, format_native
from scripts.papers.issuance import ROLE_NAMES

ROLES = {bytes(32): "governor", keccak(text="GUARDIAN_ROLE"): "guardian", **ROLE_NAMES}


@dataclass(frozen=True)
class Vocabulary:
    """What the reader knows: names and ABIs by address, tokens as (symbol, decimals)."""

    names: Mapping[str, str]
    abis: Mapping[str, Sequence[Any]]
    tokens: Mapping[str, tuple[str, int]]

    def name(self, address: str) -> str:
        """An address, and what it is called."""
        return f"{self.names[address]} {address}" if address in self.names else address

    def amount(self, token: str, amount: int) -> str:
        """An amount of an asset; one of an unknown token stays in its base units."""
        if token == NATIVE:
            return format_native(amount)
        if token in self.tokens:
            symbol, decimals = self.tokens[token]
            return format_amount(amount, decimals, symbol)
        return f"{amount} base units of the token {self.name(token)}"


def words_of(act: Act, known: Vocabulary) -> list[str]:
    """The act, one sentence a line."""
    fields = act.fields
    if act.kind == "Payment":
        return [f"pay {known.amount(fields['token'], fields['amount'])} to {known.name(fields['to'])}"]
    if act.kind == "Batch":
        rows = [f"{known.amount(fields['token'], p['amount'])} to {known.name(p['to'])}" for p in fields["payouts"]]
        return [f"pay {known.amount(fields['token'], fields['total'])} in all, to {len(rows)} payees:", *rows]
    if act.kind == "OwnerChange":
        owners = [known.name(owner) for owner in fields["owners"]]
        return [f"replace the owners: from then on {fields['threshold']} of these {len(owners)} must sign:", *owners]
    if act.kind == "Cancellation":
        return [f"cancel the operation 0x{fields['id'].hex()}"]
    lines = [f"after {fields['delaySeconds']} seconds:"]
    if fields["predecessor"] != bytes(32):
        lines = [f"after {fields['delaySeconds']} seconds, and after the operation 0x{fields['predecessor'].hex()}:"]
    return lines + [call_words(call["target"], call["value"], call["data"], known) for call in fields["calls"]]


def call_words(target: str, value: int, data: bytes, known: Vocabulary) -> str:
    """A call in one sentence, and the call itself decoded behind it."""
    paid = f", with {format_native(value)}" if value else ""
    if not data:
        return f"send {format_native(value)} to {known.name(target)}, without a call"
    decoded = _decoded(target, data, known)
    if decoded is None:
        shown = f"0x{data.hex()}" if len(data) <= 68 else f"0x{data[:68].hex()}… ({len(data)} bytes)"
        return f"UNKNOWN CALL of {known.name(target)}{paid}: {shown}: nothing here can say what it does"
    entry, values = decoded
    pairs = [f"{i['name'].rstrip('_')} {_shown(i, v, known)}" for i, v in zip(entry["inputs"], values, strict=True)]
    call = f"{known.names.get(target, target)}.{entry['name']}({', '.join(pairs)}){paid}"
    sentence = SENTENCES.get(abi_to_signature(entry))
    return f"{sentence(known, target, *values)} [{call}]" if sentence else f"call {call}"


def _decoded(target: str, data: bytes, known: Vocabulary) -> tuple[Any, tuple[Any, ...]] | None:
    for entry in known.abis.get(target, ()):
        if entry["type"] != "function":
            continue
        if data[:4] != function_signature_to_4byte_selector(abi_to_signature(entry)):
            continue
        types = [collapse_if_tuple(i) for i in entry["inputs"]]
        try:
            values = decode(types, data[4:])
            return (entry, values) if encode(types, values) == data[4:] else None
        except (DecodingError, EncodingError, ValueError, OverflowError):
            return None
    return None


def _shown(kind: Any, value: Any, known: Vocabulary) -> str:
    if kind["type"].endswith("[]"):
        inner = {**kind, "type": kind["type"].removesuffix("[]")}
        return f"[{', '.join(_shown(inner, item, known) for item in value)}]"
    if kind["type"] == "tuple":
        parts = [f"{c['name']} {_shown(c, v, known)}" for c, v in zip(kind["components"], value, strict=True)]
        return f"({', '.join(parts)})"
    if kind["type"] == "address":
        return known.name(to_checksum_address(value))
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)


def _role(role: bytes) -> str:
    return ROLES.get(role, f"holder of the role 0x{role.hex()}")


def _at(known: Vocabulary, address: str) -> str:
    return known.name(to_checksum_address(address))


def _limit(known: Vocabulary, target: str, asset: str, capacity: int, seconds: int) -> str:
    most = known.amount(Address(to_checksum_address(asset)), capacity)
    return f"let at most {most} leave {known.name(target)} at once, coming back in {seconds} seconds"


def _owners(known: Vocabulary, _target: str, _current: bytes, threshold: int, owners: Sequence[str]) -> str:
    return f"replace the owners: {threshold} of {', '.join(_at(known, owner) for owner in owners)} must sign"


def _verifier(known: Vocabulary, _target: str, who: str, admitted: bool) -> str:
    can = "let" if admitted else "no longer let"
    return f"{can} {_at(known, who)} take the owners' signatures, and so move money at once, above any limit"


def _minter(known: Vocabulary, token: str, who: str, much: int) -> str:
    return (
        f"let {_at(known, who)} mint {known.amount(token, much)} in all from then on"
        if much
        else (f"no longer let {_at(known, who)} mint {known.name(token)}")
    )


def _freeze(known: Vocabulary, token: str, who: str, much: int) -> str:
    part = f"freeze {known.amount(token, much)} in all" if much else f"free all {known.name(token)}"
    return f"{part} of what {_at(known, who)} holds"


def _register(known: Vocabulary, token: str, who: str, tier: int) -> str:
    where = f"put {_at(known, who)} into tier {tier}" if tier else f"take {_at(known, who)} out of the register"
    return f"{where} of {known.name(token)}"


def _attestors(known: Vocabulary, target: str, threshold: int, attestors: Sequence[str]) -> str:
    named = ", ".join(_at(known, attestor) for attestor in attestors)
    return f"let {threshold} of {named} attest what arrives at {known.name(target)}, and nobody else"


SENTENCES: Mapping[str, Callable[..., str]] = {
    "setFee(uint16)": lambda k, t, fee: f"set the fee of {k.name(t)} to {fee // 100}.{fee % 100:02d} %",
    "setFeeRecipient(address)": lambda k, t, to: f"send the fees of {k.name(t)} to {_at(k, to)}",
    "configureLimit(address,uint256,uint256)": _limit,
    "pause(uint48)": lambda k, t, seconds: f"pause {k.name(t)} for {seconds} seconds from then on",
    "unpause()": lambda k, t: f"end the pause of {k.name(t)}",
    "updateDelay(uint256)": lambda k, t, seconds: f"let operations of {k.name(t)} wait {seconds} seconds at least",
    "setGuardian(address)": lambda k, t, who: f"make {_at(k, who)} the guardian of {k.name(t)}",
    "setOwners(bytes32,uint256,address[])": _owners,
    "setVerifier(address,bool)": _verifier,
    "grantRole(bytes32,address)": lambda k, t, role, who: f"make {_at(k, who)} {_role(role)} of {k.name(t)}",
    "revokeRole(bytes32,address)": lambda k, t, role, who: f"{_at(k, who)} is no longer {_role(role)} of {k.name(t)}",
    "beginDefaultAdminTransfer(address)": (
        lambda k, t, who: f"HAND OVER {k.name(t)} to {_at(k, who)}, who governs it once they accept"
    ),
    "transfer(address,uint256)": lambda k, t, to, much: f"send {k.amount(t, much)} to {_at(k, to)}, past the limit",
    "approve(address,uint256)": lambda k, t, who, much: f"let {_at(k, who)} take {k.amount(t, much)}, past the limit",
    "mint(address,uint256)": lambda k, t, to, much: f"make {k.amount(t, much)} for {_at(k, to)}",
    "issue(address,uint256)": lambda k, t, to, much: f"issue {k.amount(t, much)} to {_at(k, to)}",
    "burn(uint256)": lambda k, t, much: f"destroy {k.amount(t, much)} of the wallet's own",
    "redeem(address,uint256)": lambda k, t, who, much: f"redeem, and so destroy, {k.amount(t, much)} of {_at(k, who)}",
    "setFrozenTokens(address,uint256)": _freeze,
    "forcedTransfer(address,address,uint256)": (
        lambda k, t, who, to, much: f"SEIZE {k.amount(t, much)} of {_at(k, who)} for {_at(k, to)}"
    ),
    "blockAccount(address)": lambda k, t, who: f"block {_at(k, who)} in {k.name(t)}",
    "unblockAccount(address)": lambda k, t, who: f"unblock {_at(k, who)} in {k.name(t)}",
    "configureMinter(address,uint256)": _minter,
    "setHoldingLimit(uint8,uint256)": (
        lambda k, t, tier, much: f"let an account of tier {tier} hold {k.amount(t, much)} at most"
    ),
    "register(address,uint8)": _register,
    "entrust(address,address)": (
        lambda k, t, who, to: (
            f"let {_at(k, to) if int(to, 16) else 'any intermediary'} register {_at(k, who)} in {k.name(t)}"
        )
    ),
    "list(uint256,address)": (
        lambda k, t, chain, peer: f"let {k.name(t)} lock for {_at(k, peer)} on chain {chain}, for good"
    ),
    "unlist()": lambda k, t: f"let {k.name(t)} lock nothing more; what it holds still comes back",
    "rotate(uint256,address[])": _attestors,
    "configureQueue(uint8,uint48)": (
        lambda k, t, shift, seconds: (
            f"let what is above 1/{2**shift} of the limit of {k.name(t)}, and all that waits, wait {seconds} seconds"
        )
    ),
    "letGo(uint256,(address,address,uint256))": (
        lambda k, t, nonce, record: (
            f"let the vetoed record {nonce} of {k.name(t)} go: {record[2]} of the route's units to {_at(k, record[1])}"
        )
    ),
    "returnQueued(uint256,(address,address,uint256),uint256)": (
        lambda k, t, nonce, record, ready: (
            f"return record {nonce} of {k.name(t)}, {record[2]} of the route's units, to {_at(k, record[0])} across"
        )
    ),
    "rescue(address,address,uint256)": (
        lambda k, t, token, to, much: (
            f"send {k.amount(to_checksum_address(token), much)} that strayed into {k.name(t)} to {_at(k, to)}"
        )
    ),
}
"""What a call means, by its signature."""
