"""Operations of a wallet as its events tell them, so that one can be executed whoever scheduled it."""

from collections.abc import Sequence
from dataclasses import dataclass

from offchain.core.units import Address, Key, TokenUnits
from scripts.papers.operation import Operation, Step, id_of
from scripts.procedure.logs import Event


@dataclass(frozen=True)
class Scheduled:
    """An operation that was scheduled, under the id that its own content gives it."""

    id: Key
    operation: Operation


def scheduled_in(events: Sequence[Event]) -> list[Scheduled]:
    """Every operation that was ever scheduled, oldest first.

    What does not hash to the id that the event names is left out: no contract of this project emits it.
    """
    calls: dict[bytes, list[Event]] = {}
    salts: dict[bytes, bytes] = {}
    for event in events:
        key = event.values.get("id", b"")
        if event.name == "CallScheduled":
            calls.setdefault(key, []).append(event)
        elif event.name == "CallSalt":
            salts[key] = event.values["salt"]
    made = [(key, _operation(found, salts.get(key, bytes(32)))) for key, found in calls.items()]
    return [Scheduled(Key(key), operation) for key, operation in made if id_of(operation) == key]


def _operation(found: Sequence[Event], salt: bytes) -> Operation:
    ordered = sorted(found, key=lambda event: event.values["index"])
    steps = tuple(
        Step(Address(e.values["target"]), TokenUnits(e.values["value"]), bytes(e.values["data"])) for e in ordered
    )
    return Operation(steps, len(steps) > 1, Key(ordered[0].values["predecessor"]), salt)
