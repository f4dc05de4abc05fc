"""An attestor never says two things of one block or count; payments and cursors are kept as they were last."""

import asyncio
from dataclasses import asdict, replace

import pytest
from sqlalchemy import delete, insert, text

from offchain.core.checkpoint import Checkpoint
from offchain.store.database import Database
from offchain.store.records import (
    Conflicting,
    Payment,
    claim,
    find_attested,
    find_cursor,
    find_payments,
    keep_cursor,
    keep_payments,
    replace_payments,
)
from offchain.store.tables import cross_chain_payments

SIGNER, OTHER = "0x" + "Aa" * 20, "0x" + "Bb" * 20
FIRST = Checkpoint(b"\x01" * 32, 1, 100, b"\x02" * 32, 10, b"\x03" * 32, 2**128 - 1)
PAYMENT = Payment(
    route="0x" + "01" * 32,
    nonce=0,
    source_chain="31337",
    target_chain="31338",
    sender="0x" + "11" * 20,
    recipient="0x" + "22" * 20,
    amount=2**128 - 1,
    token_address="0x" + "33" * 20,
    bridge_contract="0x" + "44" * 20,
    status="locked",
    timestamp=1_700_000_000,
)


@pytest.fixture
async def attested(database):
    """FIRST is signed."""
    await claim(database, SIGNER, FIRST)
    return database


async def test_the_same_again_is_no_conflict(attested):
    await claim(attested, SIGNER, FIRST)


async def test_an_unchanged_count_at_a_later_or_earlier_block_is_no_conflict(attested):
    for block in (101, 99, 200):
        await claim(attested, SIGNER, replace(FIRST, src_block=block, src_block_hash=block.to_bytes(32, "big")))


async def test_a_later_state_is_no_conflict(attested):
    await claim(attested, SIGNER, Checkpoint(b"\x01" * 32, 2, 101, b"\x05" * 32, 11, b"\x04" * 32, 2**128 - 1))


CONFLICTS = {
    "another hash of the block": {"src_block_hash": b"\x09" * 32},
    "another count of the block": {"count": 11, "acc": b"\x09" * 32},
    "another hash over the records": {"src_block": 101, "acc": b"\x09" * 32},
    "another sum": {"src_block": 101, "cumulative": 5},
    "a count that goes back": {"src_block": 101, "count": 9, "acc": b"\x09" * 32},
    "a count that was ahead": {"src_block": 99, "count": 11, "acc": b"\x09" * 32},
    "another state in another epoch": {"epoch": 2, "src_block": 101, "acc": b"\x09" * 32},
}


@pytest.mark.parametrize("changes", CONFLICTS.values(), ids=CONFLICTS)
async def test_what_cannot_be_true_too_is_refused_and_not_kept(attested, changes):
    for _ in range(2):
        with pytest.raises(Conflicting):
            await claim(attested, SIGNER, replace(FIRST, **changes))
    await claim(attested, SIGNER, FIRST)
    await claim(attested, OTHER, replace(FIRST, **changes))
    await claim(attested, SIGNER, replace(FIRST, route_id=b"\x07" * 32, **changes))


async def test_of_two_that_conflict_at_once_one_is_kept(database, url):
    databases = [database, *(Database(url) for _ in range(7))]
    claims = [claim(made, SIGNER, replace(FIRST, acc=bytes([i]) * 32)) for i, made in enumerate(databases)]
    outcomes = await asyncio.gather(*claims, return_exceptions=True)
    assert sorted(map(type, outcomes), key=str) == sorted([type(None), *[Conflicting] * 7], key=str)
    for made in databases[1:]:
        await made.close()


async def test_what_a_signer_said_of_a_count_is_found(attested):
    route = "0x" + "01" * 32
    assert await find_attested(attested, SIGNER, route, 10) == FIRST.point
    await claim(attested, SIGNER, replace(FIRST, src_block=101, src_block_hash=b"\x05" * 32, count=11, cumulative=0))
    assert await find_attested(attested, SIGNER, route, 11) == replace(FIRST.point, count=11, cumulative=0)
    assert await find_attested(attested, SIGNER, route, 10) == FIRST.point


async def test_what_a_signer_did_not_say_is_not_found(attested):
    with pytest.raises(Conflicting):
        await claim(attested, SIGNER, replace(FIRST, count=12))
    assert await find_attested(attested, SIGNER, "0x" + "01" * 32, 12) is None
    assert await find_attested(attested, SIGNER, "0x" + "02" * 32, 10) is None
    assert await find_attested(attested, OTHER, "0x" + "01" * 32, 10) is None


async def test_a_payment_has_the_fields_it_was_given(database):
    await keep_payments(database, [PAYMENT])
    assert await find_payments(database) == [PAYMENT]


async def test_of_a_known_payment_only_its_progress_changes(database):
    await keep_payments(database, [PAYMENT, replace(PAYMENT, nonce=1, amount=0)])
    later = replace(PAYMENT, status="completed", target_transaction="0x" + "55" * 32, amount=1, recipient="0x")
    await keep_payments(database, [later])
    kept = await find_payments(database)
    assert kept[0] == replace(PAYMENT, status="completed", target_transaction="0x" + "55" * 32)
    assert kept[1] == replace(PAYMENT, nonce=1, amount=0)


async def test_what_is_proven_replaces_what_another_writes_of_it_before_it_is(database):
    early, proven = replace(PAYMENT, status="validating"), replace(PAYMENT, status="locked")
    await keep_payments(database, [early])
    async with database.writing() as other:  # as it is while the records that are not final yet are shown
        await other.execute(delete(cross_chain_payments))
        await other.execute(insert(cross_chain_payments), [asdict(early)])
        replacing = asyncio.create_task(
            replace_payments(database, [proven], 1, route=PAYMENT.route, status="validating")
        )
        if database.engine.dialect.name == "postgresql":
            await _until_somebody_waits(database)
    await replacing
    assert await find_payments(database) == [proven]


async def _until_somebody_waits(database):
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'DELETE%'")
    for _ in range(2_000):
        async with database.reading() as connection:
            if await connection.scalar(waiting):
                return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody waits")


async def test_what_is_known_for_good_is_not_replaced(database):
    for status in ("delivered", "completed"):
        kept = replace(PAYMENT, status=status)
        await keep_payments(database, [kept])
        await replace_payments(database, [PAYMENT], 1, route=PAYMENT.route, status="validating")
        assert await find_payments(database) == [kept]


async def test_payments_are_found_by_any_field(database):
    await keep_payments(database, [replace(PAYMENT, nonce=i, status="queued" if i % 2 else "locked") for i in range(6)])
    assert [p.nonce for p in await find_payments(database, status="queued")] == [1, 3, 5]
    assert [p.nonce for p in await find_payments(database, route=PAYMENT.route, nonce=4)] == [4]
    assert [p.nonce for p in await find_payments(database, first=3, status=("queued", "vetoed"))] == [3, 5]
    assert not await find_payments(database, recipient="0x")
    await keep_payments(database, [])


async def test_a_cursor_is_where_it_was_put_last(database):
    assert await find_cursor(database, "a") is None
    for number in (5, 3):
        await keep_cursor(database, "a", number, f"0x{number}")
    await keep_cursor(database, "b", 9, "0x9")
    assert await find_cursor(database, "a") == (3, "0x3")
