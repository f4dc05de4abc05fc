"""onApprovalReceived: approved and paid in one transaction of the token (ERC-1363 approveAndCall)."""

import pytest
from eth_abi import encode
from eth_utils import function_signature_to_4byte_selector

from tests.support import NATIVE, emitted, event, reverts_silently, send
from tests.unit.keys import payment_key
from tests.unit.PaymentProcessor.consent import INVOICE, PRICE

INFINITE = 2**256 - 1
APPROVE_AND_CALL = "address,uint256,bytes"


def terms(to, invoice=INVOICE):
    return encode(["address", "bytes32"], [str(to), invoice])


@pytest.fixture
def pay(processor, payer, merchant):
    def pay(token, amount=PRICE, to=merchant, payer=payer, data=None):
        call = token.approveAndCall[APPROVE_AND_CALL]
        return call(processor, amount, terms(to) if data is None else data, {"from": payer})

    return pay


def test_approval_and_payment_are_one_transaction_of_the_token(processor, payer, merchant, signed, pay, moved):
    gains = moved(signed)
    tx = pay(signed)
    assert gains == (-PRICE, PRICE, 0)
    key = payment_key(processor, signed, merchant, PRICE, INVOICE)
    assert emitted(tx, processor) == [
        event("TokenPaymentProcessed", key, INVOICE, signed, payer, merchant, PRICE, 0),
    ]
    assert processor.getPayment(signed, merchant, PRICE, INVOICE) == (payer, merchant, PRICE, tx.timestamp, True)
    assert signed.allowance(payer, processor) == 0


def test_the_fee_is_pulled_by_the_same_approval(processor, payer, governor, signed, pay, moved):
    processor.setFee(100, {"from": governor})
    gains = moved(signed)
    tx = pay(signed)
    assert gains == (-PRICE, PRICE - PRICE // 100, PRICE // 100)
    assert emitted(tx, processor)[0][-1] == PRICE // 100
    assert signed.allowance(payer, processor) == 0


def test_its_selector_is_that_of_the_standard(processor):
    selector = function_signature_to_4byte_selector("onApprovalReceived(address,uint256,bytes)")
    assert processor.signatures["onApprovalReceived"] == "0x" + selector.hex() == "0x7b04a2d0"


def test_an_approval_that_stood_before_is_replaced_and_used_up(processor, payer, signed, pay, moved):
    signed.approve(processor, INFINITE, {"from": payer})
    gains = moved(signed)
    pay(signed)
    assert gains == (-PRICE, PRICE, 0)
    assert signed.allowance(payer, processor) == 0


def test_the_terms_are_checked_as_for_any_payment(processor, payer, merchant, signed, pay, refused):
    for amount, to, error, values in (
        (0, merchant, "ZeroAmount", ()),
        (PRICE, NATIVE, "InvalidPayee", (NATIVE,)),
        (PRICE, processor, "InvalidPayee", (processor,)),
        (PRICE, payer, "SelfPayment", (payer,)),
    ):
        with refused(error, *values, assets=[signed]):
            pay(signed, amount, to)


def test_the_same_terms_settle_once(processor, payer, merchant, stranger, signed, pay, refused):
    paid_at = pay(signed).timestamp
    key = payment_key(processor, signed, merchant, PRICE, INVOICE)
    for again in (payer, stranger):
        with refused("AlreadyPaid", key, payer, paid_at, assets=[signed]):
            pay(signed, payer=again)


def test_paying_while_paused_reverts(processor, signed, pay, refused, paused_until):
    with refused("ContractPaused", paused_until(processor), assets=[signed]):
        pay(signed)


def test_a_payer_without_the_tokens_is_refused_by_the_token(stranger, signed, pay, refused):
    with refused("ERC20InsufficientBalance", stranger, 0, PRICE, assets=[signed]):
        pay(signed, payer=stranger)


@pytest.mark.parametrize("data", [b"", b"\0" * 63, b"\1" * 64], ids=["none", "short", "no address"])
def test_data_that_holds_no_terms_fails_in_the_token(processor, signed, pay, refused, data):
    with refused("ERC1363InvalidSpender", processor, assets=[signed]):
        pay(signed, data=data)


def test_transfers_with_a_call_are_not_taken(processor, payer, stranger, merchant, signed, refused):
    signed.approve(stranger, PRICE, {"from": payer})
    transfer, pull = signed.transferAndCall[APPROVE_AND_CALL], "address,address,uint256,bytes"
    with refused("ERC1363InvalidReceiver", processor, assets=[signed]):
        transfer(processor, PRICE, terms(merchant), {"from": payer})
    with refused("ERC1363InvalidReceiver", processor, assets=[signed]):
        signed.transferFromAndCall[pull](payer, processor, PRICE, terms(merchant), {"from": stranger})


def test_an_account_that_is_no_token_is_refused(processor, payer, merchant, stranger, refused):
    with refused("NotERC1363", stranger):
        processor.onApprovalReceived(payer, PRICE, terms(merchant), {"from": stranger})


def test_a_contract_that_is_no_token_is_refused(processor, payer, merchant, wallet, stranger, refused):
    data = processor.onApprovalReceived.encode_input(payer, PRICE, terms(merchant))
    with refused("NotERC1363", wallet):
        wallet.execute(processor, 0, data, {"from": stranger})


def test_a_token_without_the_standard_is_refused_though_it_calls(processor, payer, stranger, token_named, refused):
    token = token_named("ReentrantToken")
    token.approve(processor, PRICE, {"from": payer})  # exactly what the forged call names
    data = processor.onApprovalReceived.encode_input(payer, PRICE, terms(stranger))
    with refused("NotERC1363", token, assets=[token]):
        token.execute(processor, 0, data, {"from": stranger})


@pytest.mark.parametrize("standing", [0, PRICE - 1, PRICE + 1, INFINITE])
def test_a_forged_call_from_a_token_spends_no_standing_approval(
    processor, payer, stranger, signed_named, refused, standing
):
    token = signed_named("ReentrantSignedToken")
    token.approve(processor, standing, {"from": payer})
    data = processor.onApprovalReceived.encode_input(payer, PRICE, terms(stranger))
    with refused("WrongAllowance", payer, standing, PRICE, assets=[token]):
        token.execute(processor, 0, data, {"from": stranger})
    assert token.allowance(payer, processor) == standing


def test_an_infinite_approval_is_not_spent_by_naming_it(processor, payer, stranger, signed_named, refused):
    token = signed_named("ReentrantSignedToken")
    token.approve(processor, INFINITE, {"from": payer})
    data = processor.onApprovalReceived.encode_input(payer, INFINITE, terms(stranger))
    with refused("ERC20InsufficientBalance", payer, 10**24, INFINITE, assets=[token]):
        token.execute(processor, 0, data, {"from": stranger})


def test_malformed_data_is_refused_before_anything_is_asked(processor, payer, stranger):
    with reverts_silently():
        processor.onApprovalReceived(payer, PRICE, b"", {"from": stranger})


@pytest.mark.parametrize("bent", [(9_900, 0, 0), (0, 0, 0), (10_100, 0, 0), (10_000, 100, 0)])
def test_a_token_that_moves_another_amount_is_refused(payer, merchant, signed_named, pay, refused, bent):
    token = signed_named("CrookedSignedToken")
    send(payer, token.bend, *bent)
    held = token.balanceOf(merchant)
    came = PRICE * bent[0] // 10_000 - PRICE * bent[1] // 10_000
    with refused("InexactTransfer", token, merchant, held + came, held + PRICE, assets=[token]):
        pay(token)
