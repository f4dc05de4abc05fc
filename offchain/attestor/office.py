"""Whether a key attests at an inbox: what the log of the last rotation says, if it is what the contract keeps."""

from dataclasses import dataclass, field

from eth_abi.abi import decode
from eth_utils.crypto import keccak

from offchain.chain.lane import Lane
from offchain.chain.quorum import InvalidAnswer
from offchain.core.bridge_abi import View
from offchain.core.checkpoint import attestor_set
from offchain.core.refusal import Refusal
from offchain.core.units import Address

_ROTATED = keccak(text="AttestorsRotated(uint64,uint256,address[])")


class NotInOffice(Refusal):
    """The key is none of the attestors in office."""


@dataclass
class Office:
    """The attestors in office at a lane's destination, as of its final block."""

    lane: Lane
    _known: tuple[bytes, tuple[str, ...]] = field(default=(bytes(32), ()))

    async def require(self, key: Address) -> None:
        """See that the key is in office. Errors: NotInOffice, InvalidAnswer, those of the quorum."""
        there = self.lane.destination
        final = await there.chain.final()
        (kept,) = await there.chain.views(there.contract, [View("attestorSet()")], final.number)
        if kept != self._known[0]:
            self._known = kept, await self._members(kept, final.number) if any(kept) else ()
        if key.lower() not in self._known[1]:
            raise NotInOffice(
                f"{key} is none of the attestors in office at {there.kind} {there.contract} on chain "
                f"{there.chain.chain_id} as of final block {final.number}"
            )

    async def _members(self, kept: bytes, last: int) -> tuple[str, ...]:
        there = self.lane.destination
        *_, log = (None, *await there.chain.logs(there.contract, [_ROTATED], there.first_block, last))
        if log:
            threshold, attestors = decode(("uint256", "address[]"), log.data)
            if attestor_set(int.from_bytes(log.topics[1]), threshold, attestors) == kept:
                return tuple(attestors)
        raise InvalidAnswer(f"no log since block {there.first_block} tells who is in office at {there.contract}")
