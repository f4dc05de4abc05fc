"""The reference model of SecurePayment: escrows that are held, then released. Its other half is in balance.py.

Source: interfaces/ISecurePayment.sol. Each act makes its checks in the contract's own order.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, replace
from enum import IntEnum

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from offchain.core.units import NATIVE, NOTHING, ZERO_ADDRESS, Address, BasisPoints, Key, Timestamp, TokenUnits
from tests.model.act import Call, Event, Outcome, Rejected, Transfer, Way
from tests.model.balance import BalanceBook, credit
from tests.model.gate import enter, fee_of

TERMS = "(address,address,address,uint256,uint256,uint256,uint256,uint256,uint256)"
MAX_AMOUNT = TokenUnits(2**112 - 1)


class Status(IntEnum):
    """Where an escrow stands; it only moves forward, and the last three are final."""

    NONE = 0
    AUTHORIZED = 1
    CAPTURED = 2
    VOIDED = 3
    RECLAIMED = 4


@dataclass(frozen=True)
class Terms:
    """What payer and merchant agree on: all that an escrow's key binds, in the order of the interface.

    Captures come before `capture_deadline`, reclaim from it on, refunds before `refund_deadline`.
    """

    payer: Address
    merchant: Address
    token: Address
    amount: TokenUnits
    capture_deadline: Timestamp
    refund_deadline: Timestamp
    min_fee_bps: BasisPoints
    max_fee_bps: BasisPoints
    salt: int


@dataclass(frozen=True)
class Escrow:
    """What the slot behind an escrow key holds, beside the terms that the key stands for."""

    terms: Terms
    captured: TokenUnits
    refunded: TokenUnits
    fee_bps: BasisPoints
    status: Status


@dataclass(frozen=True, kw_only=True)
class VaultBook(BalanceBook):
    """All that SecurePayment remembers."""

    escrows: Mapping[Key, Escrow] = field(default_factory=dict)


def escrow_key(chain_id: int, vault: Address, terms: Terms) -> Key:
    """The key that these terms have at this vault on this chain."""
    return Key(keccak(encode(("uint256", "address", TERMS), (chain_id, vault, astuple(terms)))))


def key_of(book: VaultBook, terms: Terms) -> Key:
    """The key that these terms have in this book."""
    return escrow_key(book.chain_id, book.address, terms)


def escrow_of(book: VaultBook, terms: Terms) -> Escrow:
    """How far the escrow of these terms has come; all zero if it was never authorized."""
    nothing = Escrow(terms, NOTHING, NOTHING, BasisPoints(0), Status.NONE)
    return book.escrows.get(key_of(book, terms), nothing)


def capturable(escrow: Escrow) -> TokenUnits:
    """What is still held for the merchant, the deadline aside."""
    return TokenUnits(escrow.terms.amount - escrow.captured if escrow.status is Status.AUTHORIZED else 0)


def refundable(escrow: Escrow) -> TokenUnits:
    """What the merchant can still return, the deadline aside."""
    return TokenUnits(escrow.captured - escrow.refunded)


def owed(book: VaultBook, token: Address) -> TokenUnits:
    """What the vault owes to all, in one asset: balances and open escrows."""
    balances = sum(amount for (_, asset), amount in book.balances.items() if asset == token)
    return TokenUnits(balances + sum(capturable(e) for e in book.escrows.values() if e.terms.token == token))


def authorize(book: VaultBook, call: Call, terms: Terms) -> Outcome[VaultBook]:
    """The payer puts the full amount in escrow, at the fee now in force.

    Raises ContractPaused, NotPayer, InvalidPayee, SelfPayment, ZeroAmount, AmountTooLarge, InvalidDeadlines,
    FeeOutOfRange, AlreadyAuthorized, WrongValue.
    """
    rate_bps = enter(book, call)
    _require_payer(call, terms)
    if terms.merchant in (ZERO_ADDRESS, book.address):
        raise Rejected("InvalidPayee", terms.merchant)
    if terms.merchant == terms.payer:
        raise Rejected("SelfPayment", terms.payer)
    if terms.amount == 0:
        raise Rejected("ZeroAmount")
    if terms.amount > MAX_AMOUNT:
        raise Rejected("AmountTooLarge", terms.amount, MAX_AMOUNT)
    if not call.now < terms.capture_deadline <= terms.refund_deadline:
        raise Rejected("InvalidDeadlines", call.now, terms.capture_deadline, terms.refund_deadline)
    if not terms.min_fee_bps <= rate_bps <= terms.max_fee_bps:
        raise Rejected("FeeOutOfRange", rate_bps, terms.min_fee_bps, terms.max_fee_bps)
    key = key_of(book, terms)
    if key in book.escrows:
        raise Rejected("AlreadyAuthorized", key, book.escrows[key].status)
    collected = _collect(book, call, terms.token, terms.amount)

    escrow = Escrow(terms, NOTHING, NOTHING, rate_bps, Status.AUTHORIZED)
    values = {
        "key": key,
        "payer": terms.payer,
        "merchant": terms.merchant,
        "token": terms.token,
        "amount": terms.amount,
        "captureDeadline": terms.capture_deadline,
        "refundDeadline": terms.refund_deadline,
        "minFeeBps": terms.min_fee_bps,
        "maxFeeBps": terms.max_fee_bps,
        "salt": terms.salt,
    }
    return Outcome(_put(book, key, escrow), (collected,), (Event("EscrowAuthorized", values),))


def capture(book: VaultBook, call: Call, terms: Terms, amount: TokenUnits) -> Outcome[VaultBook]:
    """The merchant takes a part, or the rest, of what is in escrow.

    Raises NotMerchant, ZeroAmount, NotAuthorized, Expired, CaptureExceeded.
    """
    _require_merchant(call, terms)
    if amount == 0:
        raise Rejected("ZeroAmount")
    key, escrow, left = _open(book, terms)
    if call.now >= terms.capture_deadline:
        raise Rejected("Expired", key, call.now, terms.capture_deadline)
    if amount > left:
        raise Rejected("CaptureExceeded", key, amount, left)

    captured = TokenUnits(escrow.captured + amount)
    # On all captured, less what was taken before: the parts add up to the fee of the whole.
    fee = TokenUnits(fee_of(captured, escrow.fee_bps) - fee_of(escrow.captured, escrow.fee_bps))
    status = Status.CAPTURED if amount == left else Status.AUTHORIZED
    booked = _put(book, key, replace(escrow, captured=captured, status=status))
    events: tuple[Event, ...] = (Event("EscrowCaptured", {"key": key, "amount": amount, "fee": fee}),)
    if fee:
        credited = credit(booked, terms.token, book.fee_recipient, fee)
        booked, events = credited.book, events + credited.events
    return Outcome(booked, (_push(book, terms.token, terms.merchant, amount - fee),), events)


def refund(book: VaultBook, call: Call, terms: Terms, amount: TokenUnits) -> Outcome[VaultBook]:
    """The merchant returns a part of what it captured; a fee taken is not returned.

    Raises NotMerchant, ZeroAmount, Expired, RefundExceeded, WrongValue.
    """
    _require_merchant(call, terms)
    if amount == 0:
        raise Rejected("ZeroAmount")
    key, escrow = key_of(book, terms), escrow_of(book, terms)
    if call.now >= terms.refund_deadline:
        raise Rejected("Expired", key, call.now, terms.refund_deadline)
    if amount > refundable(escrow):
        raise Rejected("RefundExceeded", key, amount, refundable(escrow))
    collected = _collect(book, call, terms.token, amount)

    booked = _put(book, key, replace(escrow, refunded=TokenUnits(escrow.refunded + amount)))
    transfers = (collected, _push(book, terms.token, terms.payer, amount))
    return Outcome(booked, transfers, (Event("EscrowRefunded", {"key": key, "amount": amount}),))


def void(book: VaultBook, call: Call, terms: Terms) -> Outcome[VaultBook]:
    """The merchant gives the rest of an open escrow back.

    Raises NotMerchant, NotAuthorized.
    """
    _require_merchant(call, terms)
    return _close(book, terms, Status.VOIDED, "EscrowVoided")


def reclaim(book: VaultBook, call: Call, terms: Terms) -> Outcome[VaultBook]:
    """The payer takes back the rest of an open escrow, from the capture deadline on.

    Raises NotPayer, NotAuthorized, TooEarly.
    """
    _require_payer(call, terms)
    key, _, _ = _open(book, terms)
    if call.now < terms.capture_deadline:
        raise Rejected("TooEarly", key, call.now, terms.capture_deadline)
    return _close(book, terms, Status.RECLAIMED, "EscrowReclaimed")


def _close(book: VaultBook, terms: Terms, status: Status, event: str) -> Outcome[VaultBook]:
    key, escrow, left = _open(book, terms)
    closed = _put(book, key, replace(escrow, status=status))
    transfer = _push(book, terms.token, terms.payer, left)
    return Outcome(closed, (transfer,), (Event(event, {"key": key, "amount": left}),))


def _open(book: VaultBook, terms: Terms) -> tuple[Key, Escrow, TokenUnits]:
    key, escrow = key_of(book, terms), escrow_of(book, terms)
    if escrow.status is not Status.AUTHORIZED:
        raise Rejected("NotAuthorized", key, escrow.status)
    return key, escrow, capturable(escrow)


def _collect(book: VaultBook, call: Call, token: Address, amount: TokenUnits) -> Transfer:
    expected = amount if token == NATIVE else NOTHING
    if call.value != expected:
        raise Rejected("WrongValue", call.value, expected)
    return Transfer(Way.COLLECT, token, call.caller, book.address, amount)


def _push(book: VaultBook, token: Address, to: Address, amount: int) -> Transfer:
    return Transfer(Way.PUSH, token, book.address, to, TokenUnits(amount))


def _put(book: VaultBook, key: Key, escrow: Escrow) -> VaultBook:
    return replace(book, escrows={**book.escrows, key: escrow})


def _require_payer(call: Call, terms: Terms) -> None:
    if call.caller != terms.payer:
        raise Rejected("NotPayer", call.caller, terms.payer)


def _require_merchant(call: Call, terms: Terms) -> None:
    if call.caller != terms.merchant:
        raise Rejected("NotMerchant", call.caller, terms.merchant)
