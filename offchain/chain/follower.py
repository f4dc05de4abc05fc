"""A chain's final past, as a quorum of sources sees it: the quorum vouches for headers, and all else is proven by them.

Source: EIP-1186. Nothing is read from what is not final yet but the answers of `at_head`.
"""

import asyncio
import random
from collections.abc import Sequence
from functools import partial
from typing import Any

from eth_abi.exceptions import DecodingError

from offchain.chain.proof import Block, InvalidHeader, InvalidProof, UnknownBlock, check_header, check_proof
from offchain.chain.quorum import InvalidAnswer, Quorum, number_of, quantity
from offchain.chain.rpc import Call, raised
from offchain.core.bridge_abi import Log, View
from offchain.core.checkpoint import OUTBOX_SLOTS, Point, outbox_from_words
from offchain.core.refusal import Refusal
from offchain.core.units import Address

_MAX_SPAN_BLOCKS, _PAUSE_SECONDS = 10_000, 0.3


class WrongChain(Refusal):
    """The sources serve another chain than they are said to."""


class FinalityViolated(Refusal):
    """A final block is no longer part of its chain: nothing that was concluded from it can be relied upon."""


class NotFinal(Refusal):
    """The block is not final yet."""


class Follower:
    """One chain. `pinned` is the newest block that was seen as final; a process hands its successor number and hash."""

    def __init__(self, quorum: Quorum, chain_id: int, pinned: tuple[int, bytes] | None = None) -> None:
        self.quorum, self.chain_id, self.pinned = quorum, chain_id, pinned
        self.span_blocks = 1_000
        self._violated: FinalityViolated | None = None

    async def start(self, contract: Address, kind: str) -> Block:
        """The final block, once it is clear that this is the chain, and that proofs can be had for that block.

        Errors: WrongChain, FinalityViolated, those of the quorum, InvalidProof.
        """
        await self.identify()
        final = await self.final()
        await self.outbox(contract, kind, final)
        return final

    async def identify(self) -> None:
        """See that this is the chain. Errors: WrongChain, the quorum's."""
        chain_id = await self.quorum.ask("eth_chainId", judge=quantity)
        if chain_id != self.chain_id:
            raise WrongChain(f"the sources of chain {self.chain_id} serve chain {chain_id}")

    async def final(self) -> Block:
        """The newest final block, never one before an earlier answer.

        Errors: FinalityViolated, from the first time on for good; the quorum's.
        """
        if self._violated:
            raise self._violated.with_traceback(None)  # or it would grow with each raise
        height = await self.quorum.reached("eth_getBlockByNumber", "finalized", False, judge=number_of)
        if not self.pinned:
            block = await self.block(height)
        else:
            number, pinned = self.pinned
            block = await self.block(max(height, number))
            before = await self.block(number) if height > number else block  # last: what is taken back now shows
            if before.hash != pinned:
                self._violated = FinalityViolated(
                    f"final block {number} of chain {self.chain_id} was 0x{pinned.hex()} and is 0x{before.hash.hex()}"
                )
                raise self._violated
        if not self.pinned or block.number > self.pinned[0]:  # another who asked meanwhile may be ahead
            self.pinned = (block.number, block.hash)
        return block

    async def final_block(self, number: int) -> Block:
        """A block, if it is final. Errors: NotFinal, those of `final`."""
        final = await self.final()
        if number > final.number:
            raise NotFinal(f"block {number} of chain {self.chain_id} is not final: {final.number} is the newest")
        return final if number == final.number else await self.block(number)

    async def block(self, number: int) -> Block:
        """The block that a quorum has at this number, its header checked. Errors: UnknownBlock, the quorum's."""
        return raised((await self.blocks([number]))[0])  # type: ignore[no-any-return]

    async def blocks(self, numbers: Sequence[int]) -> list[Any]:
        """As `block`, for many; a Refusal stands where one failed."""
        calls = [Call("eth_getBlockByNumber", (hex(number), False)) for number in numbers]
        found = await self.quorum.ask_all(calls, _block) if calls else []
        wrong = InvalidHeader("the sources answer with another block than was asked for")
        return [wrong if isinstance(b, Block) and b.number != n else b for b, n in zip(found, numbers, strict=True)]

    async def outbox(self, contract: Address, kind: str, block: Block) -> Point:
        """A contract's outbox as of a block, proven; any one source may deliver the proof. Errors: InvalidProof, ..."""
        slots = OUTBOX_SLOTS[kind]
        keys = [slots.acc, slots.hot]

        def words(answer: Any) -> list[int]:
            proofs = zip(keys, answer["storageProof"], strict=True)
            return [check_proof({**answer, "storageProof": [p]}, contract, key, block).value for key, p in proofs]

        asked = (contract, [f"0x{key:064x}" for key in keys], hex(block.number))
        point = outbox_from_words(kind, *await self.quorum.first("eth_getProof", *asked, judge=words))
        if not any(point.acc):
            raise InvalidProof(f"at block {block.number} {contract} had no route yet")
        return point

    async def head(self) -> Block:
        """The newest block that a quorum has. Errors: the quorum's, QuorumSplit while they disagree about it."""
        return await self.block(await self.quorum.reached("eth_blockNumber", judge=quantity))

    async def views(self, contract: Address, asked: Sequence[View], block: int) -> list[Any]:
        """What a contract answers as of a block, in a quorum's words. Errors: the quorum's."""
        calls = [Call("eth_call", ({"to": contract, "data": f"0x{view.asked().hex()}"}, hex(block))) for view in asked]
        answers = await self.quorum.ask_all(calls, _data) if calls else []
        return [_decoded(view, raised(answer)) for view, answer in zip(asked, answers, strict=True)]

    async def logs(self, contract: Address, topics: Sequence[bytes], first: int, last: int) -> list[Log]:
        """The logs of final blocks in their order, each of a block whose hash its header, asked for apart, confirms.

        Ranges halve when sources refuse them, and grow again. Errors: those of the quorum for a single block,
        InvalidAnswer.
        """
        found: list[tuple[bytes, Log]] = []
        while first <= last:
            until = min(last, first + self.span_blocks - 1)
            asked = {"address": contract, "topics": [[f"0x{topic.hex()}" for topic in topics]]}
            asked |= {"fromBlock": hex(first), "toBlock": hex(until)}
            judge = partial(_logs, contract=contract, topics=topics, blocks=range(first, until + 1))
            try:
                found += await self.quorum.ask("eth_getLogs", asked, judge=judge)
            except Refusal:
                if self.span_blocks == 1:
                    raise
                self.span_blocks //= 2
                await asyncio.sleep(random.uniform(0, _PAUSE_SECONDS))
            else:
                first, self.span_blocks = until + 1, min(self.span_blocks * 5 // 4 + 1, _MAX_SPAN_BLOCKS)
        numbers = sorted({log.block_number for _, log in found})
        blocks = {block.number: block for block in map(raised, await self.blocks(numbers))}
        if any(blocks[log.block_number].hash != block_hash for block_hash, log in found):
            raise InvalidAnswer("logs are of other blocks than the chain has")
        return [log._replace(timestamp=blocks[log.block_number].timestamp) for _, log in found]


def _block(header: Any) -> Block:
    if header is None:
        raise UnknownBlock("the source has no such block")
    return check_header(header)


def _data(answer: Any) -> bytes:
    return bytes.fromhex(answer.removeprefix("0x"))


def _decoded(view: View, data: bytes) -> Any:
    try:
        return view.answered(data)
    except (DecodingError, ValueError):
        raise InvalidAnswer(f"what {view.signature} returned is not of its type: is it the right contract?") from None


def _logs(answer: Any, contract: Address, topics: Sequence[bytes], blocks: range) -> list[tuple[bytes, Log]]:
    """Judges logs: what was not asked for is none of the answer."""
    found = []
    for entry in answer:
        number, index = int(entry["blockNumber"], 16), int(entry["logIndex"], 16)
        named = tuple(_data(topic) for topic in entry["topics"])
        log = Log(number, 0, str(entry["transactionHash"]), named, _data(entry["data"]))
        if entry["address"].lower() != contract.lower() or named[0] not in topics or number not in blocks:
            raise InvalidAnswer("a source answers with logs that were not asked for")
        found.append((number, index, _data(entry["blockHash"]), log))
    return [(block_hash, log) for _, _, block_hash, log in sorted(found, key=lambda entry: entry[:2])]
