"""The payments of a lane as the database has them, from validating to completed, and what logs tell of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from offchain.chain.lane import Lane
from offchain.core.bridge_abi import CAME, Log, transfer_of
from offchain.core.bridge_facts import VETOED, Moved, Waiting
from offchain.core.checkpoint import Point, Transfer
from offchain.core.refusal import Refusal
from offchain.core.units import Address, TokenUnits
from offchain.store.database import Database
from offchain.store.records import Payment, find_payments, keep_payments, mark_payments, replace_payments


class Status(StrEnum):
    """How far a payment is. It passes through the first three and COMPLETED, unless it has to wait or is returned."""

    VALIDATING = "validating"
    """Its source chain has it, and may still take it back."""
    LOCKED = "locked"
    """Final where it left, and proven."""
    DELIVERED = "delivered"
    """It arrived, and the destination chain may still take that back."""
    COMPLETED = "completed"
    """Paid out for good."""
    QUEUED = "queued"
    """It arrived, and `rest` of it waits until `ready_at`, and for the limit."""
    FROZEN = "vetoed"
    RETURNED = "returned"


_KNOWN = tuple(set(Status) - {Status.VALIDATING})
_TOPICS = {topic: name for name, topic in CAME.items()}


class UnknownArrival(Refusal):
    """Something arrived that this relayer does not know to be final where it left."""


@dataclass(frozen=True)
class Ledger:
    """One lane's payments. Errors of all: DatabaseDown."""

    lane: Lane
    database: Database

    async def known(self, settled: Point) -> tuple[Point, list[Transfer]]:
        """A point, and the records that are known after it: the settled point, unless not even that is reached yet."""
        found = await self._find(max(0, settled.count - 1), status=_KNOWN)
        if settled.count and (not found or found[0].nonce >= settled.count):
            return Point(0, self.lane.route, TokenUnits(0)), list(map(_transfer, await self._find(status=_KNOWN)))
        return settled, [_transfer(payment) for payment in found if payment.nonce >= settled.count]

    async def waiting(self) -> list[Moved]:
        """What waits at the destination."""
        found = await self._find(status=(Status.QUEUED, Status.FROZEN))
        return [_moved(payment) for payment in found]

    async def add(self, logs: Sequence[Log]) -> None:
        """Keep records that are proven, instead of what was seen before it was final, as it may be another."""
        new = [self._payment(log, Status.LOCKED) for log in logs]
        until = max((payment.nonce for payment in new), default=-1) + 1
        await replace_payments(self.database, new, until, route=self.lane.name, status=Status.VALIDATING)

    async def validate(self, logs: Sequence[Log]) -> None:
        """Show the records that are not final yet, instead of what was shown before."""
        new = [self._payment(log, Status.VALIDATING) for log in logs]
        await replace_payments(self.database, new, route=self.lane.name, status=Status.VALIDATING)

    async def arrived(self, count: int) -> None:
        """So many arrived by the head of the destination, as far as it goes; a chain may take some of it back."""
        route, database = self.lane.name, self.database
        await mark_payments(database, Status.DELIVERED, until=count, route=route, status=Status.LOCKED)
        await mark_payments(database, Status.LOCKED, first=count, route=route, status=Status.DELIVERED)

    async def tell(self, logs: Sequence[Log]) -> list[Moved]:
        """Keep what final logs of the destination tell; what waits now, or does no more. Errors: UnknownArrival."""
        told: dict[int, Payment] = {}
        moved: dict[int, Moved] = {}
        for log in logs:
            words, name = log.words(), _TOPICS[log.topics[0]]
            nonces = range(*words[:2]) if name == "Arrived" else range(words[0], words[0] + 1)
            if name == "Returned":
                nonces = range(words[-1], words[-1] + 1)
            if missing := set(nonces) - told.keys():
                found = await self._find(min(missing), max(missing) + 1, status=_KNOWN)
                told |= {payment.nonce: payment for payment in found if payment.nonce in missing}
            if not told.keys() >= set(nonces):
                raise UnknownArrival(f"records arrived on route {self.lane.name} that are not known to have left yet")
            for nonce in nonces:
                told[nonce] = _after(told[nonce], name, words, log)
                if name != "Arrived":
                    moved[nonce] = _moved(told[nonce])
        await keep_payments(self.database, list(told.values()))
        return list(moved.values())

    async def find(self, nonce: int) -> Payment | None:
        """The payment of a nonce."""
        return next(iter(await self._find(nonce, nonce + 1)), None)

    async def _find(self, first: int = 0, until: int = 2**62, **equal: object) -> list[Payment]:
        return await find_payments(self.database, first, until, route=self.lane.name, **equal)

    def _payment(self, log: Log, status: Status) -> Payment:
        source, (nonce, transfer) = self.lane.source, transfer_of(log)
        return Payment(
            route=self.lane.name,
            nonce=nonce,
            source_chain=str(source.chain.chain_id),
            target_chain=str(self.lane.destination.chain.chain_id),
            sender=transfer.sender,
            recipient=transfer.to,
            amount=transfer.amount,
            token_address=source.asset,
            bridge_contract=source.contract,
            status=status,
            timestamp=log.timestamp,
            source_transaction=log.transaction,
        )


def _after(payment: Payment, name: str, words: Sequence[int], log: Log) -> Payment:
    """A payment after a log."""
    match name:
        case "TransferQueued":
            return replace(payment, status=Status.QUEUED, rest=words[3], ready_at=words[4])
        case "TransferVetoed":
            return replace(payment, status=Status.FROZEN, ready_at=VETOED)
        case "TransferLetGo":
            return replace(payment, status=Status.QUEUED, ready_at=log.timestamp)
        case "QueuedReleased" if words[3]:
            return replace(payment, rest=words[3], target_transaction=log.transaction)
        case "Returned":
            status = Status.RETURNED
        case _:
            status = Status.COMPLETED
    return replace(payment, status=status, target_transaction=log.transaction, rest=None, ready_at=None)


def _transfer(payment: Payment) -> Transfer:
    return Transfer(Address(payment.sender), Address(payment.recipient), TokenUnits(payment.amount))


def _moved(payment: Payment) -> Moved:
    if payment.rest is None or payment.ready_at is None:
        return Moved(payment.nonce, None)
    return Moved(payment.nonce, Waiting(_transfer(payment)._replace(amount=TokenUnits(payment.rest)), payment.ready_at))
