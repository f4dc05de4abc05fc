"""mint, redeem, freeze, unfreeze, seize, block, unblock: proposals of the governor wallet, in words, done exactly."""

import pytest

from scripts import block, freeze, mint, redeem, seize, unblock, unfreeze
from scripts.block import AlreadyBlocked
from scripts.papers.amount import InvalidAmount
from scripts.papers.invoice import InvalidAddress
from scripts.procedure.coins import NotIssued
from scripts.procedure.governing import WouldRevert
from scripts.redeem import OwnTokensOnly
from scripts.seize import SelfSeizure
from scripts.unblock import NotBlocked
from scripts.unfreeze import NothingFrozen
from tests.scripts.governing import Council
from tests.scripts.issuing import INTERMEDIARY
from tests.scripts.local_chain import DAY, DEPLOYER, party

ALICE, BOB = party("alice"), party("bob")
QUSD = 10**6


@pytest.fixture
def council(tmp_path, issuer, carry_out):
    return Council(tmp_path, issuer, carry_out)


@pytest.fixture
def enact(council, issuer):
    """Runs a script, has its proposal signed, waits out the delay, and executes it."""

    def run(script, **arguments):
        path = propose(council, script, **arguments)
        council.carry_on(path, *council.sign(path))
        issuer.chain.wait(2 * DAY)
        council.carry_on(path)

    return run


def propose(council, script, **arguments):
    """The file that a script writes."""
    before = set(council.files())
    assert council.script(script, **{"nonce": None, **arguments}) == 0
    (path,) = set(council.files()) - before
    return path


def ask(issuer, symbol, name, *arguments):
    return issuer.contract(symbol).functions[name](*arguments).call()


def give(issuer, account, amount):
    issuer.act("QUSD", "mint", account, amount, sender="Governor")


def test_minting_waits_out_the_delay_and_comes_out_of_the_allowance(issuer, council, capsys):
    path = propose(council, mint, token="QUSD", to=ALICE, amount="1250.000001QUSD")
    told = capsys.readouterr().out
    assert f"make 1250.000001 QUSD for {ALICE} [QUSD.mint(to {ALICE}, amount 1250000001)]" in told
    assert f"{ALICE} now 0 QUSD, 0 QUSD frozen" in " ".join(told.split())
    assert "and then 1250.000001 QUSD, 0 QUSD frozen" in " ".join(told.split())
    assert "supply 0 QUSD, then 1250.000001 QUSD" in " ".join(told.split())
    assert "172800 seconds (2 days 0 hours) after it is submitted" in told
    council.carry_on(path, *council.sign(path))
    assert ask(issuer, "QUSD", "totalSupply") == 0
    issuer.chain.wait(2 * DAY)
    council.carry_on(path)
    assert ask(issuer, "QUSD", "balanceOf", ALICE) == ask(issuer, "QUSD", "totalSupply") == 1_250_000_001
    assert ask(issuer, "QUSD", "minterAllowance", issuer.address("Governor")) == 10**12 - 1_250_000_001


def test_a_central_bank_issues_to_a_registered_account_within_its_limit(issuer, enact, capsys):
    with pytest.raises(WouldRevert, match=f"ERC7943CannotReceive\\(account {ALICE.lower()}"):
        enact(mint, token="QCB", to=ALICE, amount="1QCB")
    issuer.act("QCB", "register", ALICE, 1, sender=INTERMEDIARY.address)
    with pytest.raises(WouldRevert, match="issue of QCB by Governor would revert now: ERC7943CannotTransfer"):
        enact(mint, token="QCB", to=ALICE, amount="3000.01QCB")
    enact(mint, token="QCB", to=ALICE, amount="3000QCB")
    assert "0 QCB, 0 QCB frozen; in tier 1, at most 3000 QCB" in capsys.readouterr().out
    assert ask(issuer, "QCB", "balanceOf", ALICE) == 300_000


def test_a_bep20_token_is_minted_and_redeemed_too(issuer, enact):
    enact(mint, token="QBEP", to=issuer.address("Governor"), amount="1.000000000000000001QBEP")
    enact(redeem, token="QBEP", amount="1QBEP", holder=None)
    assert ask(issuer, "QBEP", "totalSupply") == 1


def test_a_stablecoin_s_redemption_burns_what_was_sent_to_the_wallet(issuer, enact, capsys):
    governor = issuer.address("Governor")
    give(issuer, ALICE, 100 * QUSD)
    issuer.act("QUSD", "transfer", governor, 40 * QUSD, sender=ALICE)
    enact(redeem, token="QUSD", amount="30QUSD", holder=None)
    told = " ".join(capsys.readouterr().out.split())
    assert "destroy 30 QUSD of the wallet's own" in told
    assert "supply 100 QUSD, then 70 QUSD" in told
    assert ask(issuer, "QUSD", "balanceOf", governor) == 10 * QUSD
    assert ask(issuer, "QUSD", "totalSupply") == 70 * QUSD


