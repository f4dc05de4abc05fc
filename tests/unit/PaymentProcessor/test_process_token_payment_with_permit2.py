"""processTokenPaymentWithPermit2: signed by the payer for Permit2, the real one, with the payment's key as witness."""

import pytest
from brownie import ZERO_ADDRESS, web3
from brownie.exceptions import VirtualMachineError

from scripts.papers.signed import PERMIT2
from scripts.permit2 import permit2_deployment
from tests.support import NATIVE, at, emitted, event, payment_id, send
from tests.unit.keys import DAY, payment_key
from tests.unit.PaymentProcessor.consent import INVOICE, PRICE

pytestmark = pytest.mark.usefixtures("permit2")
INFINITE = 2**256 - 1


@pytest.fixture(scope="module")
def mute(deploy, payer, merchant):
    """A token with neither permit nor authorizations, nor answers, that the payer has approved Permit2 for."""
    token = deploy("NoReturnToken")
    for holder in (payer, merchant):
        send(holder, token.mint, holder, 10**24)
    send(payer, token.approve, PERMIT2, INFINITE)
    return token


@pytest.fixture
def pay(processor, payer, merchant, stranger):
    """Carried by a stranger, unless another sender is named."""

    def pay(token, signed, amount=PRICE, to=merchant, payer=payer, invoice=INVOICE, sender=stranger):
        terms = (token, payer, to, amount, invoice)
        return processor.processTokenPaymentWithPermit2(*terms, *signed, {"from": sender})

    return pay


def test_permit2s_code_leads_to_its_address_and_no_other_does(monkeypatch):
    assert len(web3.eth.get_code(PERMIT2)) == 9152
    monkeypatch.setattr("scripts.permit2.CONSTRUCTOR", b"\0")
    with pytest.raises(ValueError, match="does not lead to"):
        permit2_deployment()


def test_the_payer_signs_and_a_stranger_carries_it_straight_to_the_payee(
    processor, payer, merchant, mute, consent, pay, moved
):
    gains, coins = moved(mute), payer.balance()
    tx = pay(mute, consent.permit2(mute, payer, merchant))
    assert gains == (-PRICE, PRICE, 0)
    assert payer.balance() == coins
    key = payment_key(processor, mute, merchant, PRICE, INVOICE)
    assert emitted(tx, processor) == [
        event("TokenPaymentProcessed", key, INVOICE, mute, payer, merchant, PRICE, 0),
    ]
    assert emitted(tx, mute) == [event("Transfer", payer, merchant, PRICE)]
    assert processor.getPayment(mute, merchant, PRICE, INVOICE) == (payer, merchant, PRICE, tx.timestamp, True)


