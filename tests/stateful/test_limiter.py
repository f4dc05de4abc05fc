"""The token bucket in any sequence of acts and waits, against its exact reference and OpenZeppelin's bucket.

From one configuration of an asset to the next, OpenZeppelin's bucket must give every answer and hold every amount that
ours does; at a configuration, where the two differ on purpose, it is set to the level that ours has.
"""

import sys
from collections import Counter, defaultdict

import hypothesis
import pytest
from brownie import project
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.model import limiter as model
from tests.stateful.ledger import ends_with, view, wait_until, word_of
from tests.support import now

RUNS, STEPS = 15, 40
ASSETS = ["0x" + "00" * 20, "0x" + "a1" * 20, "0x" + "b2" * 20]
BUCKETS_SLOT = 0

PICK = st.sampled_from(ASSETS)
CAPACITIES = st.sampled_from([10**24, 1000, 1000, 7, 1, 0, 2**96 - 1] * 3 + [2**96, 2**256 - 1])
WINDOWS = st.sampled_from([1, 7, 300, 86_400, 86_400, 2**24 - 1] * 3 + [0, 2**24, 2**256 - 1])
SHARES = st.sampled_from(["zero", "over", "capacity", "more", "most"])
WAITS = st.sampled_from([1, 1, 2, 10, 60, 3600, 86_400, 10**9, "one unit", "full", "full"])


