"""The stablecoin, those who run it, and a holder without native coin who only ever signs."""

import pytest
from brownie import accounts

from tests.support import now
from tests.unit import coins
from tests.unit.signing import owner_keys, signature
from tests.unit.typed_messages import FOREVER, RECEIVE, TRANSFER, Authorization, digest, domain, nonce


@pytest.fixture(scope="module")
def coin(deploy, governor, guardian, payer, merchant, holder):
    return coins.build(deploy, "Stablecoin", governor, guardian, payer, merchant, holder.address)


@pytest.fixture(scope="module")
def holder():
    """The key of a holder. A test key: worth nothing anywhere."""
    (key,) = owner_keys(1, "holder of a stablecoin")
    return key


@pytest.fixture(scope="module")
def other_key():
    (key,) = owner_keys(1, "somebody else")
    return key


@pytest.fixture(scope="module")
def minter():
    return accounts[coins.ISSUER]


@pytest.fixture(scope="module")
def blocklister():
    return accounts[coins.OFFICER]


@pytest.fixture(scope="module")
def master_minter():
    return accounts[coins.MASTER_MINTER]


@pytest.fixture
def terms(holder, merchant):
    """An authorization of the holder for the merchant, good now; any part may be another."""

    def terms(**other):
        usual = Authorization(holder.address, merchant.address, 125_500_000, now() - 1, FOREVER, nonce(7))
        return usual._replace(**other)

    return terms


@pytest.fixture
def signed(coin, holder):
    """A signature, in 65 bytes, over a message of the coin: the holder's, unless another key is named."""

    def signed(kind, *values, key=None, **other):
        return signature(key or holder, digest(domain(coin, **other), kind, *values))

    return signed


@pytest.fixture(params=["v, r, s", "bytes"])
def form(request):
    """The two forms in which EIP-3009's functions take a signature."""
    return request.param


@pytest.fixture(params=["transferWithAuthorization", "receiveWithAuthorization"])
def entrance(request):
    """The two functions that carry out an authorization, and the type of what is signed for each."""
    return request.param, {"t": TRANSFER, "r": RECEIVE}[request.param[0]]
