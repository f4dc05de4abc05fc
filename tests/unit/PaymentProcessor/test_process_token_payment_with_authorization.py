"""processTokenPaymentWithAuthorization: signed by the payer (EIP-3009), carried by anyone, good for its terms alone."""

import pytest
from brownie import ZERO_ADDRESS

from tests.support import NATIVE, at, emitted, event, holdings, now, payment_id, send
from tests.unit.keys import DAY, payment_key
from tests.unit.PaymentProcessor.consent import INVOICE, PRICE, split

BOTH = pytest.mark.parametrize("name", ["signed", "coin"])
FORGED = b"\1" * 64 + b"\x1b"


@pytest.fixture
def token_called(moving_by_signature):
    return lambda name: moving_by_signature[name]


@pytest.fixture
def pay(processor, payer, merchant, stranger):
    """Carried by a stranger, unless another sender is named."""

    def pay(token, authorization, amount=PRICE, to=merchant, payer=payer, invoice=INVOICE, sender=stranger):
        terms = (token, payer, to, amount, invoice)
        return processor.processTokenPaymentWithAuthorization(*terms, *authorization, {"from": sender})

    return pay


@BOTH
def test_the_payer_signs_and_a_stranger_carries_it(
    processor, payer, merchant, stranger, token_called, consent, pay, moved, name
):
    token = token_called(name)
    gains, coins = moved(token), payer.balance()
    tx = pay(token, consent.authorization(token, payer, merchant))
    assert gains == (-PRICE, PRICE, 0)
    assert payer.balance() == coins
    key = payment_key(processor, token, merchant, PRICE, INVOICE)
    assert emitted(tx, processor) == [
        event("TokenPaymentProcessed", key, INVOICE, token, payer, merchant, PRICE, 0),
    ]
    assert processor.getPayment(token, merchant, PRICE, INVOICE) == (payer, merchant, PRICE, tx.timestamp, True)
    nonce = consent.nonce(token, merchant)
    assert emitted(tx, token) == [
        event("AuthorizationUsed", payer, nonce),
        event("Transfer", payer, processor, PRICE),
        event("Transfer", processor, merchant, PRICE),
    ]


