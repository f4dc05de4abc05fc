"""A vault of native coin and its token, on a chain each: the contracts as they are built, with test attestors."""

import json
import time
from pathlib import Path

from eth_abi.abi import encode
from eth_account import Account
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from offchain.core.bridge_abi import calldata
from offchain.core.checkpoint import Side, route_id

BUILD = Path(__file__).resolve().parents[3] / "build" / "contracts"
NATIVE = "0x" + "00" * 20
NEAR, FAR = 31337, 31338
UNIT, THRESHOLD, CAPACITY, DELAY_SECONDS = 10**9, 2, 10**9, 3600
"""Base units of the coin in one of the route; of capacity, in the route's units, a quarter waits."""
# TEST KEYS: anybody can compute them.
ATTESTORS = sorted(
    (Account.from_key(keccak(text=f"quittance test attestor {i}")) for i in range(3)), key=lambda a: int(a.address, 16)
)
_TRUST = "(uint48,address,address,uint256,address[],uint8,uint48,uint256,uint256)"


def built(name):
    return json.loads((BUILD / f"{name}.json").read_text())


def transact(chain, sender, to=None, data=b"", value=0):
    """A transaction of an account that the node signs for, mined at once; its receipt, which says how it went."""
    asked = {"from": sender, "data": f"0x{data.hex()}", "value": hex(value), "gas": hex(12_000_000)}
    sent = chain.rpc("eth_sendTransaction", asked | ({"to": to} if to else {}))
    for _ in range(1_000):
        if receipt := chain.rpc("eth_getTransactionReceipt", sent):
            return receipt
        time.sleep(0.01)
    raise AssertionError(f"{sent} is not mined")


def deploy(chain, name, types, values):
    data = bytes.fromhex(built(name)["bytecode"]) + encode(types, values)
    receipt = transact(chain, chain.rpc("eth_accounts")[0], data=data)
    assert receipt["status"] == "0x1"
    return to_checksum_address(receipt["contractAddress"])


class Pair:
    """Both ends of a bridge, connected."""

    def __init__(self, near, far):
        self.near, self.far = near, far
        self.deployer, self.governor, self.guardian, self.sender, self.recipient = near.rpc("eth_accounts")[:5]
        self.recipient = to_checksum_address(self.recipient)
        self.vault = self.new_vault()
        self.token = self.new_token(self.vault)
        self.list(self.vault, self.token)
        sides = Side(NEAR, self.vault, NATIVE), Side(FAR, self.token, self.token)
        self.there, self.back = route_id(*sides), route_id(*reversed(sides))

    def _trust(self, unit):
        attestors = [attestor.address for attestor in ATTESTORS]
        council = (86_400, self.governor, self.guardian, THRESHOLD, attestors)
        return (*council, 2, DELAY_SECONDS, CAPACITY * unit, 86_400)

    def new_vault(self):
        return deploy(
            self.near, "BridgeVault", (_TRUST, "address", "uint8", "uint8"), (self._trust(UNIT), NATIVE, 18, 9)
        )

    def new_token(self, vault):
        types = (_TRUST, "string", "string", "uint8", "uint256", "address", "address")
        return deploy(self.far, "BridgeToken", types, (self._trust(1), "Far Ether", "FETH", 9, NEAR, vault, NATIVE))

    def list(self, vault, token):
        data = calldata("list", ("uint256", "address"), (FAR, token))
        assert transact(self.near, self.governor, vault, data)["status"] == "0x1"

    def lock(self, amount, to=None):
        """The block in which it is locked."""
        data = calldata("lock", ("address", "uint256"), (to or self.recipient, amount * UNIT))
        receipt = transact(self.near, self.sender, self.vault, data, amount * UNIT)
        assert receipt["status"] == "0x1"
        return int(receipt["blockNumber"], 16)

    def burn(self, amount, to=None):
        data = calldata("burn", ("address", "uint256"), (to or self.sender, amount))
        receipt = transact(self.far, self.recipient, self.token, data)
        assert receipt["status"] == "0x1"
        return int(receipt["blockNumber"], 16)
