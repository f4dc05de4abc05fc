"""One end of a route under attack, and what its attestors see of the other end: records, folded to points and signed.

The keys of attestors are made from words that everyone can read: they are keys for tests, and worth nothing anywhere.
"""

from dataclasses import replace

from brownie import chain
from eth_abi import encode
from eth_account import Account
from eth_keys.exceptions import BadSignature, ValidationError
from eth_utils import keccak, to_checksum_address

from offchain.core import checkpoint as layout
from offchain.core.checkpoint import Checkpoint, Domain, Point, Side, Transfer
from tests.support import NATIVE, at, holdings, rpc
from tests.unit.keys import fresh_address
from tests.unit.rawcall import refusal
from tests.unit.signing import owner_keys

DAY = 24 * 3600
OTHER_CHAIN = 7_777
THRESHOLD, ATTESTORS = 2, 3
CAPACITY, REFILL_SECONDS = 1_000_000, DAY
LARGE_SHIFT, QUEUE_SECONDS = 2, DAY
LARGE_AMOUNT = CAPACITY >> LARGE_SHIFT
COLLATERAL = 10**9
VETOED = 2**48 - 1
SOURCE_BLOCK, SOURCE_HASH = 1_000, keccak(text="a finalized block")
PEER, PEER_ASSET = (to_checksum_address(keccak(text=f"peer {part}")[12:]) for part in ("contract", "asset"))
SENDER = to_checksum_address(keccak(text="sender on the other chain")[12:])


def attestors(count=ATTESTORS, seed="attestor"):
    """Their keys by rising address, the same for the same seed."""
    return owner_keys(count, seed)


def unused_address(seed):
    """An address that nobody has used, the same for the same seed, as Brownie spells it."""
    return to_checksum_address(fresh_address(seed))


def compact(signature):
    """65 bytes of r, s, v as 64 (ERC-2098)."""
    r, s, v = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big"), signature[64]
    return layout.compact(r, s, v)


def signer(digest, signature):
    """Whose the signature in 64 bytes is; None if nobody's, or with the high s."""
    word = int.from_bytes(signature[32:], "big")
    r, s, parity = int.from_bytes(signature[:32], "big"), word % 2**255, word >> 255
    if s > layout.HALF_ORDER:
        return None
    try:
        return Account._recover_hash(digest, vrs=(27 + parity, r, s))
    except (BadSignature, ValidationError):
        return None


