"""Every flow of Settlement with every odd token, to the base unit."""

import pytest

from tests.unit.oddities.judge import judge
from tests.unit.oddities.settlement_flows import FLOWS
from tests.unit.oddities.table import SETTLEMENT, cells


@pytest.mark.parametrize(("flow", "oddity", "word"), cells(SETTLEMENT))
def test_settlement_with_an_odd_token(world, flow, oddity, word):
    judge(world, world.settlement, FLOWS[flow], oddity, word)
