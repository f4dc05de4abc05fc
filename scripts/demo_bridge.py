"""The demo's bridge: two chains, attestors and a relayer as processes; there, back, a kill in between, and the sum."""

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

from offchain.core.checkpoint import FIELDS, Transfer, attestation, pack
from offchain.core.units import NATIVE, Address, TokenUnits
from scripts.chain.contract import CallRefused, Contract
from scripts.chain.sender import Call, Sender
from scripts.papers.amount import format_amount, format_native
from scripts.papers.bridge import TOKEN, VAULT
from scripts.papers.deployment import PROXY
from scripts.papers.invoice import parse_word
from scripts.procedure import Session
from scripts.procedure.logs import read_events
from scripts.procedure.processes import LocalChain, Service, local_chain, until
from scripts.procedure.stage import ClaimFalse, Stage
from scripts.procedure.terminal import say

NEAR, FAR = 31337, 31338
DECIMALS = 9  # of the route: a unit is a gwei
UNIT = 10**9
COIN = 10**DECIMALS
CAPACITY = 40 * COIN
WAIT_SECONDS = 3600
FIRST, SECOND, LARGE, BACK = 7 * COIN, 2 * COIN, 12 * COIN, 3 * COIN
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

    def claim_conserved(self, stage: Stage) -> None:
        """Claim that what is locked is what exists and what waits; nothing is under way."""
        held, owed = self.near.contract.read("solvency")
        minted, waiting = self.far.contract.read("totalSupply"), self.waiting()
        words = f"locked {_coins(held // UNIT)} = minted {_coins(minted)} + waiting {_coins(waiting)}"
        stage.claim(words, held == owed == (minted + waiting) * UNIT and self.has_all_arrived())


def play_bridge(stage: Stage) -> None:
    """Every scene of the bridge; all that it starts ends with it."""
    with _set_up(stage) as crossing:
        show_the_ends(stage, crossing)
        carry_there(stage, crossing)
        kill_the_relayer(stage, crossing)
        let_out(stage, crossing)
        say_good_bye(stage, crossing)


def show_the_ends(stage: Stage, crossing: Crossing) -> None:
    """Two contracts that know only each other."""
    near, far = crossing.near.contract, crossing.far.contract
    _title(f"A bridge: ether locked on chain {NEAR}, minted on chain {FAR}, and back; two attestors of three must sign")
    routes = [near.read(name) for name in ("outboundRoute", "inboundRoute")]
    across = [far.read(name) for name in ("inboundRoute", "outboundRoute")]
    stage.claim("vault and token know each other, and nobody else", routes == across and all(map(any, routes)))
    for attestor in crossing.attestors:
        attestor.start()
    stage.claim("two attestors run, each with a key of its own; the third does not", _all_healthy(crossing.attestors))


def carry_there(stage: Stage, crossing: Crossing) -> None:
    """One signature does not do; two do."""
    near, far = crossing.near, crossing.far
    crossing.lock(FIRST)
    stage.claim(f"the payer locks {format_native(FIRST * UNIT)}", near.contract.read("solvency") == [FIRST * UNIT] * 2)
    block = near.chain.web3.eth.block_number
    path = f"/v1/attestations/0x{near.contract.read('outboundRoute').hex()}/{block}"
    until("the block to be final", lambda: crossing.attestors[0].ask(path)[0] == 200)
    _, answer = crossing.attestors[0].ask(path)
    checkpoint = tuple(_value(answer["checkpoint"][name]) for name, _ in FIELDS)
    record = pack([Transfer(Address(crossing.sender), Address(crossing.recipient), TokenUnits(FIRST))])
    signed = {Address(answer["signer"]): bytes.fromhex(answer["signature"][2:])}
    alone = attestation(THRESHOLD, [Address(account.address) for account in ATTESTORS], signed)
    try:
        far.act(stage.roles["stranger"], "deliver", checkpoint, record, alone)
    except CallRefused as refusal:
        stage.claim("one attestor's signature mints nothing: ThresholdNotMet", "ThresholdNotMet" in str(refusal))
    else:
        raise ClaimFalse("one attestor minted")
    crossing.relayer.start()
    until("the first coins across", lambda: crossing.minted() == FIRST)
    stage.claim("the relayer asks both and delivers: the recipient has it across", crossing.has_all_arrived())
    crossing.claim_conserved(stage)


