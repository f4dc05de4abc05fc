"""The numbered lines of docs/invariants.md, observed on the chain after every step; nothing here changes anything."""

from collections import Counter

from offchain.core.payment import Status
from offchain.core.units import NATIVE, ZERO_ADDRESS
from tests.model import escrow, gate, governed, payment
from tests.stateful.base import PaymentMachine
from tests.stateful.edge import as_tuple

AHEAD = {  # from each status of a payment, of an escrow: where it may go
    Status: {0: {0, 1}, 1: {1, 2}, 2: {2}},
    escrow.Status: {0: {0, 1, 2, 3, 4}, 1: {1, 2, 3, 4}, 2: {2}, 3: {3}, 4: {4}},
}
WATCHED = 2  # so many of the newest open escrows are tried at their deadlines after every step


class ObservedMachine(PaymentMachine):
    """The shared machine with the invariants of payment and escrow."""

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
            (self.processor, "payments", self.settled, Status),
            (self.vault, "escrows", self.sums, escrow.Status),
        ):
            for key in keys:
                if isinstance(key, bytes):
                    status = self.edge.view(contract, function, key)[-1]
                    refunded = kind is Status and status == Status.REFUNDED
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


SETTLED = {
    "PaymentProcessed": _native,
    "TokenPaymentProcessed": _token,
    "BatchProcessed": _batch,
    "PaymentRefunded": _refund,
}
