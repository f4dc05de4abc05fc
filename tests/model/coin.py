"""The reference model of what every token does: transfers, allowances, force, freezing, minting and burning.

Source: EIP-20, ERC-6093, ERC-7943, interfaces/IRegulatedToken.sol, IERC7943Fungible.sol. Each act makes its checks in
the contract's own order.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from offchain.core.units import NOTHING, ZERO_ADDRESS, Address, Timestamp, TokenUnits
from tests.model import breaker
from tests.model.accounts import (
    ENFORCER_ROLE,
    GOVERNOR_ROLE,
    UNLIMITED,
    AnyToken,
    TokenBook,
    add,
    freeze,
    require_free,
    require_receiver,
    require_sender,
    sent,
    shift,
)
from tests.model.act import Call, Event, Outcome, Rejected
from tests.model.breaker import require_open


def transfer(book: AnyToken, call: Call, to: Address, amount: TokenUnits) -> Outcome[AnyToken]:
    """Send the caller's own.

    Raises ERC20InvalidReceiver and those of `move`.
    """
    return move(book, call.now, call.caller, to, amount)


def transfer_from(book: AnyToken, call: Call, source: Address, to: Address, amount: TokenUnits) -> Outcome[AnyToken]:
    """Send another's by its allowance.

    Raises what the token says of spenders, ERC20InsufficientAllowance, ERC20InvalidApprover and those of `move`.
    """
    return move(spend(book, source, call.caller, amount), call.now, source, to, amount)


def approve(book: AnyToken, call: Call, spender: Address, amount: TokenUnits) -> Outcome[AnyToken]:
    """Allow a spender so much from now on, whatever the pause and the standing.

    Raises ERC20InvalidSpender.
    """
    return allow(book, call.caller, spender, amount)


def forced_transfer(book: AnyToken, call: Call, source: Address, to: Address, amount: TokenUnits) -> Outcome[AnyToken]:
    """Move by force: what is free first, then what is frozen, which falls by as much.

    Raises AccessControlUnauthorizedAccount, ERC20InvalidSender, ERC7943CannotReceive, ERC20InsufficientBalance.
    """
    book.require_role(ENFORCER_ROLE, call.caller)
    if source == ZERO_ADDRESS:
        raise Rejected("ERC20InvalidSender", source)
    if not can_receive(book, to):
        raise Rejected("ERC7943CannotReceive", to)
    held = book.of(source)
    if amount > held.balance:
        raise Rejected("ERC20InsufficientBalance", source, held.balance, amount)
    thawed = Outcome(book)
    if amount > held.free:
        thawed = freeze(book, source, TokenUnits(held.frozen - (amount - held.free)))
    values = {"from": source, "to": to, "amount": amount}
    moved = thawed.then(lambda after: Outcome(shift(after, source, to, amount), events=(sent(source, to, amount),)))
    forced = moved.then(lambda after: Outcome(after, events=(Event("ForcedTransfer", values),)))
    types = ["address", "address", "uint256"]
    return forced.then(lambda after: breaker.record(after, call, "forcedTransfer", types, [source, to, amount]))


def set_frozen(book: AnyToken, call: Call, account: Address, amount: TokenUnits) -> Outcome[AnyToken]:
    """Freeze so much of what an account holds or will hold: setFrozenTokens.

    Raises AccessControlUnauthorizedAccount, AmountTooLarge.
    """
    book.require_role(ENFORCER_ROLE, call.caller)
    if amount > 2**112 - 1:
        raise Rejected("AmountTooLarge", amount, 2**112 - 1)
    types = ["address", "uint256"]
    return freeze(book, account, amount).then(
        lambda after: breaker.record(after, call, "setFrozenTokens", types, [account, amount])
    )


def can_receive(book: TokenBook, account: Address) -> bool:
    """Whether an account may receive; the same holds for sending."""
    return account != ZERO_ADDRESS and not book.is_barred(book.of(account).standing)


def can_transfer(book: TokenBook, now: Timestamp, source: Address, to: Address, amount: TokenUnits) -> bool:
    """Whether a transfer would go now, whoever asks."""
    try:
        move(book, now, source, to, amount)
    except Rejected:
        return False
    return True


def move(book: AnyToken, now: Timestamp, source: Address, to: Address, amount: TokenUnits) -> Outcome[AnyToken]:
    """One transfer, whoever causes it.

    Raises ERC20InvalidSender, ERC20InvalidReceiver, ContractPaused and those of the two sides: ERC7943CannotSend,
    ERC20InsufficientBalance, ERC7943InsufficientUnfrozenBalance; ERC7943CannotReceive, ERC7943CannotTransfer.
    """
    if source == ZERO_ADDRESS:
        raise Rejected("ERC20InvalidSender", source)
    if to == ZERO_ADDRESS:
        raise Rejected("ERC20InvalidReceiver", to)
    require_open(book, now)
    require_sender(book, source)
    require_free(book, source, amount)
    require_receiver(book, source, to, amount)
    return Outcome(shift(book, source, to, amount), events=(sent(source, to, amount),))


def mint(book: AnyToken, now: Timestamp, to: Address, amount: TokenUnits) -> Outcome[AnyToken]:
    """New tokens for an account.

    Raises ERC20InvalidReceiver, ContractPaused, the token's own error of its supply, ERC7943CannotReceive,
    ERC7943CannotTransfer.
    """
    if to == ZERO_ADDRESS:
        raise Rejected("ERC20InvalidReceiver", to)
    require_open(book, now)
    refusal = book.refuse_supply(amount)
    if refusal:
        raise refusal
    require_receiver(book, ZERO_ADDRESS, to, amount)
    grown = replace(book, supply=TokenUnits(book.supply + amount))
    return Outcome(add(grown, to, amount), events=(sent(ZERO_ADDRESS, to, amount),))


def burn(book: AnyToken, call: Call, amount: TokenUnits) -> Outcome[AnyToken]:
    """Destroy the caller's own.

    Raises ContractPaused, ERC7943CannotSend, ERC20InsufficientBalance, ERC7943InsufficientUnfrozenBalance.
    """
    require_open(book, call.now)
    require_sender(book, call.caller)
    return destroy(book, call.caller, amount)


def destroy(book: AnyToken, source: Address, amount: TokenUnits) -> Outcome[AnyToken]:
    """Destroy what is free of an account, whatever the pause and its standing.

    Raises ERC20InsufficientBalance, ERC7943InsufficientUnfrozenBalance.
    """
    require_free(book, source, amount)
    shrunk = add(replace(book, supply=TokenUnits(book.supply - amount)), source, -amount)
    return Outcome(shrunk, events=(sent(source, ZERO_ADDRESS, amount),))


def allow(book: AnyToken, owner: Address, spender: Address, amount: TokenUnits) -> Outcome[AnyToken]:
    """Set an allowance.

    Raises ERC20InvalidSpender.
    """
    if spender == ZERO_ADDRESS:
        raise Rejected("ERC20InvalidSpender", spender)
    allowed = replace(book, allowances={**book.allowances, (owner, spender): amount})
    return Outcome(allowed, events=(Event("Approval", {"owner": owner, "spender": spender, "value": amount}),))


def spend(book: AnyToken, owner: Address, spender: Address, amount: TokenUnits) -> AnyToken:
    """Use an allowance; one without limit stays.

    Raises what the token says of spenders, ERC20InsufficientAllowance, ERC20InvalidApprover.
    """
    book.require_spender(spender)
    allowed = book.allowances.get((owner, spender), NOTHING)
    if allowed == UNLIMITED:
        return book
    if amount > allowed:
        raise Rejected("ERC20InsufficientAllowance", spender, allowed, amount)
    if owner == ZERO_ADDRESS:
        raise Rejected("ERC20InvalidApprover", owner)
    return replace(book, allowances={**book.allowances, (owner, spender): TokenUnits(allowed - amount)})


def grant(book: AnyToken, call: Call, role: bytes, account: Address) -> Outcome[AnyToken]:
    """Give an account a role other than the governor's and the guardian's: grantRole.

    Raises AccessControlUnauthorizedAccount.
    """
    return _appoint(book, call, role, account, "RoleGranted", "grantRole", book.members | {(role, account)})


def revoke(book: AnyToken, call: Call, role: bytes, account: Address) -> Outcome[AnyToken]:
    """Take such a role from an account: revokeRole.

    Raises AccessControlUnauthorizedAccount.
    """
    return _appoint(book, call, role, account, "RoleRevoked", "revokeRole", book.members - {(role, account)})


def recorded(
    book: AnyToken, call: Call, role: bytes, event: Event, kind: str, types: Sequence[str]
) -> Outcome[AnyToken]:
    """An event of a privileged act and its record, which holds the event's own values.

    Raises AccessControlUnauthorizedAccount.
    """
    book.require_role(role, call.caller)
    values: list[Any] = list(event.values.values())
    return Outcome(book, events=(event,)).then(lambda after: breaker.record(after, call, kind, types, values))


def _appoint(
    book: AnyToken,
    call: Call,
    role: bytes,
    account: Address,
    event: str,
    kind: str,
    members: frozenset[tuple[bytes, Address]],
) -> Outcome[AnyToken]:
    book.require_role(GOVERNOR_ROLE, call.caller)
    if members == book.members:
        return Outcome(book)
    announced = Event(event, {"role": role, "account": account, "sender": call.caller})
    changed = Outcome(replace(book, members=members), events=(announced,))
    return changed.then(lambda after: breaker.record(after, call, kind, ["bytes32", "address"], [role, account]))
