"""Hyperlane's bridge, a peer of our own: Mailbox, multisig ISM and warp routes, their messages really signed.

One chain is both sides, with a mailbox each. The peer is as cheap as it can be: no proxies before its contracts, as its
public deployments have them, no gas paymaster and no fee; the merkle tree that its validators read is its default hook.
"""

from typing import Any

from eth_abi.packed import encode_packed
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from scripts.gas_chain import Chain

VERSION = "10.0.5"
HYPERLANE = f"Hyperlane {VERSION}, Mailbox and multisig ISM"
ZERO = "0x" + "00" * 20
HOME, REMOTE = 1_001, 1_002  # domains: where the collateral lies, where it is minted
DECIMALS, SCALE = 6, 1

Message = tuple[bytes, bytes]  # metadata, message


class HyperlaneBridge:
    """A collateral router and a token on one chain, each behind a mailbox of its own, with the same validators."""

    home, remote = HOME, REMOTE

    def __init__(self, chain: Chain, asset: Any, validators: list[LocalAccount], threshold: int) -> None:
        self.chain, self.attestors, self.threshold = chain, validators, threshold
        self.ism = self._multisig()
        self.mailbox_of: dict[int, Any] = {}
        self.tree_of: dict[int, Any] = {}
        for domain in (HOME, REMOTE):
            self._open(domain)
        home, remote = (self.mailbox_of[domain].address for domain in (HOME, REMOTE))
        self.vault = chain.deploy_hyperlane("token/HypERC20Collateral", asset.address, SCALE, home)
        self.token = chain.deploy_hyperlane("token/HypERC20", DECIMALS, SCALE, remote)
        rights = (ZERO, self.ism, chain.deployer)
        for call in (
            self.vault.functions.initialize(*rights),
            self.token.functions.initialize(0, "Peer Token", "PEER", *rights),
            self.vault.functions.enrollRemoteRouter(REMOTE, _word(self.token.address)),
            self.token.functions.enrollRemoteRouter(HOME, _word(self.vault.address)),
        ):
            chain.send(chain.deployer, call)

    def lock(self, sender: str, to: str, amount: int) -> int:
        """Lock the sender's tokens for `to`; the gas it took."""
        return self.chain.send(sender, self.vault.functions.transferRemote(REMOTE, _word(to), amount))

    def burn(self, sender: str, to: str, amount: int) -> int:
        """Burn the sender's minted tokens for `to`; the gas it took."""
        return self.chain.send(sender, self.token.functions.transferRemote(HOME, _word(to), amount))

    def deliver(self) -> int:
        """Let the relayer hand in the message that was just sent; the gas it took."""
        return self.hand_in(REMOTE, self.signed(HOME))

    def release(self) -> int:
        """The same for the way back."""
        return self.hand_in(HOME, self.signed(REMOTE))

    def hand_in(self, destination: int, message: Message) -> int:
        """Let the relayer hand in a message with its metadata; the gas it took."""
        return self.chain.send(self.chain.relayer, self.mailbox_of[destination].functions.process(*message))

    def signed(self, origin: int) -> Message:
        """The message of the last block behind what the ISM wants: tree, root, index, as few signatures as it takes."""
        tree = self.tree_of[origin]
        (event,) = self.mailbox_of[origin].events.Dispatch().get_logs(from_block="latest")
        message = bytes(event["args"]["message"])
        root, index = tree.functions.latestCheckpoint().call()
        # https://github.com/hyperlane-xyz/hyperlane-monorepo, CheckpointLib.sol
        domain = keccak(encode_packed(["uint32", "bytes32", "string"], [origin, _word(tree.address), "HYPERLANE"]))
        checkpoint = [domain, bytes(root), index, keccak(message)]
        digest = encode_defunct(keccak(encode_packed(["bytes32", "bytes32", "uint32", "bytes32"], checkpoint)))
        signatures = [bytes(signer.sign_message(digest).signature) for signer in self.attestors[: self.threshold]]
        return _word(tree.address) + bytes(root) + index.to_bytes(4) + b"".join(signatures), message

    def _multisig(self) -> str:
        factory = self.chain.deploy_hyperlane("isms/multisig/StaticMultisigIsm.sol/StaticMessageIdMultisigIsmFactory")
        call = factory.functions.deploy([validator.address for validator in self.attestors], self.threshold)
        address: str = call.call()
        self.chain.send(self.chain.deployer, call)
        return address

    def _open(self, domain: int) -> None:
        """Open a mailbox. Its required hook, which must be a contract, only asks whether there is a pause."""
        chain = self.chain
        mailbox = chain.deploy_hyperlane("Mailbox", domain)
        tree = chain.deploy_hyperlane("hooks/MerkleTreeHook", mailbox.address)
        pause = chain.deploy_hyperlane("hooks/PausableHook")
        rights = (chain.deployer, self.ism, tree.address, pause.address)
        chain.send(chain.deployer, mailbox.functions.initialize(*rights))
        self.mailbox_of[domain], self.tree_of[domain] = mailbox, tree


def _word(address: str) -> bytes:
    return bytes.fromhex(address[2:]).rjust(32, b"\0")
