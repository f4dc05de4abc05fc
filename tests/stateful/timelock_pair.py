"""Two timelocks side by side, ours and OpenZeppelin's: a plan written for each, and an act tried on each.

A plan says "myself" where an operation would name its timelock, and names other plans by their place. So one plan is an
operation of either timelock, with one id if the timelock is not named in it.
"""

from typing import NamedTuple

from scripts.papers.operation import NO_PREDECESSOR, Operation, Step, id_of
from tests.stateful.edge import request
from tests.support import payment_id, rpc

NOBODYS = payment_id("an operation that nobody scheduled")
OF_OTHERS = ("execute", "cancel")
OF_THE_TIMELOCK = (*OF_OTHERS, "delay")
FLAGS = ("isOperation", "isOperationPending", "isOperationReady", "isOperationDone")


class Plan(NamedTuple):
    """Steps are (kind, number), which is an amount, or the place of another plan; so is `after`, or -1 for nobody's."""

    steps: tuple[tuple[str, int], ...]
    batch: bool
    after: int | None
    salt: bytes


class Side:
    """One of the timelocks, and the plans as operations of it."""

    def __init__(self, timelock, edge, token, payee, refuser):
        self.timelock, self.edge = timelock, edge
        self.token, self.payee, self.refuser = token, payee, refuser
        self.operations, self.ids = [], []

    def write(self, plan):
        steps = tuple(Step(*self._call(*step)) for step in plan.steps)
        before = NO_PREDECESSOR if plan.after is None else NOBODYS if plan.after < 0 else self.ids[plan.after]
        self.operations.append(Operation(steps, plan.batch, before, plan.salt))
        self.ids.append(id_of(self.operations[-1]))

    def _call(self, kind, number):
        own, token = self.timelock, self.token
        if kind == "pay":
            return self.payee.address, number, b""
        if kind == "refused":
            return self.refuser.address, number, b""
        if kind == "mute":
            return token.address, 0, b"\x12\x34\x56\x78"
        if kind in ("transfer", "approve"):
            return token.address, 0, _data(getattr(token, kind), self.payee, number)
        if kind == "delay":
            return own.address, 0, _data(own.updateDelay, number)
        if kind == "cancel":
            return own.address, 0, _data(own.cancel, self.ids[number])
        function, arguments = self.executing(number)
        return own.address, 0, _data(getattr(own, function), *arguments)

    def scheduling(self, place, delay):
        """The function that schedules a plan, and what it takes."""
        function = "scheduleBatch" if self.operations[place].batch else "schedule"
        return function, (*_arguments(self.operations[place]), delay)

    def executing(self, place):
        function = "executeBatch" if self.operations[place].batch else "execute"
        return function, _arguments(self.operations[place])

    def hashing(self, place):
        function = "hashOperationBatch" if self.operations[place].batch else "hashOperation"
        return function, _arguments(self.operations[place])

    def attempt(self, sender, function, arguments, value=0, only_ask=False):
        """The typed error that an act is refused with, or None; and, if it was done, its logs."""
        asked = request(str(sender), self.timelock, function, arguments, value)
        ((error, _),) = self.edge.ask([(asked, None)])
        if error or only_ask:
            return error, []
        txid = rpc("eth_sendTransaction", {**asked, "gasPrice": "0x0"})
        while not (receipt := rpc("eth_getTransactionReceipt", txid)):
            pass
        self.edge.moved()
        assert receipt["status"] == "0x1", f"{function} is refused only when it is sent"
        return None, receipt["logs"]

    def retold(self, logs):
        """Logs in any order, in which what belongs to this timelock alone has the same name for both."""
        return sorted(self._named(" ".join((log["address"], *log["topics"], log["data"]))) for log in logs)

    def _named(self, text):
        for place, key in enumerate(self.ids):
            text = text.replace(key.hex(), f"<plan {place}>")
        return text.replace(self.timelock.address[2:].lower(), "<myself>")

    def answers(self, places, functions):
        """What views of these plans say, as numbers, by place."""
        signatures = {function: getattr(self.timelock, function).signature for function in functions}
        calls = [
            {"to": self.timelock.address, "data": s + self.ids[p].hex()} for p in places for s in signatures.values()
        ]
        words = [int(answer, 16) for _, answer in self.edge.ask([(call, None) for call in calls])]
        width = len(signatures)
        return {place: tuple(words[i * width : (i + 1) * width]) for i, place in enumerate(places)}

    def effects(self):
        """All that operations change: the least delay, and what the timelock holds and allows."""
        own, token = self.timelock, self.token
        balance = int(rpc("eth_getBalance", own.address, "latest"), 16)
        tokens = self.edge.view(token, "balanceOf", own.address), self.edge.view(token, "allowance", own, self.payee)
        return self.edge.view(own, "getMinDelay"), balance, *tokens


def _arguments(operation):
    tail = (operation.predecessor, operation.salt)
    if operation.batch:
        return *([getattr(step, name) for step in operation.steps] for name in ("target", "value", "payload")), *tail
    (step,) = operation.steps
    return step.target, step.value, step.payload, *tail


def _data(method, *arguments):
    return bytes.fromhex(method.encode_input(*arguments)[2:])
