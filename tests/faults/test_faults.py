"""A few faults of every kind are survived, and the control does not survive them."""

import pytest

from tests.faults import everything, plan, report

SEED = 7
"""By its plan, every kind of fault is among the few."""


@pytest.fixture(scope="module")
def few():
    return everything.run(SEED, plan.SHORT, lambda *_: None)


def test_under_every_kind_of_fault_nothing_is_lost_or_doubled_and_the_control_fails(few):
    assert report.verdict(few, kills=20, reorgs=20, transfers=10) == []


def test_every_kind_of_fault_was_among_the_few(few):
    injected = {kind for part in report.OURS for kind, count in few[part]["faults"].items() if count}
    assert set(report.KINDS) - injected <= {"lives that ended in an error"}


def test_the_same_seed_gives_the_same_plan_and_another_one_another():
    def drawn(seed):
        lines = [plan.line(seed, number, plan.SHORT).lives for number in range(3)]
        return lines, plan.rounds(seed, plan.SHORT)

    assert drawn(7) == drawn(7) != drawn(8)
