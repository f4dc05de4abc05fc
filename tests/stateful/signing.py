"""How owners sign, and the many ways in which a quorum can be less than one; a key is an account of the local chain.

Who signed what is written down as it is done. That is all the model is told of signatures.
"""

from collections import defaultdict
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from scripts.papers import agreement
from tests.stateful.edge import batch

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
FAULTS = [
    "too few",
    "foreign",
    "stale",
    "ahead",
    "late",
    "other owners",
    "other threshold",
    "too many owners",
    "malleated",
    "swapped",
    "short",
    "long",
    "beyond",
    "another deadline",
    "another wallet",
    "another chain",
    "another act",
    "unapproved",
    "no one",
]


@dataclass(frozen=True)
class Plan:
    """Who of the owners signs, in what form, and what is wrong with it; `pick` says which."""

    fault: str | None
    pick: int
    every: bool
    compact: int
    slack: int


PLANS = st.builds(
    Plan,
    fault=st.sampled_from([None] * 60 + FAULTS),
    pick=st.integers(0, 2**10),
    every=st.booleans(),
    compact=st.integers(0, 2**5 - 1),
    slack=st.sampled_from([0, 1, 3600, 86_400]),
)


@dataclass(frozen=True)
class Agreed:
    """What a quorum was asked to agree to at which wallet, and what came of it."""

    wallet: str
    digest: bytes
    deadline: int
    quorum: tuple


class Pen:
    """Signs for the accounts of the local chain, and remembers whose each signature is."""

    def __init__(self, accounts):
        self.accounts = frozenset(accounts)
        self.kept = {}
        self.ledger = defaultdict(set)

    def signed(self, owner, digest, signature):
        return (owner, digest) in self.ledger[signature]

    def sign(self, domain, act, owners):
        """Each owner's signature of 65 bytes, by eth_signTypedData_v4: the digest is the node's own.

        An owner without a key, a contract, signs nothing: 65 bytes that are nobody's stand in the place.
        """
        digest = agreement.digest_of(domain, act)
        keyed = [owner for owner in owners if owner in self.accounts]
        missing = [owner for owner in keyed if (owner, digest) not in self.kept]
        data = agreement.typed_data(domain, act)
        answers = batch([("eth_signTypedData_v4", [owner, data]) for owner in missing])
        for owner, answer in zip(missing, answers, strict=True):
            self.kept[owner, digest] = bytes.fromhex(answer["result"][2:])
        for owner in keyed:
            signature = self.kept[owner, digest]
            self.ledger[signature].add((owner, digest))
            self.ledger[agreement.compact(signature)].add((owner, digest))
        return {owner: self.kept.get((owner, digest), digest * 2 + b"\x1b") for owner in owners}


def malleated(signature):
    """The other signature of 65 bytes that lies on the curve for the same key and digest."""
    s = ORDER - int.from_bytes(signature[32:64])
    return signature[:32] + s.to_bytes(32) + bytes([55 - signature[64]])


def ask_quorum(pen, domain, act, owners_known, plan, others):
    """The quorum for this act as the plan has it: (the deadline to submit, the quorum).

    `owners_known` are threshold and owners of the wallet; `others` a key that is none of theirs, and another wallet.
    """
    (threshold, owners), fault = owners_known, plan.fault
    count = threshold + plan.pick // 7 % (len(owners) - threshold + 1) if plan.every else threshold
    if fault in ("too few", "no one"):
        count = threshold - 1 if fault == "too few" else 0
    start = plan.pick % len(owners)
    signers = [owners[(start + i) % len(owners)] for i in range(count)]
    deadline, signing = act.deadline, _misread(act, fault)
    if fault == "another deadline":
        deadline += 1
    if fault == "another wallet":
        domain = replace(domain, wallet=others[1])
    if fault == "another chain":
        domain = replace(domain, chain_id=domain.chain_id + 1)
    signatures = pen.sign(domain, signing, signers)
    victim = signers[plan.pick % len(signers)] if signers else None
    if fault == "foreign" and victim:
        signatures[victim] = pen.sign(domain, signing, [others[0]])[others[0]]
    if fault == "malleated" and victim:
        signatures[victim] = malleated(signatures[victim])
    if fault == "unapproved" and victim:
        signatures[victim] = b""
    if fault == "swapped" and len(signers) > 1:
        first, second = signers[:2]
        signatures[first], signatures[second] = signatures[second], signatures[first]
    for index, owner in enumerate(owners):
        if owner in signatures and plan.compact >> index & 1 and fault != "malleated":
            signatures[owner] = agreement.compact(signatures[owner])
    if fault == "other owners":
        owners = agreement.in_order([*owners[1:], others[0]])
    if fault == "too many owners":
        owners = [*owners, *(f"0x{number:040x}" for number in range(1, 51))]
    if fault == "other threshold":
        threshold = threshold - 1 if threshold > 1 else threshold + 1
    threshold, owners, bits, packed = agreement.quorum_of(threshold, owners, signatures)
    if fault == "beyond":
        bits |= 1 << len(owners) + plan.pick % 3
    packed = packed[:-1] if fault == "short" else packed + b"\0" * (1 + plan.pick % 2) if fault == "long" else packed
    return deadline, (threshold, owners, bits, packed)


def _misread(act, fault):
    """What the owners sign where they sign something else than what is submitted."""
    if fault == "stale":
        return replace(act, nonce=max(0, act.nonce - 1) if act.nonce else 1)
    if fault == "ahead":
        return replace(act, nonce=act.nonce + 1)
    if fault == "another act":
        return agreement.cancellation(bytes(31) + b"\1", act.nonce, act.deadline)
    return act
