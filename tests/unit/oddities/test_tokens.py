"""The mocks are as odd as the table takes them to be: asked directly, with no contract of ours between."""

import pytest
from brownie import ZERO_ADDRESS

from tests.support import mined, rpc, send, spelled
from tests.unit.keys import fresh_address
from tests.unit.oddities.case import LOAN, Case, Step, view
from tests.unit.oddities.dai import permit_of_dai
from tests.unit.oddities.judge import in_words, tokens
from tests.unit.oddities.tokens import (
    MAX,
    MAX96,
    ODDITIES,
    UNIT,
    Leg,
    Refused,
    less_one_percent,
    plainly,
    with_a_burden,
)
from tests.unit.oddities.world import SHARE

IMPLEMENTATION = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"  # the slot of EIP-1967
QUIET = ("returns false", "moves and answers 2", "codeless", "eats all gas")  # what moves tells nothing of them
MOVING = (plainly, less_one_percent, with_a_burden)


@pytest.fixture
def case(world):
    """A token that is odd by now, to the payer who gives and the merchant who gets."""

    def case(name):
        case = Case(world, name, world.processor, "payer")
        case.wake(world.payer, world.merchant)
        return case

    return case


def tell(case, sender, method, *arguments):
    """Somebody calls the token: its error, or None."""
    return case.attempt(Step(sender, getattr(case.token, method), arguments, [], [], lambda: True))[0]


@pytest.mark.parametrize("name", [name for name in ODDITIES if name not in QUIET])
def test_a_transfer_is_what_the_model_of_its_token_says(world, case, name):
    odd = case(name)
    leg = Leg(str(world.payer), str(world.merchant), odd.asked)
    expected, refusal = tokens(odd.look()), None
    try:
        odd.oddity.moves(odd, expected, leg)
    except Refused as refused:
        refusal = in_words(refused.args)
    assert tell(odd, world.payer, "transfer", world.merchant, odd.asked) == refusal
    assert tokens(odd.look()) == expected


@pytest.mark.parametrize("name", [name for name in ODDITIES if ODDITIES[name].moves in MOVING])
def test_the_answer_to_a_transfer_is_true_if_nothing_else_is_odd_about_it(world, case, name):
    odd = case(name)
    data = odd.token.transfer.encode_input(world.merchant, 4)
    answer = rpc("eth_call", {"from": str(world.payer), "to": odd.token.address, "data": data}, "latest")
    assert answer == ("0x" if name == "returns nothing" else "0x" + "1".zfill(64))


def test_what_is_answered_beside_the_truth(world, case):
    for name, word in (("returns false", 0), ("moves and answers 2", 2)):
        odd = case(name)
        data = odd.token.transfer.encode_input(world.merchant, 2)
        before = tokens(odd.look())
        answer = rpc("eth_call", {"from": str(world.payer), "to": odd.token.address, "data": data}, "latest")
        assert int(answer, 16) == word
        assert tell(odd, world.payer, "transfer", world.merchant, 2) is None
        assert tokens(odd.look())[str(world.merchant)] - before[str(world.merchant)] == word


def test_what_eats_all_gas_leaves_none_and_only_of_transfer(world, case):
    odd = case("eats all gas")
    call = {"from": str(world.payer), "to": odd.token.address, "gas": hex(10**6), "gasPrice": "0x0"}
    eaten = mined({**call, "data": odd.token.transfer.encode_input(world.merchant, 1)})
    assert (eaten["status"], int(eaten["gasUsed"], 16)) == ("0x0", 10**6)
    send(world.payer, odd.token.approve, world.payer, 1)
    assert send(world.payer, odd.token.transferFrom, world.payer, world.merchant, 1) < 10**5


def test_codeless_means_that_every_call_goes_well_and_nothing_answers(world, case):
    odd = case("codeless")
    call = {"from": str(world.payer), "to": odd.token.address}
    assert rpc("eth_call", {**call, "data": odd.token.transfer.encode_input(world.merchant, 1)}, "latest") == "0x"
    assert rpc("eth_getCode", odd.token.address, "latest") == "0x"


