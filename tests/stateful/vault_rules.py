"""The rules that act on SecurePayment."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from offchain.core.units import NATIVE
from tests.model import balance, escrow
from tests.model.escrow import Terms
from tests.stateful.base import PaymentMachine
from tests.stateful.choices import (
    ACTORS,
    AMOUNTS,
    ASSETS,
    MISTAKEN,
    OFF,
    PICK,
    SHARES,
    SOME_ZERO,
    SPANS,
    recent,
    share_of,
)
from tests.stateful.edge import as_tuple


class VaultRules(PaymentMachine):
    """Deposit, withdraw; authorize, capture, refund, void, reclaim."""

    @rule(
        caller=ACTORS,
        token=st.one_of(ASSETS, st.sampled_from(["native", "plain", "blocking", "shop"])),
        amount=AMOUNTS,
        zero=SOME_ZERO,
    )
    def rule_deposit(self, caller, token, amount, zero):
        asset, amount = self.at(token), amount * zero
        if asset == NATIVE:
            self.attempt("deposit", caller, "vault", "deposit", (), balance.deposit, value=amount)
        else:
            self.attempt(
                "deposit", caller, "vault", "depositToken", (asset, amount), balance.deposit_token, asset, amount
            )

    @rule(caller=ACTORS, token=ASSETS, pick=PICK, share=SHARES)
    def rule_withdraw(self, caller, token, pick, share):
        asset = self.at(token)
        owners = [(self.role(who), what) for (who, what), amount in self.held.balances.items() if amount]
        owners = [owner for owner in owners if owner[0] in ("payer", "merchant", "shop", "stranger", "treasury")]
        if owners and pick % 6:
            caller, asset = recent(owners, pick)
        amount = share_of(share, balance.balance_of(self.held, self.at(caller), asset), pick)
        native = asset == NATIVE and pick % 2
        function, arguments = ("withdraw", (amount,)) if native else ("withdrawToken", (asset, amount))
        self.attempt("withdraw", caller, "vault", function, arguments, balance.withdraw, asset, amount)

    @initialize(
        terms=st.lists(st.tuples(ASSETS, AMOUNTS, SPANS.filter(lambda spans: spans[0] and spans[1] >= 0)), max_size=4)
    )
    def initialize_with_business_under_way(self, terms):
        people = ("payer", "merchant", "shop")
        for number, (token, amount, spans) in enumerate(terms):
            payer, merchant = self.at(people[number % 3]), self.at(people[(number + 1) % 3])
            times = (self.now + spans[0], self.now + sum(spans))
            self._authorize(
                "authorize",
                people[number % 3],
                Terms(payer, merchant, self.at(token), amount, *times, 0, 500, -number % 2**256),
                0,
            )

    @rule(
        payer=st.sampled_from(["payer", "shop", "merchant"] * 5 + ["bystander"]),
        by=st.sampled_from([None] * 19 + ["stranger"]),
        merchant=st.sampled_from(["merchant", "shop"] * 4 + ["payer", "processor"]),
        mistake=MISTAKEN,
        token=ASSETS,
        amount=AMOUNTS,
        zero=st.sampled_from([1] * 38 + [0, 2**112]),
        spans=SPANS,
        fees=st.sampled_from(["any"] * 8 + ["exact", "exact", "above", "below"]),
        off=OFF,
    )
    def rule_authorize(self, payer, by, merchant, mistake, token, amount, zero, spans, fees, off):
        caller = by or ("stranger" if payer == "bystander" else payer)
        merchant = (
            {"merchant": "shop", "shop": "merchant", "payer": "shop"}[merchant] if merchant == payer else merchant
        )
        rate = self.held.fee_bps
        ranges = {"any": (0, 500), "exact": (rate, rate), "above": (rate + 1, 500), "below": (0, max(0, rate - 1))}
        deadline = self.now + spans[0]
        to = self.payee(merchant, mistake, payer)
        asset = self.at(token)
        times = (deadline, deadline + spans[1])
        terms = Terms(self.at(payer), to, asset, amount * zero, *times, *ranges[fees], len(self.terms))
        self._authorize("authorize", caller, terms, off)

    def _authorize(self, act, caller, terms, off):
        value = terms.amount if terms.token == NATIVE and terms.amount <= escrow.MAX_AMOUNT else 0
        value = max(0, value + off)
        done = self.attempt(act, caller, "vault", "authorize", (as_tuple(terms),), escrow.authorize, terms, value=value)
        if done and terms not in self.terms:
            self.terms.append(terms)

    @rule(pick=PICK, off=OFF)
    @precondition(lambda self: self.terms)
    def rule_authorize_again(self, pick, off):
        terms = recent(self.terms, pick)
        self._authorize("authorize again", self.role(terms.payer), terms, off)

    def _on_escrow(self, act, terms, named, by, function, extra=(), value=0):
        caller = by or self.role(named)
        arguments, predict = (as_tuple(terms), *extra), getattr(escrow, function)
        self.attempt(act, caller, "vault", function, arguments, predict, terms, *extra, value=value)

    def _pick_escrow(self, pick, wanted):
        """Mostly one that the act can succeed on, now and then any."""
        fit = [terms for terms in self.terms if wanted(escrow.escrow_of(self.held, terms))]
        return recent(fit if fit and pick % 6 else self.terms, pick)

    @rule(pick=PICK, share=SHARES, by=st.sampled_from([None] * 14 + ["stranger", "payer"]))
    @precondition(lambda self: self.terms)
    def rule_capture(self, pick, share, by):
        terms = self._pick_escrow(pick, lambda e: escrow.capturable(e) and self.now < e.terms.capture_deadline)
        amount = share_of(share, escrow.capturable(escrow.escrow_of(self.held, terms)), pick)
        self._on_escrow("capture", terms, terms.merchant, by, "capture", (amount,))

    @rule(pick=PICK, share=SHARES, by=st.sampled_from([None] * 14 + ["stranger", "payer"]), off=OFF)
    @precondition(lambda self: self.terms)
    def rule_refund_escrow(self, pick, share, by, off):
        terms = self._pick_escrow(pick, lambda e: escrow.refundable(e) and self.now < e.terms.refund_deadline)
        amount = share_of(share, escrow.refundable(escrow.escrow_of(self.held, terms)), pick)
        value = max(0, (amount if terms.token == NATIVE else 0) + off)
        self._on_escrow("refund an escrow", terms, terms.merchant, by, "refund", (amount,), value)

    @rule(pick=PICK, by=st.sampled_from([None] * 10 + ["stranger", "payer"]))
    @precondition(lambda self: self.terms)
    def rule_void(self, pick, by):
        terms = self._pick_escrow(pick, escrow.capturable)
        self._on_escrow("void", terms, terms.merchant, by, "void")

    @rule(pick=PICK, by=st.sampled_from([None] * 8 + ["stranger", "merchant"]))
    @precondition(lambda self: self.terms)
    def rule_reclaim(self, pick, by):
        terms = self._pick_escrow(pick, lambda e: escrow.capturable(e) and self.now >= e.terms.capture_deadline)
        self._on_escrow("reclaim", terms, terms.payer, by, "reclaim")
