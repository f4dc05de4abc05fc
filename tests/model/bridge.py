"""The reference model of a bridge's two contracts: what is locked here is minted there, what is burned there released.

Source: interfaces/IBridgeVault.sol, IBridgeToken.sol. Each act makes its checks in the contract's own order. Whether an
asset moves into or out of the vault is the world's to say; the bridged token keeps its own accounts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from offchain.core.checkpoint import Attestation, Checkpoint, Point, Side, Transfer
from offchain.core.units import NATIVE, NOTHING, ZERO_ADDRESS, Address, TokenUnits
from tests.model import breaker
from tests.model.act import Call, Event, Outcome, Rejected, Way
from tests.model.act import Transfer as Movement
from tests.model.attestors import Recover
from tests.model.breaker import record, require_open
from tests.model.inbox import NOBODY, InboxBook, arrive, arrive_at
from tests.model.outbox import append, require_governor


@dataclass(frozen=True, kw_only=True)
class VaultBook(InboxBook):
    """`unit` base units of the asset are one of the route."""

    unit: int
    is_listed: bool = False

    @property
    def limited(self) -> Address:
        """The bucket of the asset."""
        return self.token

    @property
    def base_units(self) -> int:
        """The bucket counts the asset's base units."""
        return self.unit

    @property
    def owed(self) -> int:
        """What those who locked, and have not got it back, are owed, in base units of the asset."""
        return (self.sent.cumulative - self.arrived.cumulative + self.queued_total) * self.unit

    def paid(self, to: Address, amount: TokenUnits) -> "Outcome[VaultBook]":
        """The asset leaves."""
        return Outcome(self, (Movement(Way.PUSH, self.token, self.address, to, TokenUnits(amount * self.unit)),))


@dataclass(frozen=True, kw_only=True)
class BridgeTokenBook(InboxBook):
    """Its own ERC-20 accounts, and allowances by (owner, spender)."""

    accounts: Mapping[Address, TokenUnits] = field(default_factory=dict)

    @property
    def limited(self) -> Address:
        """Its own bucket."""
        return self.address

    @property
    def base_units(self) -> int:
        """Its units are the route's."""
        return 1

    @property
    def supply(self) -> int:
        """What arrived, less what waits, less what was burned."""
        return self.arrived.cumulative - self.queued_total - self.sent.cumulative

    def of(self, account: Address) -> TokenUnits:
        """What an account holds."""
        return self.accounts.get(account, NOTHING)

    def paid(self, to: Address, amount: TokenUnits) -> "Outcome[BridgeTokenBook]":
        """New tokens, and the supply follows from what arrived."""
        return Outcome(_add(self, to, amount), events=(_moved(ZERO_ADDRESS, to, amount),))


