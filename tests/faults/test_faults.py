"""A few faults of every kind are survived, the control does not survive them, and the report says what was counted."""

import copy
import json

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


@pytest.fixture
def committed():
    return json.loads(report.NUMBERS.read_text())


def test_the_committed_report_says_that_thousands_of_faults_lost_and_doubled_nothing(committed):
    assert report.verdict(committed) == []
    assert report.REPORT.read_text() == report.render(committed)


@pytest.mark.parametrize(
    ("part", "of", "what", "number"),
    [
        ("payouts", "judged", "lost", 1),
        ("payouts", "judged", "doubled", 1),
        ("payouts", "judged", "lines without an end", 1),
        ("payouts", "faults", "kills", 10),
        ("payouts", "faults", "reorgs", 10),
        ("bridge", "judged", "lost", 1),
        ("bridge", "judged", "doubled", 1),
        ("bridge", "judged", "disagreements", 1),
        ("bridge", "judged", "transfers", 999),
        ("control", "judged", "doubled", 0),
        ("control", "judged", "lost", 0),
    ],
)
def test_a_verdict_is_not_given_for_less(committed, part, of, what, number):
    worse = copy.deepcopy(committed)
    worse[part][of][what] = number
    assert len(report.verdict(worse)) == 1
