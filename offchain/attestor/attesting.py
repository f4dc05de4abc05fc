"""Checkpoints: a final block, the outbox proven against it, what was said before, a signature; never a log."""

import asyncio
from dataclasses import dataclass, field

from offchain.chain.lane import Lane
from offchain.chain.signer import Signer
from offchain.core.bridge_abi import View
from offchain.core.checkpoint import Checkpoint, compact, digest
from offchain.core.refusal import Refusal
from offchain.store.database import Database
from offchain.store.records import Conflicting, claim

_AT_ONCE = 8


class StandingConflict(Refusal):
    """This attestor found out a contradiction, and signs nothing more on the route."""


@dataclass
class Attestor:
    """One key that attests.

    `conflicts` holds what stopped it, by route, until somebody has seen to it; `outside`, where it is not in office.
    """

    signer: Signer
    database: Database
    conflicts: dict[str, Refusal] = field(default_factory=dict)
    outside: dict[str, Refusal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def attest(self, lane: Lane, number: int) -> tuple[Checkpoint, bytes]:
        """A checkpoint of a block of the lane's source, and its compact signature; kept before it is said.

        Errors: NotFinal, FinalityViolated, Conflicting, StandingConflict, NotInOffice, those of quorum and database.
        """
        async with self._turns:
            self._permit(lane)
            source, there = lane.source, lane.destination
            block = await source.chain.final_block(number)
            point = await source.chain.outbox(source.contract, source.kind, block)
            head = await there.chain.head()
            (epoch,) = await there.chain.views(there.contract, [View("epoch()")], head.number)
            count, acc, cumulative = point.values()
            checkpoint = Checkpoint(lane.route, epoch, block.number, block.hash, count, acc, cumulative)
            try:
                await claim(self.database, self.signer.address, checkpoint)
            except Conflicting as refusal:
                self.conflicts.setdefault(lane.name, refusal)
                raise
            self._permit(lane)  # what was found out meanwhile counts, too
            signed = await asyncio.to_thread(self.signer.sign, digest(checkpoint, lane.domain))
        r, s, v = int.from_bytes(signed[:32]), int.from_bytes(signed[32:64]), signed[64]
        return checkpoint, compact(r, s, v)

    def _permit(self, lane: Lane) -> None:
        if lane.name in self.conflicts:
            raise StandingConflict(str(self.conflicts[lane.name]))
        if lane.name in self.outside:
            raise self.outside[lane.name].with_traceback(None)  # or it would grow with each raise
