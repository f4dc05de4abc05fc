"""veto, let_go, return_queued, release_queued: what waits at a bridge, and who decides about it."""

import pytest

from scripts import let_go, pause, release_queued, return_queued, veto
from scripts.procedure.bridgeheads import UnknownEnd
from scripts.procedure.governing import WouldRevert
from scripts.procedure.guardian import NotGuardian
from scripts.procedure.queue import NotWaiting
from scripts.release_queued import NothingReady
from scripts.veto import AlreadyVetoed
from tests.scripts.bridging import SENDER, TOKEN, VAULT
from tests.scripts.governing import Council
from tests.scripts.local_chain import DAY, DEPLOYER, GUARDIAN, party

TO = party("recipient of a large amount")
ETHER = 10**18
LARGE = 20 * ETHER  # more than a quarter of the limit, 50
NEVER = 2**48 - 1


@pytest.fixture
def queue(span, hands, carry_out):
    return Queue(span, hands, carry_out)


class Queue:
    """The queue of the token, and those who act on it."""

    def __init__(self, span, hands, carry_out):
        self.span, self.hands, self.carry_out = span, hands, carry_out

    def fill(self, *amounts):
        for amount in amounts:
            self.span.lock(TO, amount)
        self.hands.carry()

    def run(self, script, account=DEPLOYER, name=TOKEN, **arguments):
        side = self.span.far if name == TOKEN else self.span.near
        self.span.become(side, account)
        return self.carry_out(script, side, contract=name, **arguments)

    def enact(self, script, folder, record):
        """Propose it, sign, submit, wait out the wallet's delay, execute."""
        council = Council(folder, self.span.far, self.carry_out)
        before = set(council.files())
        assert self.run(script, record=record, nonce=None) == 0
        (path,) = set(council.files()) - before
        council.carry_on(path, *council.sign(path))
        self.span.far.chain.wait(2 * DAY)
        council.carry_on(path)

    def balance(self, of=TO):
        return self.span.view(self.span.far, TOKEN, "balanceOf", of)

    def waits(self):
        return self.span.view(self.span.far, TOKEN, "queuedTotal")


def test_what_is_large_waits_and_is_paid_out_by_anybody_when_its_time_has_come(queue, span, capsys):
    queue.fill(LARGE, ETHER)
    assert (queue.balance(), queue.waits()) == (ETHER, LARGE)
    with pytest.raises(NothingReady, match=f"nothing that waits at BridgeToken {span.far.address(TOKEN)}"):
        queue.run(release_queued, record=None)
    assert f"record 0: 20 qETH for {TO} waits until" in capsys.readouterr().out
    span.far.chain.wait(DAY)
    assert queue.run(release_queued, record=None) == 0
    told = capsys.readouterr().out
    assert "50 qETH now, of 50 qETH" in told
    assert "Record 0 is released." in told
    assert (queue.balance(), queue.waits()) == (LARGE + ETHER, 0)


def test_a_record_above_the_limit_goes_in_parts(queue, span, capsys):
    queue.fill(60 * ETHER)
    span.far.chain.wait(DAY)
    assert queue.run(release_queued, record=0) == 0
    assert "Record 0 is released; 10 qETH of it wait on." in capsys.readouterr().out
    assert (queue.balance(), queue.waits()) == (50 * ETHER, 10 * ETHER)
    span.far.chain.wait(DAY)
    assert queue.run(release_queued, record=0) == 0
    assert (queue.balance(), queue.waits()) == (60 * ETHER, 0)


def test_the_limit_parts_the_last_record_and_the_others_wait(queue, span, capsys):
    queue.fill(LARGE, LARGE, LARGE, LARGE)
    span.far.chain.wait(DAY)
    assert queue.run(release_queued, record=None) == 0
    told = capsys.readouterr().out
    assert "Record 1 is released." in told
    assert "Record 2 is released; " in told
    assert f"record 3: 20 qETH for {TO} waits for the limit." in told
    assert 50 * ETHER <= queue.balance() < 51 * ETHER  # what came back in the meantime, too


def test_the_guardian_freezes_what_waits(queue, span, capsys):
    queue.fill(LARGE)
    with pytest.raises(NotGuardian, match=f"the guardian is {GUARDIAN.address}"):
        queue.run(veto, record=0)
    capsys.readouterr()
    assert queue.run(veto, GUARDIAN, record=0) == 0
    told = capsys.readouterr().out
    assert "20 qETH" in told
    assert TO in told
    assert f"Record 0 of {TOKEN} is frozen." in told
    with pytest.raises(AlreadyVetoed, match=f"record 0 of {TOKEN} is vetoed already"):
        queue.run(veto, GUARDIAN, record=0)
    span.far.chain.wait(7 * DAY)
    with pytest.raises(NothingReady):
        queue.run(release_queued, record=0)
    assert "vetoed: the governor lets it go or returns it" in capsys.readouterr().out
    assert (queue.balance(), queue.waits()) == (0, LARGE)


