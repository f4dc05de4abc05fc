"""A wallet of three owners of whom two must agree, what it holds, and how its owners get something done."""

import pytest
from brownie import accounts, project

from tests.support import NATIVE, holdings, send
from tests.unit.signing import DAY, DELAY, Council, owner_keys

NATIVE_LIMIT, TOKEN_LIMIT = 10**18, 10**21


@pytest.fixture(scope="session")
def relayer():
    """Anyone who carries to a wallet what its owners signed, and executes what is ready."""
    return accounts[8]


@pytest.fixture(scope="module")
def factory(deploy):
    return deploy("MultiSigFactory", deploy("MultiSig"))


@pytest.fixture(scope="module")
def create(factory, guardian, relayer):
    """A wallet of the given keys and threshold, without limits and with nothing in it, and its council."""

    def create(keys, threshold, guardian=guardian, delay=DELAY, salt=bytes(32)):
        arguments = (threshold, [key.address for key in keys], guardian, delay, salt)
        factory.create(*arguments, {"from": relayer})
        wallet = project.get_loaded_projects()[0].MultiSig.at(factory.addressOf(*arguments))
        return Council(wallet, keys, threshold, relayer)

    return create


@pytest.fixture(scope="module")
def bare(create):
    """The council of a wallet just created: two of three, no limits, empty."""
    return create(owner_keys(3), 2)


@pytest.fixture(scope="module")
def fund(payer, deployer):
    """Give a wallet 100 coins."""

    def fund(wallet):
        payer.transfer(wallet, 100 * 10**18)

    return fund


@pytest.fixture(scope="module")
def token(deploy, bare, payer, deployer):
    """A well-behaved token of which the wallet holds 10^24."""
    token = deploy("TestToken")
    send(deployer, token.mint, bare.wallet, 10**24)
    return token


@pytest.fixture(scope="module")
def council(bare, fund, token):
    """The owners of a wallet that holds coin and tokens and may pay 1 coin and 1,000 tokens a day at once."""
    fund(bare.wallet)
    set_limit(bare, NATIVE, NATIVE_LIMIT)
    set_limit(bare, token, TOKEN_LIMIT)
    return bare


@pytest.fixture(scope="module")
def wallet(council):
    return council.wallet


@pytest.fixture(scope="module")
def payee():
    return accounts[9]


@pytest.fixture(params=["coin", "token"])
def asset(request, token):
    return {"coin": NATIVE, "token": token}[request.param]


@pytest.fixture
def limit(asset):
    return NATIVE_LIMIT if asset == NATIVE else TOKEN_LIMIT


@pytest.fixture(scope="module")
def hostile(deploy, council, deployer):
    """A mock token by name, of which the wallet holds 10^24 and may pay 1,000 a day at once."""

    def hostile(name):
        token = deploy(name)
        send(deployer, token.mint, council.wallet, 10**24)
        set_limit(council, token, TOKEN_LIMIT)
        return token

    return hostile


def set_limit(council, asset, capacity):
    """The owners set the limit of an asset, a day from empty to full."""
    council.carry_out(council.own("configureLimit", str(asset), capacity, DAY))


def moved(asset, before, *accounts):
    """What each account gained since."""
    after = holdings([asset], accounts)
    return [after[str(asset), str(account)] - before[str(asset), str(account)] for account in accounts]
