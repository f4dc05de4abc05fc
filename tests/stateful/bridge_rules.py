"""What anybody may do with a bridge: lock, burn, relay in every order and way, and what turns the chains take."""

from dataclasses import replace

from eth_utils import keccak
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from offchain.core.checkpoint import fold_all
from tests.model import attestors, bridge, inbox, queue
from tests.stateful.bridge_attesting import AttestingMachine, recover
from tests.stateful.bridge_machine import HERE, OTHER, ROUTES, THERE
from tests.stateful.bridge_stage import UNLIMITED
from tests.stateful.choices import PICK, recent

MOST_BLOCKS = 6

SIDES, WAYS = st.sampled_from([HERE, THERE]), st.sampled_from(ROUTES)
ANYONE = st.sampled_from(["payer", "merchant", "payer", "merchant", "stranger"])
LOCKING = ("payer", "merchant", "stranger")
LOCKERS = st.sampled_from([*LOCKING[:2] * 5, "stranger"])
RECIPIENTS = st.sampled_from(["payer", "merchant", "payer", "merchant", "stranger", "shop", "shop", "peer", "zero"])
AMOUNTS = st.sampled_from([1, 7, 100, 100, 300, 499, 500, 501, 900, 1700])
SHARES = st.sampled_from(["some", "one"] * 7 + ["all", "over", "zero"])
FORGERIES = ["too few", "foreign", "another state", "malleated", "short", "long", "swapped", "unknown bit"]
FORGERIES += ["lower threshold", "smaller set", "nobody", "twice", "left out"]
FALSIFIED = ["dropped", "doubled", "reversed", "more", "other recipient", "shifted", "empty", "cut", "odd"]
UNTRUE = ["inflated", "beyond", "beyond", "other hash", "further"]
MISTAKES = st.sampled_from([None] * 58 + FORGERIES + FALSIFIED + UNTRUE)
OTHER_STATES = st.sampled_from(["cumulative", "acc", "fork", "epoch", "count", "later"])
MISPLACED = st.sampled_from([None] * 10 + ["sum", "hash"])
ODD_LOCKS = st.sampled_from([None] * 14 + ["dust", "zero", "value", "no value"])


