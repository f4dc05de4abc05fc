"""Each intent is carried out once: whatever nodes, chains and foreign transactions do in between."""

import asyncio
from dataclasses import replace

import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address

from offchain.chain.dispatch import Dispatcher, GasAboveCap, Policy
from offchain.chain.quorum import Quorum
from offchain.chain.rpc import NodeRefused, Source
from offchain.chain.signer import KeySigner, Pkcs11Signer
from offchain.core.node_error import Kind
from offchain.core.outgoing import Intent, Status
from offchain.store.database import Database, DatabaseDown
from offchain.store.journal import Journal
from tests.offchain import servers
from tests.offchain.bridge_chains import until

GWEI = 10**9
POLICY = Policy(ceiling=500 * GWEI, patience_seconds=3600, resend_seconds=0, final_tag="finalized")


def payee(i):
    return to_checksum_address(f"0x{0xBEEF0000 + i:040x}")


def gift(i, **changes):
    return replace(Intent(f"gift {i}", payee(i), b"", 1), **changes)


@pytest.fixture
async def database(tmp_path):
    made = Database(f"sqlite:///{tmp_path}/journal.db")
    await made.migrate()
    yield made
    await made.close()


@pytest.fixture
def signer():
    return KeySigner.development(servers.RICH, 31337)


@pytest.fixture
def dispatcher(database, quorum_of, chain, signer):
    chain.mine(3)  # at its first block a chain's head is final, and anvil counts at it what it is about to mine
    return Dispatcher(quorum_of(chain.url), Journal(database, 31337, signer.address), signer, 31337, POLICY)


@pytest.fixture
def patient(dispatcher):
    """A dispatcher whose transactions are stuck as soon as it looks."""
    dispatcher.policy = replace(POLICY, patience_seconds=0)
    return dispatcher


async def finish(dispatcher, chain, rounds=12):
    """Blocks and looks until nothing is open."""
    for _ in range(rounds):
        chain.mine(3)
        await dispatcher.advance()
        if not await dispatcher.journal.below(2**62, 1):
            return
    raise AssertionError(await dispatcher.journal.below(2**62, 5))


async def status_of(dispatcher, *intents):
    return [outgoing.status for outgoing in await dispatcher.journal.named([intent.name for intent in intents])]


def assert_given_once(chain, count):
    assert [chain.balance(payee(i)) for i in range(count)] == [1] * count


async def test_intents_are_kept_sent_and_settled(dispatcher, chain):
    gifts = [gift(i) for i in range(30)]
    kept = await dispatcher.submit(gifts)
    assert [outgoing.nonce for outgoing in kept] == list(range(30))
    await finish(dispatcher, chain)
    assert_given_once(chain, 30)
    done = await dispatcher.journal.named([g.name for g in gifts])
    for outgoing in done:
        receipt = chain.rpc("eth_getTransactionReceipt", outgoing.transaction_hash)
        assert outgoing.status is Status.DONE and int(receipt["blockNumber"], 16) == outgoing.block_number


async def test_an_intent_stays_open_until_its_block_is_final(dispatcher, chain):
    await dispatcher.submit([gift(0)])
    until(lambda: chain.balance(payee(0)) == 1)
    await dispatcher.advance()
    assert await status_of(dispatcher, gift(0)) == [Status.OPEN]
    chain.mine(2)
    await dispatcher.advance()
    assert await status_of(dispatcher, gift(0)) == [Status.DONE]


async def test_what_is_mined_above_the_final_block_stays_open_whatever_is_counted(dispatcher, chain, quorum_of):
    def count_one(question, answer):
        return answer | {"result": "0x1"} if question["method"] == "eth_getTransactionCount" else answer

    await dispatcher.submit([gift(0)])
    until(lambda: chain.balance(payee(0)) == 1)
    async with servers.proxy(chain.url, forge=count_one) as proxy:
        dispatcher.quorum = quorum_of(proxy.url)
        await dispatcher.advance()
        assert "eth_getTransactionReceipt" in proxy.asked
        assert await status_of(dispatcher, gift(0)) == [Status.OPEN]
        chain.mine(2)
        await dispatcher.advance()
        assert await status_of(dispatcher, gift(0)) == [Status.DONE]


