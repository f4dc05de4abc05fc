"""Lanes are those of two contracts that name each other, and of no others."""

import pytest

from offchain.chain.follower import Follower
from offchain.chain.lane import NotConnected, open_lanes, point_of
from offchain.chain.quorum import InvalidAnswer
from offchain.chain.rpc import NodeRefused
from offchain.core.bridge_abi import TOKEN, VAULT, View
from offchain.core.checkpoint import Domain, Point
from tests.offchain import servers
from tests.offchain.bridge_chains import CAPACITY, FAR, GOVERNOR, NATIVE, NEAR, UNIT
from tests.offchain.chain.forging import forging


@pytest.fixture
def near(bridge, quorum_of):
    return Follower(quorum_of(bridge.near.url), NEAR)


@pytest.fixture
def far(bridge, quorum_of):
    return Follower(quorum_of(bridge.far.url), FAR)


def ends(bridge, near, far, vault=None, token=None):
    return (near, (vault or bridge.vault).address, 7), (far, (token or bridge.token).address, 9)


async def test_lanes_lead_there_and_back(bridge, near, far):
    there, back = await open_lanes(*ends(bridge, near, far))
    assert there.route == bridge.vault.functions.outboundRoute().call() == bridge.there
    assert back.route == bridge.token.functions.outboundRoute().call() == bridge.back
    assert there.source == back.destination and there.destination == back.source
    assert there.name == f"0x{bridge.there.hex()}"
    vault, token = there.source, there.destination
    assert (vault.chain, vault.contract, vault.kind, vault.first_block) == (near, bridge.vault.address, VAULT, 7)
    assert (token.chain, token.contract, token.kind, token.first_block) == (far, bridge.token.address, TOKEN, 9)
    assert (vault.asset, vault.unit, token.asset, token.unit) == (NATIVE, UNIT, bridge.token.address, 1)


async def test_checkpoints_are_signed_for_the_contract_that_they_are_handed_to(bridge, near, far):
    there, back = await open_lanes(*ends(bridge, near, far))
    assert there.domain == Domain("Far Ether", "1", FAR, bridge.token.address)
    version = bridge.vault.functions.eip712Domain().call()[2]
    assert back.domain == Domain("Quittance Bridge", version, NEAR, bridge.vault.address)


async def test_a_vault_of_a_token_names_it(bridge, near, far):
    asset = bridge.near.deploy("TestToken")
    vault = bridge.near.deploy("BridgeVault", bridge.trust(CAPACITY * 10**12), asset.address, 18, 6)
    token = bridge.far.deploy(
        "BridgeToken", bridge.trust(CAPACITY), "Far Test", "qTT", 6, NEAR, vault.address, asset.address
    )
    bridge.near.act(GOVERNOR, vault.functions.list(FAR, token.address))
    there, _ = await open_lanes(*ends(bridge, near, far, vault, token))
    assert (there.source.asset, there.source.unit) == (asset.address, 10**12)
    assert there.route == vault.functions.outboundRoute().call()


async def test_contracts_that_do_not_name_each_other_are_not_connected(bridge, near, far):
    unlisted, orphan = bridge.new_vault(), bridge.new_token(bridge.vault.address)
    for changes in ({"vault": unlisted}, {"token": orphan}, {"vault": unlisted, "token": orphan}):
        with pytest.raises(NotConnected, match="not connected to each other"):
            await open_lanes(*ends(bridge, near, far, **changes))
    with pytest.raises(NotConnected):  # the token names this vault, which was listed with another
        bridge.near.act(GOVERNOR, unlisted.functions.list(FAR, bridge.token.address))
        await open_lanes(*ends(bridge, near, far, vault=unlisted))


async def test_contracts_on_other_chains_than_is_said_are_not_connected(bridge, quorum_of, far):
    elsewhere = Follower(quorum_of(bridge.near.url), NEAR + 7)
    with pytest.raises(NotConnected):
        await open_lanes(*ends(bridge, elsewhere, far))


async def test_what_is_no_bridge_contract_has_no_lanes(bridge, near, far):
    vault, token = ends(bridge, near, far)
    with pytest.raises(InvalidAnswer):
        await open_lanes((near, bridge.near.accounts[0], 0), token)
    with pytest.raises(InvalidAnswer):
        await open_lanes(vault, (far, bridge.far.accounts[0], 0))
    with pytest.raises(NodeRefused):
        await open_lanes((far, bridge.token.address, 0), vault)


@pytest.mark.parametrize("place", [3, 4], ids=["chain", "contract"])
async def test_a_contract_that_checks_signatures_for_another_is_not_connected(bridge, quorum_of, near, place):
    question = View("eip712Domain()").asked().hex()

    def moved(params, result):
        if params[0]["data"] != f"0x{question}":
            return result
        at = 2 + 64 * (place + 1)
        return result[: at - 1] + ("1" if result[at - 1] != "1" else "2") + result[at:]

    async with servers.proxy(bridge.far.url, forge=forging("eth_call", moved)) as liar:
        with pytest.raises(NotConnected, match="another contract or chain"):
            await open_lanes(*ends(bridge, near, Follower(quorum_of(liar.url), FAR)))


async def test_a_box_is_a_point(bridge, near):
    number = bridge.lock(5)["blockNumber"]
    (box,) = await near.views(bridge.vault.address, [View("outbox()")], number)
    proven = await near.outbox(bridge.vault.address, VAULT, await near.block(number))
    assert point_of(box) == proven == Point(1, proven.acc, 5)
