"""Several sources: what enough of them say counts, and a fault of the others changes nothing but the time it takes."""

import pytest

from offchain.chain.proof import Block, check_header
from offchain.chain.quorum import InvalidQuorum, QuorumSplit, TooFewSources, number_of, quantity
from offchain.chain.rpc import Call, NodeRefused, Source
from offchain.core.node_error import Kind

NOWHERE = "http://127.0.0.1:1"
PAYEE = "0x" + "11" * 20


def lie(result):
    """Answers everything with this."""
    return lambda question, _answer: {"jsonrpc": "2.0", "id": question["id"], "result": result}


@pytest.fixture
def quorum(quorum_of, proxies):
    """Two of three."""
    return quorum_of(*(proxy.url for proxy in proxies))


async def test_sources_that_agree_are_believed(quorum, chain):
    chain.mine(3)
    assert await quorum.ask("eth_blockNumber") == "0x3"


async def test_one_liar_of_three_changes_nothing(quorum, proxies):
    for liar in proxies:
        liar.forge = lie("0x99")
        assert await quorum.ask("eth_blockNumber") == "0x0"
        liar.forge = None


async def test_one_silent_source_of_three_is_not_waited_for(quorum_of, proxies):
    proxies[0].delay_seconds = 60
    proxies[0].dice.seed(4)
    assert await quorum_of(*(proxy.url for proxy in proxies), timeout_seconds=30).ask("eth_blockNumber") == "0x0"


async def test_case_03_kelp_failover_never_lowers_the_quorum(quorum, proxies):
    """Kelp, 2026: the honest endpoints were knocked out, and what was left, a poisoned one, was believed."""
    proxies[0].forge = lie("0x99")
    proxies[1].drop_before = proxies[2].drop_before = 1
    with pytest.raises(TooFewSources):
        await quorum.ask("eth_blockNumber")
    with pytest.raises(TooFewSources):
        await quorum.reached("eth_blockNumber", judge=quantity)


async def test_a_liar_and_a_silent_source_leave_no_quorum(quorum, proxies):
    proxies[0].forge = lie("0x99")
    proxies[1].drop_before = 1
    with pytest.raises(QuorumSplit):
        await quorum.ask("eth_blockNumber")


async def test_three_different_answers_are_a_split_that_names_the_sides(quorum, proxies):
    for i, proxy in enumerate(proxies):
        proxy.forge = lie(hex(i))
    with pytest.raises(QuorumSplit) as split:
        await quorum.ask("eth_blockNumber")
    assert all(source.name in str(split.value) for source in quorum.sources)


async def test_an_answer_that_its_judge_rejects_is_none(quorum, proxies, chain):
    """Two that lie alike, against one honest source: their header does not hash to what it claims."""
    chain.mine()

    def forge(question, answer):
        return answer | {"result": answer["result"] | {"stateRoot": "0x" + "22" * 32}}

    proxies[0].forge = proxies[1].forge = forge
    with pytest.raises(TooFewSources, match="InvalidHeader"):
        await quorum.ask("eth_getBlockByNumber", "latest", False, judge=check_header)
    first = await quorum.first("eth_getBlockByNumber", "latest", False, judge=check_header)
    assert isinstance(first, Block) and first.number == 1


@pytest.mark.parametrize("result", [None, [], {}, 7, "eleven", "0x", {"number": None}])
async def test_a_malformed_answer_is_none(quorum, proxies, result):
    proxies[0].forge = lie(result)
    assert await quorum.ask("eth_blockNumber", judge=quantity) == 0
    proxies[1].forge = lie(result)
    with pytest.raises(TooFewSources):
        await quorum.ask("eth_blockNumber", judge=quantity)


async def test_of_a_height_the_one_that_enough_have_reached_counts(quorum, proxies, chain):
    chain.mine(10)
    proxies[0].forge = lie({"number": "0xffff"})
    assert await quorum.reached("eth_getBlockByNumber", "latest", False, judge=number_of) == 10
    proxies[0].forge = lie({"number": "0x2"})
    assert await quorum.reached("eth_getBlockByNumber", "latest", False, judge=number_of) == 10
    proxies[1].forge = lie({"number": "0x7"})
    assert await quorum.reached("eth_getBlockByNumber", "latest", False, judge=number_of) == 7


