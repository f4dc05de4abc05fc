"""A chain of its own for measurements: every run starts from the same block, accounts and addresses."""

import json
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak
from web3 import IPCProvider, Web3

ROOT = Path(__file__).resolve().parent.parent
ARTIFACTS = ROOT / "build" / "contracts"
REQUEST_FACTORIES = ROOT / "tools/node_modules/@requestnetwork/smart-contracts/dist/src/types/factories/src/contracts"
SAFE_ARTIFACTS = ROOT / "tools/node_modules/@safe-global/safe-contracts/build/artifacts/contracts"
HYPERLANE_FACTORIES = ROOT / "tools/node_modules/@hyperlane-xyz/core/dist/typechain/factories/contracts"
DAY_SECONDS = 24 * 3600
START_SECONDS = 1_800_000_000
TRANSACTION_GAS_LIMIT = 2**24  # EIP-7825
START_TIMEOUT_SECONDS = 20


def random_bytes(name: str) -> bytes:
    """32 bytes that look random and are the same in every run."""
    return bytes(keccak(text=f"quittance gas: {name}"))


def random_address(name: str) -> str:
    """An address that looks random and is the same in every run."""
    return Web3.to_checksum_address(random_bytes(name)[12:])


def wallet_owners(count: int) -> list[LocalAccount]:
    """Owners by rising address, the same in every run. Test keys: whoever reads this holds them, too."""
    owners: list[LocalAccount] = [Account.from_key(random_bytes(f"test key of owner {i}")) for i in range(count)]
    return sorted(owners, key=lambda owner: int(owner.address, 16))


def abi_of(signature: str) -> dict[str, Any]:
    """The ABI entry of `name(type,type) mutability`; a constructor is named so."""
    match = re.fullmatch(r"(\w+)\((.*)\) (\w+)", signature)
    assert match, f"not a signature: {signature}"
    name, types, mutability = match.groups()
    inputs = [{"name": f"input{i}", "type": kind} for i, kind in enumerate(types.split(",")) if kind]
    if name == "constructor":
        return {"type": "constructor", "inputs": inputs, "stateMutability": mutability}
    return {"type": "function", "name": name, "inputs": inputs, "outputs": [], "stateMutability": mutability}


