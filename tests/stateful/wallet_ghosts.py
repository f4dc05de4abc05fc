"""What the chain itself said of wallets and their operations, folded from its logs and never from the model."""

from dataclasses import dataclass

from scripts.papers import audit
from scripts.papers.operation import Operation, Step
from tests.model.calldata import selector_of
from tests.model.limiter import Limit, Outflow
from tests.stateful.wallet_calls import BY_QUORUM, calldata, execution


@dataclass
class Seen:
    """An operation as the logs have it, with the least delay of its time.

    `ended` is None while it is pending, or "done", or "cancelled".
    """

    wallet: str
    operation: Operation
    delay: int
    scheduled_at: int
    least: int
    guarded: bool = False
    ended: str | None = None
    tried: bool = False

    @property
    def ready_at(self):
        return self.scheduled_at + self.delay

    def calldata(self):
        return execution(self.operation)


@dataclass(frozen=True)
class Sent:
    """The last transaction that went through, as the chain has it; `logs` are (contract, event, values)."""

    caller: str
    to: str
    payload: bytes
    value: int
    logs: tuple
    txid: str

    def named(self, name, contract=None):
        return [values for where, each, values in self.logs if each == name and contract in (None, where)]


class WalletGhosts:
    """The part of the machine that remembers."""

    def look(self):
        """What every wallet is now, and what everybody holds."""
        fields = ("nonce", "ownerSet", "guardian", "getMinDelay", "pausedUntil")
        self.edge.foresee((self.contract(where), field) for where in self.charters for field in fields)
        self.views = {
            where: {field: self.edge.view(self.contract(where), field) for field in fields} for where in self.charters
        }

    def fold(self):
        """Add what the chain says of the last transaction."""
        before, self.seen = self.seen, self.edge.holdings(self.tokens, self.tracked)
        self.moved = {where: now - before[where] for where, now in self.seen.items() if now != before[where]}
        self.before, self.sets_before = self.views, dict(self.sets)
        self.look()
        salts = {values["id"]: values["salt"] for values in self.last.named("CallSalt")}
        if self.last.payload[:4] in BY_QUORUM:
            self.acts[self.last.to] += 1
        executed = []
        for where, name, values in self.last.logs:
            self.reached["event", name] += 1
            if name == "CallScheduled":
                self.scheduled(where, values, salts)
            elif name == "Cancelled":
                self.operations[where, values["id"]].ended = "cancelled"
            elif name == "ActApproved":
                self.approvals[where].add((values["owner"], values["digest"]))
            elif name == "ActDisapproved":
                self.approvals[where].discard((values["owner"], values["digest"]))
            elif name == "CallExecuted":
                executed.append((where, values["id"]))
            elif name == "OwnersChanged":
                self.sets[where] = (values["threshold"], values["owners"])
            elif name == "MinDelayChange":
                self.delays[where] = values["newDuration"]
            elif name in ("Paused", "Tripped", "Unpaused"):
                self.pauses[where] = values.get("until", values.get("at"))
            elif name == "LimitConfigured":
                self.flows[where, values["asset"]].append(Limit(self.now, values["capacity"], values["refillSeconds"]))
            elif name == "PaymentExecuted" and self.last.payload[:4] in BY_QUORUM:
                self.flows[where, values["token"]].append(Outflow(self.now, values["amount"]))
            elif name == "ActRecorded":
                head, length = self.heads[where]
                record = audit.AuditRecord(
                    length, *(values[each] for each in ("actor", "kind", "at", "payload", "head"))
                )
                self.heads[where] = [audit.head_after(head, record), length + 1]
        for which in executed:
            self.operations[which].ended = "done"

    def scheduled(self, where, values, salts):
        step = Step(values["target"], values["value"], values["data"])
        key, index = values["id"], values["index"]
        if index == 0:
            one = Operation((step,), False, values["predecessor"], salts.get(key, bytes(32)))
            least, guardian = (self.before[where][field] for field in ("getMinDelay", "guardian"))
            self.operations[where, key] = Seen(
                where, one, values["delay"], self.now, least, guards(one, where, guardian)
            )
            return
        seen = self.operations[where, key]
        steps = (*seen.operation.steps, step)
        seen.guarded = False
        seen.operation = Operation(steps, True, seen.operation.predecessor, seen.operation.salt)

    def pending(self, where=None):
        return [seen for seen in self.operations.values() if not seen.ended and where in (None, seen.wallet)]


def guards(single, where, guardian):
    """Whether an operation of one call takes power from the guardian of the wallet and does nothing else."""
    (step,) = single.steps
    if step.value:
        return False
    if step.payload[:4] == selector_of("setGuardian(address)"):
        return step.target == where and len(step.payload) >= 36
    role = step.payload[4:36]
    return step.payload == calldata("revokeRole(bytes32,address)", role.ljust(32, b"\0"), guardian)
