"""What the demo's bridge stands on: two chains, a bridge's contract on each, attestors and a relayer as processes."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak
from web3 import Web3

from offchain.core.units import NATIVE, Address
from scripts.chain.contract import Contract
from scripts.chain.sender import Call, Sender
from scripts.papers.bridge import TOKEN, VAULT
from scripts.papers.deployment import PROXY
from scripts.papers.invoice import parse_word
from scripts.procedure import Session
from scripts.procedure.logs import read_events
from scripts.procedure.processes import LocalChain, Service, local_chain
from scripts.procedure.stage import Stage

NEAR, FAR = 31337, 31338
DECIMALS = 9  # of the route: a unit is a gwei
UNIT = 10**9
COIN = 10**DECIMALS
CAPACITY = 40 * COIN
WAIT_SECONDS = 3600
THRESHOLD = 2


def _account(name: str) -> LocalAccount:
    """TEST KEY: anybody can compute it."""
    made: LocalAccount = Account.from_key(keccak(text=f"quittance demo {name}"))
    return made


ATTESTORS = sorted((_account(f"attestor {i}") for i in range(3)), key=lambda account: account.address.lower())
PAYER = _account("relayer")


@dataclass(frozen=True)
class Bank:
    """One bank of the river: a chain, and the bridge's contract on it."""

    chain: LocalChain
    contract: Contract

    def act(self, who: str, name: str, *arguments: Any, value: int = 0) -> None:
        """Send a call to the bridge's contract. Errors: CallRefused."""
        call = Call(self.contract.address, self.contract.calldata(name, *arguments), value, abi=self.contract.abi)
        _send(self.chain, who, call)

    def coins(self, address: str) -> int:
        """What an address has of the native coin, in wei."""
        return self.chain.web3.eth.get_balance(Web3.to_checksum_address(address))

    def sent(self) -> int:
        """How many transactions of the relayer are mined."""
        return self.chain.web3.eth.get_transaction_count(PAYER.address)

    def deliveries(self) -> int:
        """How often something arrived, or was let out of the queue."""
        last = self.chain.web3.eth.block_number
        return len(read_events(self.contract, ("Arrived", "QueuedReleased"), 0, last))


@dataclass(frozen=True)
class Crossing:
    """The two banks, and who carries between them."""

    near: Bank
    far: Bank
    attestors: list[Service]
    relayer: Service
    sender: str
    recipient: str

    def lock(self, amount: int) -> None:
        """Lock units of the route for the recipient across."""
        self.near.act(self.sender, "lock", self.recipient, amount * UNIT, value=amount * UNIT)

    def minted(self) -> int:
        """What the recipient has across."""
        return int(self.far.contract.read("balanceOf", self.recipient))

    def waiting(self) -> int:
        """What arrived there and waits."""
        return int(self.far.contract.read("queuedTotal"))

    def has_all_arrived(self) -> bool:
        """Whether what left either bank arrived at the other, record by record."""
        ends = self.near.contract, self.far.contract
        return all(a.read("outbox") == b.read("inbox") for a, b in (ends, ends[::-1]))


@contextmanager
def set_up(stage: Stage) -> Iterator[Crossing]:
    """A bridge between two chains of its own; all that was started ends with the block."""
    session, roles = stage.session, stage.roles
    with ExitStack() as started:
        folder = Path(started.enter_context(tempfile.TemporaryDirectory()))
        near, far = (started.enter_context(local_chain(chain_id)) for chain_id in (NEAR, FAR))
        attestors = [Address(account.address) for account in ATTESTORS]
        trust = partial(_trust, roles["owner"], roles["guardian"], attestors)
        vault = _deploy(session, near, VAULT, trust(CAPACITY * UNIT), NATIVE, 18, DECIMALS)
        peer = (NEAR, vault.address, NATIVE)
        token = _deploy(session, far, TOKEN, trust(CAPACITY), "Ether of the near chain", "nETH", DECIMALS, *peer)
        banks = Bank(near, vault), Bank(far, token)
        banks[0].act(roles["owner"], "list", FAR, token.address)
        for bank in banks:
            bank.chain.tell("anvil_setBalance", PAYER.address, hex(10**20))
            bank.chain.tell("anvil_mine", "0x3")
            bank.chain.go_on()
        environment = _environment(folder, *banks)
        services = []
        for number, account in enumerate(ATTESTORS[:THRESHOLD]):
            services.append(_service("attestor", environment, account, folder, number))
        urls = [*(service.url for service in services), "http://127.0.0.1:9"]  # nobody answers for the third
        told = ",".join(f"{address}={url}" for address, url in zip(attestors, urls, strict=True))
        relayer = _service("relayer", environment | {"QUITTANCE_ATTESTORS": told}, PAYER, folder, 0)
        for service in (*services, relayer):
            started.callback(service.kill)
        yield Crossing(*banks, services, relayer, roles["payer"], roles["stranger"])


def _trust(governor: str, guardian: str, attestors: list[Address], capacity: int) -> tuple[Any, ...]:
    return 86_400, governor, guardian, THRESHOLD, attestors, 2, WAIT_SECONDS, capacity, 86_400


def _environment(folder: Path, near: Bank, far: Bank) -> dict[str, str]:
    sites = ((name, bank.chain, bank.contract) for name, bank in (("vault", near), ("token", far)))
    bridge = {
        name: {"chain_id": chain.web3.eth.chain_id, "address": contract.address, "first_block": 0}
        for name, chain, contract in sites
    }
    (folder / "bridges.json").write_text(json.dumps([bridge]))
    return {
        "QUITTANCE_BRIDGES": str(folder / "bridges.json"),
        f"QUITTANCE_RPC_{NEAR}": near.chain.url,
        f"QUITTANCE_RPC_{FAR}": far.chain.url,
        "QUITTANCE_POLL_SECONDS": "0.3",
    }


def _service(kind: str, environment: dict[str, str], key: LocalAccount, folder: Path, number: int) -> Service:
    own = {
        "QUITTANCE_DEVELOPMENT_KEY": Web3.to_hex(key.key),
        "DATABASE_URL": f"sqlite:///{folder}/{kind}{number}.db",
    }
    return Service(f"offchain.{kind}", environment | own, folder)


def _deploy(session: Session, chain: LocalChain, name: str, *arguments: Any) -> Contract:
    artifact = session.artifact(name)
    planned = artifact.planned(arguments, parse_word("demo bridge"))
    _send(chain, chain.web3.eth.accounts[0], Call(PROXY, planned.calldata))
    return Contract(chain.web3, planned.address, artifact.abi)


def _send(chain: LocalChain, who: str, call: Call) -> None:
    sender = Sender(chain.web3, who, None, 1)
    sender.wait(sender.send(sender.draft(call), lambda signed: None), lambda progress: None)
