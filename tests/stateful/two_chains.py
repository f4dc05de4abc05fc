"""Two chains in one test run, each by raw requests: Brownie's own, and a second node beside it.

Brownie knows one chain at a time. So contracts are called by their ABI here, the same way on both.
"""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from brownie import project
from eth_abi import decode, encode
from eth_utils import function_signature_to_4byte_selector, keccak

from tests.stateful.edge import ERROR, GAS, PANIC, plain


class Log(NamedTuple):
    """An event: who logged it, its name and its values."""

    address: str
    name: str
    values: dict


class Handle:
    """A contract by its ABI: what to send, and what comes back."""

    def __init__(self, address, abi):
        self.address = address
        self.functions = {entry["name"]: entry for entry in abi if entry["type"] == "function"}
        self.selectors = {name: _selector(entry) for name, entry in self.functions.items()}
        self.events = {keccak(text=_signature(entry)): entry for entry in abi if entry["type"] == "event"}
        errors = (entry for entry in abi if entry["type"] == "error")
        self.errors = {_selector(entry): (entry["name"], _types(entry["inputs"])) for entry in errors}

    def calldata(self, function, *arguments):
        types = _types(self.functions[function]["inputs"])
        return "0x" + (self.selectors[function] + encode(types, arguments)).hex()

    def returned(self, function, answer):
        """The value of a view, and of one with several values a tuple."""
        values = plain(decode(_types(self.functions[function]["outputs"]), bytes.fromhex(answer[2:])))
        return values[0] if len(values) == 1 else values

    def log(self, raw):
        entry = self.events[bytes.fromhex(raw["topics"][0][2:])]
        indexed = [field for field in entry["inputs"] if field["indexed"]]
        others = [field for field in entry["inputs"] if not field["indexed"]]
        values = {}
        for field, topic in zip(indexed, raw["topics"][1:], strict=True):
            values[field["name"]] = decode([field["type"]], bytes.fromhex(topic[2:]))[0]
        rest = decode(_types(others), bytes.fromhex(raw["data"][2:]))
        values |= dict(zip((field["name"] for field in others), rest, strict=True))
        ordered = {field["name"]: plain(values[field["name"]]) for field in entry["inputs"]}
        return Log(self.address, entry["name"], ordered)


