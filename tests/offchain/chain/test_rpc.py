"""One endpoint: what it answers is taken by id, what is no answer is said to be none, and its secret is not told."""

import asyncio
import json

import pytest
from aiohttp import web

from offchain.chain.rpc import Call, NodeRefused, Source
from offchain.core.node_error import Kind
from tests.offchain import servers

COUNT = Call("eth_blockNumber")


@pytest.fixture
async def says(session):
    """A source whose every answer is what the given function makes of the question."""
    runners = []

    async def make(answer, **options):
        async def handle(request):
            made = answer(await request.json())
            if asyncio.iscoroutine(made):
                made = await made
            return made if isinstance(made, web.StreamResponse) else web.Response(body=made)

        application = web.Application()
        application.router.add_post("/{secret}", handle)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        port = servers.free_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        runners.append(runner)
        return Source(session, f"http://127.0.0.1:{port}/my-secret", **options)

    yield make
    for runner in runners:
        await runner.cleanup()


def ok(question, result="0x1"):
    return {"jsonrpc": "2.0", "id": question["id"], "result": result}


async def test_a_call_and_a_batch_are_answered_in_order(chain, session):
    source = Source(session, chain.url)
    chain.mine(5)
    assert await source.ask("eth_blockNumber") == "0x5"
    blocks = await source.ask_all([Call("eth_getBlockByNumber", (hex(i % 6), False)) for i in range(120)])
    assert [int(block["number"], 16) for block in blocks] == [i % 6 for i in range(120)]


async def test_answers_of_a_batch_in_another_order_go_to_their_questions(chain, session):
    chain.mine(50)
    async with servers.proxy(chain.url, reorder=1) as proxy:
        blocks = await Source(session, proxy.url).ask_all(
            [Call("eth_getBlockByNumber", (hex(i), False)) for i in range(50)]
        )
        assert [int(block["number"], 16) for block in blocks] == list(range(50))
        assert proxy.faults


async def test_an_error_in_a_batch_stands_where_it_belongs(chain, session):
    answers = await Source(session, chain.url).ask_all([COUNT, Call("eth_nothing"), COUNT])
    assert answers[0] == answers[2] == "0x0"
    assert isinstance(answers[1], NodeRefused) and answers[1].kind is Kind.PERMANENT


async def test_a_revert_carries_what_the_contract_returned(chain, session):
    chain.rpc("anvil_setCode", "0x" + "aa" * 20, "0x600760005260206000fd")
    with pytest.raises(NodeRefused) as refused:
        await Source(session, chain.url).ask("eth_call", {"to": "0x" + "aa" * 20}, "latest")
    assert refused.value.kind is Kind.REVERTED and int(refused.value.data, 16) == 7


async def test_it_asks_again_when_the_connection_is_lost(chain, session):
    async with servers.proxy(chain.url, drop_before=0.5) as proxy:
        source = Source(session, proxy.url)
        answers = [await source.ask_all([COUNT]) for _ in range(20)]
        assert proxy.faults >= 5
        assert sum(answer == ["0x0"] for answer in answers) >= 15


async def test_a_node_that_is_gone_is_a_refusal_that_can_be_tried_again(session):
    with pytest.raises(NodeRefused) as refused:
        await Source(session, f"http://127.0.0.1:{servers.free_port()}/my-secret").ask("eth_blockNumber")
    assert refused.value.kind is Kind.TRANSIENT and "my-secret" not in str(refused.value)


async def test_a_node_that_is_silent_is_left_after_one_wait(says):
    async def never(_question):
        await asyncio.sleep(60)

    source = await says(never, timeout_seconds=0.3)
    began = asyncio.get_running_loop().time()
    with pytest.raises(NodeRefused, match="Timeout"):
        await source.ask("eth_blockNumber")
    assert asyncio.get_running_loop().time() - began < 0.6


NO_ANSWERS = {
    "nothing": b"",
    "no JSON": b"<html>Bad gateway</html>",
    "a number": b"7",
    "a text": b'"0x1"',
    "null": b"null",
    "neither result nor error": b'{"id": 0}',
    "an error without form": b'{"id": 0, "error": 7}',
    "an error with a code that is none": b'{"id": 0, "error": {"code": "x"}}',
    "bottomless": b"[" * 100_000,
    "not UTF-8": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("body", NO_ANSWERS.values(), ids=NO_ANSWERS)
@pytest.mark.parametrize("size", [1, 3])
async def test_what_is_no_answer_is_a_refusal_for_each_call(says, body, size):
    answers = await (await says(lambda _question: body)).ask_all([COUNT] * size)
    assert [answer.kind for answer in answers] == [Kind.TRANSIENT] * size


@pytest.mark.parametrize(
    "forged",
    [
        lambda q: (
            json.dumps(ok(q) | {"id": q["id"] + 1})
            if isinstance(q, dict)
            else json.dumps([ok(e) for e in q[:-1]] + [ok(q[0])])
        ),
        lambda q: json.dumps([ok(q), ok(q)]) if isinstance(q, dict) else json.dumps([*map(ok, q), ok({"id": 999})]),
    ],
    ids=["of another question", "of too many"],
)
@pytest.mark.parametrize("size", [1, 3])
async def test_answers_to_what_was_not_asked_are_none(says, forged, size):
    answers = await (await says(lambda q: forged(q).encode())).ask_all([COUNT] * size)
    assert [answer.kind for answer in answers] == [Kind.TRANSIENT] * size


async def test_the_answer_to_an_earlier_question_is_not_taken_for_this_one(says):
    """A proxy that answers from its memory: ids are never used twice."""
    first = []

    def remembered(question):
        first.append(question["id"])
        return json.dumps(ok({"id": first[0]}))

    source = await says(lambda q: remembered(q).encode())
    assert await source.ask("eth_blockNumber") == "0x1"
    with pytest.raises(NodeRefused):
        await source.ask("eth_gasPrice")


async def test_a_call_left_out_of_a_batch_is_the_only_one_refused(says):
    answers = await (await says(lambda q: json.dumps([ok(q[2]), ok(q[0])]).encode())).ask_all([COUNT] * 3)
    assert answers[0] == answers[2] == "0x1" and answers[1].kind is Kind.TRANSIENT


async def test_one_error_may_stand_for_a_whole_batch(says):
    body = json.dumps({"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "batch too large"}}).encode()
    answers = await (await says(lambda _question: body)).ask_all([COUNT] * 3)
    assert {(answer.kind, answer.message) for answer in answers} == {(Kind.PERMANENT, "batch too large")}


async def test_an_error_with_a_status_of_its_own_is_read(says):
    body = json.dumps({"id": 0, "error": {"code": -32005, "message": "rate limited"}}).encode()
    with pytest.raises(NodeRefused, match="rate limited"):
        await (await says(lambda _question: web.Response(status=429, body=body))).ask("eth_blockNumber")


async def test_a_redirection_is_not_followed(says):
    elsewhere = await says(lambda q: json.dumps(ok(q)).encode())
    source = await says(lambda _question: web.Response(status=307, headers={"Location": elsewhere.url}))
    with pytest.raises(NodeRefused):
        await source.ask("eth_blockNumber")


async def test_an_answer_without_end_is_given_up(says, monkeypatch):
    monkeypatch.setattr("offchain.chain.rpc._MAX_ANSWER_BYTES", 2**20)
    source = await says(lambda q: json.dumps(ok(q, "0x" + "00" * 2**20)).encode())
    with pytest.raises(NodeRefused, match="no answer"):
        await source.ask("eth_blockNumber")
