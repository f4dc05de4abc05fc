"""setApprovalForAll: whom a holder lets move all of its vouchers."""

import pytest

from tests.support import NATIVE, emitted, event
from tests.unit.VoucherToken.conftest import COFFEE, STOCK


def test_a_holder_names_an_operator_and_dismisses_it(voucher, payer, friend, changes):
    place = ("operator", str(payer), str(friend))
    assert changes(lambda: voucher.setApprovalForAll(friend, True, {"from": payer})) == {place: 1}
    assert changes(lambda: voucher.setApprovalForAll(friend, False, {"from": payer})) == {place: -1}


@pytest.mark.parametrize("approved", [True, False])
def test_naming_an_operator_is_one_event(voucher, payer, friend, approved):
    tx = voucher.setApprovalForAll(friend, approved, {"from": payer})
    assert emitted(tx, voucher) == [event("ApprovalForAll", payer, friend, approved)]


def test_nobody_is_no_operator(voucher, payer, refused):
    with refused("ERC1155InvalidOperator", NATIVE):
        voucher.setApprovalForAll(NATIVE, True, {"from": payer})


def test_a_dismissed_operator_moves_nothing(voucher, payer, friend, refused):
    for approved in (True, False):
        voucher.setApprovalForAll(friend, approved, {"from": payer})
    with refused("ERC1155MissingApprovalForAll", friend, payer):
        voucher.safeTransferFrom(payer, friend, COFFEE, 1, "", {"from": friend})


def test_moves_issues_and_redemptions_leave_approvals_alone(voucher, payer, friend, merchant, stranger, changes):
    voucher.setApprovalForAll(friend, True, {"from": payer})

    def act():
        voucher.safeTransferFrom(payer, stranger, COFFEE, STOCK, "", {"from": friend})
        voucher.safeBatchTransferFrom(stranger, payer, [COFFEE], [STOCK], "", {"from": stranger})
        voucher.issue(friend, COFFEE, 1, {"from": merchant})
        voucher.redeem(COFFEE, 1, {"from": payer})

    assert changes(act) == {("balance", str(friend), COFFEE): 1, ("balance", str(payer), COFFEE): -1}
    assert voucher.isApprovedForAll(payer, friend)


def test_a_pause_blocks_no_approval(voucher, payer, friend, paused_until):
    paused_until(voucher)
    voucher.setApprovalForAll(friend, True, {"from": payer})
    assert voucher.isApprovedForAll(payer, friend)
