"""The flows of Settlement that move ERC-20 tokens: the odd one as the money, as what is sold, and as fees."""

from brownie import chain

from tests.model.settlement import Order, Standard, order_hash, typed_data
from tests.support import NATIVE, event, now, sign
from tests.unit.keys import DAY
from tests.unit.oddities.case import Step, view
from tests.unit.oddities.tokens import MAX96, Leg

GOODS, PRICE = 300, 10_000  # of the token beside


def money(case):
    """The merchant sells, the payer takes the offer."""
    return settled(case, offer(case, case.merchant, True), case.payer, case.merchant, case.payer)


def bid(case):
    """The payer offers to buy, the merchant takes the offer."""
    return settled(case, offer(case, case.payer, False), case.merchant, case.merchant, case.payer)


def asset(case):
    """The merchant sells the odd token for another, the payer takes the offer."""
    return settled(case, offer(case, case.merchant, True, odd="asset"), case.payer, case.merchant, case.payer)


def asset_bid(case):
    """The payer offers to buy the odd token for another, the merchant takes the offer."""
    return settled(case, offer(case, case.payer, False, odd="asset"), case.merchant, case.merchant, case.payer)


def offer(case, maker, maker_sells, odd="currency"):
    odd_first = odd == "asset"
    tokens = (case.token, case.world.other) if odd_first else (case.world.other, case.token)
    amounts = (case.asked, PRICE) if odd_first else (GOODS, case.asked)
    return Order(
        maker=str(maker),
        taker=NATIVE,
        maker_sells=maker_sells,
        standard=Standard.ERC20,
        asset=tokens[0].address,
        id=0,
        amount=amounts[0],
        currency=tokens[1].address,
        price=amounts[1],
        max_fee_bps=500,
        expiry=now() + DAY,
        counter=0,
        salt=1,
    )


def settled(case, order, caller, seller, buyer):
    settlement, seller, buyer = str(case.contract), str(seller), str(buyer)
    data = typed_data(chain.id, settlement, order)
    data["message"] = {n: v if isinstance(v, bool | str) else str(int(v)) for n, v in data["message"].items()}
    signature, key, fee = sign(order.maker, data), order_hash(chain.id, settlement, order), case.fee(order.price)
    paid = [Leg(buyer, seller, order.price - fee, checked=True)]
    paid += [Leg(buyer, settlement, fee, checked=True)] if fee else []
    delivered = [Leg(seller, buyer, order.amount, checked=True)]
    odd, beside = (paid, delivered) if order.currency == case.token.address else (delivered, paid)
    case.wake(odd[0].source, odd[0].to)
    return Step(
        caller,
        case.contract.settle,
        (order.values(), order.amount, signature),
        odd,
        [event("OrderSettled", key, seller, buyer, order.amount, order.price, fee)],
        lambda: view(case.contract.filled, key) == order.amount,
        beside=beside,
    )


def sweep(case):
    settlement, recipient = str(case.contract), str(case.world.fee_recipient)
    case.wake(settlement, recipient)
    fees = case.look()["token", settlement]
    return Step(
        case.relayer,
        case.contract.sweep,
        (case.token,),
        [Leg(settlement, recipient, fees)],
        [event("FeesSwept", case.token, recipient, fees)],
        lambda: view(case.contract.available, case.token) == MAX96 - fees,
    )


FLOWS = {  # and who calls
    "money": ("payer", money),
    "bid": ("merchant", bid),
    "asset": ("payer", asset),
    "assetBid": ("merchant", asset_bid),
    "sweep": ("relayer", sweep),
}
