"""An escrow of one ether for a day, refundable for two, and the calls on it."""

import pytest
from brownie import Wei

from tests.support import NATIVE, send
from tests.unit.keys import DAY, Terms

PRICE = Wei("1 ether")


@pytest.fixture(scope="module")
def terms(payer, merchant, chain):
    """The usual terms in native coin, or with some of them changed."""

    def terms(**changes):
        now = chain[-1].timestamp
        usual = Terms(payer.address, merchant.address, NATIVE, PRICE, now + DAY, now + 2 * DAY, 0, 500, 1)
        return usual._replace(**{name: getattr(value, "address", value) for name, value in changes.items()})

    return terms


@pytest.fixture
def authorize(secure, payer):
    """Authorize terms: native coin comes along unless another value is named."""

    def authorize(terms, value=None, sender=payer):
        value = (terms.amount if terms.token == NATIVE else 0) if value is None else value
        return secure.authorize(terms, {"from": sender, "value": value})

    return authorize


@pytest.fixture
def opened(secure, payer, terms):
    """Terms that are authorized: the usual ones, or with some of them changed."""

    def opened(**changes):
        agreed = terms(**changes)
        send(payer, secure.authorize, agreed, value=agreed.amount if agreed.token == NATIVE else 0)
        return agreed

    return opened


@pytest.fixture
def capture(secure, merchant):
    return lambda agreed, amount=PRICE, sender=merchant: secure.capture(agreed, amount, {"from": sender})


@pytest.fixture(params=["native", "token"])
def asset(request, token):
    return NATIVE if request.param == "native" else token


@pytest.fixture
def as_contract(secure, payer):
    """Let a mock contract call SecurePayment, with coin from the payer."""

    def call(actor, method, *arguments, value=0):
        return actor.execute(secure, value, method.encode_input(*arguments), {"from": payer, "value": value})

    return call