class Route:
    """A contract, and the outbox at the other end of its route; `unit` base units of its asset are one of the route."""

    def __init__(self, contract, asset, relayer, governor, unit=1, keys=None, threshold=THRESHOLD):
        self.contract, self.asset, self.relayer, self.governor, self.unit = contract, asset, relayer, governor, unit
        self.first_keys, self.first_threshold = keys or attestors(), threshold
        self.is_vault = contract._name == "BridgeVault"
        self.arrive_now = contract.release if self.is_vault else contract.deliver
        self.arrive_point = contract.releasePoint if self.is_vault else contract.deliverPoint
        self.limited = str(asset) if self.is_vault else contract.address
        self.reread()

    def reread(self):
        """Forget what was recorded and rotated: the chain has, too, since the last test."""
        self.keys, self.threshold = self.first_keys, self.first_threshold
        self.records, self.points = [], [Point(0, bytes(self.contract.inboundRoute()), 0)]
        return self

    # --- the other end ---

    def record(self, *transfers):
        """Records of the other end's outbox: (to, amount) of one sender, or whole Transfers."""
        for transfer in transfers:
            whole = transfer if isinstance(transfer, Transfer) else Transfer(SENDER, str(transfer[0]), transfer[1])
            self.records.append(whole)
            self.points.append(layout.fold_all(self.points[-1], [whole]))
        return self

    def checkpoint(self, upto=None, **fields):
        """The other end after so many of its records, all of them by default; a field may be another than it is."""
        point = self.points[len(self.records) if upto is None else upto]
        epoch = self.contract.epoch()
        state = Checkpoint(
            self.points[0].acc, epoch, SOURCE_BLOCK, SOURCE_HASH, point.count, point.acc, point.cumulative
        )
        return replace(state, **fields)

    def pending(self, count=None):
        """The records that have not arrived, up to the count."""
        return self.records[self.contract.inbox()[0] : count]

    # --- the attestors ---

    @property
    def addresses(self):
        return [key.address for key in self.keys]

    @property
    def domain(self):
        _, name, version, chain_id, contract, _, _ = self.contract.eip712Domain()
        return Domain(name, version, chain_id, contract)

    def digest(self, checkpoint, **domain):
        """What attestors sign; a part of the domain may be another than it is."""
        return layout.digest(checkpoint, replace(self.domain, **domain))

    def signatures(self, checkpoint, signers=None, **domain):
        """Of these places in the set, as few as it takes by default: the signature of each, 64 bytes."""
        digest = self.digest(checkpoint, **domain)
        places = range(self.threshold) if signers is None else signers
        return {place: compact(bytes(self.keys[place].unsafe_sign_hash(digest).signature)) for place in places}

    def attest(self, checkpoint, signers=None, **domain):
        """threshold, attestors, signers, signatures: as the contract takes it."""
        return self.pack(self.signatures(checkpoint, signers, **domain))

    def pack(self, signatures, mask=None, threshold=None, absent=None):
        """Signatures by place, as the contract takes them; any part may be another than it should be."""
        if mask is None:
            mask = sum(1 << place for place in signatures)
        if absent is None:
            absent = [address for place, address in enumerate(self.addresses) if not mask >> place & 1]
        joined = b"".join(signatures[place] for place in sorted(signatures))
        return self.threshold if threshold is None else threshold, mask, absent, joined

    def refusal_of(self, checkpoint, attestation):
        """The error that is due to signatures which are not those of the set in office, worked out here."""
        threshold, mask, absent, joined = attestation
        digest, members, rest = self.digest(checkpoint), [], list(absent)
        signatures = [joined[start : start + 64] for start in range(0, len(joined), 64)]
        for place in range(len(signatures) + len(absent)):
            member = signer(digest, signatures.pop(0)) if mask >> place & 1 else rest.pop(0)
            if member is None:
                return "InvalidSignature", place, digest
            members.append(member)
        got = self.set_of(threshold, members, checkpoint.epoch)
        return "WrongAttestors", got, bytes(self.contract.attestorSet())

    # --- what a relayer does ---

    def arrive(self, checkpoint=None, transfers=None, attestation=None, sender=None):
        """Hand in what is recorded; any part may be another than it should be."""
        checkpoint = checkpoint or self.checkpoint()
        transfers = self.pending(checkpoint.count) if transfers is None else transfers
        attestation = attestation or self.attest(checkpoint)
        records = layout.pack(transfers)
        return self.arrive_now(checkpoint.values(), records, attestation, {"from": sender or self.relayer})

    def split(self, count, checkpoint=None, sender=None, **fields):
        """Prove the point after so many records from a checkpoint."""
        checkpoint = checkpoint or self.checkpoint()
        point = replace(self.points[count], **fields)
        records = layout.pack(self.records[count : checkpoint.count])
        arguments = (checkpoint.values(), self.attest(checkpoint), point.values(), records)
        return self.contract.split(*arguments, {"from": sender or self.relayer})

    def arrive_at(self, count, sender=None, **fields):
        """Hand in the records up to a point that is proven."""
        point = replace(self.points[count], **fields)
        records = layout.pack(self.pending(count))
        return self.arrive_point(point.values(), records, {"from": sender or self.relayer})

    def release_queued(self, nonce, ready_at, sender=None, amount=None):
        """Send what waits of a record to its recipient."""
        transfer = self.records[nonce] if amount is None else self.records[nonce]._replace(amount=amount)
        return self.contract.releaseQueued(nonce, transfer, ready_at, {"from": sender or self.relayer})

    def wait_until(self, second):
        """The next transaction is mined in that very second."""
        at(second)

    def rotate(self, keys, threshold=THRESHOLD):
        """Put other attestors in office, who sign from now on."""
        addresses = [key.address for key in keys]
        self.contract.rotate(threshold, addresses, {"from": self.governor})
        self.keys, self.threshold = keys, threshold

    def prove_equivocation(self, signer, first, second, sender=None, second_signer=None):
        """Show two checkpoints that one attestor signed, or two did."""
        both = [
            self.signatures(checkpoint, [place])[place]
            for checkpoint, place in ((first, signer), (second, signer if second_signer is None else second_signer))
        ]
        arguments = (first.values(), both[0], second.values(), both[1], self.threshold, self.addresses)
        return self.contract.proveEquivocation(*arguments, {"from": sender or self.relayer})

    def equivocate(self, signer):
        """An attestor signs two blocks of one number, and it is proven."""
        first = self.checkpoint()
        return self.prove_equivocation(signer, first, replace(first, src_block_hash=keccak(text="a fork")))

    def leave(self, account, records):
        """Lock or burn for these recipients, by an account that holds enough; the records as they left."""
        act = self.contract.lock if self.is_vault else self.contract.burn
        for to, amount in records:
            act(to, amount * self.unit, {"from": account})
        return [Transfer(str(account), to, amount) for to, amount in records]

    def would_refuse(self, name, arguments, sender):
        """Why a call of the contract by anyone would be refused: its typed error, "" without one; None if it is not."""
        data = getattr(self.contract, name).encode_input(*arguments)
        return refusal(self.contract, bytes.fromhex(data[2:]), sender)

    # --- what came of it ---

    def paid(self, account):
        """What an account holds, in the route's units."""
        asset = self.asset if self.is_vault else self.contract
        return holdings([asset], [account])[str(asset), str(account)] // self.unit

    def ends(self):
        """This end and the other, as a route names them: chain, contract, token."""
        mine = str(self.asset) if self.is_vault else self.contract.address
        here = Side(chain.id, self.contract.address, mine)
        other = PEER if self.is_vault else PEER_ASSET
        return here, Side(OTHER_CHAIN, PEER, other)

    def like(self, keys):
        """The same route with attestors of somebody's own."""
        copy = Route(self.contract, self.asset, self.relayer, self.governor, self.unit, keys, self.threshold)
        copy.records, copy.points = self.records, self.points
        return copy

    def fold(self, transfers, start=0):
        """The point that lies these transfers after one of the history."""
        return layout.fold_all(self.points[start], transfers)

    def sent(self):
        """The point of this end's own outbox."""
        count, cumulative, acc = self.contract.outbox()
        return Point(count, bytes(acc), cumulative)

    def set_of(self, threshold, addresses, epoch=None):
        """The hash of a set in the epoch of now, or another."""
        words = [
            self.contract.epoch() if epoch is None else epoch,
            threshold,
            *(int(address, 16) for address in addresses),
        ]
        return keccak(encode(["uint256"] * len(words), words))

    def proven(self, count):
        """What the contract would keep of a point under the set in office."""
        point, office = self.points[count], bytes(self.contract.attestorSet())
        return keccak(encode(["bytes32", "bytes32", "uint256"], [office, point.acc, point.cumulative]))

    def available(self):
        """What the limit lets out now."""
        return self.contract.available(self.limited)

    def queued_hash(self, nonce, ready_at, amount=None):
        """What the contract keeps of a record that waits."""
        transfer = self.records[nonce] if amount is None else self.records[nonce]._replace(amount=amount)
        return keccak(encode(["uint256", "address", "address", "uint256", "uint256"], [nonce, *transfer, ready_at]))

    def state(self):
        """All of the contract's storage and of its asset's, by their roots, and its coin."""
        known = [self.contract.address, *([str(self.asset)] if self.asset and str(self.asset) != NATIVE else [])]
        roots = [rpc("eth_getProof", address, [], "latest")["storageHash"] for address in known]
        return *roots, rpc("eth_getBalance", self.contract.address, "latest"), chain.id
