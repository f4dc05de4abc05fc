"""A bridge on the demo's stage: two chains, a deployment on each, and the processes that carry between them."""

import io
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak
from web3.types import BlockIdentifier

from scripts.chain.contract import Contract
from scripts.chain.network import Network, connect
from scripts.chain.sender import Sender
from scripts.deploy import deploy
from scripts.papers.bridge import NATIVE_ASSET, TOKEN, VAULT, End
from scripts.procedure.bridgeheads import Bridgehead, records
from scripts.procedure.crossings import Crossing, cross, find_record
from scripts.procedure.processes import LocalChain, Service, local_chain, until
from scripts.procedure.session import Session
from scripts.procedure.stage import Stage

NEAR, FAR = Network("near", "the near chain", 31337, ""), Network("far", "the far chain", 31338, "")
VAULT_NAME, TOKEN_NAME = "VaultEther", "nETH"
DECIMALS = 9
UNIT = 10**9
"""A unit of the route is a gwei."""
THRESHOLD = 2
NOBODY = "http://127.0.0.1:9"
"""Where the third attestor would be: nobody answers there."""


def _account(name: str) -> LocalAccount:
    """TEST KEY: anybody can compute it."""
    made: LocalAccount = Account.from_key(keccak(text=f"quittance demo {name}"))
    return made


ATTESTORS = sorted((_account(f"attestor {i}") for i in range(3)), key=lambda account: account.address.lower())
PAYER = _account("relayer")


@dataclass(frozen=True)
class Bank:
    """One bank of the river: a chain, what stands on it, and the end of the route among that."""

    chain: LocalChain
    stage: Stage  # the roles on this chain; claims are counted on the demo's own
    head: Bridgehead

    @property
    def contract(self) -> Contract:
        """The end of the route."""
        return self.head.contract

    def act(self, role: str, name: str, *arguments: Any, value: int = 0) -> None:
        """Send a call to the end of the route. Errors: CallRefused."""
        self.stage.act(role, self.contract, name, *arguments, value=value)

    def sent(self, block: BlockIdentifier = "latest") -> int:
        """How many transactions of the relayer are mined, or with `pending` also how many wait to be."""
        return self.chain.web3.eth.get_transaction_count(PAYER.address, block)

    def deliveries(self) -> int:
        """How often something arrived, or was let out of the queue."""
        return len(self.head.events("Arrived", "QueuedReleased"))


@dataclass(frozen=True)
class Span:
    """The two banks, and who carries between them."""

    near: Bank
    far: Bank
    attestors: list[Service]
    relayer: Service
    recipient: str

    def lock(self, amount: int) -> int:
        """Lock units of the route for the recipient across; the number of the record."""
        nonce = self.near.head.outbox().count
        self.near.act("payer", "lock", self.recipient, amount * UNIT, value=amount * UNIT)
        return nonce

    def find(self, nonce: int) -> Crossing:
        """Where a record from the near chain is."""
        return cross(self.near.head, self.far.head, find_record(self.near.head, nonce, None))

    def minted(self) -> int:
        """What the recipient has across."""
        return int(self.far.contract.read("balanceOf", self.recipient))

    def waiting(self) -> int:
        """What arrived across and waits."""
        return int(self.far.contract.read("queuedTotal"))

    def on_the_way(self) -> int:
        """What left a bank and has not arrived at the other, by its records."""
        ends = self.near.head, self.far.head
        pairs = ((here, there.inbox().count) for here, there in (ends, ends[::-1]))
        return sum(r.values["amount"] for here, arrived in pairs for r in records(here)[arrived:])

    def has_all_arrived(self) -> bool:
        """Whether what left either bank arrived at the other, record by record."""
        ends = self.near.head, self.far.head
        return all(here.outbox() == there.inbox() for here, there in (ends, ends[::-1]))

    def wait_for(self, what: str, condition: Callable[[], bool]) -> None:
        """Wait while the processes work. Errors: WaitedInVain, NotStarted when one of them has ended."""

        def came() -> bool:
            for service in (*self.attestors, self.relayer):
                service.require_running()
            return condition()

        until(what, came)

    def claim_refused(self, stage: Stage, words: str, error: str, bank: Bank, role: str, *call: Any) -> None:
        """Claim that a call to an end reverts with this typed error."""
        try:
            bank.stage.claim_refused(words, error, role, bank.contract, *call)
        finally:
            stage.claims += bank.stage.claims
            bank.stage.claims = 0

    def claim_conserved(self, stage: Stage) -> None:
        """Claim that what the vault holds is what exists across, what waits there, and what is on the way."""
        held, owed = self.near.contract.read("solvency")
        minted, waiting, moving = self.minted(), self.waiting(), self.on_the_way()
        parts = {"minted": minted, "waiting": waiting, "on the way": moving}
        told = " + ".join(f"{name} {self.far.head.words(amount)}" for name, amount in parts.items())
        words = f"conserved: locked {self.near.head.words(held // UNIT)} = {told}"
        stage.claim(words, held == owed == (minted + waiting + moving) * UNIT)


