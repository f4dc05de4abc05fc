"""propose, approve, execute: what owners agree to is shown, signed apart from any chain, and carried out once."""

import json
import subprocess

import pytest

from offchain.core.units import NATIVE
from scripts import approve, cancel, deploy, execute, propose, verify
from scripts.approve import AlreadyAgreed, NotAnOwner
from scripts.chain.contract import CallRefused
from scripts.chain.signature import recover
from scripts.execute import NonceUsed, NotItsTurn, NotPending, NotReady, PastDeadline, StaleOwners
from scripts.papers import proposal as files
from scripts.papers.agreement import compact
from scripts.papers.invoice import InvalidAddress
from scripts.papers.proposal import DifferentProposals, ForeignSignature
from scripts.procedure.calls import InvalidCall
from scripts.procedure.carrying import ThresholdNotMet
from scripts.procedure.guardian import NotGuardian
from scripts.procedure.proposals import ForeignProposal, MissingProposal
from scripts.propose import InvalidProposal
from tests.scripts.local_chain import DAY, DEPLOYER, GUARDIAN, OWNERS, ROOT, Operator, Signer, party

PAYEE = party("payee")
ETHER = 10**18


@pytest.fixture
def wallet(deployed):
    """The governor wallet, with 100 ether in it."""
    deployed.chain.set_balance(deployed.address("Governor"), 100 * ETHER)
    return deployed.contract("Governor").functions


@pytest.fixture
def limited(deployed, wallet):
    """The wallet with the limit that params.json has: 10 ether a day."""
    deployed.act("Governor", "configureLimit", NATIVE, 10 * ETHER, DAY, sender="Governor")
    deployed.chain.set_balance(deployed.address("Governor"), 100 * ETHER)
    return wallet


def balance(operator, account=PAYEE):
    return operator.chain.web3.eth.get_balance(account)


def content(path):
    return json.loads(path.read_text())


def test_a_payment_within_the_limit_goes_at_once_once_two_owners_have_signed_apart(council, deployed, limited, capsys):
    path = council.propose(pay=True, to=PAYEE, amount="1.5ether")
    told = capsys.readouterr().out
    assert f"pay 1.5 ether to {PAYEE}" in told
    assert "it goes at once: 10 ether may leave now" in told
    assert "2 more must agree." in told
    copies = council.sign(path, OWNERS[2], OWNERS[0])
    assert content(path)["signatures"] == {}
    assert council.carry_on(path, *copies) == 0
    told = capsys.readouterr().out
    assert "Enough owners have agreed." in told
    assert "Paid, at once." in told
    assert balance(deployed) == 15 * ETHER // 10
    assert sorted(content(path)["signatures"]) == sorted([OWNERS[0].address, OWNERS[2].address])
    assert [deed["what"] for deed in content(path)["history"]] == ["submitted"]


def test_a_payment_above_the_limit_waits_out_the_delay(council, deployed, limited, capsys):
    path = council.propose(pay=True, to=PAYEE, amount="10.000000000000000001ether")
    assert "it waits 172800 seconds (2 days 0 hours): 10 ether may leave at once now" in capsys.readouterr().out
    council.carry_on(path, *council.sign(path))
    assert "Scheduled: operation 0x" in capsys.readouterr().out
    assert balance(deployed) == 0
    with pytest.raises(NotReady, match="becomes ready at"):
        council.carry_on(path)
    deployed.chain.wait(2 * DAY)
    assert council.carry_on(path) == 0
    assert "is done." in capsys.readouterr().out
    assert balance(deployed) == 10 * ETHER + 1
    assert [deed["what"] for deed in content(path)["history"]] == ["submitted", "executed"]
    with pytest.raises(NotPending, match="is done"):
        council.carry_on(path)


