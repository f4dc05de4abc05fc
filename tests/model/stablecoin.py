"""The reference model of Stablecoin: minters, the blocklist, permits and authorizations.

Source: interfaces/IStablecoin.sol, EIP-2612, EIP-3009. A signature is here who made it: the account that is recovered
from it and from what the contract was asked, which is the owner's only if the owner signed exactly that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from eth_utils.crypto import keccak

from offchain.core.units import NOTHING, Address, Timestamp, TokenUnits
from tests.model import breaker, coin
from tests.model.accounts import GOVERNOR_ROLE, TokenBook, put
from tests.model.act import Call, Event, Outcome, Rejected

MASTER_MINTER_ROLE, BLOCKLISTER_ROLE = keccak(text="MASTER_MINTER_ROLE"), keccak(text="BLOCKLISTER_ROLE")
MAX_AMOUNT = 2**112 - 1
BLOCKED = 1


@dataclass(frozen=True, kw_only=True)
class StablecoinBook(TokenBook):
    """Allowances of minters, and the next number of each (account, sequence); the permits' sequence is 0."""

    minters: Mapping[Address, TokenUnits] = field(default_factory=dict)
    numbers: Mapping[tuple[Address, int], int] = field(default_factory=dict)

    def is_barred(self, standing: int) -> bool:
        """Blocked."""
        return standing == BLOCKED

    def most(self, standing: int) -> int:
        """There is no holding limit."""
        return MAX_AMOUNT

    def refuse_supply(self, amount: TokenUnits) -> Rejected | None:
        """The supply fits 112 bits."""
        return refuse_above_the_word(self, amount)

    def require_spender(self, spender: Address) -> None:
        """Raises BlockedSpender."""
        if self.of(spender).standing == BLOCKED:
            raise Rejected("BlockedSpender", spender)

    def nonce(self, account: Address, sequence: int = 0) -> int:
        """The next nonce of a sequence: its name in the upper 192 bits, the number in the lower 64."""
        return sequence << 64 | self.numbers.get((account, sequence), 0)

    def is_used(self, account: Address, nonce: int) -> bool:
        """Whether an authorization was used or cancelled: authorizationState."""
        return self.nonce(account, nonce >> 64) > nonce


@dataclass(frozen=True)
class Authorization:
    """What an EIP-3009 signature is for. Both times are exclusive."""

    source: Address
    to: Address
    amount: TokenUnits
    valid_after: Timestamp
    valid_before: Timestamp
    nonce: int


StablecoinOutcome = Outcome[StablecoinBook]


def refuse_above_the_word(book: TokenBook, amount: TokenUnits) -> Rejected | None:
    """Why a supply in 112 bits does not take so much more; None if it does."""
    left = MAX_AMOUNT - book.supply
    return Rejected("AmountTooLarge", amount, left) if amount > left else None


def configure_minter(book: StablecoinBook, call: Call, minter: Address, allowance: TokenUnits) -> StablecoinOutcome:
    """Set what a minter may mint.

    Raises AccessControlUnauthorizedAccount.
    """
    event = Event("MinterConfigured", {"minter": minter, "allowance": allowance})
    changed = replace(book, minters={**book.minters, minter: allowance})
    return coin.recorded(changed, call, MASTER_MINTER_ROLE, event, "configureMinter", ["address", "uint256"])


def mint(book: StablecoinBook, call: Call, to: Address, amount: TokenUnits) -> StablecoinOutcome:
    """Mint out of the caller's allowance.

    Raises MinterAllowanceExceeded and those of `coin.mint`.
    """
    limit = book.minters.get(call.caller, NOTHING)
    if amount > limit or limit == 0:
        raise Rejected("MinterAllowanceExceeded", call.caller, amount, limit)
    used = replace(book, minters={**book.minters, call.caller: TokenUnits(limit - amount)})
    minted = coin.mint(used, call.now, to, amount)
    return minted.then(lambda after: breaker.record(after, call, "mint", ["address", "uint256"], [to, amount]))


def block(book: StablecoinBook, call: Call, account: Address) -> StablecoinOutcome:
    """Block an account: blockAccount.

    Raises AccessControlUnauthorizedAccount.
    """
    return _set_blocked(book, call, account, BLOCKED, "AccountBlocked", "blockAccount")


