"""Payment contracts that a real wallet governs, and the owners of that wallet."""

import pytest
from brownie import accounts, project

from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.unit.signing import DELAY, Council, owner_keys


@pytest.fixture(scope="module")
def relayer():
    """Anyone who carries to a wallet what its owners signed, and executes what is ready."""
    return accounts[8]


@pytest.fixture(scope="module")
def council_of(deploy, guardian, relayer):
    """A wallet of three owners of whom two must agree, with that delay, and its council."""
    factory = deploy("MultiSigFactory", deploy("MultiSig"))
    keys = owner_keys(3, "governor")

    def council_of(delay):
        arguments = (2, [key.address for key in keys], guardian, delay, bytes(32))
        factory.create(*arguments, {"from": relayer})
        wallet = project.get_loaded_projects()[0].MultiSig.at(factory.addressOf(*arguments))
        return Council(wallet, keys, 2, relayer)

    return council_of


@pytest.fixture(scope="module")
def council(council_of):
    return council_of(DELAY)


@pytest.fixture(scope="module", params=["PaymentProcessor", "SecurePayment"])
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def govern(deploy, kind, guardian, fee_recipient):
    """The contract, governed by whom the test says."""
    return lambda governor: deploy(kind, GOVERNOR_DELAY_SECONDS, governor, guardian, 0, fee_recipient)


@pytest.fixture(scope="module")
def governed(govern, council):
    return govern(council.wallet)
