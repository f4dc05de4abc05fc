"""What a relayer measures of its routes, its keys and its attestors, for Prometheus."""

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
_CHAIN = {
    "gas_balance_wei": "What the key that pays for gas has",
    "open_transactions": "Transactions that are not final",
    "reopened_transactions": "Transactions whose final block was taken back",
}


class Measures:
    """The gauges and counters of one relayer."""

    def __init__(self, service: Service) -> None:
        self._route = {name: service.gauge(name, meaning, "route") for name, meaning in _ROUTE.items()}
        self._chain = {name: service.gauge(name, meaning, "chain") for name, meaning in _CHAIN.items()}
        self._refused = service.gauge("refused_transactions", "Times that nodes refused one", "chain", "cause")
        self.answers = service.counter("attestor_answers", "What attestors answered", "attestor", "answer")
        self.not_closing = service.counter("not_closing", "Logs that did not close over what was proven", "route")

    def show(self, lane: Lane, book: Book, oldest_seconds: float, behind: int) -> None:
        """How a lane stands, once both of its chains were seen."""
        stood, left = book.stood, book.left
        if not stood or not left:
            return
        values: list[float] = [left.point.count, stood.head.count, left.point.cumulative - stood.head.cumulative]
        values += [oldest_seconds, max(0, left.point.count - book.known.count), behind, len(book.waiting)]
        values += [stood.available, stood.capacity, stood.is_paused, stood.office is None]
        for gauge, value in zip(self._route.values(), values, strict=True):
            gauge.labels(lane.name).set(value)

    def show_key(self, dispatcher: Dispatcher, balance: int, waiting: int) -> None:
        """How the key stands that pays on a chain."""
        for gauge, value in zip(self._chain.values(), (balance, waiting, dispatcher.reopened), strict=True):
            gauge.labels(dispatcher.chain_id).set(value)
        for kind, times in dispatcher.refused.items():
            self._refused.labels(dispatcher.chain_id, kind.name.lower()).set(times)
