"""What emptied other payment contracts does not empty this one: one test or more for each incident, named for it."""

import pytest
from brownie import web3
from eth_abi import encode
from eth_utils import function_signature_to_4byte_selector

from offchain.core.payment import Invoice
from scripts.papers import signed as signing
from scripts.papers.signed import PERMIT2
from tests.support import NATIVE, now, payment_id, send, sign
from tests.unit.keys import DAY, payment_key, payout
from tests.unit.PaymentProcessor.consent import INVOICE, PRICE
from tests.unit.reentrancy import arm, was_refused

INFINITE = 2**256 - 1


@pytest.fixture
def pay_by_authorization(processor, payer, merchant, stranger):
    def pay(token, authorization, to=merchant, payer=payer, invoice=INVOICE):
        terms = (token, payer, to, PRICE, invoice)
        return processor.processTokenPaymentWithAuthorization(*terms, *authorization, {"from": stranger})

    return pay


# A cancelled authorization read as paid: "used" is what a token says of a cancelled one, too


def test_cancelled_authorization_is_not_read_as_paid(
    processor, payer, merchant, signed, consent, pay_by_authorization, refused
):
    authorization = consent.authorization(signed, payer, merchant)
    signed.cancelAuthorization(*consent.cancellation(signed, payer, authorization[2]), {"from": payer})
    assert signed.authorizationState(payer, authorization[2])
    with refused("ERC3009UsedAuthorization", payer, authorization[2], assets=[signed]):
        pay_by_authorization(signed, authorization)
    assert not processor.isPaid(signed, merchant, PRICE, INVOICE)


def test_cancelled_authorization_is_not_read_as_paid_with_keyed_nonces(
    processor, payer, merchant, coin, consent, pay_by_authorization, refused
):
    authorization = consent.authorization(coin, payer, merchant)
    cancel = coin.cancelAuthorization["address,bytes32,uint8,bytes32,bytes32"]
    cancel(*consent.cancellation(coin, payer, authorization[2]), {"from": payer})
    assert coin.authorizationState(payer, authorization[2])
    with refused("InvalidAccountNonce", payer, int.from_bytes(authorization[2], "big") + 1, assets=[coin]):
        pay_by_authorization(coin, authorization)
    assert not processor.isPaid(coin, merchant, PRICE, INVOICE)


# Fee on transfer credited in full: what was asked was booked, not what came


@pytest.mark.parametrize("unswept", [0, PRICE], ids=["empty", "beside fees that would make it up"])
def test_fee_on_transfer_is_not_credited_in_full(
    processor, payer, merchant, signed_named, consent, pay_by_authorization, refused, unswept
):
    token = signed_named("CrookedSignedToken")
    send(payer, token.mint, processor, unswept)
    send(payer, token.bend, 10_000, 1, 0)
    short = unswept + PRICE - PRICE // 10_000
    with refused("InexactTransfer", token, processor, short, unswept + PRICE, assets=[token]):
        pay_by_authorization(token, consent.authorization(token, payer, merchant))
    assert not processor.isPaid(token, merchant, PRICE, INVOICE)


# Overpayment swept: what a payer sent too much stayed behind, and the next caller took it


def test_overpayment_is_refused_and_there_is_nothing_to_sweep(processor, payer, merchant, stranger, refused):
    with refused("WrongValue", PRICE + 1, PRICE):
        processor.processPayment(merchant, PRICE, INVOICE, {"from": payer, "value": PRICE + 1})
    with refused("WrongValue", PRICE + 1, PRICE):
        batch = (NATIVE, [payout(merchant, PRICE)], PRICE, INVOICE)
        processor.processBatch(*batch, {"from": payer, "value": PRICE + 1})
    with refused("ZeroAmount"):
        processor.sweep(NATIVE, {"from": stranger})


def test_overpayment_by_signature_is_refused_by_the_token(
    payer, merchant, signed, consent, pay_by_authorization, refused
):
    nonce = consent.nonce(signed, merchant)
    with refused("ERC3009InvalidSignature", assets=[signed]):
        pay_by_authorization(signed, consent.authorization(signed, payer, merchant, amount=PRICE + 1, nonce=nonce))


# A reentrant hook counted one inflow twice: two payments found the same tokens come


def test_reentrant_hook_does_not_count_one_inflow_twice(
    processor, payer, merchant, stranger, signed_named, consent, pay_by_authorization
):
    token, second = signed_named("ReentrantSignedToken"), payment_id("invoice 2")
    inner = consent.authorization(token, payer, stranger, invoice=second)
    terms = (token, payer, stranger, PRICE, second)
    arm(token, payer, processor, processor.processTokenPaymentWithAuthorization.encode_input(*terms, *inner))
    pay_by_authorization(token, consent.authorization(token, payer, merchant))
    assert was_refused(token)
    assert processor.isPaid(token, merchant, PRICE, INVOICE)
    assert not processor.isPaid(token, stranger, PRICE, second)
    assert not token.authorizationState(payer, inner[2])


# ERC-2771 with Multicall: the sender was read from the end of the data (2023)


def test_erc2771_a_sender_at_the_end_of_the_data_is_not_believed(processor, payer, merchant, stranger, token):
    for call, value in (
        (processor.processTokenPayment.encode_input(token, merchant, PRICE, INVOICE), 0),
        (processor.processPayment.encode_input(merchant, PRICE, INVOICE), PRICE),
        (
            processor.processTokenPaymentWithPermit.encode_input(
                token, merchant, 7, INVOICE, 0, 27, bytes(32), bytes(32)
            ),
            0,
        ),
    ):
        held = token.balanceOf(payer)
        spoofed = call + payer.address[2:]
        if value:
            stranger.transfer(processor, value, data=spoofed)
            assert processor.getPayment(NATIVE, merchant, PRICE, INVOICE)[0] == stranger
        else:
            with pytest.raises(Exception, match="ERC20InsufficientAllowance"):
                stranger.transfer(processor, 0, data=spoofed)
        assert token.balanceOf(payer) == held


