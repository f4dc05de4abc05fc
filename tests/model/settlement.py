"""The reference model of Settlement: orders that a maker signs and takers settle, whole or in parts.

Source: EIP-712, interfaces/ISettlement.sol. Each act makes its checks in the contract's own order. Who signed is the
world's to say, and whether an asset or money moves; the transfers are to be made in their order.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, replace
from enum import IntEnum
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from offchain.core.units import NATIVE, NOTHING, ZERO_ADDRESS, Address, BasisPoints, Key, Timestamp, TokenUnits
from tests.model.act import Call, Event, Outcome, Rejected, Transfer, Way
from tests.model.gate import enter, fee_of
from tests.model.governed import GovernedBook
from tests.model.limits import available_of, take

NAME, VERSION = "Quittance Settlement", "1.0.0"
DOMAIN = (("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address"))
ORDER = (
    ("maker", "address"),
    ("taker", "address"),
    ("makerSells", "bool"),
    ("standard", "uint8"),
    ("asset", "address"),
    ("id", "uint256"),
    ("amount", "uint256"),
    ("currency", "address"),
    ("price", "uint256"),
    ("maxFeeBps", "uint256"),
    ("expiry", "uint256"),
    ("counter", "uint256"),
    ("salt", "uint256"),
)
"""The fields of the signed type, in their order."""


class Standard(IntEnum):
    """What kind of token the asset is."""

    ERC20 = 0
    ERC721 = 1
    ERC1155 = 2


@dataclass(frozen=True)
class Order:
    """What a maker signs, in the order of the interface; the taker is the zero address if anyone may settle."""

    maker: Address
    taker: Address
    maker_sells: bool
    standard: Standard
    asset: Address
    id: int
    amount: TokenUnits
    currency: Address
    price: TokenUnits
    max_fee_bps: int
    expiry: Timestamp
    counter: int
    salt: int

    def values(self) -> tuple[Any, ...]:
        """The order as the contract takes it."""
        return astuple(self)


@dataclass(frozen=True)
class Delivery(Transfer):
    """A command: move `amount` of an ERC-721 or ERC-1155 token `id`, safely and exactly."""

    standard: Standard
    id: int


@dataclass(frozen=True, kw_only=True)
class SettlementBook(GovernedBook):
    """All that Settlement remembers; by asset what it holds: fees not swept yet, and what was forced upon it."""

    filled: Mapping[Key, TokenUnits] = field(default_factory=dict)
    counters: Mapping[Address, int] = field(default_factory=dict)
    unswept: Mapping[Address, TokenUnits] = field(default_factory=dict)


def type_of() -> str:
    """The type as EIP-712 spells it."""
    return f"Order({','.join(f'{kind} {name}' for name, kind in ORDER)})"


def order_hash(chain_id: int, settlement: Address, order: Order, version: str = VERSION) -> Key:
    """What the maker signs, and what the order is known by."""
    names = ",".join(f"{kind} {name}" for name, kind in DOMAIN)
    types = ("bytes32", "bytes32", "bytes32", "uint256", "address")
    words = (keccak(text=f"EIP712Domain({names})"), keccak(text=NAME), keccak(text=version), chain_id, settlement)
    values = keccak(encode(("bytes32", *(kind for _, kind in ORDER)), (keccak(text=type_of()), *order.values())))
    return Key(keccak(b"\x19\x01" + keccak(encode(types, words)) + values))


def typed_data(chain_id: int, settlement: Address, order: Order) -> dict[str, Any]:
    """The order as a wallet shows it to its owner (`eth_signTypedData_v4`)."""
    types = {"EIP712Domain": DOMAIN, "Order": ORDER}
    domain = {"name": NAME, "version": VERSION, "chainId": chain_id, "verifyingContract": settlement}
    named = {name: [{"name": each, "type": kind} for each, kind in spelled] for name, spelled in types.items()}
    message = dict(zip((name for name, _ in ORDER), order.values(), strict=True))
    return {"types": named, "primaryType": "Order", "domain": domain, "message": message}


def hash_of(book: SettlementBook, order: Order) -> Key:
    """What an order is known by in this book."""
    return order_hash(book.chain_id, book.address, order)


def filled_of(book: SettlementBook, order: Order) -> TokenUnits:
    """How much of an order is settled; all of it, if it was cancelled."""
    return book.filled.get(hash_of(book, order), NOTHING)


def price_until(order: Order, amount: int) -> TokenUnits:
    """What the first `amount` of an order costs, in units of the currency: rounded in the maker's favour."""
    share = order.price * amount
    return TokenUnits(-(-share // order.amount) if order.maker_sells else share // order.amount)


def cost_of(order: Order, already: int, amount: int, rate_bps: BasisPoints) -> tuple[TokenUnits, TokenUnits]:
    """What the buyer pays for a part, and the fee in it, so that parts add up to the price and to its fee."""
    before, until = price_until(order, already), price_until(order, already + amount)
    return TokenUnits(until - before), TokenUnits(fee_of(until, rate_bps) - fee_of(before, rate_bps))


def parties_of(order: Order, taker: Address) -> tuple[Address, Address]:
    """Seller and buyer."""
    return (order.maker, taker) if order.maker_sells else (taker, order.maker)


def settle(book: SettlementBook, call: Call, order: Order, amount: TokenUnits, signed: bool) -> Outcome[SettlementBook]:
    """The taker settles a part of an order, or all of it; `signed` if the signature is the maker's over it.

    Raises ContractPaused, InvalidOrder, OrderExpired, NotTaker, WrongCounter, FeeAboveMax, InvalidSignature,
    OrderClosed, AmountExceeded, WrongValue.
    """
    rate_bps = enter(book, call)
    key = _open(book, call, order, rate_bps)
    if not signed:
        raise Rejected("InvalidSignature", key, order.maker)
    already = filled_of(book, order)
    if already >= order.amount:
        raise Rejected("OrderClosed", key)
    if not 0 < amount <= order.amount - already:
        raise Rejected("AmountExceeded", key, amount, order.amount - already)
    paid, fee = cost_of(order, already, amount, rate_bps)
    native = order.currency == NATIVE
    if call.value != (paid if native else 0):
        raise Rejected("WrongValue", call.value, paid if native else 0)

    seller, buyer = parties_of(order, call.caller)
    unswept = {**book.unswept, order.currency: TokenUnits(book.unswept.get(order.currency, NOTHING) + fee)}
    booked = replace(book, filled={**book.filled, key: TokenUnits(already + amount)}, unswept=unswept)
    values = {"orderHash": key, "seller": seller, "buyer": buyer, "amount": amount, "paid": paid, "fee": fee}
    if native:
        money = (
            Transfer(Way.COLLECT, NATIVE, buyer, book.address, paid),
            Transfer(Way.SEND, NATIVE, book.address, seller, TokenUnits(paid - fee)),
        )
    else:
        money = (
            Transfer(Way.COLLECT, order.currency, buyer, seller, TokenUnits(paid - fee)),
            Transfer(Way.COLLECT, order.currency, buyer, book.address, fee),
        )
    asset = Delivery(Way.COLLECT, order.asset, seller, buyer, amount, order.standard, order.id)
    moved = (*(transfer for transfer in money if transfer.amount), asset)
    return Outcome(booked, moved, (Event("OrderSettled", values),))


def cancel(book: SettlementBook, call: Call, order: Order) -> Outcome[SettlementBook]:
    """The maker closes an order.

    Raises NotMaker, OrderClosed.
    """
    key = hash_of(book, order)
    if call.caller != order.maker:
        raise Rejected("NotMaker", key, call.caller, order.maker)
    if filled_of(book, order) >= order.amount:
        raise Rejected("OrderClosed", key)

    booked = replace(book, filled={**book.filled, key: order.amount})
    return Outcome(booked, events=(Event("OrderCancelled", {"orderHash": key, "maker": order.maker}),))


def cancel_all(book: SettlementBook, call: Call, last_block_hash: bytes) -> Outcome[SettlementBook]:
    """The caller closes all that it has signed: its counter moves on by what nobody could know before."""
    counter = book.counters.get(call.caller, 0) + 1 + int.from_bytes(last_block_hash[:16], "big")
    booked = replace(book, counters={**book.counters, call.caller: counter})
    return Outcome(booked, events=(Event("AllOrdersCancelled", {"maker": call.caller, "counter": counter}),))


def sweep(book: SettlementBook, call: Call, token: Address) -> Outcome[SettlementBook]:
    """Anyone sends what the contract holds of an asset to the fee recipient, as much as its limit lets out now.

    Raises ZeroAmount, LimitReached.
    """
    held = book.unswept.get(token, NOTHING)
    if held == 0:
        raise Rejected("ZeroAmount")
    amount = TokenUnits(min(held, available_of(book, token, call.now)))
    if amount == 0:
        raise Rejected("LimitReached", token, held)

    limited, _ = take(book, token, amount, call.now)
    unswept = {**book.unswept, token: TokenUnits(held - amount)}
    values = {"token": token, "feeRecipient": book.fee_recipient, "amount": amount}
    transfer = Transfer(Way.SEND, token, book.address, book.fee_recipient, amount)
    return Outcome(replace(limited, unswept=unswept), (transfer,), (Event("FeesSwept", values),))


def _open(book: SettlementBook, call: Call, order: Order, rate_bps: BasisPoints) -> Key:
    key, counter = hash_of(book, order), book.counters.get(order.maker, 0)
    if not _is_sound(call, order):
        raise Rejected("InvalidOrder", key)
    if call.now >= order.expiry:
        raise Rejected("OrderExpired", key, call.now, order.expiry)
    if order.taker not in (ZERO_ADDRESS, call.caller):
        raise Rejected("NotTaker", key, call.caller, order.taker)
    if order.counter != counter:
        raise Rejected("WrongCounter", key, order.counter, counter)
    if rate_bps > order.max_fee_bps:
        raise Rejected("FeeAboveMax", key, rate_bps, order.max_fee_bps)
    return key


def _is_sound(call: Call, order: Order) -> bool:
    """Something for something else, of somebody else, in a way in which it can move."""
    return not (
        order.maker == call.caller
        or order.amount == 0
        or order.price == 0
        or order.asset == order.currency
        or (not order.maker_sells and order.currency == NATIVE)
        or (order.standard is Standard.ERC721 and order.amount != 1)
        or (order.standard is Standard.ERC20 and order.id != 0)
    )
