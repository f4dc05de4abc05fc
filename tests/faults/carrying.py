"""The whole bridge under faults: two chains, three attestors and a relayer as processes, PostgreSQL, faulty nodes."""

import contextlib
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from eth_account import Account
from eth_utils.crypto import keccak

from tests.faults import doomed, ledger, nodes
from tests.faults.plan import BRIDGE_DEEPEST, SIDES, SPIKE_WEI
from tests.faults.proxies import Proxies
from tests.faults.steps import WORD
from tests.offchain.attestor.process import Attestor
from tests.offchain.bridge_chains import ATTESTORS, FAR, NEAR, RECIPIENT, ROOT, SENDER, UNIT, stage, until
from tests.offchain.relayer.stage import Relayer

FUNDS = 100_000
"""Locked at first for the account that burns, in the route's units."""
DOOM_SECONDS = 8
"""A relayer that has not come to its fatal step by then is killed where it is."""
QUIET_SECONDS = 3_600


class DoomedRelayer(Relayer):
    module = doomed.__name__


class World:
    """A bridge, who serves it, and what was sent over it."""

    def __init__(self, bridge, folder, postgres, proxies):
        self.bridge, self.postgres, self.proxies = bridge, postgres, proxies
        self.database_url = postgres.new("carrying")
        self.faults, self.payees, self.sent = Counter(), 0, 0
        self.branches = {side: nodes.Branches(self.chain(side)) for side in SIDES}
        urls = {
            f"QUITTANCE_RPC_{chain_id}": ",".join(proxies.urls(chain.url))
            for chain_id, chain in ((NEAR, bridge.near), (FAR, bridge.far))
        }
        self.attestors = []
        for number, account in enumerate(ATTESTORS):
            key = {"QUITTANCE_DEVELOPMENT_KEY": f"0x{bytes(account.key).hex()}"}
            told = bridge.environment(f"sqlite:///{folder}/attestor{number}.db", **urls | key)
            self.attestors.append(Attestor(told, folder / f"attestor{number}.log"))
        addresses = (f"{a.address}={s.url}" for a, s in zip(ATTESTORS, self.attestors, strict=True))
        key = {"QUITTANCE_DEVELOPMENT_KEY": bridge.payer, "QUITTANCE_ATTESTORS": ",".join(addresses)}
        self.relayer = DoomedRelayer(
            bridge.environment(self.database_url, **urls | key, FATAL_STEP="0"), folder / "relayer.log"
        )

    def chain(self, side):
        return getattr(self.bridge, side)

    def payee(self):
        """An account that nothing else is sent to."""
        self.payees += 1
        return Account.from_key(keccak(text=f"payee {self.payees}")).address

    def begin(self, service, **changes):
        """Start a process, and do not wait for it."""
        with service.log.open("a") as log:
            command = [sys.executable, "-m", service.module]
            environment = service.environment | changes
            self.faults["lives"] += 1
            service.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log, stdout=log)

    def runs(self, service):
        return service.process is not None and service.process.poll() is None

    def kill(self, service, name):
        """SIGKILL, if it runs; a process that a fault kept from starting does not."""
        if self.runs(service):
            service.kill()
            self.faults["kills"] += 1
            self.faults[f"{WORD}{name}, a drawn moment"] += 1

    def suffer(self, round_):
        """All that is planned for a round: its faults happen while relayer and attestors work."""
        moments = iter(round_.moments)
        for attestor in self.attestors:
            if not self.runs(attestor):
                self.begin(attestor)
        began = self.relayer.log.stat().st_size if self.relayer.log.exists() else 0
        self.begin(self.relayer, FATAL_STEP=str(round_.fatal_step))
        self._send(round_)
        for number in round_.attestors:
            time.sleep(next(moments))
            self.kill(self.attestors[number], "an attestor")
        for side, depth, way_back in round_.reorgs:
            time.sleep(next(moments))
            chain = self.chain(side)
            chain.hold()
            had, became = self.branches[side].reorganize(depth, way_back)
            chain.go_on()
            self.faults["reorgs"] += 1
            self.faults["reorgs by anvil_rollback"] += became == "returned"
            self.faults["reorgs that took transactions"] += had > 0
            self.faults[f"transactions {became} by a reorg"] += had
        if round_.spike:
            nodes.spike(self.chain(round_.spike), SPIKE_WEI)
            self.faults["base-fee spikes"] += 1
        if round_.loses_pool:
            self.faults["transactions dropped from a pool"] += nodes.lose_pool(self.bridge.far)
        if round_.restarts_database:
            self.postgres.stop()
            self.postgres.start()
            self.faults["database restarts"] += 1
        if round_.fatal_step:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.relayer.process.wait(DOOM_SECONDS)
        else:
            time.sleep(next(moments))
        with self.relayer.log.open() as log:
            log.seek(began)
            steps = [line.strip() for line in log if line.startswith(WORD)]
        self.faults["kills"] += len(steps)
        self.faults.update(steps)
        self.kill(self.relayer, "the relayer")

    def _send(self, round_):
        """Transfers both ways, each to a payee of its own."""
        near, far = self.bridge.near, self.bridge.far
        nonce = near.web3.eth.get_transaction_count(near.accounts[SENDER], "pending")
        sent = [
            self.bridge.vault.functions.lock(self.payee(), amount * UNIT).transact(
                {"from": near.accounts[SENDER], "value": amount * UNIT, "gas": 120_000, "nonce": nonce + i}
            )
            for i, amount in enumerate(round_.amounts)
        ]
        near.mined(sent[-1])
        rich = self.bridge.minted() if round_.burns else 0
        for amount in range(1, min(round_.burns, rich) + 1):
            far.act(RECIPIENT, self.bridge.token.functions.burn(self.payee(), amount))

    def settle(self):
        """No more faults: let all arrive that left. Whether it did, and the table says so."""
        self.proxies.calm()
        for service in (*self.attestors, self.relayer):
            if not self.runs(service):
                self.begin(service)
        try:
            until(lambda: ledger.is_quiet(self.bridge, self.database_url), QUIET_SECONDS)
        except AssertionError:
            return False
        return all(self.runs(service) for service in (*self.attestors, self.relayer))

    def end(self):
        for service in (*self.attestors, self.relayer):
            if self.runs(service):
                service.kill()


def run(rounds, postgres, seed, show=lambda *_: None):
    """A whole bridge from its first transfer to its judgement: faults, and what the chains say."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bridge = stack.enter_context(stage(folder, epoch_slots=BRIDGE_DEEPEST // 2))
        for chain in (bridge.near, bridge.far):
            chain.mine(2 * BRIDGE_DEEPEST)
        proxies = stack.enter_context(Proxies(bridge.near.url, bridge.far.url, seed=f"{seed}:bridge"))
        world = World(bridge, folder, postgres, proxies)
        stack.callback(world.end)
        bridge.lock(FUNDS)
        bridge.near.mine(2 * BRIDGE_DEEPEST)  # that is final, so that there is something to burn
        for number, round_ in enumerate(rounds):
            world.suffer(round_)
            show(f"bridge: round {number + 1} of {len(rounds)}", world.faults)
        lost, forged = proxies.faults()
        world.faults |= {"exchanges lost or reordered": lost, "answers forged": forged}
        is_quiet = world.settle()
        return world.faults, ledger.judged(bridge, world.database_url) | {"lines without an end": int(not is_quiet)}
