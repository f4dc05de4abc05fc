"""The reference model of what becomes of a record that waits: it is paid, frozen, let go or returned.

Source: interfaces/IInbox.sol. Each act makes its checks in the contract's own order. Amounts are in the route's units.
"""

from dataclasses import replace

from offchain.core.checkpoint import Transfer
from offchain.core.units import ZERO_ADDRESS, Address, Seconds, Timestamp, TokenUnits
from tests.model.act import Call, Event, Outcome, Rejected
from tests.model.breaker import guard, record, require_open
from tests.model.inbox import NOBODY, VETOED, AnyInbox, InboxBook, Waiting, left_in, rewritten
from tests.model.limits import configure_limit, take
from tests.model.outbox import append, require_governor

MIN_QUEUE_SECONDS, MAX_QUEUE_SECONDS = 3600, 7 * 86_400


def release_queued(
    book: AnyInbox,
    call: Call,
    nonce: int,
    transfer: Transfer,
    ready_at: Timestamp,
    refusing: frozenset[Address] = NOBODY,
) -> Outcome[AnyInbox]:
    """Pay as much of what waited as the limit lets out now; the rest waits on.

    Raises ContractPaused, NotQueued, Vetoed, NotReady, LimitReached, RecipientRefused.
    """
    require_open(book, call.now)
    waiting = _require_waiting(book, nonce, transfer, ready_at)
    if waiting.ready_at == VETOED:
        raise Rejected("Vetoed", nonce)
    if call.now < waiting.ready_at:
        raise Rejected("NotReady", nonce, waiting.ready_at)
    amount = TokenUnits(min(transfer.amount, left_in(book, call.now)))
    if amount == 0:
        raise Rejected("LimitReached", nonce)
    if transfer.to in (ZERO_ADDRESS, book.address) or transfer.to in refusing:
        raise Rejected("RecipientRefused", nonce, transfer.to)
    rest = TokenUnits(transfer.amount - amount)
    event = Event("QueuedReleased", {"nonce": nonce, "to": transfer.to, "amount": amount, "rest": rest})
    limited = take(book, book.limited, TokenUnits(amount * book.base_units), call.now)[0]
    left = rewritten(limited, nonce, Waiting(transfer._replace(amount=rest), waiting.ready_at) if rest else None)
    return Outcome(left, events=(event,)).then(lambda after: after.paid(transfer.to, amount))


def veto(book: AnyInbox, call: Call, nonce: int, transfer: Transfer, ready_at: Timestamp) -> Outcome[AnyInbox]:
    """Freeze a record that waits.

    Raises those of `guard`, NotQueued, Vetoed.
    """

    def freeze(heard: AnyInbox) -> Outcome[AnyInbox]:
        if _require_waiting(heard, nonce, transfer, ready_at).ready_at == VETOED:
            raise Rejected("Vetoed", nonce)
        frozen = rewritten(heard, nonce, Waiting(transfer, VETOED))
        event = Event("TransferVetoed", {"nonce": nonce, "guardian": call.caller})
        return Outcome(frozen, events=(event,)).then(lambda after: record(after, call, "veto", ["uint256"], [nonce]))

    return guard(book, call).then(freeze)


def let_go(book: AnyInbox, call: Call, nonce: int, transfer: Transfer) -> Outcome[AnyInbox]:
    """A vetoed record is ready now.

    Raises AccessControlUnauthorizedAccount, NotVetoed.
    """
    require_governor(book, call.caller)
    if book.waiting.get(nonce) != Waiting(transfer, VETOED):
        raise Rejected("NotVetoed", nonce)
    ready = rewritten(book, nonce, Waiting(transfer, call.now))
    event = Event("TransferLetGo", {"nonce": nonce})
    return Outcome(ready, events=(event,)).then(lambda after: record(after, call, "letGo", ["uint256"], [nonce]))


def return_queued(book: AnyInbox, call: Call, nonce: int, transfer: Transfer, ready_at: Timestamp) -> Outcome[AnyInbox]:
    """Return a record that waits to its sender on the other chain, as a record of this outbox.

    Raises AccessControlUnauthorizedAccount, NotQueued.
    """
    require_governor(book, call.caller)
    _require_waiting(book, nonce, transfer, ready_at)
    gone = rewritten(book, nonce, None)
    back = Transfer(book.address, transfer.sender, transfer.amount)
    returned = append(gone, back, "Returned", queuedNonce=nonce)
    return returned.then(lambda after: record(after, call, "returnQueued", ["uint256"], [nonce]))


def configure_queue(book: AnyInbox, call: Call, large_shift: int, delay_seconds: Seconds) -> Outcome[AnyInbox]:
    """Set above which amount a record waits, and how long.

    Raises AccessControlUnauthorizedAccount, InvalidQueueDelay.
    """
    require_governor(book, call.caller)
    if not MIN_QUEUE_SECONDS <= delay_seconds <= MAX_QUEUE_SECONDS:
        raise Rejected("InvalidQueueDelay", delay_seconds, MIN_QUEUE_SECONDS, MAX_QUEUE_SECONDS)
    changed = replace(book, large_shift=large_shift, delay_seconds=delay_seconds)
    event = Event("QueueConfigured", {"largeShift": large_shift, "delaySeconds": delay_seconds})
    values = (large_shift, delay_seconds)
    return Outcome(changed, events=(event,)).then(
        lambda after: record(after, call, "configureQueue", ("uint256", "uint256"), values)
    )


def set_limit(
    book: AnyInbox, call: Call, asset: Address, capacity: TokenUnits, refill_seconds: int
) -> Outcome[AnyInbox]:
    """Set the limit of what arrives.

    Raises AccessControlUnauthorizedAccount, CapacityTooLarge, InvalidRefill.
    """
    require_governor(book, call.caller)
    types, values = ("address", "uint256", "uint256"), (asset, capacity, refill_seconds)
    limited = configure_limit(book, call.now, asset, capacity, refill_seconds)
    return limited.then(lambda after: record(after, call, "configureLimit", types, values))


def _require_waiting(book: InboxBook, nonce: int, transfer: Transfer, ready_at: Timestamp) -> Waiting:
    waiting = book.waiting.get(nonce)
    if waiting is None or waiting != Waiting(transfer, ready_at):
        raise Rejected("NotQueued", nonce)
    return waiting
