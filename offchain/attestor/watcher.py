"""Stops a bridge on which more arrives than left, or something else than left. It cannot start one again."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from offchain.attestor.attesting import Attestor
from offchain.chain.dispatch import Dispatcher
from offchain.chain.follower import FinalityViolated
from offchain.chain.lane import End, Lane, point_of
from offchain.core.bridge_abi import View, pause
from offchain.core.checkpoint import Point
from offchain.core.outgoing import Intent, Status
from offchain.core.refusal import Refusal
from offchain.core.units import Address
from offchain.store.records import find_attested

_PAUSE_SECONDS = 14 * 86_400  # MAX_PAUSE_SECONDS of the contracts
_REMEMBERED = 10_000

log = structlog.get_logger()


class NotCovered(Refusal):
    """What arrived is not what left."""


@dataclass
class Watcher:
    """Looks at lanes for one attestor. Without a guardian's dispatchers it says what it sees, and stops nothing."""

    attestor: Attestor
    guardians: Mapping[int, Dispatcher]
    covered: dict[str, int] = field(default_factory=dict)
    """By route: what left less what arrived, in units."""
    _seen: dict[tuple[str, int], Point] = field(default_factory=dict)  # final ones only: others may change
    _failed: Counter[str] = field(default_factory=Counter)

    async def look(self, lane: Lane) -> None:
        """Compare both ends; on a contradiction seen twice, pause both, and remember why.

        Errors: NotCovered until somebody has seen to it, those of the quorum and the dispatchers.
        """
        try:
            await self._compare(lane)
        except (NotCovered, FinalityViolated):
            try:
                await self._compare(lane)  # a source that was behind is not by now
            except (NotCovered, FinalityViolated) as refusal:
                self.attestor.conflicts.setdefault(lane.name, refusal)
        if lane.name not in self.attestor.conflicts:
            return
        for end in (lane.destination, lane.source):
            try:
                await self._stop(end)
            except Refusal as refusal:  # the other end is to be stopped all the same; the next turn tries again
                log.error("not paused", contract=end.contract, chain=end.chain.chain_id, cause=str(refusal))
        raise NotCovered(str(self.attestor.conflicts[lane.name]))

    async def _compare(self, lane: Lane) -> None:
        """The destination first: what left before has to cover what arrived after all the more."""
        source, there = lane.source, lane.destination
        head = await there.chain.head()
        (inbox,) = await there.chain.views(there.contract, [View("inbox()")], head.number)
        head = await source.chain.head()
        (outbox,) = await source.chain.views(source.contract, [View("outbox()")], head.number)
        arrived, left = point_of(inbox), point_of(outbox)
        self.covered[lane.name] = left.cumulative - arrived.cumulative
        if arrived.cumulative > left.cumulative or arrived.count > left.count:
            raise NotCovered(
                f"on route {lane.name} {arrived.cumulative} units in {arrived.count} records arrived, "
                f"and {left.cumulative} in {left.count} left"
            )
        final = await source.chain.outbox(source.contract, source.kind, await source.chain.final())
        self._seen[lane.name, final.count] = final
        if len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        said = await find_attested(self.attestor.database, self.attestor.signer.address, lane.name, arrived.count)
        known = said or self._seen.get((lane.name, arrived.count))
        if known and known != arrived:
            raise NotCovered(f"the first {arrived.count} records that arrived on route {lane.name} are not what left")

    async def _stop(self, end: End) -> None:
        head = await end.chain.head()
        (until,) = await end.chain.views(end.contract, [View("pausedUntil()")], head.number)
        guardian = self.guardians.get(end.chain.chain_id)
        if until > head.timestamp or not guardian:
            return
        log.critical("pausing", contract=end.contract, chain=end.chain.chain_id)
        name = f"pause:{end.contract}:{until}:{self._failed[end.contract]}"
        (sent,) = await guardian.submit([Intent(name, Address(end.contract), pause(_PAUSE_SECONDS))])
        self._failed[end.contract] += sent.status in (Status.REVERTED, Status.ABANDONED)  # then it is made anew
        await guardian.advance()
