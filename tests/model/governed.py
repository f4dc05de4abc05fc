"""The reference model of Governed: who governs and who guards a payment contract, and what the governor may set.

Pause and trail are in breaker.py, limits in limits.py. Source: interfaces/IGoverned.sol, IFees.sol, ITokenBucket.sol,
OpenZeppelin's AccessControlDefaultAdminRules, of which a change of its own delay is left out. Each act makes its checks
in the contract's own order.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from eth_utils.crypto import keccak

from offchain.core.units import NO_TIME, ZERO_ADDRESS, Address, BasisPoints, Seconds, Timestamp, TokenUnits
from tests.model import breaker
from tests.model.act import Call, Event, Outcome, Rejected
from tests.model.breaker import BreakerBook, record
from tests.model.calldata import arguments_of, selector_of, types_of
from tests.model.limits import LimitedBook, configure_limit

GOVERNOR_ROLE = bytes(32)
GUARDIAN_ROLE = keccak(text="GUARDIAN_ROLE")
MAX_FEE_BPS = BasisPoints(500)


@dataclass(frozen=True, kw_only=True)
class GovernedBook(BreakerBook, LimitedBook):
    """Roles, fee and limits. `members` are of (role, account), the governor's aside; a handover waits for `heir`."""

    governor: Address
    governor_delay: Seconds
    members: frozenset[tuple[bytes, Address]]
    fee_bps: BasisPoints
    fee_recipient: Address
    heir: Address = ZERO_ADDRESS
    heir_from: Timestamp = NO_TIME

    def refuse_governor(self, account: Address) -> Rejected | None:
        """There is one governor."""
        return None if account == self.governor else _unauthorized(account, GOVERNOR_ROLE)

    def refuse_guardian(self, account: Address) -> Rejected | None:
        """Every member of the role is a guardian."""
        return None if (GUARDIAN_ROLE, account) in self.members else _unauthorized(account, GUARDIAN_ROLE)


GovernedOutcome = Outcome[GovernedBook]


def set_fee(book: GovernedBook, call: Call, fee_bps: BasisPoints) -> GovernedOutcome:
    """Set the rate of payments made from now on.

    Raises AccessControlUnauthorizedAccount, FeeAboveCap.
    """
    _require_governor(book, call)
    if fee_bps > MAX_FEE_BPS:
        raise Rejected("FeeAboveCap", fee_bps, MAX_FEE_BPS)
    changed = Outcome(replace(book, fee_bps=fee_bps), events=(Event("FeeChanged", {"feeBps": fee_bps}),))
    return changed.then(lambda after: record(after, call, "setFee", ["uint16"], [fee_bps]))


def set_fee_recipient(book: GovernedBook, call: Call, to: Address) -> GovernedOutcome:
    """Set where fees go from now on.

    Raises AccessControlUnauthorizedAccount, InvalidFeeRecipient.
    """
    _require_governor(book, call)
    if to in (ZERO_ADDRESS, book.address):
        raise Rejected("InvalidFeeRecipient", to)
    changed = Outcome(replace(book, fee_recipient=to), events=(Event("FeeRecipientChanged", {"feeRecipient": to}),))
    return changed.then(lambda after: record(after, call, "setFeeRecipient", ["address"], [to]))


def set_limit(book: GovernedBook, call: Call, asset: Address, capacity: TokenUnits, refill: int) -> GovernedOutcome:
    """Set the limit of an asset.

    Raises AccessControlUnauthorizedAccount, CapacityTooLarge, InvalidRefill.
    """
    _require_governor(book, call)
    types, values = ("address", "uint256", "uint256"), (asset, capacity, refill)
    limited = configure_limit(book, call.now, asset, capacity, refill)
    return limited.then(lambda after: record(after, call, "configureLimit", types, values))


def grant_role(book: GovernedBook, call: Call, role: bytes, account: Address) -> GovernedOutcome:
    """Give an account a role; a guardian begins to live, or lives again.

    Raises AccessControlEnforcedDefaultAdminRules, AccessControlUnauthorizedAccount.
    """
    _require_grantable(book, call, role)
    granted = Outcome(book)
    if (role, account) not in book.members:
        granted = _changed(book, call, "RoleGranted", role, account, book.members | {(role, account)})
    elif role == GUARDIAN_ROLE:
        granted = record(book, call, "grantRole", ["bytes32", "address"], [role, account])
    return granted.then(lambda after: breaker.hear(after, call.now, account)) if role == GUARDIAN_ROLE else granted


def revoke_role(book: GovernedBook, call: Call, role: bytes, account: Address) -> GovernedOutcome:
    """Take a role from an account.

    Raises AccessControlEnforcedDefaultAdminRules, AccessControlUnauthorizedAccount.
    """
    _require_grantable(book, call, role)
    if (role, account) not in book.members:
        return Outcome(book)
    return _changed(book, call, "RoleRevoked", role, account, book.members - {(role, account)})


