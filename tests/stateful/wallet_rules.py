"""What the owners of wallets agree to: mostly what succeeds, and a good share of what must not."""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from offchain.core.units import NATIVE
from scripts.papers import agreement
from scripts.papers.operation import NO_PREDECESSOR, Step, id_of
from tests.model import multisig
from tests.model.governed import GOVERNOR_ROLE, GUARDIAN_ROLE
from tests.model.limits import available_of
from tests.model.multisig import SET_OWNERS, SETTLE, SETTLE_BATCH
from tests.stateful.choices import PICK, recent
from tests.stateful.signing import PLANS
from tests.stateful.wallet_bystanders import GOVERN, KINDS, OWNERS, WALLETS, WalletBystanders
from tests.stateful.wallet_calls import (
    CANCEL_BY_SIGNATURES,
    CHANGE_OWNERS,
    DAY,
    PAY,
    PAY_BATCH,
    SCHEDULE,
    calldata,
    execution,
)

ASSETS = st.sampled_from(["native", "token"] * 6 + ["codeless"])
PAYEES = st.sampled_from(["payee"] * 8 + ["branch", "council", "deaf", "processor", "zero"])
SHARES = st.sampled_from(["one", "half", "all", "all and one", "half", "far more", "zero"])
DELAYS = st.sampled_from(["least"] * 20 + ["more", "less", "most", "too long"])
PREDECESSORS = st.sampled_from([None] * 14 + ["pending", "pending", "done", "done", "unknown"])


