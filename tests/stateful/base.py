"""The machine that stateful tests of the payment contracts share: actors, ghost totals, the solvency invariants.

A rule asks the reference model first, then the contracts: both accept, and events, balances and storage agree, or both
refuse with the same typed error and nothing has moved. Time stands still but for the rule that moves it.
"""

import sys
from collections import Counter, defaultdict
from dataclasses import replace

import hypothesis
from brownie.exceptions import VirtualMachineError
from eth_utils import is_address

from offchain.core.payment import Invoice
from offchain.core.units import NATIVE, ZERO_ADDRESS
from scripts.papers.audit import AuditRecord
from scripts.papers.signed import PERMIT2
from tests.model import balance, payment
from tests.model.act import Call, Rejected
from tests.model.escrow import VaultBook
from tests.model.limiter import Limit, Outflow
from tests.model.payment import ProcessorBook
from tests.stateful.choices import AnyRule
from tests.stateful.edge import Edge, as_tuple, exported, plain, request
from tests.stateful.storage import as_staged, compare_processor, compare_vault
from tests.support import now, rpc

UNLIMITED = 2**256 - 1


class PaymentMachine:
    """Both payment contracts, the people around them, and what is known of it all from the chain alone."""

    @classmethod
    def enter(cls, stage, full_run, weights):
        """Before the first run: the chain is as the stage left it, and each run starts there."""
        cls.stage, cls.tokens, cls.shop = stage, stage.tokens, stage.shop
        cls.processor, cls.vault, cls.people = stage.processor, stage.vault, stage.people
        cls.full_run, cls.weights = full_run, weights  # in steps; by the rule's name, 1 where none is given
        cls.reached = Counter()  # (act, "done" or the error) over all runs: a run that tests nothing is noticed
        contracts = (cls.processor, cls.vault, cls.shop, *cls.tokens.values())
        cls.edge = Edge((*contracts, stage.permit2))
        cls.tracked = [person.address for person in cls.people.values()]
        cls.tracked += [contract.address for contract in contracts[:3]]
        holdings = cls.edge.holdings(stage.world.tokens, cls.tracked)
        supplies = Counter()
        for (asset, _), amount in holdings.items():
            supplies[asset] += amount
        cls.first = replace(stage.world, holdings=holdings, supplies=dict(supplies))
        cls.chain_id = int(rpc("eth_chainId"), 16)
        cls.first_trails = {"processor": exported(cls.processor), "vault": exported(cls.vault)}

    def setup(self):
        self._rules_strategy = AnyRule(self)
        self.steps = 0
        self.edge.moved()
        self.now = now()
        settings = {name: as_staged(self.stage, self.chain_id, trail) for name, trail in self.first_trails.items()}
        self.books = {
            "processor": ProcessorBook(address=self.at("processor"), **settings["processor"]),
            "vault": VaultBook(address=self.at("vault"), **settings["vault"]),
        }
        self.world = self.first
        self.invoices = []  # every one that somebody tried to pay
        self.terms = []  # every one that was authorized
        self.refused_in_vain = []
        # From here on, what the chain itself said.
        self.seen = self.start = self.first.holdings
        self.moved = {}
        self.events = []
        self.settled = Counter()
        self.sums = defaultdict(Counter)  # by escrow key: authorized, captured, fees, refunded, returned
        self.kept = Counter()  # by asset: fees and strays that the processor got, less what was swept
        self.strayed = Counter()  # by asset: what the vault got without a call of it, and owes to nobody
        self.refunds = Counter()  # by payment key
        self.holders = set()  # (account, token) that ever had a balance in the vault
        self.trails = {name: list(trail) for name, trail in self.first_trails.items()}
        self.flows = defaultdict(list)  # by asset: what its limit was and what left within it, for the limiter's law
        self.statuses = {}

    def teardown(self):
        """A run that Hypothesis cuts short, as it likes its first ones, is not one that was asked for."""
        if sys.exc_info()[0] is None:
            hypothesis.assume(self.steps >= self.full_run)

    def at(self, role):
        """The address behind a role, a contract's name or an asset's."""
        if role in ("zero", "native"):
            return ZERO_ADDRESS
        known = {"processor": self.processor, "vault": self.vault, "shop": self.shop, **self.tokens, **self.people}
        return known[role].address

    @property
    def paid(self) -> ProcessorBook:
        return self.books["processor"]

    @property
    def held(self) -> VaultBook:
        return self.books["vault"]

    def role(self, address):
        """Who acts for an address; a stranger for one that cannot act, or never does."""
        roles = {self.at(role): role for role in (*self.people, "shop", "processor", "vault")}
        role = roles.get(address, "stranger")
        return "stranger" if role in ("processor", "vault", "bystander") else role

    def payee(self, role, mistake, caller):
        """The address to pay, or one by mistake."""
        return self.at(caller if mistake == "self" else mistake or role)

    def contract(self, name):
        return {"processor": self.processor, "vault": self.vault}[name]

    def note(self, act, result="done"):
        self.steps += 1
        self.reached[act, result] += 1

    # --- the model says, the chain does ---

    def attempt(self, act, caller, name, function, arguments, predict, *facts, value=0, via=None):
        """Let `caller` act on the contract `name`: as `predict(book, call, *facts)` says, and in no other way.

        The function is that contract's own, or of `via`, which calls it.
        """
        called = via or self.contract(name)
        try:
            book, world, events = self._predict(name, Call(self.at(caller), value, self.now), predict, facts)
        except Rejected as refusal:
            self._require_refusal(caller, called, function, arguments, value, refusal)
            self.note(act, refusal.error)
            return False
        try:
            logs = self._send(caller, called, function, arguments, value)
        except VirtualMachineError as revert:
            self.refused_in_vain.append((act, revert.revert_msg))
            raise AssertionError(f"{act}: the model accepts, the contract says {revert.revert_msg!r}") from revert
        expected = [(event.name, dict(event.values)) for event in events]
        assert logs == expected, f"{act}: events {logs}, the model says {expected}"
        before, self.books[name] = self.books[name], book
        self.change(world, logs, by=name)
        compare = compare_vault if name == "vault" else compare_processor
        compare(self.edge, self.contract(name), before, book)
        self.note(act)
        return True

    def change(self, world, logs=(), by=None):
        """The chain has moved to `world` by an act on the contract `by`, and said so in `logs`."""
        for asset in (NATIVE, *world.tokens):
            for name, strays in (("processor", self.kept), ("vault", self.strayed)):
                came = world.holding(asset, self.at(name)) - self.world.holding(asset, self.at(name))
                if came and name != by:  # without a call of it
                    strays[asset] += came
                    if name == "processor":
                        self.books[name] = payment.hold(self.paid, asset, came)
        self.world = world
        self.edge.moved()
        self._observe(list(logs), by)

    def _predict(self, name, call, predict, facts):
        actor = self.at(name)
        try:
            outcome = predict(self.books[name], call, *facts)
        except Rejected as refusal:
            self.world.made(refusal.after, actor)  # what it tries before may be refused first
            raise
        world, refused = self.world.made(outcome.transfers, actor)
        book, events = outcome.book, outcome.events
        for push in refused:
            credited = balance.credit(book, push.asset, push.to, push.amount)
            book, events = credited.book, events + credited.events
        return book, world, events

    def _require_refusal(self, caller, called, function, arguments, value, refusal):
        asked = request(self.at(caller), called, function, arguments, value)
        if caller == "shop":
            call = (asked["to"], value, asked["data"])
            asked = request(self.stage.operator.address, self.shop, "execute", call)
        ((got, _),) = self.edge.ask([(asked, None)])
        expected = (refusal.error, refusal.values)
        assert got == expected, f"{function}: the contract says {got}, the model {expected}"
        assert self.edge.send_to_fail(asked) == (0, [])
        self._observe([])
        assert not self.moved, f"{function} was refused and moved {self.moved}"

    def _send(self, caller, contract, function, arguments, value):
        if caller == "shop":  # a contract signs nothing: it acts because somebody tells it to
            data = getattr(contract, function).encode_input(*arguments)
            tx = self.shop.execute(contract, value, data, {"from": self.stage.operator})
        else:
            tx = getattr(contract, function)(*arguments, {"from": self.people[caller], "value": value})
        assert tx.timestamp == self.now
        ours = (self.processor.address, self.vault.address)
        return [(log.name, plain(dict(log[0]))) for log in tx.events if log.address in ours]

    # --- the ghosts ---

    def _observe(self, logs, by=None):
        """Add what the chain says of the last transaction; its logs are of the contract `by`."""
        before, self.seen = self.seen, self.edge.holdings(self.world.tokens, self.tracked)
        self.moved = {where: now - before[where] for where, now in self.seen.items() if now != before[where]}
        self.events = logs
        for name, values in logs:
            if name in ("BalanceDeposited", "BalanceCredited"):
                self.holders.add((values["account"], values["token"]))
            elif name == "TokenPaymentProcessed":
                self.settled[values["key"]] += 1
                self.kept[values["token"]] += values["fee"]
            elif name == "PaymentProcessed":
                invoice = Invoice(NATIVE, values["to"], values["amount"], values["paymentId"])
                self.settled[payment.key_of(self.paid, invoice)] += 1
                self.kept[NATIVE] += values["amount"] - self.moved.get((NATIVE, values["to"]), 0)
            elif name == "BatchProcessed":
                self.settled[values["payer"], values["batchId"]] += 1
            elif name == "PaymentRefunded":
                self.refunds[values["key"]] += 1
            elif name == "FeesSwept":
                self.kept[values["token"]] -= values["amount"]
                self.flows[values["token"]].append(Outflow(self.now, values["amount"]))
            elif name == "LimitConfigured":
                self.flows[values["asset"]].append(Limit(self.now, values["capacity"], values["refillSeconds"]))
            elif name == "ActRecorded":
                self.trails[by].append(AuditRecord(**values))
            elif name.startswith("Escrow"):
                part = {"EscrowVoided": "returned", "EscrowReclaimed": "returned"}.get(name, name[6:].lower())
                self.sums[values["key"]][part] += values["amount"]
                self.sums[values["key"]]["fees"] += values.get("fee", 0)

    def simulate(self, *calls):
        """The typed error of each (sender, contract, function, arguments, value, block time), None if it succeeds."""
        questions = []
        for sender, contract, function, arguments, value, at in calls:
            sender = sender if is_address(sender) else self.at(sender)
            questions.append((request(sender, contract, function, arguments, value), at))
        return [error for error, _ in self.edge.ask(questions)]

    # --- solvency: what holds for whoever keeps other people's money ---

    def invariant_i04_money_is_conserved_and_the_processor_holds_fees_alone(self):
        for asset in (NATIVE, *self.world.tokens):
            total = sum(amount for (held, _), amount in self.seen.items() if held == asset)
            assert total == self._supply(asset), f"{total} of {asset} are with the people known"
            assert self.seen[asset, self.at("processor")] == self.kept[asset]

    def invariant_i05_the_vault_holds_what_it_owes(self):
        owed = Counter(self.strayed)
        for account, token in self.holders:
            owed[token] += self.edge.view(self.vault, "balanceOf", account, token)
        for terms in self.terms:
            owed[terms.token] += self.edge.view(self.vault, "capturable", as_tuple(terms))
        for asset in (NATIVE, *self.world.tokens):
            assert self.seen[asset, self.at("vault")] == owed[asset], f"{owed[asset]} of {asset} owed or strayed"

    def invariant_i13_a_bystander_with_standing_approvals_loses_nothing(self):
        bystander = self.at("bystander")
        for asset in (NATIVE, *self.world.tokens):
            assert self.seen[asset, bystander] >= self.start[asset, bystander]
        for token in self.tokens.values():
            for spender in (self.processor, self.vault, PERMIT2):
                assert self.edge.view(token, "allowance", bystander, spender) == UNLIMITED

    def _supply(self, asset):
        """The token's own word for it, where it has one: one that takes a fee burns it."""
        for token in self.tokens.values():
            if token.address == asset and hasattr(token, "totalSupply"):
                return self.edge.view(token, "totalSupply")
        return self.first.supplies[asset]
