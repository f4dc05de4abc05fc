"""safeTransferFrom and safeBatchTransferFrom: a batch is its singles, and the receiver is told when it holds them."""

import pytest
from brownie import chain
from brownie.exceptions import VirtualMachineError
from brownie.test import given
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.support import NATIVE, at, emitted, event
from tests.unit.VoucherToken.conftest import CAKE, COFFEE, KINDS, NIGHT, STOCK

WAYS = pytest.mark.parametrize("way", ["single", "batch"])


@pytest.fixture
def move(voucher):
    """Move vouchers of one kind, by either way of the standard."""

    def move(way, source, to, kind, amount, by):
        if way == "single":
            return voucher.safeTransferFrom(source, to, kind, amount, b"for you", {"from": by})
        return voucher.safeBatchTransferFrom(source, to, [kind], [amount], b"for you", {"from": by})

    return move


@WAYS
@pytest.mark.parametrize("by", ["payer", "friend"])
@pytest.mark.parametrize("amount", [0, 1, STOCK])
def test_holder_and_operator_move_vouchers(request, voucher, payer, friend, stranger, move, changes, way, by, amount):
    voucher.setApprovalForAll(friend, True, {"from": payer})
    changed = changes(lambda: move(way, payer, stranger, COFFEE, amount, request.getfixturevalue(by)))
    places = {("balance", str(payer), COFFEE): -amount, ("balance", str(stranger), COFFEE): amount}
    assert changed == (places if amount else {})


def test_a_move_of_one_kind_is_one_event(voucher, payer, friend, stranger, move):
    voucher.setApprovalForAll(friend, True, {"from": payer})
    tx = move("single", payer, stranger, COFFEE, 3, friend)
    assert emitted(tx, voucher) == [event("TransferSingle", friend, payer, stranger, COFFEE, 3)]
    tx = voucher.safeBatchTransferFrom(payer, stranger, [COFFEE, NIGHT], [1, 2], "", {"from": payer})
    assert emitted(tx, voucher) == [event("TransferBatch", payer, payer, stranger, (COFFEE, NIGHT), (1, 2))]


@WAYS
def test_two_moves_are_one_of_their_sum(payer, stranger, move, changes, way):
    parts = changes(lambda: [move(way, payer, stranger, COFFEE, amount, payer) for amount in (3, 4)])
    assert parts == changes(lambda: move(way, payer, stranger, COFFEE, 7, payer))


@WAYS
@pytest.mark.parametrize("amount", [0, 1, STOCK])
def test_a_move_to_oneself_changes_nothing(payer, move, changes, way, amount):
    assert changes(lambda: move(way, payer, payer, COFFEE, amount, payer)) == {}


@WAYS
@pytest.mark.parametrize("to", ["stranger", "payer"])
@pytest.mark.parametrize("amount", [STOCK + 1, 2**256 - 1])
def test_no_more_is_moved_than_is_held(request, payer, move, refused, way, to, amount):
    with refused("ERC1155InsufficientBalance", payer, STOCK, amount, COFFEE):
        move(way, payer, request.getfixturevalue(to), COFFEE, amount, payer)


@WAYS
@pytest.mark.parametrize("by", ["stranger", "merchant", "governor", "guardian"])
def test_nobody_else_moves_vouchers(request, payer, move, refused, way, by):
    account = request.getfixturevalue(by)
    for amount in (0, 1):
        with refused("ERC1155MissingApprovalForAll", account, payer):
            move(way, payer, account, COFFEE, amount, account)


@WAYS
def test_vouchers_do_not_move_to_nobody(payer, move, refused, way):
    with refused("ERC1155InvalidReceiver", NATIVE):
        move(way, payer, NATIVE, COFFEE, 1, payer)


@WAYS
def test_vouchers_do_not_move_from_nobody(payer, stranger, move, refused, way):
    with refused("ERC1155MissingApprovalForAll", payer, NATIVE):
        move(way, NATIVE, stranger, COFFEE, 1, payer)


@WAYS
def test_a_pause_blocks_moves_until_it_ends(voucher, payer, stranger, move, refused, paused_until, way):
    until = paused_until(voucher)
    for amount in (0, 1):
        with refused("ContractPaused", until):
            move(way, payer, stranger, COFFEE, amount, payer)
    at(until)
    move(way, payer, stranger, COFFEE, 1, payer)
    assert voucher.balanceOf(stranger, COFFEE) == 1


