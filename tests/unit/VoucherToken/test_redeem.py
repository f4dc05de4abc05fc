"""redeem: a holder burns its own vouchers."""

import pytest

from tests.support import NATIVE, emitted, event
from tests.unit.VoucherToken.conftest import CAKE, COFFEE, STOCK


@pytest.mark.parametrize("amount", [1, STOCK - 1, STOCK])
def test_a_holder_redeems_its_own(voucher, payer, changes, amount):
    changed = changes(lambda: voucher.redeem(COFFEE, amount, {"from": payer}))
    assert changed == {("balance", str(payer), COFFEE): -amount, ("supply", COFFEE): -amount}


def test_a_redemption_says_who_and_what(voucher, payer):
    tx = voucher.redeem(COFFEE, 3, {"from": payer})
    burnt = event("TransferSingle", payer, payer, NATIVE, COFFEE, 3)
    assert emitted(tx, voucher) == [event("VoucherRedeemed", payer, COFFEE, 3), burnt]


def test_two_redemptions_are_one_of_their_sum(voucher, payer, changes):
    parts = changes(lambda: [voucher.redeem(COFFEE, amount, {"from": payer}) for amount in (3, 4)])
    assert parts == changes(lambda: voucher.redeem(COFFEE, 7, {"from": payer}))


@pytest.mark.parametrize("amount", [STOCK + 1, 2**256 - 1])
def test_no_more_is_redeemed_than_is_held(voucher, payer, refused, amount):
    with refused("ERC1155InsufficientBalance", payer, STOCK, amount, COFFEE):
        voucher.redeem(COFFEE, amount, {"from": payer})


def test_what_is_redeemed_is_gone(voucher, payer, stranger, refused):
    voucher.redeem(COFFEE, STOCK, {"from": payer})
    assert not voucher.exists(COFFEE)
    for act in (
        lambda: voucher.redeem(COFFEE, 1, {"from": payer}),
        lambda: voucher.safeTransferFrom(payer, stranger, COFFEE, 1, "", {"from": payer}),
        lambda: voucher.safeBatchTransferFrom(payer, stranger, [COFFEE], [1], "", {"from": payer}),
    ):
        with refused("ERC1155InsufficientBalance", payer, 0, 1, COFFEE):
            act()


def test_a_redemption_of_nothing_is_refused(voucher, payer, refused):
    for kind in (COFFEE, CAKE):
        with refused("ZeroAmount"):
            voucher.redeem(kind, 0, {"from": payer})


@pytest.mark.parametrize("role", ["merchant", "friend", "governor"])
def test_nobody_redeems_another_s(request, voucher, payer, refused, role):
    account = request.getfixturevalue(role)
    voucher.setApprovalForAll(account, True, {"from": payer})
    with refused("ERC1155InsufficientBalance", account, 0, 1, COFFEE):
        voucher.redeem(COFFEE, 1, {"from": account})


def test_a_pause_blocks_no_redemption(voucher, payer, paused_until):
    paused_until(voucher)
    voucher.redeem(COFFEE, 1, {"from": payer})
    assert voucher.balanceOf(payer, COFFEE) == STOCK - 1