async def test_each_call_of_a_batch_is_decided_by_itself(quorum, proxies):
    def forge(question, answer):
        return lie("0x99")(question, answer) if question["method"] == "eth_chainId" else answer

    proxies[0].forge, proxies[1].forge = (
        forge,
        lambda q, a: forge(q, a) | ({"result": "0x98"} if "Chain" in q["method"] or "chain" in q["method"] else {}),
    )
    answers = await quorum.ask_all([Call("eth_blockNumber"), Call("eth_chainId"), Call("eth_blockNumber")])
    assert answers[0] == answers[2] == "0x0" and isinstance(answers[1], QuorumSplit)


async def test_a_revert_that_sources_agree_on_is_the_answer(quorum, proxies, chain):
    chain.rpc("anvil_setCode", PAYEE, "0x600760005260206000fd")
    proxies[0].forge = lie("0x1")
    with pytest.raises(NodeRefused) as refused:
        await quorum.ask("eth_call", {"to": PAYEE}, "latest")
    assert refused.value.kind is Kind.REVERTED


async def test_a_lone_claim_that_a_call_reverts_is_not(quorum, proxies):
    def refuse(question, _answer):
        return {"id": question["id"], "error": {"code": 3, "message": "execution reverted"}}

    proxies[2].forge = refuse
    assert await quorum.ask("eth_blockNumber") == "0x0"
    assert [await quorum.first("eth_blockNumber") for _ in range(3)] == ["0x0"] * 3


async def test_the_first_good_answer_is_asked_of_each_in_turn(quorum, proxies):
    for _ in range(6):
        await quorum.first("eth_blockNumber")
    assert [len(proxy.asked) for proxy in proxies] == [2, 2, 2]
    proxies[0].drop_before = 1
    assert [await quorum.first("eth_blockNumber") for _ in range(3)] == ["0x0"] * 3


async def test_a_broadcast_reaches_every_source_and_one_that_takes_it_is_enough(quorum, proxies):
    proxies[0].forge = lambda q, _a: {"id": q["id"], "error": {"code": -32000, "message": "intrinsic gas too low"}}
    proxies[1].drop_before = 1
    assert await quorum.tell([Call("eth_chainId")]) == ["0x7a69"]
    assert proxies[0].asked == proxies[2].asked == ["eth_chainId"]


async def test_a_broadcast_is_refused_for_good_only_by_all(quorum, proxies):
    def forge(question, _answer):
        return {"id": question["id"], "error": {"code": -32000, "message": "intrinsic gas too low"}}

    proxies[0].forge = proxies[1].forge = forge
    proxies[2].drop_before = 1
    assert [answer.kind for answer in await quorum.tell([Call("eth_chainId")])] == [Kind.TRANSIENT]
    proxies[2].drop_before, proxies[2].forge = 0, forge
    assert [answer.kind for answer in await quorum.tell([Call("eth_chainId")])] == [Kind.PERMANENT]


@pytest.mark.parametrize(("count", "quorum"), [(1, 0), (1, 2), (2, 1), (3, 1), (4, 2), (0, 0), (3, 4)])
async def test_a_quorum_that_is_no_majority_cannot_be_made(quorum_of, count, quorum):
    with pytest.raises(InvalidQuorum):
        quorum_of(*(f"{NOWHERE}/{i}" for i in range(count)), quorum=quorum or -1)


@pytest.mark.parametrize(("count", "quorum"), [(1, 1), (2, 2), (3, 2), (3, 3), (4, 3), (5, 3)])
async def test_every_majority_can(quorum_of, count, quorum):
    assert quorum_of(*(f"{NOWHERE}/{i}" for i in range(count)), quorum=quorum).quorum == quorum


async def test_a_source_does_not_vote_twice(quorum_of):
    with pytest.raises(InvalidQuorum, match="twice"):
        quorum_of(NOWHERE, NOWHERE, f"{NOWHERE}/2")


async def test_a_source_that_is_late_is_let_finish_its_broadcast(quorum, proxies):
    proxies[0].delay_seconds = 0.2
    await quorum.tell([Call("eth_chainId")])
    for late in tuple(quorum._late):
        await late
    assert proxies[0].asked == ["eth_chainId"] and not quorum._late


def test_sources_are_named_without_their_secrets():
    assert Source(None, "https://user:pass@rpc.example.org/v3/key").name == "rpc.example.org"
