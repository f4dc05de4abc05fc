"""Wallets of Safe 1.4.1, the peer of our own: made by its factory, their transactions really signed."""

from typing import Any

from eth_account.signers.local import LocalAccount

from scripts.gas_chain import Chain, random_bytes

ZERO = "0x" + "00" * 20
SAFE = "Safe 1.4.1"

# https://github.com/safe-global/safe-smart-account, Safe.sol: SAFE_TX_TYPEHASH
SAFE_TRANSACTION = [
    {"name": "to", "type": "address"},
    {"name": "value", "type": "uint256"},
    {"name": "data", "type": "bytes"},
    {"name": "operation", "type": "uint8"},
    {"name": "safeTxGas", "type": "uint256"},
    {"name": "baseGas", "type": "uint256"},
    {"name": "gasPrice", "type": "uint256"},
    {"name": "gasToken", "type": "address"},
    {"name": "refundReceiver", "type": "address"},
    {"name": "nonce", "type": "uint256"},
]


class SafeWallets:
    """Safe's singleton, factory and fallback handler on one chain, and what wallets made of them cost."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.singleton = chain.deploy_safe("Safe")
        self.factory = chain.deploy_safe("proxies/SafeProxyFactory")
        self.handler = chain.deploy_safe("handler/CompatibilityFallbackHandler")

    def create(self, owners: list[LocalAccount], threshold: int) -> tuple[Any, int]:
        """A wallet as Safe's own interface makes one, with the fallback handler; the wallet and the gas it took."""
        addresses = [owner.address for owner in owners]
        setup = (addresses, threshold, ZERO, b"", self.handler.address, ZERO, 0, ZERO)
        initializer = self.singleton.encode_abi("setup", setup)
        salt = int.from_bytes(random_bytes(f"salt {threshold} of {len(owners)}"))
        call = self.factory.functions.createProxyWithNonce(self.singleton.address, initializer, salt)
        address = call.call({"from": self.chain.relayer})
        gas = self.chain.send(self.chain.relayer, call)
        return self.chain.w3.eth.contract(address=address, abi=self.singleton.abi), gas

    def execute(self, wallet: Any, signers: list[LocalAccount], to: str, value: int, data: bytes = b"") -> int:
        """Let the relayer, who is no owner, send what these owners signed, by rising address; the gas it took."""
        terms = (to, value, data, 0, 0, 0, 0, ZERO, ZERO)
        names = [field["name"] for field in SAFE_TRANSACTION]
        message = dict(zip(names, (*terms, wallet.functions.nonce().call()), strict=True))
        domain = {"chainId": self.chain.w3.eth.chain_id, "verifyingContract": wallet.address}
        signatures = [signer.sign_typed_data(domain, {"SafeTx": SAFE_TRANSACTION}, message) for signer in signers]
        call = wallet.functions.execTransaction(*terms, b"".join(signed.signature for signed in signatures))
        return self.chain.send(self.chain.relayer, call)
