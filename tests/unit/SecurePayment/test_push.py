"""Pushes: a caller cannot starve one into failing, a recipient can neither block it nor make it dear."""

import re

import pytest
from brownie import Wei, web3
from brownie.exceptions import VirtualMachineError

from tests.support import NATIVE, at, send
from tests.unit.keys import escrow_key

PRICE = Wei("1 ether")
NATIVE_PUSH_GAS, TOKEN_PUSH_GAS, CALL_GAS = 100_000, 300_000, 40_000
STIPEND = 2_300  # the chain adds it to a call with value
PLAIN_CAPTURE = 110_000  # more than a capture costs that pays or credits somebody for the first time
AUTHORIZED = 1


@pytest.fixture
def hungry(deploy):
    """A wallet that spends nearly all of the gas that a push allows."""
    wallet = deploy("GasEatingReceiver")
    wallet.setAppetite(NATIVE_PUSH_GAS - 4_000)
    return wallet


@pytest.fixture
def attempt(secure, payer, chain):
    """Let `actor` call `method` with so much gas and no more: the receipt; nothing of it stays."""

    def attempt(actor, method, *arguments, gas, value=0):
        data = actor.execute.encode_input(secure, value, method.encode_input(*arguments))
        call = {"from": payer.address, "to": actor.address, "data": data, "gas": gas, "gasPrice": 0, "value": value}
        snapshot = web3.provider.make_request("evm_snapshot", [])["result"]
        receipt = web3.eth.get_transaction_receipt(web3.eth.send_transaction(call))
        outcome = receipt["status"], secure.balanceOf(actor, NATIVE), actor.balance(), receipt["gasUsed"]
        web3.provider.make_request("evm_revert", [snapshot])
        return outcome

    return attempt


def least_gas(works, low=30_000, high=2_000_000):
    """The least gas for which something works, by bisection."""
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if works(middle) else (middle, high)
    return high


def test_no_amount_of_gas_turns_a_good_push_into_a_credit(secure, hungry, opened, attempt):
    agreed = opened(merchant=hungry)

    def capture(gas):
        status, credit, received, _ = attempt(hungry, secure.capture, agreed, PRICE, gas=gas)
        assert credit == 0, f"credited when called with {gas} gas"
        assert received == (PRICE if status else 0)
        return bool(status)

    least = least_gas(capture)
    for gas in range(least - 60, least + 60, 6):
        assert capture(gas) == (gas >= least)
    for gas in (*range(50_000, least, 10_000), *range(least, 2 * least, 20_000)):
        assert capture(gas) == (gas >= least)


def test_too_little_gas_reverts_with_what_a_push_needs_and_changes_nothing(secure, payer, merchant, opened, token):
    for asset, allowance in ((NATIVE, NATIVE_PUSH_GAS), (token, TOKEN_PUSH_GAS)):
        expected = (allowance + CALL_GAS) * 64 // 63
        agreed = opened(token=asset)
        with pytest.raises(VirtualMachineError) as refusal:
            secure.capture(agreed, PRICE, {"from": merchant, "gas_limit": expected + 30_000})
        name, got, needed = re.fullmatch(r"(\w+): (\d+), (\d+)", refusal.value.revert_msg).groups()
        assert (name, int(needed)) == ("InsufficientGas", expected)
        assert expected - 30_000 < int(got) < expected
        assert secure.escrows(escrow_key(secure, agreed)) == (0, 0, 0, AUTHORIZED)
        assert secure.balanceOf(merchant, asset) == 0


@pytest.mark.parametrize("verb", ["capture", "refund", "void", "reclaim"])
def test_every_push_demands_its_gas(secure, payer, merchant, opened, verb):
    agreed = opened()
    sender, arguments, value = merchant, [agreed], 0
    if verb == "refund":
        secure.capture(agreed, PRICE, {"from": merchant})
        value = PRICE
    if verb in ("capture", "refund"):
        arguments = [agreed, PRICE]
    if verb == "reclaim":
        sender = payer
        at(agreed.captureDeadline)
    with pytest.raises(VirtualMachineError) as refusal:
        getattr(secure, verb)(*arguments, {"from": sender, "value": value, "gas_limit": 160_000})
    expected = (NATIVE_PUSH_GAS + CALL_GAS) * 64 // 63
    assert re.fullmatch(rf"InsufficientGas: \d+, {expected}", refusal.value.revert_msg)


