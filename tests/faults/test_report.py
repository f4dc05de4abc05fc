"""The report says what was counted, and gives its verdict for nothing less."""

import copy
import json

import pytest

from tests.faults import report


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