def test_with_a_fee_it_goes_by_the_processor_and_the_fee_alone_stays(
    processor, payer, merchant, governor, mute, consent, pay, moved
):
    processor.setFee(100, {"from": governor})
    for turn in (1, 2):  # into an empty processor, and beside fees that are there
        invoice, gains = payment_id(f"turn {turn}"), moved(mute)
        key = payment_key(processor, mute, merchant, PRICE, invoice)
        tx = pay(mute, consent.permit2(mute, payer, merchant, key=key, nonce=turn), invoice=invoice)
        assert gains == (-PRICE, PRICE - PRICE // 100, PRICE // 100)
        assert emitted(tx, processor)[0][-1] == PRICE // 100


def test_a_token_moves_by_permit2_even_if_the_processor_has_no_approval(
    processor, payer, merchant, signed, consent, pay, moved
):
    signed.approve(PERMIT2, PRICE, {"from": payer})
    gains = moved(signed)
    pay(signed, consent.permit2(signed, payer, merchant))
    assert gains == (-PRICE, PRICE, 0)


@pytest.mark.parametrize(
    "fault",
    [{"permitted": PRICE + 1}, {"chain_id": 5}, {"spender": ZERO_ADDRESS}, {"key": bytes(32)}],
    ids=lambda fault: next(iter(fault)),
)
def test_what_was_signed_for_something_else_is_refused(payer, merchant, mute, consent, pay, refused, fault):
    with refused("InvalidSigner", assets=[mute]):
        pay(mute, consent.permit2(mute, payer, merchant, **fault))


def test_a_signature_is_good_for_its_terms_alone(payer, merchant, stranger, mute, signed, consent, pay, refused):
    signature = consent.permit2(mute, payer, merchant)
    for token, terms in (
        (mute, {"to": stranger}),
        (mute, {"amount": PRICE - 1}),
        (mute, {"invoice": payment_id("invoice 2")}),
        (signed, {}),
    ):
        with refused("InvalidSigner", assets=[mute, signed]):
            pay(token, signature, **terms)


def test_a_signature_of_another_is_refused(payer, merchant, stranger, mute, consent, pay, refused):
    with refused("InvalidSigner", assets=[mute]):
        pay(mute, consent.permit2(mute, stranger, merchant))
    with refused("InvalidSigner", assets=[mute]):
        pay(mute, consent.permit2(mute, payer, merchant), payer=stranger)


def test_a_contract_pays_by_its_own_word(deploy, processor, payer, merchant, mute, deployer, consent, pay, refused):
    wallet = deploy("ContractOwner")
    send(payer, mute.mint, wallet, PRICE)
    send(deployer, wallet.execute, mute, 0, mute.approve.encode_input(PERMIT2, PRICE))
    signature = consent.permit2(mute, payer, merchant)
    wallet.setAnswer(1, {"from": deployer})
    with refused("InvalidContractSignature", assets=[mute]):
        pay(mute, signature, payer=wallet)
    wallet.setAnswer(0, {"from": deployer})
    pay(mute, signature, payer=wallet)
    assert processor.getPayment(mute, merchant, PRICE, INVOICE)[0] == wallet


def test_the_deadline_holds_to_the_second(payer, merchant, mute, consent, pay, moved, refused):
    signature = consent.permit2(mute, payer, merchant)
    gains = moved(mute)
    at(signature[1])
    pay(mute, signature)
    assert gains == (-PRICE, PRICE, 0)


def test_a_second_after_the_deadline_it_is_late(payer, merchant, mute, consent, pay, refused):
    signature = consent.permit2(mute, payer, merchant)
    at(signature[1] + 1)
    with refused("SignatureExpired", signature[1], assets=[mute]):
        pay(mute, signature)


def test_a_nonce_is_used_once_over_all_payments(processor, payer, merchant, mute, consent, pay, refused):
    pay(mute, consent.permit2(mute, payer, merchant))
    other = payment_id("invoice 2")
    key = payment_key(processor, mute, merchant, PRICE, other)
    with refused("InvalidNonce", assets=[mute]):
        pay(mute, consent.permit2(mute, payer, merchant, key=key), invoice=other)


def test_the_same_terms_settle_once(processor, payer, merchant, mute, consent, pay, refused):
    paid_at = pay(mute, consent.permit2(mute, payer, merchant)).timestamp
    key = payment_key(processor, mute, merchant, PRICE, INVOICE)
    with refused("AlreadyPaid", key, payer, paid_at, assets=[mute]):
        pay(mute, consent.permit2(mute, payer, merchant, nonce=8))


def test_a_nonce_that_the_payer_cancelled_pays_nothing(payer, merchant, mute, consent, pay, refused):
    # invalidateUnorderedNonces(0, 2 ** 7), Permit2's way to cancel
    payer.transfer(PERMIT2, data="0x3ff9dcb1" + f"{0:064x}" + f"{2**7:064x}")
    with refused("InvalidNonce", assets=[mute]):
        pay(mute, consent.permit2(mute, payer, merchant))


def test_a_payer_who_has_not_approved_permit2_is_refused_in_permit2s_words(merchant, payer, token, consent, pay):
    with pytest.raises(VirtualMachineError, match="TRANSFER_FROM_FAILED"):
        pay(token, consent.permit2(token, payer, merchant))


def test_what_is_no_token_is_refused(processor, secure, payer, merchant, stranger, consent, pay, refused):
    for address in (NATIVE, stranger, secure, processor):
        with refused("NotAToken", address):
            pay(address, consent.permit2(address, payer, merchant))


def test_the_terms_are_checked_as_for_any_payment(processor, payer, merchant, mute, consent, pay, refused):
    for amount, to, error, values in (
        (0, merchant, "ZeroAmount", ()),
        (PRICE, NATIVE, "InvalidPayee", (NATIVE,)),
        (PRICE, processor, "InvalidPayee", (processor,)),
        (PRICE, payer, "SelfPayment", (payer,)),
    ):
        with refused(error, *values, assets=[mute]):
            pay(mute, consent.permit2(mute, payer, to, amount=amount), amount, to)


def test_paying_while_paused_reverts(processor, payer, merchant, mute, consent, pay, refused, paused_until):
    signature = consent.permit2(mute, payer, merchant, late=3 * DAY)
    with refused("ContractPaused", paused_until(processor), assets=[mute]):
        pay(mute, signature)


def test_on_a_chain_without_permit2_there_is_an_error_for_it(payer, merchant, mute, consent, pay, refused):
    web3.provider.make_request("anvil_setCode", [PERMIT2, "0x"])
    with refused("NoPermit2", assets=[mute]):
        pay(mute, consent.permit2(mute, payer, merchant))


@pytest.mark.parametrize("bent", [(9_900, 0, 0), (0, 0, 0), (10_100, 0, 0), (10_000, 100, 0)])
@pytest.mark.parametrize("fee_bps", [0, 100])
def test_a_token_that_moves_another_amount_is_refused(
    processor, payer, merchant, governor, signed_named, consent, pay, refused, bent, fee_bps
):
    token = signed_named("CrookedSignedToken")
    token.approve(PERMIT2, INFINITE, {"from": payer})
    processor.setFee(fee_bps, {"from": governor})
    send(payer, token.bend, *bent)
    receiver = processor if fee_bps else merchant
    held = token.balanceOf(receiver)
    came = PRICE * bent[0] // 10_000 - PRICE * bent[1] // 10_000
    with refused("InexactTransfer", token, receiver, held + came, held + PRICE, assets=[token]):
        pay(token, consent.permit2(token, payer, merchant))


def test_a_token_that_takes_the_fees_of_others_on_the_way_out_is_refused(
    processor, payer, merchant, governor, signed_named, consent, pay, refused
):
    token = signed_named("CrookedSignedToken")
    token.approve(PERMIT2, INFINITE, {"from": payer})
    processor.setFee(100, {"from": governor})
    send(payer, token.mint, processor, PRICE)
    send(payer, token.bend, 10_000, 0, 100)
    burden, fee = (PRICE - PRICE // 100) // 100, PRICE // 100
    with refused("InexactTransfer", token, processor, PRICE + fee - burden, PRICE + fee, assets=[token]):
        pay(token, consent.permit2(token, payer, merchant))
