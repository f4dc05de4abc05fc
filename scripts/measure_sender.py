"""How many transactions a second the sender gets mined, beside web3.py on the same machine in the same run.

    python scripts/measure_sender.py [--transactions 1000] [--rounds 3]

Each way has a chain of its own, alike, and sends the same token transfers from one key, each with a bound on its gas.
What counts is the time from the first call until the chain has mined the last transaction. The ratio is the result:
figures of their own tell of this machine. Ours signs, commits to a journal on disk, and sends; web3.py keeps nothing.
"""

import argparse
import asyncio
import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import aiohttp
import requests
from eth_abi.abi import encode
from eth_account import Account
from web3 import HTTPProvider, Web3

from offchain.chain.dispatch import Dispatcher, Policy
from offchain.chain.quorum import Quorum
from offchain.chain.rpc import Source
from offchain.chain.signer import KeySigner
from offchain.core.outgoing import Intent
from offchain.core.units import Address
from offchain.store.database import Database
from offchain.store.journal import Journal

ROOT = Path(__file__).resolve().parent.parent
TARGET = 8.0
CHAIN_ID = 31337
SECRET = "0x" + "42" * 32  # TEST KEY
ROOM_GAS, BOUND_GAS = 10**10, 60_000

Way = Callable[[str, str, int], float]


@contextmanager
def chain() -> Iterator[tuple[str, str]]:
    """An anvil that mines ten blocks a second with room for all: its address, and a token that the key holds."""
    anvil = shutil.which("anvil")
    if anvil is None:
        raise SystemExit("anvil is not on PATH: run `make setup`, then `source .venv/bin/activate`")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [anvil, "--silent", "--port", str(port), "--block-time", "0.1", "--gas-limit", str(ROOM_GAS)]
    command += ["--max-persisted-states", "0"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        try:
            w3 = _web3(f"http://127.0.0.1:{port}")
            while not w3.is_connected():
                time.sleep(0.05)
            key = Account.from_key(SECRET).address
            w3.provider.make_request("anvil_setBalance", [key, hex(10**24)])
            artifact = json.loads((ROOT / "build" / "contracts" / "TestToken.json").read_text())
            sender = {"from": w3.eth.accounts[0]}
            factory = w3.eth.contract(abi=artifact["abi"], bytecode=artifact["bytecode"])
            token = w3.eth.wait_for_transaction_receipt(factory.constructor().transact(sender))["contractAddress"]
            minting = w3.eth.contract(address=token, abi=artifact["abi"]).functions.mint(key, 10**24).transact(sender)
            w3.eth.wait_for_transaction_receipt(minting)
            yield f"http://127.0.0.1:{port}", token
        finally:
            process.terminate()


def web3_as_documented(url: str, token: str, count: int) -> float:
    """The way of web3.py's own documentation: build_transaction, sign_transaction, send_raw_transaction."""
    return _web3_sends(url, token, count, {})


def web3_with_all_given(url: str, token: str, count: int) -> float:
    """The same with chain id and fees given, so that nothing but the transaction itself goes to the node."""
    return _web3_sends(url, token, count, {"chainId": CHAIN_ID, "maxFeePerGas": 10**11, "maxPriorityFeePerGas": 10**9})


def ours(url: str, token: str, count: int) -> float:
    """The dispatcher, with its journal on disk."""
    return asyncio.run(_ours(url, token, count))


async def _ours(url: str, token: str, count: int) -> float:
    with tempfile.TemporaryDirectory(prefix="quittance-sender-") as folder:
        async with aiohttp.ClientSession() as session:
            signer = KeySigner.development(SECRET, CHAIN_ID)
            database = Database(f"sqlite:///{folder}/journal.db")
            await database.migrate()
            journal = Journal(database, CHAIN_ID, signer.address)
            source = Source(session, url)
            dispatcher = Dispatcher(Quorum([source], 1), journal, signer, CHAIN_ID, Policy(ceiling=10**12))
            start = time.monotonic()
            await dispatcher.submit([_intent(token, i) for i in range(count)])
            while int(await source.ask("eth_getTransactionCount", signer.address, "latest"), 16) < count:
                await asyncio.sleep(0.01)
            seconds = time.monotonic() - start
            await database.close()
            return seconds


def _intent(token: str, i: int) -> Intent:
    data = bytes.fromhex("a9059cbb") + encode(["address", "uint256"], [_payee(i), 1])
    return Intent(f"transfer {i}", Address(token), data, gas=BOUND_GAS)


def _web3_sends(url: str, token: str, count: int, given: dict[str, int]) -> float:
    w3, key = _web3(url), Account.from_key(SECRET)
    artifact = json.loads((ROOT / "build" / "contracts" / "TestToken.json").read_text())
    contract = w3.eth.contract(address=token, abi=artifact["abi"])
    start = time.monotonic()
    nonce = w3.eth.get_transaction_count(key.address)
    for i in range(count):
        call = contract.functions.transfer(_payee(i), 1)
        built = call.build_transaction({"from": key.address, "nonce": nonce + i, "gas": BOUND_GAS, **given})
        w3.eth.send_raw_transaction(key.sign_transaction(built).raw_transaction)
    while w3.eth.get_transaction_count(key.address) < count:
        time.sleep(0.01)
    return time.monotonic() - start


def _payee(i: int) -> str:
    return Web3.to_checksum_address(f"0x{0xABCD_0000 + i:040x}")


def _web3(url: str) -> Any:
    session = requests.Session()
    session.trust_env = False
    return Web3(HTTPProvider(url, session=session))


WAYS: dict[str, Way] = {
    "web3.py as documented": web3_as_documented,
    "web3.py, fees and chain id given": web3_with_all_given,
    "ours, with a journal": ours,
}


def measure(count: int, rounds: int) -> dict[str, list[float]]:
    """Transactions a second of each way, a figure a round; the ways take turns, so that a busy machine hits all."""
    rates: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name, way in WAYS.items():
            with chain() as (url, token):
                rates[name].append(count / way(url, token, count))
    return rates


def main(arguments: list[str]) -> int:
    """Measure, show, and judge the ratio to web3.py as documented; 1 if it is below the target."""
    parser = argparse.ArgumentParser(prog="python scripts/measure_sender.py", description=__doc__.splitlines()[0])
    parser.add_argument("--transactions", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    rates = measure(options.transactions, options.rounds)
    medians = {name: statistics.median(figures) for name, figures in rates.items()}
    *others, mine = medians.values()
    for name, median in medians.items():
        print(f"{name:34} {median:8,.0f} mined a second   {median / others[0]:5.1f}")
    ratios = sorted(
        our / their for our, their in zip(list(rates.values())[-1], rates["web3.py as documented"], strict=True)
    )
    print(f"ratio by round: {', '.join(f'{ratio:.1f}' for ratio in ratios)}; target {TARGET:.0f}")
    return 0 if mine / others[0] >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
