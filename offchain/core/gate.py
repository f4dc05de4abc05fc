"""What both contracts have at their entrance: the pause (ICircuitBreaker) and the fee (IFees)."""

from dataclasses import dataclass, replace
from typing import TypeVar

from eth_utils.crypto import keccak

from offchain.core.act import Call, Event, Outcome, Rejected
from offchain.core.units import NO_TIME, ZERO_ADDRESS, Address, BasisPoints, Seconds, Timestamp, TokenUnits

GOVERNOR_ROLE = bytes(32)
GUARDIAN_ROLE = keccak(text="GUARDIAN_ROLE")
MAX_PAUSE_SECONDS = Seconds(14 * 24 * 3600)
COOL_DOWN_SECONDS = Seconds(7 * 24 * 3600)
MAX_FEE_BPS = BasisPoints(500)
BPS = 10_000


@dataclass(frozen=True, kw_only=True)
class Gate:
    """The part that the books of both contracts share; `address` is the contract's own.

    The governor is taken as fixed: its handover is OpenZeppelin's AccessControlDefaultAdminRules.
    """

    chain_id: int
    address: Address
    governor: Address
    guardian: Address
    fee_bps: BasisPoints
    fee_recipient: Address
    paused_until: Timestamp = NO_TIME


AnyGate = TypeVar("AnyGate", bound=Gate)


def fee_of(amount: TokenUnits, rate_bps: BasisPoints) -> TokenUnits:
    """The fee on an amount, rounded down, in the amount's own units."""
    return TokenUnits(amount * rate_bps // BPS)


def enter(gate: Gate, call: Call) -> BasisPoints:
    """The fee rate in force, if entry is open.

    Raises ContractPaused.
    """
    if call.now < gate.paused_until:
        raise Rejected("ContractPaused", gate.paused_until)
    return gate.fee_bps


def pause(gate: AnyGate, call: Call, duration_seconds: Seconds) -> Outcome[AnyGate]:
    """Block entry for a time, from now.

    Raises InvalidPause, AccessControlUnauthorizedAccount, CoolingDown (the guardian only).
    """
    if not 0 < duration_seconds <= MAX_PAUSE_SECONDS:
        raise Rejected("InvalidPause", duration_seconds, MAX_PAUSE_SECONDS)
    if call.caller != gate.governor:
        if call.caller != gate.guardian:
            raise Rejected("AccessControlUnauthorizedAccount", call.caller, GUARDIAN_ROLE)
        ready = gate.paused_until + COOL_DOWN_SECONDS if gate.paused_until else 0
        if call.now < ready:
            raise Rejected("CoolingDown", ready)

    until = Timestamp(call.now + duration_seconds)
    event = Event("Paused", {"account": call.caller, "until": until})
    return Outcome(replace(gate, paused_until=until), events=(event,))


def unpause(gate: AnyGate, call: Call) -> Outcome[AnyGate]:
    """End the pause now.

    Raises AccessControlUnauthorizedAccount, NotPaused.
    """
    _require_governor(gate, call)
    if call.now >= gate.paused_until:
        raise Rejected("NotPaused")

    event = Event("Unpaused", {"account": call.caller, "at": call.now})
    return Outcome(replace(gate, paused_until=call.now), events=(event,))


def set_fee(gate: AnyGate, call: Call, fee_bps: BasisPoints) -> Outcome[AnyGate]:
    """Set the rate of payments made from now on.

    Raises AccessControlUnauthorizedAccount, FeeAboveCap.
    """
    _require_governor(gate, call)
    if fee_bps > MAX_FEE_BPS:
        raise Rejected("FeeAboveCap", fee_bps, MAX_FEE_BPS)

    return Outcome(replace(gate, fee_bps=fee_bps), events=(Event("FeeChanged", {"feeBps": fee_bps}),))


def set_fee_recipient(gate: AnyGate, call: Call, fee_recipient: Address) -> Outcome[AnyGate]:
    """Set where fees go from now on.

    Raises AccessControlUnauthorizedAccount, InvalidFeeRecipient.
    """
    _require_governor(gate, call)
    if fee_recipient in (ZERO_ADDRESS, gate.address):
        raise Rejected("InvalidFeeRecipient", fee_recipient)

    event = Event("FeeRecipientChanged", {"feeRecipient": fee_recipient})
    return Outcome(replace(gate, fee_recipient=fee_recipient), events=(event,))


def _require_governor(gate: Gate, call: Call) -> None:
    if call.caller != gate.governor:
        raise Rejected("AccessControlUnauthorizedAccount", call.caller, GOVERNOR_ROLE)