def begin_handover(book: GovernedBook, call: Call, heir: Address) -> GovernedOutcome:
    """Name who may become governor after the delay: beginDefaultAdminTransfer.

    Raises AccessControlUnauthorizedAccount.
    """
    _require_governor(book, call)
    heir_from = Timestamp(call.now + book.governor_delay)
    scheduled = Event("DefaultAdminTransferScheduled", {"newAdmin": heir, "acceptSchedule": heir_from})
    begun = Outcome(replace(book, heir=heir, heir_from=heir_from), events=(*_given_up(book), scheduled))
    return begun.then(lambda after: record(after, call, "beginDefaultAdminTransfer", ["address"], [heir]))


def cancel_handover(book: GovernedBook, call: Call) -> GovernedOutcome:
    """Name nobody any more: cancelDefaultAdminTransfer.

    Raises AccessControlUnauthorizedAccount.
    """
    _require_governor(book, call)
    ended = Outcome(replace(book, heir=ZERO_ADDRESS, heir_from=NO_TIME), events=_given_up(book))
    return ended.then(lambda after: record(after, call, "cancelDefaultAdminTransfer"))


def accept_handover(book: GovernedBook, call: Call) -> GovernedOutcome:
    """Become governor: acceptDefaultAdminTransfer.

    Raises AccessControlInvalidDefaultAdmin, AccessControlEnforcedDefaultAdminDelay.
    """
    if call.caller != book.heir:
        raise Rejected("AccessControlInvalidDefaultAdmin", call.caller)
    if call.now <= book.heir_from:
        raise Rejected("AccessControlEnforcedDefaultAdminDelay", book.heir_from)
    revoked = _changed(book, call, "RoleRevoked", GOVERNOR_ROLE, book.governor, book.members)
    granted = revoked.then(lambda after: _changed(after, call, "RoleGranted", GOVERNOR_ROLE, book.heir, book.members))
    return granted.then(lambda after: Outcome(replace(after, governor=book.heir, heir=ZERO_ADDRESS, heir_from=NO_TIME)))


def called(book: GovernedBook, call: Call, payload: bytes) -> GovernedOutcome:
    """A privileged call as its calldata has it.

    Raises what the function raises; Rejected("") for what the ABI does not know, or with native coin.
    """
    if payload[:4] not in ACTS or call.value:
        raise Rejected("")
    types, act = ACTS[payload[:4]]
    return act(book, call, *arguments_of(types, payload[4:]))


def _changed(
    book: GovernedBook,
    call: Call,
    event: str,
    role: bytes,
    account: Address,
    members: frozenset[tuple[bytes, Address]],
) -> GovernedOutcome:
    announced = Event(event, {"role": role, "account": account, "sender": call.caller})
    kind = "grantRole" if event == "RoleGranted" else "revokeRole"
    changed = Outcome(replace(book, members=members), events=(announced,))
    return changed.then(lambda after: record(after, call, kind, ["bytes32", "address"], [role, account]))


def _given_up(book: GovernedBook) -> tuple[Event, ...]:
    return (Event("DefaultAdminTransferCanceled"),) if book.heir_from else ()


def _require_grantable(book: GovernedBook, call: Call, role: bytes) -> None:
    if role == GOVERNOR_ROLE:
        raise Rejected("AccessControlEnforcedDefaultAdminRules")
    _require_governor(book, call)


def _require_governor(book: GovernedBook, call: Call) -> None:
    refusal = book.refuse_governor(call.caller)
    if refusal:
        raise refusal


def _unauthorized(account: Address, role: bytes) -> Rejected:
    return Rejected("AccessControlUnauthorizedAccount", account, role)


_BY_SIGNATURE: Mapping[str, Callable[..., GovernedOutcome]] = {
    "setFee(uint16)": set_fee,
    "setFeeRecipient(address)": set_fee_recipient,
    "configureLimit(address,uint256,uint256)": set_limit,
    "grantRole(bytes32,address)": grant_role,
    "revokeRole(bytes32,address)": revoke_role,
    "beginDefaultAdminTransfer(address)": begin_handover,
    "cancelDefaultAdminTransfer()": cancel_handover,
    "acceptDefaultAdminTransfer()": accept_handover,
    "pause(uint48)": breaker.pause,
    "unpause()": breaker.unpause,
    "heartbeat()": breaker.guard,
}
ACTS: Mapping[bytes, tuple[tuple[str, ...], Callable[..., GovernedOutcome]]] = {
    selector_of(signature): (types_of(signature), act) for signature, act in _BY_SIGNATURE.items()
}
"""The types of the arguments, and the act of (book, call, *arguments), by selector."""
