"""The peers of the bridge are the published ones, and what is measured of them is what it is called."""

import json

import pytest

from scripts.gas_bridge_peers import BATCH, SIZES, UNITS, bridge_peers
from scripts.gas_chain import ROOT, fresh_chain, random_address, wallet_owners
from scripts.gas_crosschain import EMBEDDED, CrosschainBridge, interoperable
from scripts.gas_hyperlane import HYPERLANE, VERSION, HyperlaneBridge


@pytest.fixture(scope="module")
def chain():
    with fresh_chain() as chain:
        yield chain


@pytest.fixture(scope="module")
def asset(chain):
    asset = chain.deploy("PlainToken")
    chain.send(chain.deployer, asset.functions.transfer(chain.payer, 10**12))
    return asset


def crosschain(chain, asset, attestors, threshold):
    return CrosschainBridge(chain, asset, attestors, threshold)


def separate(chain, asset, attestors, threshold):
    return CrosschainBridge(chain, asset, attestors, threshold, embedded=False)


def hyperlane(chain, asset, attestors, threshold):
    return HyperlaneBridge(chain, asset, attestors, threshold)


@pytest.fixture(params=[crosschain, separate, hyperlane])
def build(request, chain, asset):
    """A bridge of a peer, which the payer has approved."""

    def build(attestors, threshold):
        bridge = request.param(chain, asset, attestors, threshold)
        chain.send(chain.payer, asset.functions.approve(bridge.vault.address, 2**256 - 1))
        return bridge

    return build


@pytest.fixture
def bridge(build):
    return build(wallet_owners(3), 2)


def held(token, account):
    return token.functions.balanceOf(account).call()


def test_the_hyperlane_that_is_measured_is_the_pinned_one():
    pinned = json.loads((ROOT / "tools" / "package.json").read_text())["devDependencies"]["@hyperlane-xyz/core"]
    package = json.loads((ROOT / "tools/node_modules/@hyperlane-xyz/core/package.json").read_text())
    assert package["version"] == pinned == VERSION
    assert VERSION in HYPERLANE


def test_the_hyperlane_that_is_measured_says_its_version(chain, asset):
    bridge = hyperlane(chain, asset, wallet_owners(3), 2)
    for contract in (bridge.vault, bridge.token):
        assert contract.functions.PACKAGE_VERSION().call() == VERSION


def test_what_is_locked_is_minted_and_what_is_burned_is_released(chain, asset, bridge):
    payee, before = random_address("payee of a peer"), held(asset, chain.payer)
    returned = held(asset, payee)
    bridge.lock(chain.payer, chain.payer, 3 * UNITS)
    assert (held(bridge.token, chain.payer), held(asset, bridge.vault.address)) == (0, 3 * UNITS)
    bridge.deliver()
    assert (held(bridge.token, chain.payer), held(asset, chain.payer)) == (3 * UNITS, before - 3 * UNITS)
    bridge.burn(chain.payer, payee, UNITS)
    assert (held(bridge.token, chain.payer), held(asset, payee)) == (2 * UNITS, returned)
    bridge.release()
    assert (held(asset, bridge.vault.address), held(asset, payee)) == (2 * UNITS, returned + UNITS)


def test_a_message_is_measured_once(chain, bridge):
    bridge.lock(chain.payer, chain.payer, UNITS)
    message = bridge.signed(bridge.home)
    bridge.hand_in(bridge.remote, message)
    with pytest.raises(RuntimeError, match="nothing to measure"):
        bridge.hand_in(bridge.remote, message)
    assert held(bridge.token, chain.payer) == UNITS


@pytest.mark.parametrize("fault", ["too few", "a stranger"])
def test_what_too_few_attestors_signed_is_not_measured(chain, build, fault):
    bridge = build(wallet_owners(3), 2)
    stranger = next(owner for owner in wallet_owners(9) if owner not in wallet_owners(3))
    if fault == "too few":
        bridge.threshold = 1
    else:
        bridge.attestors = sorted([wallet_owners(3)[0], stranger], key=lambda signer: int(signer.address, 16))
    bridge.lock(chain.payer, chain.payer, UNITS)
    with pytest.raises(RuntimeError, match="nothing to measure"):
        bridge.deliver()
    assert held(bridge.token, chain.payer) == 0


def test_many_messages_arrive_in_one_transaction(chain, asset):
    bridge = crosschain(chain, asset, wallet_owners(3), 2)
    chain.send(chain.payer, asset.functions.approve(bridge.vault.address, 2**256 - 1))
    payees, messages = [random_address(f"payee {i} of a peer") for i in range(3)], []
    for i, payee in enumerate(payees):
        bridge.lock(chain.payer, payee, UNITS + i)
        messages.append(bridge.signed(bridge.home))
    bridge.deliver_all(messages)
    assert [held(bridge.token, payee) for payee in payees] == [UNITS, UNITS + 1, UNITS + 2]


def test_an_address_carries_its_chain_as_erc_7930_writes_it():
    address = "0x" + "d8da6bf26964af9d7eed9e03e53415d37aa96045"  # an example of the standard's own
    assert interoperable(1, address).hex() == "00010000010114" + address[2:]
    assert interoperable(31_337, address).hex() == "00010000027a6914" + address[2:]


def test_every_act_is_measured_of_every_peer_and_the_same_in_every_run():
    runs = []
    for _ in range(2):
        with fresh_chain() as chain:
            runs.append(bridge_peers(chain))
    assert runs[0] == runs[1]
    deliveries = {f"bridge_deliver_{k}of{n}_existing" for k, n in SIZES} | {"bridge_deliver_2of3_fresh"}
    batches = {f"bridge_batch{BATCH}_{kind}_each" for kind in ("existing", "fresh")}
    assert runs[0].keys() == {"bridge_lock", "bridge_burn", "bridge_release_2of3"} | deliveries | batches
    assert all(len(peers) >= 2 for peers in runs[0].values())
    fresh, existing = (runs[0][f"bridge_deliver_2of3_{kind}"] for kind in ("fresh", "existing"))
    assert {name: fresh[name] - existing[name] for name in fresh} == pytest.approx(dict.fromkeys(fresh, 17_100), abs=50)
    assert existing[EMBEDDED] < existing[HYPERLANE]
