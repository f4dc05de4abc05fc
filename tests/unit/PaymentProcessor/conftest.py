"""The call of a batch, which two modules test."""

import pytest

from tests.support import NATIVE
from tests.unit.PaymentProcessor.payees import BATCH, PAYOUTS, TOTAL


@pytest.fixture
def pay_batch(processor, payer):
    """Process a batch; native coin comes along unless another value is named."""

    def pay(asset=NATIVE, payouts=PAYOUTS, total=TOTAL, value=None, batch_id=BATCH, payer=payer):
        value = (total if asset == NATIVE else 0) if value is None else value
        return processor.processBatch(asset, payouts, total, batch_id, {"from": payer, "value": value})

    return pay
