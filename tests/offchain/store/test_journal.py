"""The journal gives each intent one place in one account's line, whoever else writes."""

import asyncio
from dataclasses import replace

import pytest

from offchain.core.outgoing import Attempt, Fees, Intent, Status
from offchain.core.units import Address
from offchain.store.database import Database
from offchain.store.journal import Journal

SENDER, OTHER = Address("0x" + "Aa" * 20), Address("0x" + "Bb" * 20)
BIG = 2**256 - 1


def intent(name, value=1):
    return Intent(name, Address("0x" + "cC" * 20), b"\x00\xff" * 20, value)


def make(made, nonce, mark=b""):
    return Attempt(nonce, f"0x{made.name}{nonce}", made.name.encode() + mark, 21000, Fees(1, 2 * 10**18 * 10**9), False)


@pytest.fixture
def journal(database):
    return Journal(database, 1, SENDER)


async def test_what_is_kept_comes_back_as_it_was(journal):
    asked = Intent("a", Address("0x" + "cC" * 20), bytes(range(256)), BIG, gas=7)
    (kept,) = await journal.add([asked], 5, make)
    assert kept.intent == asked and kept.nonce == 5 and kept.status is Status.OPEN
    assert kept.attempts == (make(asked, 5),)
    assert await journal.named(["a"]) == [kept] == await journal.since(0, 9) == await journal.below(6, 9)


async def test_the_next_nonce_is_the_greater_of_the_chain_s_and_the_journal_s(journal):
    assert [o.nonce for o in await journal.add([intent("a"), intent("b")], 3, make)] == [3, 4]
    assert [o.nonce for o in await journal.add([intent("c")], 0, make)] == [5]
    assert [o.nonce for o in await journal.add([intent("d")], 9, make)] == [9]


async def test_a_known_name_keeps_its_place(journal):
    await journal.add([intent("a")], 0, make)
    again = await journal.add([intent("b"), intent("a", value=99)], 0, make)
    assert [(o.intent.name, o.nonce, o.intent.value) for o in again] == [("a", 0, 1), ("b", 1, 1)]


async def test_accounts_and_chains_do_not_meet(database, journal):
    others = [Journal(database, 2, SENDER), Journal(database, 1, OTHER)]
    await journal.add([intent("a"), intent("b")], 0, make)
    for other in others:
        assert [o.nonce for o in await other.add([intent("a")], 0, make)] == [0]
        assert len(await other.since(0, 9)) == 1


async def test_many_writers_at_once_leave_no_gap_and_no_double(url, database):
    databases = [Database(url) for _ in range(4)]
    names = [f"i{i}" for i in range(25)]

    async def write(k):
        for name in names:
            await Journal(databases[k], 1, SENDER).add([intent(name), intent(f"{name} of {k}")], 0, make)

    await asyncio.gather(*map(write, range(4)))
    kept = await Journal(database, 1, SENDER).since(0, 999)
    assert [o.nonce for o in kept] == list(range(125))
    assert {o.intent.name for o in kept} == {*names, *(f"{name} of {k}" for name in names for k in range(4))}
    assert all(len(o.attempts) == 1 and o.attempts[0].nonce == o.nonce for o in kept)
    for made in databases:
        await made.close()


async def test_a_signer_that_fails_leaves_nothing(journal):
    def fail(made, nonce):
        if made.name == "b":
            raise ZeroDivisionError
        return make(made, nonce)

    with pytest.raises(ZeroDivisionError):
        await journal.add([intent("a"), intent("b")], 0, fail)
    assert not await journal.since(0, 9)


async def test_another_attempt_stands_after_the_first(journal):
    (kept,) = await journal.add([intent("a")], 0, make)
    second = make(intent("a"), 0, b"again")
    await journal.replace(kept, second)
    assert (await journal.named(["a"]))[0].attempts == (make(intent("a"), 0), second)


async def test_a_gap_is_filled_once(journal):
    await journal.fill(intent("noop"), 4, make)
    await journal.fill(intent("other"), 4, make)
    await journal.fill(intent("noop"), 5, make)
    assert [(o.intent.name, o.nonce) for o in await journal.since(0, 9)] == [("noop", 4)]


async def test_a_displaced_intent_moves_to_the_end_once(journal):
    first, _ = await journal.add([intent("a"), intent("b")], 0, make)
    await asyncio.gather(*(journal.move(first, 1, make) for _ in range(4)))
    (moved,) = await journal.named(["a"])
    assert moved.nonce == 2 and [attempt.nonce for attempt in moved.attempts] == [0, 2]


async def test_what_is_settled_is_open_no_more(journal):
    kept = await journal.add([intent(str(i)) for i in range(3)], 0, make)
    await journal.settle([replace(kept[1], status=Status.DONE, transaction_hash="0x1", block_number=7)])
    assert [o.intent.name for o in await journal.below(9, 9)] == ["0", "2"]
    assert [o.intent.name for o in await journal.below(9, 1)] == ["0"]
    assert [o.intent.name for o in await journal.since(1, 9)] == ["1", "2"]
    (done,) = await journal.named(["1"])
    assert (done.status, done.transaction_hash, done.block_number) == (Status.DONE, "0x1", 7)
    await journal.settle([])
