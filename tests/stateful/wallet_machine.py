"""The machine that the stateful test of governance is made of: wallets, what they govern, people, signatures, ghosts.

A rule asks the reference model first, then the chain: both accept, and events, storage and balances agree, or both
refuse with the same typed error. What the invariants observe is folded from the chain's own logs, never from the model.
"""

import sys
from collections import Counter, defaultdict
from copy import deepcopy

import hypothesis
from eth_abi import decode
from eth_utils import event_abi_to_log_topic, to_checksum_address
from eth_utils.abi import collapse_if_tuple

from offchain.core.units import NATIVE, ZERO_ADDRESS
from scripts.papers import agreement
from scripts.papers.operation import Step
from tests.model import multisig
from tests.model.act import Call, Rejected
from tests.model.governed import GUARDIAN_ROLE, GovernedBook
from tests.stateful.choices import AnyRule
from tests.stateful.edge import GAS, Edge, plain
from tests.stateful.signing import Agreed, Pen, ask_quorum
from tests.stateful.wallet_calls import DAY, SCHEDULE, calldata, submitted
from tests.stateful.wallet_comparison import WalletComparison
from tests.stateful.wallet_ghosts import Sent, WalletGhosts
from tests.stateful.wallet_world import TrippingBook, WalletWorld
from tests.support import now, rpc