class Line:
    """Requests to a node through its socket, one or many in one round trip."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        try:
            self.socket.connect(str(path))
        except OSError:
            self.socket.close()
            raise

    def request(self, calls):
        """The raw responses, in the order of the calls."""
        asked = [
            {"jsonrpc": "2.0", "id": place, "method": method, "params": params}
            for place, (method, params) in enumerate(calls)
        ]
        self.socket.sendall(json.dumps(asked).encode())
        answer = b""
        while True:
            answer += self.socket.recv(1 << 20)
            if answer.rstrip().endswith(b"]"):
                try:
                    return sorted(json.loads(answer), key=lambda response: response["id"])
                except ValueError:
                    continue  # a list within the answer ended here

    def close(self):
        self.socket.close()


class Chain:
    """A node and the contracts on it."""

    def __init__(self, path):
        self.line = Line(path)
        self.contracts = {}
        self.errors = {PANIC: ("Panic", ["uint256"]), ERROR: ("Error", ["string"])}
        self.id = int(self.ask("eth_chainId"), 16)

    def close(self):
        self.line.close()

    def ask(self, method, *params):
        (answer,) = self.line.request([(method, params)])
        assert "error" not in answer, (method, answer["error"])
        return answer["result"]

    def batch(self, calls):
        """The raw responses to many requests, in their order, in one round trip."""
        return self.line.request(calls) if calls else []

    def deploy(self, name, arguments, sender, source=None):
        """A contract of the project's, called by `name`; `source` is its name there if that differs."""
        built = project.get_loaded_projects()[0]._build.get(source or name)
        constructor = next((each for each in built["abi"] if each["type"] == "constructor"), {"inputs": []})
        data = "0x" + built["bytecode"] + encode(_types(constructor["inputs"]), arguments).hex()
        receipt = self.mined({"from": sender, "data": data, "gas": hex(GAS)})
        assert receipt["status"] == "0x1", f"{name} was not deployed: {self.why(sender, data)}"
        self.contracts[name] = Handle(plain(receipt["contractAddress"]), built["abi"])
        self.errors |= self.contracts[name].errors
        return self.contracts[name]

    def why(self, sender, data):
        """What the node says of a creation that failed."""
        (answer,) = self.batch([("eth_call", [{"from": sender, "data": data, "gas": hex(GAS)}, "latest"])])
        return answer.get("error")

    def mined(self, call):
        """Send a call; its receipt, whatever came of it."""
        sent = self.ask("eth_sendTransaction", {**call, "gasPrice": "0x0"})
        while not (receipt := self.ask("eth_getTransactionReceipt", sent)):
            time.sleep(0.0005)
        # the node has the receipt before it clears its pool: brought back meanwhile, it would mine the same call again
        while any(int(several, 16) for several in self.ask("txpool_status").values()):
            time.sleep(0.0005)
        return receipt

    def act(self, sender, contract, function, *arguments, value=0):
        """Whether a call went well, and what the contracts known logged."""
        receipt = self.mined(_request(sender, contract, function, arguments, value))
        known = {handle.address: handle for handle in self.contracts.values()}
        raw = [(known.get(plain(log["address"])), log) for log in receipt["logs"]]
        return receipt["status"] == "0x1", [handle.log(log) for handle, log in raw if handle]

    def would(self, *calls):
        """The typed error of each (sender, contract, function, arguments, value), None if it would succeed now."""
        asked = [("eth_call", [_request(*call), "latest"]) for call in calls]
        return [self._refusal(response) for response in self.batch(asked)]

    def views(self, *questions):
        """The answers to many (contract, function, *arguments), in one round trip."""
        asked = []
        for contract, function, *arguments in questions:
            data = contract.calldata(function, *arguments)
            asked.append(("eth_call", [{"to": contract.address, "data": data}, "latest"]))
        answers = self.batch(asked)
        return [q[0].returned(q[1], answer["result"]) for q, answer in zip(questions, answers, strict=True)]

    def balances(self, accounts):
        """What each account holds of native coin."""
        answers = self.batch([("eth_getBalance", [account, "latest"]) for account in accounts])
        return [int(answer["result"], 16) for answer in answers]

    def head(self):
        """Number and time of the latest block."""
        block = self.ask("eth_getBlockByNumber", "latest", False)
        return int(block["number"], 16), int(block["timestamp"], 16)

    def keep(self):
        """The number of the latest block, and what brings the chain back to it."""
        block, kept = self.batch([("eth_getBlockByNumber", ["latest", False]), ("evm_snapshot", [])])
        return int(block["result"]["number"], 16), kept["result"]

    def bring_back(self, kept):
        """The chain is what it was; what was kept later is gone, and this is used up."""
        assert self.ask("evm_revert", kept)

    def wait_until(self, second):
        """One more block, in that very second."""
        self.ask("evm_setNextBlockTimestamp", second)
        self.ask("evm_mine")

    def reorganize(self, kept, depth):
        """The last blocks are replaced by as many empty ones. What brings the chain back to the one before them again.

        By what was kept: the node's own `anvil_reorg` takes the state of an older block from its disk, without the code
        of contracts, once it has had some five hundred blocks.
        """
        self.bring_back(kept)
        _, again = self.keep()
        self.ask("anvil_mine", hex(depth))
        return again

    def _refusal(self, response):
        if "error" not in response:
            return None
        data = bytes.fromhex(response["error"].get("data", "0x").removeprefix("0x"))
        if data[:4] not in self.errors:
            return "untyped", (data,)
        name, types = self.errors[data[:4]]
        return name, plain(decode(types, data[4:]))


class SecondNode:
    """A node of its own, with another chain id."""

    def __init__(self, chain_id):
        self.ipc = Path(tempfile.mkdtemp(prefix="quittance-")) / "second.ipc"
        command = [shutil.which("anvil"), "--quiet", "--port", "0", "--ipc", str(self.ipc), "--chain-id", str(chain_id)]
        command += ["--hardfork", "prague", "--block-base-fee-per-gas", "0", "--gas-limit", "30000000"]
        command += ["--cache-path", str(self.ipc.parent)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env={**os.environ}
        )
        self.chain = self._connect()
        self.chain.ask("anvil_setBlockTimestampInterval", 0)

    def _connect(self):
        """The socket is there before the node listens."""
        for _ in range(1500):
            try:
                return Chain(self.ipc)
            except (FileNotFoundError, ConnectionRefusedError):
                time.sleep(0.02)
        raise TimeoutError("the second node does not answer")

    def close(self):
        self.chain.close()
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.ipc.parent)


def first_chain():
    """The one that Brownie drives."""
    return Chain(f"{os.environ['QUITTANCE_CHAIN']}/ipc")


def _request(sender, contract, function, arguments=(), value=0):
    data = contract.calldata(function, *arguments)
    return {"from": sender, "to": contract.address, "data": data, "value": hex(value), "gas": hex(GAS)}


def _types(fields):
    return [_type(field) for field in fields]


def _type(field):
    if not field["type"].startswith("tuple"):
        return field["type"]
    return f"({','.join(_types(field['components']))}){field['type'].removeprefix('tuple')}"


def _signature(entry):
    return f"{entry['name']}({','.join(_types(entry['inputs']))})"


def _selector(entry):
    return function_signature_to_4byte_selector(_signature(entry))