def test_a_batch_is_paid_as_one(council, deployed, limited, capsys):
    others = [party("payee 2"), party("payee 3")]
    payouts = [f"{PAYEE}:1ether", f"{others[0]}:2ether", f"{others[1]}:0.5ether"]
    path = council.propose(pay_batch=True, payout=payouts)
    assert "pay 3.5 ether in all, to 3 payees:" in capsys.readouterr().out
    council.carry_on(path, *council.sign(path))
    assert [balance(deployed, who) for who in (PAYEE, *others)] == [ETHER, 2 * ETHER, ETHER // 2]


def test_a_batch_above_the_limit_waits_out_the_delay(council, deployed, wallet):
    path = council.enact(pay_batch=True, payout=[f"{PAYEE}:1ether", f"{party('payee 2')}:2ether"])
    assert balance(deployed) == ETHER
    assert len(content(path)["history"]) == 2


def test_calls_are_decoded_in_words_and_run_as_one(council, deployed, capsys):
    calls = ["PaymentProcessor.setFee(125)", f"Governor.configureLimit({NATIVE},10000000000000000000,86400)"]
    calls.append(
        "PaymentProcessor.configureLimit(0x0000000000000000000000000000000000000000, 1000000000000000000, 86400)"
    )
    path = council.enact(call=calls)
    told = capsys.readouterr().out
    processor = deployed.address("PaymentProcessor")
    assert "after 172800 seconds:" in told
    assert f"set the fee of PaymentProcessor {processor} to 1.25 % [PaymentProcessor.setFee(feeBps 125)]" in told
    assert "let at most 10 ether leave Governor" in told
    assert deployed.contract("PaymentProcessor").functions.feeBps().call() == 125
    assert deployed.contract("Governor").functions.limitOf(NATIVE).call() == [10 * ETHER, DAY]
    assert content(path)["typedData"]["primaryType"] == "Operation"


def test_the_limits_that_deploy_prints_are_set_by_that_very_command(council, deployed, carry_out, capsys):
    carry_out(deploy, deployed)
    line = capsys.readouterr().out.splitlines()[-1]
    council.enact(call=line.split("'")[1::2])
    capsys.readouterr()
    assert carry_out(verify, deployed) == 0
    assert "not set yet" not in capsys.readouterr().out


def test_a_call_that_would_revert_is_told_when_it_is_proposed(council, capsys):
    council.propose(call=["SecurePayment.setFee(501)", "Governor.unpause()"])
    told = capsys.readouterr().out
    assert "would revert: FeeAboveCap(got 501, limit 500)" in told
    assert "would revert: NotPaused()" in told


def test_unknown_calldata_is_shouted_at_the_signers(council, deployed, capsys):
    council.propose(call=[f"{party('somewhere')}:0x12345678aabb+1.5ether"])
    told = capsys.readouterr().out
    assert f"UNKNOWN CALL of {party('somewhere')}, with 1.5 ether: 0x12345678aabb: nothing here can say" in told
    padded = deployed.contract("PaymentProcessor").encode_abi("setFee", args=[1]) + "00"
    council.propose(call=[f"{deployed.address('PaymentProcessor')}:{padded}"])
    assert "UNKNOWN CALL of PaymentProcessor" in capsys.readouterr().out


def test_an_approval_on_chain_counts_as_a_signature(council, deployed, limited, capsys):
    path = council.propose(pay=True, to=PAYEE, amount="1ether")
    (copy,) = council.sign(path, OWNERS[1])
    council.become(OWNERS[2])
    assert council.script(approve, file=path, on_chain=True) == 0
    assert deployed.contract("Governor").functions.isApproved(content(path)["digest"], OWNERS[2].address).call()
    with pytest.raises(AlreadyAgreed):
        council.script(approve, file=path, on_chain=True)
    council.become(DEPLOYER)
    capsys.readouterr()
    assert council.carry_on(copy) == 0
    assert f"{OWNERS[2].address}  approved on chain" in capsys.readouterr().out
    assert balance(deployed) == ETHER


def test_a_signature_made_elsewhere_is_added_in_either_spelling(council, deployed, limited):
    path = council.propose(pay=True, to=PAYEE, amount="1ether")
    data = content(path)["typedData"]
    made = bytes(OWNERS[0].sign_typed_data(full_message=data).signature)
    ledger = made[:64] + bytes([made[64] - 27])
    council.script(approve, file=path, signature=f"0x{ledger.hex()}")
    other = compact(bytes(OWNERS[1].sign_typed_data(full_message=data).signature))
    council.script(approve, file=path, signature=f"0x{other.hex()}")
    assert content(path)["signatures"][OWNERS[0].address] == f"0x{made.hex()}"
    council.carry_on(path)
    assert balance(deployed) == ETHER


def test_signing_reaches_no_chain_and_asks_first(council, deployed, tmp_path):
    path = council.propose(pay=True, to=PAYEE, amount="1ether")
    deployed.chain.ask("evm_mine")
    (tmp_path / "apart").mkdir()
    signer = Signer(tmp_path / "apart", deployed, OWNERS[0])
    assert signer.settings["SEPOLIA_RPC_URL"] == ""
    operator = object.__new__(Operator)
    operator.__dict__ |= {**signer.__dict__, "chain": None}
    declined = operator.run("approve", "--file", str(path), answer="n\n")
    assert (declined.returncode, declined.stderr.splitlines()[-1]) == (1, "Declined: nothing was sent")
    assert content(path)["signatures"] == {}
    assert f"pay 1 ether to {PAYEE}" in declined.stdout
    assert content(path)["digest"] in declined.stdout
    signed = operator.run("approve", "--file", str(path), answer="y\n")
    assert signed.returncode == 0, signed.stderr
    assert list(content(path)["signatures"]) == [OWNERS[0].address]
    assert OWNERS[0].key.hex() not in signed.stdout + signed.stderr + path.read_text()


def test_one_signature_is_not_enough_and_who_is_missing_is_named(council, deployed, limited):
    path = council.propose(pay=True, to=PAYEE, amount="1ether")
    before = deployed.chain.nonce()
    with pytest.raises(ThresholdNotMet, match=f"1 of 2 owners agreed; 1 of .*{OWNERS[2].address}"):
        council.carry_on(*council.sign(path, OWNERS[0]))
    assert deployed.chain.nonce() == before


def test_a_stranger_and_an_owner_who_has_signed_cannot_sign(council):
    path = council.propose(pay=True, to=PAYEE, amount="1ether")
    with pytest.raises(NotAnOwner):
        council.sign(path, DEPLOYER)
    (copy,) = council.sign(path, OWNERS[0])
    with pytest.raises(AlreadyAgreed):
        council.sign(copy, OWNERS[0])
    stranger = DEPLOYER.sign_typed_data(full_message=content(path)["typedData"]).signature
    with pytest.raises(ForeignSignature):
        council.script(approve, file=path, signature=f"0x{bytes(stranger).hex()}")


def test_copies_of_different_proposals_are_not_put_together(council):
    one, other = (council.propose(pay=True, to=PAYEE, amount=amount) for amount in ("1ether", "2ether"))
    with pytest.raises(DifferentProposals):
        council.carry_on(one, other)


def test_acts_go_in_the_order_of_their_numbers_and_each_number_once(council, limited, deployed):
    first = council.propose(pay=True, to=PAYEE, amount="1ether")
    rival = council.propose(pay=True, to=PAYEE, amount="2ether")
    second = council.propose(pay=True, to=PAYEE, amount="3ether", nonce=1)
    signed = {path: council.sign(path) for path in (first, rival, second)}
    with pytest.raises(NotItsTurn, match="this is act 1, the wallet is at act 0"):
        council.carry_on(*signed[second])
    council.carry_on(*signed[first])
    for path in (first, rival):
        with pytest.raises(NonceUsed):
            council.carry_on(*signed[path])
    council.carry_on(*signed[second])
    assert balance(deployed) == 4 * ETHER


def test_a_proposal_past_its_deadline_is_refused(council, deployed):
    path = council.propose(pay=True, to=PAYEE, amount="1ether", valid_seconds=60)
    copies = council.sign(path)
    deployed.chain.wait(61)
    with pytest.raises(PastDeadline):
        council.carry_on(*copies)


def test_a_signature_dies_with_its_owner_set(council, deployed, limited):
    path = council.propose(pay=True, to=PAYEE, amount="1ether", nonce=1, valid_seconds=30 * DAY)
    copies = council.sign(path)
    council.enact(change_owners=True, owner=[OWNERS[1].address, OWNERS[0].address], threshold=2)
    with pytest.raises(StaleOwners):
        council.carry_on(*copies)


def test_an_expired_operation_is_refused(council, deployed, wallet):
    path = council.propose(pay=True, to=PAYEE, amount="1ether")
    council.carry_on(*council.sign(path))
    deployed.chain.wait(9 * DAY)
    with pytest.raises(NotPending, match="is expired"):
        council.carry_on(path)


def test_an_operation_whose_file_is_lost_is_executed_by_its_id(council, deployed, wallet, capsys):
    path = council.propose(pay=True, to=PAYEE, amount="1ether")
    council.carry_on(path, *council.sign(path))
    key = capsys.readouterr().out.split("Scheduled: operation ")[1].split(",")[0]
    path.unlink()
    with pytest.raises(NotReady):
        council.script(execute, operation=key)
    deployed.chain.wait(2 * DAY)
    assert council.script(execute, operation=key) == 0
    assert balance(deployed) == ETHER
    with pytest.raises(NotPending, match="no event"):
        council.script(execute, operation="0x" + "ab" * 32)


@pytest.mark.parametrize("nonce", [0, 1], ids=["without a salt", "with a salt"])
def test_a_lost_batch_of_calls_is_executed_by_its_id(council, deployed, capsys, nonce):
    if nonce:
        council.enact(call=["PaymentProcessor.setFee(9)"])
    path = council.propose(call=["PaymentProcessor.setFee(1)", "SecurePayment.setFee(2)"])
    council.carry_on(path, *council.sign(path))
    key = capsys.readouterr().out.split("Scheduled: operation ")[-1].split(",")[0]
    deployed.chain.wait(2 * DAY)
    council.script(execute, operation=key)
    assert deployed.contract("SecurePayment").functions.feeBps().call() == 2


def test_the_guardian_cancels_what_is_pending_and_nobody_else(council, deployed, wallet, capsys):
    path = council.propose(pay=True, to=PAYEE, amount="1ether")
    council.carry_on(path, *council.sign(path))
    key = capsys.readouterr().out.split("Scheduled: operation ")[1].split(",")[0]
    with pytest.raises(NotGuardian):
        council.script(cancel, operation=key, by_owners=False, nonce=None)
    council.become(GUARDIAN)
    assert council.script(cancel, operation=key, by_owners=False, nonce=None) == 0
    told = capsys.readouterr().out
    assert f"would have  call Governor.settle(payment (to {PAYEE}, amount {ETHER}, token {NATIVE}))" in told
    with pytest.raises(NotPending):
        council.script(cancel, operation=key, by_owners=False, nonce=None)
    with pytest.raises(NonceUsed):
        council.carry_on(path)


def test_the_guardian_cannot_cancel_its_own_removal_but_the_owners_can(council, deployed, capsys):
    path = council.propose(call=[f"Governor.setGuardian({party('next guardian')})"])
    council.carry_on(path, *council.sign(path))
    key = capsys.readouterr().out.split("Scheduled: operation ")[1].split(",")[0]
    council.become(GUARDIAN)
    with pytest.raises(CallRefused, match="NotCancellable"):
        council.script(cancel, operation=key, by_owners=False, nonce=None)
    council.script(cancel, operation=key, by_owners=True, nonce=None)
    ending = council.files()[-1]
    assert f"cancel the operation {key}" in capsys.readouterr().out
    council.carry_on(*council.sign(ending))
    assert f"The operation {key} is cancelled." in capsys.readouterr().out
    assert deployed.contract("Governor").functions.getOperationState(key).call() == 0


def test_a_pending_operation_is_a_note_of_verify(council, deployed, carry_out, capsys):
    path = council.propose(call=["PaymentProcessor.setFee(1)"])
    council.carry_on(path, *council.sign(path))
    capsys.readouterr()
    assert carry_out(verify, deployed) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "operation 0x" in line]
    assert "waiting, ready at" in line
    assert line.endswith("note")


