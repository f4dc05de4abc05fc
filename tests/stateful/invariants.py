"""The numbered lines of docs/invariants.md, observed on the chain after every step; nothing here changes anything."""

from collections import Counter

from offchain.core import audit, escrow, gate, governed, limiter, payment
from offchain.core.units import NATIVE, ZERO_ADDRESS
from tests.stateful.base import PaymentMachine
from tests.stateful.edge import as_tuple, exported

AHEAD = {  # from each status of a payment, of an escrow: where it may go
    payment.Status: {0: {0, 1}, 1: {1, 2}, 2: {2}},
    escrow.Status: {0: {0, 1, 2, 3, 4}, 1: {1, 2, 3, 4}, 2: {2}, 3: {3}, 4: {4}},
}
WATCHED = 2  # so many of the newest open escrows are tried at their deadlines after every step


class ObservedMachine(PaymentMachine):
    """The shared machine with the invariants of payment and escrow, and of what governs them."""

    def setup(self):
        super().setup()
        self.settings = None

    def open_terms(self):
        """The newest of the escrows that the chain says are open."""
        opened = [terms for terms in self.terms if self.edge.view(self.vault, "capturable", as_tuple(terms))]
        return opened[-WATCHED:]

    def pause_of(self, name):
        """The end of the pause that is running, or None."""
        until = self.edge.view(self.contract(name), "pausedUntil")
        return until if self.now < until else None

    def invariant_i01_a_key_settles_at_most_once(self):
        assert not {key: times for key, times in self.settled.items() if times != 1}
        for key in self.settled:
            if isinstance(key, tuple):
                assert self.edge.view(self.processor, "batches", *key) != bytes(32)
            else:
                assert self.edge.view(self.processor, "payments", key)[0] != ZERO_ADDRESS

    def invariant_i02_a_valid_payment_cannot_be_made_to_fail(self):
        assert not self.refused_in_vain
        until = self.pause_of("processor")
        for standing in self.standing:
            key = payment.key_of(self.paid, standing.invoice)
            payer, paid_at, status = self.edge.view(self.processor, "payments", key)
            call = ("payer", self.processor, standing.function, standing.arguments, standing.value, None)
            expected = ("AlreadyPaid", (key, payer, paid_at)) if status else None
            if until:
                expected = ("ContractPaused", (until,))
            assert self.simulate(call) == [expected]

    def invariant_i03_what_is_recorded_is_what_moved(self):
        settlements = [log for log in self.events if log[0] in SETTLED]
        assert len(settlements) <= 1
        for name, values in settlements:
            gains = SETTLED[name](self, values)
            for where, amount in gains.items():
                assert self.moved.get(where, 0) == amount, f"{name} {values} moved {self.moved}"
            assert set(self.moved) == {where for where, amount in gains.items() if amount}

    def invariant_i06_parts_stay_within_the_whole(self):
        for key, parts in self.sums.items():
            assert parts["captured"] + parts["returned"] <= parts["authorized"], key
            assert parts["refunded"] <= parts["captured"], key
            captured, refunded, _, _ = self.edge.view(self.vault, "escrows", key)
            assert (captured, refunded) == (parts["captured"], parts["refunded"])
        for name, values in self.events:
            assert values.get("amount") != 0 or name == "BalanceCredited", f"{name} of nothing"

    def invariant_i07_status_only_moves_forward(self):
        for contract, function, keys, kind in (
            (self.processor, "payments", self.settled, payment.Status),
            (self.vault, "escrows", self.sums, escrow.Status),
        ):
            for key in keys:
                if isinstance(key, bytes):
                    status = self.edge.view(contract, function, key)[-1]
                    refunded = kind is payment.Status and status == payment.Status.REFUNDED
                    assert self.refunds[key] == refunded, key
                    assert status in AHEAD[kind][self.statuses.get(key, 0)], key
                    self.statuses[key] = status

    def invariant_i08_deadlines_hold_to_the_second_and_the_payer_can_always_reclaim(self):
        for terms in self.open_terms():
            deadline, key = terms.capture_deadline, escrow.key_of(self.held, terms)
            capture = (terms.merchant, self.vault, "capture", (as_tuple(terms), 1), 0)
            reclaim = (terms.payer, self.vault, "reclaim", (as_tuple(terms),), 0)
            times = (deadline - 1, deadline, deadline + 1)
            late = [("Expired", (key, at, deadline)) for at in times[1:]]
            assert self.simulate(*((*capture, at) for at in times)) == [None, *late]
            early = ("TooEarly", (key, deadline - 1, deadline))
            assert self.simulate(*((*reclaim, at) for at in times)) == [early, None, None]

    def invariant_i09_only_the_named_act_and_a_pause_blocks_no_exit(self):
        stranger, calls, expected = self.at("stranger"), [], []
        for terms in self.open_terms():
            for function, extra, role in (
                ("capture", (1,), "merchant"),
                ("refund", (1,), "merchant"),
                ("void", (), "merchant"),
                ("reclaim", (), "payer"),
            ):
                named = getattr(terms, role)
                calls.append((stranger, self.vault, function, (as_tuple(terms), *extra), 0, None))
                expected.append((f"Not{role.capitalize()}", (stranger, named)))
            calls.append((terms.merchant, self.vault, "void", (as_tuple(terms),), 0, None))
            expected.append(None)
        for contract in (self.processor, self.vault):
            for function, arguments, role in (
                ("setFee", (1,), governed.GOVERNOR_ROLE),
                ("setFeeRecipient", (stranger,), governed.GOVERNOR_ROLE),
                ("grantRole", (governed.GUARDIAN_ROLE, stranger), governed.GOVERNOR_ROLE),
                ("unpause", (), governed.GOVERNOR_ROLE),
                ("pause", (1,), governed.GUARDIAN_ROLE),
                ("heartbeat", (), governed.GUARDIAN_ROLE),
            ):
                calls.append((stranger, contract, function, arguments, 0, None))
                expected.append(("AccessControlUnauthorizedAccount", (stranger, role)))
        calls.append((stranger, self.processor, "configureLimit", (NATIVE, 1, 1), 0, None))
        expected.append(("AccessControlUnauthorizedAccount", (stranger, governed.GOVERNOR_ROLE)))
        if self.kept[NATIVE] and self.edge.view(self.processor, "available", NATIVE):
            recipient = self.edge.view(self.processor, "feeRecipient")
            if recipient not in self.world.closed:
                calls.append((stranger, self.processor, "sweep", (NATIVE,), 0, None))
                expected.append(None)
        until = self.pause_of("vault")
        calls.append(("payer", self.vault, "deposit", (), 1, None))
        expected.append(("ContractPaused", (until,)) if until else None)
        for account, token in self.holders:
            amount = self.edge.view(self.vault, "balanceOf", account, token)
            if amount and token == NATIVE and account not in self.world.closed:
                calls.append((account, self.vault, "withdraw", (amount,), 0, None))
                expected.append(None)
        assert self.simulate(*calls) == expected

    def invariant_i10_the_fee_is_that_of_the_whole(self):
        for contract in (self.processor, self.vault):
            assert self.edge.view(contract, "feeBps") <= governed.MAX_FEE_BPS
        for terms in self.terms:
            key = escrow.key_of(self.held, terms)
            captured, _, rate_bps, status = self.edge.view(self.vault, "escrows", key)
            if status:
                assert terms.min_fee_bps <= rate_bps <= terms.max_fee_bps
                assert self.sums[key]["fees"] == captured * rate_bps // gate.BPS

    def invariant_i11_every_token_moves_exactly_or_not_at_all(self):
        for where, amount in self.seen.items():
            assert amount == self.world.holding(*where), f"{where} holds {amount}"
        for name, values in self.events:
            if name in ("BalanceDeposited", "EscrowAuthorized"):
                came = self.moved.get((values["token"], self.at("vault")), 0)
                assert came == values["amount"], f"{name} {values}, and {came} came"

    def invariant_i14_a_batch_is_whole_and_leaves_nothing_over(self):
        for name, values in self.events:
            if name == "BatchProcessed":
                assert (values["token"], self.at("processor")) not in self.moved
                assert self.moved[values["token"], values["payer"]] == -values["total"]
                paid = Counter(self.payouts)
                assert values["count"] == len(self.payouts)
                assert sum(payout.amount for payout in paid.elements()) == values["total"]
                commitment = payment.batch_commitment(values["token"], self.payouts)
                assert self.edge.view(self.processor, "batches", values["payer"], values["batchId"]) == commitment

    def invariant_i39_no_bucket_holds_more_than_its_capacity(self):
        for asset in self.flows:
            held, (capacity, _) = self.edge.views(self.processor, ("available", asset), ("limitOf", asset))
            assert held <= capacity

    def invariant_i40_no_interval_sees_more_outflow_than_capacity_and_rate_allow(self):
        for asset, flow in self.flows.items():
            assert limiter.breach(flow) is None, f"{asset}: {flow}"
        for (asset, account), gain in self.moved.items():
            if account == self.at("processor") and gain < 0:
                assert self.flows[asset][-1] == limiter.Outflow(self.now, -gain), "money left beside the limit"

    def invariant_i44_the_head_is_the_fold_of_the_events(self):
        for name, trail in self.trails.items():
            address = self.at(name)
            stored = self.edge.views(self.contract(name), ("auditHead",), ("auditLength",))
            assert stored == [audit.fold(trail, self.chain_id, address), len(trail)]

    def invariant_i45_every_privileged_change_appends_exactly_one_record(self):
        changes = [PRIVILEGED[name] for name, _ in self.events if name in PRIVILEGED]
        records = [values["kind"].rstrip(b"\0").decode() for name, values in self.events if name == "ActRecorded"]
        assert records == changes
        before, self.settings = self.settings, self._settings_now()
        changed = [name for name, now in self.settings.items() if before and before[name] != now]
        assert len(changed) <= 1, f"one act changed the settings of {changed}"
        assert records or not changed, f"{changed} changed without a record"

    def _settings_now(self):
        """What only the governor and the guardians can change, by contract."""
        limits = tuple(("limitOf", asset) for asset in (NATIVE, *self.world.tokens))
        roles = tuple(("hasRole", governed.GUARDIAN_ROLE, self.at(who)) for who in ("guardian", "treasury", "stranger"))
        asked = (("feeBps",), ("feeRecipient",), ("pausedUntil",), ("defaultAdmin",), *roles)
        return {
            "processor": self.edge.views(self.processor, *asked, *limits),
            "vault": self.edge.views(self.vault, *asked),
        }

    def teardown(self):
        """Whoever exports the log at the end can prove it complete."""
        for name, trail in self.trails.items():
            contract = self.contract(name)
            records = exported(contract)
            assert records == trail
            head, length = self.edge.views(contract, ("auditHead",), ("auditLength",))
            audit.verify(records, self.chain_id, contract.address, head, length)
        super().teardown()


