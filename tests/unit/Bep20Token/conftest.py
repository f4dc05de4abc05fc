"""The token of BNB Chain."""

import pytest

from tests.unit import coins


@pytest.fixture(scope="module")
def coin(deploy, governor, guardian, payer, merchant):
    return coins.build(deploy, "Bep20Token", governor, guardian, payer, merchant)
