"""What a relayer measures of its routes, its keys and its attestors, for Prometheus."""

from dataclasses import dataclass
from typing import Self

from prometheus_client import Counter, Gauge

from offchain.chain.dispatch import Dispatcher
from offchain.chain.lane import Lane
from offchain.core.bridge import Book
from offchain.service import Service

_ROUTE = {
    "left_count": "Records that left, by the newest final block",
    "arrived_count": "Records that arrived",
    "outstanding_units": "What left less what arrived, in the route's units",
    "undelivered_seconds": "Age of the oldest record that left and did not arrive",
    "missing_records": "Records that left and could not be read yet",
    "unread_blocks": "Final blocks of the source whose logs are not read",
    "waiting_records": "Records that wait at their destination",
    "limit_units": "What the destination's limit lets out now",
    "limit_capacity_units": "What the destination's limit lets out at most",
    "paused": "1 while the destination is paused",
    "office_unknown": "1 while no attestors that are known are in office",
}


@dataclass(frozen=True)
class Measures:
    """The gauges and counters of one relayer."""

    of_route: dict[str, Gauge]
    answers: Counter
    not_closing: Counter
    balance: Gauge
    open_transactions: Gauge
    refused: Gauge
    reopened: Gauge

    @classmethod
    def of(cls, service: Service) -> Self:
        """Those of a service."""
        return cls(
            of_route={name: service.gauge(name, meaning, "route") for name, meaning in _ROUTE.items()},
            answers=service.counter("attestor_answers", "What attestors answered", "attestor", "answer"),
            not_closing=service.counter("not_closing", "Logs that did not close over what was proven", "route"),
            balance=service.gauge("gas_balance_wei", "What the key that pays for gas has", "chain"),
            open_transactions=service.gauge("open_transactions", "Transactions that are not final", "chain"),
            refused=service.gauge("refused_transactions", "Times that nodes refused a transaction", "chain", "cause"),
            reopened=service.gauge("reopened_transactions", "Transactions whose final block was taken back", "chain"),
        )

    def show(self, lane: Lane, book: Book, oldest_seconds: float, behind: int) -> None:
        """How a lane stands, once both of its chains were seen."""
        stood, left = book.stood, book.left
        if not stood or not left:
            return
        values = {
            "left_count": left.point.count,
            "arrived_count": stood.head.count,
            "outstanding_units": left.point.cumulative - stood.head.cumulative,
            "undelivered_seconds": oldest_seconds,
            "missing_records": max(0, left.point.count - book.known.count),
            "unread_blocks": behind,
            "waiting_records": len(book.waiting),
            "limit_units": stood.available,
            "limit_capacity_units": stood.capacity,
            "paused": stood.is_paused,
            "office_unknown": stood.office is None,
        }
        for name, value in values.items():
            self.of_route[name].labels(lane.name).set(value)

    def show_key(self, dispatcher: Dispatcher, balance: int, waiting: int) -> None:
        """How the key stands that pays on a chain."""
        chain = dispatcher.chain_id
        self.balance.labels(chain).set(balance)
        self.open_transactions.labels(chain).set(waiting)
        self.reopened.labels(chain).set(dispatcher.reopened)
        for kind, times in dispatcher.refused.items():
            self.refused.labels(chain, kind.name.lower()).set(times)
