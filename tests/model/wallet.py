"""The reference model of MultiSig, continued: what the wallet does to itself, and every call of it as bytes.

Source: interfaces/IMultiSig.sol, ITimelock.sol. Each act makes its checks in the contract's own order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from offchain.core.units import NATIVE, ZERO_ADDRESS, Address, Seconds, TokenUnits
from scripts.papers import agreement
from scripts.papers.operation import Operation, Step
from tests.model import breaker, multisig, timelock
from tests.model.act import Call, Event, Outcome, Rejected, Transfer, Way
from tests.model.breaker import record
from tests.model.calldata import arguments_of, selector_of, types_of
from tests.model.limits import configure_limit
from tests.model.multisig import MultiSigBook, Payouts, WalletOutcome, payments
from tests.model.quorum import Signed, require_sound
from tests.model.timelock import require_self

QUORUM = "(uint256,address[],uint256,bytes)"


def settle(book: MultiSigBook, call: Call, token: Address, payouts: Payouts) -> WalletOutcome:
    """Make a payment that waited, or a batch of them.

    Raises NotTimelock.
    """
    require_self(book, call)
    return payments(book, token, payouts)


def set_owners(
    book: MultiSigBook, call: Call, current: bytes, threshold: int, owners: Sequence[Address]
) -> WalletOutcome:
    """Replace the owner set `current`.

    Raises NotTimelock, those of `require_sound`, WrongOwnerSet.
    """
    require_self(book, call)
    require_sound(threshold, owners, book.address)
    if current != book.owner_set:
        raise Rejected("WrongOwnerSet", current, book.owner_set)

    owner_set = agreement.owner_set_of(threshold, owners)
    event = Event("OwnersChanged", {"ownerSet": owner_set, "threshold": threshold, "owners": tuple(owners)})
    changed = Outcome(replace(book, owner_set=owner_set), events=(event,))
    return changed.then(lambda wallet: record(wallet, call, "setOwners", ["uint256", "address[]"], [threshold, owners]))


def set_guardian(book: MultiSigBook, call: Call, guardian: Address) -> WalletOutcome:
    """Replace the guardian, or revive it.

    Raises NotTimelock, InvalidGuardian.
    """
    require_self(book, call)
    if guardian in (ZERO_ADDRESS, book.address):
        raise Rejected("InvalidGuardian", guardian)

    changed = Outcome(replace(book, guardian=guardian), events=(Event("GuardianChanged", {"guardian": guardian}),))
    heard = changed.then(lambda wallet: breaker.hear(wallet, call.now, guardian))
    return heard.then(lambda wallet: record(wallet, call, "setGuardian", ["address"], [guardian]))


def set_verifier(book: MultiSigBook, call: Call, verifier: Address, admitted: bool) -> WalletOutcome:
    """Admit a contract whose ERC-1271 questions are answered, or dismiss it.

    Raises NotTimelock.
    """
    require_self(book, call)
    verifiers = book.verifiers | {verifier} if admitted else book.verifiers - {verifier}
    event = Event("VerifierChanged", {"verifier": verifier, "admitted": admitted})
    changed = Outcome(replace(book, verifiers=verifiers), events=(event,))
    return changed.then(lambda after: record(after, call, "setVerifier", ["address", "bool"], [verifier, admitted]))


def set_limit(book: MultiSigBook, call: Call, asset: Address, capacity: TokenUnits, refill: int) -> WalletOutcome:
    """Set the limit of an asset.

    Raises NotTimelock, CapacityTooLarge, InvalidRefill.
    """
    require_self(book, call)
    types, values = ("address", "uint256", "uint256"), (asset, capacity, refill)
    limited = configure_limit(book, call.now, asset, capacity, refill)
    return limited.then(lambda wallet: record(wallet, call, "configureLimit", types, values))


def update_delay(book: MultiSigBook, call: Call, delay: Seconds) -> WalletOutcome:
    """Set the least delay.

    Raises NotTimelock, DelayTooShort, DelayTooLong.
    """
    changed = timelock.update_delay(book, call, delay)
    return changed.then(lambda wallet: record(wallet, call, "updateDelay", ["uint256"], [delay]))


def execute(book: MultiSigBook, call: Call, operation: Operation, signed: Signed) -> WalletOutcome:
    """Make the calls of a ready operation, those to the wallet itself as well.

    Raises those of `timelock.execute`.
    """
    return timelock.execute(book, call, operation, partial(called, signed=signed))


def called(book: MultiSigBook, call: Call, payload: bytes, signed: Signed) -> WalletOutcome:
    """A call of the wallet as its calldata has it: of each function that changes something, or bare native coin.

    Raises what the function raises; Rejected("") for what the ABI does not know.
    """
    if not payload:
        return Outcome(book, (Transfer(Way.COLLECT, NATIVE, call.caller, book.address, call.value),))
    if payload[:4] not in ACTS or (call.value and payload[:4] not in PAYABLE):
        raise Rejected("")
    types, act = ACTS[payload[:4]]
    return act(book, call, signed, *arguments_of(types, payload[4:]))


def _one(target: Any, value: Any, payload: Any, before: Any, salt: bytes) -> Operation:
    return Operation((Step(target, value, payload),), False, before, salt)


def _several(targets: Any, values: Any, payloads: Any, before: Any, salt: bytes) -> Operation:
    if not len(targets) == len(values) == len(payloads):
        raise Rejected("LengthMismatch", len(targets), len(values), len(payloads))
    return Operation(tuple(map(Step, targets, values, payloads)), True, before, salt)


def _bare(act: Callable[..., WalletOutcome]) -> Callable[..., WalletOutcome]:
    """An act to which signatures do not matter."""
    return lambda book, call, signed, *arguments: act(book, call, *arguments)


def _pay(book: MultiSigBook, call: Call, signed: Signed, payment: Any, *rest: Any) -> WalletOutcome:
    return multisig.pay(book, call, signed, *payment, *rest)


def _schedule(book: MultiSigBook, call: Call, signed: Signed, rows: Any, *rest: Any) -> WalletOutcome:
    return multisig.schedule(book, call, signed, [Step(*row) for row in rows], *rest)


def _settle(book: MultiSigBook, call: Call, payment: Any) -> WalletOutcome:
    to, amount, token = payment
    return settle(book, call, token, [(to, amount)])


def _execute(book: MultiSigBook, call: Call, signed: Signed, *arguments: Any) -> WalletOutcome:
    return execute(book, call, _one(*arguments), signed)


def _execute_batch(book: MultiSigBook, call: Call, signed: Signed, *arguments: Any) -> WalletOutcome:
    return execute(book, call, _several(*arguments), signed)


EXECUTE = "execute(address,uint256,bytes,bytes32,bytes32)"
EXECUTE_BATCH = "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)"
_BY_SIGNATURE: Mapping[str, Callable[..., WalletOutcome]] = {
    f"pay((address,uint256,address),uint256,{QUORUM})": _pay,
    f"payBatch(address,uint256,(address,uint256)[],uint256,{QUORUM})": multisig.pay_batch,
    f"changeOwners(uint256,address[],uint256,{QUORUM})": multisig.change_owners,
    f"schedule((address,uint256,bytes)[],bytes32,uint256,uint256,{QUORUM})": _schedule,
    f"cancelBySignatures(bytes32,uint256,{QUORUM})": multisig.cancel_by_signatures,
    "cancel(bytes32)": _bare(multisig.cancel),
    "approve(bytes32)": _bare(multisig.approve),
    "disapprove(bytes32)": _bare(multisig.disapprove),
    "heartbeat()": _bare(breaker.guard),
    "pause(uint48)": _bare(breaker.pause),
    "unpause()": _bare(breaker.unpause),
    EXECUTE: _execute,
    EXECUTE_BATCH: _execute_batch,
    multisig.SETTLE: _bare(_settle),
    multisig.SETTLE_BATCH: _bare(settle),
    multisig.SET_OWNERS: _bare(set_owners),
    "setGuardian(address)": _bare(set_guardian),
    "setVerifier(address,bool)": _bare(set_verifier),
    "configureLimit(address,uint256,uint256)": _bare(set_limit),
    "updateDelay(uint256)": _bare(update_delay),
}
ACTS = {selector_of(signature): (types_of(signature), act) for signature, act in _BY_SIGNATURE.items()}
"""The types of the arguments, and the act of (book, call, signed, *arguments), by selector."""

PAYABLE = (selector_of(EXECUTE), selector_of(EXECUTE_BATCH))
