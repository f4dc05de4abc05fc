"""The reference model of Bep20Token: an ERC-20 that its governor mints.

Source: BEP-20, interfaces/IBep20Token.sol.
"""

from dataclasses import dataclass

from offchain.core.units import Address, TokenUnits
from tests.model import breaker, coin
from tests.model.accounts import GOVERNOR_ROLE, UNLIMITED, TokenBook
from tests.model.act import Call, Outcome, Rejected

OVERFLOW = 0x11


@dataclass(frozen=True, kw_only=True)
class Bep20Book(TokenBook):
    """Nobody is barred, nothing is frozen, nothing limits what an account holds."""

    def is_barred(self, standing: int) -> bool:
        """Nobody is."""
        return False

    def most(self, standing: int) -> int:
        """A whole word."""
        return UNLIMITED

    def refuse_supply(self, amount: TokenUnits) -> Rejected | None:
        """The supply fits its word; beyond it is Solidity's own error."""
        return Rejected("Panic", OVERFLOW) if amount > UNLIMITED - self.supply else None


def mint(book: Bep20Book, call: Call, to: Address, amount: TokenUnits) -> Outcome[Bep20Book]:
    """New tokens for an account.

    Raises AccessControlUnauthorizedAccount and those of `coin.mint`.
    """
    book.require_role(GOVERNOR_ROLE, call.caller)
    minted = coin.mint(book, call.now, to, amount)
    return minted.then(lambda after: breaker.record(after, call, "mint", ["address", "uint256"], [to, amount]))
