"""What the machine over Settlement knows of the market: the models of all that is traded, and what the chain says.

An act is worked out first: the models accept it and say what moves, or refuse it with a typed error. Then it is made,
and everything that anybody holds is read from the chain. Time stands still but for the rule that moves it.
"""

from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from brownie import web3
from brownie.exceptions import VirtualMachineError

from offchain.core.units import NATIVE
from tests.model import market, settlement
from tests.model.act import Call, Rejected, Transfer, Way
from tests.model.settlement import Delivery, SettlementBook, Standard
from tests.stateful.ledger import view
from tests.support import emitted, event, holdings, now, reverts

SEATS, KINDS = (1, 2, 3, 4, 5, 6), (5, 6)
FEE_BPS = 100


class MarketMachine:
    def __init__(self, stage):
        """Brownie calls this once, with the class in place of an instance: each run starts from here."""
        self.stage, self.settlement = stage, stage.settlement
        self.ticket, self.voucher, self.tokens, self.people = stage.ticket, stage.voucher, stage.tokens, stage.people
        self.at = {name: account.address for name, account in self.people.items()}
        self.assets = [NATIVE, *(token.address for token in self.tokens.values())]
        self.accounts = [*self.at.values(), self.settlement.address]
        self.signatures, self.reached = {}, Counter()

    def setup(self):
        governed = {"governor": self.at["governor"], "governor_delay": 0, "members": frozenset()}
        governed |= {"fee_bps": FEE_BPS, "fee_recipient": self.at["treasury"], "buckets": self.stage.buckets}
        self.book = SettlementBook(chain_id=self.stage.chain_id, address=self.settlement.address, **governed)
        self.tickets, self.vouchers = self.stage.tickets, self.stage.vouchers
        self.now, self.steps, self.orders = now(), 0, []
        # from here on, what the chain itself said
        self.kept, self.filled, self.ended = Counter(), Counter(), {}
        self.paid = defaultdict(list)  # by order: (paid, fee, rate) of each part
        self.broken, self.hooks, self.blocked_exits = [], [], []
        self.start = self.held = self.world = None
        self.observe()
        self.start = self.held
        supplies = Counter()
        for (asset, _), amount in self.held.items():
            supplies[asset] += amount
        self.world = replace(self.stage.world, holdings=self.held, supplies=dict(supplies))

    def observe(self):
        """What everybody holds of everything, and whom holders let move it, as the chain has it now."""
        self.held = holdings(self.assets, self.accounts)
        self.owners = {seat: view(self.ticket, "ownerOf", seat) for seat in self.tickets.owners}
        self.let = {seat: view(self.ticket, "getApproved", seat) for seat in self.tickets.owners}
        self.counts = {account: view(self.ticket, "balanceOf", account) for account in self.accounts}
        accounts, kinds = zip(*((account, kind) for account in self.accounts for kind in KINDS), strict=True)
        balances = view(self.voucher, "balanceOfBatch", accounts, kinds)
        self.vouched = dict(zip(zip(accounts, kinds, strict=True), balances, strict=True))

    def note(self, act, result="done"):
        self.steps += 1
        self.reached[act, result] += 1
        self.observe()

    def transact(self, contract, function, arguments, by, value=0, error=None):
        """One transaction; a person without a key acts through its contract. None if it was refused, as foreseen."""
        method, options = getattr(contract, function), {"from": self.stage.operator}
        if by == "shop":
            data = method.encode_input(*arguments)
            method, arguments = self.people["shop"].execute, (contract, value, data)
        else:
            options = {"from": self.people[by], "value": value}
        if error is None:
            return method(*arguments, options)
        expected = reverts(error.error, *error.values)
        if error.error == "Panic":  # of a token without typed errors; Brownie puts it into words
            expected = pytest.raises(VirtualMachineError, match="Integer overflow")
        with expected:
            method(*arguments, options)
        return None

    def attempt(self, act, contract, function, arguments, by, predict):
        """An act of a token that its model foresees: whether it was done."""
        try:
            changed = predict()
        except Rejected as refusal:
            self.transact(contract, function, arguments, by, error=refusal)
            self.note(act, refusal.error)
            return False
        tx = self.transact(contract, function, arguments, by)
        assert tx.timestamp == self.now
        if contract is self.ticket:
            self.tickets = changed
        else:
            self.vouchers = changed
        self.note(act)
        return True

    # --- what a settlement does to the market ---

    def foresee(self, order, amount, by, value, signed):
        """The book, the world, the tickets and the vouchers after a settlement, and its event. Raises Rejected."""
        call = Call(self.at[by], value, self.now)
        outcome = settlement.settle(self.book, call, order, amount, signed)
        world, tickets, vouchers = self.world, self.tickets, self.vouchers
        for transfer in outcome.transfers:
            if isinstance(transfer, Delivery) and transfer.standard is Standard.ERC721:
                tickets = self.ticket_delivered(tickets, transfer)
            elif isinstance(transfer, Delivery) and transfer.standard is Standard.ERC1155:
                vouchers = self.vouchers_delivered(vouchers, transfer)
            else:
                world = world.moved(transfer, self.settlement.address)
        return outcome.book, world, tickets, vouchers, outcome.events[0]

    def ticket_delivered(self, tickets, transfer):
        if transfer.asset != self.ticket.address:
            raise Rejected("NotAToken", transfer.asset)
        if transfer.id not in tickets.owners:
            raise Rejected("ERC721NonexistentToken", transfer.id)
        if tickets.owners[transfer.id] != transfer.source:
            raise Rejected("NotHolder", transfer.asset, transfer.id, transfer.source)
        by = self.settlement.address
        return market.move_ticket(tickets, self.now, by, transfer.source, transfer.to, transfer.id)

    def vouchers_delivered(self, vouchers, transfer):
        if transfer.asset != self.voucher.address:
            raise Rejected("NotAToken", transfer.asset)
        parts = [(transfer.id, transfer.amount)]
        by = self.settlement.address
        return market.move_vouchers(vouchers, self.now, by, transfer.source, transfer.to, parts)

    def price_now(self, order, amount):
        """The coin that goes with a settlement; 0 where it makes no sense."""
        already = settlement.filled_of(self.book, order)
        if order.currency != NATIVE or not order.amount or already + amount > order.amount:
            return 0
        return settlement.cost_of(order, already, amount, 0)[0]

    def signature_of(self, order):
        """The maker's own; a contract that is a maker says yes to anything."""
        if order.maker == self.at["shop"]:
            return b""
        if order not in self.signatures:
            data = settlement.typed_data(self.book.chain_id, self.book.address, order)
            message = data["message"].items()
            data["message"] = {name: v if isinstance(v, bool | str) else str(int(v)) for name, v in message}
            answer = web3.provider.make_request("eth_signTypedData_v4", [order.maker, data])
            self.signatures[order] = bytes.fromhex(answer["result"][2:])
        return self.signatures[order]

    def settle(self, act, order, amount, by, value=None, forged=False):
        """Settle a part of an order, as the models foresee it."""
        value = self.price_now(order, amount) if value is None else value
        signed = not forged or order.maker == self.at["shop"]
        signature = self.signature_of(order) if not forged else bytes(65)
        arguments = (order.values(), amount, signature)
        try:
            book, world, tickets, vouchers, said = self.foresee(order, amount, by, value, signed)
        except Rejected as refusal:
            self.transact(self.settlement, "settle", arguments, by, value, refusal)
            self.note(act, refusal.error)
            return
        before = self.thing(order), self.held
        tx = self.transact(self.settlement, "settle", arguments, by, value)
        assert tx.timestamp == self.now
        assert emitted(tx, self.settlement) == [event(said.name, *said.values.values())]
        self.book, self.world, self.tickets, self.vouchers = book, world, tickets, vouchers
        self.note(act)
        self.settled(order, said.values, *before)

    def settled(self, order, said, things, money):
        """What the chain says of a settlement, against what its event says."""
        key, seller, buyer = said["orderHash"], said["seller"], said["buyer"]
        if key in self.ended or self.now >= order.expiry or self.ended.get(order.maker, order.counter) != order.counter:
            self.broken.append(("settled after its end", order))
        assert view(self.settlement, "filled", key) == self.filled[key] + said["amount"]
        self.filled[key] += said["amount"]
        self.kept[order.currency] += said["fee"]
        self.paid[order].append((said["paid"], said["fee"], self.book.fee_bps))
        after = self.thing(order)
        gained = [after[account] - things[account] for account in (seller, buyer)]
        places = [(order.currency, account) for account in (seller, buyer)]
        paid = [self.held.get(place, 0) - money.get(place, 0) for place in places]  # a part for 0 is paid in anything
        whole = [-said["amount"], said["amount"]], [said["paid"] - said["fee"], -said["paid"]]
        if (gained, paid) != whole:
            self.broken.append(("not whole", order, gained, paid))

    def thing(self, order):
        """How much of an order's asset each account holds."""
        if order.standard is Standard.ERC721:
            return {account: int(self.owners.get(order.id) == account) for account in self.accounts}
        if order.standard is Standard.ERC1155:
            return {account: self.vouched.get((account, order.id), 0) for account in self.accounts}
        return {account: self.held.get((order.asset, account), 0) for account in self.accounts}

    def spend(self, asset, source, to, amount):
        """Money moved without Settlement."""
        transfer = Transfer(Way.COLLECT, asset, source, to, amount)
        self.world = self.world.moved(transfer, source)

    # --- what never breaks ---

    def invariant_the_chain_holds_what_the_models_hold(self):
        assert self.held == dict(self.world.holdings)
        assert self.owners == self.tickets.owners
        assert self.vouched == {place: self.vouchers.held_by(*place) for place in self.vouched}

    def invariant_i04_a_settlement_conserves_money_and_keeps_fees_alone(self):
        for asset in self.assets:
            assert self.held[asset, self.settlement.address] == self.kept[asset]
            assert sum(self.held[asset, account] for account in self.accounts) == self.world.supplies[asset]
        assert self.counts[self.settlement.address] == 0
        assert [self.vouched[self.settlement.address, kind] for kind in KINDS] == [0, 0]

    def invariant_i10_no_split_of_an_order_avoids_or_raises_its_fee(self):
        for order, parts in self.paid.items():
            total, fees = sum(paid for paid, _, _ in parts), sum(fee for _, fee, _ in parts)
            rates = {rate for _, _, rate in parts}
            if len(rates) == 1:
                assert fees == total * rates.pop() // 10_000
            assert all(0 <= fee <= paid for paid, fee, _ in parts)
            assert all(abs(fee - paid * rate / 10_000) <= 1 for paid, fee, rate in parts)
            assert total == settlement.price_until(order, self.filled[settlement.hash_of(self.book, order)])

    def invariant_i12_no_order_is_settled_beyond_its_amount_or_after_its_end(self):
        for order in self.orders:
            assert self.filled[settlement.hash_of(self.book, order)] <= order.amount
        assert [what for what in self.broken if what[0] == "settled after its end"] == []

    def invariant_i13_who_signed_and_called_nothing_loses_nothing_to_a_settlement(self):
        bystander = self.at["bystander"]
        assert all(self.held[asset, bystander] == self.start[asset, bystander] for asset in self.assets)
        assert self.counts[bystander] == self.stage.tickets.held_by(bystander)
        for kind in KINDS:
            assert self.vouched[bystander, kind] == self.stage.vouchers.held_by(bystander, kind)

    def invariant_i14_a_settlement_is_whole(self):
        assert [what for what in self.broken if what[0] == "not whole"] == []

    def invariant_i38_cancelling_and_sweeping_know_no_pause(self):
        assert self.blocked_exits == []

    def invariant_i53_a_balance_is_the_number_of_tickets_owned_and_moving_ends_approval(self):
        for account in self.accounts:
            assert self.counts[account] == sum(owner == account for owner in self.owners.values())
        assert {seat: let for seat, let in self.let.items() if let != NATIVE} == {
            seat: account for seat, account in self.tickets.approved.items() if account != NATIVE
        }

    def invariant_i54_a_batch_is_the_sequence_of_its_singles_and_hooks_see_its_end(self):
        for place, amount in self.vouched.items():
            assert amount == self.vouchers.held_by(*place)
        for kind in KINDS:
            assert view_supply(self.voucher, kind) == sum(self.vouched[account, kind] for account in self.accounts)
        assert all(seen == held for seen, held in self.hooks)


def view_supply(voucher, kind):
    """totalSupply is overloaded, which `view` does not know."""
    return voucher.totalSupply["uint256"](kind)