def kill_the_relayer(stage: Stage, crossing: Crossing) -> None:
    """Killed between sending and mining, and started again after more has left on both sides."""
    near, far, relayer = crossing.near, crossing.far, crossing.relayer
    payee = stage.roles["merchant"]
    _title("The relayer is killed while its delivery is sent and not mined")
    far.chain.hold()
    crossing.lock(SECOND)
    mined = far.sent()
    until("a delivery on its way", lambda: far.chain.web3.eth.get_transaction_count(PAYER.address, "pending") > mined)
    relayer.kill()
    stage.claim("SIGKILL; across nothing has arrived", crossing.minted() == FIRST and relayer.has_ended())
    far.chain.go_on()
    crossing.lock(LARGE)
    before = near.coins(payee)
    far.act(crossing.recipient, "burn", payee, BACK)
    stage.claim(f"meanwhile {_coins(LARGE)} are locked and {_coins(BACK)} burned", not crossing.has_all_arrived())
    relayer.start()
    until("everything across", crossing.has_all_arrived)
    stage.claim("started again, it carries on: what was sent arrived once", crossing.minted() == FIRST + SECOND - BACK)
    stage.claim("what was burned is released on the near chain", near.coins(payee) == before + BACK * UNIT)
    stage.claim(
        f"{_coins(LARGE)} are above a quarter of the limit: they wait an hour for a veto", crossing.waiting() == LARGE
    )
    crossing.claim_conserved(stage)


def let_out(stage: Stage, crossing: Crossing) -> None:
    """After its hour a large amount comes out by itself."""
    far = crossing.far
    _title("An hour later")
    far.chain.skip(WAIT_SECONDS)
    until("what waited", lambda: crossing.waiting() == 0)
    stage.claim("nobody vetoed, and the relayer lets it out", crossing.minted() == FIRST + SECOND + LARGE - BACK)
    crossing.claim_conserved(stage)
    banks = crossing.near, crossing.far
    stage.claim(
        f"the relayer sent {sum(bank.sent() for bank in banks)} transactions, none of them in vain or twice",
        all(bank.sent() == bank.deliveries() for bank in banks),
    )


def say_good_bye(stage: Stage, crossing: Crossing) -> None:
    """All in health, and an orderly end."""
    services = [*crossing.attestors, crossing.relayer]
    stage.claim("attestors and relayer are healthy", _all_healthy(services))
    stage.claim("and end in order when told to", [service.stop() for service in services] == [0] * len(services))


@contextmanager
def _set_up(stage: Stage) -> Iterator[Crossing]:
    session, roles = stage.session, stage.roles
    with ExitStack() as started:
        folder = Path(started.enter_context(tempfile.TemporaryDirectory()))
        near, far = (started.enter_context(local_chain(chain_id)) for chain_id in (NEAR, FAR))
        attestors = [account.address for account in ATTESTORS]
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


def _trust(governor: str, guardian: str, attestors: list[str], capacity: int) -> tuple[Any, ...]:
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
    own = {"QUITTANCE_DEVELOPMENT_KEY": key.key.to_0x_hex(), "DATABASE_URL": f"sqlite:///{folder}/{kind}{number}.db"}
    return Service(f"offchain.{kind}", environment | own, folder)


def _deploy(session: Session, chain: LocalChain, name: str, *arguments: Any) -> Contract:
    artifact = session.artifact(name)
    planned = artifact.planned(arguments, parse_word("demo bridge"))
    _send(chain, chain.web3.eth.accounts[0], Call(PROXY, planned.calldata))
    return Contract(chain.web3, planned.address, artifact.abi)


def _send(chain: LocalChain, who: str, call: Call) -> None:
    sender = Sender(chain.web3, who, None, 1)
    sender.wait(sender.send(sender.draft(call), lambda signed: None), lambda progress: None)


def _all_healthy(services: list[Service]) -> bool:
    return all(service.is_healthy() for service in services)


def _value(said: int | str) -> int | bytes:
    return bytes.fromhex(said[2:]) if isinstance(said, str) else said


def _coins(amount: int) -> str:
    return format_amount(amount, DECIMALS, "nETH")


def _title(text: str) -> None:
    say(f"\n{text}")
