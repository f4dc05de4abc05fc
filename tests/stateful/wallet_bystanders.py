"""What people do to wallets without their owners: execute what is ready, guard, trip, trespass, pay in, wait."""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from offchain.core.units import NATIVE
from scripts.papers.operation import GRACE_SECONDS, id_of
from tests.model.breaker import COOL_DOWN_SECONDS
from tests.model.wallet import EXECUTE_BATCH
from tests.stateful.choices import PICK, recent
from tests.stateful.wallet_calls import (
    DAY,
    calldata,
    execution,
)
from tests.stateful.wallet_machine import WalletMachine

OWNERS = ["treasurer", "director", "auditor", "secretary", "clerk"]
WALLETS = st.sampled_from(["council", "council", "branch"])
GUARDED = st.sampled_from(["council", "branch", "processor", "vault"])
BY_GUARD = st.sampled_from(["guardian"] * 5 + ["clerk", "stranger", "treasurer"])
OWN = ["setLimit", "updateDelay", "setGuardian", "setOwners", "settle", "settleBatch", "pause", "send native"]
OWN += ["send token", "setVerifier"]
GOVERN = ["setFee", "configureLimit", "grantRole", "revokeRole", "pause processor", "begin handover", "vault limit"]
ODD = ["unpause", "unpause processor", "vault unpause", "cancel handover", "accept handover", "cancel", "heartbeat"]
ODD += ["execute another", "approve", "disapprove", "nonsense", "call a person", "call the deaf"]
ODD += ["other owners", "other guardian", "other limit", "other settle", "other cancel", "approve at the other"]
KINDS = st.sampled_from(OWN * 5 + GOVERN * 6 + ODD)


