"""What attestors do in the machine: they read a final block by a storage proof, and sign what they have read.

One of them may lie. Who relays hands in whatever was signed, and gets it wrong in every way now and then.
"""

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from eth_utils import keccak

from offchain.chain.proof import check_header, check_proof
from offchain.core.checkpoint import (
    OUTBOX_SLOTS,
    SIGNATURE_BYTES,
    Checkpoint,
    Transfer,
    attestation,
    compact,
    digest,
    outbox_from_words,
    pack,
)
from scripts.chain.signature import recover as recover_slowly
from tests.stateful.bridge_machine import HERE, OTHER, BridgeMachine
from tests.stateful.choices import recent

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
KIND = {HERE: "BridgeVault"}

recover = lru_cache(4096)(recover_slowly)


class Attested(NamedTuple):
    """A checkpoint that every honest attestor of the epoch signs; `side` is the chain whose outbox it is of."""

    side: str
    route: str
    checkpoint: Checkpoint


class AttestingMachine(BridgeMachine):
    def attest(self, side, route):
        """The state of an outbox as of the last final block, read and proven as an attestor does it."""
        number, contract = self.final[side], self.contracts[side, route]
        kind = KIND.get(side, "BridgeToken")
        chain, slots = self.chains[side], OUTBOX_SLOTS[kind]
        block = check_header(chain.ask("eth_getBlockByNumber", hex(number), False))
        keys = [slots.acc, slots.hot]
        answer = chain.ask("eth_getProof", contract.address, [f"0x{key:064x}" for key in keys], hex(number))
        words = []
        for key, proof in zip(keys, answer["storageProof"], strict=True):
            one = {**answer, "storageProof": [proof]}
            words.append(check_proof(one, contract.address, key, block).value)
        point = outbox_from_words(kind, *words)
        scene = next(scene for at, _, scene in reversed(self.history[side]) if at <= number)
        assert point == scene.books[route].sent, "the proof shows what the model says of that block"
        epoch, way = self.seen[OTHER[side], route].epoch, self.seen[side, route].routes[0]
        checkpoint = Checkpoint(way, epoch, number, block.hash, point.count, point.acc, point.cumulative)
        self.attested.append(Attested(side, route, checkpoint))

    def signed(self, side, route, checkpoint, attestor):
        """An attestor's signature for the contract on a side, 64 bytes."""
        return self.signature(attestor, digest(checkpoint, self.book(side, route).domain))

    def signature(self, attestor, hashed):
        return _signature(self.stage.keys[attestor], hashed)

    def untrue(self, checkpoint, mistake):
        """What is signed if the keys of a quorum are stolen: not what was read."""
        changed = {
            "inflated": {"cumulative": checkpoint.cumulative + 1},
            "beyond": {"cumulative": checkpoint.cumulative + 10**6},
            "other hash": {"acc": keccak(checkpoint.acc)},
            "further": {"count": checkpoint.count + 1},
        }
        return replace(checkpoint, **changed.get(mistake, {}))

    def attestation_of(self, side, route, checkpoint, pick, mistake=None):
        """The set in office on a side, or the last one that was, and enough of its members' signatures."""
        office = self.seen[side, route].office
        threshold, attestors = self.office_lists.get(office) or [*self.office_lists.values()][-1]
        several = threshold if pick % 3 else len(attestors)
        if mistake == "too few":
            several = threshold - 1
        start = pick % len(attestors)
        chosen = {attestors[(start + step) % len(attestors)] for step in range(several)}
        made = {attestor: self.signed(side, route, checkpoint, attestor) for attestor in chosen}
        first = min(chosen, key=attestors.index) if chosen else None
        if mistake == "foreign" and first:
            made[first] = self.signed(side, route, checkpoint, self.stage.outsider)
        elif mistake == "another state" and first:
            made[first] = self.signed(side, route, replace(checkpoint, count=checkpoint.count + 1), first)
        elif mistake == "malleated" and first:
            made[first] = _malleated(made[first])
        threshold, signers, absent, signatures = attestation(threshold, attestors, made)
        one = signatures[:SIGNATURE_BYTES]
        return {
            "nobody": (threshold, signers, absent, bytes(SIGNATURE_BYTES) + signatures[SIGNATURE_BYTES:]),
            "short": (threshold, signers, absent, signatures[:-1]),
            "long": (threshold, signers, absent, signatures + b"\0"),
            "swapped": (threshold, signers, absent, signatures[SIGNATURE_BYTES:] + one),
            "unknown bit": (threshold, signers | 1 << len(attestors) + 3, absent, signatures),
            "lower threshold": (threshold - 1, signers, absent, signatures),
            "smaller set": (1, 1, [], one),
            "twice": (threshold, (1 << several + len(absent)) - 1, [], one * (several + len(absent))),
            "left out": (threshold, (1 << several) - 1, absent[1:], signatures),
        }.get(mistake, (threshold, signers, absent, signatures))

    def pick_attested(self, side, route, pick):
        """A checkpoint for the contract on a side: mostly the newest that brings something, sometimes just any."""
        ours = self.of(side, route)
        if pick % 16 == 0:
            return recent(self.attested, pick // 16).checkpoint
        arrived, epoch = self.seen[side, route].inbox.count, self.seen[side, route].epoch
        new = [each for each in ours if each.checkpoint.count > arrived and each.checkpoint.epoch == epoch]
        return recent(new if new and pick % 8 else ours, pick // 16).checkpoint

    def of(self, side, route):
        """What is attested for the contract on a side."""
        return [each for each in self.attested if (each.side, each.route) == (OTHER[side], route)]

    def transfers_until(self, side, route, start, end, mistake=None):
        """The records between two counts of the other side's outbox, packed, or something that is not quite them."""
        made = self.records(OTHER[side], route)[start:end] if start < end else []
        if mistake == "empty" or not made:
            return b""
        last: Transfer = made[-1]
        chosen = {
            "dropped": made[:-1],
            "doubled": [*made, last],
            "reversed": made[::-1],
            "more": [*made[:-1], last._replace(amount=last.amount + 1)],
            "other recipient": [*made[:-1], last._replace(to=last.sender)],
            "shifted": [*made[1:], last],
        }.get(mistake, made)
        return {"cut": pack(chosen)[:-1], "odd": pack(chosen) + b"\0"}.get(mistake, pack(chosen))


@lru_cache(8192)
def _signature(key, hashed):
    made = key.unsafe_sign_hash(hashed)
    return compact(made.r, made.s, made.v)


def _malleated(signature):
    """The other signature of the same key: what has it in 65 bytes takes it unless it looks at s."""
    r, word = signature[:32], int.from_bytes(signature[32:], "big")
    s, parity = word & (2**255 - 1), word >> 255
    return r + ((ORDER - s) % 2**255 | (1 - parity) << 255).to_bytes(32, "big")
