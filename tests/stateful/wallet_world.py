"""What the reference models of governance leave to the world: who holds what, whom a call reaches. Pure, like they are.

No contract here calls back the one that called it, so each book is changed once in a transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from eth_abi import decode, encode
from eth_utils import keccak, to_checksum_address

from offchain.core.units import NATIVE, ZERO_ADDRESS
from tests.model import breaker, governed, wallet
from tests.model.act import Call, Event, Outcome, Rejected, Transfer, Way
from tests.model.breaker import BreakerBook
from tests.model.calldata import arguments_of, selector_of, types_of
from tests.model.limits import LimitedBook, configure_limit, take
from tests.model.multisig import MultiSigBook
from tests.model.timelock_book import Reach

PANIC_UNDERFLOW = 0x11
LOST = "0x000000000000000000000000000000000000dEaD"


@dataclass(frozen=True, kw_only=True)
class TrippingBook(BreakerBook, LimitedBook):
    """All that TrippingVault remembers."""

    governor: str
    guardian: str
    owed_to: Mapping[str, int] = field(default_factory=dict)

    @property
    def owed(self):
        return sum(self.owed_to.values())

    def refuse_governor(self, account):
        return None if account == self.governor else Rejected("NotGovernor", account)

    def refuse_guardian(self, account):
        return None if account == self.guardian else Rejected("NotGuardian", account)


@dataclass(frozen=True)
class WalletWorld:
    """Every contract's book by its address, and the ledger, by (asset, account). `closed` accept no native coin, the
    `deaf` one says so, with an error."""

    books: Mapping[str, BreakerBook]
    token: str
    deaf: str
    closed: frozenset[str]
    holdings: Mapping[tuple[str, str], int]

    def holding(self, asset, account):
        return self.holdings.get((asset, account), 0)

    def called(self, call, to, payload, signed):
        """The world after a call of a contract, and the events as (contract, event).

        Raises Rejected.
        """
        book = self.books[to]
        try:
            if isinstance(book, MultiSigBook):
                outcome = wallet.called(book, call, payload, signed)
            elif isinstance(book, TrippingBook):
                outcome = tripping(book, call, payload, self.holding(NATIVE, to))
            else:
                outcome = governed.called(book, call, payload)
        except Rejected as refusal:
            self.made(refusal.after, call.now, signed)  # what it tries before may be refused first
            raise
        world = replace(self, books={**self.books, to: outcome.book})
        world, events = world.made(outcome.transfers, call.now, signed)
        return world, [(to, event) for event in outcome.events] + events

    def made(self, transfers, now, signed):
        """The world after these transfers and calls, and the events of the contracts that were called."""
        world, events = self, []
        for transfer in transfers:
            if isinstance(transfer, Reach):
                world, more = world.reached(transfer, now, signed)
                events += more
            else:
                world = world.moved(transfer)
        return world, events

    def reached(self, reach, now, signed):
        """The world after one call of an operation, to another contract or with value."""
        try:
            return self._reached(reach, now, signed)
        except Rejected as refusal:
            if refusal.error:
                raise
            raise Rejected("CallFailed", reach.index, reach.to) from refusal

    def moved(self, transfer):
        """The world after a payment; one more than is there, or to who takes none, is refused."""
        asset, source, to, amount = transfer.asset, transfer.source, transfer.to, transfer.amount
        held = self.holding(asset, source)
        if asset == NATIVE:
            if amount > held or (to in self.closed and transfer.way is Way.SEND):
                raise Rejected("TransferFailed", to, amount)
        elif asset != self.token:
            raise Rejected("SafeERC20FailedOperation", asset)
        elif to == ZERO_ADDRESS:
            raise Rejected("ERC20InvalidReceiver", to)
        elif amount > held:
            raise Rejected("ERC20InsufficientBalance", source, held, amount)
        holdings = {**self.holdings, (asset, source): held - amount}
        holdings[asset, to] = holdings.get((asset, to), 0) + amount
        return replace(self, holdings=holdings)

    def _reached(self, reach, now, signed):
        source, to, payload = reach.source, reach.to, reach.payload
        if reach.amount > self.holding(NATIVE, source):
            raise Rejected("")
        if to == source:
            return self, []
        if to in self.books:
            return self.called(Call(source, reach.amount, now), to, payload, signed)
        if to == self.token:
            return self._told(reach), []
        if to == self.deaf:
            raise Rejected("Refused", source, reach.amount) if not payload else Rejected("")
        return self.moved(Transfer(Way.SEND, NATIVE, source, to, reach.amount)), []

    def _told(self, reach):
        """The token does what the wallet tells it to: transfer."""
        if reach.payload[:4] != selector_of("transfer(address,uint256)") or reach.amount:
            raise Rejected("")
        to, amount = decode(("address", "uint256"), reach.payload[4:])
        return self.moved(Transfer(Way.SEND, self.token, reach.source, to_checksum_address(to), amount))


def tripping(book, call, payload, held):
    """A call of TrippingVault, which holds so much native coin.

    Raises Rejected.
    """
    act = TRIPPING.get(payload[:4])
    if act is None or (call.value and act[1] is not _deposit):
        raise Rejected("")
    types, function = act
    return function(book, call, held, *arguments_of(types, payload[4:]))


def _deposit(book, call, _):
    breaker.require_open(book, call.now)
    owed_to = {**book.owed_to, call.caller: book.owed_to.get(call.caller, 0) + call.value}
    return Outcome(
        replace(book, owed_to=owed_to), (Transfer(Way.COLLECT, NATIVE, call.caller, book.address, call.value),)
    )


def _withdraw(book, call, held, amount):
    if held < book.owed:
        return breaker.trip(book, call, keccak(encode(["uint256", "uint256"], [held, book.owed])))
    taken, granted = take(book, NATIVE, amount, call.now)
    if not granted:
        return Outcome(book, events=(Event("Queued", {"account": call.caller, "amount": amount}),))
    owed = book.owed_to.get(call.caller, 0)
    if amount > owed:
        raise Rejected("Panic", PANIC_UNDERFLOW)
    sent = (Transfer(Way.SEND, NATIVE, book.address, call.caller, amount),)
    return Outcome(replace(taken, owed_to={**book.owed_to, call.caller: owed - amount}), sent)


def _withdraw_or_revert(book, call, held, amount):
    if held < book.owed:
        raise Rejected("Insolvent", held, book.owed)
    return _withdraw(book, call, held, amount)


def _lose(book, call, _, amount):
    return Outcome(book, (Transfer(Way.SEND, NATIVE, book.address, LOST, amount),))


def _configure(book, call, _, *limit):
    refusal = book.refuse_governor(call.caller)
    if refusal:
        raise refusal
    return configure_limit(book, call.now, *limit)


def _breaker(act):
    return lambda book, call, _, *arguments: act(book, call, *arguments)


TRIPPING = {
    selector_of(signature): (types_of(signature), act)
    for signature, act in {
        "deposit()": _deposit,
        "withdraw(uint256)": _withdraw,
        "withdrawOrRevert(uint256)": _withdraw_or_revert,
        "lose(uint256)": _lose,
        "configureLimit(address,uint256,uint256)": _configure,
        "pause(uint48)": _breaker(breaker.pause),
        "unpause()": _breaker(breaker.unpause),
        "heartbeat()": _breaker(breaker.guard),
    }.items()
}
