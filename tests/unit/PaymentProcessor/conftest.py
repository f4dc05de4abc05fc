"""What modules share: the call of a batch, what was gained, and what payers sign."""

import pytest

from tests.support import NATIVE, deploy_permit2, holdings, send
from tests.unit.PaymentProcessor.consent import Consent
from tests.unit.PaymentProcessor.payees import BATCH, PAYOUTS, TOTAL


@pytest.fixture
def pay_batch(processor, payer):
    """Process a batch; native coin comes along unless another value is named."""

    def pay(asset=NATIVE, payouts=PAYOUTS, total=TOTAL, value=None, batch_id=BATCH, payer=payer):
        value = (total if asset == NATIVE else 0) if value is None else value
        return processor.processBatch(asset, payouts, total, batch_id, {"from": payer, "value": value})

    return pay


@pytest.fixture
def moved(processor, payer, merchant):
    """What payer, merchant and processor gained of a token since."""

    class Moved:
        def __init__(self, token):
            self.token, self.before = token, self._now(token)

        def _now(self, token):
            return list(holdings([token], [payer, merchant, processor]).values())

        def __eq__(self, expected):
            return tuple(b - a for a, b in zip(self.before, self._now(self.token), strict=True)) == expected

        __hash__ = None

    return Moved


@pytest.fixture
def consent(processor):
    """What payers sign for the processor."""
    return Consent(processor)


@pytest.fixture(scope="module")
def signed_named(deploy, payer, merchant):
    """A mock token by name, of which payer and merchant hold 10^24 and have approved nobody."""

    def build(name):
        token = deploy(name)
        for holder in (payer, merchant):
            send(holder, token.mint, holder, 10**24)
        return token

    return build


@pytest.fixture(scope="module")
def coin(deploy, deployer, governor, guardian, payer, merchant):
    """The stablecoin, whose nonces are keyed, of which payer and merchant hold 10^24 and have approved nobody."""
    coin = deploy("Stablecoin", "Quittance Dollar", "QUSD", 0, governor, guardian)
    send(governor, coin.grantRole, coin.MASTER_MINTER_ROLE(), governor)
    send(governor, coin.configureMinter, deployer, 10**30)
    for holder in (payer, merchant):
        send(deployer, coin.mint, holder, 10**24)
    return coin


@pytest.fixture(scope="module")
def signed(signed_named):
    """A token of EIP-2612, of EIP-3009 with random nonces, and of ERC-1363."""
    return signed_named("SignedToken")


@pytest.fixture(scope="module")
def permit2(deployer):
    deploy_permit2(deployer)


@pytest.fixture(scope="module")
def moving_by_signature(signed, coin):
    """Tokens that move by signatures, by name."""
    return {"signed": signed, "coin": coin}
