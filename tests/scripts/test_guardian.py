"""pause, heartbeat, unpause: what the guardian can do at once, and what only the wallet can."""

import pytest
from eth_account import Account

from scripts import deploy, heartbeat, pause, unpause, verify
from scripts.chain.contract import CallRefused
from scripts.pause import InvalidPause, NothingToPause
from scripts.procedure.guardian import NotGuardian, UnknownContract
from scripts.unpause import NothingToUnpause
from tests.scripts.governing import Council
from tests.scripts.local_chain import DAY, GUARDIAN, OWNERS, Operator

ALL = ("Governor", "PaymentProcessor", "SecurePayment")


@pytest.fixture
def guardian(council):
    """The council once the guardian's keystore is the operator's."""
    council.become(GUARDIAN)
    return council


def paused(deployed):
    now = deployed.chain.web3.eth.get_block("latest")["timestamp"]
    return [name for name in ALL if deployed.contract(name).functions.pausedUntil().call() > now]


def test_the_guardian_pauses_everything_in_one_plan(guardian, deployed, capsys):
    assert guardian.script(pause, contract=[], seconds=3600) == 0
    assert paused(deployed) == list(ALL)
    told = capsys.readouterr().out
    assert "3600 seconds (0 days 1 hours)" in told
    assert [line for line in told.splitlines() if line.endswith("is paused.")] == [f"{name} is paused." for name in ALL]
    deployed.chain.wait(3600)
    assert paused(deployed) == []


def test_what_is_paused_or_cooling_down_does_not_keep_the_rest_from_being_paused(guardian, deployed, capsys):
    guardian.script(pause, contract=["SecurePayment"], seconds=DAY)
    capsys.readouterr()
    guardian.script(pause, contract=[], seconds=2 * DAY)
    assert "SecurePayment is paused until" in capsys.readouterr().out
    assert paused(deployed) == list(ALL)
    deployed.chain.wait(3 * DAY)
    with pytest.raises(NothingToPause):
        guardian.script(pause, contract=[], seconds=60)
    assert capsys.readouterr().out.count("the guardian can pause it again at") == 3
    deployed.chain.wait(5 * DAY)
    guardian.script(pause, contract=[], seconds=60)
    assert paused(deployed) == ["SecurePayment"]


@pytest.mark.parametrize("script", [pause, heartbeat])
def test_another_account_is_refused_by_name(council, deployed, script):
    before = deployed.chain.nonce()
    with pytest.raises(NotGuardian, match=f"the guardian is {GUARDIAN.address}"):
        council.script(script, contract=[], seconds=60)
    assert deployed.chain.nonce() == before


def test_a_contract_without_a_guardian_is_refused(guardian):
    with pytest.raises(UnknownContract, match="known are Governor, PaymentProcessor, SecurePayment"):
        guardian.script(pause, contract=["MultiSigFactory"], seconds=60)


@pytest.mark.parametrize("seconds", [0, -1, 14 * DAY + 1])
def test_a_pause_that_no_contract_takes_is_refused(guardian, seconds):
    with pytest.raises(InvalidPause, match=f"from 1 to {14 * DAY} seconds"):
        guardian.script(pause, contract=[], seconds=seconds)


def test_fees_that_rise_while_the_guardian_is_asked_do_not_keep_it_from_pausing(
    chain_of, tmp_path, carry_out, monkeypatch
):
    chain = chain_of()
    operator = Operator(tmp_path / "operator", chain)
    carry_out(deploy, operator)

    def fees(amount):
        chain.ask("anvil_setNextBlockBaseFeePerGas", hex(amount))
        chain.ask("evm_mine")

    fees(10**10)
    monkeypatch.setattr("scripts.procedure.plan.confirm", lambda question: fees(15 * 10**9))
    council = Council(tmp_path, operator, carry_out)
    council.become(GUARDIAN)
    assert council.script(pause, contract=[], seconds=60, yes=False) == 0
    assert paused(operator) == list(ALL)


def test_a_heartbeat_is_heard_by_every_contract(guardian, deployed, capsys):
    deployed.chain.wait(100 * DAY)
    assert guardian.script(heartbeat, contract=[]) == 0
    now = deployed.chain.web3.eth.get_block("latest")["timestamp"]
    for name in ALL:
        until = deployed.contract(name).functions.heartbeatUntil(GUARDIAN.address).call()
        assert now + 179 * DAY < until <= now + 180 * DAY
    assert "Governor: lapses at" in capsys.readouterr().out


def test_a_lapsed_guardian_is_refused_until_the_governor_brings_it_back(guardian, deployed, capsys):
    deployed.chain.wait(181 * DAY)
    with pytest.raises(CallRefused, match="GuardianLapsed"):
        guardian.script(heartbeat, contract=["PaymentProcessor"])
    with pytest.raises(NothingToPause):
        guardian.script(pause, contract=["PaymentProcessor"], seconds=60)
    assert "does not obey the guardian any more" in capsys.readouterr().out
    role = deployed.chain.web3.keccak(text="GUARDIAN_ROLE")
    deployed.act("PaymentProcessor", "grantRole", role, GUARDIAN.address, sender="Governor")
    assert guardian.script(heartbeat, contract=["PaymentProcessor"]) == 0


def test_a_pause_ends_early_by_the_wallet_alone(guardian, deployed, capsys):
    guardian.script(pause, contract=[], seconds=7 * DAY)
    capsys.readouterr()
    assert guardian.script(unpause, contract=[], nonce=None) == 0
    told = capsys.readouterr().out
    assert "Only the governor wallet ends a pause early" in told
    assert "end the pause of SecurePayment" in told
    assert paused(deployed) == list(ALL)
    (path,) = guardian.files()
    guardian.carry_on(path, *guardian.sign(path, OWNERS[0], OWNERS[2]))
    deployed.chain.wait(2 * DAY)
    guardian.carry_on(path)
    assert paused(deployed) == []


def test_what_ends_by_itself_before_the_wallet_could_end_it_is_left_out(guardian, deployed, capsys):
    guardian.script(pause, contract=["PaymentProcessor"], seconds=DAY)
    with pytest.raises(NothingToUnpause):
        guardian.script(unpause, contract=[], nonce=None)
    told = capsys.readouterr().out
    assert "that ends by itself before the wallet could end it." in told
    assert "Governor is not paused." in told
    assert guardian.files() == []


def test_a_new_guardian_takes_over_as_the_runbook_says(council, deployed, carry_out):
    following = Account.from_key(b"\x11" * 32)  # TEST KEY: anybody can guess it
    role = "0x" + deployed.chain.web3.keccak(text="GUARDIAN_ROLE").hex()
    calls = [f"Governor.setGuardian({following.address})"]
    for name in ALL[1:]:
        calls += [f"{name}.revokeRole({role},{GUARDIAN.address})", f"{name}.grantRole({role},{following.address})"]
    council.enact(call=calls)
    assert carry_out(verify, deployed) == 1
    deployed.choose(changed={"guardian": following.address})
    assert carry_out(verify, deployed) == 0
    council.become(following)
    assert council.script(pause, contract=[], seconds=60) == 0
    assert paused(deployed) == list(ALL)