class WalletMachine(WalletGhosts, WalletComparison):
    @classmethod
    def enter(cls, stage, full_run, weights):
        """Before the first run: the chain is as the stage left it, and each run starts there."""
        cls.stage, cls.full_run, cls.weights = stage, full_run, weights
        cls.reached = Counter()  # (act, "done" or the error) over all runs: a run that tests nothing is noticed
        cls.contracts = {**stage.wallets, "processor": stage.processor, "vault": stage.vault}
        cls.contracts |= {"factory": stage.factory, "token": stage.token, "deaf": stage.deaf}
        cls.edge = Edge(cls.contracts.values())
        cls.topics = {}
        for contract in cls.contracts.values():
            for entry in contract.abi:
                if entry["type"] == "event":
                    cls.topics[event_abi_to_log_topic(entry)] = entry
        cls.chain_id = int(rpc("eth_chainId"), 16)
        cls.addresses = {name: contract.address for name, contract in cls.contracts.items()}
        cls.addresses |= {name: account.address for name, account in stage.people.items()}
        cls.addresses |= {
            "payee": stage.payee,
            "implementation": stage.implementation,
            "zero": ZERO_ADDRESS,
            "native": NATIVE,
        }
        cls.tracked = sorted({*cls.addresses.values()} - {ZERO_ADDRESS})

        opening = object.__new__(cls)
        opening.begin()
        opening.open()
        cls.first = vars(opening)  # each run starts from a copy
        cls.reached.clear()

    @classmethod
    def started(cls):
        """A machine that a test drives by itself."""
        machine = object.__new__(cls)
        machine.start()
        return machine

    def setup(self):
        self._rules_strategy = AnyRule(self)
        self.start()

    def start(self):
        self.edge.moved()
        vars(self).update(deepcopy(self.first))

    def begin(self):
        """Everything as the stage left it."""
        self.steps, self.pen = 0, Pen(account.address for account in self.stage.people.values())
        self.now = now()
        self.charters = {self.at(name): charter for name, charter in self.stage.charters.items()}
        governance = {
            "governor": self.at("council"),
            "governor_delay": self.stage.governor_delay,
            "members": frozenset({(GUARDIAN_ROLE, self.at("guardian"))}),
            "fee_bps": 0,
            "fee_recipient": self.at("clerk"),
        }
        books = [multisig.create(self.chain_id, where, *charter).book for where, charter in self.charters.items()]
        books.append(GovernedBook(**self.common("processor"), **governance))
        books.append(TrippingBook(**self.common("vault"), governor=self.at("council"), guardian=self.at("guardian")))
        self.tokens = [self.at("token")]
        self.seen = self.edge.holdings(self.tokens, self.tracked)
        closed = frozenset(self.at(name) for name in ("deaf", "processor", "vault", "token", "factory"))
        self.world = WalletWorld({b.address: b for b in books}, self.tokens[0], self.at("deaf"), closed, self.seen)
        # From here on, what the chain itself said.
        self.moved, self.last, self.last_now = {}, None, self.now
        self.sets = {where: (charter[0], tuple(charter[1])) for where, charter in self.charters.items()}
        self.delays = {where: charter[3] for where, charter in self.charters.items()}
        self.pauses = {book.address: 0 for book in books}
        self.heads = {book.address: [book.audit_head, book.audit_length] for book in books}
        self.operations = {}  # by (wallet, id), in the order in which they were scheduled
        self.proven = {}  # by wallet: the owners of whom i17 has tried everything
        self.times = {}  # by (wallet, id): its timestamp when last observed
        self.approvals = defaultdict(set)  # by wallet: (owner, digest)
        self.sets_before = dict(self.sets)
        self.acts = Counter()  # by wallet: transactions in which its owners agreed to something
        self.agreed, self.tried = [], None  # every Agreed that was accepted; the last one, accepted or not
        self.replays = []  # the last calldata that owners agreed to
        self.flows = defaultdict(list)  # by (wallet, asset): limits, and what was paid at once
        self.look()
        self.before = self.views
        self.standing = {}  # a payment by wallet, signed before anything happened
        for where in self.charters:
            self.standing[where] = self.stand(where)

    def teardown(self):
        """A run that Hypothesis cuts short, as it likes its first ones, is not one that was asked for."""
        if sys.exc_info()[0] is None:
            hypothesis.assume(self.steps >= self.full_run)

    def common(self, name):
        """A guarded contract as its constructor left it."""
        contract, guardian = self.contracts[name], self.at("guardian")
        head, length = (self.edge.view(contract, each) for each in ("auditHead", "auditLength"))
        until = self.edge.view(contract, "heartbeatUntil", guardian)
        heard = {guardian: until} if until else {}
        trail = {"last_head": head, "audit_length": length}
        return {"chain_id": self.chain_id, "address": contract.address, "heard_until": heard, **trail}

    def open(self):
        """Limits for the wallets and the vault, the governor's way, so that there is something to pay at once."""
        limit = "configureLimit(address,uint256,uint256)"
        for name in self.stage.wallets:
            own = self.at(name)
            steps = [Step(own, 0, calldata(limit, asset, 1000, DAY)) for asset in (NATIVE, self.tokens[0])]
            if name == "council":
                steps.append(Step(self.at("vault"), 0, calldata(limit, NATIVE, 300, DAY)))
            act = agreement.operation([(s.target, s.value, s.payload) for s in steps], bytes(32), 2 * DAY, 0, self.now)
            assert self.agree("open", own, SCHEDULE, act, None)
        self.wait_until(self.now + 2 * DAY)
        for seen in self.operations.values():
            assert self.attempt("open", "relayer", seen.wallet, seen.calldata())
        self.attempt("open", "relayer", self.at("vault"), calldata("deposit()"), 100)
        self.steps = 0

    def stand(self, where):
        """A payment of which the wallet's owners sign the digest before anything happens; never submitted."""
        book = self.book(where)
        act = self.standing_act(where)
        threshold, owners = self.sets[where]
        signatures = self.pen.sign(multisig.domain_of(book), act, owners[:threshold])
        quorum = agreement.quorum_of(threshold, owners, signatures)
        return Agreed(where, agreement.digest_of(multisig.domain_of(book), act), act.deadline, quorum)

    def standing_act(self, where):
        known = self.standing.get(where)
        deadline = known.deadline if known else self.now + 100 * DAY
        return agreement.payment(self.at("payee"), 1, NATIVE, 2**40, deadline)

    def at(self, name):
        return self.addresses[name]

    def book(self, where):
        return self.world.books[where]

    def contract(self, where):
        return next(contract for contract in self.contracts.values() if contract.address == where)

    def note(self, act, result="done"):
        self.steps += 1
        self.reached[act, result] += 1

    # --- the model says, the chain does ---

    def agree(self, name, where, signature, act, plan):
        """Let owners sign an act as the plan has it, None for as they should, and anyone submit it."""
        book, threshold_and_owners = self.book(where), self.sets[where]
        domain = multisig.domain_of(book)
        if plan is None:
            threshold, owners = threshold_and_owners
            signatures = self.pen.sign(domain, act, owners[:threshold])
            deadline, quorum = act.deadline, agreement.quorum_of(threshold, owners, signatures)
        else:
            other = next(each for each in self.charters if each != where)
            deadline, quorum = ask_quorum(
                self.pen, domain, act, threshold_and_owners, plan, (self.at("stranger"), other)
            )
        return self.submit(name, where, signature, act, deadline, quorum)

    def submit(self, name, where, signature, act, deadline, quorum):
        """Anyone submits an act with a quorum; what was signed may be something else."""
        payload = calldata(signature, *submitted(act), deadline, quorum)
        meant = agreement.Act(act.kind, act.fields, act.nonce, deadline)
        digest = agreement.digest_of(multisig.domain_of(self.book(where)), meant)
        self.tried = Agreed(where, digest, deadline, quorum)
        if not self.attempt(name, "relayer", where, payload):
            return False
        self.agreed.append(self.tried)
        self.replays.append((where, payload))
        return True

    def attempt(self, name, caller, to, payload, value=0):
        """Send a call: it does what the model says, and nothing else. Whether it went through."""
        sender = self.addresses.get(caller, caller)
        call = Call(sender, value, self.now)
        asked = {"from": sender, "to": to, "data": "0x" + payload.hex(), "value": hex(value), "gas": hex(GAS)}
        try:
            world, events = self.world.called(call, to, payload, self.pen.signed)
        except Rejected as refusal:
            ((got, _),) = self.edge.ask([(asked, None)])
            expected = (refusal.error, refusal.values) if refusal.error else ("untyped", (b"",))
            assert got == expected, f"{name}: the contract says {got}, the model {expected}"
            self.note(name, refusal.error or "no reason")
            return False
        logs = self.send(asked, sender, to, payload, value)
        for where in self.world.books:
            expected = [(event.name, dict(event.values)) for contract, event in events if contract == where]
            said = [(event, values) for contract, event, values in logs if contract == where]
            assert said == expected, f"{name}: events {said}, the model says {expected}"
        before, self.world = self.world, world
        self.fold()
        self.compare(before)
        self.note(name)
        return True

    def send(self, asked, sender, to, payload, value):
        txid = rpc("eth_sendTransaction", {**asked, "gasPrice": "0x0"})
        while not (receipt := rpc("eth_getTransactionReceipt", txid)):
            pass
        if receipt["status"] != "0x1":
            ((error, _),) = self.edge.ask([(asked, None)])
            raise AssertionError(f"the model accepts, the contract says {error}: {asked}")
        self.edge.moved()
        logs = tuple(self.read(log) for log in receipt["logs"])
        self.last, self.last_now = Sent(sender, to, payload, value, logs, txid), self.now
        return logs

    def read(self, log):
        entry = self.topics[bytes.fromhex(log["topics"][0][2:])]
        indexed = [field for field in entry["inputs"] if field["indexed"]]
        rest = [field for field in entry["inputs"] if not field["indexed"]]
        words = [bytes.fromhex(topic[2:]) for topic in log["topics"][1:]]
        values = {f["name"]: decode([f["type"]], word)[0] for f, word in zip(indexed, words, strict=True)}
        data = decode([collapse_if_tuple(field) for field in rest], bytes.fromhex(log["data"][2:]))
        values |= {field["name"]: value for field, value in zip(rest, data, strict=True)}
        return to_checksum_address(log["address"]), entry["name"], plain(values)

    def wait_until(self, second):
        self.now = second
        rpc("evm_setNextBlockTimestamp", second)
        rpc("evm_mine")
        self.edge.moved()
        self.last, self.moved = None, {}
        self.look()
        self.before = self.views

    def simulate(self, *calls):
        """The typed error of each (sender, contract, calldata, value, block time), None if it succeeds."""
        questions = []
        for sender, to, payload, value, at in calls:
            sender = self.addresses.get(sender, sender)
            asked = {"from": sender, "to": to, "data": "0x" + payload.hex(), "value": hex(value), "gas": hex(GAS)}
            questions.append((asked, at))
        return [error for error, _ in self.edge.ask(questions)]