async def test_the_same_intent_again_is_the_same_one(dispatcher, chain):
    first = await dispatcher.submit([gift(0), gift(1), gift(0)])
    assert [(o.intent.name, o.nonce) for o in first] == [("gift 0", 0), ("gift 1", 1)]
    again = await dispatcher.submit([gift(1), gift(2), gift(0)])
    assert [(o.intent.name, o.nonce) for o in again] == [("gift 0", 0), ("gift 1", 1), ("gift 2", 2)]
    await finish(dispatcher, chain)
    await dispatcher.submit([gift(0)])
    await finish(dispatcher, chain)
    assert_given_once(chain, 3)


async def test_what_is_all_known_asks_nothing_of_any_node(dispatcher, chain, quorum_of):
    await dispatcher.submit([gift(0), gift(1)])
    async with servers.proxy(chain.url) as proxy:
        dispatcher.quorum = quorum_of(proxy.url)
        assert [o.intent.name for o in await dispatcher.submit([gift(1), gift(0)])] == ["gift 0", "gift 1"]
        assert not proxy.asked


async def test_a_call_that_would_revert_is_refused_before_it_is_kept(dispatcher, chain):
    chain.rpc("anvil_setCode", payee(0), "0x600760005260206000fd")
    with pytest.raises(NodeRefused) as refused:
        await dispatcher.submit([gift(1), gift(0)])
    assert refused.value.kind is Kind.REVERTED
    assert not await dispatcher.journal.named(["gift 0", "gift 1"]) and chain.balance(payee(1)) == 0


async def test_a_call_that_no_transaction_can_hold_is_refused(dispatcher, chain):
    chain.rpc("anvil_setCode", payee(0), "0x5f623000005200")  # three megabytes of memory
    with pytest.raises(GasAboveCap):
        await dispatcher.submit([gift(0)])


async def test_a_call_with_a_bound_is_kept_even_if_it_reverts_and_its_nonce_is_used(dispatcher, chain):
    chain.rpc("anvil_setCode", payee(0), "0x600760005260206000fd")
    await dispatcher.submit([gift(0, gas=100_000), gift(1)])
    await finish(dispatcher, chain)
    assert await status_of(dispatcher, gift(0), gift(1)) == [Status.REVERTED, Status.DONE]


async def test_what_a_node_dropped_is_sent_again(dispatcher, chain):
    chain.rpc("evm_setAutomine", False)
    for outgoing in await dispatcher.submit([gift(i) for i in range(5)]):
        chain.rpc("anvil_dropTransaction", outgoing.attempts[-1].hash)
    assert chain.rpc("txpool_status")["pending"] == "0x0"
    await dispatcher.advance()
    assert chain.rpc("txpool_status")["pending"] == "0x5"
    await finish(dispatcher, chain)
    assert_given_once(chain, 5)


async def test_a_reorganisation_that_undoes_a_transaction_has_it_mined_again(dispatcher, chain):
    chain.mine(5)
    await dispatcher.submit([gift(i) for i in range(4)])
    await dispatcher.advance()
    chain.rpc("anvil_reorg", 3, [])
    await finish(dispatcher, chain)
    assert_given_once(chain, 4)


async def test_a_reorganisation_below_finality_opens_again_what_was_done(dispatcher, chain):
    chain.mine(5)
    await dispatcher.submit([gift(i) for i in range(4)])
    await finish(dispatcher, chain)
    chain.rpc("anvil_rollback", 6)
    assert chain.balance(payee(3)) == 0
    await dispatcher.advance()
    assert dispatcher.reopened > 0
    await finish(dispatcher, chain)
    assert_given_once(chain, 4)
    assert await status_of(dispatcher, *[gift(i) for i in range(4)]) == [Status.DONE] * 4