def test_a_recipient_may_spend_the_whole_allowance_and_no_more(secure, payer, hungry, opened, as_contract):
    hungry.setAppetite(NATIVE_PUSH_GAS)  # with the stipend this leaves room for what surrounds the loop
    as_contract(hungry, secure.capture, opened(merchant=hungry), PRICE)
    assert (hungry.balance(), secure.balanceOf(hungry, NATIVE)) == (PRICE, 0)
    hungry.setAppetite(NATIVE_PUSH_GAS + STIPEND)
    as_contract(hungry, secure.capture, opened(merchant=hungry, salt=2), PRICE)
    assert (hungry.balance(), secure.balanceOf(hungry, NATIVE)) == (PRICE, PRICE)


def test_a_recipient_that_eats_all_gas_is_credited_at_a_bounded_cost(secure, deploy, opened, as_contract):
    glutton = deploy("GasEatingReceiver")
    tx = as_contract(glutton, secure.capture, opened(merchant=glutton), PRICE)
    assert secure.balanceOf(glutton, NATIVE) == PRICE
    assert tx.gas_used < PLAIN_CAPTURE + NATIVE_PUSH_GAS + STIPEND


@pytest.mark.parametrize("refusing", [False, True], ids=["accepts", "refuses"])
def test_a_recipient_that_returns_a_huge_blob_costs_no_more_than_its_allowance(
    secure, deploy, opened, as_contract, refusing
):
    bomb = deploy("ReturnBombReceiver")
    bomb.setBomb(150_000, refusing)
    tx = as_contract(bomb, secure.capture, opened(merchant=bomb), PRICE)
    assert (bomb.balance(), secure.balanceOf(bomb, NATIVE)) == ((0, PRICE) if refusing else (PRICE, 0))
    assert tx.gas_used < PLAIN_CAPTURE + NATIVE_PUSH_GAS + STIPEND


def test_a_token_that_eats_all_gas_is_credited_at_a_bounded_cost(secure, merchant, token_named, opened):
    token = token_named("GasEatingToken")
    agreed = opened(token=token)
    token.setEating(True)
    tx = secure.capture(agreed, PRICE, {"from": merchant})
    assert secure.balanceOf(merchant, token) == PRICE
    assert tx.gas_used < PLAIN_CAPTURE + TOKEN_PUSH_GAS


def test_a_payer_cannot_block_a_void_by_eating_gas(secure, merchant, deploy, as_contract, terms):
    glutton = deploy("GasEatingReceiver")
    agreed = terms(payer=glutton)
    as_contract(glutton, secure.authorize, agreed, value=PRICE)
    send(merchant, secure.void, agreed)
    assert secure.balanceOf(glutton, NATIVE) == PRICE
    glutton.setAppetite(0)
    as_contract(glutton, secure.withdraw, PRICE)
    assert (glutton.balance(), secure.balance()) == (PRICE, 0)


@pytest.mark.parametrize("verb", ["refund", "void", "reclaim"])
def test_a_push_that_a_token_answers_with_anything_but_true_is_refused(
    secure, payer, merchant, token_named, opened, refused, verb
):
    token = token_named("FickleToken")
    agreed = opened(token=token)
    arguments, sender = [agreed], merchant
    if verb == "refund":
        send(merchant, secure.capture, agreed, PRICE)
        arguments = [agreed, PRICE]
    token.setAnswers(2, 1)
    if verb == "reclaim":
        sender = payer
        at(agreed.captureDeadline)
    with refused("TransferFailed", payer, PRICE, assets=[token]):
        getattr(secure, verb)(*arguments, {"from": sender})
    assert secure.balanceOf(payer, token) == 0
