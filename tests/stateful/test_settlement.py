"""Settlement in any sequence of orders, fills, cancels, transfers, pauses and waits, against its reference model."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import hypothesis
import pytest
from brownie import accounts, chain, project, web3
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from offchain.core.units import NATIVE
from tests.model import market, settlement
from tests.model.act import Call, Rejected
from tests.model.limiter import Bucket, configure
from tests.model.settlement import Order, Standard
from tests.stateful.choices import AnyRule, recent
from tests.stateful.ledger import view, wait_until
from tests.stateful.market_machine import FEE_BPS, KINDS, SEATS, MarketMachine
from tests.stateful.world import World
from tests.support import emitted, event, now, send

RUNS, STEPS = 12, 50
UNLIMITED = 2**256 - 1
BYSTANDERS_SEAT = SEATS[-1]
DAY = 86_400
SWEPT_AT_ONCE, REFILL_SECONDS = 10**17, DAY

TRADERS = ["merchant", "payer", "shop"]
ANYONE = [*TRADERS, *TRADERS, "stranger"]
PICK, YES = st.integers(0, 2**16), st.sampled_from([True, True, True, True, False])
WHO, BY = st.sampled_from(TRADERS), st.sampled_from(ANYONE)
CURRENCIES = st.sampled_from(["native", "plain", "mute", "blocking", "taking", "keyed"])
AMOUNTS = st.sampled_from([1, 3, 7, 100])
PRICES, PAUSES = st.sampled_from([1, 10, 99, 10**4, 10**18]), st.sampled_from([1, 60, 3600])
ODD = st.sampled_from([None] * 16 + ["amount", "price", "same", "id", "counter", "fee", "standard", "ticket as money"])


class SettlementRules(MarketMachine):
    @rule(
        maker=st.sampled_from([*TRADERS, "stranger"]),
        taker=st.sampled_from([None, None, None, *TRADERS]),
        sells=st.booleans(),
        kind=st.sampled_from(["ticket", "voucher", "goods"]),
        currency=CURRENCIES,
        terms=st.tuples(AMOUNTS, PRICES, st.sampled_from([60, DAY, 30 * DAY]), PICK),
        odd=ODD,
    )
    def rule_offer(self, maker, taker, sells, kind, currency, terms, odd):
        amount, price, life, pick = terms
        held = [seat for seat, owner in self.tickets.owners.items() if (owner == self.at[maker]) == sells]
        thing = {
            "ticket": (Standard.ERC721, self.ticket.address, held[pick % len(held)] if held else 1, 1),
            "voucher": (Standard.ERC1155, self.voucher.address, KINDS[pick % 2], amount),
            "goods": (Standard.ERC20, self.tokens["plain"].address, 0, amount),
        }[kind]
        currency = (
            "mute" if (currency == "native" and not sells) or (kind, currency) == ("goods", "plain") else currency
        )
        order = Order(
            self.at[maker],
            self.at[taker] if taker else NATIVE,
            sells,
            *thing,
            NATIVE if currency == "native" else self.tokens[currency].address,
            price,
            500,
            self.now + life,
            self.book.counters.get(self.at[maker], 0),
            pick,
        )
        changes = {
            None: {},
            "amount": {"amount": 0},
            "price": {"price": 0},
            "same": {"currency": order.asset},
            "id": {"id": 99},
            "counter": {"counter": order.counter + 1},
            "fee": {"max_fee_bps": FEE_BPS - 1},
            "standard": {"standard": Standard((order.standard + 1) % 3), "id": 0, "amount": 1},
            "ticket as money": {"currency": self.ticket.address, "price": 1},
        }
        order = replace(order, **changes[odd])
        key = bytes(view(self.settlement, "hashOrder", order.values()))
        assert key == settlement.hash_of(self.book, order)
        self.orders.append(order)
        self.note("offer")

    @rule(pick=PICK, share=st.sampled_from([1, 50, 100, 100]))
    @precondition(lambda self: self.orders)
    def rule_settle_what_can_be(self, pick, share):
        if self.is_paused() and pick % 2:
            self.wait(self.book.paused_until)
        good = [case for case in self.cases(share) if self.is_good(*case)]
        if good:
            self.settle("settle", *good[pick % len(good)])

    def cases(self, share):
        """Each open order with each trader, and a share of what is left."""
        for order in self.orders:
            left = order.amount - settlement.filled_of(self.book, order)
            if left > 0 and self.now < order.expiry:
                yield from ((order, max(1, left * share // 100), by) for by in TRADERS)

    def is_good(self, order, amount, by):
        try:
            self.foresee(order, amount, by, self.price_now(order, amount), True)
        except Rejected:
            return False
        return True

    @rule(
        pick=PICK,
        by=BY,
        amount=st.sampled_from(["one", "left", "over", "none", "most"]),
        coin=st.sampled_from([0, 0, 0, 1, -1]),
        forged=st.sampled_from([False] * 5 + [True]),
    )
    @precondition(lambda self: self.orders)
    def rule_settle_anything(self, pick, by, amount, coin, forged):
        order = recent(self.orders, pick)
        if order.maker == self.at[by] and pick % 4:
            by = "payer" if by != "payer" else "merchant"
        left = max(0, order.amount - settlement.filled_of(self.book, order))
        amount = {"one": 1, "left": left, "over": left + 1, "none": 0, "most": UNLIMITED}[amount]
        self.settle("settle anything", order, amount, by, max(0, self.price_now(order, amount) + coin), forged)

    @rule(pick=PICK, by=st.sampled_from(["maker", "maker", "maker", *ANYONE]))
    @precondition(lambda self: self.orders)
    def rule_cancel(self, pick, by):
        order = self.orders[pick % len(self.orders)]
        names = {address: name for name, address in self.at.items()}
        by = names[order.maker] if by == "maker" else by
        call = Call(self.at[by], 0, self.now)
        try:
            outcome = settlement.cancel(self.book, call, order)
        except Rejected as refusal:
            self.transact(self.settlement, "cancel", (order.values(),), by, error=refusal)
            self.note("cancel", refusal.error)
            return
        tx = self.transact(self.settlement, "cancel", (order.values(),), by)
        key = settlement.hash_of(self.book, order)
        assert emitted(tx, self.settlement) == [event("OrderCancelled", key, order.maker)]
        assert view(self.settlement, "filled", key) == order.amount
        self.book, self.ended[key] = outcome.book, True
        self.note("cancel while paused" if self.is_paused() else "cancel")

    @rule(by=WHO)
    @precondition(lambda self: self.steps % 4 == 0)  # it ends all orders, and there should be some
    def rule_cancel_all(self, by):
        self.cancel_all(by)

    def cancel_all(self, by):
        last = bytes(web3.eth.get_block("latest")["hash"])
        outcome = settlement.cancel_all(self.book, Call(self.at[by], 0, self.now), last)
        tx = self.transact(self.settlement, "cancelAll", (), by)
        counter = outcome.book.counters[self.at[by]]
        assert emitted(tx, self.settlement) == [event("AllOrdersCancelled", self.at[by], counter)]
        self.book, self.ended[self.at[by]] = outcome.book, counter
        self.note("cancel all while paused" if self.is_paused() else "cancel all")

    @rule(asset=CURRENCIES, by=BY, pick=PICK)
    def rule_sweep(self, asset, by, pick):
        earned = [each for each, amount in self.kept.items() if amount]
        asset = NATIVE if asset == "native" else self.tokens[asset].address
        asset = earned[pick % len(earned)] if earned and pick % 4 else asset
        try:
            outcome = settlement.sweep(self.book, Call(self.at[by], 0, self.now), asset)
            world, _ = self.world.made(outcome.transfers, self.settlement.address)
        except Rejected as refusal:
            self.transact(self.settlement, "sweep", (asset,), by, error=refusal)
            self.blocked_exits += [refusal.error] if refusal.error == "ContractPaused" else []
            self.note("sweep", refusal.error)
            return
        tx = self.transact(self.settlement, "sweep", (asset,), by)
        assert emitted(tx, self.settlement) == [event("FeesSwept", *outcome.events[0].values.values())]
        self.book, self.world = outcome.book, world
        self.kept[asset] -= outcome.transfers[0].amount
        self.note("sweep while paused" if self.is_paused() else "sweep")

    # --- what happens around it ---

    @rule(who=WHO, to=st.sampled_from(TRADERS), by=BY, seat=st.sampled_from([*SEATS, 7]), own=st.booleans())
    def rule_move_a_ticket(self, who, to, by, seat, own):
        names = {address: name for name, address in self.at.items()}
        source = self.tickets.owners.get(seat, self.at[who]) if by != "stranger" else self.at[who]
        by = names[source] if own and source != self.at["bystander"] else by
        arguments = (source, self.at[to], seat)
        caller = self.at[by]
        self.attempt(
            "move a ticket",
            self.ticket,
            "transferFrom",
            arguments,
            by,
            lambda: market.move_ticket(self.tickets, self.now, caller, *arguments),
        )

    @rule(by=BY, who=st.sampled_from([*TRADERS, "stranger", "nobody"]), seat=st.sampled_from(SEATS), own=st.booleans())
    def rule_approve_a_ticket(self, by, who, seat, own):
        names = {address: name for name, address in self.at.items()}
        by = names[self.tickets.owners[seat]] if own and seat != BYSTANDERS_SEAT else by
        account = NATIVE if who == "nobody" else self.at[who]
        arguments = (account, seat)
        caller = self.at[by]
        predict = lambda: market.approve_ticket(self.tickets, caller, *arguments)  # noqa: E731
        self.attempt("approve a ticket", self.ticket, "approve", arguments, by, predict)

    @rule(
        by=WHO,
        to=st.sampled_from(["settlement", "settlement", "stranger", "merchant"]),
        yes=st.sampled_from([True, True, False]),
    )
    def rule_name_an_operator(self, by, to, yes):
        to = self.settlement.address if to == "settlement" else self.at[to]
        for name, contract in (("tickets", self.ticket), ("vouchers", self.voucher)):
            self.transact(contract, "setApprovalForAll", (to, yes), by)
            pair, held = {(self.at[by], to)}, getattr(self, name)
            setattr(self, name, replace(held, operators=held.operators | pair if yes else held.operators - pair))
        self.note("name an operator")

    @rule(seat=st.sampled_from(SEATS), own=st.booleans())
    @precondition(lambda self: self.steps % 5 == 0)
    def rule_redeem_a_ticket(self, seat, own):
        merchant = self.at["merchant"]
        seats = [each for each, owner in self.tickets.owners.items() if owner == merchant] if own else []
        seat = seats[0] if seats else seat
        predict = lambda: market.redeem_ticket(self.tickets, merchant, seat)  # noqa: E731
        self.attempt("redeem a ticket", self.ticket, "redeem", (seat,), "merchant", predict)

    @rule(seat=st.integers(1, 12), to=WHO)
    def rule_issue_a_ticket(self, seat, to):
        to = self.at[to]
        predict = lambda: market.issue_ticket(self.tickets, self.now, to, seat)  # noqa: E731
        self.attempt("issue a ticket", self.ticket, "issue", (to, seat, ""), "merchant", predict)

    @rule(
        source=WHO,
        to=st.sampled_from([*TRADERS, "shop", "stranger"]),
        by=BY,
        parts=st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from([0, 1, 5, 100, 900])), max_size=4),
        single=st.booleans(),
    )
    def rule_move_vouchers(self, source, to, by, parts, single):
        by = source if by != "stranger" else by
        parts = (parts or [(KINDS[0], 1)])[:1] if single else parts
        pair = (self.at[source], self.at[to])
        function, caller = "safeTransferFrom" if single else "safeBatchTransferFrom", self.at[by]
        arguments = (*pair, *(parts[0] if single else ([k for k, _ in parts], [a for _, a in parts])), b"")
        predict = lambda: market.move_vouchers(self.vouchers, self.now, caller, *pair, parts)  # noqa: E731
        act = "move vouchers" if single else "move a batch"
        if self.attempt(act, self.voucher, function, arguments, by, predict) and to == "shop":
            seen = tuple(self.people["shop"].heldInHook())
            self.hooks.append((seen, tuple(self.vouched[self.at["shop"], kind] for kind, _ in parts)))

    @rule(by=WHO, kind=st.sampled_from(KINDS), amount=st.sampled_from([0, 1, 100, 10**4]))
    def rule_redeem_vouchers(self, by, kind, amount):
        caller = self.at[by]
        predict = lambda: market.redeem_vouchers(self.vouchers, caller, kind, amount)  # noqa: E731
        act = "redeem vouchers while paused" if self.now < self.vouchers.paused_until else "redeem vouchers"
        self.attempt(act, self.voucher, "redeem", (kind, amount), by, predict)

    @rule(by=WHO, yes=YES)
    def rule_approve_money(self, by, yes):
        """The world knows one approval of all tokens an account, or none."""
        for token in self.tokens.values():
            self.transact(token, "approve", (self.settlement.address, UNLIMITED if yes else 0), by)
        account = {self.at[by]}
        approved = self.world.approved | account if yes else self.world.approved - account
        self.world = replace(self.world, approved=approved)
        self.note("approve money")

    @rule(who=WHO, blocked=st.sampled_from([True, False, False, False]))
    def rule_block(self, who, blocked):
        token, account = self.tokens["blocking"], {self.at[who]}
        (token.block if blocked else token.unblock)(self.at[who], {"from": self.stage.operator})
        blocked = self.world.blocked | account if blocked else self.world.blocked - account
        self.world = replace(self.world, blocked=blocked)
        self.note("block")

    @rule(taken_bps=st.sampled_from([0, 0, 0, 100]))
    def rule_switch_the_tokens_own_fee(self, taken_bps):
        self.tokens["taking"].setFeeBps(taken_bps, {"from": self.stage.operator})
        self.world = replace(self.world, taken_bps=taken_bps)
        self.note("switch the token's own fee")

    @rule(fee_bps=st.sampled_from([0, 100, 100, 500]))
    def rule_set_fee(self, fee_bps):
        self.settlement.setFee(fee_bps, {"from": self.people["governor"]})
        self.book = replace(self.book, fee_bps=fee_bps)
        self.note("set fee")

    @rule(
        where=st.sampled_from(["settlement", "settlement", "tickets", "vouchers"]),
        seconds=st.sampled_from([1, 60, 3600]),
        by=WHO,
    )
    def rule_pause(self, where, seconds, by):
        contract = {"settlement": self.settlement, "tickets": self.ticket, "vouchers": self.voucher}[where]
        contract.pause(seconds, {"from": self.people["governor"]})
        name = "book" if where == "settlement" else where
        setattr(self, name, replace(getattr(self, name), paused_until=self.now + seconds))
        self.note("pause")
        if where == "settlement":  # which must not keep a maker from leaving
            self.cancel_all(by)

    def is_paused(self):
        return self.now < self.book.paused_until

    @rule(pick=PICK, beside=st.sampled_from([-1, 0, 1]), step=st.sampled_from([1, 60, None, None]))
    def rule_wait(self, pick, beside, step):
        """A little, or to just before, at, or just after one of the next moments that matter."""
        edges = {order.expiry for order in self.orders} | {self.book.paused_until, self.tickets.paused_until}
        edges |= {self.vouchers.paused_until, self.now + REFILL_SECONDS}
        ahead = sorted(edge + beside for edge in edges if edge + beside > self.now)
        self.wait(ahead[pick % min(3, len(ahead))] if ahead and step is None else self.now + (step or 1))

    def wait(self, until):
        self.now = until
        wait_until(until)
        self.note("wait")

    def teardown(self):
        """Hypothesis cuts its first runs short: those are not the ones asked for, unless they failed."""
        if sys.exc_info()[0] is None:
            hypothesis.assume(self.steps >= STEPS // 2)

    # --- what never breaks: that the two below are one statement needs both, so they stand together ---

    def invariant_i11_assets_and_money_move_exactly_or_not_at_all(self):
        assert self.held == dict(self.world.holdings)
        assert self.tokens["taking"].address in self.assets
        assert [what for what in self.broken if what[0] == "not whole"] == []


@pytest.fixture(scope="module")
def market_stage(deployer, governor, guardian, fee_recipient, payer, merchant, stranger):
    """Everybody holds some of everything; all but the stranger have approved Settlement."""
    contracts = project.get_loaded_projects()[0]
    delay = 2 * DAY
    contract = deployer.deploy(contracts.Settlement, delay, governor, guardian, FEE_BPS, fee_recipient)
    ticket = deployer.deploy(contracts.TicketToken, "Tickets", "TICKET", delay, governor, guardian)
    voucher = deployer.deploy(contracts.VoucherToken, "", delay, governor, guardian)
    kinds = {"plain": "TestToken", "mute": "NoReturnToken", "blocking": "BlocklistToken", "taking": "FeeToken"}
    tokens = {name: deployer.deploy(getattr(contracts, kind)) for name, kind in kinds.items()}
    send(deployer, tokens["taking"].setFeeBps, 0)
    tokens["keyed"] = deployer.deploy(contracts.Stablecoin, "Quittance Dollar", "QUSD", delay, governor, guardian)
    send(governor, tokens["keyed"].grantRole, tokens["keyed"].MASTER_MINTER_ROLE(), governor)
    send(governor, tokens["keyed"].configureMinter, deployer, 10**30)
    shop = deployer.deploy(contracts.Collector)
    people = {"merchant": merchant, "payer": payer, "stranger": stranger, "bystander": accounts[7], "shop": shop}
    people |= {"governor": governor, "treasury": fee_recipient}
    for token in (ticket, voucher):
        send(governor, token.grantRole, token.MERCHANT_ROLE(), merchant)
    trusting = ["merchant", "payer", "bystander", "shop"]

    def do(who, token, function, *arguments):
        method = getattr(token, function)
        if who == "shop":
            send(deployer, shop.execute, token, 0, method.encode_input(*arguments))
        else:
            send(people[who], method, *arguments)

    owners = dict(zip(SEATS, ["merchant", "merchant", "payer", "payer", "shop", "bystander"], strict=True))
    for seat, who in owners.items():
        send(merchant, ticket.issue, people[who], seat, "")
    for who in trusting:
        for kind in KINDS:
            send(merchant, voucher.issue, people[who], kind, 1000)
        for token in (ticket, voucher):
            do(who, token, "setApprovalForAll", contract, True)
        for token in tokens.values():
            send(deployer, token.mint, people[who], 10**24)
            do(who, token, "approve", contract, UNLIMITED)
    assets = [NATIVE, *(token.address for token in tokens.values())]
    accounts[8].transfer(shop, 10**21)
    for asset in assets:
        send(governor, contract.configureLimit, asset, SWEPT_AT_ONCE, REFILL_SECONDS)
    buckets = {asset: configure(Bucket(), SWEPT_AT_ONCE, REFILL_SECONDS, now()) for asset in assets}
    operators = frozenset((people[who].address, contract.address) for who in trusting)
    world = World(
        **{name: token.address for name, token in tokens.items()},
        holdings={},
        approved=frozenset(people[who].address for who in trusting),
        closed=frozenset({contract.address}),
    )
    return SimpleNamespace(
        settlement=contract,
        ticket=ticket,
        voucher=voucher,
        tokens=tokens,
        people=people,
        operator=deployer,
        chain_id=chain.id,
        buckets=buckets,
        world=world,
        tickets=market.Tickets({seat: people[who].address for seat, who in owners.items()}, {}, operators),
        vouchers=market.Vouchers({(people[who].address, kind): 1000 for who in trusting for kind in KINDS}, operators),
    )


WEIGHTS = {
    "rule_offer": 5,
    "rule_settle_what_can_be": 9,
    "rule_settle_anything": 8,
    "rule_cancel": 3,
    "rule_cancel_all": 2,
    "rule_sweep": 3,
    "rule_move_vouchers": 2,
    "rule_wait": 4,
}
DONE = {"settle", "cancel", "cancel all", "sweep", "move a ticket", "move vouchers", "move a batch"}
REFUSED = {"InvalidOrder", "InvalidSignature", "NotTaker", "OrderExpired", "WrongCounter", "OrderClosed"}
REFUSED |= {"AmountExceeded", "WrongValue", "ContractPaused"}


def test_settlement_does_what_its_reference_does(state_machine, market_stage):
    machine = {}

    class Rules(SettlementRules):
        weights = WEIGHTS

        def __init__(self, *arguments):
            SettlementRules.__init__(self, *arguments)
            machine["reached"] = self.reached

        def setup(self):
            self._rules_strategy = AnyRule(self)
            SettlementRules.setup(self)

    settings = {
        "max_examples": RUNS,
        "stateful_step_count": STEPS,
        "suppress_health_check": HealthCheck.all(),
        "phases": (hypothesis.Phase.generate,),  # to shrink a run of that many steps takes minutes, and is given up
    }
    state_machine(Rules, market_stage, settings=settings)
    reached = machine["reached"]
    print(sorted(reached.items()))
    assert {act for act in DONE if not reached[act, "done"]} == set()
    assert len({error for error in REFUSED if reached["settle anything", error]}) > 5  # of nine, in one run of many
    assert {act for act, result in reached if result == "done" and "while paused" in act}