@BOTH
def test_the_fee_alone_stays(processor, payer, merchant, governor, token_called, consent, pay, moved, name):
    token = token_called(name)
    processor.setFee(100, {"from": governor})
    for turn in (1, 2):  # into an empty processor, and beside fees that are there
        invoice, gains = payment_id(f"turn {turn}"), moved(token)
        tx = pay(token, consent.authorization(token, payer, merchant, invoice=invoice), invoice=invoice)
        assert gains == (-PRICE, PRICE - PRICE // 100, PRICE // 100)
        assert emitted(tx, processor)[0][-1] == PRICE // 100


def test_the_nonce_is_the_key_but_for_its_low_64_bits(processor, merchant, signed, consent):
    key = payment_key(processor, signed, merchant, PRICE, INVOICE)
    assert consent.nonce(signed, merchant) == key[:24] + bytes(8)
    assert consent.nonce(signed, merchant, sequence=2**64 - 1) == key[:24] + b"\xff" * 8


@pytest.mark.parametrize("sequence", [0, 1, 2**63, 2**64 - 1])
def test_with_random_nonces_the_low_64_bits_are_the_payers(payer, merchant, signed, consent, pay, moved, sequence):
    gains = moved(signed)
    pay(signed, consent.authorization(signed, payer, merchant, sequence=sequence))
    assert gains == (-PRICE, PRICE, 0)


@pytest.mark.parametrize("bit", [64, 65, 128, 255])
def test_a_nonce_off_by_one_upper_bit_is_for_other_terms(
    processor, payer, merchant, signed, consent, pay, refused, bit
):
    key = payment_key(processor, signed, merchant, PRICE, INVOICE)
    nonce = (int.from_bytes(key, "big") ^ 1 << bit).to_bytes(32, "big")
    with refused("WrongNonce", nonce, key, assets=[signed]):
        pay(signed, consent.authorization(signed, payer, merchant, nonce=nonce))


def test_an_authorization_is_good_for_its_terms_alone(
    processor, payer, merchant, stranger, signed, consent, pay, refused
):
    authorization = consent.authorization(signed, payer, merchant)
    for terms in ({"to": stranger}, {"amount": PRICE - 1}, {"invoice": payment_id("invoice 2")}):
        to, amount = terms.get("to", merchant), terms.get("amount", PRICE)
        key = payment_key(processor, signed, to, amount, terms.get("invoice", INVOICE))
        with refused("WrongNonce", authorization[2], key, assets=[signed]):
            pay(signed, authorization, **terms)


@BOTH
@pytest.mark.parametrize(
    "fault",
    [
        {"amount": PRICE + 1},
        {"chain_id": 5},
        {"receiver": ZERO_ADDRESS},
        {"kind": "TransferWithAuthorization"},
    ],
    ids=lambda fault: next(iter(fault)),
)
def test_what_was_signed_for_something_else_is_refused_by_the_token(
    payer, merchant, token_called, consent, pay, refused, name, fault
):
    token = token_called(name)
    nonce = consent.nonce(token, merchant)
    with refused("ERC3009InvalidSignature", assets=[token]):
        pay(token, consent.authorization(token, payer, merchant, nonce=nonce, **fault))


@BOTH
def test_a_signature_of_another_is_refused_by_the_token(
    payer, merchant, stranger, token_called, consent, pay, refused, name
):
    token = token_called(name)
    with refused("ERC3009InvalidSignature", assets=[token]):
        pay(token, consent.authorization(token, stranger, merchant, payer=payer))
    with refused("ERC3009InvalidSignature", assets=[token]):
        pay(token, consent.authorization(token, payer, merchant), payer=stranger)


def test_times_hold_to_the_second(payer, merchant, signed, consent, pay, refused):
    start = now() + 10
    authorization = consent.authorization(signed, payer, merchant, after=start, before=start + 2)
    for second in (start, start + 2):
        at(second)
        with refused("ERC3009InvalidAuthorizationTime", start, start + 2, assets=[signed]):
            pay(signed, authorization)


def test_an_authorization_is_good_within_its_times(payer, merchant, signed, consent, pay, moved):
    start = now() + 10
    authorization = consent.authorization(signed, payer, merchant, after=start, before=start + 2)
    gains = moved(signed)
    at(start + 1)
    pay(signed, authorization)
    assert gains == (-PRICE, PRICE, 0)


def test_the_random_nonce_of_a_paid_authorization_is_not_used_again(
    processor, payer, merchant, signed, consent, pay, refused
):
    paid_at = pay(signed, consent.authorization(signed, payer, merchant)).timestamp
    key = payment_key(processor, signed, merchant, PRICE, INVOICE)
    for sequence in (0, 1):
        with refused("AlreadyPaid", key, payer, paid_at, assets=[signed]):
            pay(signed, consent.authorization(signed, payer, merchant, sequence=sequence))


def test_after_a_cancellation_a_random_nonce_may_be_any_other(payer, merchant, signed, consent, pay, moved, refused):
    nonce = consent.nonce(signed, merchant)
    signed.cancelAuthorization(*consent.cancellation(signed, payer, nonce), {"from": payer})
    with refused("ERC3009UsedAuthorization", payer, nonce, assets=[signed]):
        pay(signed, consent.authorization(signed, payer, merchant))
    gains = moved(signed)
    pay(signed, consent.authorization(signed, payer, merchant, sequence=99))
    assert gains == (-PRICE, PRICE, 0)


def test_after_a_cancellation_a_keyed_nonce_is_the_next(payer, merchant, coin, consent, pay, moved, refused):
    nonce = consent.nonce(coin, merchant)
    cancel = coin.cancelAuthorization["address,bytes32,uint8,bytes32,bytes32"]
    cancel(*consent.cancellation(coin, payer, nonce), {"from": payer})
    after = int.from_bytes(nonce, "big") + 1
    for sequence in (0, 2):
        with refused("InvalidAccountNonce", payer, after, assets=[coin]):
            pay(coin, consent.authorization(coin, payer, merchant, sequence=sequence))
    gains = moved(coin)
    pay(coin, consent.authorization(coin, payer, merchant, sequence=1))
    assert gains == (-PRICE, PRICE, 0)


def test_the_keyed_token_takes_v_r_s_too_and_then_nobody_but_the_processor_may_use_it(
    processor, payer, merchant, stranger, coin, consent, refused
):
    after, before, nonce, signature = consent.authorization(coin, payer, merchant)
    receive = coin.receiveWithAuthorization["address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32"]
    with refused("ERC20InvalidReceiver", processor, assets=[coin]):
        receive(payer, processor, PRICE, after, before, nonce, *split(signature), {"from": stranger})
    transfer = coin.transferWithAuthorization["address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32"]
    with refused("ERC3009InvalidSignature", assets=[coin]):
        transfer(payer, processor, PRICE, after, before, nonce, *split(signature), {"from": stranger})


def test_a_contract_pays_by_its_own_word(deploy, processor, payer, merchant, deployer, coin, consent, pay, refused):
    wallet = deploy("ContractOwner")
    send(deployer, coin.mint, wallet, PRICE)
    authorization = (*consent.authorization(coin, payer, merchant)[:3], b"whatever it makes of it")
    wallet.setAnswer(1, {"from": deployer})
    with refused("ERC3009InvalidSignature", assets=[coin]):
        pay(coin, authorization, payer=wallet)
    wallet.setAnswer(0, {"from": deployer})
    pay(coin, authorization, payer=wallet)
    assert processor.getPayment(coin, merchant, PRICE, INVOICE)[0] == wallet


@pytest.mark.parametrize("signature", [b"", b"\1" * 64, b"\1" * 66], ids=len)
def test_a_token_that_takes_v_r_s_alone_gets_no_other_signature(
    payer, merchant, signed, consent, pay, refused, signature
):
    authorization = (*consent.authorization(signed, payer, merchant)[:3], signature)
    with refused("NoAuthorization", signed, assets=[signed]):
        pay(signed, authorization)


def test_a_token_without_authorizations_is_refused(payer, merchant, token, signed, consent, pay, refused):
    authorization = (0, 2**40, consent.nonce(token, merchant), FORGED)
    with refused("NoAuthorization", token, assets=[token]):
        pay(token, authorization)


def test_a_standing_approval_is_not_touched(processor, payer, merchant, token, consent, pay, refused):
    assert token.allowance(payer, processor) == 2**256 - 1
    with refused("NoAuthorization", token, assets=[token]):
        pay(token, (0, 2**40, consent.nonce(token, merchant), FORGED))


def test_what_is_no_token_is_refused(processor, secure, merchant, stranger, consent, pay, refused):
    for address in (NATIVE, stranger, secure, processor):
        with refused("NotAToken", address):
            pay(address, (0, 2**40, consent.nonce(address, merchant), FORGED))


def test_the_terms_are_checked_as_for_any_payment(processor, payer, merchant, signed, consent, pay, refused):
    for amount, to, error, values in (
        (0, merchant, "ZeroAmount", ()),
        (PRICE, NATIVE, "InvalidPayee", (NATIVE,)),
        (PRICE, processor, "InvalidPayee", (processor,)),
        (PRICE, payer, "SelfPayment", (payer,)),
    ):
        authorization = consent.authorization(signed, payer, to, amount=amount)
        with refused(error, *values, assets=[signed]):
            pay(signed, authorization, amount, to)


def test_the_payee_may_carry_its_own_payment(payer, merchant, signed, consent, pay, moved):
    gains = moved(signed)
    pay(signed, consent.authorization(signed, payer, merchant), sender=merchant)
    assert gains == (-PRICE, PRICE, 0)


def test_paying_while_paused_reverts(processor, payer, merchant, signed, consent, pay, refused, paused_until):
    authorization = consent.authorization(signed, payer, merchant, before=now() + 3 * DAY)
    with refused("ContractPaused", paused_until(processor), assets=[signed]):
        pay(signed, authorization)
    assert not signed.authorizationState(payer, authorization[2])


def test_a_payer_without_the_tokens_is_refused_by_the_token(stranger, merchant, signed, consent, pay, refused):
    with refused("ERC20InsufficientBalance", stranger, 0, PRICE, assets=[signed]):
        pay(signed, consent.authorization(signed, stranger, merchant), payer=stranger)


@pytest.mark.parametrize("bent", [(9_900, 0, 0), (0, 0, 0), (10_100, 0, 0), (10_000, 100, 0)])
@pytest.mark.parametrize("unswept", [0, PRICE], ids=["empty", "beside fees"])
def test_a_token_that_brings_another_amount_is_refused(
    processor, payer, merchant, signed_named, consent, pay, refused, bent, unswept
):
    token = signed_named("CrookedSignedToken")
    send(payer, token.mint, processor, unswept)
    send(payer, token.bend, *bent)
    came = PRICE * bent[0] // 10_000 - PRICE * bent[1] // 10_000
    with refused("InexactTransfer", token, processor, unswept + came, unswept + PRICE, assets=[token]):
        pay(token, consent.authorization(token, payer, merchant))


def test_a_token_that_takes_the_fees_of_others_on_the_way_out_is_refused(
    processor, payer, merchant, signed_named, consent, pay, refused
):
    token = signed_named("CrookedSignedToken")
    send(payer, token.mint, processor, PRICE)
    send(payer, token.bend, 10_000, 0, 100)
    with refused("InexactTransfer", token, processor, PRICE - PRICE // 100, PRICE, assets=[token]):
        pay(token, consent.authorization(token, payer, merchant))
    assert holdings([token], [processor]) == {(token.address, processor.address): PRICE}


def test_a_payee_that_gains_another_amount_on_the_way_out_is_refused(
    payer, merchant, signed_named, consent, pay, refused
):
    token = signed_named("ReentrantSignedToken")
    data = token.mint.encode_input(merchant, 5)
    for _ in ("as the tokens come in", "as they are asked for"):
        data = token.arm.encode_input(token, data)
    send(payer, token.arm, token, data)
    held = token.balanceOf(merchant)
    with refused("InexactTransfer", token, merchant, held + PRICE + 5, held + PRICE, assets=[token]):
        pay(token, consent.authorization(token, payer, merchant))