class BridgeRules(AttestingMachine):
    def setup(self):
        """A run begins with something on either side of each route."""
        super().setup()
        for route in ROUTES:
            self.lock_some(route, (400, 300))
            self.with_arrivals(THERE, route, 0)
            self.arrive(THERE, route, "stranger", self.of(THERE, route)[-1].checkpoint, 0)
        self.steps = 0

    def lock_some(self, route, amounts):
        """Some plain locks, one after the other; it may be that there is a pause, or no route."""
        for who, amount in zip(("payer", "merchant", "payer"), amounts, strict=False):
            arguments = (self.at(who), amount * self.book(HERE, route).unit)
            value = arguments[1] if route == "coin" else 0
            self.attempt("lock", HERE, route, who, "lock", arguments, bridge.lock, *arguments, value=value)

    def burn_some(self, route, amounts):
        for who, amount in zip(("payer", "merchant", "payer"), amounts, strict=False):
            arguments = (self.at(who), amount)
            self.attempt("burn", THERE, route, who, "burn", arguments, bridge.burn, *arguments)

    @rule(route=WAYS, by=LOCKERS, to=RECIPIENTS, amount=AMOUNTS, odd=ODD_LOCKS)
    def rule_lock(self, route, by, to, amount, odd):
        base = 0 if odd == "zero" else amount * self.book(HERE, route).unit + (odd == "dust")
        value = {"value": base + 1, "no value": 0}.get(odd, base)
        value = value if route == "coin" else int(odd == "value")
        arguments = (self.at(to, HERE, route), base)
        self.attempt("lock", HERE, route, by, "lock", arguments, bridge.lock, *arguments, value=value)

    @rule(route=WAYS, by=LOCKERS, to=RECIPIENTS, share=SHARES, pick=PICK)
    def rule_burn(self, route, by, to, share, pick):
        by = next((each for each in (by, *LOCKING) if self.seen[THERE, route].held[self.at(each)]), by)
        held = self.seen[THERE, route].held[self.at(by)]
        some = max(1, held * (pick % 100) // 100)
        amount = {"some": some, "all": held, "one": 1, "over": held + 1, "zero": 0}[share]
        arguments = (self.at(to, THERE, route), amount)
        self.attempt("burn", THERE, route, by, "burn", arguments, bridge.burn, *arguments)

    @rule(route=WAYS, by=LOCKERS, to=RECIPIENTS, share=SHARES, pick=PICK)
    def rule_transfer(self, route, by, to, share, pick):
        held = self.seen[THERE, route].held[self.at(by)]
        amount = {"some": held * (pick % 100) // 100, "all": held, "one": 1, "over": held + 1, "zero": 0}[share]
        arguments = (self.at(to, THERE, route), amount)
        self.attempt("transfer", THERE, route, by, "transfer", arguments, bridge.transfer, *arguments)

    # --- the relay ---

    @rule(side=SIDES, route=WAYS, now=st.sampled_from([True, True, True, False]))
    def rule_attest(self, side, route, now):
        if now:
            self.final[side] = self.history[side][-1][0]
        self.attest(side, route)
        self.note("attest")

    @rule(side=SIDES, route=WAYS, by=ANYONE, pick=PICK, mistake=MISTAKES)
    def rule_arrive(self, side, route, by, pick, mistake):
        side, route = self.with_arrivals(side, route, pick)
        self.arrive(side, route, by, self.pick_attested(side, route, pick), pick, mistake)

    def with_arrivals(self, side, route, pick, least=1):
        """A contract for which something is on the way, mostly, and attested by then."""
        on_the_way = {}
        for place, seen in self.seen.items():
            on_the_way[place] = self.seen[OTHER[place[0]], place[1]].outbox.count - seen.inbox.count
        places = [place for place, count in on_the_way.items() if count >= least]
        if pick % 8 and places:
            side, route = (side, route) if (side, route) in places else places[pick % len(places)]
        new = any(attested.checkpoint.count > self.seen[side, route].inbox.count for attested in self.of(side, route))
        if not new or pick % 3 == 0:
            self.final[OTHER[side]] = self.history[OTHER[side]][-1][0]
            self.attest(OTHER[side], route)
        return side, route

    def arrive(self, side, route, by, checkpoint, pick, mistake=None):
        """Hand in a checkpoint with the records before it, or something that is not quite that."""
        checkpoint = self.untrue(checkpoint, mistake)
        until, arrived = checkpoint.count, self.seen[side, route].inbox.count
        records = self.transfers_until(side, route, arrived, until, mistake)
        attested = self.attestation_of(side, route, checkpoint, pick, mistake)
        function, predict = ("deliver", inbox.arrive) if side == THERE else ("release", bridge.release)
        facts = (checkpoint, records, attested, recover, self.scenes[side].refusing[route])
        arguments = (checkpoint.values(), records, attested)
        return self.attempt(function, side, route, by, function, arguments, predict, *facts)

    @rule(
        side=SIDES,
        route=WAYS,
        by=ANYONE,
        pick=PICK,
        mistake=MISTAKES,
        off=st.sampled_from([0] * 8 + [-1, 1, 2]),
        odd=MISPLACED,
    )
    def rule_split(self, side, route, by, pick, mistake, off, odd):
        """Prove a point between what has arrived and a checkpoint, or one beside it."""
        if pick % 4:  # or there is seldom a backlog to be split
            some = self.lock_some if side == THERE else self.burn_some
            some(route, (1, 20, 60))
            self.final[OTHER[side]] = self.history[OTHER[side]][-1][0]
            self.attest(OTHER[side], route)
        side, route = self.with_arrivals(side, route, pick, 2)
        checkpoint = self.untrue(self.pick_attested(side, route, pick), mistake)
        count = self.between(self.seen[side, route].inbox.count, checkpoint.count, pick, off)
        point = self.misplaced(self.point_at(side, route, count), odd)
        records = self.transfers_until(side, route, point.count, checkpoint.count, mistake)
        attested = self.attestation_of(side, route, checkpoint, pick, mistake)
        facts = (checkpoint, attested, point, records, recover)
        arguments = (checkpoint.values(), attested, point.values(), records)
        self.attempt("split", side, route, by, "split", arguments, inbox.split, *facts)

    @rule(
        side=SIDES,
        route=WAYS,
        by=ANYONE,
        pick=PICK,
        mistake=MISTAKES,
        off=st.sampled_from([0] * 8 + [-1, 1]),
        odd=MISPLACED,
    )
    @precondition(lambda self: any(seen.proven for seen in self.seen.values()))
    def rule_split_point(self, side, route, by, pick, mistake, off, odd):
        side, route = self.with_proven(side, route)
        later, arrived = self.pick_proven(side, route, pick), self.seen[side, route].inbox.count
        point = self.misplaced(self.point_at(side, route, self.between(arrived, later.count, pick, off)), odd)
        records = self.transfers_until(side, route, point.count, later.count, mistake)
        arguments = (later.values(), point.values(), records)
        self.attempt("split point", side, route, by, "splitPoint", arguments, inbox.split_point, later, point, records)

    @rule(side=SIDES, route=WAYS, by=ANYONE, pick=PICK, mistake=MISTAKES, odd=MISPLACED)
    @precondition(lambda self: any(seen.proven for seen in self.seen.values()))
    def rule_arrive_at_a_point(self, side, route, by, pick, mistake, odd):
        side, route = self.with_proven(side, route)
        point = self.misplaced(self.pick_proven(side, route, pick), odd)
        arrived = self.seen[side, route].inbox.count
        records = self.transfers_until(side, route, arrived, point.count, mistake)
        function, predict = ("deliverPoint", inbox.arrive_at) if side == THERE else ("releasePoint", bridge.release_at)
        facts = (point, records, self.scenes[side].refusing[route])
        arguments = (point.values(), records)
        self.attempt(function, side, route, by, function, arguments, predict, *facts)

    def between(self, start, end, pick, off):
        """A count between two, or one that lies beside them."""
        inner = range(start + 1, end)
        return max(0, inner[pick % len(inner)] if inner and not off else (start if off < 0 else end + off - 1))

    def misplaced(self, point, odd):
        """A point beside the history: another sum, or another hash."""
        changed = {"sum": {"cumulative": point.cumulative + 1}, "hash": {"acc": keccak(point.acc)}}
        return replace(point, **changed.get(odd, {}))

    def point_at(self, side, route, count):
        """What a history came to at a count: of the other side's outbox."""
        start = self.book(OTHER[side], route).sent
        records = self.records(OTHER[side], route)[:count]
        start = type(start)(0, self.seen[OTHER[side], route].routes[0], 0)
        return fold_all(start, records)

    def with_proven(self, side, route):
        """A contract with proven points, where one still counts if there is such a thing."""
        places = [place for place in self.seen if self.living(*place)]
        places = places or [place for place, seen in self.seen.items() if seen.proven]
        return (side, route) if (side, route) in places else places[0]

    def living(self, side, route):
        """The counts of points beyond what has arrived, proven under the set in office."""
        book = self.book(side, route)
        return [
            count
            for count, (_, office) in book.proven.items()
            if count > book.arrived.count and office == book.office and any(office)
        ]

    def pick_proven(self, side, route, pick):
        counts, new = [*self.seen[side, route].proven], self.living(side, route)
        count = recent(new if new and pick % 8 else counts, pick // 8)
        return self.point_at(side, route, count)

    @rule(side=SIDES, route=WAYS, by=ANYONE, pick=PICK, odd=st.sampled_from([None] * 8 + ["amount", "ready", "nonce"]))
    @precondition(lambda self: self.waiting())
    def rule_release_queued(self, side, route, by, pick, odd):
        side, route, *waiting = self.pick_waiting(side, route, pick, odd)
        facts = (*waiting, self.scenes[side].refusing[route])
        self.attempt("release queued", side, route, by, "releaseQueued", waiting, queue.release_queued, *facts)

    def waiting(self):
        return [place for place, seen in self.seen.items() if seen.queued]

    def pick_waiting(self, side, route, pick, odd=None):
        """A record that waits: side, route, nonce, its values and when it is ready; or not quite that."""
        places = self.waiting()
        side, route = (side, route) if (side, route) in places else places[pick % len(places)]
        due = self.due()
        ready = [each for each in due if self.is_ready(*each)]
        if pick % 4 == 0:
            side, route, nonce = min(due, key=lambda each: abs(self.now - self.waits_until(*each)))
        elif pick % 4 < 3 and ready:
            side, route, nonce = ready[pick // 4 % len(ready)]
        else:
            nonce = recent(sorted(self.book(side, route).waiting), pick)
        waits = self.book(side, route).waiting
        transfer, ready_at = waits[nonce].transfer, waits[nonce].ready_at
        transfer = transfer._replace(amount=transfer.amount + (odd == "amount"))
        ready_at = ready_at + (-1 if ready_at == inbox.VETOED else 1) * (odd == "ready")
        return side, route, nonce + (odd == "nonce"), transfer, ready_at

    def due(self):
        """All that waits: side, route, nonce."""
        return [(*place, nonce) for place in self.seen for nonce in self.book(*place).waiting]

    def waits_until(self, side, route, nonce):
        return self.book(side, route).waiting[nonce].ready_at

    def is_ready(self, side, route, nonce):
        """Whether nothing but its recipient or the limit can keep it."""
        running = self.now >= self.seen[side, route].paused_until
        return running and self.waits_until(side, route, nonce) <= self.now

    # --- who lies, and who shows it ---

    @rule(
        side=SIDES,
        route=WAYS,
        pick=PICK,
        what=st.sampled_from(["cumulative", "acc", "fork", "epoch", "count", "later"]),
    )
    @precondition(lambda self: self.steps > self.full_run // 2)  # it ends a set, and there should be time for one
    def rule_lie(self, side, route, pick, what):
        """One attestor signs a second state, and somebody hands in both: proof if they exclude each other."""
        ours, office = self.of(side, route), self.office_lists.get(self.seen[side, route].office)
        if not ours or not office:
            return
        first = recent(ours, pick).checkpoint
        second = self.stage.other_state(first, what)
        threshold, members = office
        liar = members[pick % len(members)]
        signer = liar if pick % 4 else self.stage.outsider
        signatures = [self.signed(side, route, each, who) for each, who in ((first, signer), (second, liar))]
        if signer != liar and pick % 8 == 0:
            signatures[1] = self.signed(side, route, second, signer)
        named = (threshold, list(members)) if pick % 16 else (threshold, list(members[1:]))
        arguments = (first.values(), signatures[0], second.values(), signatures[1], *named)
        facts = (first, signatures[0], second, signatures[1], *named, recover)
        by = ("payer", "stranger", "guardian")[pick % 3]
        self.attempt("prove", side, route, by, "proveEquivocation", arguments, attestors.prove_equivocation, *facts)

    @rule(route=WAYS, by=ANYONE, missing=st.sampled_from([0, 0, 1, UNLIMITED]))
    @precondition(lambda self: self.steps > self.full_run // 2)
    def rule_prove_insolvency(self, route, by, missing):
        """A vault that holds less than it owes, by a theft that is made good afterwards, or one that does not."""
        missing = min(missing, self.seen[HERE, route].owed)
        self.carry(route, "self", "stranger", missing)
        held = self.seen[HERE, route].held[self.at("self", HERE, route)]
        self.attempt("prove insolvency", HERE, route, by, "proveInsolvency", (), bridge.prove_insolvency, held)
        self.carry(route, "stranger", "self", missing)
        self.final[HERE] = self.history[HERE][-1][0]  # or a reorganisation would leave it stolen

    def carry(self, route, source, to, amount):
        """The asset of a vault goes where nothing in the contracts sends it."""
        if amount:
            source, to = self.at(source, HERE, route), self.at(to, HERE, route)
            self.stage.carry(route, source, to, amount)
            held = dict(self.scenes[HERE].held)
            held[route, source] -= amount
            held[route, to] += amount
            self.scenes[HERE] = replace(self.scenes[HERE], held=held)
            self.remember(HERE)
            self.look_again(HERE)

    # --- the world around ---

    @rule(who=st.sampled_from(["payer", "merchant", "shop"]), refuses=st.sampled_from([True, False, False]))
    def rule_change_a_mind(self, who, refuses):
        """An account is blocked in the token, the shop takes no coin; or not any more."""
        self.stage.tell(who, refuses)
        account, scene, route = frozenset({self.at(who)}), self.scenes[HERE], "coin" if who == "shop" else "cash"
        refusing = scene.refusing[route] | account if refuses else scene.refusing[route] - account
        self.scenes[HERE] = replace(scene, refusing={**scene.refusing, route: refusing})
        self.remember(HERE)
        self.look_again(HERE)
        self.note("change a mind")

    @rule(side=SIDES, depth=st.sampled_from([1, 1, 2, MOST_BLOCKS]))
    def rule_reorganize(self, side, depth):
        """What is not final is gone."""
        loose = self.history[side][-1][0] - self.final[side]
        if loose:
            self.reorganize(side, min(depth, loose))
            self.note("reorganize")

    @rule(
        step=st.sampled_from([1, 60, 3600, 86_400, None, None, None, None]), pick=PICK, beside=st.sampled_from([-1, 0])
    )
    def rule_wait(self, step, pick, beside):
        """A little, or to just before or at one of the next moments that matter."""
        edges = set()
        for scene in self.scenes.values():
            for book in scene.books.values():
                edges |= {waits.ready_at for waits in book.waiting.values() if waits.ready_at != inbox.VETOED}
                edges |= {book.paused_until}
        ahead = sorted(edge + beside for edge in edges if edge + beside > self.now)
        self.wait(ahead[pick % min(3, len(ahead))] if ahead and step is None else self.now + (step or 600))
