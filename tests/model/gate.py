"""What both payment contracts have at their entrance: the pause and the fee, in one read.

Who sets them is in governed.py, the pause itself in breaker.py. Source: interfaces/IFees.sol.
"""

from offchain.core.units import BasisPoints, TokenUnits
from tests.model.act import Call
from tests.model.breaker import require_open
from tests.model.governed import GovernedBook

BPS = 10_000


def fee_of(amount: TokenUnits, rate_bps: BasisPoints) -> TokenUnits:
    """The fee on an amount, rounded down, in the amount's own units."""
    return TokenUnits(amount * rate_bps // BPS)


def enter(book: GovernedBook, call: Call) -> BasisPoints:
    """The fee rate in force, if entry is open.

    Raises ContractPaused.
    """
    require_open(book, call.now)
    return book.fee_bps
