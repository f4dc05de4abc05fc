"""What the reference model leaves to the world: who holds what, which transfer goes through. Pure, like the model."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from offchain.core.units import NATIVE
from tests.model.act import Rejected, Transfer, Way

PANIC_UNDERFLOW = 0x11
UNLIMITED = 2**256 - 1
EXACT = (Way.COLLECT, Way.AUTHORIZED, Way.PERMIT2, Way.DELIVER)  # whoever gets it must gain what was asked


@dataclass(frozen=True)
class World:
    """Ledger and moods. `holdings` by (asset, account); an allowance is without limit, or there is none.

    `plain` and `keyed` move by signatures, too; Permit2 has the allowance of whoever is `approved`.
    `mute` answers nothing and knows no typed errors, `blocking` refuses the `blocked`, `taking` burns `taken_bps` of
    what a payee gets, the others are OpenZeppelin's. `closed` accounts accept no native coin.
    """

    plain: str
    mute: str
    blocking: str
    taking: str
    keyed: str
    holdings: Mapping[tuple[str, str], int]
    approved: frozenset[str]
    closed: frozenset[str]
    blocked: frozenset[str] = frozenset()
    taken_bps: int = 0
    supplies: Mapping[str, int] = field(default_factory=dict)

    @property
    def tokens(self) -> tuple[str, ...]:
        return self.plain, self.mute, self.blocking, self.taking, self.keyed

    def require_token(self, asset: str) -> None:
        """Raises NotAToken for what answers no balanceOf."""
        if asset != NATIVE and asset not in self.tokens:
            raise Rejected("NotAToken", asset)

    def made(self, transfers: Iterable[Transfer], actor: str) -> "tuple[World, tuple[Transfer, ...]]":
        """The world after these transfers that `actor`, a payment contract, makes; and the pushes that were refused.

        Raises Rejected where a transfer that must succeed does not.
        """
        world, refused = self, []
        for transfer in transfers:
            try:
                world = world.moved(transfer, actor)
            except Rejected:
                if transfer.way is not Way.PUSH:
                    raise
                refused.append(transfer)
        return world, tuple(refused)

    def moved(self, transfer: Transfer, actor: str) -> "World":
        """The world after one transfer.

        Raises Rejected with the error that the contract, or the token through it, gives.
        """
        taken = 0
        if transfer.asset == NATIVE:
            if transfer.way is not Way.COLLECT and transfer.to in self.closed:
                raise Rejected("TransferFailed", transfer.to, transfer.amount)
        else:
            try:
                self._require_willing(transfer, actor)
            except Rejected as refusal:
                if transfer.way is Way.PAYOUT:
                    raise Rejected("TransferFailed", transfer.to, transfer.amount) from refusal
                if transfer.way is Way.PERMIT2:
                    raise Rejected("Error", "TRANSFER_FROM_FAILED") from refusal
                raise
            if transfer.asset == self.taking:
                taken = transfer.amount * self.taken_bps // 10_000
            if taken and transfer.way in EXACT:
                expected = self.holding(transfer.asset, transfer.to) + transfer.amount
                raise Rejected("InexactTransfer", transfer.asset, transfer.to, expected - taken, expected)
        holdings = dict(self.holdings)
        holdings[transfer.asset, transfer.source] = self.holding(transfer.asset, transfer.source) - transfer.amount
        holdings[transfer.asset, transfer.to] = holdings.get((transfer.asset, transfer.to), 0) + transfer.amount - taken
        supplies = {**self.supplies, transfer.asset: self.supplies[transfer.asset] - taken}
        return replace(self, holdings=holdings, supplies=supplies)

    def holding(self, asset: str, account: str) -> int:
        return self.holdings.get((asset, account), 0)

    def _require_willing(self, transfer: Transfer, actor: str) -> None:
        asset, source, amount = transfer.asset, transfer.source, transfer.amount
        self.require_token(asset)
        held = self.holding(asset, source)
        pulled = source != actor and source not in self.approved and transfer.way is not Way.AUTHORIZED
        if asset == self.mute:
            if amount and (pulled or amount > held):
                raise Rejected("Panic", PANIC_UNDERFLOW)
            return
        if pulled and amount:
            raise Rejected("ERC20InsufficientAllowance", actor, 0, amount)
        if asset == self.blocking:
            for account in (source, transfer.to):
                if account in self.blocked:
                    raise Rejected("Blocked", account)
        if amount > held:
            raise Rejected("ERC20InsufficientBalance", source, held, amount)
