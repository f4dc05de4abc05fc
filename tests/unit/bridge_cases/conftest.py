"""Routes under attack: a bridge token, vaults of a token, of coin and of odd tokens, and the check of a refusal."""

from contextlib import contextmanager

import pytest
from brownie import accounts, project

from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.support import NATIVE, reverts, send
from tests.unit.bridge_cases.route import (
    CAPACITY,
    COLLATERAL,
    LARGE_SHIFT,
    OTHER_CHAIN,
    PEER,
    PEER_ASSET,
    QUEUE_SECONDS,
    REFILL_SECONDS,
    THRESHOLD,
    Route,
    attestors,
)
from tests.unit.signing import DELAY, Council, owner_keys

HELD = 10**24
COARSE_UNIT = 10**12
INFINITE = 2**256 - 1


def trust_of(governor, guardian, addresses=None, threshold=THRESHOLD, capacity=CAPACITY):
    """Who governs, who attests and what may arrive, as either contract takes it."""
    addresses = [key.address for key in attestors()] if addresses is None else addresses
    governance = (GOVERNOR_DELAY_SECONDS, governor, guardian, threshold, addresses)
    return (*governance, LARGE_SHIFT, QUEUE_SECONDS, capacity, REFILL_SECONDS)


@pytest.fixture(scope="session")
def relayer():
    """Anyone who hands in what attestors signed."""
    return accounts[8]


@pytest.fixture(scope="module")
def build_vault(deploy, governor, guardian, relayer):
    """A vault of an asset that is not listed yet; any setting may be another than usual."""

    def build(asset, decimals=18, route_decimals=18, governed_by=governor, **settings):
        unit = 10 ** max(decimals - route_decimals, 0)
        trust = trust_of(governed_by, guardian, capacity=CAPACITY * unit, **settings)
        vault = deploy("BridgeVault", trust, asset, decimals, route_decimals)
        return Route(vault, asset, relayer, governed_by, unit)

    return build


@pytest.fixture(scope="module")
def build_token(deploy, governor, guardian, relayer):
    """A bridge token, of which nothing has arrived; any setting may be another than usual."""

    def build(governed_by=governor, **settings):
        trust = trust_of(governed_by, guardian, **settings)
        token = deploy("BridgeToken", trust, "Bridged Coin", "BCOIN", 18, OTHER_CHAIN, PEER, PEER_ASSET)
        return Route(token, None, relayer, governed_by)

    return build


@pytest.fixture(scope="module")
def open_vault(build_vault, governor, payer):
    """A vault that is listed, and holds collateral that was locked before its tests begin, unless told otherwise."""

    def build(asset, **settings):
        route = build_vault(asset, **settings)
        route.contract.list(OTHER_CHAIN, PEER, {"from": governor})
        return route.reread()

    return build


@pytest.fixture(scope="module")
def vault_of(deploy, open_vault, payer):
    """A listed vault of a mock token by name, of which the payer holds plenty; nothing is locked in it."""

    def build(name, **settings):
        asset = deploy(name)
        route = open_vault(asset, **settings)
        if hasattr(asset, "mint"):
            send(payer, asset.mint, payer, HELD)
        send(payer, asset.approve, route.contract, INFINITE)
        return route

    return build


def _collateral(route, account):
    """Somebody sends over what others will claim back: the outbox begins with it."""
    amount = COLLATERAL * route.unit
    value = amount if route.asset == NATIVE else 0
    send(account, route.contract.lock, PEER, amount, value=value)
    return route


@pytest.fixture(scope="module")
def filled_vault(vault_of, payer):
    return _collateral(vault_of("TestToken"), payer)


@pytest.fixture(scope="module")
def new_token(build_token):
    return build_token()


@pytest.fixture
def vault_route(filled_vault):
    """A vault of a well-behaved token, with collateral."""
    return filled_vault.reread()


@pytest.fixture
def token_route(new_token):
    """A bridge token."""
    return new_token.reread()


@pytest.fixture(params=["BridgeToken", "BridgeVault"])
def route(request, token_route, vault_route):
    """Either end: what arrives is checked the same way."""
    return token_route if request.param == "BridgeToken" else vault_route


@pytest.fixture(scope="module")
def filled_native(open_vault, payer):
    return _collateral(open_vault(NATIVE), payer)


@pytest.fixture
def native_route(filled_native):
    """A vault of the chain's own coin, with collateral."""
    return filled_native.reread()


@pytest.fixture
def coarse_route(vault_of, payer):
    """A vault whose asset has 18 decimals, and its route 6."""
    return vault_of("TestToken", route_decimals=6).reread()


@pytest.fixture
def unlisted(build_vault, deploy):
    """A vault without a route, which holds what somebody sent it."""
    asset = deploy("TestToken")
    route = build_vault(asset)
    asset.mint(route.contract, COLLATERAL)
    return route


@pytest.fixture
def build(route, build_token, open_vault, payer):
    """Another contract of the route's kind, for the same asset; any setting may be another than usual."""

    def build(**settings):
        if not route.is_vault:
            return build_token(**settings)
        twin = open_vault(route.asset, **settings)
        send(payer, route.asset.approve, twin.contract, INFINITE)
        return _collateral(twin, payer)

    return build


@pytest.fixture
def council(deploy, guardian, relayer):
    """The owners of a wallet of two of three, behind its timelock."""
    factory = deploy("MultiSigFactory", deploy("MultiSig"))
    keys = owner_keys(3)
    arguments = (2, [key.address for key in keys], guardian, DELAY, bytes(32))
    factory.create(*arguments, {"from": relayer})
    wallet = project.get_loaded_projects()[0].MultiSig.at(factory.addressOf(*arguments))
    return Council(wallet, keys, 2, relayer)


@pytest.fixture(params=["BridgeToken", "BridgeVault"])
def governed(request, council, deploy, build_token, build_vault):
    """Either end, with that wallet as its governor."""
    if request.param == "BridgeToken":
        return build_token(governed_by=council.wallet)
    return build_vault(deploy("TestToken"), governed_by=council.wallet)


@pytest.fixture
def refused(request):
    """Expect exactly this typed error, and that nothing in storage or coin of the contract and its asset moved."""

    @contextmanager
    def refused(error, *values, of=None):
        route = of or request.getfixturevalue("route")
        before = route.state()
        with reverts(error, *values):
            yield
        assert route.state() == before

    return refused
