"""The supply is what arrived, less what waits, less what left; and the token is an ERC-20 with permit."""

from brownie import chain
from eth_account import Account
from eth_utils import keccak

from tests.support import at, emitted, event, now
from tests.unit.bridge_cases.route import DAY, LARGE_AMOUNT, unused_address
from tests.unit.typed_messages import PERMIT, Domain, digest, vrs

PAYEE, OTHER = unused_address("payee of a supply"), unused_address("other payee of a supply")
ZERO_ADDRESS = "0x" + "00" * 20
HOLDER = Account.from_key(keccak(text="test key: holder of a bridged token"))  # a key for tests, worth nothing


def test_what_waits_is_no_supply_and_what_left_is_none(token_route, payer, governor):
    route, contract = token_route, token_route.contract
    ready_at = route.record((payer, 700), (PAYEE, LARGE_AMOUNT + 5)).arrive().timestamp + DAY
    assert contract.totalSupply() == 700
    contract.burn(PAYEE, 200, {"from": payer})
    assert contract.totalSupply() == 500
    at(ready_at)
    route.release_queued(1, ready_at)
    assert contract.totalSupply() == 500 + LARGE_AMOUNT + 5
    assert contract.balanceOf(payer) + contract.balanceOf(PAYEE) == contract.totalSupply()


def test_what_is_returned_is_none_either(token_route, governor):
    route = token_route
    ready_at = route.record((PAYEE, LARGE_AMOUNT + 5), (OTHER, 3)).arrive().timestamp + DAY
    route.contract.returnQueued(0, route.records[0], ready_at, {"from": governor})
    assert (route.contract.totalSupply(), route.contract.queuedTotal()) == (3, 0)


def test_a_transfer_moves_balances_and_no_supply(token_route, payer, refused):
    contract = token_route.record((payer, 100)).contract
    token_route.arrive()
    tx = contract.transfer(PAYEE, 40, {"from": payer})
    assert emitted(tx, contract) == [event("Transfer", payer, PAYEE, 40)]
    assert [contract.balanceOf(each) for each in (payer, PAYEE)] == [60, 40]
    assert contract.totalSupply() == 100
    contract.transfer(payer, 60, {"from": payer})
    assert contract.balanceOf(payer) == 60
    with refused("ERC20InsufficientBalance", payer, 60, 61, of=token_route):
        contract.transfer(PAYEE, 61, {"from": payer})
    with refused("ERC20InvalidReceiver", ZERO_ADDRESS, of=token_route):
        contract.transfer(ZERO_ADDRESS, 1, {"from": payer})


def test_a_pause_stops_the_bridge_and_no_holder(token_route, payer, guardian):
    token_route.record((payer, 100)).arrive()
    token_route.contract.pause(DAY, {"from": guardian})
    token_route.contract.transfer(PAYEE, 40, {"from": payer})
    assert token_route.contract.balanceOf(PAYEE) == 40


def test_an_allowance_is_used_up(token_route, payer, stranger, refused):
    contract = token_route.record((payer, 100)).contract
    token_route.arrive()
    contract.approve(stranger, 30, {"from": payer})
    contract.transferFrom(payer, OTHER, 20, {"from": stranger})
    assert (contract.balanceOf(OTHER), contract.allowance(payer, stranger)) == (20, 10)
    with refused("ERC20InsufficientAllowance", stranger, 10, 11, of=token_route):
        contract.transferFrom(payer, OTHER, 11, {"from": stranger})


def test_a_permit_is_for_this_token_and_once(token_route, stranger, refused):
    contract, deadline = token_route.contract, now() + DAY
    domain = Domain("Bridged Coin", "1", chain.id, contract.address)
    signed = digest(domain, PERMIT, HOLDER.address, stranger, 70, contract.nonces(HOLDER.address), deadline)
    proof = vrs(bytes(HOLDER.unsafe_sign_hash(signed).signature))
    contract.permit(HOLDER.address, stranger, 70, deadline, *proof, {"from": stranger})
    assert (contract.allowance(HOLDER.address, stranger), contract.nonces(HOLDER.address)) == (70, 1)
    token_route.record((HOLDER.address, 70)).arrive()
    contract.transferFrom(HOLDER.address, OTHER, 70, {"from": stranger})
    assert contract.balanceOf(OTHER) == 70
    again = digest(domain, PERMIT, HOLDER.address, stranger, 70, 1, deadline)
    signer = Account._recover_hash(again, signature=proof[1] + proof[2] + bytes([proof[0]]))
    with refused("ERC2612InvalidSigner", signer, HOLDER.address, of=token_route):
        contract.permit(HOLDER.address, stranger, 70, deadline, *proof, {"from": stranger})