class WalletRules(WalletBystanders):
    # --- what owners sign ---

    def amount(self, where, asset, share, pick):
        held = available_of(self.book(where), asset, self.now)
        half = 1 + pick * max(0, held // 2 - 1) // 2**10
        return {"zero": 0, "one": 1, "half": half, "all": held, "all and one": held + 1, "far more": 10**18}[share]

    def asset(self, name):
        return {"native": NATIVE, "codeless": self.at("payee")}.get(name) or self.at(name)

    @rule(wallet=WALLETS, to=PAYEES, asset=ASSETS, share=SHARES, pick=PICK, plan=PLANS)
    def rule_pay(self, wallet, to, asset, share, pick, plan):
        where, asset = self.at(wallet), self.asset(asset)
        amount = self.amount(where, asset, share, pick)
        act = agreement.payment(self.at(to), amount, asset, self.book(where).nonce, self.deadline(plan))
        self.agree("pay", where, PAY, act, plan)

    @rule(
        wallet=WALLETS,
        asset=ASSETS,
        rows=st.lists(st.tuples(PAYEES, SHARES), min_size=1, max_size=3) | st.just([]),
        off=st.sampled_from([0] * 9 + [1, "overflow"]),
        pick=PICK,
        plan=PLANS,
    )
    def rule_pay_batch(self, wallet, asset, rows, off, pick, plan):
        where, asset = self.at(wallet), self.asset(asset)
        payouts = [(self.at(to), -(-self.amount(where, asset, share, pick) // 2)) for to, share in rows]
        if off == "overflow":
            payouts = [(self.at("payee"), 2**256 - 1), (self.at("payee"), 2)]
        act = agreement.batch(asset, payouts, self.book(where).nonce, self.deadline(plan))
        total = (act.fields["total"] + (off if off == 1 else 0)) % 2**256
        act = replace(act, fields={**act.fields, "total": total})
        self.agree("pay batch", where, PAY_BATCH, act, plan)

    @rule(wallet=WALLETS, members=st.integers(1, 31), threshold=st.integers(0, 6), plan=PLANS, pick=PICK)
    def rule_change_owners(self, wallet, members, threshold, plan, pick):
        where = self.at(wallet)
        owners = self.members(where, members, pick)
        threshold = threshold if pick % 3 == 2 else 1 + threshold % max(1, len(owners))
        act = agreement.owner_change(threshold, owners, self.book(where).nonce, self.deadline(plan))
        self.agree("change owners", where, CHANGE_OWNERS, act, plan)

    @rule(wallet=WALLETS, kind=KINDS, delay=DELAYS, after=PREDECESSORS, pick=PICK, plan=PLANS)
    def rule_schedule(self, wallet, kind, delay, after, pick, plan):
        wallet = "council" if kind in GOVERN and pick % 8 else wallet
        paused = [name for name in ("council", "branch", "processor", "vault") if self.now < self.pauses[self.at(name)]]
        if paused and pick % 4 == 0:  # then some want it to end
            wallet, kind = (
                "council",
                {"processor": "unpause processor", "vault": "vault unpause"}.get(paused[-1], "unpause"),
            )
            wallet = "branch" if paused[-1] == "branch" else wallet
        self.schedule(wallet, [self.step(wallet, kind, pick)], delay, after, pick, plan)

    @rule(
        wallet=WALLETS,
        kinds=st.lists(KINDS, min_size=2, max_size=3) | st.lists(KINDS, max_size=1),
        delay=DELAYS,
        after=PREDECESSORS,
        pick=PICK,
        plan=PLANS,
    )
    def rule_schedule_several(self, wallet, kinds, delay, after, pick, plan):
        wallet = "council" if {*GOVERN} & {*kinds} and pick % 8 else wallet
        steps = [self.step(wallet, kind, pick + place) for place, kind in enumerate(kinds)]
        self.schedule(wallet, steps, delay, after, pick, plan)

    def schedule(self, wallet, steps, delay, after, pick, plan):
        where = self.at(wallet)
        least = self.book(where).min_delay
        seconds = {"least": least, "more": least + 3600, "less": least - 1, "most": 2**32 - 1, "too long": 2**32}[delay]
        rows = [(step.target, step.value, step.payload) for step in steps]
        act = agreement.operation(
            rows, self.predecessor(where, after, pick), seconds, self.book(where).nonce, self.deadline(plan)
        )
        self.agree("schedule" if len(steps) == 1 else "schedule several", where, SCHEDULE, act, plan)

    def predecessor(self, where, after, pick):
        done = [seen for seen in self.operations.values() if seen.ended == "done" and seen.wallet == where]
        known = {"pending": self.pending(where), "done": done}.get(after)
        if not known:
            return NO_PREDECESSOR if after is None else b"\7" * 32
        return id_of(recent(known, pick).operation)

    @rule(pick=PICK, plan=PLANS, done=st.sampled_from([False] * 7 + [True]))
    @precondition(lambda self: self.operations)
    def rule_cancel_by_signatures(self, pick, plan, done):
        seen = recent(
            list(self.operations.values()) if done else self.pending() or list(self.operations.values()), pick
        )
        where, key = seen.wallet, id_of(seen.operation)
        act = agreement.cancellation(key, self.book(where).nonce, self.deadline(plan))
        self.agree("cancel by signatures", where, CANCEL_BY_SIGNATURES, act, plan)

    @rule(pick=PICK)
    @precondition(lambda self: self.replays)
    def rule_replay(self, pick):
        where, payload = recent(self.replays, pick)
        self.attempt("replay", "stranger", where, payload)

    @rule(wallet=WALLETS, pick=PICK, back=st.sampled_from([False, False, True]))
    def rule_pay_by_approval(self, wallet, pick, back):
        """The last of the signers with a key sends its approval in place of a signature, and may take it back."""
        where = self.at(wallet)
        act = agreement.payment(self.at("payee"), 1 + pick % 9, NATIVE, self.book(where).nonce, self.now + pick % 2)
        domain = multisig.domain_of(self.book(where))
        digest = agreement.digest_of(domain, act)
        threshold, owners = self.sets[where]
        *signers, approver = [owner for owner in owners if owner in self.pen.accounts][:threshold]
        self.attempt("approve", approver, where, calldata("approve(bytes32)", digest))
        if back:
            self.attempt("disapprove", approver, where, calldata("disapprove(bytes32)", digest))
            self.attempt("disapprove", approver, where, calldata("disapprove(bytes32)", digest))
        signatures = {**self.pen.sign(domain, act, signers), approver: b""}
        self.submit(
            "pay by approval", where, PAY, act, act.deadline, agreement.quorum_of(threshold, owners, signatures)
        )

    def deadline(self, plan):
        return self.now - 1 if plan.fault == "late" else self.now + plan.slack

    def members(self, where, bits, pick):
        """An owner set: with some something is wrong."""
        chosen = agreement.in_order([self.at(name) for place, name in enumerate(OWNERS) if bits >> place & 1])
        wrong = 41 - pick % 42
        if wrong == 0:
            return chosen[::-1]
        if wrong == 1:
            return [*chosen, chosen[-1]]
        if wrong == 2:
            return agreement.in_order([*chosen, where])
        if wrong == 3:
            return [self.at("zero"), *chosen]
        if wrong == 4:
            return [f"0x{number:040x}" for number in range(1, 52)]
        return (
            agreement.in_order([*chosen, self.at("council")]) if wrong == 5 and where != self.at("council") else chosen
        )

    def step(self, wallet, kind, pick):
        """One call of an operation of the wallet."""
        own, other = self.at(wallet), self.at("branch" if wallet == "council" else "council")
        processor, vault, token = self.at("processor"), self.at("vault"), self.at("token")
        asset = token if pick % 2 else NATIVE
        capacity = [1000, 10, 0, 50_000, 1000, 100, 2000, 2**96][pick % 8]
        limit = (asset, capacity, [DAY, DAY, 3600, DAY, 1, DAY, 60, DAY, DAY, DAY, 0][pick % 11])
        guardian = self.at(["guardian", "clerk", "clerk", "guardian", "guardian", "clerk", "zero", wallet][pick % 8])
        seconds = [DAY, 3600, 14 * DAY, 2 * DAY, DAY, 3600, 0][pick % 7]
        delay = [2 * DAY, DAY, 3 * DAY, 6 * DAY, 2 * DAY, DAY, DAY - 1, 6 * DAY + 1][pick % 8]
        owners = self.members(own, 1 + pick % 31, pick // 31)
        fee = [100, 0, 500, 30, 1, 499, 501, 65_536][pick % 8]
        role = ([GUARDIAN_ROLE] * 8 + [GOVERNOR_ROLE])[pick % 9]
        grantee = self.at(["clerk", "guardian", "guardian"][pick % 3])
        pending = self.pending(own)
        inner = execution(recent(pending, pick).operation) if pending else b"\0" * 4
        row = (self.at("payee"), 1 + pick, asset)
        calls = {
            "setLimit": (own, "configureLimit(address,uint256,uint256)", *limit),
            "setVerifier": (own, "setVerifier(address,bool)", token, pick % 3 > 0),
            "updateDelay": (own, "updateDelay(uint256)", delay),
            "setGuardian": (own, "setGuardian(address)", guardian),
            "unpause": (own, "unpause()"),
            "pause": (own, "pause(uint48)", seconds),
            "setOwners": (own, SET_OWNERS, self.book(own).owner_set, 1 + pick % len(owners), owners),
            "settle": (own, SETTLE, row),
            "settleBatch": (own, SETTLE_BATCH, asset, [row[:2], (self.at("zero" if pick % 5 == 4 else "clerk"), 1)]),
            "cancel": (own, "cancel(bytes32)", self.predecessor(own, "pending", pick)),
            "heartbeat": (own, "heartbeat()"),
            "approve": (own, "approve(bytes32)", bytes(32)),
            "disapprove": (own, "disapprove(bytes32)", bytes(32)),
            "setFee": (processor, "setFee(uint16)" if fee < 2**16 else "setFee(uint256)", fee),
            "configureLimit": (processor, "configureLimit(address,uint256,uint256)", *limit),
            "grantRole": (processor, "grantRole(bytes32,address)", role, grantee),
            "revokeRole": (processor, "revokeRole(bytes32,address)", role, grantee),
            "unpause processor": (processor, "unpause()"),
            "pause processor": (processor, "pause(uint48)", seconds),
            "begin handover": (processor, "beginDefaultAdminTransfer(address)", other),
            "cancel handover": (processor, "cancelDefaultAdminTransfer()"),
            "accept handover": (processor, "acceptDefaultAdminTransfer()"),
            "send token": (token, "transfer(address,uint256)", self.at("payee"), 1 + pick),
            "vault limit": (vault, "configureLimit(address,uint256,uint256)", NATIVE, *limit[1:]),
            "vault unpause": (vault, "unpause()"),
            "other owners": (other, SET_OWNERS, self.book(other).owner_set, 1, owners),
            "other guardian": (other, "setGuardian(address)", own),
            "other limit": (other, "configureLimit(address,uint256,uint256)", *limit),
            "other settle": (other, SETTLE, row),
            "other cancel": (other, "cancel(bytes32)", self.predecessor(other, "pending", pick)),
            "approve at the other": (other, "approve(bytes32)", bytes([pick % 256]) * 32),
        }
        if kind in calls:
            target, signature, *arguments = calls[kind]
            return Step(target, 1 if pick % 61 == 60 else 0, calldata(signature, *arguments))
        sent = 10**30 if pick % 16 == 15 else 1 + pick
        return {
            "execute another": Step(own, 0, inner),
            "nonsense": Step(own, 0, bytes.fromhex("deadbeef")[: 1 + pick % 4]),
            "send native": Step(
                self.at(["payee", "branch", "council", "payee", "clerk", "processor"][pick % 6]), sent, b""
            ),
            "call a person": Step(self.at("clerk"), pick % 2, b"\1\2\3\4"),
            "call the deaf": Step(self.at("deaf"), 1, b"" if pick % 2 else b"\1\2\3\4"),
        }[kind]
