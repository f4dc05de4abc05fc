"""processBatch: one payer, many payees, all or nothing, nothing left over."""

import pytest
from brownie import Wei

from tests.support import NATIVE, emitted, event, holdings, payment_id, reverts, send
from tests.unit.keys import batch_commitment, fresh_address, payout

ONE = Wei("1 ether")
BATCH = payment_id("salaries, November")
PAYEES = [fresh_address(number) for number in range(5)]
AMOUNTS = [ONE * (number + 1) for number in range(5)]
TOTAL = sum(AMOUNTS)
PAYOUTS = [payout(to, amount) for to, amount in zip(PAYEES, AMOUNTS, strict=True)]
MAX_BATCH = 400
GAS_CAP = 2**24  # of one transaction on live chains (EIP-7825); the local chain knows none


@pytest.fixture
def pay(processor, payer):
    """Process a batch; native coin comes along unless another value is named."""

    def pay(asset=NATIVE, payouts=PAYOUTS, total=TOTAL, value=None, batch_id=BATCH, payer=payer):
        value = (total if asset == NATIVE else 0) if value is None else value
        return processor.processBatch(asset, payouts, total, batch_id, {"from": payer, "value": value})

    return pay


@pytest.fixture(params=["native", "token"])
def asset(request, token):
    return NATIVE if request.param == "native" else token


def test_batch_pays_every_payee_and_leaves_nothing_over(processor, payer, asset, pay):
    before = holdings([asset], [payer])
    pay(asset)
    assert list(holdings([asset], PAYEES).values()) == AMOUNTS
    assert holdings([asset], [payer]) == {key: held - TOTAL for key, held in before.items()}
    assert list(holdings([asset], [processor]).values()) == [0]


def test_batch_emits_exactly_one_event_with_all_its_fields(processor, payer, asset, pay):
    tx = pay(asset)
    assert emitted(tx, processor) == [event("BatchProcessed", BATCH, payer, asset, len(PAYOUTS), TOTAL)]


def test_batch_is_bound_by_its_commitment(processor, payer, asset, pay):
    pay(asset)
    assert bytes(processor.batches(payer, BATCH)) == batch_commitment(asset, PAYOUTS)


