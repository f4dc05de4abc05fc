"""An account's transactions: kept before they are sent, sent until they are final, each intent carried out once.

Between two calls nothing is remembered but when something was last sent: whoever dies at any moment is followed by one
who reads the journal and the chain. Source: EIP-1559, EIP-2718, EIP-7825.
"""

import asyncio
import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

from eth_utils.crypto import keccak
from rlp.codec import encode_raw, length_prefix

from offchain.chain.quorum import Quorum, number_of, quantity
from offchain.chain.rpc import Call, NodeRefused
from offchain.chain.signer import Signer
from offchain.core.node_error import Kind
from offchain.core.outgoing import Attempt, Fees, Intent, Outgoing, Status
from offchain.core.refusal import Refusal

_MAX_GAS = 2**24
_NOOP_GAS = 21_000
_WINDOW = 200
_NEVER = (Kind.REVERTED, Kind.PERMANENT)

Make = Callable[[Intent, int], Attempt]


class GasAboveCap(Refusal):
    """The call needs more gas than any transaction may use (EIP-7825)."""


class Journal(Protocol):
    """Where intents are kept, as offchain.store.journal does."""

    async def named(self, names: Sequence[str]) -> list[Outgoing]: ...
    async def add(self, intents: Sequence[Intent], floor: int, make: Make) -> list[Outgoing]: ...
    async def fill(self, intent: Intent, nonce: int, make: Make) -> None: ...
    async def replace(self, outgoing: Outgoing, attempt: Attempt) -> None: ...
    async def move(self, outgoing: Outgoing, floor: int, make: Make) -> None: ...
    async def settle(self, outcomes: Sequence[Outgoing]) -> None: ...
    async def below(self, nonce: int, limit: int) -> list[Outgoing]: ...
    async def since(self, nonce: int, limit: int) -> list[Outgoing]: ...


@dataclass(frozen=True)
class Policy:
    """`ceiling`: the most for a unit of gas, in wei. `final_tag`: the block below which the chain's past is settled."""

    ceiling: int
    patience_seconds: float = 60
    resend_seconds: float = 15
    final_tag: str = "finalized"


