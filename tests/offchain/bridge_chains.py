"""Two chains with the real contracts of a bridge, and a service beside them as a process of its own."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import requests
from eth_account import Account
from eth_utils.crypto import keccak
from web3 import HTTPProvider, Web3

from offchain.core.checkpoint import Side, route_id
from tests.offchain import servers

ROOT = Path(__file__).resolve().parents[2]
NEAR, FAR = 31337, 31338
NATIVE = "0x" + "00" * 20
UNIT = 10**9
"""Base units of the coin in one of the route."""
CAPACITY = 10**12
"""In units of the route; a quarter of it waits."""
DELAY_SECONDS = 3600
# TEST KEYS: anybody can compute them.
ATTESTORS = sorted(
    (Account.from_key(keccak(text=f"quittance test attestor {i}")) for i in range(3)), key=lambda a: a.address.lower()
)
GOVERNOR, GUARDIAN, SENDER, RECIPIENT = range(1, 5)


def built(name):
    return json.loads((ROOT / "build" / "contracts" / f"{name}.json").read_text())


def until(condition, seconds=240):
    """The first true answer of `condition`; fails when it does not come."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(0.05)
    raise AssertionError("waited in vain")


class Chain:
    """A node, seen by web3, whose accounts sign for whoever asks."""

    def __init__(self, anvil):
        self.url, self.rpc, self.mine = anvil.url, anvil.rpc, anvil.mine
        self.web3 = Web3(HTTPProvider(anvil.url))
        self.accounts = self.web3.eth.accounts

    def deploy(self, name, *arguments):
        made = built(name)
        kind = self.web3.eth.contract(abi=made["abi"], bytecode=made["bytecode"])
        receipt = self.mined(kind.constructor(*arguments).transact({"from": self.accounts[0]}))
        return self.web3.eth.contract(receipt["contractAddress"], abi=made["abi"])

    def act(self, who, call, value=0):
        """A call by one of the accounts, that goes well."""
        receipt = self.mined(call.transact({"from": self.accounts[who], "value": value}))
        assert receipt["status"] == 1
        return receipt

    def mined(self, transaction):
        return self.web3.eth.wait_for_transaction_receipt(transaction, timeout=120, poll_latency=0.02)

    def enrich(self, account):
        """Give an account a hundred coins, by a transaction: a balance that is set spoils a block's state."""
        self.mined(self.web3.eth.send_transaction({"from": self.accounts[0], "to": account, "value": 10**20}))

    def impoverish(self, account):
        """Take all that an account has. The newest block's state no longer hashes to its header: that one passes by."""
        self.rpc("anvil_setBalance", account, "0x0")
        spoilt = self.web3.eth.get_block("latest")["number"]
        until(lambda: self.web3.eth.get_block("finalized")["number"] > spoilt)

    def hold(self, *, automine=False):
        """From now on no block comes by itself; with `automine` each transaction has one of its own."""
        self.rpc("evm_setIntervalMining", 0)
        self.rpc("evm_setAutomine", automine)

    def go_on(self):
        self.rpc("evm_setIntervalMining", 1)