def lock(book: VaultBook, call: Call, to: Address, amount: TokenUnits) -> Outcome[VaultBook]:
    """Lock base units of the asset; the movement is to bring exactly that.

    Raises ContractPaused, NotListed, WrongValue, and once it came Dust and those of `append`.
    """
    require_open(book, call.now)
    if not book.is_listed:
        raise Rejected("NotListed")
    expected = amount if book.token == NATIVE else 0
    if call.value != expected:
        raise Rejected("WrongValue", call.value, expected)

    def taken_down(after: VaultBook) -> Outcome[VaultBook]:
        if amount % book.unit:
            raise Rejected("Dust", amount, book.unit)
        return append(after, Transfer(call.caller, to, TokenUnits(amount // book.unit)), "Locked")

    came = Movement(Way.COLLECT, book.token, call.caller, book.address, amount)
    return Outcome(book, (came,)).then(taken_down)


def release(
    book: VaultBook,
    call: Call,
    checkpoint: Checkpoint,
    records: bytes,
    attestation: Attestation,
    recover: Recover,
    refusing: frozenset[Address] = NOBODY,
) -> Outcome[VaultBook]:
    """What was burned arrives, which was locked before, whatever attestors sign.

    Raises MoreThanLocked and those of `arrive`.
    """
    _require_locked(book, checkpoint.cumulative)
    return arrive(book, call, checkpoint, records, attestation, recover, refusing)


def release_at(
    book: VaultBook, call: Call, point: Point, records: bytes, refusing: frozenset[Address] = NOBODY
) -> Outcome[VaultBook]:
    """The same up to a proven point.

    Raises MoreThanLocked and those of `arrive_at`.
    """
    _require_locked(book, point.cumulative)
    return arrive_at(book, call, point, records, refusing)


def burn(book: BridgeTokenBook, call: Call, to: Address, amount: TokenUnits) -> Outcome[BridgeTokenBook]:
    """Give up the caller's own.

    Raises ContractPaused, those of `append`, ERC20InsufficientBalance.
    """
    require_open(book, call.now)
    recorded = append(book, Transfer(call.caller, to, amount), "Burned")
    held = book.of(call.caller)
    if amount > held:
        raise Rejected("ERC20InsufficientBalance", call.caller, held, amount)
    burned = _add(recorded.book, call.caller, -amount)
    return Outcome(burned, events=(_moved(call.caller, ZERO_ADDRESS, amount), *recorded.events))


def transfer(book: BridgeTokenBook, call: Call, to: Address, amount: TokenUnits) -> Outcome[BridgeTokenBook]:
    """Send the caller's own, whatever the pause.

    Raises ERC20InvalidReceiver, ERC20InsufficientBalance.
    """
    if to == ZERO_ADDRESS:
        raise Rejected("ERC20InvalidReceiver", to)
    held = book.of(call.caller)
    if amount > held:
        raise Rejected("ERC20InsufficientBalance", call.caller, held, amount)
    moved = _add(_add(book, call.caller, -amount), to, amount)
    return Outcome(moved, events=(_moved(call.caller, to, amount),))


def list_route(book: VaultBook, call: Call, chain_id: int, bridge_token: Address) -> Outcome[VaultBook]:
    """Open the route to its contract, once and for good, or again.

    Raises AccessControlUnauthorizedAccount, AlreadyListed, InvalidPeer.
    """
    require_governor(book, call.caller)
    peer = Side(chain_id, bridge_token, bridge_token)
    if chain_id in (0, book.chain_id) or bridge_token == ZERO_ADDRESS:
        raise Rejected("InvalidPeer", chain_id, bridge_token)
    if book.is_listed or (book.peer and book.peer != peer):
        raise Rejected("AlreadyListed", book.outbound)
    opened = replace(book, peer=peer, is_listed=True)
    if not book.peer:
        opened = replace(opened, sent=_at_start(opened.outbound), arrived=_at_start(opened.inbound))
    values = {"route": opened.outbound, "chainId": chain_id, "bridgeToken": bridge_token}
    types = ("uint256", "address")
    return Outcome(opened, events=(Event("RouteListed", values),)).then(
        lambda after: record(after, call, "list", types, (chain_id, bridge_token))
    )


def unlist(book: VaultBook, call: Call) -> Outcome[VaultBook]:
    """Lock nothing more.

    Raises AccessControlUnauthorizedAccount, NotListed.
    """
    require_governor(book, call.caller)
    if not book.is_listed:
        raise Rejected("NotListed")
    closed = Outcome(replace(book, is_listed=False), events=(Event("RouteUnlisted", {"route": book.outbound}),))
    return closed.then(lambda after: record(after, call, "unlist"))


def prove_insolvency(book: VaultBook, call: Call, held: int) -> Outcome[VaultBook]:
    """Pause a vault that holds less of its asset, in base units, than it owes.

    Raises Solvent.
    """
    if held >= book.owed:
        raise Rejected("Solvent", held, book.owed)
    return breaker.trip(book, call, keccak(encode(("uint256", "uint256"), (held, book.owed))))


def _require_locked(book: VaultBook, cumulative: int) -> None:
    if cumulative > book.sent.cumulative:
        raise Rejected("MoreThanLocked", cumulative, book.sent.cumulative)


def _at_start(route: bytes) -> Point:
    return Point(0, route, NOTHING)


def _add(book: BridgeTokenBook, account: Address, amount: int) -> BridgeTokenBook:
    changed = TokenUnits(book.of(account) + amount)
    return replace(book, accounts={**book.accounts, account: changed})


def _moved(source: Address, to: Address, amount: TokenUnits) -> Event:
    return Event("Transfer", {"from": source, "to": to, "value": amount})
