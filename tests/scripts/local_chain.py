"""A local chain that poses as any other, and an operator who runs the real scripts against it."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from eth_account import Account
from eth_utils.crypto import keccak
from web3 import HTTPProvider, Web3

from scripts.chain.contract import Artifact

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build" / "contracts"
PASSWORD = "correct horse"
# TEST KEYS: anybody can compute them.
DEPLOYER = Account.from_key(keccak(text="quittance test deployer"))
GUARDIAN = Account.from_key(keccak(text="quittance test guardian"))
OWNERS = sorted(
    (Account.from_key(keccak(text=f"quittance test owner {i}")) for i in range(3)),
    key=lambda owner: owner.address.lower(),
)
DAY = 24 * 3600


def party(name):
    """An address that no live network knows as a test account; its key exists nowhere."""
    return Web3.to_checksum_address(keccak(text=name)[12:])


def params(**changes):
    """What the operator of these tests chose."""
    governance = {
        "owners": [owner.address for owner in OWNERS],
        "threshold": 2,
        "guardian": GUARDIAN.address,
        "delaySeconds": 2 * DAY,
        "limits": {
            "wallet": [{"asset": "native", "capacity": "10ether", "refillSeconds": DAY}],
            "processor": [{"asset": "native", "capacity": "1ether", "refillSeconds": DAY}],
        },
    }
    chosen = {
        "governance": {**governance, **changes.pop("governance", {})},
        "governorDelaySeconds": 172800,
        "feeBps": 50,
        "feeRecipient": party("fee recipient"),
        "salt": "quittance test",
        "confirmations": 1,
        "tokens": {},
    }
    return {**chosen, **changes}


def keystore(path, account):
    """Write the keystore of an account, as quick to open as it is weak."""
    path.write_text(json.dumps(Account.encrypt(account.key, PASSWORD, kdf="pbkdf2", iterations=2)))
    return path


def until(condition, seconds=120):
    """The first true answer of `condition`; fails when it does not come."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError("waited in vain")


class LocalChain:
    """A node of its own on a port that the system chose."""

    def __init__(self, folder, chain_id=11155111, *options):
        folder.mkdir(parents=True, exist_ok=True)
        self.record = ""
        self.log = folder / "anvil.log"
        command = [shutil.which("anvil"), "--port", "0", "--chain-id", str(chain_id), "--hardfork", "prague", *options]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        listening = until(lambda: [line for line in self.log.read_text().splitlines() if "Listening on" in line])
        self.url = f"http://{listening[0].split()[-1]}"
        self.web3 = Web3(HTTPProvider(self.url))
        self.set_balance(DEPLOYER.address, 10**20)

    def ask(self, method, *arguments):
        answer = self.web3.provider.make_request(method, list(arguments))
        assert "error" not in answer, answer
        return answer["result"]

    def set_balance(self, address, amount):
        self.ask("anvil_setBalance", address, hex(amount))

    def act_as(self, address, to, data, value=0):
        """Send a call in the name of any address."""
        self.set_balance(address, 10**19 + value)
        self.ask("anvil_impersonateAccount", address)
        call = {"from": address, "to": to, "data": f"0x{bytes(data).hex()}", "value": hex(value)}
        call["gas"] = hex(12_000_000)  # an estimate in the second of a guardian's last sign of life would be too low
        sent = self.ask("eth_sendTransaction", call)
        receipt = self.web3.eth.wait_for_transaction_receipt(sent, poll_latency=0.01)
        assert receipt["status"] == 1, self.ask("debug_traceTransaction", sent, {"tracer": "callTracer"})

    def wait(self, seconds):
        """Let time pass."""
        self.ask("evm_increaseTime", seconds)
        self.ask("evm_mine")

    def nonce(self):
        """How many transactions of the deployer are in the chain."""
        return self.web3.eth.get_transaction_count(DEPLOYER.address)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class Operator:
    """Someone with a deployments folder, a keystore, and the address of a chain in the environment."""

    def __init__(self, folder, chain, network="sepolia", variable="SEPOLIA_RPC_URL", **changes):
        self.network, self.chain = network, chain
        self.deployments = folder / "deployments"
        self.folder = self.deployments / network
        self.folder.mkdir(parents=True)
        self.choose(**changes)
        password = folder / "password"
        password.write_text(PASSWORD + "\n")
        self.settings = {
            variable: chain.url,
            "QUITTANCE_KEYSTORE": str(keystore(folder / "key store.json", DEPLOYER)),
            "QUITTANCE_KEYSTORE_PASSWORD_FILE": str(password),
        }

    @property
    def environment(self):
        return {**os.environ, "PYTHONUNBUFFERED": "1", **self.settings}

    @property
    def record(self):
        path = self.folder / "record.json"
        return json.loads(path.read_text()) if path.exists() else None

    def address(self, contract):
        """Where the record has a contract."""
        return next(entry["address"] for entry in self.record["contracts"] if entry["contract"] == contract)

    def contract(self, name):
        """A deployed contract, to read and to encode calls."""
        build = "MultiSig" if name == "Governor" else name
        chosen = json.loads((self.folder / "params.json").read_text())
        made = {**chosen.get("issued", {}), **chosen.get("bridge", {})}
        build = made[name]["contract"] if name in made else build
        return self.chain.web3.eth.contract(self.address(name), abi=Artifact.load(BUILD, build).abi)

    def act(self, name, function, *arguments, sender, value=0):
        """Call a deployed contract in the name of any address; the governor is called `Governor`."""
        sender = self.address("Governor") if sender == "Governor" else sender
        data = self.contract(name).encode_abi(function, args=list(arguments))
        self.chain.act_as(sender, self.address(name), bytes.fromhex(data[2:]), value)

    def choose(self, **changes):
        (self.folder / "params.json").write_text(json.dumps(params(**changes)))

    def command(self, script, *arguments):
        path = str(ROOT / "scripts" / f"{script}.py")
        shared = ["--network", self.network, "--deployments", str(self.deployments)]
        return [sys.executable, path, *shared, *arguments]

    def run(self, script, *arguments, answer="", **changes):
        """Run a script to its end."""
        return subprocess.run(
            self.command(script, *arguments),
            **{"env": self.environment, **changes},
            input=answer,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def start(self, script, *arguments):
        """Start a script and leave it running."""
        return subprocess.Popen(
            self.command(script, *arguments),
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


class Signer:
    """An owner's own machine: a keystore, a copy of the deployments folder, and no chain to reach."""

    def __init__(self, folder, operator, account):
        self.account = account
        self.deployments = folder / "deployments"
        shutil.copytree(operator.deployments, self.deployments)
        self.network = operator.network
        self.folder = self.deployments / operator.network
        self.settings = {
            **dict.fromkeys(operator.settings, ""),
            "QUITTANCE_KEYSTORE": str(keystore(folder / "owner.json", account)),
            "QUITTANCE_KEYSTORE_PASSWORD_FILE": operator.settings["QUITTANCE_KEYSTORE_PASSWORD_FILE"],
        }