def _native(machine, values):
    asset, rate_bps = NATIVE, machine.edge.view(machine.processor, "feeBps")
    fee = values["amount"] * rate_bps // gate.BPS
    return _gains(asset, values["from"], {values["to"]: values["amount"] - fee, machine.at("processor"): fee})


def _token(machine, values):
    fee = values["fee"]
    assert fee == values["amount"] * machine.edge.view(machine.processor, "feeBps") // gate.BPS
    gains = {values["to"]: values["amount"] - fee, machine.at("processor"): fee}
    return _gains(values["token"], values["from"], gains)


def _batch(machine, values):
    gains = Counter()
    for payout in machine.payouts:
        gains[payout.to] += payout.amount
    return _gains(values["token"], values["payer"], gains)


def _refund(machine, values):
    return _gains(values["token"], values["to"], {values["payer"]: values["amount"]})


def _gains(asset, payer, gains):
    moved = Counter({(asset, account): amount for account, amount in gains.items()})
    moved[asset, payer] -= sum(gains.values())
    return moved


PRIVILEGED = {  # the event of each privileged change of both contracts, and the kind of its record
    "FeeChanged": "setFee",
    "FeeRecipientChanged": "setFeeRecipient",
    "LimitConfigured": "configureLimit",
    "Paused": "pause",
    "Unpaused": "unpause",
    "RoleGranted": "grantRole",
    "RoleRevoked": "revokeRole",
}
SETTLED = {
    "PaymentProcessed": _native,
    "TokenPaymentProcessed": _token,
    "BatchProcessed": _batch,
    "PaymentRefunded": _refund,
}
