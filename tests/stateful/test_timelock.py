"""The timelock in any sequence of acts and waits, against OpenZeppelin's TimelockController.

Each act is tried on theirs first, and ours must do what theirs did: succeed with the same events and effects, or refuse
for the same reason, and leave every operation in the same state. Where ours differs on purpose, it is held to that: an
operation that expires in ours is cancelled in theirs, which would keep it ready for ever, and bounds of ours on delays
are asked of ours alone.
"""

import sys
from collections import Counter

import hypothesis
import pytest
from brownie import accounts, project
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture.engine import ConjectureRunner
from hypothesis.stateful import precondition, rule

from scripts.papers.operation import GRACE_SECONDS, NO_PREDECESSOR, State
from tests.stateful.choices import PICK, AnyRule, recent
from tests.stateful.edge import Edge
from tests.stateful.ledger import wait_until
from tests.stateful.timelock_pair import FLAGS, NOBODYS, OF_OTHERS, Plan, Side
from tests.stateful.timelock_words import CEILING, DAY, FLOOR, Words
from tests.support import now, payment_id, send, wait

RUNS, STEPS, PLANS = 15, 60, 12
LONGEST, DELAY = 2**32 - 1, 2 * DAY
HELD = 100  # wei and token units, of which the steps of the operations take up to HELD // 2

KINDS = st.sampled_from(["pay", "transfer", "approve"] * 5 + ["refused", "mute", "cancel", "delay"] + ["execute"] * 3)
STEP_LISTS = st.lists(st.tuples(KINDS, PICK), min_size=1, max_size=3)
SALTS = st.sampled_from([bytes(32), payment_id("salt")])
PROPOSERS = st.sampled_from(["proposer"] * 8 + ["canceller", "stranger"])
CANCELLERS = st.sampled_from(["canceller", "canceller", "proposer", "stranger"])
WEIGHTS = {"rule_schedule": 6, "rule_schedule_again": 5, "rule_execute": 12, "rule_wait": 6, "rule_cancel": 3}


