"""Blocks and storage of a node that needs no trust: asked for through web3, checked by offchain.chain.proof."""

from typing import Any

from web3 import Web3
from web3.types import RPCEndpoint

from offchain.chain.proof import Block, InvalidHeader, SlotProof, UnknownBlock, check_header, check_proof
from offchain.core.refusal import Refusal


class ProofRefused(Refusal):
    """The node gives no proof."""


def fetch_block(web3: Web3, block: int | bytes) -> Block:
    """The block of a number or a hash, its header checked. Errors: UnknownBlock, InvalidHeader."""
    if isinstance(block, bytes):
        method, named = "eth_getBlockByHash", f"0x{block.hex()}"
    else:
        method, named = "eth_getBlockByNumber", hex(block)
    header = _ask(web3, method, [named, False])
    if not isinstance(header, dict):
        raise UnknownBlock(f"the node has no block {named}")
    checked = check_header(header)
    if block not in (checked.hash, checked.number):
        raise InvalidHeader(f"the node answered block {checked.number} 0x{checked.hash.hex()} when asked for {named}")
    return checked


def fetch_proof(web3: Web3, account: str, slot: int, block: Block) -> SlotProof:
    """The value of a slot at a block, proven. Errors: ProofRefused, InvalidProof."""
    answer = _ask(web3, "eth_getProof", [account, [f"0x{slot:064x}"], hex(block.number)])
    return check_proof(answer, account, slot, block)


def _ask(web3: Web3, method: str, params: list[Any]) -> Any:
    answer = web3.provider.make_request(RPCEndpoint(method), params)
    if "error" in answer:
        raise ProofRefused(f"the node refuses {method}: {answer['error']}")
    return answer.get("result")
