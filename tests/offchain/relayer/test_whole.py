"""Everything as processes: three attestors and a relayer, two chains with the real contracts."""

import pytest

from tests.offchain.attestor.process import Attestor
from tests.offchain.bridge_chains import ATTESTORS, until
from tests.offchain.relayer.stage import Relayer, environment


@pytest.fixture
def started(bridge, tmp_path):
    """Starts a service; all end with the test."""
    made = []

    def start(kind, told):
        made.append(kind(told, tmp_path / f"service{len(made)}.log"))
        made[-1].start()
        return made[-1]

    yield start
    for service in made:
        if service.process and service.process.poll() is None:
            service.kill()


def test_two_of_three_attestors_and_a_relayer_that_is_killed_carry_there_and_back(bridge, started, tmp_path):
    attestors = []
    for number, account in enumerate(ATTESTORS):
        key = {"QUITTANCE_DEVELOPMENT_KEY": f"0x{bytes(account.key).hex()}"}
        attestors.append(started(Attestor, bridge.environment(f"sqlite:///{tmp_path}/{number}.db", **key)))
        attestors[-1].account = account
    attestors[2].kill()
    relayer = started(Relayer, environment(bridge, f"sqlite:///{tmp_path}/relayer.db", attestors))
    bridge.lock(7)
    until(lambda: bridge.minted() == 7)
    relayer.kill()
    payee, before = bridge.near.accounts[5], bridge.near.web3.eth.get_balance(bridge.near.accounts[5])
    bridge.burn(3)
    bridge.lock(2)
    relayer.start()
    until(lambda: bridge.near.web3.eth.get_balance(payee) == before + 3 * 10**9)
    until(lambda: relayer.status(bridge.back, 0) == relayer.status(bridge.there, 1) == "completed")
    assert bridge.minted() == 7 - 3 + 2
    assert all(attestor.health() == (200, {}) for attestor in attestors[:2])
    assert relayer.health() == (200, {})
