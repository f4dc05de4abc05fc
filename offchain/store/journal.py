"""The journal of an account on a chain: an intent, its nonce and what was signed for it, before any of it is sent."""

import asyncio
import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from offchain.core.outgoing import Attempt, Fees, Intent, Outgoing, Status
from offchain.core.refusal import Refusal
from offchain.core.units import Address
from offchain.store.database import Database
from offchain.store.tables import attempts, transactions

_RACES, _PAUSE_SECONDS = 20, 0.05

Make = Callable[[Intent, int], Attempt]
"""Signs an intent for a nonce; called inside the transaction that keeps the result, and again if that one fails."""


class TooManyWriters(Refusal):
    """Others took every nonce that was tried."""


@dataclass(frozen=True)
class Journal:
    """Whoever else writes with the same key, no nonce and no intent is kept twice. Errors of all: DatabaseDown."""

    database: Database
    chain_id: int
    sender: Address

    async def add(self, intents: Sequence[Intent], floor: int, make: Make) -> list[Outgoing]:
        """Give each new intent the next nonce, `floor` at least, and keep it with its attempt; known ones come first.

        An intent that is known by its name stays as it is. Errors: TooManyWriters.
        """
        named = transactions.c.intent.in_([intent.name for intent in intents])
        for _ in range(_RACES):
            try:
                async with self.database.writing() as connection:
                    known = {o.intent.name: o for o in await self._read(connection, named)}
                    new: dict[str, Intent] = {}
                    for intent in intents:
                        if intent.name not in known:
                            new.setdefault(intent.name, intent)
                    nonce = await self._next(connection, floor)
                    places = [(intent, nonce + i) for i, intent in enumerate(new.values())]
                    return [*known.values(), *await self._insert(connection, places, make)]
            except IntegrityError:
                await asyncio.sleep(random.uniform(0, _PAUSE_SECONDS))
        raise TooManyWriters(f"{_RACES} times another writer took the next nonce of {self.sender}")

    async def fill(self, intent: Intent, nonce: int, make: Make) -> None:
        """Keep an intent at a nonce that nobody has; if somebody has it, nothing is done."""
        with suppress(IntegrityError):
            async with self.database.writing() as connection:
                await self._insert(connection, [(intent, nonce)], make)

    async def replace(self, outgoing: Outgoing, attempt: Attempt) -> None:
        """Keep another attempt of an intent at its nonce."""
        async with self.database.writing() as connection:
            await connection.execute(insert(attempts), [_attempt_row(outgoing.id, attempt)])

    async def move(self, outgoing: Outgoing, floor: int, make: Make) -> None:
        """Give an intent, whose nonce a foreign transaction used for good, a new one; once, whoever else tries."""
        here = (transactions.c.id == outgoing.id) & (transactions.c.nonce == outgoing.nonce)
        with suppress(IntegrityError):
            async with self.database.writing() as connection:
                nonce = await self._next(connection, floor)
                if (await connection.execute(update(transactions).where(here).values(nonce=nonce))).rowcount == 1:
                    row = _attempt_row(outgoing.id, make(outgoing.intent, nonce))
                    await connection.execute(insert(attempts), [row])

    async def settle(self, outcomes: Iterable[Outgoing]) -> None:
        """Keep the status of intents, and the transaction and block that decided it."""
        async with self.database.writing() as connection:
            for o in outcomes:
                found = {"transaction_hash": o.transaction_hash, "block_number": o.block_number, "status": o.status}
                await connection.execute(update(transactions).where(transactions.c.id == o.id).values(**found))

    async def below(self, nonce: int, limit: int) -> list[Outgoing]:
        """The first open intents whose nonce is lower."""
        return await self._select((transactions.c.nonce < nonce) & (transactions.c.status == Status.OPEN), limit)

    async def since(self, nonce: int, limit: int) -> list[Outgoing]:
        """The first intents from this nonce on, open or not."""
        return await self._select(transactions.c.nonce >= nonce, limit)

    async def named(self, names: Sequence[str]) -> list[Outgoing]:
        """The intents of these names."""
        return await self._select(transactions.c.intent.in_(names), len(names))

    async def _select(self, where: ColumnElement[bool], limit: int) -> list[Outgoing]:
        async with self.database.reading() as connection:
            return await self._read(connection, where, limit)

    def _mine(self) -> ColumnElement[bool]:
        return and_(transactions.c.chain_id == self.chain_id, transactions.c.sender == self.sender)

    async def _next(self, connection: AsyncConnection, floor: int) -> int:
        top = await connection.scalar(select(func.max(transactions.c.nonce)).where(self._mine()))
        return floor if top is None else max(floor, top + 1)

    async def _insert(
        self, connection: AsyncConnection, places: Sequence[tuple[Intent, int]], make: Make
    ) -> list[Outgoing]:
        if not places:
            return []
        rows = [
            {"chain_id": self.chain_id, "sender": self.sender, "nonce": nonce, "status": Status.OPEN}
            | {"intent": i.name, "target": i.to, "calldata": i.data, "value": i.value, "gas": i.gas}
            for i, nonce in places
        ]
        kept = insert(transactions).returning(transactions.c.id, sort_by_parameter_order=True)
        ids = (await connection.execute(kept, rows)).scalars()
        made = [Outgoing(id_, i, n, Status.OPEN, (make(i, n),)) for id_, (i, n) in zip(ids, places, strict=True)]
        await connection.execute(insert(attempts), [_attempt_row(o.id, o.attempts[0]) for o in made])
        return made

    async def _read(
        self, connection: AsyncConnection, where: ColumnElement[bool], limit: int | None = None
    ) -> list[Outgoing]:
        chosen = select(transactions).where(self._mine(), where).order_by(transactions.c.nonce).limit(limit)
        rows = (await connection.execute(chosen)).mappings().all()
        of = attempts.c.transaction_id.in_([row["id"] for row in rows])
        signed: dict[int, list[Attempt]] = {row["id"]: [] for row in rows}
        for a in (await connection.execute(select(attempts).where(of).order_by(attempts.c.id))).mappings():
            fees = Fees(a["tip"], a["cap"])
            signed[a["transaction_id"]].append(Attempt(a["nonce"], a["hash"], a["raw"], a["gas"], fees, a["is_noop"]))
        return [_outgoing(row, signed[row["id"]]) for row in rows]


def _attempt_row(transaction_id: int, a: Attempt) -> dict[str, Any]:
    signed = {"transaction_id": transaction_id, "nonce": a.nonce, "hash": a.hash, "raw": a.raw, "gas": a.gas}
    return signed | {"tip": a.fees.tip, "cap": a.fees.cap, "is_noop": a.is_noop}


def _outgoing(row: Any, signed: Iterable[Attempt]) -> Outgoing:
    intent = Intent(row["intent"], Address(row["target"]), row["calldata"], row["value"], row["gas"])
    kept = (row["transaction_hash"], row["block_number"])
    return Outgoing(row["id"], intent, row["nonce"], Status(row["status"]), tuple(signed), *kept)
