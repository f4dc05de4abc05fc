"""The audit trail in any sequence of acts by anyone, folded from the chain's own logs after each step."""

import sys
from collections import Counter

import hypothesis
import pytest
from brownie import project, web3
from eth_abi import encode
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import rule

from scripts.papers import audit
from tests.stateful.ledger import ends_with, view, wait_until
from tests.support import now, rpc

RUNS, STEPS = 12, 30
ASSETS = ["0x" + "00" * 20, "0x" + "a1" * 20, "0x" + "b2" * 20]
CONFIGURE = b"limit.configure".ljust(32, b"\0")
MAX_REFILL_SECONDS = 2**24 - 1
TOPIC = "0x" + audit.ACT_RECORDED.hex()

WHERE = st.sampled_from([0, 0, 0, 1])
WINDOWS = st.sampled_from([1, 86_400, 86_400, 0])
BY = st.sampled_from(["governor", "governor", "governor", "stranger"])


class AuditRules:
    def __init__(self, audited, accounts):
        """Brownie calls this once, with the class in place of an instance: each run starts from here."""
        self.audited, self.accounts = audited, accounts
        self.start = int(rpc("eth_blockNumber"), 16)
        self.reached = Counter()

    def setup(self):
        self.now = now()
        self.expected = [[], []]  # by contract: who did what when, as the test did it
        self.steps = 0
        self.appended = []  # by transaction: privileged changes made, records appended
        self.heads = [[bytes(view(contract, "auditHead"))] for contract in self.audited]

    def log(self, where):
        """What anyone can export: the raw logs of one contract, decoded."""
        address = self.audited[where].address
        query = {"fromBlock": hex(self.start), "toBlock": "latest", "address": address, "topics": [TOPIC]}
        logs = rpc("eth_getLogs", query)
        raw = [([bytes.fromhex(topic[2:]) for topic in log["topics"]], bytes.fromhex(log["data"][2:])) for log in logs]
        return [audit.record_of(topics, data) for topics, data in raw]

    def act(self, name, where, by, function, arguments, records, error=()):
        """One transaction that makes the changes `records`, or ends with `error` and makes none."""
        contract, account = self.audited[where], self.accounts[by]
        before = [view(each, "auditLength") for each in self.audited]
        with ends_with(*(error or (None,))):
            getattr(contract, function)(*arguments, {"from": account})
        made = [] if error else [(account.address, kind, self.now, payload) for kind, payload in records]
        self.expected[where] += made
        after = [view(each, "auditLength") for each in self.audited]
        self.appended.append((len(made), after[where] - before[where], after[1 - where] - before[1 - where]))
        self.heads[where].append(bytes(view(contract, "auditHead")))
        self.note(name, "refused" if error else "done")

    def note(self, act, result):
        self.steps += 1
        self.reached[act, result] += 1

    def refusal(self, by, assets, refill_seconds):
        if assets and by != "governor":
            return "NotGovernor", self.accounts[by].address
        if assets and refill_seconds == 0:
            return "InvalidRefill", assets[0], 0, MAX_REFILL_SECONDS
        return ()

    # --- acts ---

    @rule(where=WHERE, by=BY, asset=st.sampled_from(ASSETS), capacity=st.integers(0, 1000), seconds=WINDOWS)
    def rule_configure(self, where, by, asset, capacity, seconds):
        records = [(CONFIGURE, encode(["address", "uint256", "uint256"], [asset, capacity, seconds]))]
        error = self.refusal(by, [asset], seconds)
        self.act("configure", where, by, "configureLimit", (asset, capacity, seconds), records, error)

    @rule(where=WHERE, by=BY, assets=st.lists(st.sampled_from(ASSETS), max_size=4), seconds=WINDOWS)
    def rule_configure_several_at_once(self, where, by, assets, seconds):
        records = [(CONFIGURE, encode(["address", "uint256", "uint256"], [asset, 5, seconds])) for asset in assets]
        error = self.refusal(by, assets, seconds)
        self.act("configure several", where, by, "configureLimits", (assets, 5, seconds), records, error)

    @rule(where=WHERE, by=BY, kind=st.binary(min_size=32, max_size=32), payload=st.binary(max_size=100))
    def rule_record_anything(self, where, by, kind, payload):
        self.act("record", where, by, "record", (kind, payload), [(kind, payload)])

    @rule(where=WHERE, asset=st.sampled_from(ASSETS), amount=st.integers(0, 600))
    def rule_consume(self, where, asset, amount):
        self.act("consume", where, "stranger", "consume", (asset, amount), [])

    @rule(seconds=st.sampled_from([1, 60, 86_400]))
    def rule_wait(self, seconds):
        self.now += seconds
        wait_until(self.now)
        self.note("wait", "done")

    # --- what never breaks ---

    def invariant_i44_the_head_is_the_fold_of_the_events(self):
        for where, contract in enumerate(self.audited):
            records, head = self.log(where), bytes(view(contract, "auditHead"))
            assert audit.fold(records, web3.eth.chain_id, contract.address) == head
            audit.verify(records, web3.eth.chain_id, contract.address, head, view(contract, "auditLength"))

    def invariant_i45_every_privileged_change_appends_exactly_one_record(self):
        for where in range(len(self.audited)):
            records = [(record.actor, record.kind, record.at, record.payload) for record in self.log(where)]
            assert records == self.expected[where]
        for changes, appended, elsewhere in self.appended:
            assert (appended, elsewhere) == (changes, 0)

    def teardown(self):
        """A log is the proof of itself alone: without any one record, or with any two swapped, it proves nothing."""
        if sys.exc_info()[0] is not None:
            return
        hypothesis.assume(self.steps >= STEPS)  # Hypothesis cuts its first runs short: those are not the ones asked for
        for where, contract in enumerate(self.audited):
            records, head = self.log(where), bytes(view(contract, "auditHead"))
            chain = (web3.eth.chain_id, contract.address, head, len(records))
            heads = {audit.genesis(*chain[:2]), *(record.head for record in records)}
            assert set(self.heads[where]) <= heads
            assert len(heads) == len(records) + 1
            for place in range(len(records)):
                with pytest.raises(audit.RecordDropped) as broken:
                    audit.verify(records[:place] + records[place + 1 :], *chain)
                assert broken.value.index == place
            for place in range(len(records) - 1):
                swapped = [*records[:place], records[place + 1], records[place], *records[place + 2 :]]
                with pytest.raises(audit.RecordSwapped) as broken:
                    audit.verify(swapped, *chain)
                assert broken.value.index == place


@pytest.fixture(scope="module")
def audited(deployer, governor):
    contract = project.get_loaded_projects()[0].AuditedLimits
    return [deployer.deploy(contract, governor), deployer.deploy(contract, governor)]


def test_the_audit_trail_is_complete_whatever_happens(state_machine, audited, governor, stranger):
    machine = {}

    class Rules(AuditRules):
        def __init__(self, *arguments):
            AuditRules.__init__(self, *arguments)
            machine["reached"] = self.reached

    settings = {"max_examples": RUNS, "stateful_step_count": STEPS, "suppress_health_check": HealthCheck.all()}
    state_machine(Rules, audited, {"governor": governor, "stranger": stranger}, settings=settings)
    done = {(act, "done") for act in ("configure", "configure several", "record", "consume", "wait")}
    assert machine["reached"].keys() == done | {("configure", "refused"), ("configure several", "refused")}