@contextmanager
def open_span(stage: Stage, capacities: tuple[str, str]) -> Iterator[Span]:
    """Two chains with all deployed, in the way of deploy.py, and the processes ready to start; all ends with the block.

    `capacities` are those of the limits, near and far. Errors: those of deploy.
    """
    with ExitStack() as started:
        folder = Path(started.enter_context(tempfile.TemporaryDirectory()))
        near, far = (started.enter_context(local_chain(of.chain_id, folder)) for of in (NEAR, FAR))
        vault_end = _choose(VAULT_NAME, capacities[0], stage, contract=VAULT, asset=NATIVE_ASSET)
        vault = _deploy(stage, near, NEAR, folder, vault_end)
        peer = {"chainId": NEAR.chain_id, "contract": vault.contract.address, "token": NATIVE_ASSET}
        label = "Ether of the near chain"
        token_end = _choose(TOKEN_NAME, capacities[1], stage, contract=TOKEN, name=label, peer=peer)
        token = _deploy(stage, far, FAR, folder, token_end)
        peer = {"chainId": FAR.chain_id, "contract": token.contract.address}
        vault_end = _choose(VAULT_NAME, capacities[0], stage, contract=VAULT, asset=NATIVE_ASSET, peer=peer)
        banks = _with_end(vault, vault_end), token
        for bank in banks:
            bank.chain.tell("anvil_setBalance", PAYER.address, hex(10**20))
        attestors, relayer = _services(folder, *banks)
        for service in (*attestors, relayer):
            started.callback(service.kill)
        yield Span(*banks, attestors, relayer, stage.roles["stranger"])


def _choose(end: str, capacity: str, stage: Stage, **own: Any) -> End:
    """What params.json would have of an end."""
    common = {
        "decimals": DECIMALS,
        "attestors": [account.address for account in ATTESTORS],
        "threshold": THRESHOLD,
        "largeShift": 2,
        "queueSeconds": 3600,
        "limit": {"capacity": capacity, "refillSeconds": 86_400},
    }
    return End.parse(end, common | own, {}, stage.session.params.governance.guardian, live=False)


def _deploy(stage: Stage, chain: LocalChain, network: Network, folder: Path, end: End) -> Bank:
    """The wallet, what it governs, and the end: as deploy.py does it, whose plan is not shown once more."""
    kept = folder / network.id
    kept.mkdir()
    web3 = connect(chain.url, network)
    chosen = replace(stage.session.params, issued={}, settlement=False, bridge={end.name: end}, changed=None)
    sender = Sender(web3, web3.eth.accounts[0], None, 1)
    session = Session(network, chosen, kept, stage.session.artifacts, web3, sender, yes=True)
    with redirect_stdout(io.StringIO()):
        deploy(session)
    head = Bridgehead(end, end.contract, network, session.deployed(end.name))
    return Bank(chain, replace(stage, session=session, claims=0), head)


def _with_end(bank: Bank, end: End) -> Bank:
    """The same once the peer is written down."""
    session = bank.stage.session
    session = replace(session, params=replace(session.params, bridge={end.name: end}))
    return replace(bank, stage=replace(bank.stage, session=session), head=replace(bank.head, end=end))


def _services(folder: Path, near: Bank, far: Bank) -> tuple[list[Service], Service]:
    """Two attestors of three, and a relayer that knows where all three would be; none started yet."""
    ends = {
        name: {"chain_id": bank.head.network.chain_id, "address": bank.contract.address, "first_block": 0}
        for name, bank in (("vault", near), ("token", far))
    }
    (folder / "bridges.json").write_text(json.dumps([ends]))
    environment = {
        "QUITTANCE_BRIDGES": str(folder / "bridges.json"),
        f"QUITTANCE_RPC_{NEAR.chain_id}": near.chain.url,
        f"QUITTANCE_RPC_{FAR.chain_id}": far.chain.url,
        "QUITTANCE_POLL_SECONDS": "0.3",
    }

    def service(kind: str, name: str, key: LocalAccount, **more: str) -> Service:
        own = {"QUITTANCE_DEVELOPMENT_KEY": f"0x{key.key.hex()}", "DATABASE_URL": f"sqlite:///{folder}/{name}.db"}
        return Service(f"offchain.{kind}", environment | own | more, folder)

    attestors = [service("attestor", f"attestor{i}", account) for i, account in enumerate(ATTESTORS[:THRESHOLD])]
    urls = [*(attestor.url for attestor in attestors), NOBODY]
    told = ",".join(f"{account.address}={url}" for account, url in zip(ATTESTORS, urls, strict=True))
    return attestors, service("relayer", "relayer", PAYER, QUITTANCE_ATTESTORS=told)
