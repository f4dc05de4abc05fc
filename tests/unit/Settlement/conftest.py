"""A market: a merchant with tickets, vouchers and goods, a payer with money, and the orders that they sign."""

from contextlib import contextmanager

import pytest
from brownie import chain, web3

from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.model.settlement import Order, Standard, order_hash, typed_data
from tests.support import NATIVE, holdings, now, reverts, send
from tests.unit.keys import DAY

INFINITE = 2**256 - 1
SEAT, OTHER_SEAT, COFFEE = 7, 8, 5
PRICE = 10**18
STOCK = 10**6
WHOLE = {"ticket": 1, "voucher": 100, "goods": 3000}
STANDARDS = {"ticket": Standard.ERC721, "voucher": Standard.ERC1155, "goods": Standard.ERC20}
IDS = {"ticket": SEAT, "voucher": COFFEE, "goods": 0}


@pytest.fixture(scope="module")
def settlement(deploy, governor, guardian, fee_recipient):
    return deploy("Settlement", GOVERNOR_DELAY_SECONDS, governor, guardian, 0, fee_recipient)


@pytest.fixture(scope="module")
def ticket(deploy, governor, guardian, merchant, payer, settlement):
    """Tickets, two of them the merchant's."""
    ticket = deploy("TicketToken", "Tickets", "TICKET", GOVERNOR_DELAY_SECONDS, governor, guardian)
    send(governor, ticket.grantRole, ticket.MERCHANT_ROLE(), merchant)
    for seat in (SEAT, OTHER_SEAT):
        send(merchant, ticket.issue, merchant, seat, "")
    for holder in (merchant, payer):
        send(holder, ticket.setApprovalForAll, settlement, True)
    return ticket


@pytest.fixture(scope="module")
def voucher(deploy, governor, guardian, merchant, payer, settlement):
    """Vouchers, all of them the merchant's."""
    voucher = deploy("VoucherToken", "", GOVERNOR_DELAY_SECONDS, governor, guardian)
    send(governor, voucher.grantRole, voucher.MERCHANT_ROLE(), merchant)
    send(merchant, voucher.issue, merchant, COFFEE, STOCK)
    for holder in (merchant, payer):
        send(holder, voucher.setApprovalForAll, settlement, True)
    return voucher


@pytest.fixture(scope="module")
def goods(deploy, merchant, payer, settlement):
    """An ERC-20 token that is sold."""
    goods = deploy("TestToken")
    send(merchant, goods.mint, merchant, STOCK)
    for holder in (merchant, payer):
        send(holder, goods.approve, settlement, INFINITE)
    return goods


@pytest.fixture(scope="module")
def money(token, merchant, payer, settlement):
    """An ERC-20 token that is paid with; both hold 10^24 of it."""
    for holder in (merchant, payer):
        send(holder, token.approve, settlement, INFINITE)
    return token


@pytest.fixture(scope="module")
def trusted(token_named, merchant, payer, settlement):
    """A mock token by name, of which merchant and payer hold 10^24 and have approved the settlement."""

    def build(name):
        token = token_named(name)
        for holder in (merchant, payer):
            send(holder, token.approve, settlement, INFINITE)
        return token

    return build


@pytest.fixture
def offer(merchant, ticket, voucher, goods):
    """An order: the merchant sells all of a kind for native coin, to anyone, if nothing else is named."""
    things = {"ticket": ticket, "voucher": voucher, "goods": goods}

    def offer(kind="ticket", **changes):
        named = {name: getattr(value, "address", value) for name, value in changes.items()}
        terms = {
            "maker": merchant.address,
            "taker": NATIVE,
            "maker_sells": True,
            "standard": STANDARDS[kind],
            "asset": things[kind].address,
            "id": IDS[kind],
            "amount": WHOLE[kind],
            "currency": NATIVE,
            "price": PRICE,
            "max_fee_bps": 500,
            "expiry": now() + DAY,
            "counter": 0,
            "salt": 1,
        }
        return Order(**{**terms, **named})

    return offer


@pytest.fixture
def bid(offer, payer, money):
    """An order: the payer buys all of a kind for a token, from anyone."""
    return lambda kind="ticket", **changes: offer(
        kind, **{"maker": payer, "maker_sells": False} | {"currency": money} | changes
    )


@pytest.fixture
def hashed(settlement):
    """What an order is known by, worked out off chain."""
    return lambda order: order_hash(chain.id, settlement.address, order)


@pytest.fixture
def sign(settlement):
    """The node's own signature over the typed data, by the maker if nobody else is named."""

    def sign(order, by=None, chain_id=None, contract=None):
        data = typed_data(chain_id or chain.id, str(contract or settlement), order)
        data["message"] = {n: v if isinstance(v, bool | str) else str(int(v)) for n, v in data["message"].items()}
        answer = web3.provider.make_request("eth_signTypedData_v4", [str(by or order.maker), data])
        return bytes.fromhex(answer["result"][2:])

    return sign


@pytest.fixture
def settle(settlement, payer, merchant, sign):
    """Settle an order, all of it, with the exact coin, by whoever is on the other side, if nothing else is named."""

    def settle(order, amount=None, by=None, value=None, signature=None):
        amount = order.amount if amount is None else amount
        if value is None:
            already = settlement.filled(settlement.hashOrder(order.values()))
            value = settlement.priceOf(order.values(), already, amount) if order.currency == NATIVE else 0
        by = by or (payer if order.maker == merchant.address else merchant)
        signature = sign(order) if signature is None else signature
        return settlement.settle(order.values(), amount, signature, {"from": by, "value": value})

    return settle


@pytest.fixture
def standing(settlement, merchant, payer, stranger, fee_recipient, ticket, voucher, goods, money):
    """Who holds what: coin and tokens, vouchers, and the owners of the tickets."""
    everyone = (settlement, merchant, payer, stranger, fee_recipient)

    def standing(*assets):
        held = holdings((NATIVE, goods, money, *assets), everyone)
        held |= {("voucher", str(each)): voucher.balanceOf(each, COFFEE) for each in everyone}
        return held | {("ticket", str(seat)): str(ticket.ownerOf(seat)) for seat in (SEAT, OTHER_SEAT)}

    return standing


@pytest.fixture
def refused(settlement, standing):
    """Expect exactly this typed error, that nothing of anybody's has moved, and that `order` stands as it stood."""

    @contextmanager
    def refused(error, *values, assets=(), order=None):
        key = order and settlement.hashOrder(order.values())
        before = standing(*assets), order and settlement.filled(key)
        with reverts(error, *values):
            yield
        assert (standing(*assets), order and settlement.filled(key)) == before

    return refused


@pytest.fixture
def charge(settlement, governor):
    """Set the fee."""
    return lambda fee_bps: send(governor, settlement.setFee, fee_bps)
