"""issue: the merchant makes vouchers of a kind."""

import pytest
from brownie.exceptions import VirtualMachineError

from tests.support import NATIVE, emitted, event
from tests.unit.VoucherToken.conftest import CAKE, COFFEE, STOCK


def test_vouchers_are_issued_to_their_first_holder(voucher, merchant, stranger, changes):
    changed = changes(lambda: voucher.issue(stranger, CAKE, 10, {"from": merchant}))
    assert changed == {("balance", str(stranger), CAKE): 10, ("supply", CAKE): 10}
    assert voucher.exists(CAKE)


def test_an_issue_is_one_event(voucher, merchant, stranger):
    tx = voucher.issue(stranger, CAKE, 10, {"from": merchant})
    assert emitted(tx, voucher) == [event("TransferSingle", merchant, NATIVE, stranger, CAKE, 10)]


def test_two_issues_are_one_of_their_sum(voucher, merchant, payer, changes):
    parts = changes(lambda: [voucher.issue(payer, COFFEE, amount, {"from": merchant}) for amount in (3, 4)])
    assert parts == changes(lambda: voucher.issue(payer, COFFEE, 7, {"from": merchant}))
    assert parts == {("balance", str(payer), COFFEE): 7, ("supply", COFFEE): 7}


def test_an_issue_of_nothing_is_refused(voucher, merchant, payer, refused):
    with refused("ZeroAmount"):
        voucher.issue(payer, COFFEE, 0, {"from": merchant})


def test_nobody_is_issued_nothing(voucher, merchant, refused):
    with refused("ERC1155InvalidReceiver", NATIVE):
        voucher.issue(NATIVE, COFFEE, 1, {"from": merchant})


def test_no_more_can_be_issued_than_can_be_counted(voucher, merchant, payer, stranger, state):
    voucher.issue(payer, CAKE, 2**256 - 1 - 2 * STOCK, {"from": merchant})
    before = state()
    for to in (payer, stranger):
        with pytest.raises(VirtualMachineError, match="Integer overflow"):
            voucher.issue(to, CAKE, 1, {"from": merchant})
    assert state() == before


@pytest.mark.parametrize("role", ["governor", "guardian", "payer", "stranger", "deployer"])
def test_nobody_else_issues(request, voucher, refused, role):
    account = request.getfixturevalue(role)
    with refused("AccessControlUnauthorizedAccount", account, bytes(voucher.MERCHANT_ROLE())):
        voucher.issue(account, COFFEE, 1, {"from": account})


@pytest.mark.parametrize("name", ["GasEatingReceiver", "ContractOwner"])
def test_a_contract_that_takes_no_vouchers_is_issued_none(deploy, voucher, merchant, refused, name):
    contract = deploy(name)
    with refused("ERC1155InvalidReceiver", contract):
        voucher.issue(contract, COFFEE, 1, {"from": merchant})


def test_a_contract_is_told_when_it_holds_what_was_issued(deploy, voucher, merchant):
    collector = deploy("Collector")
    voucher.issue(collector, CAKE, 10, {"from": merchant})
    assert collector.heldInHook() == (10,)
    voucher.issue(collector, CAKE, 5, {"from": merchant})
    assert collector.heldInHook() == (15,)


def test_nothing_is_issued_during_a_pause(voucher, merchant, payer, refused, paused_until):
    with refused("ContractPaused", paused_until(voucher)):
        voucher.issue(payer, COFFEE, 1, {"from": merchant})
    assert voucher.totalSupply["uint256"](COFFEE) == STOCK
