"""Roles and contracts that every test of the contracts knows by name."""

import sys
from pathlib import Path
from typing import Any

import pytest
from brownie import accounts, project

from tests.support import forget_the_time, send, speed_up, stop_the_clock

TESTS = Path(__file__).resolve().parent
CONTRACT_TESTS = ("unit", "stateful")
GOVERNOR_DELAY_SECONDS = 2 * 24 * 3600


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A plain `brownie test` is the contracts alone; `pytest`, and so `make test`, is everything."""
    if not _by_brownie(config) or collection_path.parent != TESTS or not collection_path.is_dir():
        return None
    asked_for = any(collection_path in (Path(arg).resolve(), *Path(arg).resolve().parents) for arg in config.args)
    return None if asked_for or collection_path.name in CONTRACT_TESTS else True


def _by_brownie(config: pytest.Config) -> bool:
    """Whether the command was `brownie`; a worker of xdist is told its main process's command line."""
    argv = getattr(config, "workerinput", {}).get("mainargv", sys.argv)
    return Path(argv[0]).name == "brownie"


@pytest.fixture(scope="session", autouse=True)
def fast_chain() -> None:
    speed_up()
    stop_the_clock()


@pytest.fixture(autouse=True)
def isolation(fn_isolation: None) -> None:
    """Every test starts from the chain as its module's fixtures left it."""
    forget_the_time()


def _contract(name: str) -> Any:
    return getattr(project.get_loaded_projects()[0], name)


@pytest.fixture(scope="session")
def deployer() -> Any:
    return accounts[0]


@pytest.fixture(scope="session")
def governor() -> Any:
    return accounts[1]


@pytest.fixture(scope="session")
def guardian() -> Any:
    return accounts[2]


@pytest.fixture(scope="session")
def fee_recipient() -> Any:
    return accounts[3]


@pytest.fixture(scope="session")
def payer() -> Any:
    return accounts[4]


@pytest.fixture(scope="session")
def merchant() -> Any:
    return accounts[5]


@pytest.fixture(scope="session")
def stranger() -> Any:
    return accounts[6]


@pytest.fixture(scope="module")
def processor(deployer: Any, governor: Any, guardian: Any, fee_recipient: Any) -> Any:
    arguments = (GOVERNOR_DELAY_SECONDS, governor, guardian, 0, fee_recipient)
    return deployer.deploy(_contract("PaymentProcessor"), *arguments)


@pytest.fixture(scope="module")
def secure(deployer: Any, governor: Any, guardian: Any, fee_recipient: Any) -> Any:
    """The SecurePayment contract."""
    return deployer.deploy(_contract("SecurePayment"), GOVERNOR_DELAY_SECONDS, governor, guardian, 0, fee_recipient)


@pytest.fixture(scope="module")
def token(deployer: Any, payer: Any, merchant: Any, processor: Any, secure: Any) -> Any:
    """A well-behaved token of which payer and merchant hold 10^24 and have approved both contracts."""
    token = deployer.deploy(_contract("TestToken"))
    for holder in (payer, merchant):
        send(holder, token.mint, holder, 10**24)
        for spender in (processor, secure):
            send(holder, token.approve, spender, 2**256 - 1)
    return token
