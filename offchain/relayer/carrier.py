"""Carries what one lane's outbox holds to its inbox: facts from both chains into the book, and its commands done."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable
from typing import Any

import structlog

from offchain.chain.dispatch import Dispatcher, GasAboveCap
from offchain.chain.lane import Lane, point_of
from offchain.chain.rpc import NodeRefused
from offchain.core.bridge import Book, awaited, step
from offchain.core.bridge_abi import CAME, LEFT, View, transfer_of
from offchain.core.bridge_facts import Attest, Command, Fact, Failed, Left, Office, Read, Recorded, Send, Stood
from offchain.core.checkpoint import Checkpoint
from offchain.core.node_error import Kind
from offchain.core.outgoing import Intent, Status
from offchain.core.refusal import Refusal
from offchain.relayer.attestors import Attestors
from offchain.relayer.ledger import Ledger, UnknownArrival
from offchain.relayer.measures import Measures
from offchain.store.database import Database
from offchain.store.records import find_cursor, keep_cursor

_MOST_COMMANDS = 64  # in one turn
_REMEMBERED = 64

log = structlog.get_logger()


class UnknownOffice(Refusal):
    """Some of the attestors in office are not among those that this relayer was told of."""


class NotClosing(Refusal):
    """The logs are not of the records that are proven to have left."""


class AttestorsShort(Refusal):
    """Fewer than the threshold signed, and time alone does not mend it."""


class Carrier:
    """One lane. Whoever dies is followed by one who reads the database and the chains: only the book is remembered."""

    def __init__(
        self, lane: Lane, database: Database, attestors: Attestors, dispatcher: Dispatcher, measures: Measures
    ) -> None:
        self.lane, self.attestors, self.dispatcher, self.measures = lane, attestors, dispatcher, measures
        self.ledger, self._database = Ledger(lane, database), database
        self.book = Book(lane.route, lane.destination.kind, point_of((0, 0, lane.route)))
        self._commands: tuple[Command, ...] = ()
        self._office: tuple[bytes, Office | None] = (b"", None)
        self._read = lane.source.first_block - 1
        self._followed = lane.destination.first_block - 1
        self._shown: int | None = None
        self._said: deque[tuple[str, dict[str, Any]]] = deque(maxlen=_REMEMBERED)

    async def open(self) -> None:
        """Read what was known, and see who is in office. Errors: UnknownOffice, those of quorum and database."""
        settled = point_of((await self._ask([View("inbox()")], (await self.lane.destination.chain.final()).number))[0])
        self.book = Book.begin(self.lane.route, self.lane.destination.kind, *await self.ledger.known(settled))
        for moved in await self.ledger.waiting():
            self._learn(moved)
        self._read = await self._cursor("left", self._read)
        self._followed = await self._cursor("came", self._followed)
        stood = await self._see_destination()
        self._require_office()
        log.info("route", route=self.lane.name, known=self.book.known.count, arrived=stood.head.count)

    async def carry(self) -> None:
        """One turn: what left, what arrived, and what follows. Errors: as open's, and those of attestors."""
        await self._see_source()
        await self._see_destination()
        done: set[Command] = set()
        faults: list[Refusal] = []
        while len(done) < _MOST_COMMANDS:
            command = next((command for command in self._commands if command not in done), None)
            if not command:
                break
            done.add(command)
            try:
                await self._do(command)
            except Refusal as refusal:
                faults.append(refusal)
        await self._show()
        if faults:
            raise faults[0]
        self._require_office()

    async def follow(self) -> None:
        """Read what final logs of the destination tell of records. Errors: those of quorum and database."""
        there = self.lane.destination
        final = await there.chain.final()
        if final.number <= self._followed:
            return
        logs = await there.chain.logs(there.contract, list(CAME.values()), self._followed + 1, final.number)
        try:
            moved = await self.ledger.tell(logs)
        except UnknownArrival as refusal:  # not yet: it is read later here than by who delivered it
            log.debug("not followed", route=self.lane.name, cause=str(refusal))
            return
        for fact in moved:
            self._learn(fact)
        await self._keep("came", final.number, final.hash)
        self._followed = final.number

    async def look_ahead(self) -> None:
        """Show what left and is not final yet; nothing follows from it. No errors: nodes may differ about it."""
        source = self.lane.source
        try:
            head = await source.chain.head()
            await self.ledger.validate(
                await source.chain.logs(source.contract, list(LEFT.values()), self._read + 1, head.number)
            )
        except Refusal as refusal:
            log.debug("not looked ahead", route=self.lane.name, cause=str(refusal))

    def awaited(self, nonce: int) -> str:
        """What a record waits for."""
        if nonce >= self.book.known.count:
            return "the chain that it leaves to make it final"
        return awaited(self.book, nonce)

    async def _see_source(self) -> None:
        source = self.lane.source
        final = await source.chain.final()
        if not self.book.left or final.number > self.book.left.block:
            left = Left(final.number, final.hash, await source.chain.outbox(source.contract, source.kind, final))
            self._learn(left)
            if self.book.known == left.point:
                await self._have_read(left)

    async def _see_destination(self) -> Stood:
        there, due, rungs = self.lane.destination, self.book.due(), self.book.rungs()
        final, head = await asyncio.gather(there.chain.final(), there.chain.head())
        asked = [View("inbox()"), View("attestorSet()"), View("epoch()"), View("pausedUntil()")]
        asked += [View("available(address)", (there.asset,)), View("limitOf(address)", (there.asset,))]
        asked += [View("queued(uint256)", (nonce,)) for nonce in due]
        asked += [View("provenPoint(uint256)", (count,)) for count in rungs]
        answers, (settled,) = await asyncio.gather(
            self._ask(asked, head.number), self._ask([View("inbox()")], final.number)
        )
        inbox, set_hash, epoch, paused_until, available, (capacity, _), *kept = answers
        if set_hash != self._office[0]:
            office = await asyncio.to_thread(Office.find, set_hash, epoch, self.attestors.urls)
            self._office = set_hash, office
        stood = Stood(
            head=point_of(inbox),
            settled=point_of(settled),
            office=self._office[1],
            is_paused=paused_until > head.timestamp,
            now=head.timestamp,
            available=available // there.unit,
            capacity=capacity // there.unit,
            queued=dict(zip(due, kept, strict=False)),
            proven=dict(zip(rungs, kept[len(due) :], strict=True)),
        )
        self._learn(stood)
        return stood

    async def _do(self, command: Command) -> None:
        match command:
            case Read(left):
                await self._records(left)
            case Attest(checkpoint):
                await self._signatures(checkpoint)
            case Send():
                await self._send(command)

    async def _records(self, left: Left) -> None:
        """Read the records that are missing; they are kept before they are known. Errors: NotClosing."""
        source, known = self.lane.source, self.book.known
        logs = await source.chain.logs(source.contract, list(LEFT.values()), self._read + 1, left.block)
        new = [found for found in logs if found.words()[0] >= known.count]
        fact = Recorded(known.count, tuple(transfer_of(found)[1] for found in new))
        if step(self.book, fact)[0].known != left.point:
            self.measures.not_closing.labels(self.lane.name).inc()
            raise NotClosing(
                f"{len(new)} records in the logs of blocks {self._read + 1} to {left.block} of chain "
                f"{source.chain.chain_id} do not close over the {left.point.count} that left {source.contract}"
            )
        await self.ledger.add(new)
        self._learn(fact)
        self._shown = None
        await self._have_read(left)

    async def _signatures(self, checkpoint: Checkpoint) -> None:
        office, target = self._office[1], self.book.target
        if not office or not target or target != checkpoint:
            return
        missing = tuple(member for member in office.attestors if member not in self.book.signatures)
        needed = office.threshold - len(office.attestors) + len(missing)
        attested, faults = await self.attestors.ask(self.lane, target, missing, needed)
        for fact in attested:
            self._learn(fact)
        if faults and any(isinstance(command, Attest) for command in self._commands):
            raise AttestorsShort(f"too few attestors signed block {target.src_block} of {self.lane.name}: {faults}")

    async def _send(self, send: Send) -> None:
        try:
            (sent,) = await self.dispatcher.submit([Intent(send.name, self.lane.destination.contract, send.data)])
        except GasAboveCap:
            self._learn(Failed(send.name, is_too_long=True))
            return
        except NodeRefused as refusal:
            if refusal.kind is Kind.PERMANENT:
                self._learn(Failed(send.name, is_too_long=True))
                return
            if refusal.kind is Kind.REVERTED and ":release:" in send.name:
                # its recipient does not take it, or another was faster: nobody's trouble but the recipient's
                self._say("not released", name=send.name, cause=str(refusal))
                return
            raise
        if sent.status in (Status.REVERTED, Status.ABANDONED):
            log.warning("failed", name=send.name, status=sent.status, transaction=sent.transaction_hash)
            self._learn(Failed(send.name))
        elif sent.status is Status.OPEN:
            self._say("sent", name=send.name, transaction=sent.attempts[-1].hash, nonce=sent.nonce)

    async def _show(self) -> None:
        stood, left = self.book.stood, self.book.left
        if not stood or not left:
            return
        if stood.head.count != self._shown:
            await self.ledger.arrived(stood.head.count)
            self._shown = stood.head.count
            log.info("arrived", route=self.lane.name, count=stood.head.count, left=left.point.count)
        first = await self.ledger.find(stood.head.count) if left.point.count > stood.head.count else None
        oldest = max(0, time.time() - first.timestamp) if first else 0
        self.measures.show(self.lane, self.book, oldest_seconds=oldest, behind=left.block - self._read)

    async def _have_read(self, left: Left) -> None:
        await self._keep("left", left.block, left.block_hash)
        self._read = left.block

    def _require_office(self) -> None:
        there, (set_hash, office) = self.lane.destination, self._office
        if not office and any(set_hash):
            raise UnknownOffice(
                f"QUITTANCE_ATTESTORS lacks some of the attestors in office at {there.kind} {there.contract} "
                f"on chain {there.chain.chain_id}"
            )

    def _say(self, event: str, **values: Any) -> None:
        """Log it, but not turn for turn."""
        if (event, values) not in self._said:
            self._said.append((event, values))
            log.info(event, **values)

    def _learn(self, fact: Fact) -> None:
        self.book, self._commands = step(self.book, fact)

    def _ask(self, asked: list[View], block: int) -> Awaitable[list[Any]]:
        there = self.lane.destination
        return there.chain.views(there.contract, asked, block)

    async def _cursor(self, name: str, default: int) -> int:
        kept = await find_cursor(self._database, f"{name}:{self.lane.name}")
        return kept[0] if kept else default

    async def _keep(self, name: str, number: int, block_hash: bytes) -> None:
        await keep_cursor(self._database, f"{name}:{self.lane.name}", number, f"0x{block_hash.hex()}")