def test_multicall_there_is_none_nor_code_of_others_that_runs_here(processor):
    known = set(processor.signatures.values())
    for name in ("multicall(bytes[])", "aggregate((address,bytes)[])", "isTrustedForwarder(address)"):
        assert "0x" + function_signature_to_4byte_selector(name).hex() not in known
    compiled = {step["op"] for step in processor._build["pcMap"].values()}
    assert "CALL" in compiled
    assert {"DELEGATECALL", "CALLCODE"}.isdisjoint(compiled)


# Standing approvals and a call to anywhere: the caller chose the target and the data (2026)


def test_standing_approval_is_not_reached_through_the_token_argument(
    processor, payer, stranger, merchant, deploy, token, consent, refused
):
    """`token` is the one address that a caller chooses: whatever it is, no call on it moves another's tokens."""
    assert token.allowance(payer, processor) == INFINITE
    for target in (token, deploy("WrappedCoin")):
        nonce = consent.nonce(target, stranger)
        with pytest.raises(Exception, match=r"NoAuthorization|InexactTransfer"):
            terms = (target, payer, stranger, PRICE, INVOICE)
            processor.processTokenPaymentWithAuthorization(*terms, 0, 2**40, nonce, b"\1" * 65, {"from": stranger})
    with refused("ERC20InsufficientAllowance", processor, 0, PRICE, assets=[token]):
        processor.processTokenPaymentWithPermit(
            token, merchant, PRICE, INVOICE, 2**40, 27, bytes(32), bytes(32), {"from": stranger}
        )
    assert (token.balanceOf(payer), token.allowance(payer, processor)) == (10**24, INFINITE)


def test_standing_approval_is_not_spent_by_a_token_that_calls_anywhere(
    processor, payer, stranger, signed_named, refused
):
    token = signed_named("ReentrantSignedToken")
    token.approve(processor, INFINITE, {"from": payer})
    terms = encode(["address", "bytes32"], [stranger.address, INVOICE])
    data = processor.onApprovalReceived.encode_input(payer, PRICE, terms)
    with refused("WrongAllowance", payer, INFINITE, PRICE, assets=[token]):
        token.execute(processor, 0, data, {"from": stranger})


# A permit swallowed by a fallback: the token has no `permit`, says yes all the same, and the approval that its owner
# once gave is spent (Multichain, 2022)


def test_permit_swallowed_by_a_fallback_spends_nobodys_approval(processor, payer, stranger, deploy, refused):
    token = deploy("WrappedCoin")
    token.deposit({"from": payer, "value": PRICE})
    token.approve(processor, INFINITE, {"from": payer})
    nonsense = (2**255, 27, bytes(32), bytes(32))
    with refused("ERC20InsufficientAllowance", processor, 0, PRICE, assets=[token]):
        processor.processTokenPaymentWithPermit(token, payer, PRICE, INVOICE, *nonsense, {"from": stranger})
    processor.processTokenPaymentWithPermit(token, stranger, PRICE, INVOICE, *nonsense, {"from": payer})
    assert processor.getPayment(token, stranger, PRICE, INVOICE)[0] == payer
    assert token.balanceOf(stranger) == PRICE


def test_authorization_swallowed_by_a_fallback_pays_nothing(
    processor, payer, merchant, deploy, consent, pay_by_authorization, refused
):
    token = deploy("WrappedCoin")
    token.deposit({"from": payer, "value": PRICE})
    token.approve(processor, INFINITE, {"from": payer})
    authorization = (0, 2**40, consent.nonce(token, merchant), b"\1" * 65)
    with refused("InexactTransfer", token, processor, 0, PRICE, assets=[token]):
        pay_by_authorization(token, authorization)


# A Permit2 witness replaced: whoever carried the signature put in a payee of its own


def test_permit2_witness_is_not_replaced(processor, payer, merchant, stranger, token, consent, permit2, refused):
    token.approve(PERMIT2, INFINITE, {"from": payer})
    signature = consent.permit2(token, payer, merchant)
    for to, invoice in ((stranger, INVOICE), (merchant, payment_id("invoice 2"))):
        with refused("InvalidSigner", assets=[token]):
            terms = (token, payer, to, PRICE, invoice)
            processor.processTokenPaymentWithPermit2(*terms, *signature, {"from": stranger})


def test_permit2_signature_without_a_witness_is_not_taken(
    processor, payer, merchant, stranger, token, permit2, refused
):
    token.approve(PERMIT2, INFINITE, {"from": payer})
    key, deadline = payment_key(processor, token, merchant, PRICE, INVOICE), now() + DAY
    invoice = Invoice(token.address, merchant.address, PRICE, INVOICE)
    asked = signing.permit2_transfer(web3.eth.chain_id, invoice, processor.address, key, 7, deadline)
    asked["types"]["PermitTransferFrom"] = asked["types"].pop("PermitWitnessTransferFrom")[:-1]
    asked["primaryType"] = "PermitTransferFrom"
    del asked["message"]["paymentKey"]
    with refused("InvalidSigner", assets=[token]):
        terms = (token, payer, merchant, PRICE, INVOICE)
        processor.processTokenPaymentWithPermit2(*terms, 7, deadline, sign(payer, asked), {"from": stranger})
