"""Lines 27 to 38, 44 and 45 of docs/invariants.md, observed on the chain after every step: timelock, breaker, trail."""

from collections import Counter
from dataclasses import replace

from scripts.papers.operation import GRACE_SECONDS, NO_PREDECESSOR, State, id_of
from tests.model.breaker import COOL_DOWN_SECONDS, MAX_PAUSE_SECONDS
from tests.model.calldata import selector_of
from tests.model.governed import GOVERNOR_ROLE
from tests.stateful.wallet_calls import BY_ANYONE, BY_QUORUM, PAY, calldata, execution
from tests.stateful.wallet_invariants import UPDATE_DELAY, ObservedWallets

WATCHED = 2  # so many of the newest operations are tried at their moments after every step
CANCEL = "cancel(bytes32)"
BY_GUARDIAN = {selector_of(each) for each in ("pause(uint48)", CANCEL, "heartbeat()")}
WITHDRAW = selector_of("withdraw(uint256)")
CANCEL_HANDOVER = "cancelDefaultAdminTransfer()"
GRANT_ROLE = "grantRole(bytes32,address)"
KINDS = {
    "OwnersChanged": "setOwners",
    "GuardianChanged": "setGuardian",
    "VerifierChanged": "setVerifier",
    "MinDelayChange": "updateDelay",
    "LimitConfigured": "configureLimit",
    "Paused": "pause",
    "Unpaused": "unpause",
    "Tripped": "trip",
    "FeeChanged": "setFee",
    "RoleRevoked": "revokeRole",
    "DefaultAdminTransferScheduled": "beginDefaultAdminTransfer",
}


