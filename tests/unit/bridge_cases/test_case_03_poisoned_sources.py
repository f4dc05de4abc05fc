"""Sources of the other chain poisoned, the honest ones knocked out, Kelp 2026. Case 3 of the bridge."""

import asyncio
from contextlib import AsyncExitStack

import aiohttp
import pytest
from brownie._config import CONFIG

from offchain.chain.quorum import InvalidQuorum, Quorum, QuorumSplit, TooFewSources
from offchain.chain.rpc import Source
from offchain.core.checkpoint import OUTBOX_SLOTS, Transfer, outbox_from_words
from tests.offchain import servers
from tests.unit.bridge_cases.route import SENDER
from tests.unit.keys import fresh_address

THIEF = fresh_address("poisoner of sources")
LOOT = 10**6


def test_case_03_kelp_attestors_of_whom_one_was_lied_to_let_nothing_in(route, refused):
    """Of one attestor a lie would have been enough. Here it is one signature, of a state that the others do not see."""
    loot = [Transfer(SENDER, THIEF, LOOT)]
    lie = route.fold(loot)
    forged = route.checkpoint(count=1, acc=lie.acc, cumulative=lie.cumulative)
    with refused("ThresholdNotMet", 1, 2):
        route.arrive(forged, loot, route.attest(forged, [0]))
    true = route.signatures(route.checkpoint(), [1])
    for signatures in ({**route.signatures(forged, [0]), **true}, {1: true[1], 2: route.signatures(forged, [2])[2]}):
        mixed = route.pack(signatures)
        with refused(*route.refusal_of(forged, mixed)):
            route.arrive(forged, loot, mixed)
    assert route.paid(THIEF) == 0


def storage_read(route, knocked_out, quorum=2):
    """The outbox of a route's end, by three sources: the first is poisoned, so many of the honest ones are knocked out.

    The sources stand before the very chain that the contracts are on.
    """
    slots = OUTBOX_SLOTS[route.contract._name]
    lie = f"0x{LOOT << 8 * slots.offset_bytes:064x}"

    def poison(question, answer):
        return answer | {"result": lie} if question["method"] == "eth_getStorageAt" else answer

    async def read():
        async with AsyncExitStack() as stack:
            upstream = f"http://127.0.0.1:{CONFIG.active_network['cmd_settings']['port']}"
            faults = [{"forge": poison}, *({"drop_before": float(i < knocked_out)} for i in range(2))]
            proxies = [await stack.enter_async_context(servers.proxy(upstream, **each)) for each in faults]
            session = await stack.enter_async_context(aiohttp.ClientSession())
            sources = Quorum([Source(session, proxy.url) for proxy in proxies], quorum)
            asked = [("eth_getStorageAt", route.contract.address, hex(slot), "latest") for slot in slots[:2]]
            return [int(await sources.ask(*each), 16) for each in asked]

    return outbox_from_words(route.contract._name, *asyncio.run(read()))


def test_case_03_kelp_a_poisoned_source_among_honest_ones_changes_nothing_that_is_read(vault_route):
    assert storage_read(vault_route, knocked_out=0) == vault_route.sent()


def test_case_03_kelp_failover_never_lowers_the_quorum_of_what_is_read(vault_route):
    """The honest ones fall silent, one after the other: what is left of the sources is not believed."""
    with pytest.raises(QuorumSplit):
        storage_read(vault_route, knocked_out=1)
    with pytest.raises(TooFewSources):
        storage_read(vault_route, knocked_out=2)


def test_case_03_kelp_one_source_of_several_is_no_quorum(vault_route):
    with pytest.raises(InvalidQuorum):
        storage_read(vault_route, knocked_out=2, quorum=1)
