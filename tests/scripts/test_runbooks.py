"""Every command of the runbooks is run as it stands there, by whom and when it says."""

import importlib
import io
import json
import re
import shlex

import pytest
from eth_account import Account
from eth_utils.crypto import keccak

from tests.scripts.issuing import INTERMEDIARY, PAYER, issued, role
from tests.scripts.local_chain import DAY, DEPLOYER, GUARDIAN, OWNERS, ROOT, keystore, party

RUNBOOKS = sorted((ROOT / "docs" / "runbooks").glob("*.md"))
NEW = Account.from_key(keccak(text="quittance test successor"))  # TEST KEY: anybody can compute it
DELAY = 2 * DAY
WRITTEN = re.compile(r"^Written to (.*\.json)\.", re.MULTILINE)
SIGNED = re.compile(r"^Signed: (.*\.json)\.", re.MULTILINE)
SCHEDULED = re.compile(r"Scheduled: operation (0x[0-9a-f]{64})")


def blocks(name):
    """The shell blocks of a runbook, each as (who and when, command)."""
    text = (ROOT / "docs" / "runbooks" / f"{name}.md").read_text()
    return [list(steps(block)) for block in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]


def steps(block):
    who = None
    for line in filter(None, map(str.strip, block.splitlines())):
        if line.startswith("#"):
            who = line.removeprefix("#").strip()
        else:
            assert who, f"nobody is said to run {line}"
            yield who, line


class Crew:
    """Everybody whom a runbook calls, and the variables that it speaks of."""

    def __init__(self, operator, folder, monkeypatch, capsys):
        self.operator, self.folder, self.monkeypatch, self.capsys = operator, folder, monkeypatch, capsys
        self.names = {"NEW": NEW.address, "ROLE": "0x" + keccak(text="GUARDIAN_ROLE").hex()}
        self.ordinals = iter(("FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH"))
        self.changed, self.chosen = {}, {}
        for account in (GUARDIAN, *OWNERS):
            operator.chain.set_balance(account.address, 10**19)

    def play(self, block):
        """Run a block, each command by those whom it names; what all of it said."""
        waited, told = False, ""
        for who, line in block:
            if "delay has passed" in who and not waited:
                self.operator.chain.wait(DELAY)
                waited = True
            if "params.json" in who:
                self.operator.choose(**self.chosen, changed=self.changed)
            signers = {
                "the guardian": [GUARDIAN],
                "each owner": OWNERS[1:],
                "anybody": [DEPLOYER],
                "the payer": [PAYER],
            }
            (accounts,) = (found for start, found in signers.items() if who.startswith(start))
            for account in accounts:
                told += self.run(line, account)
        return told

    def run(self, line, account):
        """One command as somebody with this account's keystore; those who sign have no chain."""
        place = keystore(self.folder / f"{account.address}.json", account)
        offline = {"SEPOLIA_RPC_URL": ""} if "approve.py" in line or "authorize.py" in line else {}
        for name, value in {**self.operator.settings, "QUITTANCE_KEYSTORE": str(place), **offline}.items():
            self.monkeypatch.setenv(name, value)
        python, script, *words = [re.sub(r"\$([A-Z]+)", lambda m: self.names[m[1]], w) for w in shlex.split(line)]
        assert python == "python"
        self.monkeypatch.setattr("sys.argv", [script, *words, "--deployments", str(self.operator.deployments)])
        self.monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
        module = importlib.import_module(script.removesuffix(".py").replace("/", "."))
        with pytest.raises(SystemExit) as left:
            module.main()
        said = self.capsys.readouterr()
        assert left.value.code == 0, f"{line}: exit code {left.value.code}\n{said.out[-3000:]}{said.err[-2000:]}"
        if found := WRITTEN.search(said.out):
            self.names["PROPOSAL"] = self.names[next(self.ordinals, "PROPOSAL")] = found[1]
        if found := SIGNED.search(said.out):
            self.names["AUTHORIZATION"] = found[1]
        if found := SCHEDULED.search(said.out):
            self.names["OPERATION"] = found[1]
        return said.out


@pytest.fixture
def crew(deployed, tmp_path, monkeypatch, capsys):
    return Crew(deployed, tmp_path, monkeypatch, capsys)


def test_every_runbook_is_played_here():
    assert [path.stem for path in RUNBOOKS] == [
        *("bridge-trouble", "bridge"),  # test_bridge_runbooks.py
        "deploy",
        "issuing",
        "key-loss",
        "key-theft",
        "owner-rotation",
        "pause",
    ]


def test_every_script_that_a_runbook_names_is_there():
    for path in RUNBOOKS:
        for name in re.findall(r"scripts/(\w+)\.py", path.read_text()):
            assert (ROOT / "scripts" / f"{name}.py").exists(), f"{path.name} names {name}.py"


def test_pause(crew, deployed):
    paused, ended, alive = blocks("pause")
    crew.play(paused)
    until = deployed.contract("SecurePayment").functions.pausedUntil()
    assert until.call() > deployed.chain.web3.eth.get_block("latest")["timestamp"] + 6 * DAY
    crew.play(ended)
    assert until.call() <= deployed.chain.web3.eth.get_block("latest")["timestamp"]
    assert crew.play(alive).count("lapses at") == 6


def test_owner_rotation(crew, deployed):
    rotation, check = blocks("owner-rotation")
    crew.names["OLD"] = OWNERS[0].address
    told = crew.play(rotation)
    crew.changed = json.loads(told[told.rindex('{\n  "changed"') :])["changed"]
    assert NEW.address in crew.changed["owners"]
    assert "whole; head 0x" in crew.play(check)


