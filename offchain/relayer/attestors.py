"""What attestors say of a checkpoint: each is asked at its address, and what counts is its signature, checked here."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aiohttp
import structlog
from prometheus_client import Counter

from offchain.chain.lane import Lane
from offchain.chain.rpc import MALFORMED
from offchain.chain.signer import recover
from offchain.core.bridge_facts import Attested
from offchain.core.checkpoint import Checkpoint, digest
from offchain.core.units import Address

_TIMEOUT = aiohttp.ClientTimeout(total=5)
_MAX_ANSWER_BYTES = 2**14
SIGNED, NOT_FINAL, WRONG, SILENT = "signed", "not final yet", "signed something else", "no answer"

log = structlog.get_logger()


@dataclass(frozen=True)
class Attestors:
    """All that may be in office: where each answers. `answers` counts what they say."""

    session: aiohttp.ClientSession
    urls: Mapping[Address, str]
    answers: Counter

    async def ask(
        self, lane: Lane, checkpoint: Checkpoint, members: Sequence[Address], needed: int
    ) -> tuple[list[Attested], str]:
        """As many signatures of these members as are needed, and in words what is wrong with others than the late."""
        asked = [asyncio.create_task(self._ask(member, lane, checkpoint)) for member in members]
        attested: list[Attested] = []
        faults = []
        try:
            for answer in asyncio.as_completed(asked):
                member, word, signature = await answer
                self.answers.labels(member, word).inc()
                if word == SIGNED:
                    attested.append(Attested(checkpoint, member, signature))
                elif word != NOT_FINAL:
                    faults.append(f"{member}: {word}")
                if len(attested) == needed:
                    break
        finally:
            for task in asked:
                task.cancel()
        return attested, ", ".join(sorted(faults))

    async def _ask(self, member: Address, lane: Lane, checkpoint: Checkpoint) -> tuple[Address, str, bytes]:
        url = f"{self.urls[member]}/v1/attestations/{lane.name}/{checkpoint.src_block}"
        try:
            async with self.session.get(url, timeout=_TIMEOUT, allow_redirects=False) as response:
                answer = await response.content.read(_MAX_ANSWER_BYTES)
                while len(answer) < _MAX_ANSWER_BYTES and (more := await response.content.read(_MAX_ANSWER_BYTES)):
                    answer += more
            if response.status == 409:
                return member, NOT_FINAL, b""
            if response.status != 200:
                return member, f"refused ({response.status})", b""
            signature = bytes.fromhex(json.loads(answer)["signature"].removeprefix("0x"))
        except (aiohttp.ClientError, OSError, *MALFORMED):
            return member, SILENT, b""
        if recover(digest(checkpoint, lane.domain), signature) == member:
            return member, SIGNED, signature
        # whoever signed two states that exclude each other can be disabled for it: proveEquivocation
        log.warning("an attestor signed something else", attestor=member, asked=repr(checkpoint), answer=repr(answer))
        return member, WRONG, b""
