"""OpenZeppelin's bridge, a peer of our own: its crosschain contracts behind a plain gateway, really signed.

One chain is both sides, with a gateway each. OpenZeppelin has no gateway: the mock PeerGateway is the least there is
of one that k of n attestors sign for (ERC-7786).
"""

from typing import Any

from eth_abi.abi import encode
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from scripts.gas_chain import Chain
from scripts.gas_wallets import encoded

EMBEDDED = "OpenZeppelin ERC20Crosschain and a plain gateway"
SEPARATE = "OpenZeppelin BridgeERC7802, ERC20Bridgeable and a plain gateway"
CUSTODY = "OpenZeppelin BridgeERC20 and a plain gateway"
HOME, REMOTE = 31_337, 31_338  # chains: where the collateral lies, where it is minted; the first is the node's own
MESSAGE = [{"name": "id", "type": "bytes32"}]

Message = tuple[int, bytes, bytes, bytes, list[bytes]]  # nonce, sender, recipient, payload, signatures


def interoperable(chain_id: int, address: str) -> bytes:
    """An address with its chain, as ERC-7930 writes it."""
    reference = chain_id.to_bytes((chain_id.bit_length() + 7) // 8)
    return b"\0\x01\0\0" + bytes([len(reference)]) + reference + bytes([20]) + bytes.fromhex(address[2:])


class CrosschainBridge:
    """A vault and a token on one chain, each behind a gateway of its own, with the same attestors."""

    home, remote = HOME, REMOTE

    def __init__(
        self, chain: Chain, asset: Any, attestors: list[LocalAccount], threshold: int, embedded: bool = True
    ) -> None:
        self.chain, self.attestors, self.threshold = chain, attestors, threshold
        addresses = [attestor.address for attestor in attestors]
        self.gateway_of = {
            chain_id: chain.deploy("PeerGateway", chain_id, threshold, addresses) for chain_id in (HOME, REMOTE)
        }
        self.vault = chain.deploy("PeerVault", asset.address)
        if embedded:
            self.token = self.minter = chain.deploy("PeerCrosschainToken")
        else:
            self.token = chain.deploy("PeerBridgeableToken")
            self.minter = chain.deploy("PeerMinter", self.token.address)
            chain.send(chain.deployer, self.token.functions.link(self.minter.address))
        self._link(self.vault, HOME, self.minter, REMOTE)
        self._link(self.minter, REMOTE, self.vault, HOME)

    def lock(self, sender: str, to: str, amount: int) -> int:
        """Lock the sender's tokens for `to`; the gas it took."""
        return self.chain.send(sender, self.vault.functions.crosschainTransfer(interoperable(REMOTE, to), amount))

    def burn(self, sender: str, to: str, amount: int) -> int:
        """Burn the sender's minted tokens for `to`; the gas it took."""
        return self.chain.send(sender, self.minter.functions.crosschainTransfer(interoperable(HOME, to), amount))

    def deliver(self) -> int:
        """Let the relayer hand in the message that was just sent; the gas it took."""
        return self.hand_in(REMOTE, self.signed(HOME))

    def release(self) -> int:
        """The same for the way back."""
        return self.hand_in(HOME, self.signed(REMOTE))

    def hand_in(self, destination: int, message: Message) -> int:
        """Let the relayer hand in a message; the gas it took."""
        return self.chain.send(self.chain.relayer, self.gateway_of[destination].functions.execute(*message))

    def deliver_all(self, messages: list[Message]) -> int:
        """Let the relayer hand in many messages in one transaction; the gas it took."""
        gateway = self.gateway_of[REMOTE]
        calls = [encoded(gateway, "execute", *message) for message in messages]
        return self.chain.send(self.chain.relayer, gateway.functions.multicall(calls))

    def signed(self, origin: int) -> Message:
        """The message of the last block with as few signatures as it takes."""
        gateway, other = self.gateway_of[origin], self.gateway_of[HOME if origin == REMOTE else REMOTE]
        (event,) = gateway.events.MessageSent().get_logs(from_block="latest")
        parts = [bytes(event["args"][name]) for name in ("sender", "recipient", "payload")]
        nonce = gateway.functions.count().call() - 1
        identity = keccak(encode(["uint256", "bytes", "bytes", "bytes"], [nonce, *parts]))
        domain = {
            "name": "Peer Gateway",
            "version": "1",
            "chainId": self.chain.w3.eth.chain_id,
            "verifyingContract": other.address,
        }
        signatures = [
            bytes(attestor.sign_typed_data(domain, {"Message": MESSAGE}, {"id": identity}).signature)
            for attestor in self.attestors[: self.threshold]
        ]
        return nonce, parts[0], parts[1], parts[2], signatures

    def _link(self, contract: Any, chain_id: int, other: Any, other_id: int) -> None:
        counterpart = interoperable(other_id, other.address)
        self.chain.send(self.chain.deployer, contract.functions.link(self.gateway_of[chain_id].address, counterpart))