def unblock(book: StablecoinBook, call: Call, account: Address) -> StablecoinOutcome:
    """Unblock an account: unblockAccount.

    Raises AccessControlUnauthorizedAccount.
    """
    return _set_blocked(book, call, account, 0, "AccountUnblocked", "unblockAccount")


def rescue_own(book: StablecoinBook, call: Call, to: Address, amount: TokenUnits) -> StablecoinOutcome:
    """Send on the contract's own coins that strayed to it: rescue, of the coin itself.

    Raises AccessControlUnauthorizedAccount and those of `coin.move`.
    """
    values = {"token": book.address, "to": to, "amount": amount}
    types = ["address", "address", "uint256"]
    noted = coin.recorded(book, call, GOVERNOR_ROLE, Event("TokenRescued", values), "rescue", types)
    return noted.then(lambda after: coin.move(after, call.now, book.address, to, amount))


def permit(
    book: StablecoinBook,
    call: Call,
    owner: Address,
    spender: Address,
    amount: TokenUnits,
    deadline: Timestamp,
    signer: Address,
) -> StablecoinOutcome:
    """Set an allowance by the owner's signature over its next nonce.

    Raises ERC2612ExpiredSignature, ERC2612InvalidSigner, ERC20InvalidSpender.
    """
    if call.now > deadline:
        raise Rejected("ERC2612ExpiredSignature", deadline)
    if signer != owner:
        raise Rejected("ERC2612InvalidSigner", signer, owner)
    return coin.allow(_use(book, owner, book.nonce(owner)), owner, spender, amount)


def transfer_with(book: StablecoinBook, call: Call, terms: Authorization, signer: Address) -> StablecoinOutcome:
    """Carry out a signed transfer, whoever submits it: transferWithAuthorization.

    Raises ERC3009InvalidSignature, ERC3009InvalidAuthorizationTime, InvalidAccountNonce and those of `coin.move`.
    """
    _require_signer(terms.source, signer)
    return _carry_out(book, call, terms)


def receive_with(book: StablecoinBook, call: Call, terms: Authorization, signer: Address) -> StablecoinOutcome:
    """Carry out a signed transfer to the caller: receiveWithAuthorization.

    Raises those of `transfer_with`, and ERC20InvalidReceiver if another calls.
    """
    _require_signer(terms.source, signer)
    if terms.to != call.caller:
        raise Rejected("ERC20InvalidReceiver", terms.to)
    return _carry_out(book, call, terms)


def cancel(book: StablecoinBook, call: Call, account: Address, nonce: int, signer: Address) -> StablecoinOutcome:
    """Use up a nonce and move nothing: cancelAuthorization.

    Raises ERC3009InvalidSignature, InvalidAccountNonce.
    """
    _require_signer(account, signer)
    return Outcome(_use(book, account, nonce), events=(_spent("AuthorizationCanceled", account, nonce),))


def _carry_out(book: StablecoinBook, call: Call, terms: Authorization) -> StablecoinOutcome:
    if not terms.valid_after < call.now < terms.valid_before:
        raise Rejected("ERC3009InvalidAuthorizationTime", terms.valid_after, terms.valid_before)
    used = _use(book, terms.source, terms.nonce)
    noted = Outcome(used, events=(_spent("AuthorizationUsed", terms.source, terms.nonce),))
    return noted.then(lambda after: coin.move(after, call.now, terms.source, terms.to, terms.amount))


def _require_signer(account: Address, signer: Address) -> None:
    if signer != account:
        raise Rejected("ERC3009InvalidSignature")


def _use(book: StablecoinBook, account: Address, nonce: int) -> StablecoinBook:
    sequence = nonce >> 64
    current = book.nonce(account, sequence)
    if nonce != current:
        raise Rejected("InvalidAccountNonce", account, current)
    return replace(book, numbers={**book.numbers, (account, sequence): book.numbers.get((account, sequence), 0) + 1})


def _spent(name: str, account: Address, nonce: int) -> Event:
    return Event(name, {"authorizer": account, "nonce": nonce.to_bytes(32, "big")})


def _set_blocked(
    book: StablecoinBook, call: Call, account: Address, standing: int, event: str, kind: str
) -> StablecoinOutcome:
    changed = put(book, account, replace(book.of(account), standing=standing))
    announced = Event(event, {"account": account})
    return coin.recorded(changed, call, BLOCKLISTER_ROLE, announced, kind, ["address"])
