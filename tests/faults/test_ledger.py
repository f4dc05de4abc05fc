"""The ledger that judges the runs sees a transfer that is lost, one that is paid twice, and a table that is wrong."""

import asyncio

import pytest

from offchain.core.checkpoint import Transfer
from offchain.store.database import Database
from offchain.store.records import Payment, keep_payments
from tests.faults import ledger
from tests.offchain.attestor.process import deliver_with_stolen_keys
from tests.offchain.bridge_chains import FAR, NATIVE, NEAR, SENDER, stage

AMOUNT = 5


@pytest.fixture
def bridge(tmp_path):
    with stage(tmp_path) as made:
        for chain in (made.near, made.far):
            chain.hold(automine=True)
        yield made


@pytest.fixture
def payee(bridge):
    return bridge.far.accounts[9]


@pytest.fixture
def database_url(tmp_path):
    url = f"sqlite:///{tmp_path}/relayer.db"

    async def migrate():
        database = Database(url)
        await database.migrate()
        await database.close()

    asyncio.run(migrate())
    return url


def test_what_left_and_did_not_arrive_is_lost(bridge, payee, database_url):
    bridge.lock(AMOUNT, to=payee)
    judged = ledger.judged(bridge, database_url)
    assert (judged["transfers"], judged["lost"], judged["doubled"]) == (1, 1, 0)
    assert judged["disagreements"] == 4  # in is not out, the supply is nothing, the cover is more; the table is empty
    assert not ledger.is_quiet(bridge, database_url)


def test_what_arrived_without_having_left_is_doubled(bridge, payee, database_url):
    bridge.lock(AMOUNT, to=payee)
    sender = bridge.near.accounts[SENDER]
    deliver_with_stolen_keys(bridge, [Transfer(sender, payee, AMOUNT)] * 2)
    judged = ledger.judged(bridge, database_url)
    assert (judged["transfers"], judged["lost"]) == (1, 0)
    assert judged["doubled"] == 2  # a record too many, and a payee who holds too much
    assert judged["disagreements"] >= 3


def test_a_row_that_says_otherwise_than_the_chains_is_seen(bridge, payee, database_url):
    bridge.lock(AMOUNT, to=payee)
    before = ledger.judged(bridge, database_url)["disagreements"]
    asyncio.run(_keep(database_url, _row(bridge, payee, AMOUNT)))
    assert ledger.judged(bridge, database_url)["disagreements"] == before - 1
    asyncio.run(_keep(database_url, _row(bridge, payee, AMOUNT + 1)))
    assert ledger.judged(bridge, database_url)["disagreements"] == before


def _row(bridge, payee, amount):
    (event,) = bridge.vault.events.Locked().get_logs(from_block=0)
    return Payment(
        route=f"0x{bridge.there.hex()}",
        nonce=0,
        source_chain=str(NEAR),
        target_chain=str(FAR),
        sender=bridge.near.accounts[SENDER],
        recipient=payee,
        amount=amount,
        token_address=NATIVE,
        bridge_contract=bridge.vault.address,
        status="locked",
        timestamp=0,
        source_transaction="0x" + event["transactionHash"].hex().removeprefix("0x"),
    )


async def _keep(url, payment):
    database = Database(url)
    await keep_payments(database, [payment], changing=("amount",))
    await database.close()