class TimelockRules(Words):
    def __init__(self, ours, peer, edge, people):
        """Brownie calls this once, with the class in place of an instance: each run starts from here."""
        self.ours, self.peer, self.edge, self.people = ours, peer, edge, people
        self.weights = WEIGHTS
        self.reached = Counter()

    def setup(self):
        self._rules_strategy = AnyRule(self)
        self.edge.moved()
        self.now, self.steps = now(), 0
        self.plans = []
        self.expired = {}  # by place: since when, for ours
        for side in (self.ours, self.peer):
            side.operations, side.ids = [], []

    # --- what both do ---

    def both(self, act, by, call, place=None, value=0, bound=None):
        """Try an act on both; `bound` is what ours refuses it with if theirs would do it."""
        sender = self.people[by]
        error, logs = self.peer.attempt(sender, *call(self.peer), value, only_ask=bound is not None)
        expected = self.in_our_words(error, place) if error else [bound]
        got, our_logs = self.ours.attempt(sender, *call(self.ours), value)
        assert got in expected, f"{act}: {got}, but {expected} by {error}"
        assert self.ours.retold(our_logs) == self.peer.retold(logs)
        self.reached[act, got[0] if got else "done"] += 1
        self.steps += 1
        return got is None

    # --- acts ---

    def place_of(self, plan):
        """A plan's place; a new one is written for both, who must name it as we do, and alike if they can."""
        if plan not in self.plans:
            self.plans.append(plan)
            place = len(self.plans) - 1
            for side in (self.ours, self.peer):
                side.write(plan)
                assert side.ids[place] not in side.ids[:place], "two plans are one operation"
                function, arguments = side.hashing(place)
                said = [self.edge.view(each.timelock, function, *arguments) for each in (self.ours, self.peer)]
                assert said == [side.ids[place]] * 2
            assert self.names_its_timelock(place) or self.ours.ids[place] == self.peer.ids[place]
        return self.plans.index(plan)

    @rule(
        steps=STEP_LISTS,
        batch=st.booleans(),
        after=st.sampled_from([None] * 7 + ["some", "some", -1]),
        salt=SALTS,
        pick=PICK,
    )
    @precondition(lambda self: len(self.plans) < PLANS)
    def rule_schedule(self, steps, batch, after, salt, pick):
        known = range(len(self.plans))
        if after == "some":
            after = recent(known, pick) if known else None
        sound = [place for place in known if not self.bound_of(place)]
        steps = tuple(self.step(kind, number, sound) for kind, number in steps)
        self.schedule(self.place_of(Plan(steps, batch or len(steps) > 1, after, salt)), self.least(), "proposer")

    def step(self, kind, pick, known):
        if kind in OF_OTHERS and not known:
            return "pay", 1
        if kind in OF_OTHERS:
            return kind, recent(known, pick)
        if kind == "delay":
            return kind, [FLOOR, DELAY, 3 * DAY, CEILING][pick % 4]
        return kind, 0 if kind == "mute" else 1 + pick % (HELD // 2)

    @rule(
        pick=PICK,
        by=PROPOSERS,
        delay=st.sampled_from(["least"] * 4 + ["short", "longer", LONGEST, LONGEST + 1, 2**256 - 1, 0]),
    )
    @precondition(lambda self: self.plans)
    def rule_schedule_again(self, pick, by, delay):
        least = self.least()
        delay = {"least": least, "short": least - 1, "longer": least + 1}.get(delay, delay)
        self.schedule(recent(range(len(self.plans)), pick), delay, by)

    def least(self):
        return self.edge.view(self.peer.timelock, "getMinDelay")

    def schedule(self, place, delay, by):
        bound = ("DelayTooLong", (delay, LONGEST)) if delay > LONGEST else None
        if delay == 2**256 - 1:
            by = "stranger"  # OpenZeppelin's sum of times would overflow
        if self.both("schedule", by, lambda side: side.scheduling(place, delay), place, bound=bound):
            self.expired.pop(place, None)

    @rule(lengths=st.sampled_from([(1, 2, 1), (2, 1, 2), (1, 1, 2), (0, 1, 0)]), by=PROPOSERS, execute=st.booleans())
    def rule_mistake_the_columns(self, lengths, by, execute):
        targets, values, payloads = lengths
        columns = [self.people["payee"]] * targets, [0] * values, [b""] * payloads
        function, rest = ("executeBatch", ()) if execute else ("scheduleBatch", (DELAY,))
        self.both("columns", by, lambda side: (function, (*columns, bytes(32), bytes(32), *rest)))

    @rule(pick=PICK, by=CANCELLERS, what=st.sampled_from(["pending"] * 4 + ["any", "any", "unknown"]))
    def rule_cancel(self, pick, by, what):
        places = [] if what == "unknown" else (what == "pending" and self.ready(0)) or range(len(self.plans))
        place = recent(places, pick) if places else None
        self.both("cancel", by, lambda side: ("cancel", (NOBODYS if place is None else side.ids[place],)), place)

    @rule(pick=PICK, ready=st.sampled_from([True] * 4 + [False]), value=st.sampled_from([0, 0, 0, 7]))
    @precondition(lambda self: self.plans)
    def rule_execute(self, pick, ready, value):
        places = self.ready(self.now) if ready else []
        may = [place for place in places if self.peer.operations[place].predecessor in self.free()]
        place = recent(may or places or range(len(self.plans)), pick)
        self.both("execute", "stranger", lambda side: side.executing(place), place, value, self.bound_of(place))

    @rule(delay=st.sampled_from([0, FLOOR - 1, CEILING + 1, 2**256 - 1]), salt=SALTS)
    @precondition(lambda self: len(self.plans) < PLANS)
    def rule_schedule_a_delay_out_of_bounds(self, delay, salt):
        self.schedule(self.place_of(Plan((("delay", delay),), False, None, salt)), self.least(), "proposer")

    @rule(by=st.sampled_from(["proposer", "canceller", "stranger"]))
    def rule_set_the_delay_by_hand(self, by):
        self.both("set the delay", by, lambda side: ("updateDelay", (DELAY,)))

    @rule(
        to=st.sampled_from(["ready"] * 6 + ["end", 1, 3600]),
        pick=PICK,
        beside=st.sampled_from([-1, 0, 0, 0, 1]),
    )
    def rule_wait(self, to, pick, beside):
        """A little, or to just before, at, or just after one of the next moments that matter."""
        times = [time for (time,) in self.peer.answers(range(len(self.plans)), ["getTimestamp"]).values() if time > 1]
        edges = {time + beside + (GRACE_SECONDS if to == "end" else 0) for time in times}
        ahead = sorted(edge for edge in edges if edge > self.now)
        little = to if isinstance(to, int) else 0
        self.now = ahead[pick % min(2, len(ahead))] if ahead and not little else self.now + (little or 1)
        wait_until(self.now)
        self.edge.moved()
        self.let_expire()
        self.reached["wait", "done"] += 1
        self.steps += 1

    def let_expire(self):
        for place, (time,) in self.peer.answers(range(len(self.plans)), ["getTimestamp"]).items():
            if 1 < time <= self.now - GRACE_SECONDS:
                self.expired[place] = time + GRACE_SECONDS
                error, _ = self.peer.attempt(self.people["proposer"], "cancel", (self.peer.ids[place],))
                assert error is None

    def ready(self, least):
        """The places of what is scheduled, and of what is ready from some second on."""
        times = self.peer.answers(range(len(self.plans)), ["getTimestamp"]).items()
        return [place for place, (time,) in times if time > 1 and (not least or time <= least)]

    def free(self):
        """The predecessors that nothing has to wait for any more."""
        times = self.peer.answers(range(len(self.plans)), ["getTimestamp"]).items()
        return {NO_PREDECESSOR, *(self.peer.ids[place] for place, (time,) in times if time == 1)}

    def teardown(self):
        """Hypothesis cuts its first runs short: those are not the ones asked for, unless they failed."""
        if sys.exc_info()[0] is None:
            hypothesis.assume(self.steps >= STEPS)
            ours, theirs = (side.answers(range(len(self.plans)), FLAGS) for side in (self.ours, self.peer))
            assert ours == {place: (1, 0, 0, 0) if place in self.expired else theirs[place] for place in ours}

    # --- what never breaks ---

    def invariant_every_operation_is_in_the_same_state_for_both(self):
        places = range(len(self.plans))
        ours, theirs = (side.answers(places, ["getOperationState", "getTimestamp"]) for side in (self.ours, self.peer))
        for place, since in self.expired.items():
            assert theirs[place] == (State.UNSET, 0)
            theirs[place] = State.EXPIRED, since - GRACE_SECONDS
        assert ours == theirs

    def invariant_what_operations_did_is_the_same_for_both(self):
        assert self.ours.effects() == self.peer.effects()


@pytest.fixture(scope="module")
def pair(deployer, governor, guardian, stranger, payer):
    """Both timelocks with the same proposer, the same canceller, the same coin and tokens."""
    contracts, proposer = project.get_loaded_projects()[0], governor
    ours = deployer.deploy(contracts.OpenTimelock, DELAY, proposer, guardian)
    peer = deployer.deploy(contracts.PeerTimelock, DELAY, [proposer], ["0x" + "00" * 20])
    grant = (peer, 0, peer.grantRole.encode_input(peer.CANCELLER_ROLE(), guardian), bytes(32), bytes(32))
    peer.schedule(*grant, DELAY, {"from": proposer})
    wait(DELAY)
    peer.execute(*grant, {"from": proposer})
    token, refuser = deployer.deploy(contracts.TestToken), deployer.deploy(contracts.RevertingReceiver)
    for timelock in (ours, peer):
        payer.transfer(timelock, HELD)
        send(payer, token.mint, timelock, HELD)
    people = {"proposer": proposer, "canceller": guardian, "stranger": stranger, "payee": accounts[9]}
    edge = Edge([ours, peer, token, refuser])
    sides = [Side(timelock, edge, token, people["payee"], refuser) for timelock in (ours, peer)]
    return *sides, edge, people


def test_the_timelock_does_what_openzeppelins_does(state_machine, pair, monkeypatch):
    # As in test_payments.py: Hypothesis would only do the same runs again
    monkeypatch.setattr(ConjectureRunner, "generate_mutations_from", lambda self, data: None)
    machine = {}

    class Rules(TimelockRules):
        def __init__(self, *arguments):
            TimelockRules.__init__(self, *arguments)
            machine["reached"] = self.reached

    settings = {
        "max_examples": RUNS,
        "stateful_step_count": STEPS,
        "suppress_health_check": HealthCheck.all(),
        "phases": [phase for phase in hypothesis_settings.default.phases if phase is not Phase.target],
    }
    state_machine(Rules, *pair, settings=settings)
    print(sorted(machine["reached"].items()))
    missed = EXPECTED - machine["reached"].keys()
    assert not missed, f"never reached: {missed}"


EXPECTED = {
    *(("schedule", result) for result in ("done", "AlreadyScheduled", "AlreadyDone", "DelayTooShort", "NotProposer")),
    *(("cancel", result) for result in ("done", "NotScheduled", "NotCanceller")),
    *(("execute", result) for result in ("done", "TooEarly", "AlreadyDone", "NotScheduled", "PredecessorNotDone")),
    *(("execute", result) for result in ("CallFailed", "Refused")),
    ("columns", "LengthMismatch"),
    ("set the delay", "NotTimelock"),
    ("wait", "done"),
}
