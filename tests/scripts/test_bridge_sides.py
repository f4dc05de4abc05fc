"""deploy, connect and verify, of both ends of a bridge."""

import json

import pytest

from scripts import connect, deploy, pause, verify
from scripts.connect import NotAVault, WrongPeer
from scripts.deploy import DeployerHasPower
from scripts.procedure.bridgeheads import NoPeer, UnknownEnd
from scripts.procedure.governing import WouldRevert
from tests.scripts.bridging import ATTESTORS, FAR_CHAIN, TOKEN, VAULT, token, vault
from tests.scripts.governing import Council
from tests.scripts.local_chain import DAY, DEPLOYER, GUARDIAN, party

ETHER = 10**18
OTHER = party("other")
STRANGER = party("another attestor")
ASKED = {"contract": VAULT, "nonce": None}


@pytest.fixture
def mismatches(carry_out, capsys):
    """What verify finds wrong on a side, as `contract: what`; its exit code agrees."""

    def found(side):
        capsys.readouterr()
        code = carry_out(verify, side)
        lines = capsys.readouterr().err.splitlines()
        wrong = [line.removeprefix("Mismatch: ").split(" is ")[0] for line in lines if line.startswith("Mismatch: ")]
        assert code == (1 if wrong else 0)
        return wrong

    return found


def told_by(script, side, carry_out, capsys, **arguments):
    capsys.readouterr()
    assert carry_out(script, side, **arguments) == 0
    return capsys.readouterr().out


def edit(side, name, **entries):
    """Change params.json of an end."""
    path = side.folder / "params.json"
    chosen = json.loads(path.read_text())
    chosen["bridge"][name] |= entries
    path.write_text(json.dumps(chosen))


def test_both_ends_agree_and_the_wallet_governs_them(unconnected, mismatches):
    assert mismatches(unconnected.near) == mismatches(unconnected.far) == []
    for side, name in ((unconnected.near, VAULT), (unconnected.far, TOKEN)):
        assert unconnected.view(side, name, "defaultAdmin") == side.address("Governor")
        assert unconnected.view(side, name, "epoch") == 1
    assert unconnected.view(unconnected.far, TOKEN, "symbol") == TOKEN


def test_deploy_says_what_the_other_network_is_to_know(unconnected, carry_out, capsys):
    told = told_by(deploy, unconnected.near, carry_out, capsys)
    assert (
        f'"peer": {{"chainId": 11155111, "contract": "{unconnected.near.address(VAULT)}", "token": "native"}}' in told
    )
    assert "connect.py" in told
    told = told_by(deploy, unconnected.far, carry_out, capsys)
    assert f'"peer": {{"chainId": {FAR_CHAIN}, "contract": "{unconnected.far.address(TOKEN)}"}}' in told
    assert "connect.py" not in told


def test_two_vaults_that_are_chosen_alike_are_two_contracts(unconnected, carry_out):
    near = unconnected.near
    near.choose(bridge={VAULT: vault(), "VaultAgain": vault()})
    assert carry_out(deploy, near) == 0
    assert near.address(VAULT) != near.address("VaultAgain")


def test_the_deployer_may_not_attest(unconnected, carry_out):
    unconnected.near.choose(bridge={VAULT: vault(attestors=[DEPLOYER.address, OTHER])})
    with pytest.raises(DeployerHasPower, match=f"power over {VAULT}"):
        carry_out(deploy, unconnected.near)


def test_connect_lists_the_route_through_the_wallet_and_its_delay(unconnected, carry_out, capsys, tmp_path, mismatches):
    near, far = unconnected.near, unconnected.far
    told = told_by(verify, near, carry_out, capsys)
    assert "not listed yet: nothing can be locked" in told
    told = told_by(connect, near, carry_out, capsys, **ASKED)
    peer = f"peer of {VAULT} {far.address(TOKEN)} on chain {FAR_CHAIN}"
    assert f"let {VAULT} {near.address(VAULT)} lock for {peer}, for good" in told
    assert f"2 of {', '.join(attestor.address for attestor in ATTESTORS)}" in told
    council = Council(tmp_path, near, carry_out)
    (path,) = council.files()
    council.carry_on(path, *council.sign(path))
    assert not unconnected.view(near, VAULT, "isListed")
    near.chain.wait(2 * DAY)
    council.carry_on(path)
    assert unconnected.view(near, VAULT, "isListed")
    assert unconnected.view(near, VAULT, "outboundRoute") == unconnected.view(far, TOKEN, "inboundRoute")
    assert unconnected.view(far, TOKEN, "outboundRoute") == unconnected.view(near, VAULT, "inboundRoute")
    assert mismatches(near) == []
    with pytest.raises(WouldRevert, match="AlreadyListed"):
        carry_out(connect, near, **ASKED)