async def test_a_stuck_transaction_is_replaced_with_both_fees_a_tenth_higher(patient, chain):
    chain.rpc("evm_setAutomine", False)
    (kept,) = await patient.submit([gift(0)])
    for _ in range(4):
        await patient.advance()
    (outgoing,) = await patient.journal.named(["gift 0"])
    assert len(outgoing.attempts) == 5 and outgoing.nonce == kept.nonce
    for before, after in zip(outgoing.attempts, outgoing.attempts[1:], strict=False):
        assert after.nonce == before.nonce
        assert after.fees.tip * 10 >= before.fees.tip * 11 and after.fees.cap * 10 >= before.fees.cap * 11
    assert next(iter(chain.rpc("txpool_content")["pending"].values()))["0"]["hash"] == outgoing.attempts[-1].hash
    await finish(patient, chain)
    assert_given_once(chain, 1)


async def test_fees_are_raised_no_higher_than_the_ceiling(patient, chain):
    patient.policy = replace(patient.policy, ceiling=4 * GWEI)
    chain.rpc("evm_setAutomine", False)
    await patient.submit([gift(0)])
    for _ in range(20):
        await patient.advance()
    (outgoing,) = await patient.journal.named(["gift 0"])
    assert 4 * GWEI * 10 // 11 <= outgoing.attempts[-1].fees.cap <= 4 * GWEI
    await finish(patient, chain)
    assert_given_once(chain, 1)


async def test_a_spike_of_the_base_fee_is_outbid(patient, chain):
    chain.rpc("evm_setAutomine", False)
    await patient.submit([gift(i) for i in range(5)])
    chain.rpc("anvil_setNextBlockBaseFeePerGas", hex(50 * GWEI))
    chain.mine()
    assert chain.balance(payee(0)) == 0
    for _ in range(3):
        await patient.advance()
        chain.rpc("anvil_setNextBlockBaseFeePerGas", hex(50 * GWEI))
        chain.mine()
    await finish(patient, chain)
    assert_given_once(chain, 5)


async def test_what_waits_for_those_before_it_is_not_replaced(patient, chain):
    chain.rpc("evm_setAutomine", False)
    await patient.submit([gift(i) for i in range(3)])
    await patient.advance()
    attempts = [len(o.attempts) for o in await patient.journal.named([f"gift {i}" for i in range(3)])]
    assert attempts == [2, 1, 1]


async def test_a_stuck_call_that_would_revert_by_now_gives_its_place_to_a_no_op(patient, chain):
    chain.rpc("evm_setAutomine", False)
    await patient.submit([gift(0), gift(1)])
    chain.rpc("anvil_setCode", payee(0), "0x600760005260206000fd")
    await patient.advance()
    await finish(patient, chain)
    assert await status_of(patient, gift(0), gift(1)) == [Status.ABANDONED, Status.DONE]
    assert chain.count(patient.signer.address) == 2


async def test_a_foreign_transaction_takes_a_nonce_and_the_intent_gets_another(dispatcher, chain, signer):
    chain.rpc("evm_setAutomine", False)
    await dispatcher.submit([gift(0), gift(1)])
    foreign = {"nonce": 0, "to": payee(9), "value": 5, "gas": 21000, "chainId": 31337}
    foreign |= {"maxFeePerGas": 100 * GWEI, "maxPriorityFeePerGas": 100 * GWEI}
    raw = Account.from_key(servers.RICH).sign_transaction(foreign).raw_transaction
    chain.rpc("eth_sendRawTransaction", raw.to_0x_hex())
    await finish(dispatcher, chain)
    assert_given_once(chain, 2)
    assert chain.balance(payee(9)) == 5 and chain.count(signer.address) == 3
    moved = (await dispatcher.journal.named(["gift 0"]))[0]
    assert moved.nonce == 2 and [attempt.nonce for attempt in moved.attempts] == [0, 2]