def test_a_central_bank_redeems_an_account_s_own_once_it_has_approved(issuer, enact, capsys):
    issuer.act("QCB", "register", ALICE, 1, sender=INTERMEDIARY.address)
    enact(mint, token="QCB", to=ALICE, amount="50QCB")
    with pytest.raises(WouldRevert, match="ERC20InsufficientAllowance"):
        enact(redeem, token="QCB", amount="20QCB", holder=ALICE)
    issuer.act("QCB", "approve", issuer.address("Governor"), 2000, sender=ALICE)
    enact(redeem, token="QCB", amount="20QCB", holder=ALICE)
    assert "approved to the wallet 20 QCB" in " ".join(capsys.readouterr().out.split())
    assert ask(issuer, "QCB", "balanceOf", ALICE) == 3000


def test_frozen_tokens_stay_until_they_are_freed(issuer, enact, capsys):
    give(issuer, ALICE, 100 * QUSD)
    enact(freeze, token="QUSD", account=ALICE, amount="60.5QUSD")
    told = " ".join(capsys.readouterr().out.split())
    assert f"freeze 60.5 QUSD in all of what {ALICE} holds" in told
    assert f"{ALICE} now 100 QUSD, 0 QUSD frozen and then 100 QUSD, 60.5 QUSD frozen" in told
    assert ask(issuer, "QUSD", "getFrozenTokens", ALICE) == 60_500_000
    assert not ask(issuer, "QUSD", "canTransfer", ALICE, BOB, 39_500_001)
    assert ask(issuer, "QUSD", "canTransfer", ALICE, BOB, 39_500_000)
    enact(unfreeze, token="QUSD", account=ALICE)
    assert "free all QUSD" in capsys.readouterr().out
    assert ask(issuer, "QUSD", "getFrozenTokens", ALICE) == 0


def test_freezing_less_or_more_than_there_is_says_so(issuer, council, capsys):
    give(issuer, ALICE, QUSD)
    issuer.act("QUSD", "setFrozenTokens", ALICE, QUSD, sender="Governor")
    propose(council, freeze, token="QUSD", account=ALICE, amount="0.25QUSD")
    assert "that is less than is frozen now: it frees 0.75 QUSD" in capsys.readouterr().out
    propose(council, freeze, token="QUSD", account=ALICE, amount="2QUSD")
    assert "that is more than it holds: what comes in is frozen as well" in capsys.readouterr().out


def test_a_seizure_takes_frozen_tokens_last_and_is_shouted(issuer, enact, capsys):
    give(issuer, ALICE, 100 * QUSD)
    issuer.act("QUSD", "setFrozenTokens", ALICE, 50 * QUSD, sender="Governor")
    issuer.act("QUSD", "blockAccount", ALICE, sender="Governor")
    enact(seize, token="QUSD", holder=ALICE, to=BOB, amount="70QUSD")
    told = " ".join(capsys.readouterr().out.split())
    assert f"SEIZE 70 QUSD of {ALICE} for {BOB}" in told
    assert "100 QUSD, 50 QUSD frozen; BLOCKED and then 30 QUSD, 30 QUSD frozen" in told
    assert (ask(issuer, "QUSD", "balanceOf", ALICE), ask(issuer, "QUSD", "balanceOf", BOB)) == (30 * QUSD, 70 * QUSD)
    assert ask(issuer, "QUSD", "getFrozenTokens", ALICE) == 30 * QUSD


def test_a_blocked_account_neither_sends_nor_receives_until_it_is_unblocked(issuer, enact, council, capsys):
    give(issuer, ALICE, QUSD)
    enact(block, token="QUSD", account=ALICE)
    assert "neither sends nor receives; what it holds stays" in capsys.readouterr().out
    assert not ask(issuer, "QUSD", "canSend", ALICE)
    with pytest.raises(AlreadyBlocked):
        council.script(block, token="QUSD", account=ALICE, nonce=None)
    enact(unblock, token="QUSD", account=ALICE)
    assert f"unblock {ALICE} in QUSD" in capsys.readouterr().out
    assert ask(issuer, "QUSD", "canSend", ALICE)