class Stage:
    """A vault of native coin on the near chain, its token on the far one, and who signs for them."""

    def __init__(self, folder, near, far):
        self.folder, self.near, self.far = folder, near, far
        self.payer = "0x" + secrets.token_hex(32)
        self.payer_address = Account.from_key(self.payer).address
        for chain in (near, far):
            chain.enrich(self.payer_address)
        self.vault = self.new_vault()
        self.token = self.new_token(self.vault.address)
        near.act(GOVERNOR, self.vault.functions.list(FAR, self.token.address))
        sides = Side(NEAR, self.vault.address, NATIVE), Side(FAR, self.token.address, self.token.address)
        self.there, self.back = route_id(*sides), route_id(*reversed(sides))
        for chain in (near, far):  # what is two blocks deep is final; from now on a block each second
            chain.rpc("anvil_mine", "0x3")
            chain.go_on()

    def new_vault(self):
        return self.near.deploy("BridgeVault", self.trust(CAPACITY * UNIT), NATIVE, 18, 9)

    def new_token(self, vault):
        return self.far.deploy("BridgeToken", self.trust(CAPACITY), "Far Ether", "qETH", 9, NEAR, vault, NATIVE)

    def trust(self, capacity):
        """Who governs and attests, and what may arrive, as either contract takes it."""
        attestors = [attestor.address for attestor in ATTESTORS]
        accounts = self.near.accounts
        return (86_400, accounts[GOVERNOR], accounts[GUARDIAN], 2, attestors, 2, DELAY_SECONDS, capacity, 86_400)

    def end(self, route):
        """Source chain, source, destination chain, destination of a route."""
        ends = (self.near, self.vault), (self.far, self.token)
        return (*ends[0], *ends[1]) if route == self.there else (*ends[1], *ends[0])

    @property
    def recipient(self):
        return self.far.accounts[RECIPIENT]

    def lock(self, amount=5, to=None):
        return self.near.act(SENDER, self.vault.functions.lock(to or self.recipient, amount * UNIT), amount * UNIT)

    def lock_many(self, amounts):
        """Many at once: their receipts are not waited for."""
        calls = [self.vault.functions.lock(self.recipient, amount * UNIT) for amount in amounts]
        sent = [
            c.transact({"from": self.near.accounts[SENDER], "value": a * UNIT, "gas": 120_000})
            for c, a in zip(calls, amounts, strict=True)
        ]
        self.near.mined(sent[-1])

    def burn(self, amount):
        return self.far.act(RECIPIENT, self.token.functions.burn(self.near.accounts[5], amount))

    def minted(self, who=None):
        return self.token.functions.balanceOf(who or self.recipient).call()

    def arrived(self, route=None):
        *_, destination = self.end(route or self.there)
        return destination.functions.inbox().call()[0]

    def sent(self, chain=None):
        """How many transactions of the relayer's key are mined."""
        return (chain or self.far).web3.eth.get_transaction_count(self.payer_address)

    def environment(self, database_url, **more):
        bridges = self.folder / "bridges.json"
        sites = [
            {"chain_id": NEAR, "address": self.vault.address, "first_block": 0},
            {"chain_id": FAR, "address": self.token.address, "first_block": 0},
        ]
        bridges.write_text(json.dumps([dict(zip(("vault", "token"), sites, strict=True))]))
        return {
            "PATH": os.environ["PATH"],
            "QUITTANCE_BRIDGES": str(bridges),
            f"QUITTANCE_RPC_{NEAR}": self.near.url,
            f"QUITTANCE_RPC_{FAR}": self.far.url,
            "DATABASE_URL": database_url,
            "QUITTANCE_LISTEN": f"127.0.0.1:{servers.free_port()}",
            "QUITTANCE_POLL_SECONDS": "0.3",
        } | more


@contextmanager
def stage(folder, epoch_slots=1):
    slots = {"epoch_slots": epoch_slots}
    with servers.anvil(chain_id=NEAR, **slots) as near, servers.anvil(chain_id=FAR, **slots) as far:
        yield Stage(folder, Chain(near), Chain(far))


class Service:
    """One of the services as a process of its own."""

    module = ""

    def __init__(self, environment, log):
        self.environment, self.log = environment, log
        self.url = f"http://{environment['QUITTANCE_LISTEN']}"
        self.process = None

    def start(self):
        self.log.touch()
        began = len(self.said())
        with self.log.open("a") as log:
            command = [sys.executable, "-m", self.module]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=log, stdout=log)
        until(lambda: self.process.poll() is not None or self.heard("ready", began))
        assert self.process.poll() is None, self.log.read_text()[-3000:]

    def refuse(self):
        """Start it; what it says that it cannot start with."""
        command = [sys.executable, "-m", self.module]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=240)
        assert done.returncode == 1
        *_, last = done.stderr.splitlines()
        return json.loads(last)["cause"]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """How it ends when told to."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(120)

    def said(self):
        lines = []
        for line in self.log.read_text().splitlines():
            with contextlib.suppress(ValueError):
                lines.append(json.loads(line))
        return lines

    def heard(self, event, since=0):
        return [line for line in self.said()[since:] if line["event"] == event]

    def health(self):
        answer = requests.get(f"{self.url}/healthz", timeout=10)
        return answer.status_code, answer.json()["problems"]

    def metrics(self):
        text = requests.get(f"{self.url}/metrics", timeout=10).text
        values = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, value in values}
