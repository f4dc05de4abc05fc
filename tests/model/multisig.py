"""The reference model of MultiSig: what its owners may do by their signatures, and what its guardian may do.

What the wallet does to itself, and calls as bytes, are in wallet.py, its timelock in timelock.py, pause and trail in
breaker.py, limits in limits.py, signatures in quorum.py. Source: interfaces/IMultiSig.sol, IMultiSigFactory.sol. Each
act makes its checks in the contract's own order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from eth_abi.abi import encode

from offchain.core.units import NOTHING, ZERO_ADDRESS, Address, Key, Seconds, Timestamp, TokenUnits
from scripts.papers import agreement
from scripts.papers.agreement import Act, Domain, Quorum
from scripts.papers.operation import NO_PREDECESSOR, Operation, Step, id_of
from tests.model import breaker, timelock
from tests.model.act import Call, Event, Outcome, Rejected, Transfer, Way
from tests.model.breaker import BreakerBook, record
from tests.model.calldata import calldata, selector_of
from tests.model.limits import LimitedBook, take
from tests.model.quorum import Signed, require_quorum, require_sound
from tests.model.timelock import require_sound_delay
from tests.model.timelock_book import TimelockBook

PANIC_OVERFLOW = 0x11
WORD = 2**256
SETTLE = "settle((address,uint256,address))"
SETTLE_BATCH = "settleBatch(address,(address,uint256)[])"
SET_OWNERS = "setOwners(bytes32,uint256,address[])"
SET_GUARDIAN = selector_of("setGuardian(address)")
REVOKE_ROLE = selector_of("revokeRole(bytes32,address)")

Payouts = Sequence[tuple[Address, TokenUnits]]


@dataclass(frozen=True, kw_only=True)
class MultiSigBook(TimelockBook, BreakerBook, LimitedBook):
    """All that a wallet remembers. `approvals` are of (digest, owner); `nonce` is that of the next act.

    `verifiers` are the contracts whose ERC-1271 questions it answers.
    """

    owner_set: bytes
    guardian: Address
    nonce: int = 0
    approvals: frozenset[tuple[bytes, Address]] = frozenset()
    verifiers: frozenset[Address] = frozenset()

    def refuse_governor(self, account: Address) -> Rejected | None:
        """The wallet governs itself."""
        return None if account == self.address else Rejected("NotTimelock", account)

    def refuse_guardian(self, account: Address) -> Rejected | None:
        """There is one guardian."""
        return None if account == self.guardian else Rejected("NotGuardian", account)


WalletOutcome = Outcome[MultiSigBook]


def create(
    chain_id: int, wallet: Address, threshold: int, owners: Sequence[Address], guardian: Address, delay: Seconds
) -> WalletOutcome:
    """A new wallet, as the factory makes it at this address.

    Raises InvalidThreshold, TooManyOwners, OwnerOutOfOrder, InvalidGuardian, DelayTooShort, DelayTooLong.
    """
    require_sound(threshold, owners, ZERO_ADDRESS)
    if guardian == ZERO_ADDRESS:
        raise Rejected("InvalidGuardian", guardian)
    require_sound_delay(delay)

    owner_set = agreement.owner_set_of(threshold, owners)
    book = MultiSigBook(chain_id=chain_id, address=wallet, min_delay=delay, owner_set=owner_set, guardian=guardian)
    values = {"wallet": wallet, "ownerSet": owner_set, "guardian": guardian, "delaySeconds": delay}
    values |= {"threshold": threshold, "owners": tuple(owners)}
    return Outcome(book, events=(Event("WalletCreated", values),))


def pay(
    book: MultiSigBook,
    call: Call,
    signed: Signed,
    to: Address,
    amount: TokenUnits,
    token: Address,
    deadline: Timestamp,
    quorum: Quorum,
) -> WalletOutcome:
    """Pay within the limit at once, or schedule the payment with the least delay.

    Raises ContractPaused, InvalidPayee, ZeroAmount, PastDeadline, those of `require_quorum`.
    """
    breaker.require_open(book, call.now)
    _require_payout(book, to, amount)
    agreed = _agree(book, call, agreement.payment(to, amount, token, book.nonce, deadline), quorum, signed)

    agreed, granted = take(agreed, token, amount, call.now)
    if not granted:
        return _schedule_own(agreed, call, SETTLE, (to, amount, token))
    return payments(agreed, token, [(to, amount)])


def pay_batch(
    book: MultiSigBook,
    call: Call,
    signed: Signed,
    token: Address,
    total: TokenUnits,
    payouts: Payouts,
    deadline: Timestamp,
    quorum: Quorum,
) -> WalletOutcome:
    """Pay several payees as one: at once if the total is within the limit, else after the least delay.

    Raises ContractPaused, EmptyBatch, InvalidPayee, ZeroAmount, Panic, WrongTotal, PastDeadline, those of
    `require_quorum`.
    """
    breaker.require_open(book, call.now)
    if not payouts:
        raise Rejected("EmptyBatch")
    named = 0
    for to, amount in payouts:
        _require_payout(book, to, amount)
        named += amount
        if named >= WORD:
            raise Rejected("Panic", PANIC_OVERFLOW)
    if named != total:
        raise Rejected("WrongTotal", named, total)
    agreed = _agree(book, call, agreement.batch(token, payouts, book.nonce, deadline), quorum, signed)

    agreed, granted = take(agreed, token, total, call.now)
    if not granted:
        return _schedule_own(agreed, call, SETTLE_BATCH, token, list(payouts))
    return payments(agreed, token, payouts)


def change_owners(
    book: MultiSigBook,
    call: Call,
    signed: Signed,
    threshold: int,
    owners: Sequence[Address],
    deadline: Timestamp,
    quorum: Quorum,
) -> WalletOutcome:
    """Schedule a change of the owner set with the least delay.

    Raises InvalidThreshold, TooManyOwners, OwnerOutOfOrder, SelfOwner, PastDeadline, those of `require_quorum`.
    """
    require_sound(threshold, owners, book.address)
    agreed = _agree(book, call, agreement.owner_change(threshold, owners, book.nonce, deadline), quorum, signed)

    return _schedule_own(agreed, call, SET_OWNERS, book.owner_set, threshold, list(owners))


def schedule(
    book: MultiSigBook,
    call: Call,
    signed: Signed,
    steps: Sequence[Step],
    predecessor: Key,
    delay: Seconds,
    deadline: Timestamp,
    quorum: Quorum,
) -> WalletOutcome:
    """Schedule any calls; two or more are a batch. The operation's salt is the act's nonce.

    Raises EmptyBatch, PastDeadline, those of `require_quorum`, DelayTooShort, DelayTooLong.
    """
    if not steps:
        raise Rejected("EmptyBatch")
    rows = [(step.target, step.value, step.payload) for step in steps]
    agreed = _agree(book, call, agreement.operation(rows, predecessor, delay, book.nonce, deadline), quorum, signed)

    operation = Operation(tuple(steps), len(steps) > 1, predecessor, book.nonce.to_bytes(32))
    return _schedule(agreed, call, operation, delay, not operation.batch and removes_guardian(book, steps[0]))


def cancel_by_signatures(
    book: MultiSigBook, call: Call, signed: Signed, key: Key, deadline: Timestamp, quorum: Quorum
) -> WalletOutcome:
    """Withdraw a pending operation: the owners.

    Raises PastDeadline, those of `require_quorum`, NotScheduled, AlreadyDone, AlreadyExecuting, Expired.
    """
    agreed = _agree(book, call, agreement.cancellation(key, book.nonce, deadline), quorum, signed)
    return timelock.cancel(agreed, call, key, True).then(
        lambda gone: record(gone, call, "cancelBySignatures", ["bytes32"], [key])
    )


def cancel(book: MultiSigBook, call: Call, key: Key) -> WalletOutcome:
    """Withdraw a pending operation: the guardian.

    Raises NotGuardian, GuardianLapsed, NotScheduled, AlreadyDone, AlreadyExecuting, Expired, NotCancellable.
    """
    heard = breaker.guard(book, call)
    cancelled = heard.then(lambda wallet: timelock.cancel(wallet, call, key, False))
    return cancelled.then(lambda gone: record(gone, call, "cancel", ["bytes32"], [key]))


def approve(book: MultiSigBook, call: Call, digest: bytes) -> WalletOutcome:
    """Approve a digest in place of a signature; from one who is no owner it counts for nothing."""
    event = Event("ActApproved", {"digest": digest, "owner": call.caller})
    return Outcome(replace(book, approvals=book.approvals | {(digest, call.caller)}), events=(event,))


def disapprove(book: MultiSigBook, call: Call, digest: bytes) -> WalletOutcome:
    """Take an approval back.

    Raises NotApproved.
    """
    if (digest, call.caller) not in book.approvals:
        raise Rejected("NotApproved", digest, call.caller)
    event = Event("ActDisapproved", {"digest": digest, "owner": call.caller})
    return Outcome(replace(book, approvals=book.approvals - {(digest, call.caller)}), events=(event,))


def payments(book: MultiSigBook, token: Address, payouts: Payouts) -> WalletOutcome:
    """Pay, now; whoever calls this has checked that the wallet may."""
    events = (Event("PaymentExecuted", {"to": to, "token": token, "amount": amount}) for to, amount in payouts)
    transfers = (Transfer(Way.SEND, token, book.address, to, amount) for to, amount in payouts)
    return Outcome(book, tuple(transfers), tuple(events))


def removes_guardian(book: MultiSigBook, step: Step) -> bool:
    """Whether a call, which carries no coin, does nothing but take power from the guardian: it cannot cancel it."""
    selector, arguments = step.payload[:4], step.payload[4:]
    if step.value:
        return False
    if selector == SET_GUARDIAN:
        return len(arguments) >= 32 and step.target == book.address
    return selector == REVOKE_ROLE and len(arguments) == 64 and arguments[32:] == encode(["address"], [book.guardian])


def domain_of(book: MultiSigBook) -> Domain:
    """The EIP-712 domain in which the owners sign now."""
    return Domain(book.chain_id, book.address, book.owner_set)


def _agree(book: MultiSigBook, call: Call, act: Act, quorum: Quorum, signed: Signed) -> MultiSigBook:
    if call.now > act.deadline:
        raise Rejected("PastDeadline", call.now, act.deadline)
    digest = agreement.digest_of(domain_of(book), act)
    require_quorum(book.owner_set, digest, quorum, book.approvals, signed)
    return replace(book, nonce=book.nonce + 1)


def _schedule_own(book: MultiSigBook, call: Call, signature: str, *arguments: object) -> WalletOutcome:
    step = Step(book.address, NOTHING, calldata(signature, *arguments))
    operation = Operation((step,), False, NO_PREDECESSOR, (book.nonce - 1).to_bytes(32))
    return _schedule(book, call, operation, book.min_delay, False)


def _schedule(book: MultiSigBook, call: Call, operation: Operation, delay: Seconds, guarded: bool) -> WalletOutcome:
    values = (id_of(operation), int.from_bytes(operation.salt))
    scheduled = timelock.schedule(book, call, operation, delay, guarded)
    return scheduled.then(lambda wallet: record(wallet, call, "schedule", ["bytes32", "uint256"], values))


def _require_payout(book: MultiSigBook, to: Address, amount: TokenUnits) -> None:
    if to in (ZERO_ADDRESS, book.address):
        raise Rejected("InvalidPayee", to)
    if amount == 0:
        raise Rejected("ZeroAmount")