@dataclass
class Dispatcher:
    """Sends what one key signs on one chain.

    For metrics: `refused`, what nodes said no to; `reopened`, intents whose final block the chain took back.
    """

    quorum: Quorum
    journal: Journal
    signer: Signer
    chain_id: int
    policy: Policy
    refused: Counter[Kind] = field(default_factory=Counter)
    reopened: int = 0
    _clock: dict[str, tuple[float, float]] = field(default_factory=dict)  # of a hash: first sent, last sent
    _missed: dict[int, float] = field(default_factory=dict)  # of an intent: first seen without a receipt

    async def submit(self, intents: Sequence[Intent]) -> list[Outgoing]:
        """Keep new intents under the next nonces and send them; what is known by name stays as it is. By nonce.

        A node that takes none of it is no error: `advance` sees to that. Errors: NodeRefused or GasAboveCap for a call
        without a bound that would fail, before anything is kept; those of the quorum and of the journal.
        """
        known = await self.journal.named([intent.name for intent in intents])
        names = {outgoing.intent.name for outgoing in known}
        new = [intent for intent in intents if intent.name not in names]
        if not new:
            return known
        gas = {intent.name: intent.gas or await self._estimate(intent) for intent in new}
        floor, (_, fees) = await asyncio.gather(self._count("latest"), self._fees())
        kept = list(known)
        sending = asyncio.create_task(self._send([]))
        try:
            for first in range(0, len(new), _WINDOW):  # one group is signed and kept while another is sent
                group = new[first : first + _WINDOW]
                added = await self.journal.add(group, floor, lambda i, n: self._sign(i, n, fees, gas[i.name]))
                kept += added
                await sending
                sending = asyncio.create_task(self._send([o for o in added if o.status is Status.OPEN]))
        finally:
            await sending
        return sorted(kept, key=lambda outgoing: outgoing.nonce)

    async def advance(self) -> None:
        """Settle what is final, and see that the rest gets there; to be called again and again.

        Errors: those of the quorum and of the journal; the next call goes on where this one ended.
        """
        await self._settle()
        latest, now = await self._count("latest"), time.monotonic()
        waiting = await self._waiting(latest)
        self._clock = {o.attempts[-1].hash: self._clock.get(o.attempts[-1].hash, (now, -math.inf)) for o in waiting}
        if any(self._is_stuck(outgoing, now) for outgoing in waiting):
            base, fees = await self._fees()
            for i, outgoing in enumerate(waiting):
                is_next = outgoing.nonce == latest
                if self._is_stuck(outgoing, now) and (is_next or outgoing.attempts[-1].fees.cap < base):
                    waiting[i] = await self._renew(outgoing, fees, is_next=is_next)
        await self._send([o for o in waiting if now - self._sent(o)[1] >= self.policy.resend_seconds])

    async def _settle(self) -> None:
        """Keep what became of every intent whose nonce is used below the final block, for good."""
        height = await self.quorum.reached("eth_getBlockByNumber", self.policy.final_tag, False, judge=number_of)
        used = await self.journal.below(await self._count(hex(height)), _WINDOW)
        hashes = [attempt.hash for outgoing in used for attempt in outgoing.attempts]
        asked = [Call("eth_getTransactionReceipt", (hash_,)) for hash_ in hashes]
        receipts = dict(zip(hashes, await self.quorum.ask_all(asked, _mined), strict=True))
        outcomes = []
        for outgoing in used:
            found = {attempt: receipts[attempt.hash] for attempt in outgoing.attempts}
            if any(isinstance(receipt, Refusal) or (receipt and receipt[0] > height) for receipt in found.values()):
                continue  # nothing that a count says makes a block final
            mined = next((attempt for attempt, receipt in found.items() if receipt), None)
            missed = self._missed.setdefault(outgoing.id, time.monotonic())
            last = outgoing.attempts[-1]
            if mined:
                number, _, succeeded = found[mined]
                status = Status.ABANDONED if mined.is_noop else Status.DONE if succeeded else Status.REVERTED
                outcomes.append(replace(outgoing, status=status, transaction_hash=mined.hash, block_number=number))
            elif time.monotonic() - missed < self.policy.resend_seconds:
                continue  # a node may be late with receipts
            elif last.is_noop:
                outcomes.append(replace(outgoing, status=Status.ABANDONED))
            else:  # a foreign transaction used the nonce
                make = partial(self._sign, fees=last.fees, gas=last.gas)
                await self.journal.move(outgoing, await self._count("latest"), make)
        await self.journal.settle(outcomes)
        self._missed = {id_: since for id_, since in self._missed.items() if id_ in {o.id for o in used}}

    async def _waiting(self, latest: int) -> list[Outgoing]:
        """What has nonces that the chain has not used, without a gap: foreign transactions that vanished leave gaps."""
        waiting = await self.journal.since(latest, _WINDOW)
        taken = [outgoing.nonce for outgoing in waiting]
        gaps = sorted(set(range(latest, max(taken, default=latest))) - set(taken))
        if gaps:
            _, fees = await self._fees()
            for nonce in gaps:
                noop = Intent(f"noop:{nonce}", self.signer.address)
                await self.journal.fill(noop, nonce, partial(self._sign, fees=fees, gas=_NOOP_GAS, is_noop=True))
            waiting = await self.journal.since(latest, _WINDOW)
        undone = [outgoing for outgoing in waiting if outgoing.status is not Status.OPEN]
        self.reopened += len(undone)
        await self.journal.settle(
            [replace(o, status=Status.OPEN, transaction_hash=None, block_number=None) for o in undone]
        )
        return waiting

    async def _renew(self, outgoing: Outgoing, fees: Fees, *, is_next: bool) -> Outgoing:
        """The same intent at the same nonce for more, or a no-op if the call would fail by now."""
        last = outgoing.attempts[-1]
        raised, gas, is_noop = last.fees.raised(fees, self.policy.ceiling), last.gas, last.is_noop
        if raised is None:
            return outgoing
        if is_next and not is_noop:
            try:
                gas = await self._estimate(outgoing.intent)
            except Refusal as refusal:  # without a quorum's word the bound stays as it was
                is_noop = isinstance(refusal, GasAboveCap) or getattr(refusal, "kind", None) in _NEVER
        attempt = self._sign(outgoing.intent, outgoing.nonce, raised, gas, is_noop=is_noop)
        await self.journal.replace(outgoing, attempt)
        return replace(outgoing, attempts=(*outgoing.attempts, attempt))

    async def _send(self, due: Sequence[Outgoing]) -> None:
        now = time.monotonic()
        raws = [Call("eth_sendRawTransaction", ("0x" + outgoing.attempts[-1].raw.hex(),)) for outgoing in due]
        for outgoing, answer in zip(due, await self.quorum.tell(raws) if raws else [], strict=True):
            last = outgoing.attempts[-1]
            self._clock[last.hash] = (self._sent(outgoing)[0], now)
            if not isinstance(answer, NodeRefused) or answer.kind is Kind.ALREADY_KNOWN:
                continue
            self.refused[answer.kind] += 1
            if answer.kind is Kind.UNDERPRICED:
                self._clock[last.hash] = (-math.inf, now)  # stuck at once
            elif answer.kind is Kind.PERMANENT and not last.is_noop:
                fees = last.fees.raised(last.fees, self.policy.ceiling) or last.fees
                noop = self._sign(outgoing.intent, outgoing.nonce, fees, _NOOP_GAS, is_noop=True)
                await self.journal.replace(outgoing, noop)

    def _sent(self, outgoing: Outgoing) -> tuple[float, float]:
        return self._clock.get(outgoing.attempts[-1].hash, (time.monotonic(), -math.inf))

    def _is_stuck(self, outgoing: Outgoing, now: float) -> bool:
        return now - self._sent(outgoing)[0] >= self.policy.patience_seconds

    async def _count(self, block: str) -> int:
        """How many transactions of this account are mined by a block."""
        return await self.quorum.reached("eth_getTransactionCount", self.signer.address, block, judge=quantity)

    async def _fees(self) -> tuple[int, Fees]:
        """The base fee, and fees that outlast its doubling. No source alone raises them: the tip is paid in full."""
        base = await self.quorum.reached("eth_getBlockByNumber", "latest", False, judge=_base_fee)
        tip = await self.quorum.reached("eth_maxPriorityFeePerGas", judge=quantity)
        return base, Fees(tip, 2 * base + tip).within(self.policy.ceiling)

    async def _estimate(self, intent: Intent) -> int:
        call = {
            "from": self.signer.address,
            "to": intent.to,
            "value": hex(intent.value),
            "data": f"0x{intent.data.hex()}",
        }
        gas = await self.quorum.reached("eth_estimateGas", call, judge=quantity)
        if gas > _MAX_GAS:
            raise GasAboveCap(f"{intent.name} needs {gas} gas, above the cap of {_MAX_GAS} a transaction")
        return min(gas * 6 // 5, _MAX_GAS)

    def _sign(self, intent: Intent, nonce: int, fees: Fees, gas: int, *, is_noop: bool = False) -> Attempt:
        to, value, data = (self.signer.address, 0, b"") if is_noop else (intent.to, intent.value, intent.data)
        gas = _NOOP_GAS if is_noop else gas
        numbers = (self.chain_id, nonce, fees.tip, fees.cap, gas)
        fields = (*map(_big_endian, numbers), bytes.fromhex(to[2:]), _big_endian(value), data, [])
        items = [encode_raw(item) for item in fields]
        made = self.signer.sign(keccak(_typed(items)))
        signature = (made[64] - 27, int.from_bytes(made[:32]), int.from_bytes(made[32:64]))
        raw = _typed([*items, *(encode_raw(_big_endian(number)) for number in signature)])
        return Attempt(nonce, f"0x{keccak(raw).hex()}", raw, gas, fees, is_noop)


def _big_endian(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _typed(items: Sequence[bytes]) -> bytes:
    """A transaction with a tip, of fields that are encoded already."""
    body = b"".join(items)
    return b"".join((b"\x02", length_prefix(len(body), 0xC0), body))


def _mined(receipt: Any) -> tuple[int, str, bool] | None:
    """Of a receipt, what honest sources agree on."""
    if receipt is None:
        return None
    return int(receipt["blockNumber"], 16), str(receipt["blockHash"]), int(receipt["status"], 16) == 1


def _base_fee(header: Any) -> int:
    return quantity(header["baseFeePerGas"])