def test_what_calls_back_does_so_in_both_kinds_of_transfer(world, case):
    odd = case("calls back")
    for method, parties in (("transfer", (world.merchant,)), ("transferFrom", (world.payer, world.merchant))):
        send(world.payer, odd.token.approve, world.payer, MAX)
        send(world.payer, odd.token.arm, world.other, world.other.totalSupply.encode_input())
        assert tell(odd, world.payer, method, *parties, 1) is None
        assert view(odd.token.succeeded)


def test_proxies_keep_the_ledger_and_not_the_code_and_one_of_them_changes_it(world, case):
    fixed, changed = case("proxied"), case("upgradeable")
    for odd, implementation in ((fixed, world.signed_token), (changed, world.fee_token)):
        slot = rpc("eth_getStorageAt", odd.token.address, IMPLEMENTATION, "latest")
        assert slot[-40:] == implementation.address[2:].lower()
        assert view(implementation.totalSupply) == 0 < view(odd.token.totalSupply)
    assert view(changed.token.feeBps) == 100


@pytest.mark.parametrize(("name", "decimals"), [("low decimals", 2), ("high decimals", 24), ("code in metadata", 18)])
def test_decimals(case, name, decimals):
    assert view(case(name).token.decimals) == decimals


def test_of_what_has_few_decimals_a_fee_rounds_to_nothing_and_of_many_an_amount_nears_96_bits():
    assert ODDITIES["low decimals"].amount * 100 // 10_000 == 0
    assert MAX96 // 20 < ODDITIES["high decimals"].amount < MAX96


def test_96_bits_are_all_that_a_uint96_knows(world, case):
    odd = case("uint96")
    assert tell(odd, world.payer, "transfer", world.merchant, 2**96) == spelled("Above96Bits", 2**96)
    assert tell(odd, world.payer, "approve", world.merchant, 2**96) == spelled("Above96Bits", 2**96)
    assert view(odd.token.allowance, world.payer, world.processor) == MAX96


def test_nothing_cannot_be_moved_where_zero_reverts(world, case):
    error = spelled("NothingToMove", world.payer, world.merchant)
    assert tell(case("reverts on zero value"), world.payer, "transfer", world.merchant, 0) == error


def test_approvals_are_refused_on_top_of_another_and_if_large(world, case):
    odd = case("reverts on reapproval")
    error = spelled("StillApproved", world.payer, world.processor, MAX)
    assert tell(odd, world.payer, "approve", world.processor, 1) == error
    assert tell(odd, world.payer, "approve", world.processor, 0) is None
    odd = case("reverts on large approval")
    assert tell(odd, world.payer, "approve", world.processor, 2**96) == spelled("ApprovalTooLarge", 2**96)


def test_nothing_goes_to_the_zero_address(world, case):
    odd = case("reverts to the zero address")
    assert tell(odd, world.payer, "transfer", ZERO_ADDRESS, 1) == spelled("ERC20InvalidReceiver", ZERO_ADDRESS)


def test_two_addresses_are_one_token(world, case):
    second = case("several entry addresses").token
    first = world.at("TwoEntryToken", view(second.ledger))
    assert first.address != second.address
    send(world.payer, first.transfer, world.merchant, 1)
    assert view(first.balanceOf, world.payer) == view(second.balanceOf, world.payer) == SHARE * UNIT - 1


def test_the_permit_of_dai_is_its_own(world, case):
    token = case("DAI permit").token
    spender = fresh_address("spender")
    terms = permit_of_dai(token, world.payer, spender)
    send(world.stranger, token.permit, *terms)
    assert view(token.allowance, world.payer, spender) == MAX
    assert len(terms) == 8  # EIP-2612 has seven


def test_metadata_hold_code(case):
    token = case("code in metadata").token
    assert "<script>" in view(token.name)
    assert "\x1b[2K" in view(token.symbol)


def test_a_loan_is_there_in_the_call_and_gone_after_it(world, case):
    odd, borrower = case("flash-mintable"), world.borrowers["payer"]
    held = tokens(odd.look())
    assert tell(odd, borrower, "transfer", borrower, LOAN) is None
    assert tell(odd, world.payer, "transfer", borrower, LOAN) is not None
    assert tokens(odd.look()) == held