class Chain:
    """Deploys and sends on one anvil; what it returns of a call is the receipt's gasUsed."""

    def __init__(self, w3: Web3) -> None:
        self.w3: Any = w3  # web3's types know neither ABI entries as plain dicts nor anvil's own methods
        accounts: list[str] = list(w3.eth.accounts)
        self.deployer, self.payer, self.merchant, self.governor, self.fee_recipient, self.relayer = accounts[:6]

    def deploy(self, name: str, *arguments: Any) -> Any:
        """Deploy one of the project's contracts as Brownie compiled it."""
        artifact = json.loads((ARTIFACTS / f"{name}.json").read_text())
        return self._deploy(artifact["abi"], artifact["bytecode"], *arguments)

    def deploy_request(self, name: str, signatures: list[str], *arguments: Any) -> Any:
        """Deploy a contract of Request Network with the bytecode that its npm package publishes."""
        text = (REQUEST_FACTORIES / f"{name}__factory.js").read_text()
        match = re.search(r'^const _bytecode = "(0x[0-9a-f]+)";$', text, re.MULTILINE)
        assert match, f"{name}__factory.js holds no bytecode"
        return self._deploy([abi_of(signature) for signature in signatures], match.group(1), *arguments)

    def deploy_safe(self, source: str) -> Any:
        """Deploy a contract of Safe, named by its path, with the bytecode that its npm package publishes."""
        artifact = json.loads((SAFE_ARTIFACTS / f"{source}.sol" / f"{Path(source).name}.json").read_text())
        return self._deploy(artifact["abi"], artifact["bytecode"])

    def deploy_hyperlane(self, source: str, *arguments: Any) -> Any:
        """Deploy a contract of Hyperlane, named by its path, with the bytecode that its npm package publishes."""
        text = (HYPERLANE_FACTORIES / f"{source}__factory.js").read_text()
        abi = re.search(r"^const _abi = (\[.*?^\]);$", text, re.MULTILINE | re.DOTALL)
        bytecode = re.search(r'^const _bytecode = "(0x[0-9a-f]+)";$', text, re.MULTILINE)
        assert abi and bytecode, f"{source}__factory.js holds no contract"
        quoted = re.sub(r"^( +)(\w+): ", r'\1"\2": ', abi.group(1), flags=re.MULTILINE)
        return self._deploy(json.loads(re.sub(r",(\s*[\]}])", r"\1", quoted)), bytecode.group(1), *arguments)

    def send(self, sender: str, call: Any, value: int = 0) -> int:
        """Send a bound call and return the gas it used."""
        return self._gas_of(call.transact({"from": sender, "value": value, "gas": TRANSACTION_GAS_LIMIT}))

    def send_raw(self, sender: str, call: dict[str, Any]) -> int:
        """Send a call that is encoded already, as {"to", "data"}, and return the gas it used."""
        return self._gas_of(self.w3.eth.send_transaction({"from": sender, "gas": TRANSACTION_GAS_LIMIT, **call}))

    def cost(self, sender: str, contract: Any, call: Any) -> int:
        """Send a bound call of a contract that measures itself and return the gas in its event Cost."""
        receipt = self._mined(call.transact({"from": sender, "gas": TRANSACTION_GAS_LIMIT}))
        (event,) = contract.events.Cost().process_receipt(receipt)
        return int(event["args"]["gas"])

    def transfer(self, sender: str, to: str, value: int) -> int:
        """Send native coin plainly and return the gas it used."""
        return self._gas_of(self.w3.eth.send_transaction({"from": sender, "to": to, "value": value}))

    def fund(self, *accounts: str) -> None:
        """Give each account some native coin, so that it exists before it is paid."""
        for account in accounts:
            self.w3.provider.make_request("anvil_setBalance", [account, hex(10**18)])

    def wait(self, seconds: int) -> None:
        """Let time pass, and mine a block after it."""
        for method, arguments in (("evm_increaseTime", [seconds]), ("evm_mine", [])):
            self.w3.provider.make_request(method, arguments)

    def _deploy(self, abi: list[dict[str, Any]], bytecode: str, *arguments: Any) -> Any:
        factory: Any = self.w3.eth.contract(abi=abi, bytecode=bytecode)
        receipt = self._mined(factory.constructor(*arguments).transact({"from": self.deployer}))
        return self.w3.eth.contract(address=receipt["contractAddress"], abi=abi)

    def _gas_of(self, transaction: Any) -> int:
        return int(self._mined(transaction)["gasUsed"])

    def _mined(self, transaction: Any) -> Any:
        receipt = self.w3.eth.wait_for_transaction_receipt(transaction, timeout=60, poll_latency=0.002)
        if receipt["status"] != 1:
            raise RuntimeError(f"transaction {receipt['transactionHash'].hex()} failed: nothing to measure")
        return receipt


@contextmanager
def fresh_chain() -> Iterator[Chain]:
    """Start an anvil (Prague, no base fee, a fixed clock) that nobody else uses, and stop it afterwards."""
    anvil = shutil.which("anvil")
    if anvil is None:
        raise SystemExit("anvil is not on PATH: run `make setup`, then `source .venv/bin/activate`")
    with tempfile.TemporaryDirectory(prefix="quittance-gas-") as folder:
        ipc = Path(folder) / "anvil.ipc"
        command = [anvil, "--silent", "--port", "0", "--ipc", str(ipc), "--hardfork", "prague"]
        command += ["--block-base-fee-per-gas", "0", "--timestamp", str(START_SECONDS)]
        command += ["--cache-path", folder]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
            provider: Any = IPCProvider(ipc, timeout=60)
            try:
                yield Chain(_connected(provider, ipc))
            finally:
                if provider._socket.sock:  # web3 itself closes it only after an error
                    provider._socket.sock.close()
                process.terminate()


def _listens(ipc: Path) -> bool:
    """Asked by a socket of one's own: web3 leaves one open that could not connect."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(ipc)) == 0


def _connected(provider: Any, ipc: Path) -> Web3:
    w3 = Web3(provider)
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while not (_listens(ipc) and w3.is_connected()):
        if time.monotonic() > deadline:
            raise SystemExit(f"anvil did not start within {START_TIMEOUT_SECONDS} seconds")
        time.sleep(0.02)
    return w3