def test_batch_takes_no_fee_and_touches_no_fees(processor, payer, merchant, governor, asset, token, pay, forcer):
    processor.setFee(500, {"from": governor})
    processor.processPayment(merchant, ONE, BATCH, {"from": payer, "value": ONE})
    processor.processTokenPayment(token, merchant, ONE, BATCH, {"from": payer})
    pay(asset)
    assert list(holdings([NATIVE, token], [processor]).values()) == [ONE // 20, ONE // 20]
    assert list(holdings([asset], PAYEES).values()) == AMOUNTS


def test_batch_pays_one_payee_twice_and_the_largest_amount_of_a_word(payer, token, pay):
    most = 2**96 - 1
    send(payer, token.mint, payer, 2 * most)
    pay(token, [payout(PAYEES[0], most), payout(PAYEES[0], most)], 2 * most)
    assert token.balanceOf(PAYEES[0]) == 2 * most


def test_batch_pays_smart_contract_wallets(wallet, pay):
    pay(NATIVE, [payout(wallet, ONE)], ONE)
    assert wallet.balance() == ONE


@pytest.mark.parametrize("native", [True, False], ids=["native", "token"])
def test_the_largest_batch_of_fresh_payees_fits_in_one_transaction(processor, payer, token, native):
    # sent without Brownie's book-keeping: under coverage its trace would be gigabytes
    payees = [fresh_address(f"payee {number}") for number in range(MAX_BATCH)]
    payouts = [payout(to, 10**9 + number) for number, to in enumerate(payees)]
    total = sum(10**9 + number for number in range(MAX_BATCH))
    asset = NATIVE if native else token
    gas_used = send(payer, processor.processBatch, asset, payouts, total, BATCH, value=total if native else 0)
    assert gas_used < GAS_CAP
    assert list(holdings([asset], payees).values()) == [10**9 + number for number in range(MAX_BATCH)]


def test_an_empty_batch_reverts(asset, pay, refused):
    with refused("InvalidBatchSize", 0, MAX_BATCH):
        pay(asset, [], 0)


def test_a_batch_of_more_than_the_largest_reverts(token, asset, pay, refused):
    with refused("InvalidBatchSize", MAX_BATCH + 1, MAX_BATCH, assets=[token]):
        pay(asset, [PAYOUTS[0]] * (MAX_BATCH + 1), ONE * (MAX_BATCH + 1))


@pytest.mark.parametrize("value", [0, TOTAL - 1, TOTAL + 1])
def test_native_batch_with_the_wrong_value_reverts(pay, refused, value):
    with refused("WrongValue", value, TOTAL):
        pay(value=value)


def test_token_batch_with_value_reverts(token, pay, refused):
    with refused("WrongValue", 1, 0, assets=[token]):
        pay(token, value=1)


def test_a_batch_id_serves_a_payer_once(processor, payer, token, asset, pay, refused):
    pay(asset)
    with refused("BatchAlreadyProcessed", payer, BATCH, assets=[token]):
        pay(asset, PAYOUTS[:1], AMOUNTS[0])
    assert bytes(processor.batches(payer, BATCH)) == batch_commitment(asset, PAYOUTS)


def test_a_batch_id_of_another_payer_is_another_batch(processor, payer, stranger, pay):
    pay(payer=stranger)
    pay()
    assert processor.batches(payer, BATCH) == processor.batches(stranger, BATCH)
    assert list(holdings([NATIVE], PAYEES).values()) == [2 * amount for amount in AMOUNTS]


def test_batch_while_paused_reverts(processor, token, asset, pay, refused, paused_until):
    with refused("ContractPaused", paused_until(processor), assets=[token]):
        pay(asset)


@pytest.mark.parametrize("index", [0, 2, 4])
@pytest.mark.parametrize("flaw", ["no amount", "no payee", "payer", "processor"])
def test_an_unsound_payout_fails_the_batch_and_is_named(processor, payer, token, asset, pay, refused, index, flaw):
    to = {"no amount": PAYEES[index], "no payee": NATIVE, "payer": payer, "processor": processor}[flaw]
    amount = 0 if flaw == "no amount" else AMOUNTS[index]
    payouts = [*PAYOUTS[:index], payout(to, amount), *PAYOUTS[index + 1 :]]
    with refused("InvalidPayout", index, to, amount, assets=[token]):
        pay(asset, payouts, TOTAL - AMOUNTS[index] + amount)
    assert not any(holdings([asset], PAYEES).values())


@pytest.mark.parametrize("off", [-1, 1])
def test_a_total_that_is_not_the_sum_fails_the_batch(token, asset, pay, refused, off):
    with refused("WrongTotal", TOTAL, TOTAL + off, assets=[token]):
        pay(asset, total=TOTAL + off)
    assert not any(holdings([asset], PAYEES).values())


def test_fees_held_by_the_processor_cannot_fill_up_a_batch(processor, stranger, token, asset, pay, refused, forcer):
    forcer.force(processor, {"from": stranger, "value": ONE})
    send(stranger, token.mint, processor, ONE)
    with refused("WrongTotal", TOTAL, TOTAL - ONE, assets=[token]):
        pay(asset, total=TOTAL - ONE)


def test_a_payee_that_refuses_fails_the_batch_whole_and_is_named(processor, payer, refuser, pay, refused):
    with refused("TransferFailed", refuser, 7):
        pay(NATIVE, [*PAYOUTS, payout(refuser, 7), payout(PAYEES[0], 1)], TOTAL + 8)
    assert not any(holdings([NATIVE], PAYEES).values())
    assert int.from_bytes(processor.batches(payer, BATCH), "big") == 0


def test_the_first_refusing_payee_is_named(refuser, deploy, pay, refused):
    other = deploy("RevertingReceiver")
    with refused("TransferFailed", refuser, 1):
        pay(NATIVE, [payout(refuser, 1), payout(other, 2)], 3)


def test_a_payee_that_burns_all_gas_fails_the_batch_whole(processor, payer, deploy):
    glutton = deploy("GasEatingReceiver")
    with reverts("TransferFailed", glutton, 1):
        call = {"from": payer, "value": 1, "gas_limit": 500_000}
        processor.processBatch(NATIVE, [payout(glutton, 1)], 1, BATCH, call)
    assert glutton.balance() == 0


def test_a_payee_that_returns_a_huge_blob_is_paid_and_nothing_of_it_is_copied(deploy, pay):
    bomb = deploy("ReturnBombReceiver")
    assert pay(NATIVE, [payout(bomb, 1), PAYOUTS[0]], ONE + 1).gas_used < 170_000
    assert bomb.balance() == 1


def test_a_payee_that_forces_coin_back_fails_the_batch(processor, forcer, deploy, pay, refused):
    boomerang = deploy("ReentrantReceiver")
    boomerang.arm(boomerang, boomerang.execute.encode_input(forcer, 1, forcer.force.encode_input(processor)))
    with refused("InexactTransfer", NATIVE, processor, 1, 0):
        pay(NATIVE, [payout(boomerang, ONE)], ONE)


def test_nobody_fails_a_batch_by_paying_one_of_its_items(processor, payer, stranger, asset, token, pay):
    send(stranger, token.mint, stranger, TOTAL)
    send(stranger, token.approve, processor, TOTAL)
    processor.processPayment(PAYEES[0], AMOUNTS[0], BATCH, {"from": stranger, "value": AMOUNTS[0]})
    processor.processTokenPayment(token, PAYEES[0], AMOUNTS[0], BATCH, {"from": stranger})
    pay(asset)
    assert bytes(processor.batches(payer, BATCH)) == batch_commitment(asset, PAYOUTS)


def test_a_payout_is_no_payment(processor, asset, pay):
    pay(asset)
    assert not any(processor.isPaid(asset, PAYEES[0], AMOUNTS[0], each) for each in (BATCH, bytes(32)))


@pytest.mark.parametrize("name", ["NoReturnToken", "RebasingToken", "ReentrantToken", "BlocklistToken"])
def test_exact_tokens_are_paid_out_exactly(processor, payer, token_named, pay, name):
    token = token_named(name)
    before = token.balanceOf(payer)
    pay(token)
    assert list(holdings([token], PAYEES).values()) == AMOUNTS
    assert (token.balanceOf(payer), token.balanceOf(processor)) == (before - TOTAL, 0)


def test_a_rebased_token_that_rounds_is_refused(processor, token_named, pay, refused):
    token = token_named("RebasingToken")
    token.rebase(3, 2)
    with refused("InexactTransfer", token, processor, 3, 4, assets=[token]):
        pay(token, [payout(PAYEES[0], 1), payout(PAYEES[1], 3)], 4)


def test_a_rebased_token_that_leaves_something_over_is_refused(processor, token_named, pay, refused):
    token = token_named("RebasingToken")
    token.rebase(3, 2)
    with refused("InexactTransfer", token, processor, 1, 0, assets=[token]):
        pay(token, [payout(PAYEES[0], 1), payout(PAYEES[1], 2)], 3)


def test_a_token_that_returns_false_is_refused(token_named, pay, refused):
    token = token_named("FalseReturningToken")
    with refused("SafeERC20FailedOperation", token, assets=[token]):
        pay(token)


def test_a_token_that_takes_a_fee_is_refused(processor, token_named, pay, refused):
    token = token_named("FeeToken")
    with refused("InexactTransfer", token, processor, TOTAL - TOTAL // 100, TOTAL, assets=[token]):
        pay(token)


def test_a_token_that_reverts_passes_its_own_error_on(processor, payer, token_named, pay, refused):
    token = token_named("RevertingToken")
    with refused("TransferRefused", payer, processor, TOTAL, assets=[token]):
        pay(token)


def test_a_token_that_burdens_its_sender_cannot_touch_the_fees(processor, stranger, token_named, pay, refused):
    token = token_named("BurdenToken")
    send(stranger, token.mint, processor, ONE)
    left = ONE - TOTAL // 100
    with refused("InexactTransfer", token, processor, left, ONE, assets=[token]):
        pay(token)


def test_a_token_that_burdens_its_sender_beyond_the_total_is_refused(token_named, pay, refused):
    token = token_named("BurdenToken")
    with refused("TransferFailed", PAYEES[4], AMOUNTS[4], assets=[token]):
        pay(token)


def test_a_blocklisted_payee_fails_the_batch_whole_and_is_named(token_named, pay, refused):
    token = token_named("BlocklistToken")
    token.block(PAYEES[3])
    with refused("TransferFailed", PAYEES[3], AMOUNTS[3], assets=[token]):
        pay(token)
    assert not any(holdings([token], PAYEES).values())


def test_a_blocklisted_payer_fails_the_batch_with_the_tokens_own_error(payer, token_named, pay, refused):
    token = token_named("BlocklistToken")
    token.block(payer)
    with refused("Blocked", payer, assets=[token]):
        pay(token)


@pytest.mark.parametrize("role", ["stranger", "processor", "secure"])
def test_an_address_that_is_no_token_is_refused(request, pay, refused, role):
    address = request.getfixturevalue(role)
    with refused("NotAToken", address):
        pay(address)


def test_a_payer_without_allowance_is_refused_by_the_token(processor, stranger, token, pay, refused):
    with refused("ERC20InsufficientAllowance", processor, 0, TOTAL, assets=[token]):
        pay(token, payer=stranger)


def test_a_token_that_answers_a_payout_with_false_fails_the_batch(token_named, pay, refused):
    token = token_named("FickleToken")
    token.setAnswers(0, 1)
    with refused("TransferFailed", PAYEES[0], AMOUNTS[0], assets=[token]):
        pay(token)


@pytest.mark.parametrize("fees", [0, ONE])
def test_a_payout_to_the_processor_cannot_hide_behind_a_total_that_leaves_it_out(processor, token, merchant, pay, fees):
    token.mint(processor, fees)
    with reverts("InvalidPayout", 0, processor, 5):
        pay(token, [payout(processor, 5), payout(merchant, 10)], 10)


def test_a_total_that_a_payee_makes_good_is_refused(processor, merchant, deployer, forcer, deploy, pay):
    forcer.force(processor, {"from": deployer, "value": 5 * ONE})
    payee = deploy("ReentrantReceiver")
    give_back = forcer.force.encode_input(processor)
    payee.arm(payee, payee.execute.encode_input(forcer, 5 * ONE, give_back))
    with reverts("WrongTotal", 15 * ONE, 10 * ONE):
        pay(NATIVE, [payout(merchant, 10 * ONE), payout(payee, 5 * ONE)], 10 * ONE)
