"""What is final stays so and is proven; what is not is not read; and that it did not stay so is never forgotten."""

import pytest

from offchain.chain.follower import FinalityViolated, Follower, NotFinal
from offchain.chain.proof import InvalidHeader
from offchain.chain.quorum import QuorumSplit, TooFewSources
from offchain.core.bridge_abi import VAULT
from offchain.core.refusal import Refusal
from tests.offchain import servers
from tests.offchain.bridge_chains import NATIVE, NEAR
from tests.offchain.chain.forging import forging, hash_of, header, height

BEHIND = 2
"""So many blocks is the final one behind the latest."""


# The final block


async def test_the_final_block_is_the_node_s_and_goes_on_with_it(follower, chain):
    for blocks in (5, 1, 7):
        chain.mine(blocks)
        final = await follower.final()
        assert final.number == height(chain) - BEHIND
        assert final.hash == hash_of(chain, final.number)
        assert follower.pinned == (final.number, final.hash)


async def test_it_never_goes_back(follower, proxies, chain):
    chain.mine(9)
    final = await follower.final()
    for proxy in proxies:
        proxy.forge = forging(
            "eth_getBlockByNumber", lambda params, result: header(chain, 3) if params[0] == "finalized" else result
        )
    assert await follower.final() == final


async def test_one_source_that_is_ahead_does_not_move_it(follower, proxies, chain):
    chain.mine(9)
    proxies[1].forge = forging(
        "eth_getBlockByNumber", lambda params, result: header(chain, 9) if params[0] == "finalized" else result
    )
    assert (await follower.final()).number == 9 - BEHIND


async def test_what_is_not_final_yet_is_not_read(follower, chain):
    chain.mine(9)
    for number in (8, 9, 10, 2**62):
        with pytest.raises(NotFinal):
            await follower.final_block(number)
    for number in (0, 6, 7):
        assert (await follower.final_block(number)).hash == hash_of(chain, number)
    chain.mine()
    assert (await follower.final_block(8)).number == 8


# Reorganisations


async def test_blocks_that_were_not_final_may_be_replaced(follower, chain):
    chain.mine(9)
    final, replaced = await follower.final(), hash_of(chain, 8)
    chain.rpc("anvil_reorg", BEHIND, [])
    assert await follower.final() == final
    chain.mine(3)
    assert (await follower.final()).number == 10
    assert hash_of(chain, 8) != replaced


async def test_a_final_block_that_is_replaced_ends_it_for_good(follower, chain):
    chain.mine(9)
    final = await follower.final()
    chain.rpc("anvil_reorg", BEHIND + 1, [])
    with pytest.raises(FinalityViolated, match=f"final block {final.number} of chain {NEAR}"):
        await follower.final()
    chain.mine(9)
    for asked in (follower.final(), follower.final_block(1), follower.start(NATIVE, VAULT)):
        with pytest.raises(FinalityViolated):
            await asked
    assert follower.pinned == (final.number, final.hash)


async def test_it_is_not_forgotten_when_the_old_blocks_are_back(follower, proxies, chain):
    chain.mine(9)
    await follower.final()
    with servers.anvil(chain_id=NEAR) as other:
        other.rpc("anvil_setNextBlockBaseFeePerGas", "0x1")
        other.mine(9)
        for proxy in proxies:
            proxy.upstream = other.url
        with pytest.raises(FinalityViolated):
            await follower.final()
    for proxy in proxies:
        proxy.upstream = chain.url
    with pytest.raises(FinalityViolated):
        await follower.final()


async def test_who_comes_after_finds_out_too(follower, quorum_of, chain):
    chain.mine(9)
    await follower.final()
    chain.rpc("anvil_reorg", 5, [])
    chain.mine(20)
    with pytest.raises(FinalityViolated):
        await Follower(quorum_of(chain.url), NEAR, follower.pinned).final()
    assert (await Follower(quorum_of(chain.url), NEAR).final()).number == 29 - BEHIND


async def test_a_pin_of_before_is_gone_on_from(follower, quorum_of, chain):
    chain.mine(9)
    await follower.final()
    chain.mine(9)
    assert (await Follower(quorum_of(chain.url), NEAR, follower.pinned).final()).number == 18 - BEHIND


async def test_one_source_on_another_branch_violates_nothing(follower, proxies, chain):
    chain.mine(9)
    await follower.final()
    with servers.anvil(chain_id=NEAR) as other:
        other.rpc("anvil_setNextBlockBaseFeePerGas", "0x1")
        other.mine(20)
        proxies[2].upstream = other.url
        chain.mine(3)
        assert (await follower.final()).number == 12 - BEHIND


async def test_sources_on_three_branches_are_a_split_and_violate_nothing(follower, proxies, chain):
    chain.mine(9)
    final = await follower.final()
    with servers.anvil(chain_id=NEAR) as first, servers.anvil(chain_id=NEAR) as second:
        for i, (proxy, branch) in enumerate(zip(proxies, (first, second), strict=False), 1):
            branch.rpc("anvil_setNextBlockBaseFeePerGas", hex(i))
            branch.mine(9)
            proxy.upstream = branch.url
        with pytest.raises(QuorumSplit):
            await follower.final()
    for proxy in proxies:
        proxy.upstream = chain.url
    assert await follower.final() == final


# Headers


async def test_a_header_that_was_changed_is_none(lonely, proxies, chain):
    chain.mine(9)
    proxies[0].forge = forging("eth_getBlockByNumber", lambda _, result: result | {"stateRoot": "0x" + "11" * 32})
    with pytest.raises(TooFewSources, match="InvalidHeader"):
        await lonely.block(3)


async def test_another_block_than_was_asked_for_is_none(lonely, proxies, chain):
    chain.mine(9)
    proxies[0].forge = forging("eth_getBlockByNumber", lambda *_: header(chain, 4))
    with pytest.raises(InvalidHeader):
        await lonely.block(3)


async def test_a_block_that_there_is_not_is_not_had(lonely, chain):
    with pytest.raises(TooFewSources, match="no such block"):
        await lonely.block(99)


async def test_of_many_blocks_only_the_missing_ones_fail(follower, chain):
    chain.mine(3)
    found = await follower.blocks([2, 99, 1])
    assert [found[0].number, found[2].number] == [2, 1]
    assert isinstance(found[1], Refusal)
    assert await follower.blocks([]) == []
