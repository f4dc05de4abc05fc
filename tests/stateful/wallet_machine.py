"""The machine that the stateful test of governance is made of: wallets, what they govern, people, signatures, ghosts.

A rule asks the reference model first, then the chain: both accept, and events, storage and balances agree, or both
refuse with the same typed error. What the invariants observe is folded from the chain's own logs, never from the model.
"""

import sys
from collections import Counter, defaultdict
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, lru_cache

import hypothesis
from eth_abi import decode
from eth_utils import event_abi_to_log_topic, to_checksum_address
from eth_utils.abi import collapse_if_tuple

from offchain.core import agreement, audit, operation
from offchain.core.act import Call, Rejected
from offchain.core.governed import GUARDIAN_ROLE, GovernedBook
from offchain.core.limiter import Limit, Outflow
from offchain.core.limits import available_of
from offchain.core.operation import Operation, Step, selector_of, timestamp_of
from offchain.core.units import NATIVE, ZERO_ADDRESS
from tests.model import multisig
from tests.model.multisig import MultiSigBook
from tests.model.wallet import EXECUTE, EXECUTE_BATCH, QUORUM
from tests.stateful.choices import AnyRule
from tests.stateful.edge import GAS, Edge, plain, rpc
from tests.stateful.signing import Agreed, Pen, ask_quorum
from tests.stateful.wallet_world import TrippingBook, WalletWorld

DAY = 24 * 3600
PAY = f"pay((address,uint256,address),uint256,{QUORUM})"
PAY_BATCH = f"payBatch(address,uint256,(address,uint256)[],uint256,{QUORUM})"
CHANGE_OWNERS = f"changeOwners(uint256,address[],uint256,{QUORUM})"
SCHEDULE = f"schedule((address,uint256,bytes)[],bytes32,uint256,uint256,{QUORUM})"
CANCEL_BY_SIGNATURES = f"cancelBySignatures(bytes32,uint256,{QUORUM})"
BY_QUORUM = {selector_of(each) for each in (PAY, PAY_BATCH, CHANGE_OWNERS, SCHEDULE, CANCEL_BY_SIGNATURES)}
BY_ANYONE = {selector_of(EXECUTE), selector_of(EXECUTE_BATCH)}


@dataclass
class Seen:
    """An operation as the logs have it, with the least delay of its time.

    `ended` is None while it is pending, or "done", or "cancelled".
    """

    wallet: str
    operation: Operation
    delay: int
    scheduled_at: int
    least: int
    guarded: bool = False
    ended: str | None = None
    tried: bool = False

    @property
    def ready_at(self):
        return self.scheduled_at + self.delay

    def calldata(self):
        return execution(self.operation)


@dataclass(frozen=True)
class Sent:
    """The last transaction that went through, as the chain has it; `logs` are (contract, event, values)."""

    caller: str
    to: str
    payload: bytes
    value: int
    logs: tuple
    txid: str

    def named(self, name, contract=None):
        return [values for where, each, values in self.logs if each == name and contract in (None, where)]


