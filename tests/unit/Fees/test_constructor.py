"""The constructor: who governs, who guards, what it costs; both contracts take the same."""

import pytest
from brownie import project
from eth_utils import keccak
from rlp import encode

from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.support import NATIVE, emitted, event, reverts, reverts_silently

FEE_BPS = 30
LONGEST_PAUSE, GRACE = 14 * 24 * 3600, 7 * 24 * 3600


@pytest.fixture(params=["PaymentProcessor", "SecurePayment"])
def create(request, deployer, governor, guardian, fee_recipient):
    """Deploy with some arguments other than the usual."""

    def create(governor=governor, fee_bps=FEE_BPS, fee_recipient=fee_recipient):
        container = getattr(project.get_loaded_projects()[0], request.param)
        return deployer.deploy(container, GOVERNOR_DELAY_SECONDS, governor, guardian, fee_bps, fee_recipient)

    return create


def test_roles_and_fee_are_as_given(create, governor, guardian, fee_recipient, deployer):
    contract = create()
    assert contract.defaultAdmin() == governor
    assert contract.defaultAdminDelay() == GOVERNOR_DELAY_SECONDS
    assert contract.hasRole(contract.GUARDIAN_ROLE(), guardian)
    assert not contract.hasRole(contract.GUARDIAN_ROLE(), governor)
    assert not contract.hasRole(bytes(32), deployer)
    assert (contract.feeBps(), contract.feeRecipient()) == (FEE_BPS, fee_recipient)
    assert contract.pausedUntil() == 0


def test_fee_and_recipient_are_announced(create, fee_recipient):
    contract = create()
    announced = emitted(contract.tx, contract)
    assert event("FeeChanged", FEE_BPS) in announced
    assert event("FeeRecipientChanged", fee_recipient) in announced


def test_a_fee_above_the_cap_reverts(create):
    with reverts("FeeAboveCap", 501, 500):
        create(fee_bps=501)


def test_the_zero_address_as_fee_recipient_reverts(create):
    with reverts("InvalidFeeRecipient", NATIVE):
        create(fee_recipient=NATIVE)


def test_the_contract_itself_as_fee_recipient_reverts(create, deployer):
    itself = "0x" + keccak(encode([bytes.fromhex(deployer.address[2:]), deployer.nonce]))[12:].hex()
    with reverts("InvalidFeeRecipient", itself):
        create(fee_recipient=itself)


def test_the_zero_address_as_governor_reverts(create):
    with reverts("AccessControlInvalidDefaultAdmin", NATIVE):
        create(governor=NATIVE)


def test_a_governor_whose_delay_and_grace_reach_the_longest_pause_reverts(create, deploy):
    governor = deploy("WaitingGovernor", LONGEST_PAUSE - GRACE, GRACE)
    with reverts("GovernorTooSlow", governor, LONGEST_PAUSE, LONGEST_PAUSE):
        create(governor=governor)


def test_a_governor_that_can_answer_a_pause_in_its_last_second_governs(create, deploy):
    governor = deploy("WaitingGovernor", LONGEST_PAUSE - GRACE - 1, GRACE)
    assert create(governor=governor).defaultAdmin() == governor


def test_a_contract_that_names_no_delay_cannot_govern(create, deploy):
    with reverts_silently():
        create(governor=deploy("RevertingReceiver"))