@pytest.mark.parametrize(
    ("script", "error", "words", "arguments"),
    [
        (mint, WouldRevert, "MinterAllowanceExceeded", {"token": "QUSD", "to": ALICE, "amount": "1000000.000001QUSD"}),
        (mint, NotIssued, "'SEAT' is no token of sepolia", {"token": "SEAT", "to": ALICE, "amount": "1units"}),
        (mint, NotIssued, "those that do are QUSD, QCB, QBEP", {"token": "USDC", "to": ALICE, "amount": "1units"}),
        (mint, InvalidAmount, "finer than one base", {"token": "QUSD", "to": ALICE, "amount": "0.0000001QUSD"}),
        (mint, InvalidAmount, "names no unit", {"token": "QUSD", "to": ALICE, "amount": "1"}),
        (mint, InvalidAmount, "names no unit", {"token": "QUSD", "to": ALICE, "amount": "1QCB"}),
        (mint, InvalidAmount, "is zero", {"token": "QUSD", "to": ALICE, "amount": "0QUSD"}),
        (mint, InvalidAddress, "the receiver", {"token": "QUSD", "to": "alice", "amount": "1QUSD"}),
        (mint, WouldRevert, "ERC20InvalidReceiver", {"token": "QBEP", "to": "0x" + "00" * 20, "amount": "1QBEP"}),
        (redeem, WouldRevert, "ERC20InsufficientBalance", {"token": "QUSD", "amount": "1QUSD", "holder": None}),
        (redeem, OwnTokensOnly, f"let {ALICE} send it", {"token": "QUSD", "amount": "1QUSD", "holder": ALICE}),
        (freeze, NotIssued, "those that do are QUSD, QCB", {"token": "QBEP", "account": ALICE, "amount": "1QBEP"}),
        (freeze, WouldRevert, "AmountTooLarge", {"token": "QUSD", "account": ALICE, "amount": f"{2**112}units"}),
        (unfreeze, NothingFrozen, ALICE, {"token": "QCB", "account": ALICE}),
        (seize, SelfSeizure, ALICE, {"token": "QUSD", "holder": ALICE, "to": ALICE, "amount": "1QUSD"}),
        (
            seize,
            WouldRevert,
            "ERC20InsufficientBalance",
            {"token": "QUSD", "holder": ALICE, "to": BOB, "amount": "1QUSD"},
        ),
        (seize, WouldRevert, "ERC7943CannotReceive", {"token": "QCB", "holder": ALICE, "to": BOB, "amount": "1QCB"}),
        (block, NotIssued, "those that do are QUSD", {"token": "QCB", "account": ALICE}),
        (unblock, NotBlocked, ALICE, {"token": "QUSD", "account": ALICE}),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_written(council, script, error, words, arguments):
    with pytest.raises(error, match=words):
        council.script(script, nonce=None, **arguments)
    assert council.files() == []


def test_without_its_powers_the_wallet_s_acts_are_refused(tmp_path, unappointed, carry_out):
    council = Council(tmp_path, unappointed, carry_out)
    to, freezing = {"to": ALICE, "amount": "1units"}, {"account": ALICE, "amount": "1units"}
    for script, token, arguments, error in [
        (mint, "QUSD", to, "MinterAllowanceExceeded"),
        (mint, "QCB", to, "AccessControlUnauthorizedAccount"),
        (freeze, "QUSD", freezing, "AccessControlUnauthorizedAccount"),
        (block, "QUSD", {"account": ALICE}, "AccessControlUnauthorizedAccount"),
    ]:
        with pytest.raises(WouldRevert, match=error):
            council.script(script, nonce=None, token=token, **arguments)
    assert council.files() == []


def test_they_ask_first_and_send_nothing_and_run_under_the_shell(issuer, council):
    before = issuer.chain.web3.eth.block_number
    words = ["--token", "QUSD", "--to", ALICE, "--amount", "1QUSD"]
    declined = issuer.run("mint", *words, answer="n\n", env={**issuer.environment, "QUITTANCE_KEYSTORE": ""})
    assert (declined.returncode, declined.stderr.splitlines()[-1]) == (1, "Declined: nothing was sent")
    assert council.files() == []
    give(issuer, ALICE, QUSD)
    for script, *arguments in [
        ("redeem", "--token", "QCB", "--amount", "1QCB", "--from", DEPLOYER.address),
        ("seize", "--token", "QUSD", "--from", ALICE, "--to", BOB, "--amount", "1QUSD"),
    ]:
        told = issuer.run(script, *arguments, "--yes", env={**issuer.environment, "QUITTANCE_KEYSTORE": ""})
        refused = script == "redeem"
        assert told.returncode == (1 if refused else 0), told.stderr
        assert ("WouldRevert: " in told.stderr) == refused
    assert len(council.files()) == 1
    assert issuer.chain.web3.eth.block_number == before + 1
