"""A bridge between two chains: locks, burns, checkpoints, deliveries in any order, reorganisations, and who governs."""

import pytest
from brownie import interface
from hypothesis import HealthCheck, Phase
from hypothesis.internal.conjecture.engine import ConjectureRunner

from tests.stateful.bridge_quiescence import ObservedQuiescence
from tests.stateful.bridge_stage import Stage

RUNS, STEPS = 36, 60
WEIGHTS = {
    "rule_lock": 7,
    "rule_burn": 5,
    "rule_transfer": 1,
    "rule_attest": 4,
    "rule_arrive": 9,
    "rule_split": 4,
    "rule_split_point": 4,
    "rule_arrive_at_a_point": 5,
    "rule_release_queued": 6,
    "rule_veto": 3,
    "rule_let_go": 4,
    "rule_return": 2,
    "rule_unpause": 6,
    "rule_list": 2,
    "rule_rotate": 2,
    "rule_reorganize": 2,
    "rule_wait": 4,
}


INTERFACES = ("IBridgeVault", "IBridgeToken", "ICircuitBreaker", "IHeartbeat", "ITokenBucket")


class BridgeRules(ObservedQuiescence):
    """Rules and invariants together."""


@pytest.fixture(scope="module")
def bridge_stage():
    stage = Stage()
    yield stage
    stage.close()


def test_a_bridge_between_two_chains_does_what_the_model_says(state_machine, bridge_stage, monkeypatch):
    # as in test_payments.py: a repeated run would only do the same again
    monkeypatch.setattr(ConjectureRunner, "generate_mutations_from", lambda self, data: None)
    settings = {
        "max_examples": RUNS,
        "stateful_step_count": STEPS,
        "suppress_health_check": HealthCheck.all(),
        "phases": [Phase.generate],  # to shrink a run of that many steps takes minutes, and is given up
    }
    BridgeRules.enter(bridge_stage, STEPS // 2, WEIGHTS)
    state_machine(BridgeRules, settings=settings)
    reached = BridgeRules.reached
    in_vain = {act for act, _ in reached} - {act for act, result in reached if result == "done"}
    assert not in_vain, f"every act succeeds now and then: {sorted(reached.items())}"
    acts = {entry["name"] for name in INTERFACES for entry in getattr(interface, name).abi if _changes(entry)}
    assert acts - BridgeRules.went_through == {"push"}  # which the vault alone calls: invariant 65


def _changes(entry):
    return entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
