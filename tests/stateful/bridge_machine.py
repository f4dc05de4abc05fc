"""The machine over two chains: a rule asks the model, then the contract; what the chains said is kept beside it.

Both accept, and events, storage and balances agree, or both refuse with the same typed error. What a chain is at each
of its blocks is remembered until the block is final: a reorganisation takes the model back as it takes the chain back.
The invariants look at what the chains said and at nothing that the model says.
"""

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import hypothesis

from offchain.core.checkpoint import Point, Transfer
from offchain.core.units import NATIVE, ZERO_ADDRESS
from tests.model.act import Call, Rejected
from tests.model.bridge import BridgeTokenBook, VaultBook
from tests.model.limits import available_of
from tests.stateful.choices import AnyRule

HERE, THERE = "here", "there"
OTHER = {HERE: THERE, THERE: HERE}
ROUTES = ("coin", "cash")
RECORDS = ("Locked", "Burned", "Returned")


@dataclass(frozen=True)
class Seen:
    """What a contract of the bridge says of itself; `held` is what each account has of what it pays."""

    inbox: Point
    outbox: Point
    routes: tuple[bytes, bytes]
    queued_total: int
    queued: Mapping[int, bytes]
    queue: tuple[int, int]
    office: bytes
    epoch: int
    disabled: frozenset[str]
    proven: Mapping[int, bytes]
    paused_until: int
    trail: tuple[int, bytes]
    available: int
    limit: tuple[int, int]
    supply: int
    owed: int
    listed: bool
    held: Mapping[str, int]


@dataclass(frozen=True)
class Act:
    """What went through: before and after as the contract had it, `arguments` and `logs` as the chain has them."""

    at: int
    side: str
    route: str
    by: str
    function: str
    arguments: tuple[Any, ...]
    logs: tuple[tuple[str, Mapping[str, Any]], ...]
    before: Seen
    after: Seen

    @property
    def paid(self):
        """What the contract paid, in the route's units as the chain's balances show it: (account, amount)."""
        if self.side == THERE:
            return [
                (log["to"], log["value"])
                for name, log in self.logs
                if name == "Transfer" and log["from"] == ZERO_ADDRESS
            ]
        gains = ((account, now - self.before.held[account]) for account, now in self.after.held.items())
        return [(account, gain) for account, gain in gains if gain > 0]


@dataclass(frozen=True)
class Scene:
    """A chain at one of its blocks: the model's books by route, what everybody holds of the assets that are locked, who
    refuses them, and every act so far."""

    books: Mapping[str, VaultBook | BridgeTokenBook]
    held: Mapping[tuple[str, str], int]
    refusing: Mapping[str, frozenset[str]]
    acts: tuple[Act, ...] = ()