class LimiterRules:
    def __init__(self, ours, peer, operator):
        """Brownie calls this once, with the class in place of an instance: each run starts from here."""
        self.ours, self.peer, self.operator = ours, peer, operator
        self.reached = Counter()

    def setup(self):
        self.now = now()
        self.buckets = defaultdict(model.Bucket)  # what the reference says
        self.history = defaultdict(list)  # what the chain itself said, by asset
        self.writes_for_nothing, self.writes_beside, self.configured = [], [], []
        self.steps = 0

        self.observe()

    def observe(self):
        """What the chain says of every asset now: its word, what is available, its limit."""
        self.words = {asset: word_of(self.ours, BUCKETS_SLOT, asset) for asset in ASSETS}
        self.available = {asset: view(self.ours, "available", asset) for asset in ASSETS}
        self.limits = {asset: view(self.ours, "limitOf", asset) for asset in ASSETS}

    def see(self, asset, act):
        """Observe an act on one asset; whether it wrote anything there."""
        before, self.steps = self.words, self.steps + 1
        self.reached[act] += 1
        self.observe()
        touched = {each for each, word in self.words.items() if word != before[each]}
        if touched - {asset}:
            self.writes_beside.append((act, asset, touched))
        return asset in touched

    # --- acts ---

    @rule(asset=PICK, capacity=CAPACITIES, refill_seconds=WINDOWS)
    def rule_configure(self, asset, capacity, refill_seconds):
        arguments = (asset, capacity, refill_seconds)
        try:
            bucket = model.configure(self.buckets[asset], capacity, refill_seconds, self.now)
        except model.LimitRefused as refusal:
            with ends_with(refusal.error, asset, *refusal.values):
                self.ours.configureLimit(*arguments, {"from": self.operator})
            assert not self.see(asset, refusal.error)
            return
        first, held = not self.buckets[asset].refill_seconds, self.available[asset]
        tx = self.ours.configureLimit(*arguments, {"from": self.operator})
        assert tx.timestamp == self.now
        assert tuple(tx.events["LimitConfigured"].values()) == (*arguments, bucket.available)
        self.see(asset, "configure" if first else "configure again")
        assert self.limits[asset] == (capacity, refill_seconds)
        self.configured.append((first, held, capacity, self.available[asset]))
        self.history[asset].append(model.Limit(self.now, capacity, refill_seconds))
        self.buckets[asset] = bucket
        self.peer.alignLimit(*arguments, bucket.available, {"from": self.operator})

    @rule(pick=st.integers(0, 5), part=st.sampled_from([1, 10, 50, 99, 100, 100]), least=st.booleans())
    @precondition(lambda self: any(self.available.values()))
    def rule_consume_what_is_there(self, pick, part, least):
        filled = [asset for asset, held in self.available.items() if held]
        asset = filled[pick % len(filled)]
        self.consume(asset, 1 if least else -(-self.available[asset] * part // 100))

    @rule(asset=PICK, share=SHARES)
    def rule_consume_anything(self, asset, share):
        capacity, held = self.buckets[asset].capacity, self.available[asset]
        amounts = {"zero": 0, "over": held + 1, "capacity": capacity, "more": capacity + 1, "most": 2**256 - 1}
        self.consume(asset, amounts[share])

    def consume(self, asset, amount):
        self.buckets[asset], granted = model.consume(self.buckets[asset], amount, self.now)
        tx = self.ours.consume(asset, amount, {"from": self.operator})
        answered = tx.events["Answered"]["granted"]
        assert (answered, tx.timestamp) == (granted, self.now)
        assert self.peer.consume(asset, amount, {"from": self.operator}).events["Answered"]["granted"] == granted
        written = self.see(asset, "nothing" if not amount else "granted" if granted else "refused")
        if amount == 0 or not answered:
            self.writes_for_nothing += [(asset, amount)] if written else []
        else:
            assert written
            self.history[asset].append(model.Outflow(self.now, amount))

    @rule(asset=PICK, seconds=WAITS, beside=st.sampled_from([-1, 0, 0, 1]))
    def rule_wait(self, asset, seconds, beside):
        bucket = self.buckets[asset]
        if isinstance(seconds, str) and bucket.capacity:
            wanted = 1 if seconds == "one unit" else bucket.capacity
            missing = max(1, wanted - (bucket.available if seconds == "full" else 0))
            seconds = max(1, -(-missing * bucket.refill_seconds // bucket.capacity) + beside)
        elif isinstance(seconds, str):
            seconds = 1
        self.now += seconds
        wait_until(self.now)
        self.see(None, "wait")

    def teardown(self):
        """Hypothesis cuts its first runs short: those are not the ones asked for, unless they failed."""
        if sys.exc_info()[0] is None:
            hypothesis.assume(self.steps >= STEPS)

    # --- what never breaks ---

    def invariant_openzeppelins_bucket_holds_the_same(self):
        assert {asset: view(self.peer, "available", asset) for asset in ASSETS} == self.available

    def invariant_the_reference_holds_the_same_in_the_same_word(self):
        for asset in ASSETS:
            bucket = self.buckets[asset]
            packed = bucket.updated_at << 216 | bucket.refill_seconds << 192 | bucket.available << 96 | bucket.capacity
            assert (self.words[asset], self.available[asset]) == (packed, model.available(bucket, self.now))
            level = model.exact_level(self.history[asset], self.now)
            assert level - len(self.history[asset]) - 1 < self.available[asset] <= level

    def invariant_i39_no_bucket_holds_more_than_its_capacity(self):
        for asset in ASSETS:
            capacity, _ = self.limits[asset]
            assert self.available[asset] <= capacity
            assert self.words[asset] >> 96 & (2**96 - 1) <= capacity

    def invariant_i40_no_interval_sees_more_outflow_than_capacity_and_rate_allow(self):
        for asset, history in self.history.items():
            assert model.breach(history) is None, f"{asset}: {history}"

    def invariant_i41_consuming_nothing_and_refusing_write_nothing(self):
        assert self.writes_for_nothing == []

    def invariant_i42_an_act_on_one_asset_leaves_the_others_alone(self):
        assert self.writes_beside == []

    def invariant_i43_a_change_of_limit_adds_nothing(self):
        for first, held, capacity, now_held in self.configured:
            assert now_held == (capacity if first else min(held, capacity))


@pytest.fixture(scope="module")
def buckets(deployer):
    contracts = project.get_loaded_projects()[0]
    return deployer.deploy(contracts.LimitedOutflow), deployer.deploy(contracts.PeerOutflow), deployer


def test_the_limiter_does_what_its_reference_and_openzeppelins_bucket_do(state_machine, buckets):
    machine = {}

    class Rules(LimiterRules):
        def __init__(self, *arguments):
            LimiterRules.__init__(self, *arguments)
            machine["reached"] = self.reached

    settings = {"max_examples": RUNS, "stateful_step_count": STEPS, "suppress_health_check": HealthCheck.all()}
    state_machine(Rules, *buckets, settings=settings)
    expected = {"configure", "configure again", "CapacityTooLarge", "InvalidRefill", "nothing", "granted", "refused"}
    print(sorted(machine["reached"].items()))
    assert machine["reached"].keys() == expected | {"wait"}