@WAYS
@pytest.mark.parametrize("name", ["GasEatingReceiver", "ContractOwner"])
def test_a_contract_that_takes_no_vouchers_gets_none(deploy, payer, move, refused, way, name):
    contract = deploy(name)
    with refused("ERC1155InvalidReceiver", contract):
        move(way, payer, contract, COFFEE, 1, payer)


@WAYS
def test_a_contract_is_told_when_it_holds_the_vouchers(deploy, payer, move, way):
    collector = deploy("Collector")
    move(way, payer, collector, COFFEE, 10, payer)
    assert collector.heldInHook() == (10,)
    move(way, payer, collector, COFFEE, 5, payer)
    assert collector.heldInHook() == (15,)


def test_a_contract_holds_the_whole_batch_when_it_is_told_of_it(deploy, voucher, payer):
    collector = deploy("Collector")
    voucher.safeBatchTransferFrom(payer, collector, [COFFEE, NIGHT, COFFEE], [1, 2, 3], "", {"from": payer})
    assert collector.heldInHook() == (4, 2, 4)


def test_a_hook_can_take_nothing_more(deploy, voucher, payer, move):
    """The giver's other vouchers are as safe within the hook as outside."""
    collector = deploy("Collector")
    more = voucher.safeTransferFrom.encode_input(payer, collector, NIGHT, 1, "")
    collector.arm(voucher, more)
    move("single", payer, collector, COFFEE, 1, payer)
    assert (collector.called(), collector.succeeded()) == (True, False)
    assert voucher.balanceOf(payer, NIGHT) == STOCK


@pytest.mark.parametrize(("kinds", "amounts"), [([COFFEE], []), ([], [1]), ([COFFEE, NIGHT], [1])])
def test_a_batch_has_as_many_kinds_as_amounts(voucher, payer, stranger, refused, kinds, amounts):
    with refused("ERC1155InvalidArrayLength", len(kinds), len(amounts)):
        voucher.safeBatchTransferFrom(payer, stranger, kinds, amounts, "", {"from": payer})


def test_a_batch_of_nothing_changes_nothing(voucher, payer, stranger, changes):
    assert changes(lambda: voucher.safeBatchTransferFrom(payer, stranger, [], [], "", {"from": payer})) == {}


def test_a_batch_whose_last_part_is_too_much_moves_nothing(voucher, payer, stranger, refused):
    with refused("ERC1155InsufficientBalance", payer, STOCK - 1, STOCK, COFFEE):
        arguments = (payer, stranger, [COFFEE, NIGHT, COFFEE], [1, 5, STOCK], "")
        voucher.safeBatchTransferFrom(*arguments, {"from": payer})


@given(
    parts=st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from([0, 1, 7, 500, STOCK])), max_size=6),
    to=st.sampled_from(["stranger", "payer"]),
)
@settings(max_examples=30, suppress_health_check=HealthCheck.all(), deadline=None)
def test_a_batch_is_the_sequence_of_its_singles(request, voucher, payer, state, parts, to):
    to, before = request.getfixturevalue(to), state()
    chain.snapshot()
    singles = outcome(lambda: [voucher.safeTransferFrom(payer, to, *part, "", {"from": payer}) for part in parts])
    after_singles = state() if singles is None else before
    chain.revert()
    kinds, amounts = [kind for kind, _ in parts], [amount for _, amount in parts]
    batch = outcome(lambda: voucher.safeBatchTransferFrom(payer, to, kinds, amounts, "", {"from": payer}))
    assert (batch, state()) == (singles, after_singles)
    chain.revert()


def outcome(act):
    """The error that an act ends with, or None."""
    try:
        act()
    except VirtualMachineError as revert:
        return revert.revert_msg
    return None


def test_balances_are_told_in_one_call_as_in_many(voucher, payer, stranger):
    accounts, kinds = [payer, stranger, payer], [COFFEE, COFFEE, CAKE]
    answer = voucher.balanceOfBatch(accounts, kinds)
    assert list(answer) == [voucher.balanceOf(*each) for each in zip(accounts, kinds, strict=True)] == [STOCK, 0, 0]


def test_nobody_holds_no_vouchers(voucher, payer):
    voucher.redeem(COFFEE, 10, {"from": payer})
    assert voucher.balanceOf(NATIVE, COFFEE) == 0
    assert list(voucher.balanceOfBatch([NATIVE], [COFFEE])) == [0]


def test_balances_are_asked_for_in_pairs(voucher, payer, refused):
    with refused("ERC1155InvalidArrayLength", 2, 1):
        voucher.balanceOfBatch([payer], [COFFEE, NIGHT])