async def test_the_chain_s_own_count_is_a_floor_for_the_next_nonce(dispatcher, chain, signer):
    foreign = {"to": payee(9), "value": 5, "gas": 21000, "chainId": 31337, "gasPrice": 100 * GWEI}
    for nonce in range(3):
        raw = Account.from_key(servers.RICH).sign_transaction(foreign | {"nonce": nonce}).raw_transaction
        chain.rpc("eth_sendRawTransaction", raw.to_0x_hex())
    until(lambda: chain.count(signer.address) == 3)
    kept = await dispatcher.submit([gift(0)])
    assert kept[0].nonce == 3


async def test_a_gap_that_a_vanished_foreign_transaction_left_is_filled_with_a_no_op(dispatcher, chain, signer):
    """Two foreign transactions, ours after them, then a reorganisation that loses the foreign ones."""
    chain.mine(3)
    foreign = {"to": payee(9), "value": 5, "gas": 21000, "chainId": 31337, "gasPrice": 100 * GWEI}
    for nonce in range(2):
        raw = Account.from_key(servers.RICH).sign_transaction(foreign | {"nonce": nonce}).raw_transaction
        chain.rpc("eth_sendRawTransaction", raw.to_0x_hex())
    until(lambda: chain.count(signer.address) == 2)
    assert [outgoing.nonce for outgoing in await dispatcher.submit([gift(0), gift(1)])] == [2, 3]
    until(lambda: chain.count(signer.address) == 4)
    chain.rpc("anvil_rollback", 4)
    assert chain.count(signer.address) == 0
    await finish(dispatcher, chain)
    assert_given_once(chain, 2)
    assert chain.count(signer.address) == 4 and chain.balance(payee(9)) == 0
    assert [o.status for o in await dispatcher.journal.named(["noop:0", "noop:1"])] == [Status.ABANDONED] * 2


async def test_what_no_node_ever_takes_gives_its_place_to_a_no_op(dispatcher, chain):
    await dispatcher.submit([gift(0, gas=1000), gift(1)])  # 21,000 is the least
    assert dispatcher.refused[Kind.PERMANENT] == 1
    await finish(dispatcher, chain)
    assert await status_of(dispatcher, gift(0), gift(1)) == [Status.ABANDONED, Status.DONE]


async def test_an_empty_account_waits_until_it_has_money(database, quorum_of, chain):
    poor = KeySigner.development("0x" + "77" * 32, 31337)
    dispatcher = Dispatcher(quorum_of(chain.url), Journal(database, 31337, poor.address), poor, 31337, POLICY)
    await dispatcher.submit([gift(0, gas=21000)])
    assert dispatcher.refused[Kind.NO_FUNDS] == 1
    await dispatcher.advance()
    chain.rpc("anvil_setBalance", poor.address, hex(10**18))
    await finish(dispatcher, chain)
    assert_given_once(chain, 1)


async def test_two_accounts_keep_their_own_lines(dispatcher, database, quorum_of, chain):
    other = KeySigner.development("0x" + "77" * 32, 31337)
    chain.rpc("anvil_setBalance", other.address, hex(10**18))
    second = Dispatcher(quorum_of(chain.url), Journal(database, 31337, other.address), other, 31337, POLICY)
    await dispatcher.submit([gift(0), gift(1)])
    kept = await second.submit([gift(2)])
    assert kept[0].nonce == 0
    await finish(dispatcher, chain)
    await finish(second, chain)
    assert_given_once(chain, 3)


async def test_two_writers_with_one_key_never_share_a_nonce_or_an_intent(
    dispatcher, database, quorum_of, chain, signer
):
    zombie = Dispatcher(quorum_of(chain.url), Journal(database, 31337, signer.address), signer, 31337, POLICY)
    tasks = []
    for i in range(0, 40, 4):
        tasks.append(dispatcher.submit([gift(j) for j in range(i, i + 4)]))
        tasks.append(zombie.submit([gift(j) for j in range(i + 2, i + 6)]))
    await asyncio.gather(*tasks)
    await finish(dispatcher, chain)
    assert_given_once(chain, 42)
    assert chain.count(signer.address) == 42


