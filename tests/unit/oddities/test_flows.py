"""Every flow of the processor, of SecurePayment and of a wallet with every odd token, to the base unit."""

import pytest

from tests.unit.oddities import processor_flows, secure_flows, signed_flows, wallet_flows
from tests.unit.oddities.judge import judge
from tests.unit.oddities.table import MULTISIG, PAYMENT_PROCESSOR, SECURE_PAYMENT, SIGNED_PAYMENTS, cells


@pytest.mark.parametrize(("flow", "oddity", "word"), cells(PAYMENT_PROCESSOR))
def test_the_processor_with_an_odd_token(world, flow, oddity, word):
    judge(world, world.processor, processor_flows.FLOWS[flow], oddity, word)


@pytest.mark.parametrize(("flow", "oddity", "word"), cells(SIGNED_PAYMENTS))
def test_the_processor_with_an_odd_token_and_a_payer_who_signs(world, flow, oddity, word):
    judge(world, world.processor, signed_flows.FLOWS[flow], oddity, word)


@pytest.mark.parametrize(("flow", "oddity", "word"), cells(SECURE_PAYMENT))
def test_secure_payment_with_an_odd_token(world, flow, oddity, word):
    judge(world, world.secure, secure_flows.FLOWS[flow], oddity, word)


@pytest.mark.parametrize(("flow", "oddity", "word"), cells(MULTISIG))
def test_a_wallet_with_an_odd_token(world, flow, oddity, word):
    judge(world, world.wallet, wallet_flows.FLOWS[flow], oddity, word)