class BridgeMachine:
    """Two routes between two chains, the people around them, and what is known of it all from the chains alone."""

    @classmethod
    def enter(cls, stage, full_run, weights):
        """Before the first run: both chains are as the stage left them, and each run starts there."""
        cls.stage, cls.chains, cls.contracts = stage, stage.chains, stage.contracts
        cls.full_run, cls.weights = full_run, weights
        cls.reached = Counter()  # (act, "done" or the error) over all runs
        cls.went_through = set()  # functions that did something

    def setup(self):
        self._rules_strategy = AnyRule(self)
        self.steps, self.latest = 0, None
        self.stage.rewind()
        self.now = max(chain.head()[1] for chain in self.chains.values())
        self.scenes = {side: Scene(*self.stage.first(side)) for side in self.chains}
        self.history = {side: [] for side in self.chains}
        self.final = {}
        self.attested = []  # every checkpoint that honest attestors would sign
        self.lies = []  # (attestor, an honest checkpoint, its own) of those who sign another as well
        self.office_lists = dict(self.stage.offices)  # threshold and attestors by the hash of their set
        self.seen = {}
        for side, chain in self.chains.items():
            chain.wait_until(self.now)
            self.final[side] = chain.head()[0]
            self.remember(side)
            for route in ROUTES:
                self.seen[side, route] = self.look(side, route)
                self.require_agreement(side, route)

    def teardown(self):
        """A run that Hypothesis cuts short, as it likes its first ones, is not one that was asked for."""
        if sys.exc_info()[0] is None:
            hypothesis.assume(self.steps >= self.full_run)

    def at(self, role, side=HERE, route="coin"):
        """The address behind a role; accounts have the same on both chains."""
        if role in ("self", "peer"):
            return self.contracts[side if role == "self" else OTHER[side], route].address
        return ZERO_ADDRESS if role == "zero" else self.stage.people[role]

    def book(self, side, route):
        return self.scenes[side].books[route]

    def note(self, act, result="done", done=None):
        self.steps += 1
        self.reached[act, result] += 1
        self.latest = done  # the act of this step, if it changed a contract of the bridge

    # --- the model says, the chain does ---

    def attempt(self, act, side, route, by, function, arguments, predict, *facts, value=0):
        """Let `by` act on the contract of a route: as `predict(book, call, *facts)` says, and in no other way."""
        chain, contract, sender = self.chains[side], self.contracts[side, route], self.at(by, side, route)
        scene, before = self.scenes[side], self.seen[side, route]
        try:
            outcome, held = self.predict(scene, route, Call(sender, value, self.now), predict, facts)
        except Rejected as refusal:
            (got,) = chain.would((sender, contract, function, arguments, value))
            expected = (refusal.error, refusal.values)
            assert got == expected, f"{side} {function}{arguments}: the contract says {got}, the model {expected}"
            assert chain.act(sender, contract, function, *arguments, value=value) == (False, [])
            self.remember(side)
            assert self.look(side, route) == before, f"{function} was refused and changed something"
            self.note(act, refusal.error)
            return False
        went, logs = chain.act(sender, contract, function, *arguments, value=value)
        if not went:
            (got,) = chain.would((sender, contract, function, arguments, value))
            raise AssertionError(f"{side} {function}{arguments}: the model accepts, the contract says {got}")
        ours = tuple((log.name, log.values) for log in logs if log.address == contract.address)
        expected = tuple((event.name, dict(event.values)) for event in outcome.events)
        assert ours == expected, f"{act}: events {ours}, the model says {expected}"
        books = {**scene.books, route: outcome.book}
        self.scenes[side] = replace(scene, books=books, held=held)
        after = self.seen[side, route] = self.look(side, route)
        self.require_agreement(side, route)
        done = Act(self.now, side, route, sender, function, tuple(arguments), ours, before, after)
        self.scenes[side] = replace(self.scenes[side], acts=(*scene.acts, done))
        self.remember(side)
        self.went_through.add(function)
        self.note(act, done=done)
        return True

    def predict(self, scene, route, call, predict, facts):
        """What the model says, and who holds what of the asset then."""
        try:
            outcome = predict(scene.books[route], call, *facts)
        except Rejected as refusal:
            self.moved(scene, route, refusal.after)  # what is tried before may be refused first
            raise
        return outcome, self.moved(scene, route, outcome.transfers)

    def moved(self, scene, route, movements):
        """Who holds how much of an asset after these movements.

        Raises Rejected with the error that the asset gives.
        """
        held = dict(scene.held)
        for movement in movements:
            source, to, amount = movement.source, movement.to, movement.amount
            if movement.asset != NATIVE:
                self.stage.require_willing(scene, route, movement)
            for account, change in ((source, -amount), (to, amount)):
                held[route, account] = held.get((route, account), 0) + change
        return held

    # --- what the chains say ---

    def look(self, side, route, until=0):
        """What the contract says of itself now; of what waits, and of points, up to the record `until` at least."""
        contract, chain, book = self.contracts[side, route], self.chains[side], self.book(side, route)
        nonces = range(max(until, book.arrived.count))
        counts = range(max(until, *book.proven, 0) + 1)
        fixed = ("inbox", "outbox", "outboundRoute", "inboundRoute", "queuedTotal", "queueOf", "attestorSet", "epoch")
        fixed += ("pausedUntil", "auditLength", "auditHead")
        asked = [(contract, name) for name in fixed]
        asked += [(contract, name, book.limited) for name in ("available", "limitOf")]
        asked += [(contract, "solvency"), (contract, "isListed")] if side == HERE else [(contract, "totalSupply")] * 2
        several = len(asked)
        asked += [(contract, "queued", nonce) for nonce in nonces]
        asked += [(contract, "provenPoint", count) for count in counts]
        asked += [(contract, "isDisabled", attestor) for attestor in self.stage.attestors]
        holders = self.stage.holders(side, route)
        held, token = dict.fromkeys(holders, 0), self.stage.paid_in(side, route)
        if token:
            asked += [(token, "balanceOf", account) for account in holders]
        answers = chain.views(*asked)
        if not token:
            answers += chain.balances(holders)
        named = dict(zip(fixed, answers, strict=False))
        rest = iter(answers[several:])
        queued = {nonce: next(rest) for nonce in nonces}
        proven = {count: next(rest) for count in counts}
        disabled = frozenset(attestor for attestor in self.stage.attestors if next(rest))
        held = dict(zip(holders, rest, strict=True))
        available, limit, money, listed = answers[len(fixed) : several]
        points = [Point(count, acc, cumulative) for count, cumulative, acc in (named["inbox"], named["outbox"])]
        return Seen(
            *points,
            (named["outboundRoute"], named["inboundRoute"]),
            named["queuedTotal"],
            {nonce: word for nonce, word in queued.items() if any(word)},
            named["queueOf"],
            named["attestorSet"],
            named["epoch"],
            disabled,
            {count: word for count, word in proven.items() if any(word)},
            named["pausedUntil"],
            (named["auditLength"], named["auditHead"]),
            available,
            limit,
            supply=money if side == THERE else 0,
            owed=money[1] if side == HERE else 0,
            listed=listed is True,
            held=held,
        )

    def require_agreement(self, side, route):
        """The contract keeps what the model's book says."""
        book, seen = self.book(side, route), self.seen[side, route]
        bucket = book.buckets[book.limited]
        expected = Seen(
            book.arrived,
            book.sent,
            (book.outbound, book.inbound),
            book.queued_total,
            {nonce: waiting.hash_of(nonce) for nonce, waiting in book.waiting.items()},
            (book.large_amount, book.delay_seconds),
            book.office,
            book.epoch,
            book.disabled,
            {count: self.stage.point_hash(*each) for count, each in book.proven.items()},
            book.paused_until,
            (book.audit_length, book.audit_head),
            available_of(book, book.limited, self.now),
            (bucket.capacity, bucket.refill_seconds),
            supply=book.supply if side == THERE else 0,
            owed=book.owed if side == HERE else 0,
            listed=side == HERE and book.is_listed,
            held={account: self.holding(side, route, account) for account in seen.held},
        )
        for name, value in vars(expected).items():
            assert getattr(seen, name) == value, f"{side} {route} {name}: {getattr(seen, name)}, the model says {value}"

    def holding(self, side, route, account):
        """What the model has an account hold of what a contract pays."""
        if side == THERE:
            return self.book(side, route).of(account)
        return self.scenes[side].held.get((route, account), 0)

    def records(self, side, route):
        """What left, as the chain's logs have it, in its order."""
        logs = [
            log for act in self.scenes[side].acts if act.route == route for name, log in act.logs if name in RECORDS
        ]
        assert [log["nonce"] for log in logs] == list(range(len(logs)))
        return [Transfer(log["from"], log["to"], log["amount"]) for log in logs]

    # --- time and its turns ---

    def remember(self, side):
        """What the chain is at its latest block: its number, what brings it back, and the model's word for it."""
        self.history[side].append((*self.chains[side].keep(), self.scenes[side]))

    def wait(self, until):
        self.now = until
        for side, chain in self.chains.items():
            chain.wait_until(until)
            self.remember(side)
        self.look_again(*self.chains)
        self.note("wait")

    def reorganize(self, side, depth):
        """The chain forgets its last blocks, and the model what was in them."""
        chain, head = self.chains[side], self.history[side][-1][0]
        *before, (number, kept, scene) = [block for block in self.history[side] if block[0] <= head - depth]
        again = chain.reorganize(kept, head - number)
        self.history[side], self.scenes[side] = [*before, (number, again, scene)], scene
        chain.wait_until(self.now)
        self.remember(side)
        self.look_again(side)

    def look_again(self, *sides):
        for side in sides:
            for route in ROUTES:
                self.seen[side, route] = self.look(side, route)
                self.require_agreement(side, route)
