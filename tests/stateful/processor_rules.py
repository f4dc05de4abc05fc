"""The rules that act on PaymentProcessor."""

from dataclasses import dataclass, replace

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from offchain.core.payment import Invoice
from offchain.core.units import NATIVE
from tests.model import governed, payment
from tests.model.payment import Payout
from tests.stateful.choices import (
    ACTORS,
    AMOUNTS,
    ASSETS,
    GOVERNORS,
    MISTAKEN,
    OFF,
    PAYEES,
    PICK,
    PRICE,
    REFERENCES,
    SOME_ZERO,
    TOKENS,
    recent,
)
from tests.stateful.edge import as_tuple
from tests.stateful.governed_invariants import GovernedMachine
from tests.stateful.storage import compare_invoice


@dataclass(frozen=True)
class Standing:
    """A payment that the payer means to make: whatever others do, it stays possible until somebody has made it."""

    invoice: Invoice
    function: str
    arguments: tuple
    value: int


class ProcessorRules(GovernedMachine):
    """Pay in native coin or a token, pay again, batch, refund, sweep within limits."""

    def setup(self):
        super().setup()
        self.payouts = []
        terms = (self.at("merchant"), PRICE, REFERENCES[0])
        plain = self.at("plain")
        self.standing = [
            Standing(Invoice(NATIVE, *terms), "processPayment", terms, PRICE),
            Standing(Invoice(plain, *terms), "processTokenPayment", (plain, *terms), 0),
        ]

    def _pay(self, act, caller, invoice, value=0):
        if invoice not in self.invoices:
            self.invoices.append(invoice)
        terms, facts = as_tuple(invoice), (invoice.to, invoice.amount, invoice.payment_id)
        if invoice.token == NATIVE and act != "pay a token":
            function, arguments, predict = "processPayment", facts, payment.process_payment
        else:
            function, arguments, predict = "processTokenPayment", terms, payment.process_token_payment
            facts, value = (invoice,), 0
        self.attempt(act, caller, "processor", function, arguments, predict, *facts, value=value)
        compare_invoice(self.edge, self.processor, self.paid, invoice)

    @rule(caller=ACTORS, to=PAYEES, mistake=MISTAKEN, amount=AMOUNTS, zero=SOME_ZERO, ref=PICK, off=OFF)
    def rule_pay_native(self, caller, to, mistake, amount, zero, ref, off):
        invoice = Invoice(NATIVE, self.payee(to, mistake, caller), amount * zero, REFERENCES[ref % 3])
        self._pay("pay native coin", caller, invoice, max(0, invoice.amount + off))

    @rule(caller=ACTORS, token=TOKENS, to=PAYEES, mistake=MISTAKEN, amount=AMOUNTS, zero=SOME_ZERO, ref=PICK)
    def rule_pay_token(self, caller, token, to, mistake, amount, zero, ref):
        invoice = Invoice(self.at(token), self.payee(to, mistake, caller), amount * zero, REFERENCES[ref % 3])
        self._pay("pay a token", caller, invoice)

    @rule(caller=ACTORS, token=st.sampled_from(["native", "vault", "processor", "shop", "bystander"]), amount=AMOUNTS)
    def rule_pay_what_is_no_token(self, caller, token, amount):
        to = "merchant" if caller != "merchant" else "payer"
        self._pay("pay a token", caller, Invoice(self.at(token), self.at(to), amount, REFERENCES[1]))

    @rule(caller=ACTORS, pick=PICK, off=OFF)
    @precondition(lambda self: self.invoices)
    def rule_pay_again(self, caller, pick, off):
        invoice = recent(self.invoices, pick)
        act = "pay native coin" if invoice.token == NATIVE else "pay a token"
        self._pay(act, caller, invoice, max(0, invoice.amount + off))

    @rule(caller=ACTORS, ref=PICK, token=ASSETS)
    def rule_pay_a_standing_reference_less(self, caller, ref, token):
        standing = self.standing[ref % 2].invoice
        self._pay("burn a reference", caller, replace(standing, token=self.at(token), amount=1), 1)

    @rule(
        caller=ACTORS,
        token=ASSETS,
        items=st.lists(st.tuples(PAYEES, AMOUNTS), min_size=1, max_size=4),
        fault=st.sampled_from([None] * 8 + ["nobody", "self", "processor", "nothing", "more", "less", "many", "none"]),
        ref=PICK,
        off=OFF,
    )
    def rule_batch(self, caller, token, items, fault, ref, off):
        payouts = [Payout(self.at(to), amount) for to, amount in items if to != caller]
        wrong = {"nobody": ("zero", 1), "self": (caller, 1), "processor": ("processor", 1), "nothing": ("merchant", 0)}
        if fault in wrong:
            payouts.append(Payout(self.at(wrong[fault][0]), wrong[fault][1]))
        if fault in ("many", "none"):
            payouts = [Payout(self.at("merchant"), 1)] * (401 if fault == "many" else 0)
        total = max(0, sum(payout.amount for payout in payouts) + {"more": 1, "less": -1}.get(fault, 0))
        # Somebody is blocked: then half of the batches are of the token that minds, so that sends within one fail.
        asset = self.at("blocking" if self.world.blocked and ref % 2 else token)
        batch_id = REFERENCES[ref // 2 % 3]
        value = max(0, total + off) if asset == NATIVE else max(0, off)
        self.payouts = payouts
        facts = (asset, payouts, total, batch_id)
        arguments = (asset, [payment.pack_payout(payout) for payout in payouts], total, batch_id)
        predict = payment.process_batch
        self.attempt("batch", caller, "processor", "processBatch", arguments, predict, *facts, value=value)

    @rule(pick=PICK, by=st.sampled_from([None] * 6 + ["stranger", "payer"]), off=OFF)
    @precondition(lambda self: self.invoices)
    def rule_refund(self, pick, by, off):
        paid = [invoice for invoice in self.invoices if payment.is_paid(self.paid, invoice)]
        invoice = recent(paid if paid and pick % 5 else self.invoices, pick)
        caller = by or self.role(invoice.to)
        value = max(0, (invoice.amount if invoice.token == NATIVE else 0) + off)
        self.attempt(
            "refund a payment", caller, "processor", "refund", as_tuple(invoice), payment.refund, invoice, value=value
        )
        compare_invoice(self.edge, self.processor, self.paid, invoice)

    @rule(
        caller=ACTORS,
        token=st.one_of(ASSETS, st.sampled_from(["native", "plain", "taking", "vault"])),
        pick=PICK,
    )
    def rule_sweep(self, caller, token, pick):
        held = [name for name in ("native", *self.tokens) if self.paid.unswept.get(self.at(name))]
        token = recent(held, pick) if held and pick % 4 else token

        def predict(book, call):
            self.world.require_token(self.at(token))
            return payment.sweep(book, call, self.at(token))

        self.attempt("sweep", caller, "processor", "sweep", (self.at(token),), predict)

    @initialize(
        assets=st.sets(st.sampled_from(["native", "plain", "mute", "blocking", "taking"]), min_size=1, max_size=2)
    )
    def initialize_with_some_limits(self, assets):
        for asset in sorted(assets):
            self._limit("governor", asset, 2**96 - 1, 3600)

    @rule(
        by=GOVERNORS,
        asset=ASSETS,
        capacity=st.sampled_from([0, 1, 50, PRICE // 1000, PRICE // 100, PRICE, 2**96 - 1, 2**96]),
        refill=st.sampled_from([1, 60, 3600, 86400, 2**24 - 1, 86400, 0, 2**24]),
    )
    def rule_configure_limit(self, by, asset, capacity, refill):
        self._limit(by, asset, capacity, refill)

    def _limit(self, by, asset, capacity, refill):
        terms = (self.at(asset), capacity, refill)
        self.attempt("configure a limit", by, "processor", "configureLimit", terms, governed.set_limit, *terms)
