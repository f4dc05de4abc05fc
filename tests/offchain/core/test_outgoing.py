"""Fees that replace others are taken by every node, and never above the ceiling."""

import pytest
from hypothesis import strategies as st
from hypothesis.core import given  # the package's own `given` is Brownie's, which reverts a chain: here is none

from offchain.core.outgoing import Fees

WEI = st.integers(0, 10**14)


def fees(pair):
    return Fees(min(pair), max(pair))


@given(st.tuples(WEI, WEI).map(fees), st.tuples(WEI, WEI).map(fees), WEI)
def test_a_replacement_is_a_tenth_higher_in_both_and_within_the_ceiling(old, wanted, ceiling):
    new = old.raised(wanted, ceiling)
    if new is None:
        assert ceiling <= old.cap * 11 // 10 + 1
        return
    assert new.tip * 10 >= old.tip * 11 and new.tip > old.tip
    assert new.cap * 10 >= old.cap * 11 and new.cap > old.cap
    assert new.tip <= new.cap <= ceiling


@given(st.tuples(WEI, WEI).map(fees), st.tuples(WEI, WEI).map(fees), WEI)
def test_what_is_wanted_is_given_where_the_ceiling_allows_it(old, wanted, ceiling):
    new = old.raised(wanted, ceiling)
    if new is not None:
        assert new.tip >= min(wanted.tip, ceiling) and new.cap >= min(wanted.cap, ceiling)


def test_the_step_is_an_eighth_and_near_the_ceiling_a_tenth():
    assert Fees(800, 8000).raised(Fees(0, 0), 10**6) == Fees(901, 9001)
    assert Fees(800, 8000).raised(Fees(0, 0), 8900) == Fees(881, 8801)
    assert Fees(800, 8000).raised(Fees(0, 0), 8800) is None


@pytest.mark.parametrize(("ceiling", "expected"), [(50, Fees(7, 50)), (5, Fees(5, 5)), (500, Fees(7, 100))])
def test_fees_stay_within_a_ceiling(ceiling, expected):
    assert Fees(7, 100).within(ceiling) == expected
