"""Every flow of the processor, of SecurePayment and of a wallet with every odd token, to the base unit."""

import pytest

from tests.unit.oddities import processor_flows, secure_flows, wallet_flows
from tests.unit.oddities.case import Case
from tests.unit.oddities.judge import judge
from tests.unit.oddities.table import MULTISIG, PAYMENT_PROCESSOR, SECURE_PAYMENT, cells


@pytest.mark.parametrize(("flow", "oddity", "word"), cells(PAYMENT_PROCESSOR))
def test_the_processor_with_an_odd_token(world, flow, oddity, word):
    case = Case(world, oddity, world.processor)
    judge(case, processor_flows.FLOWS[flow](case), word)


@pytest.mark.parametrize(("flow", "oddity", "word"), cells(SECURE_PAYMENT))
def test_secure_payment_with_an_odd_token(world, flow, oddity, word):
    case = Case(world, oddity, world.secure)
    judge(case, secure_flows.FLOWS[flow](case), word)


@pytest.mark.parametrize(("flow", "oddity", "word"), cells(MULTISIG))
def test_a_wallet_with_an_odd_token(world, flow, oddity, word):
    case = Case(world, oddity, world.wallet)
    judge(case, wallet_flows.FLOWS[flow](case), word)
