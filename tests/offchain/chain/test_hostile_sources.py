"""One source of three says what it likes: nothing is paid for it, given up for it, nor ended by it."""

import asyncio
import contextlib
import json
import time

import pytest
from aiohttp import web

from offchain.chain.dispatch import Dispatcher, GasAboveCap, Policy
from offchain.chain.follower import FinalityViolated, Follower
from offchain.chain.quorum import InvalidAnswer, QuorumSplit, number_of, quantity
from offchain.chain.rpc import NodeRefused, Source
from offchain.chain.signer import KeySigner
from offchain.core.node_error import Kind
from offchain.core.outgoing import Intent, Status
from offchain.store.database import Database
from offchain.store.journal import Journal
from tests.offchain import servers
from tests.offchain.bridge_chains import NEAR

GWEI = 10**9
PAYEE = "0x" + "be" * 20
POLICY = Policy(ceiling=500 * GWEI, patience_seconds=0, resend_seconds=0)


def answering(method, result):
    """Answers one method with this."""

    def forge(question, answer):
        return {"jsonrpc": "2.0", "id": question["id"], "result": result} if question["method"] == method else answer

    return forge


def refusing(method, code=3, message="execution reverted"):
    """Refuses one method with this."""

    def forge(question, answer):
        error = {"code": code, "message": message}
        return {"jsonrpc": "2.0", "id": question["id"], "error": error} if question["method"] == method else answer

    return forge


@pytest.fixture
async def dispatcher(tmp_path, quorum_of, proxies):
    """Believes two of three, of which each may be the liar; what it sent is stuck as soon as it looks."""
    database = Database(f"sqlite:///{tmp_path}/journal.db")
    await database.migrate()
    signer = KeySigner.development(servers.RICH, 31337)
    quorum = quorum_of(*(proxy.url for proxy in proxies))
    yield Dispatcher(quorum, Journal(database, 31337, signer.address), signer, 31337, POLICY)
    await database.close()


async def sent(dispatcher, name):
    """What was signed for a gift."""
    (kept,) = await dispatcher.submit([Intent(name, PAYEE, b"", 1)])
    return kept.attempts[-1]