def test_key_loss_of_an_owner(crew, deployed):
    owner, *_ = blocks("key-loss")
    crew.names["OLD"] = OWNERS[0].address
    assert "The wallet has its new owners." in crew.play(owner)


def test_key_loss_of_the_guardian(crew, deployed):
    _, guardian, check = blocks("key-loss")
    crew.names["OLD"] = GUARDIAN.address
    crew.play(guardian)
    assert deployed.contract("Governor").functions.guardian().call() == NEW.address
    crew.changed = {"guardian": NEW.address}
    crew.play(check)


def test_key_theft_of_enough_owners(crew, deployed):
    stolen, *_ = blocks("key-theft")
    line = 'python scripts/propose.py --network sepolia --call "PaymentProcessor.setFee(500)"'
    crew.run(line, DEPLOYER)
    for owner in OWNERS[1:]:
        crew.run('python scripts/approve.py --network sepolia --file "$PROPOSAL"', owner)
    crew.run('python scripts/execute.py --network sepolia --file "$PROPOSAL"', DEPLOYER)
    assert f"The operation {crew.names['OPERATION']} is cancelled." in crew.play(stolen)
    assert deployed.contract("Governor").functions.getOperationState(crew.names["OPERATION"]).call() == 0


def test_key_theft_of_the_guardian(crew, deployed):
    _, removal, appointment, check, fees = blocks("key-theft")
    crew.names["OLD"] = GUARDIAN.address
    crew.play(removal)
    for name in ("PaymentProcessor", "SecurePayment"):
        role = crew.names["ROLE"]
        assert not deployed.contract(name).functions.hasRole(role, GUARDIAN.address).call()
    crew.play(appointment)
    crew.changed = {"guardian": NEW.address}
    crew.play(check)
    assert "send the fees of SecurePayment" in crew.play(fees)


def test_the_thief_of_the_guardian_s_key_cannot_cancel_the_removal(crew, deployed):
    _, removal, *_ = blocks("key-theft")
    crew.names["OLD"] = GUARDIAN.address
    submissions = [step for step in removal if "delay has passed" not in step[0]]
    told = crew.play(submissions)
    keys = SCHEDULED.findall(told)
    assert len(keys) == 3
    for key in keys:
        with pytest.raises(AssertionError, match="NotCancellable"):
            crew.run(f"python scripts/cancel.py --network sepolia --operation {key}", GUARDIAN)


@pytest.fixture
def mint_house(issuer, tmp_path, monkeypatch, capsys):
    """Everybody, where tokens are issued and their powers given."""
    crew = Crew(issuer, tmp_path, monkeypatch, capsys)
    crew.names |= {"HOLDER": PAYER.address, "OTHER": party("merchant")}
    return crew


def test_issuing(mint_house, issuer):
    mint, *proposed, paid, revoked, check = blocks("issuing")
    token, bank = issuer.contract("QUSD").functions, issuer.contract("QCB").functions
    governor, holder, other = issuer.address("Governor"), PAYER.address, mint_house.names["OTHER"]

    def enact(block):
        """A block that proposes, signed and executed as the first one says."""
        mint_house.play(block)
        mint_house.play(mint[1:])

    issuer.act("QUSD", "mint", holder, 12_500_000, sender="Governor")
    assert f"by {holder}" in mint_house.play(paid)  # first, while the chain's clock is that of the payer's machine
    assert token.balanceOf(holder).call() == 0
    mint_house.play(mint)
    assert token.balanceOf(holder).call() == 1_250_500_000
    allowance, register, burn, redeem, freeze, unfreeze, block, unblock, seize = proposed
    enact(allowance)
    assert token.minterAllowance(governor).call() == 2 * 10**12
    enact(register)
    assert bank.tierOf(holder).call() == 1
    issuer.act("QUSD", "transfer", governor, 250_000_000, sender=holder)
    enact(burn)
    assert token.totalSupply().call() == 1_013_000_000
    issuer.act("QCB", "issue", holder, 10_000, sender="Governor")
    issuer.act("QCB", "approve", governor, 10_000, sender=holder)
    enact(redeem)
    assert bank.totalSupply().call() == 0
    enact(freeze)
    assert token.getFrozenTokens(holder).call() == 500_000_000
    enact(unfreeze)
    assert token.getFrozenTokens(holder).call() == 0
    enact(block)
    assert token.isBlocked(holder).call()
    enact(unblock)
    assert not token.isBlocked(holder).call()
    enact(seize)
    assert token.balanceOf(holder).call() == 900_500_000
    assert token.balanceOf(other).call() == 112_437_500
    mint_house.names |= {"ROLE": f"0x{role('INTERMEDIARY').hex()}", "OLD": INTERMEDIARY.address}
    enact(revoked)
    assert not bank.hasRole(role("INTERMEDIARY"), INTERMEDIARY.address).call()
    roles = {**issued()["QCB"]["roles"], "INTERMEDIARY": []}
    minters = {"Governor": "2000000QUSD"}
    mint_house.chosen = {"settlement": True, "issued": issued(QCB={"roles": roles}, QUSD={"minters": minters})}
    mint_house.play(check)


def test_the_role_that_a_runbook_names_is_the_one_that_it_speaks_of():
    text = (ROOT / "docs" / "runbooks" / "issuing.md").read_text()
    assert re.findall(r"0x[0-9a-f]{64}", text) == [f"0x{role('INTERMEDIARY').hex()}"]
