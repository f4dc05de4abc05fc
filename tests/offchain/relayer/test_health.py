"""A relayer is not well while nothing moves, although no turn of it fails."""

import os
import signal
import subprocess

from tests.offchain.bridge_chains import GOVERNOR, until
from tests.offchain.relayer.stage import Relayer


def test_attestors_in_office_that_it_does_not_know_make_it_unwell(bridge, attestors, relayer):
    until(lambda: relayer.health() == (200, {}))
    known = [attestor.account.address for attestor in attestors]
    strangers = sorted([*known[:2], bridge.far.accounts[9]], key=str.lower)
    bridge.far.act(GOVERNOR, bridge.token.functions.rotate(2, strangers))
    _, problems = until(lambda: (found := relayer.health())[0] == 503 and found)
    assert "UnknownOffice" in problems[f"carry:0x{bridge.there.hex()}"]
    assert f"carry:0x{bridge.back.hex()}" not in problems
    bridge.far.act(GOVERNOR, bridge.token.functions.rotate(2, known))
    until(lambda: relayer.health() == (200, {}))
    bridge.lock()
    until(lambda: bridge.minted() == 5)


def test_a_key_that_cannot_pay_makes_it_unwell_until_it_can(bridge, relayer):
    until(lambda: relayer.health() == (200, {}))
    bridge.far.rpc("anvil_setBalance", bridge.payer_address, hex(10**9))
    bridge.lock()
    until(lambda: "NoGas" in str(relayer.health()[1]))
    assert bridge.arrived() == 0
    bridge.far.rpc("anvil_setBalance", bridge.payer_address, hex(10**20))
    until(lambda: bridge.minted() == 5)
    until(lambda: relayer.health() == (200, {}))


def test_a_database_that_says_nothing_makes_it_unwell_until_it_speaks(bridge, relayers, postgres):
    relayer: Relayer = relayers(postgres.new("silent"))
    relayer.start()
    until(lambda: relayer.health() == (200, {}))
    listed = subprocess.run(["pgrep", "-P", str(postgres.process.pid)], capture_output=True, text=True, check=True)
    frozen = [postgres.process.pid, *map(int, listed.stdout.split())]
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        until(lambda: "TimeoutError" in str(relayer.health()[1]))
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
    bridge.lock()
    until(lambda: bridge.minted() == 5)
    until(lambda: relayer.health() == (200, {}))