class WalletBystanders(WalletMachine):
    # --- what anyone does to an operation ---

    @rule(pick=PICK, value=st.sampled_from([0] * 9 + [5]))
    @precondition(lambda self: self.ready())
    def rule_execute(self, pick, value):
        seen = recent(self.untried() or self.ready(), pick)
        seen.tried = True
        self.attempt("execute", "stranger", seen.wallet, seen.calldata(), value)

    def ready(self):
        return [seen for seen in self.pending() if seen.ready_at <= self.now < seen.ready_at + GRACE_SECONDS]

    def untried(self):
        return [seen for seen in self.ready() if not seen.tried]

    @rule(
        pick=PICK,
        change=st.sampled_from([None] * 7 + ["value", "payload", "salt", "predecessor", "wallet", "form", "lengths"]),
    )
    @precondition(lambda self: self.operations)
    def rule_execute_anything(self, pick, change):
        seen = recent(list(self.operations.values()), pick)
        where, operation = seen.wallet, seen.operation
        first, *rest = operation.steps
        if change == "value":
            operation = replace(operation, steps=(replace(first, value=first.value + 1), *rest))
        if change == "payload":
            operation = replace(operation, steps=(replace(first, payload=first.payload + b"\0"), *rest))
        if change == "salt":
            operation = replace(operation, salt=b"\1" * 32)
        if change == "predecessor":
            operation = replace(operation, predecessor=b"\2" * 32)
        if change == "wallet":
            where = next(each for each in self.charters if each != where)
        if change == "form":
            operation = replace(operation, batch=not operation.batch, steps=operation.steps[:1])
        payload = execution(operation)
        if change == "lengths":
            tail = (operation.predecessor, operation.salt)
            payload = calldata(EXECUTE_BATCH, [first.target], [first.value] * 2, [first.payload], *tail)
        self.attempt("execute anything", "relayer", where, payload)

    @rule(pick=PICK, by=BY_GUARD, ended=st.sampled_from([False] * 5 + [True]))
    @precondition(lambda self: self.operations)
    def rule_cancel(self, pick, by, ended):
        known = list(self.operations.values())
        seen = recent(known if ended else self.pending() or known, pick)
        caller = self.guardian_of(seen.wallet) if by == "guardian" else self.at(by)
        self.attempt("cancel", caller, seen.wallet, calldata("cancel(bytes32)", id_of(seen.operation)))

    # --- the guardian, and who is none ---

    def guardian_of(self, where):
        """As the model has it; of the processor one who guards it, if anyone does."""
        book = self.book(where)
        if hasattr(book, "guardian"):
            return book.guardian
        return next(
            (self.at(name) for name in ("guardian", "clerk") if not book.refuse_guardian(self.at(name))), NATIVE
        )

    @rule(where=GUARDED, by=BY_GUARD, seconds=st.sampled_from([1, 3600, 2 * DAY, 14 * DAY, 14 * DAY + 1, 0, 2**48 - 1]))
    def rule_pause(self, where, by, seconds):
        where = self.at(where)
        caller = self.guardian_of(where) if by == "guardian" else self.at(by)
        self.attempt("pause", self.at(by) if caller == NATIVE else caller, where, calldata("pause(uint48)", seconds))

    @rule(where=GUARDED, by=BY_GUARD)
    def rule_unpause(self, where, by):
        self.attempt("unpause", by, self.at(where), calldata("unpause()"))

    @rule(where=GUARDED, by=BY_GUARD)
    def rule_heartbeat(self, where, by):
        where = self.at(where)
        caller = self.guardian_of(where) if by == "guardian" else self.at(by)
        self.attempt("heartbeat", self.at(by) if caller == NATIVE else caller, where, calldata("heartbeat()"))

    @rule(wallet=WALLETS, by=st.sampled_from(["stranger", *OWNERS, "guardian", "processor"]), kind=KINDS, pick=PICK)
    def rule_trespass(self, wallet, by, kind, pick):
        """Anyone, owners and guardian included, calls directly what only an operation may."""
        step = self.step(wallet, kind, pick)
        if by != "processor" and step.target in self.world.books:
            self.attempt("trespass", by, step.target, step.payload)

    # --- a contract that trips ---

    @rule(amount=st.sampled_from([1, 10, 50]))
    def rule_deposit(self, amount):
        self.attempt("deposit", "relayer", self.at("vault"), calldata("deposit()"), amount)

    @rule(amount=st.sampled_from([0, 1, 10, 301]), reverting=st.booleans())
    def rule_withdraw(self, amount, reverting):
        function = "withdrawOrRevert(uint256)" if reverting else "withdraw(uint256)"
        self.attempt("withdraw", "relayer", self.at("vault"), calldata(function, amount))

    @rule(amount=st.sampled_from([1, 1, 10, 10**30]))
    def rule_lose(self, amount):
        self.attempt("lose", "stranger", self.at("vault"), calldata("lose(uint256)", amount))

    # --- the world ---

    @rule(wallet=WALLETS, amount=st.sampled_from([1, 10**18]))
    def rule_fund(self, wallet, amount):
        self.attempt("fund", "stranger", self.at(wallet), b"", amount)

    @rule(
        pick=PICK,
        beside=st.sampled_from([0, 0, 0, 0, -1, 1]),
        to=st.sampled_from(["ready"] * 6 + ["edge", "edge", "second", "lapse"]),
    )
    def rule_wait(self, pick, beside, to):
        """To just before, at, or just after one of the moments that matter, or for a second."""
        if self.untried() and pick % 4:
            to = "second"  # or much would expire before anyone came to execute it
        edges = {seen.ready_at for seen in self.pending()}
        if to == "edge":
            edges = {seen.ready_at + GRACE_SECONDS for seen in self.pending()}
            for book in self.world.books.values():
                if book.paused_until:
                    edges |= {book.paused_until, book.paused_until + COOL_DOWN_SECONDS}
        if to == "lapse":
            edges = {until for book in self.world.books.values() for until in book.heard_until.values()}
        ahead = sorted(edge + beside for edge in edges if self.now < edge + beside < self.now + 400 * DAY)
        self.wait_until(ahead[pick % min(4, len(ahead))] if ahead and to != "second" else self.now + 1)
        self.note("wait")
