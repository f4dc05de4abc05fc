"""What an attestor said, the payments between chains, and how far a chain was read. All raise DatabaseDown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from offchain.core.checkpoint import Checkpoint, Point
from offchain.core.refusal import Refusal
from offchain.core.units import Address, TokenUnits
from offchain.store.database import Database
from offchain.store.tables import attested_blocks, attested_counts, cross_chain_payments, cursors

_NAMED = ("route", "nonce")
_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Conflicting(Refusal):
    """The signer said something else before, and both cannot be true."""


@dataclass(frozen=True)
class Payment:
    """Record `nonce` of a route. `amount` in the route's units, `timestamp` of the source block in Unix seconds.

    `rest` of it waits at its destination until `ready_at`, if it does.
    """

    route: str
    nonce: int
    source_chain: str
    target_chain: str
    sender: str
    recipient: str
    amount: int
    token_address: str
    bridge_contract: str
    status: str
    timestamp: int
    source_transaction: str | None = None
    target_transaction: str | None = None
    rest: int | None = None
    ready_at: int | None = None


async def claim(database: Database, signer: Address, checkpoint: Checkpoint) -> None:
    """Keep what is about to be signed, unless it conflicts with what the signer said before; to repeat it does not.

    Stricter than the contract, which forgives what spans two epochs, and counts that fall. Errors: Conflicting.
    """
    who = {"signer": signer, "route": f"0x{checkpoint.route_id.hex()}"}
    block = {"block_number": checkpoint.src_block, "block_hash": f"0x{checkpoint.src_block_hash.hex()}"}
    state = {"count": checkpoint.count, "acc": f"0x{checkpoint.acc.hex()}", "cumulative": int(checkpoint.cumulative)}
    block |= {"count": checkpoint.count}
    async with database.writing() as connection:
        for table, values in ((attested_blocks, who | block), (attested_counts, who | state)):
            await _keep(connection, table, [values])
            key = and_(*(column == values[column.name] for column in table.primary_key))
            if (await connection.execute(select(table).where(key))).mappings().one() != values:
                raise Conflicting(f"{signer} signed another state of block {checkpoint.src_block} or of its count")
        b = attested_blocks.c
        back = or_(
            and_(b.block_number < checkpoint.src_block, b.count > checkpoint.count),
            and_(b.block_number > checkpoint.src_block, b.count < checkpoint.count),
        )
        mine = and_(b.signer == signer, b.route == who["route"])
        if await connection.scalar(select(func.count()).where(mine, back)):
            raise Conflicting(f"the count of block {checkpoint.src_block} goes back")


async def find_attested(database: Database, signer: Address, route: str, count: int) -> Point | None:
    """What the signer said of this count of a route, given in hexadecimal digits, if it said anything."""
    c = attested_counts.c
    chosen = select(c.acc, c.cumulative).where(c.signer == signer, c.route == route, c.count == count)
    async with database.reading() as connection:
        row = (await connection.execute(chosen)).one_or_none()
        return Point(count, bytes.fromhex(row[0][2:]), TokenUnits(row[1])) if row else None


async def keep_payments(
    database: Database,
    payments: Sequence[Payment],
    changing: Sequence[str] = ("status", "source_transaction", "target_transaction", "rest", "ready_at"),
) -> None:
    """Keep payments; of those that are there, only what is `changing`."""
    async with database.writing() as connection:
        await _keep(connection, cross_chain_payments, [asdict(p) for p in payments], _NAMED, changing)


async def replace_payments(database: Database, payments: Sequence[Payment], until: int = 2**62, **equal: Any) -> None:
    """Keep payments in the place of those before nonce `until` whose fields are these; others stay as they are."""
    same, rows = _equal(equal), [asdict(p) for p in payments]
    async with database.writing() as connection:  # what another commits during the deletion is met in the insertion
        await connection.execute(delete(cross_chain_payments).where(*same, *_between(0, until)))
        await _keep(connection, cross_chain_payments, rows, _NAMED, Payment.__annotations__, and_(*same))


async def mark_payments(database: Database, becomes: str, first: int = 0, until: int = 2**62, **equal: Any) -> None:
    """Give this status to the payments from nonce `first`, without `until`, whose fields are these."""
    chosen = update(cross_chain_payments).where(*_equal(equal), *_between(first, until)).values(status=becomes)
    async with database.writing() as connection:
        await connection.execute(chosen)


async def find_payments(database: Database, first: int = 0, until: int = 2**62, **equal: Any) -> list[Payment]:
    """The payments from nonce `first`, without `until`, whose fields are these or in this tuple; by route and nonce."""
    table = cross_chain_payments.c
    chosen = select(*(table[name] for name in Payment.__annotations__)).order_by(table.route, table.nonce)
    chosen = chosen.where(*_equal(equal), *_between(first, until))
    async with database.reading() as connection:
        return [Payment(*row) for row in await connection.execute(chosen)]


async def keep_cursor(database: Database, name: str, block_number: int, block_hash: str) -> None:
    """Keep how far `name` was read."""
    row = {"name": name, "block_number": block_number, "block_hash": block_hash}
    async with database.writing() as connection:
        await _keep(connection, cursors, [row], ("name",), ("block_number", "block_hash"))


async def find_cursor(database: Database, name: str) -> tuple[int, str] | None:
    """Number and hash of the block up to which `name` was read."""
    chosen = select(cursors.c.block_number, cursors.c.block_hash).where(cursors.c.name == name)
    async with database.reading() as connection:
        row = (await connection.execute(chosen)).one_or_none()
        return row and (row[0], row[1])


def _equal(fields: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    columns = cross_chain_payments.c
    return [columns[n].in_(v) if isinstance(v, tuple) else columns[n] == v for n, v in fields.items()]


def _between(first: int, until: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return cross_chain_payments.c.nonce >= first, cross_chain_payments.c.nonce < until


async def _keep(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    key: Sequence[str] = (),
    changing: Iterable[str] = (),
    where: ColumnElement[bool] | None = None,
) -> None:
    """Insert rows; of a row whose key is there, what is `changing` is written, which may be nothing, if `where`."""
    if not rows:
        return
    statement = _INSERT[connection.dialect.name](table)
    if changes := {name: statement.excluded[name] for name in changing}:
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=changes, where=where)
    else:
        statement = statement.on_conflict_do_nothing()
    await connection.execute(statement, list(rows))