async def test_a_line_of_a_thousand_arrives(dispatcher, chain):
    chain.rpc("evm_setAutomine", False)
    gifts = [gift(i, gas=21000) for i in range(1000)]
    for start in range(0, 1000, 250):
        await dispatcher.submit(gifts[start : start + 250])
    await finish(dispatcher, chain, rounds=40)
    assert_given_once(chain, 1000)


async def test_a_lying_source_cannot_have_an_intent_sent_twice(dispatcher, chain, session, signer):
    """It claims that every nonce is used and that no receipt exists: as a foreign transaction would look."""

    def forge(question, answer):
        if question["method"] == "eth_getTransactionCount":
            return answer | {"result": "0xffff"}
        return answer | {"result": None} if question["method"] == "eth_getTransactionReceipt" else answer

    async with servers.proxy(chain.url, forge=forge) as liar, servers.proxy(chain.url) as second:
        sources = [Source(session, url) for url in (liar.url, second.url, chain.url)]
        dispatcher.quorum = Quorum(sources, 2)
        await dispatcher.submit([gift(i) for i in range(5)])
        await finish(dispatcher, chain)
        assert "eth_getTransactionReceipt" in liar.asked
    assert_given_once(chain, 5)
    assert chain.count(signer.address) == 5


@pytest.mark.parametrize("seed", range(3))
async def test_a_node_that_drops_delays_and_reorders_loses_and_doubles_nothing(
    dispatcher, chain, quorum_of, seed, signer
):
    faults = {"drop_before": 0.2, "drop_after": 0.2, "delay_seconds": 0.02, "reorder": 0.5}
    async with servers.proxy(chain.url, **faults) as faulty:
        faulty.dice.seed(seed)
        dispatcher.quorum = quorum_of(faulty.url)
        for start in range(0, 40, 10):
            while True:
                try:
                    await dispatcher.submit([gift(i) for i in range(start, start + 10)])
                    break
                except Exception as error:
                    assert "no answer" in str(error) or "sources" in str(error)
        for _ in range(60):
            chain.mine(3)
            try:
                await dispatcher.advance()
            except Exception as error:
                assert "no answer" in str(error) or "sources" in str(error)
            if not await dispatcher.journal.below(2**62, 1):
                break
        assert faulty.faults > 20
    assert_given_once(chain, 40)
    assert chain.count(signer.address) == 40


async def test_a_database_that_goes_away_and_comes_back_loses_and_doubles_nothing(chain, quorum_of, signer):
    with servers.postgres() as server:
        database = Database(server.url)
        await database.migrate()
        dispatcher = Dispatcher(quorum_of(chain.url), Journal(database, 31337, signer.address), signer, 31337, POLICY)
        await dispatcher.submit([gift(i) for i in range(5)])
        server.stop()
        with pytest.raises(DatabaseDown):
            await dispatcher.submit([gift(i) for i in range(10)])
        with pytest.raises(DatabaseDown):
            await dispatcher.advance()
        server.start()
        await dispatcher.submit([gift(i) for i in range(10)])
        await finish(dispatcher, chain)
        await database.close()
    assert_given_once(chain, 10)
    assert chain.count(signer.address) == 10


async def test_a_hardware_key_pays(chain, quorum_of, database):
    token = servers.softhsm()
    token.make_key("gas")
    signer = Pkcs11Signer(token.module, token.label, "gas", servers.SOFTHSM_PIN)
    chain.rpc("anvil_setBalance", signer.address, hex(10**18))
    dispatcher = Dispatcher(quorum_of(chain.url), Journal(database, 31337, signer.address), signer, 31337, POLICY)
    await dispatcher.submit([gift(i) for i in range(20)])
    await finish(dispatcher, chain)
    signer.close()
    assert_given_once(chain, 20)
