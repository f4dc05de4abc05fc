"""The reference model of CentralBankToken: the register with its tiers, issue and redemption.

Source: interfaces/ICentralBankToken.sol. Each act makes its checks in the contract's own order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from eth_utils.crypto import keccak

from offchain.core.units import NOTHING, ZERO_ADDRESS, Address, TokenUnits
from tests.model import breaker, coin
from tests.model.accounts import GOVERNOR_ROLE, TokenBook, put
from tests.model.act import Call, Event, Outcome, Rejected
from tests.model.stablecoin import refuse_above_the_word

BANK_ROLE, INTERMEDIARY_ROLE = keccak(text="BANK_ROLE"), keccak(text="INTERMEDIARY_ROLE")
TIERS = 3
MAX_LIMIT = 2**56 - 1


@dataclass(frozen=True, kw_only=True)
class CentralBankBook(TokenBook):
    """Holding limits by tier, and whose customer each account is. The standing of an account is its tier."""

    limits: Mapping[int, TokenUnits] = field(default_factory=dict)
    registrars: Mapping[Address, Address] = field(default_factory=dict)

    def is_barred(self, standing: int) -> bool:
        """Not registered."""
        return standing == 0

    def most(self, standing: int) -> int:
        """The holding limit of the tier; none is set at first, and nothing can be held."""
        return self.limits.get(standing, NOTHING)

    def refuse_supply(self, amount: TokenUnits) -> Rejected | None:
        """The supply fits 112 bits."""
        return refuse_above_the_word(self, amount)


CentralBankOutcome = Outcome[CentralBankBook]


def issue(book: CentralBankBook, call: Call, to: Address, amount: TokenUnits) -> CentralBankOutcome:
    """New money for an account.

    Raises AccessControlUnauthorizedAccount and those of `coin.mint`.
    """
    book.require_role(BANK_ROLE, call.caller)
    issued = coin.mint(book, call.now, to, amount)
    return issued.then(lambda after: breaker.record(after, call, "issue", ["address", "uint256"], [to, amount]))


def redeem(book: CentralBankBook, call: Call, source: Address, amount: TokenUnits) -> CentralBankOutcome:
    """Destroy the bank's own money, or what an account has approved it for.

    Raises AccessControlUnauthorizedAccount and those of `coin.spend` and `coin.destroy`.
    """
    book.require_role(BANK_ROLE, call.caller)
    if source != call.caller:
        book = coin.spend(book, source, call.caller, amount)
    redeemed = coin.destroy(book, source, amount)
    return redeemed.then(lambda after: breaker.record(after, call, "redeem", ["address", "uint256"], [source, amount]))


def register(book: CentralBankBook, call: Call, account: Address, tier: int) -> CentralBankOutcome:
    """Put an account in a tier, or with 0 out of the register.

    Raises UnknownTier, AccessControlUnauthorizedAccount, NotIntermediarysTier, NotRegistrar.
    """
    if tier > TIERS:
        raise Rejected("UnknownTier", tier)
    by_bank = (BANK_ROLE, call.caller) in book.members
    if not by_bank:
        _require_customer(book, call.caller, account, tier)
    registrar = call.caller if tier or by_bank else ZERO_ADDRESS
    placed = put(_entrusted(book, account, registrar), account, replace(book.of(account), standing=tier))
    event = Event("AccountRegistered", {"account": account, "tier": tier, "registrar": call.caller})
    noted = Outcome(placed, events=(event,))
    return noted.then(lambda after: breaker.record(after, call, "register", ["address", "uint8"], [account, tier]))


def entrust(book: CentralBankBook, call: Call, account: Address, registrar: Address) -> CentralBankOutcome:
    """Name who may register the account from now on.

    Raises AccessControlUnauthorizedAccount.
    """
    event = Event("AccountEntrusted", {"account": account, "registrar": registrar})
    changed = _entrusted(book, account, registrar)
    return coin.recorded(changed, call, BANK_ROLE, event, "entrust", ["address", "address"])


def set_limit(book: CentralBankBook, call: Call, tier: int, limit: TokenUnits) -> CentralBankOutcome:
    """Set the holding limit of a tier: setHoldingLimit.

    Raises AccessControlUnauthorizedAccount, UnknownTier, LimitTooLarge.
    """
    book.require_role(GOVERNOR_ROLE, call.caller)
    if not 0 < tier <= TIERS:
        raise Rejected("UnknownTier", tier)
    if limit > MAX_LIMIT:
        raise Rejected("LimitTooLarge", limit, MAX_LIMIT)
    event = Event("HoldingLimitChanged", {"tier": tier, "limit": limit})
    changed = replace(book, limits={**book.limits, tier: limit})
    return coin.recorded(changed, call, GOVERNOR_ROLE, event, "setHoldingLimit", ["uint8", "uint256"])


def _require_customer(book: CentralBankBook, intermediary: Address, account: Address, tier: int) -> None:
    book.require_role(INTERMEDIARY_ROLE, intermediary)
    if TIERS in (tier, book.of(account).standing):
        raise Rejected("NotIntermediarysTier", intermediary, TIERS)
    registrar = book.registrars.get(account, ZERO_ADDRESS)
    if registrar not in (ZERO_ADDRESS, intermediary):
        raise Rejected("NotRegistrar", account, intermediary, registrar)


def _entrusted(book: CentralBankBook, account: Address, registrar: Address) -> CentralBankBook:
    return replace(book, registrars={**book.registrars, account: registrar})