class ObservedGovernance(ObservedWallets):
    """The machine with all invariants of governance and safety."""

    def watched(self):
        return list(self.operations.values())[-WATCHED:]

    def state(self, seen, now):
        """Where an operation stands by the logs alone."""
        if seen.ended:
            return State.DONE if seen.ended == "done" else State.UNSET
        if now < seen.ready_at:
            return State.WAITING
        return State.READY if now < seen.ready_at + GRACE_SECONDS else State.EXPIRED

    def executed_at(self, seen, at):
        return "stranger", seen.wallet, seen.calldata(), 0, at

    def invariant_i27_an_operation_is_unset_pending_or_done(self):
        self.edge.foresee((self.contract(where), "getOperationState", key) for where, key in self.operations)
        for (where, key), seen in self.operations.items():
            state = self.edge.view(self.contract(where), "getOperationState", key)
            assert state == self.state(seen, self.now)
        kinds = [f"isOperation{what}" for what in ("", "Pending", "Ready", "Done")]
        watched = [(self.contract(seen.wallet), id_of(seen.operation)) for seen in self.watched()]
        self.edge.foresee((contract, kind, key) for contract, key in watched for kind in kinds)
        for seen in self.watched():
            contract, key, state = self.contract(seen.wallet), id_of(seen.operation), self.state(seen, self.now)
            got = [self.edge.view(contract, kind, key) for kind in kinds]
            pending = state in (State.WAITING, State.READY)
            assert got == [state is not State.UNSET, pending, state is State.READY, state is State.DONE]

    def invariant_i28_done_is_final_and_only_schedule_cancel_execute_change_anything(self):
        self.edge.foresee((self.contract(where), "getTimestamp", key) for where, key in self.operations)
        for (where, key), seen in self.operations.items():
            time = self.edge.view(self.contract(where), "getTimestamp", key)
            assert time == {"done": 1, "cancelled": 0}.get(seen.ended, seen.ready_at)
            assert self.times.get((where, key)) != 1 or time == 1
            self.times[where, key] = time

    def invariant_i29_the_delay_changes_by_an_operation_of_the_wallet_alone(self):
        for where, view in self.views.items():
            assert view["getMinDelay"] == self.delays[where]
            if not self.own_calls(where, UPDATE_DELAY):
                assert view["getMinDelay"] == self.before[where]["getMinDelay"]

    def invariant_i30_owners_alone_schedule_with_the_least_delay_at_least(self):
        for where, name, values in self.last.logs if self.last else ():
            if name == "CallScheduled":
                assert self.last.payload[:4] in BY_QUORUM
                assert (self.last.to, self.last.to) == (where, self.agreed[-1].wallet)
                assert values["delay"] >= self.before[where]["getMinDelay"]

    def invariant_i31_what_is_ready_and_not_expired_executes_once_its_predecessor_is_done(self):
        for seen in self.watched():
            if seen.ended:
                continue
            key, ready, expiry = id_of(seen.operation), seen.ready_at, seen.ready_at + GRACE_SECONDS
            times = (ready - 1, ready, expiry - 1, expiry)
            early, first, last, late = self.simulate(*(self.executed_at(seen, at) for at in times))
            assert early == ("TooEarly", (key, ready - 1, ready))
            assert late == ("Expired", (key, expiry, expiry))
            before = seen.operation.predecessor
            done = (seen.wallet, before) in self.operations and self.operations[seen.wallet, before].ended == "done"
            waits = ("PredecessorNotDone", (key, before)) if before != NO_PREDECESSOR and not done else None
            for error in (first, last):
                of_itself = error if error and error[1][:1] == (key,) else None  # and not of its own calls
                assert of_itself == waits

    def invariant_i32_guardian_and_owners_alone_cancel_what_is_pending(self):
        calls, expected = [], []
        for seen in self.watched():
            key, where, guardian = id_of(seen.operation), seen.wallet, self.views[seen.wallet]["guardian"]
            payload = calldata(CANCEL, key)
            calls += [("stranger", where, payload, 0, None), (guardian, where, payload, 0, None)]
            expected.append(("NotGuardian", (self.at("stranger"),)))
            lapse = self.edge.view(self.contract(where), "heartbeatUntil", guardian)
            expiry = seen.ready_at + GRACE_SECONDS
            if lapse and self.now >= lapse:
                expected.append(("GuardianLapsed", (guardian, lapse)))
            elif self.state(seen, self.now) is State.EXPIRED:
                expected.append(("Expired", (key, self.now, expiry)))
            elif seen.ended:
                expected.append(("AlreadyDone" if seen.ended == "done" else "NotScheduled", (key,)))
            else:
                expected.append(("NotCancellable", (key, guardian)) if seen.guarded else None)
        assert self.simulate(*calls) == expected
        for _, name, _ in self.last.logs if self.last else ():
            assert name != "Cancelled" or self.last.payload[:4] in {*BY_QUORUM, selector_of(CANCEL)}

    def invariant_i33_what_was_altered_or_cancelled_never_executes(self):
        calls, expected = [], []
        for seen in self.watched()[-1:]:
            first, *rest = seen.operation.steps
            for altered in (
                replace(seen.operation, steps=(replace(first, value=first.value + 1), *rest)),
                replace(seen.operation, steps=(replace(first, target=self.at("stranger")), *rest)),
                replace(seen.operation, salt=b"\3" * 32),
            ):
                calls.append(("stranger", seen.wallet, execution(altered), 0, seen.ready_at))
                expected.append(("NotScheduled", (id_of(altered),)))
            if seen.ended:
                calls.append(self.executed_at(seen, seen.ready_at))
                name = "AlreadyDone" if seen.ended == "done" else "NotScheduled"
                expected.append((name, (id_of(seen.operation),)))
        assert self.simulate(*calls) == expected

    def invariant_i34_only_pause_unpause_and_trip_change_a_pause(self):
        for where, until in self.pauses.items():
            assert self.edge.view(self.contract(where), "pausedUntil") == until

    def invariant_i35_a_pause_ends_by_itself_and_the_cool_down_holds(self):
        for where, until in self.pauses.items():
            assert until <= self.now + MAX_PAUSE_SECONDS
            if not until:
                continue
            ready, guardian = until + COOL_DOWN_SECONDS, self.guardian_of(where)
            enter = self.entry(where)
            if self.now < until and enter:
                blocked, entered = self.simulate(*((*enter, at) for at in (until - 1, until)))
                assert blocked == ("ContractPaused", (until,))
                assert entered is None or entered[0] != "ContractPaused"
            lapse = self.edge.view(self.contract(where), "heartbeatUntil", guardian)
            pause = guardian, where, calldata("pause(uint48)", 1), 0
            early, late = self.simulate((*pause, ready - 1), (*pause, ready))
            lapsed = ("GuardianLapsed", (guardian, lapse))
            if not self.book(where).refuse_guardian(guardian):
                assert early == (lapsed if lapse and ready - 1 >= lapse else ("CoolingDown", (ready,)))
                assert late == (lapsed if lapse and ready >= lapse else None)

    def entry(self, where):
        """A call that takes money in, or lets a wallet pay at once."""
        if where == self.at("vault"):
            return "relayer", where, calldata("deposit()"), 1
        if where == self.at("processor"):
            payload = calldata("processPayment(address,uint256,bytes32)", self.at("payee"), 1, b"\1" * 32)
            return "relayer", where, payload, 1
        standing = self.standing[where]
        payload = calldata(PAY, (self.at("payee"), 1, self.tokens[0]), standing.deadline, standing.quorum)
        return "relayer", where, payload, 0

    def invariant_i36_what_a_guardian_does_moves_nothing(self):
        if self.last is not None and self.last.payload[:4] in BY_GUARDIAN:
            assert not self.moved
            assert not self.last.named("CallExecuted")

    def invariant_i37_a_trip_survives_its_transaction(self):
        vault, where = self.contracts["vault"], self.at("vault")
        owed, held = self.edge.view(vault, "owed"), self.seen["0x" + "00" * 20, where]
        if self.last is not None and self.last.to == where and self.last.payload[:4] == WITHDRAW and held < owed:
            assert self.now < self.edge.view(vault, "pausedUntil")
        for values in self.last.named("Tripped") if self.last else ():
            assert values["until"] == self.now + MAX_PAUSE_SECONDS == self.edge.view(vault, "pausedUntil")
        if held < owed:
            for function, error in (("withdraw", None), ("withdrawOrRevert", ("Insolvent", (held, owed)))):
                payload = calldata(f"{function}(uint256)", 0)
                assert self.simulate(("relayer", where, payload, 0, None)) == [error]

    def invariant_i38_exit_works_while_paused(self):
        paused = {where for where, until in self.pauses.items() if self.now < until}
        calls = [self.executed_at(seen, None) for seen in self.pending() if seen.wallet in paused][-WATCHED:]
        if self.at("vault") in paused:
            calls.append(("relayer", self.at("vault"), calldata("withdraw(uint256)", 0), 0, None))
        if self.at("processor") in paused:
            signature = "refund(address,address,uint256,bytes32)"
            payload = calldata(signature, self.tokens[0], self.at("payee"), 1, b"\1" * 32)
            calls.append(("relayer", self.at("processor"), payload, 0, None))
        for call, error in zip(calls, self.simulate(*calls), strict=True):
            assert error is None or error[0] != "ContractPaused", call
        if self.last is not None and self.last.to in paused and self.last.payload[:4] in BY_ANYONE:
            self.reached["exit while paused", "done"] += 1

    def invariant_i44_every_head_is_the_fold_of_its_events(self):
        fields = ("auditHead", "auditLength", "pausedUntil")
        self.edge.foresee((self.contract(where), field) for where in self.heads for field in fields)
        for where, (head, length) in self.heads.items():
            contract = self.contract(where)
            assert self.edge.view(contract, "auditHead") == head
            assert self.edge.view(contract, "auditLength") == length

    def invariant_i45_every_privileged_change_is_on_a_trail_once(self):
        changes, records, scheduled = Counter(), Counter(), set()
        processor, vault = self.at("processor"), self.at("vault")
        for where, name, values in self.last.logs if self.last else ():
            if name == "ActRecorded":
                records[where, values["kind"].rstrip(b"\0").decode()] += 1
            elif name == "CallScheduled":
                scheduled.add((where, values["id"]))
            elif name == "Cancelled":
                by_guardian = self.last.payload[:4] == selector_of(CANCEL)
                changes[where, "cancel" if by_guardian else "cancelBySignatures"] += 1
            elif name == "RoleGranted" and values["role"] == GOVERNOR_ROLE:
                changes[where, "grantRole"] += 1
            elif name == "CallExecuted" and values["target"] == processor:
                # neither need say anything in an event of its own: a guardian that is revived, a handover that is not
                spoken = {selector_of(each): each.split("(")[0] for each in (GRANT_ROLE, CANCEL_HANDOVER)}
                if values["data"][:4] in spoken:
                    changes[processor, spoken[values["data"][:4]]] += 1
            elif name in KINDS and not (name == "LimitConfigured" and where == vault):
                changes[where, KINDS[name]] += 1
        changes.update((where, "schedule") for where, _ in scheduled)
        assert records == changes