def test_a_proposal_of_another_deployment_is_refused_before_anything_is_signed(council, deployed):
    path = council.propose(pay=True, to=PAYEE, amount="1ether")
    deployed.choose(salt="another deployment")
    with pytest.raises(ForeignProposal, match="the governor of sepolia is"):
        council.sign(path)


def test_a_changed_file_is_refused_by_every_script(council, limited):
    path = council.propose(pay=True, to=PAYEE, amount="1ether")
    copies = council.sign(path)
    for copy in copies:
        altered = content(copy)
        altered["typedData"]["message"]["to"] = party("thief")
        copy.write_text(json.dumps(altered))
        with pytest.raises(files.AlteredProposal):
            council.carry_on(path, copy)
        with pytest.raises(files.AlteredProposal):
            council.sign(copy, OWNERS[2])
    recomputed = files.read(path.read_text(), recover)
    assert recomputed.act.fields["to"] == PAYEE


def test_a_file_that_is_not_there_is_refused(council, tmp_path):
    with pytest.raises(MissingProposal):
        council.carry_on(tmp_path / "nowhere.json")


@pytest.mark.parametrize(
    ("error", "arguments"),
    [
        (InvalidProposal, {}),
        (InvalidProposal, {"pay": True, "pay_batch": True}),
        (InvalidProposal, {"pay": True, "to": PAYEE}),
        (InvalidAddress, {"pay": True, "to": "payee", "amount": "1ether"}),
        (InvalidProposal, {"pay_batch": True}),
        (InvalidProposal, {"cancel": "0x12"}),
        (InvalidProposal, {"change_owners": True, "owner": [PAYEE]}),
        (InvalidProposal, {"change_owners": True, "owner": [PAYEE], "threshold": 2}),
        (InvalidProposal, {"change_owners": True, "owner": [PAYEE, PAYEE], "threshold": 1}),
        (InvalidCall, {"call": ["setFee(1)"]}),
        (InvalidCall, {"call": ["Nobody.setFee(1)"]}),
        (InvalidCall, {"call": ["PaymentProcessor.setFees(1)"]}),
        (InvalidCall, {"call": ["PaymentProcessor.setFee(1,2)"]}),
        (InvalidCall, {"call": ["PaymentProcessor.setFee(1.5)"]}),
        (InvalidCall, {"call": ["PaymentProcessor.setFee(65536)"]}),
        (InvalidCall, {"call": ["PaymentProcessor.feeBps()"]}),
        (InvalidAddress, {"call": ["PaymentProcessor.setFeeRecipient(0x12)"]}),
        (InvalidProposal, {"call": ["PaymentProcessor.setFee(1)"], "predecessor": "0x12"}),
    ],
)
def test_what_is_no_act_is_refused_and_nothing_written(council, error, arguments):
    with pytest.raises(error):
        council.script(propose, **arguments)
    assert council.files() == []


def test_options_without_dashes_work_under_brownie(council, deployed):
    words = [f"deployments={deployed.deployments}", "pay", f"to={PAYEE}", "amount=1ether", "yes"]
    command = ["brownie", "run", "propose", "main", *words, "--network", "sepolia"]
    told = subprocess.run(command, cwd=ROOT, env=deployed.environment, capture_output=True, text=True, timeout=120)
    assert told.returncode == 0, told.stdout + told.stderr
    assert len(council.files()) == 1