LIES = {
    "gas of more digits than are ever written": ("eth_estimateGas", "0x" + "f" * 9_000),
    "gas that no transaction may use": ("eth_estimateGas", "0x2000000"),
    "gas that nothing can be done with": ("eth_estimateGas", "0x1"),
    "negative gas": ("eth_estimateGas", "-0x5208"),
    "a tip that is all there is": ("eth_maxPriorityFeePerGas", hex(10**18)),
    "a negative tip": ("eth_maxPriorityFeePerGas", "-0x1"),
    "a base fee that is all there is": ("eth_getBlockByNumber", {"number": "0x1", "baseFeePerGas": hex(10**18)}),
    "a negative base fee": ("eth_getBlockByNumber", {"number": "0x1", "baseFeePerGas": "-0x1"}),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
async def test_a_lone_lie_about_gas_or_fees_changes_nothing_of_what_is_signed(lie, dispatcher, proxies, chain):
    chain.rpc("evm_setAutomine", False)
    honest = await sent(dispatcher, "honest")
    for i, liar in enumerate(proxies):
        liar.forge = answering(*lie)
        lied_to = await sent(dispatcher, f"lied to {i}")
        assert (lied_to.gas, lied_to.fees, lied_to.is_noop) == (honest.gas, honest.fees, False)
        liar.forge = None


async def test_what_enough_sources_say_of_gas_is_believed(dispatcher, proxies):
    for liar in proxies[:2]:
        liar.forge = answering("eth_estimateGas", "0x2000000")
    with pytest.raises(GasAboveCap):
        await sent(dispatcher, "gift")
    for liar in proxies[:2]:
        liar.forge = refusing("eth_estimateGas")
    with pytest.raises(NodeRefused) as refused:
        await sent(dispatcher, "gift")
    assert refused.value.kind is Kind.REVERTED
    proxies[0].forge = refusing("eth_estimateGas", -32005, "rate limited")
    with pytest.raises(QuorumSplit):
        await sent(dispatcher, "gift")
    assert not await dispatcher.journal.named(["gift"])


async def test_a_lone_claim_that_it_reverts_by_now_makes_no_stuck_call_a_no_op(dispatcher, proxies, chain):
    chain.rpc("evm_setAutomine", False)
    await sent(dispatcher, "gift")
    for liar in proxies:
        liar.forge = answering("eth_estimateGas", "0x2000000")
        await dispatcher.advance()
        liar.forge = refusing("eth_estimateGas")
        await dispatcher.advance()
        liar.forge = None
    chain.mine(4)
    await dispatcher.advance()
    (kept,) = await dispatcher.journal.named(["gift"])
    assert kept.status is Status.DONE and chain.balance(PAYEE) == 1


async def test_a_stuck_call_keeps_its_bound_while_there_is_no_quorum_about_it(dispatcher, proxies, chain):
    chain.rpc("evm_setAutomine", False)
    first = await sent(dispatcher, "gift")
    for liar in proxies[:2]:
        liar.forge = refusing("eth_estimateGas", -32005, "rate limited")
    await dispatcher.advance()
    (kept,) = await dispatcher.journal.named(["gift"])
    assert len(kept.attempts) == 2 and kept.attempts[-1].gas == first.gas and not kept.attempts[-1].is_noop


@pytest.mark.parametrize("number", ["-0x1", "0x1" + "0" * 64, "0x" + "f" * 9_000])
def test_what_is_no_number_of_256_bits_is_none(number):
    for judge, answer in ((quantity, number), (number_of, {"number": number})):
        with pytest.raises(InvalidAnswer):
            judge(answer)
    assert quantity("0x" + "f" * 64) == 2**256 - 1 and quantity("0x0") == 0


# Answers that are made to hurt


@pytest.fixture
async def hostile(session):
    """A source whose every answer is this body."""
    runners = []

    async def make(body):
        async def handle(_request):
            return web.Response(body=body)

        application = web.Application()
        application.router.add_post("/", handle)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        port = servers.free_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        runners.append(runner)
        return Source(session, f"http://127.0.0.1:{port}/")

    yield make
    for runner in runners:
        await runner.cleanup()


@pytest.mark.parametrize("word", ["gas", "nonce", "vm exception", "fee cap less than"])
async def test_a_long_message_is_not_pondered_over(hostile, word):
    """What is searched for in it takes the square of its length: of a megabyte, hours in which nothing else is done."""
    source = await hostile(json.dumps({"id": 0, "error": {"code": 0, "message": word * 300_000}}).encode())
    began = time.monotonic()
    with pytest.raises(NodeRefused) as refused:
        await source.ask("eth_blockNumber")
    assert time.monotonic() - began < 5
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("code", ["1e999", "-Infinity", "NaN", '"0x"', "[]", "9" * 5_000])
async def test_an_error_whose_code_is_no_number_is_no_answer(hostile, code):
    source = await hostile(f'{{"id": 0, "error": {{"code": {code}, "message": "no"}}}}'.encode())
    with pytest.raises(NodeRefused) as refused:
        await source.ask("eth_blockNumber")
    assert refused.value.kind is Kind.TRANSIENT


# Silence


@pytest.fixture
async def silent_url():
    """Of one that takes questions and never answers."""
    kept = []
    server = await asyncio.start_server(lambda *streams: kept.append(streams), "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    for _, writer in kept:
        writer.close()
    server.close()


async def test_a_silent_source_holds_up_no_height(quorum_of, silent_url, proxies, chain):
    chain.mine(7)
    quorum = quorum_of(silent_url, proxies[0].url, proxies[1].url, timeout_seconds=60)
    began = time.monotonic()
    assert await quorum.reached("eth_blockNumber", judge=quantity) == 7
    assert time.monotonic() - began < 20


async def test_the_quickest_do_not_decide_how_high_a_number_is(quorum_of, proxies, chain):
    chain.mine(7)
    proxies[0].forge = answering("eth_blockNumber", "0x1")
    proxies[1].delay_seconds = 0.4
    quorum = quorum_of(*(proxy.url for proxy in proxies))
    for _ in range(8):
        assert await quorum.reached("eth_blockNumber", judge=quantity) == 7


async def test_sources_that_refuse_at_once_do_not_cut_the_others_short(quorum_of, proxies, chain):
    chain.mine(7)
    proxies[0].delay_seconds = 4
    proxies[0].dice.seed(2)  # 3.8 seconds
    nowhere = [f"http://127.0.0.1:1/{i}" for i in range(2)]
    quorum = quorum_of(*nowhere, *(proxy.url for proxy in proxies), timeout_seconds=30)
    assert await quorum.reached("eth_blockNumber", judge=quantity) == 7


# What is raised again and again


async def test_a_violation_that_is_told_to_everybody_who_asks_does_not_grow(quorum_of, chain):
    chain.mine(9)
    follower = Follower(quorum_of(chain.url), NEAR)
    await follower.final()
    chain.rpc("anvil_reorg", 5, [])
    for _ in range(30):
        with pytest.raises(FinalityViolated) as violated:
            await follower.final()
    assert len(violated.traceback) < 6


async def test_a_final_block_that_is_taken_back_between_two_questions_is_noticed(quorum_of, chain):
    """The newer block is asked for first: were it last, and of another branch already, the pin would go over to it."""
    chain.mine(9)
    await (follower := Follower(quorum_of(chain.url), NEAR)).final()
    old, taken_back = hex(follower.pinned[0]), asyncio.Event()
    chain.mine(4)

    class Slow(servers.Proxy):
        """Answers about newer blocks when the old one was told of and taken back, if that happens at all."""

        async def handle(self, request):
            question = await request.json()
            is_newer = question["method"] == "eth_getBlockByNumber" and question["params"][0] not in (old, "finalized")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(taken_back.wait(), 1 if is_newer else 0)
            answer = await super().handle(request)
            if question["params"][:1] == [old] and not taken_back.is_set():
                chain.rpc("anvil_reorg", 12, [])
                taken_back.set()
            return answer

    async with servers.proxy(chain.url, kind=Slow) as slow:
        follower.quorum = quorum_of(slow.url)
        with pytest.raises(FinalityViolated):
            for _ in range(2):
                await follower.final()
    assert taken_back.is_set()
