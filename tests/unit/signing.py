"""Owners of wallets, what they agree on, and how it reaches the wallet.

The keys here are made from words that everyone can read: they are keys for tests, and worth nothing anywhere.
"""

from types import SimpleNamespace

from brownie import chain
from eth_abi import encode
from eth_account import Account
from eth_utils import keccak

from scripts.papers import agreement
from tests.support import NATIVE, at, now

DAY = 86_400
DELAY, GRACE = 2 * DAY, 7 * DAY
NO_PREDECESSOR = bytes(32)
CALLS = "((address,uint256,bytes)[])"


def owner_keys(count, seed="owner"):
    """Keys for tests, in the order of their addresses; the same for the same seed."""
    keys = [Account.from_key(keccak(text=f"test key: {seed} {index}")) for index in range(count)]
    return sorted(keys, key=lambda key: int(key.address, 16))


def signature(key, digest):
    """65 bytes: r, s, v."""
    return bytes(key.unsafe_sign_hash(digest).signature)


def malleated(signature):
    """The other signature of the same key over the same digest, which anybody can work out: s is high."""
    order = 2 * agreement.HALF_ORDER + 1
    s = order - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])


def operation_id(calls, predecessor=NO_PREDECESSOR, salt=bytes(32)):
    """The id of an operation of (target, value, data) calls, as ITimelock spells it: of one call, or of a batch."""
    calls = [(str(target), value, data) for target, value, data in calls]
    if len(calls) == 1:
        types = ["address", "uint256", "bytes", "bytes32", "bytes32"]
        return keccak(encode(types, [*calls[0], predecessor, salt]))
    columns = [list(column) for column in zip(*calls, strict=True)]
    return keccak(encode(["address[]", "uint256[]", "bytes[]", "bytes32", "bytes32"], [*columns, predecessor, salt]))


def data_of(method, *arguments):
    """The call data of a contract's method, as bytes."""
    return bytes.fromhex(method.encode_input(*arguments)[2:])


class Council:
    """The owners of one wallet. They write acts and sign them; a relayer, who is no owner, carries them there."""

    def __init__(self, wallet, keys, threshold, relayer):
        self.wallet, self.keys, self.threshold, self.relayer = wallet, keys, threshold, relayer
        self.owners = [key.address for key in keys]

    # --- what they sign ---

    @property
    def owner_set(self):
        return agreement.owner_set_of(self.threshold, self.owners)

    @property
    def domain(self):
        return agreement.Domain(chain.id, self.wallet.address, self.owner_set)

    def digest(self, act, **domain):
        """What an owner signs; a part of the domain may be another than it should be."""
        return agreement.digest_of(agreement.Domain(**{**vars(self.domain), **domain}), act)

    def payment(self, to, amount, token=NATIVE, **tail):
        return agreement.payment(str(to), amount, str(token), **self._tail(**tail))

    def batch(self, token, *payouts, **tail):
        return agreement.batch(str(token), [(str(to), amount) for to, amount in payouts], **self._tail(**tail))

    def owner_change(self, threshold, owners, **tail):
        return agreement.owner_change(threshold, [str(owner) for owner in owners], **self._tail(**tail))

    def operation(self, *calls, predecessor=NO_PREDECESSOR, delay=DELAY, **tail):
        """Calls are (target, value, data)."""
        plain = [(str(target), value, data) for target, value, data in calls]
        return agreement.operation(plain, predecessor, delay, **self._tail(**tail))

    def own(self, function, *arguments, **options):
        """An operation in which the wallet calls a function of its own."""
        return self.operation(self.call(self.wallet, function, *arguments), **options)

    def cancellation(self, key, **tail):
        return agreement.cancellation(key, **self._tail(**tail))

    def call(self, target, function, *arguments):
        return target.address, 0, data_of(getattr(target, function), *arguments)

    def _tail(self, nonce=None, deadline=None):
        nonce = self.wallet.nonce() if nonce is None else nonce
        return {"nonce": nonce, "deadline": now() + DAY if deadline is None else deadline}

    # --- who signs ---

    def quorum(self, digest, signers=None):
        """The first owners, as many as must, or those of the given numbers, signed the digest in 65 bytes each."""
        chosen = range(self.threshold) if signers is None else signers
        return self.pack({index: signature(self.keys[index], digest) for index in chosen})

    def pack(self, signatures):
        """Signatures by the owner's number."""
        by_owner = {self.owners[index]: each for index, each in signatures.items()}
        return agreement.quorum_of(self.threshold, self.owners, by_owner)

    # --- how it gets there ---

    def submit(self, act, quorum=None, sender=None):
        quorum = self.quorum(self.digest(act)) if quorum is None else quorum
        function, arguments = self.arguments(act)
        return getattr(self.wallet, function)(*arguments, act.deadline, quorum, {"from": sender or self.relayer})

    def arguments(self, act):
        """The function that takes an act, and what it takes before deadline and quorum."""
        fields = SimpleNamespace(**act.fields)
        if act.kind == "Payment":
            return "pay", ((fields.to, fields.amount, fields.token),)
        if act.kind == "Batch":
            return "payBatch", (fields.token, fields.total, [(row["to"], row["amount"]) for row in fields.payouts])
        if act.kind == "OwnerChange":
            return "changeOwners", (fields.threshold, fields.owners)
        if act.kind == "Operation":
            calls = [(row["target"], row["value"], row["data"]) for row in fields.calls]
            return "schedule", (calls, fields.predecessor, fields.delaySeconds)
        return "cancelBySignatures", (fields.id,)

    def operation_of(self, act):
        """The calls of the operation that an act becomes if it is not carried out at once, and its predecessor."""
        function, arguments = self.arguments(act)
        if function == "schedule":
            return arguments[0], arguments[1]
        name = {"pay": "settle", "payBatch": "settleBatch", "changeOwners": "setOwners"}[function]
        if name == "settleBatch":
            arguments = arguments[0], arguments[2]
        if name == "setOwners":
            arguments = self.owner_set, *arguments
        return [self.call(self.wallet, name, *arguments)], NO_PREDECESSOR

    def id_of(self, act):
        return operation_id(*self.operation_of(act), act.nonce.to_bytes(32, "big"))

    def execute(self, act, sender=None, value=0):
        calls, predecessor = self.operation_of(act)
        options = {"from": sender or self.relayer, "value": value}
        tail = predecessor, act.nonce.to_bytes(32, "big"), options
        if len(calls) == 1:
            return self.wallet.execute(*calls[0], *tail)
        return self.wallet.executeBatch(*(list(column) for column in zip(*calls, strict=True)), *tail)

    def wait_for(self, act, late=0):
        """The next transaction is mined in the second when the operation is ready, or `late` seconds later."""
        at(self.wallet.getTimestamp(self.id_of(act)) + late)

    def carry_out(self, act):
        """Schedule the act, wait, execute it."""
        self.submit(act)
        self.wait_for(act)
        return self.execute(act)