def test_connect_refuses_a_peer_that_it_cannot_work_with(unconnected, carry_out):
    near, far = unconnected.near, unconnected.far
    edit(near, VAULT, peer={"chainId": FAR_CHAIN, "contract": far.address("PaymentProcessor")})
    with pytest.raises(WrongPeer, match="is no BridgeToken of this build"):
        carry_out(connect, near, **ASKED)
    far.choose(bridge={TOKEN: token(peer={**unconnected.peer_of_the_token(), "token": OTHER})})
    (far.folder / "record.json").unlink()
    assert carry_out(deploy, far) == 0
    edit(near, VAULT, peer=unconnected.peer_of_the_vault())
    with pytest.raises(WrongPeer, match="has another vault, chain or asset across"):
        carry_out(connect, near, **ASKED)
    far.choose(bridge={TOKEN: token(peer=unconnected.peer_of_the_token(), decimals=6)})
    (far.folder / "record.json").unlink()
    assert carry_out(deploy, far) == 0
    edit(near, VAULT, peer=unconnected.peer_of_the_vault())
    with pytest.raises(WrongPeer, match=r"has 6 decimals, the route of VaultEther 18"):
        carry_out(connect, near, **ASKED)


def test_connect_refuses_what_is_no_vault_has_no_peer_or_no_name(unconnected, carry_out):
    with pytest.raises(NotAVault, match="is a BridgeToken"):
        carry_out(connect, unconnected.far, contract=TOKEN, nonce=None)
    with pytest.raises(UnknownEnd, match=f"no end of a route is called 'Nobody' on sepolia: known are {VAULT}"):
        carry_out(connect, unconnected.near, contract="Nobody", nonce=None)
    unconnected.near.choose(bridge={VAULT: vault()})
    with pytest.raises(NoPeer, match="names no peer of VaultEther yet"):
        carry_out(connect, unconnected.near, **ASKED)
    edit(unconnected.near, VAULT, peer={"chainId": 12345, "contract": OTHER})
    with pytest.raises(NoPeer, match=r"chain 12345, which tools/networks\.yaml does not have"):
        carry_out(connect, unconnected.near, **ASKED)


@pytest.mark.parametrize(
    ("act", "arguments", "expected"),
    [
        ("rotate", lambda: (2, rising(*ATTESTORS[:2], STRANGER)), ["attestors", "attestor set"]),
        ("rotate", lambda: (1, rising(*ATTESTORS)), ["threshold", "attestor set"]),
        ("configureQueue", lambda: (3, DAY), ["queue (large amount, seconds)"]),
        ("configureQueue", lambda: (2, 3600), ["queue (large amount, seconds)"]),
        (
            "configureLimit",
            lambda: ("0x" + "00" * 20, 60 * ETHER, DAY),
            ["queue (large amount, seconds)", "limit (capacity, seconds)"],
        ),
        ("unlist", lambda: (), ["open to lock"]),
    ],
    ids=["attestors", "threshold", "large amount", "delay", "limit", "unlisted"],
)
def test_what_is_not_as_chosen_fails_loudly(span, mismatches, act, arguments, expected):
    assert mismatches(span.near) == []
    span.near.act(VAULT, act, *arguments(), sender="Governor")
    assert mismatches(span.near) == [f"{VAULT}: {what}" for what in expected]


def test_another_peer_than_was_listed_fails_loudly(span, mismatches):
    edit(span.near, VAULT, peer={"chainId": FAR_CHAIN, "contract": OTHER})
    routes = [f"{VAULT}: {which} route" for which in ("outbound", "inbound")]
    assert mismatches(span.near) == [f"{VAULT}: peer", *routes]


def test_what_the_governor_changed_agrees_once_params_say_so(span, mismatches):
    chosen = rising(*ATTESTORS[:2], STRANGER)
    span.near.act(VAULT, "rotate", 3, chosen, sender="Governor")
    path = span.near.folder / "params.json"
    params = json.loads(path.read_text())
    params["changed"] = {"bridge": {VAULT: {"attestors": chosen[::-1], "threshold": 3}}}
    path.write_text(json.dumps(params))
    assert mismatches(span.near) == []


def test_a_vault_that_lost_money_is_found(span, mismatches):
    span.lock(OTHER, ETHER)
    assert mismatches(span.near) == []
    span.near.chain.set_balance(span.near.address(VAULT), ETHER - 1)
    assert mismatches(span.near) == [f"{VAULT}: holds what it owes"]


def test_every_attestor_is_listed_with_what_a_stolen_key_costs(unconnected, carry_out, capsys):
    for side, name, words in ((unconnected.near, VAULT, "release"), (unconnected.far, TOKEN, "mint")):
        listed = told_by(verify, side, carry_out, capsys).split("what a stolen key would cost:")[1].splitlines()
        unit = "ether" if name == VAULT else TOKEN
        for number, attestor in enumerate(ATTESTORS, 1):
            (line,) = [line for line in listed if line.startswith(f"  attestor {number} of {name} ")]
            assert f"{attestor.address}  key" in line
            assert "nothing alone: 2 of 3 must sign" in line
            assert f"{words} at most 50 {unit} at once" in line
            assert f"above 12.5 {unit} waits" in line
        (guardian,) = [line for line in listed if line.startswith("  guardian ")]
        assert "freezes what waits at a bridge" in guardian


def test_a_pause_of_one_end_pauses_it_alone(span, carry_out, mismatches):
    span.become(span.near, GUARDIAN)
    assert carry_out(pause, span.near, contract=[VAULT], seconds=DAY) == 0
    assert mismatches(span.near) == [f"{VAULT}: paused"]
    with pytest.raises(AssertionError):
        span.lock(OTHER, 1)
    assert mismatches(span.far) == []


def rising(*attestors):
    addresses = [getattr(attestor, "address", attestor) for attestor in attestors]
    return sorted(addresses, key=str.lower)
