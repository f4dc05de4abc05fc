"""Senders alone: payouts by plain transfers, where no contract stops a second one. Ours, and the control."""

import asyncio
import json
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

from eth_account import Account

from offchain.store.database import Database
from tests.faults import nodes, payer
from tests.faults.plan import DEEPEST
from tests.faults.proxies import Proxies
from tests.faults.steps import WORD
from tests.offchain import servers

ROOT = Path(__file__).resolve().parents[2]
QUIET_BLOCKS = 80
"""After so many empty blocks the highest base fee is down again."""
LAST_LIVES = 12


class Starter:
    """Has processes live and die."""

    def __init__(self, process):
        self._process = process

    def begin(self, life):
        self._process.stdin.write(json.dumps(life) + "\n")
        self._process.stdin.flush()

    def end(self):
        """The exit code of the life that was begun, and its last words."""
        said = []
        while not (said and said[-1].startswith("ended")):
            said.append(self._process.stdout.readline())
            assert said[-1], "the starter of processes has ended"
        return int(said[-1].split()[1]), "".join(said[:-1]).strip()


@contextmanager
def starter():
    command = [sys.executable, "-m", payer.__name__]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Starter(process)
        process.stdin.close()


class Sender:
    """One account on a chain of its own, its database, and the payees of one line."""

    def __init__(self, way, line, chain, database_url, urls):
        self.way, self.line, self.chain, self.urls = way, line, chain, urls
        self.branches = nodes.Branches(chain)
        self.secret = "0x" + secrets.token_hex(32)
        self.address = Account.from_key(self.secret).address
        self.database_url, self.count, self.faults = database_url, 0, Counter()
        chain.rpc("anvil_setBalance", self.address, hex(10**21))
        chain.mine(2 * DEEPEST)

    def life(self, new, doom, patience_seconds, blocks):
        return {
            "way": self.way,
            "node": self.chain.url,
            "urls": self.urls,
            "database": self.database_url,
            "secret": self.secret,
            "series": self.line.number + 1,
            "count": self.count,
            "new": new,
            "doom": doom,
            "patience_seconds": patience_seconds,
            "blocks": blocks,
        }

    def suffer(self, starter, postgres):
        """All that the plan has for it."""
        for fate in self.line.lives:
            self.count += fate.new
            starter.begin(self.life(fate.new, fate.doom, fate.patience_seconds, fate.blocks))
            restarts = fate.restarts_database and self.way == "dispatch"
            if restarts:
                time.sleep(fate.doom or 0)
                postgres.stop()
                postgres.start()
                self.faults["database restarts"] += 1
            code, said = starter.end()
            self.faults["lives"] += 1
            if WORD in said:
                assert code == -signal.SIGKILL
                self.faults["kills"] += 1
                self.faults[said[said.index(WORD) :].splitlines()[0]] += 1
            elif code:
                self.faults["lives that ended in an error"] += 1
                assert restarts or self.line.has_proxies or self.way == "control", json.loads(said)
            self._befall(fate)

    def _befall(self, fate):
        if fate.loses_pool and (lost := nodes.lose_pool(self.chain)):
            self.faults["transactions dropped from a pool"] += lost
        if fate.spike:
            nodes.spike(self.chain, fate.spike)
            self.faults["base-fee spikes"] += 1
        if fate.mined:
            self.chain.mine(fate.mined)
        had, became = self.branches.reorganize(fate.reorg, fate.way_back)
        self.faults["reorgs"] += 1
        self.faults["reorgs by anvil_rollback"] += became == "returned"
        self.faults["reorgs that took transactions"] += had > 0
        self.faults[f"transactions {became} by a reorg"] += had

    def settle(self, starter):
        """No more faults: let it finish. Whether it says that it has."""
        self.chain.mine(QUIET_BLOCKS)
        self.urls = [self.chain.url]
        for _ in range(LAST_LIVES):
            starter.begin(self.life(1, None, 0, [3] * 8))
            code, said = starter.end()
            assert code == 0, said
            if said == "done":
                break
        self.chain.mine(2 * DEEPEST + 1)
        return said == "done"

    def judged(self):
        """What the chain says: payouts that never came, and payments beyond the first of a payout."""
        balances = [self.chain.balance(payout.to) for payout in payer.payouts(self.line.number + 1, self.count)]
        mined = self.chain.count(self.address)
        return {
            "payouts": len(balances),
            "lost": balances.count(0),
            "doubled": sum(balance - 1 for balance in balances if balance > 1),
            "transactions without a payout": mined - sum(balances),
        }


def run(way, line, starter, postgres, seed):
    """One line from its first payout to its judgement."""
    with tempfile.TemporaryDirectory() as folder, servers.anvil("--no-mining", epoch_slots=DEEPEST // 2) as chain:
        database_url = f"sqlite:///{folder}/sender.db"
        if way == "control":
            database_url = f"{folder}/record.db"
        elif line.database == "postgresql":
            database_url = postgres.new(f"line_{line.number}")
        if way == "dispatch":
            asyncio.run(_migrate(database_url))
        with Proxies(*[chain.url] * line.has_proxies, seed=f"{seed}:{line.number}") as proxies:
            urls = proxies.urls(chain.url) if line.has_proxies else [chain.url]
            sender = Sender(way, line, chain, database_url, urls)
            sender.suffer(starter, postgres)
            lost, forged = proxies.faults()
            sender.faults |= {"exchanges lost or reordered": lost, "answers forged": forged}
        is_done = sender.settle(starter)
        return sender.faults, sender.judged() | {"lines without an end": int(not is_done)}


async def _migrate(url):
    database = Database(url)
    await database.migrate()
    await database.close()