class WalletMachine:
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
        self.now = self.edge.now()
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

    def compare(self, before):
        """What the contracts store against the model's books, wherever those changed."""
        for where, book in self.world.books.items():
            old, contract = before.books[where], self.contract(where)
            if book == old:
                continue
            expected = {("pausedUntil",): book.paused_until}
            expected |= {("auditHead",): book.audit_head, ("auditLength",): book.audit_length}
            expected |= {("heartbeatUntil", each): until for each, until in book.heard_until.items()}
            expected |= {("available", asset): available_of(book, asset, self.now) for asset in book.buckets}
            for asset, bucket in book.buckets.items():
                expected["limitOf", asset] = (bucket.capacity, bucket.refill_seconds)
            if isinstance(book, MultiSigBook):
                expected |= {("nonce",): book.nonce, ("ownerSet",): book.owner_set, ("guardian",): book.guardian}
                expected["getMinDelay",] = book.min_delay
                for key in {*book.entries, *old.entries}:
                    expected["getTimestamp", key] = timestamp_of(book, key)
                for verifier in book.verifiers | old.verifiers:
                    expected["isVerifier", verifier] = verifier in book.verifiers
                for digest, owner in book.approvals ^ old.approvals:
                    expected["isApproved", digest, owner] = (digest, owner) in book.approvals
            if isinstance(book, GovernedBook):
                expected |= {("feeBps",): book.fee_bps, ("feeRecipient",): book.fee_recipient}
                expected |= {("defaultAdmin",): book.governor, ("pendingDefaultAdmin",): (book.heir, book.heir_from)}
                for role, account in book.members | old.members:
                    expected["hasRole", role, account] = (role, account) in book.members
            self.edge.foresee((contract, *question) for question in expected)
            for (function, *arguments), value in expected.items():
                got = self.edge.view(contract, function, *arguments)
                assert got == value, f"{function}{arguments}: {got}, the model says {value}"
        for account in self.tracked:
            for asset in (NATIVE, *self.tokens):
                assert self.seen[asset, account] == self.world.holding(asset, account)

    # --- the ghosts ---

    def look(self):
        """What every wallet is now, and what everybody holds."""
        fields = ("nonce", "ownerSet", "guardian", "getMinDelay", "pausedUntil")
        self.edge.foresee((self.contract(where), field) for where in self.charters for field in fields)
        self.views = {
            where: {field: self.edge.view(self.contract(where), field) for field in fields} for where in self.charters
        }

    def fold(self):
        """Add what the chain says of the last transaction."""
        before, self.seen = self.seen, self.edge.holdings(self.tokens, self.tracked)
        self.moved = {where: now - before[where] for where, now in self.seen.items() if now != before[where]}
        self.before, self.sets_before = self.views, dict(self.sets)
        self.look()
        salts = {values["id"]: values["salt"] for values in self.last.named("CallSalt")}
        if self.last.payload[:4] in BY_QUORUM:
            self.acts[self.last.to] += 1
        executed = []
        for where, name, values in self.last.logs:
            self.reached["event", name] += 1
            if name == "CallScheduled":
                self.scheduled(where, values, salts)
            elif name == "Cancelled":
                self.operations[where, values["id"]].ended = "cancelled"
            elif name == "ActApproved":
                self.approvals[where].add((values["owner"], values["digest"]))
            elif name == "ActDisapproved":
                self.approvals[where].discard((values["owner"], values["digest"]))
            elif name == "CallExecuted":
                executed.append((where, values["id"]))
            elif name == "OwnersChanged":
                self.sets[where] = (values["threshold"], values["owners"])
            elif name == "MinDelayChange":
                self.delays[where] = values["newDuration"]
            elif name in ("Paused", "Tripped", "Unpaused"):
                self.pauses[where] = values.get("until", values.get("at"))
            elif name == "LimitConfigured":
                self.flows[where, values["asset"]].append(Limit(self.now, values["capacity"], values["refillSeconds"]))
            elif name == "PaymentExecuted" and self.last.payload[:4] in BY_QUORUM:
                self.flows[where, values["token"]].append(Outflow(self.now, values["amount"]))
            elif name == "ActRecorded":
                head, length = self.heads[where]
                record = audit.AuditRecord(
                    length, *(values[each] for each in ("actor", "kind", "at", "payload", "head"))
                )
                self.heads[where] = [audit.head_after(head, record), length + 1]
        for which in executed:
            self.operations[which].ended = "done"

    def scheduled(self, where, values, salts):
        step = Step(values["target"], values["value"], values["data"])
        key, index = values["id"], values["index"]
        if index == 0:
            one = Operation((step,), False, values["predecessor"], salts.get(key, bytes(32)))
            least, guardian = (self.before[where][field] for field in ("getMinDelay", "guardian"))
            self.operations[where, key] = Seen(
                where, one, values["delay"], self.now, least, guards(one, where, guardian)
            )
            return
        seen = self.operations[where, key]
        steps = (*seen.operation.steps, step)
        seen.guarded = False
        seen.operation = Operation(steps, True, seen.operation.predecessor, seen.operation.salt)

    def pending(self, where=None):
        return [seen for seen in self.operations.values() if not seen.ended and where in (None, seen.wallet)]

    def simulate(self, *calls):
        """The typed error of each (sender, contract, calldata, value, block time), None if it succeeds."""
        questions = []
        for sender, to, payload, value, at in calls:
            sender = self.addresses.get(sender, sender)
            asked = {"from": sender, "to": to, "data": "0x" + payload.hex(), "value": hex(value), "gas": hex(GAS)}
            questions.append((asked, at))
        return [error for error, _ in self.edge.ask(questions)]


def guards(single, where, guardian):
    """Whether an operation of one call takes power from the guardian of the wallet and does nothing else."""
    (step,) = single.steps
    if step.value:
        return False
    if step.payload[:4] == selector_of("setGuardian(address)"):
        return step.target == where and len(step.payload) >= 36
    role = step.payload[4:36]
    return step.payload == calldata("revokeRole(bytes32,address)", role.ljust(32, b"\0"), guardian)


def calldata(signature, *arguments):
    """A call as bytes; many are asked again after every step."""
    return _encoded(signature, _frozen(arguments))


@lru_cache(2**14)
def _encoded(signature, arguments):
    return operation.calldata(signature, *arguments)


def _frozen(value):
    return tuple(_frozen(each) for each in value) if isinstance(value, list | tuple) else value


@cache
def execution(scheduled):
    """The call that executes an operation."""
    steps, tail = scheduled.steps, (scheduled.predecessor, scheduled.salt)
    if scheduled.batch:
        columns = ([getattr(step, name) for step in steps] for name in ("target", "value", "payload"))
        return calldata(EXECUTE_BATCH, *columns, *tail)
    (step,) = steps
    return calldata(EXECUTE, step.target, step.value, step.payload, *tail)


def submitted(act):
    """The arguments with which an act is submitted, in front of deadline and quorum."""
    fields = act.fields
    if act.kind == "Payment":
        return ((fields["to"], fields["amount"], fields["token"]),)
    if act.kind == "Batch":
        return fields["token"], fields["total"], [(row["to"], row["amount"]) for row in fields["payouts"]]
    if act.kind == "OwnerChange":
        return fields["threshold"], fields["owners"]
    if act.kind == "Operation":
        rows = [(row["target"], row["value"], row["data"]) for row in fields["calls"]]
        return rows, fields["predecessor"], fields["delaySeconds"]
    return (fields["id"],)
