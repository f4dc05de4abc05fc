"""The owners of the governor wallet on the demo's stage: they sign by the node, which holds their test keys."""

from typing import Any

from offchain.core.units import NATIVE, Address, Seconds, Timestamp, TokenUnits
from scripts.chain.contract import Contract
from scripts.papers import agreement
from scripts.papers.agreement import Act, Domain
from scripts.papers.operation import NO_PREDECESSOR, Operation, Step
from scripts.procedure.calls import Call
from scripts.procedure.carrying import execution
from scripts.procedure.stage import Stage

DAY_SECONDS = 24 * 3600


class Council:
    """The governor wallet and its owners, who sign as a wallet application has them sign."""

    def __init__(self, stage: Stage, wallet: Contract) -> None:
        governance = stage.session.params.governance
        self.stage, self.wallet = stage, wallet
        self.owners, self.threshold = governance.owners, governance.threshold
        self.delay_seconds: Seconds = governance.delay_seconds

    def nonce(self) -> int:
        """The nonce of the next act."""
        return int(self.wallet.read("nonce"))

    def deadline(self) -> Timestamp:
        """A day from now."""
        return Timestamp(self.stage.session.web3.eth.get_block("latest")["timestamp"] + DAY_SECONDS)

    def quorum(self, act: Act, signers: int) -> agreement.Quorum:
        """The signatures of the first owners over an act, made by the node that holds their test keys."""
        domain = Domain(
            self.stage.session.network.chain_id, Address(self.wallet.address), bytes(self.wallet.read("ownerSet"))
        )
        signatures = {owner: self._sign(owner, domain, act) for owner in self.owners[:signers]}
        return agreement.quorum_of(self.threshold, self.owners, signatures)

    def pay(self, role: str, to: str, amount: TokenUnits, signers: int) -> int:
        """Submit a payment of native coin; its nonce."""
        act = agreement.payment(Address(to), amount, NATIVE, self.nonce(), self.deadline())
        quorum = self.quorum(act, signers)
        self.stage.act(role, self.wallet, "pay", (to, amount, NATIVE), act.deadline, quorum)
        return act.nonce

    def schedule(self, role: str, target: Contract, name: str, *arguments: Any) -> bytes:
        """Submit one call for the delay; the salt that it is executed with."""
        calls = [(Address(target.address), 0, target.calldata(name, *arguments))]
        act = agreement.operation(calls, bytes(32), self.delay_seconds, self.nonce(), self.deadline())
        quorum = self.quorum(act, self.threshold)
        self.stage.act(role, self.wallet, "schedule", calls, bytes(32), self.delay_seconds, act.deadline, quorum)
        return act.nonce.to_bytes(32)

    def enact(self, role: str, *calls: Call) -> None:
        """Submit calls as one operation, let the delay pass, and execute it."""
        act = agreement.operation(calls, bytes(32), self.delay_seconds, self.nonce(), self.deadline())
        quorum = self.quorum(act, self.threshold)
        self.stage.act(role, self.wallet, "schedule", list(calls), bytes(32), self.delay_seconds, act.deadline, quorum)
        self.stage.wait(self.delay_seconds)
        steps = tuple(Step(target, TokenUnits(value), data) for target, value, data in calls)
        operation = Operation(steps, len(steps) > 1, NO_PREDECESSOR, act.nonce.to_bytes(32))
        name, arguments = execution(operation)
        self.stage.act(role, self.wallet, name, *arguments)

    def execute(self, role: str, salt: bytes, name: str, *arguments: Any) -> None:
        """Execute an operation that is one call of the wallet itself."""
        data = self.wallet.calldata(name, *arguments)
        self.stage.act(role, self.wallet, "execute", self.wallet.address, 0, data, bytes(32), salt)

    def _sign(self, owner: Address, domain: Domain, act: Act) -> bytes:
        return agreement.compact(self.stage.sign(owner, agreement.typed_data(domain, act)))