def test_what_has_been_parted_is_frozen_as_what_is_left_of_it(queue, span):
    queue.fill(60 * ETHER)
    span.far.chain.wait(DAY)
    assert queue.run(release_queued, record=0) == 0
    assert queue.run(veto, GUARDIAN, record=0) == 0
    assert queue.waits() == 10 * ETHER
    with pytest.raises(NothingReady):
        queue.run(release_queued, record=None)


def test_the_owners_let_a_vetoed_record_go(queue, tmp_path, capsys):
    queue.fill(LARGE)
    assert queue.run(veto, GUARDIAN, record=0) == 0
    queue.enact(let_go, tmp_path, 0)
    assert f"let the vetoed record 0 of {TOKEN}" in capsys.readouterr().out
    assert queue.balance() == 0
    assert queue.run(release_queued, record=0) == 0
    assert (queue.balance(), queue.waits()) == (LARGE, 0)


def test_what_is_not_vetoed_is_not_let_go(queue):
    queue.fill(LARGE)
    with pytest.raises(WouldRevert, match=r"letGo of qETH by Governor would revert now: NotVetoed\(nonce 0\)"):
        queue.run(let_go, record=0, nonce=None)


@pytest.mark.parametrize("vetoed", [True, False])
def test_the_owners_return_a_record_and_it_crosses_back_to_its_sender(queue, span, hands, tmp_path, vetoed):
    queue.fill(LARGE)
    if vetoed:
        assert queue.run(veto, GUARDIAN, record=0) == 0
    queue.enact(return_queued, tmp_path, 0)
    assert (queue.balance(), queue.waits()) == (0, 0)
    assert span.view(span.far, TOKEN, "outbox")[0] == 1
    hands.carry(TOKEN)
    span.near.chain.wait(DAY)
    before = span.near.chain.web3.eth.get_balance(SENDER.address)
    assert queue.run(release_queued, name=VAULT, record=None) == 0
    assert span.near.chain.web3.eth.get_balance(SENDER.address) == before + LARGE
    assert span.view(span.near, VAULT, "solvency") == [0, 0]


def test_what_its_recipient_does_not_take_is_left_out_and_said_to_be(queue, span, hands, capsys):
    refuses = span.near.address("SecurePayment")  # it takes coin by its own functions alone
    span.lock(SENDER.address, 2 * ETHER)
    hands.carry()
    span.burn(refuses, ETHER)
    span.burn(TO, ETHER)
    hands.carry(TOKEN)
    span.near.chain.wait(DAY)
    capsys.readouterr()
    with pytest.raises(NothingReady):
        queue.run(release_queued, name=VAULT, record=None)
    assert f"cannot be paid out: RecipientRefused(nonce 0, to {refuses.lower()})" in capsys.readouterr().out.replace(
        refuses, refuses.lower()
    )
    assert span.near.chain.web3.eth.get_balance(TO) == ETHER


def test_a_pause_keeps_what_waits_where_it_is_and_the_guardian_s_veto_still_works(queue, span, carry_out, capsys):
    queue.fill(LARGE)
    span.far.chain.wait(DAY)
    span.become(span.far, GUARDIAN)
    assert carry_out(pause, span.far, contract=[TOKEN], seconds=DAY) == 0
    with pytest.raises(NothingReady):
        queue.run(release_queued, record=None)
    assert "cannot be paid out: ContractPaused" in capsys.readouterr().out
    assert queue.run(veto, GUARDIAN, record=0) == 0
    assert span.view(span.far, TOKEN, "queuedTotal") == LARGE


@pytest.mark.parametrize("script", [veto, let_go, return_queued, release_queued])
def test_what_does_not_wait_and_what_is_no_bridge_is_refused(queue, script):
    queue.fill(ETHER)
    account = GUARDIAN if script is veto else DEPLOYER
    with pytest.raises(NotWaiting, match="no record 0 waits at BridgeToken"):
        queue.run(script, account, record=0, nonce=None)
    with pytest.raises(UnknownEnd, match=f"known are {TOKEN}"):
        queue.carry_out(script, queue.span.far, contract="Governor", record=0, nonce=None)


def test_a_node_s_forged_event_is_no_record_that_waits(queue, span, node_before):
    queue.fill(LARGE)

    def answer(request, pass_on):
        told = pass_on(request)
        if request["method"] == "eth_getLogs":
            for log in told["result"]:
                log["data"] = log["data"][:2] + "11".rjust(64, "0") + log["data"][66:]
        return told

    span.far.settings["BASE_SEPOLIA_RPC_URL"] = node_before(span.far.chain.url, answer)
    with pytest.raises(NotWaiting):
        queue.run(veto, GUARDIAN, record=0)


@pytest.mark.parametrize(
    ("script", "account", "word"),
    [("veto", GUARDIAN, "is frozen"), ("release_queued", DEPLOYER, "is released"), ("return_queued", DEPLOYER, "sign")],
)
def test_each_is_run_from_the_shell(queue, span, script, account, word):
    queue.fill(LARGE)
    span.far.chain.wait(DAY)
    span.become(span.far, account)
    done = span.far.run(script, "--contract", TOKEN, "--record", "0", answer="y\n")
    assert done.returncode == 0, done.stderr
    assert word in done.stdout
