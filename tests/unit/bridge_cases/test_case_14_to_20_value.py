"""Proofs of nothing, deposits that moved nothing, tokens of every kind. Cases 14 to 20 of the bridge."""

import pytest

from offchain.core.checkpoint import OUTBOX_SLOTS, Transfer, pack
from tests.support import holdings, now, reverts, reverts_silently, rpc, send
from tests.unit.bridge_cases.route import COLLATERAL, LARGE_AMOUNT, QUEUE_SECONDS, SENDER
from tests.unit.keys import fresh_address
from tests.unit.rawcall import refusal
from tests.unit.reentrancy import arm, was_refused

THIEF = fresh_address("thief of value")
MAX_AMOUNT = 2**96 - 1
COLOSSAL = 10**9
OF_DECIMALS = {18: "TestToken", 2: "LowDecimalsToken"}


def outbox(vault_route):
    count, cumulative, _ = vault_route.contract.outbox()
    return count, cumulative


# --- 14: a valid proof of zero value, Verus 2026 ---


def test_case_14_verus_no_record_of_nothing_leaves(vault_route, token_route, payer, refused):
    with refused("ZeroAmount", of=vault_route):
        vault_route.contract.lock(THIEF, 0, {"from": payer})
    with refused("ZeroAmount", of=token_route):
        token_route.contract.burn(THIEF, 0, {"from": payer})


def test_case_14_verus_a_proof_of_little_pays_little(route, refused):
    """The proof was good, and what it was worth was not looked at. Here the amount is within what is proven."""
    route.record((THIEF, 1))
    loot = [route.records[0]._replace(amount=COLOSSAL)]
    with refused("WrongAccumulator", route.fold(loot).acc, route.points[1].acc):
        route.arrive(transfers=loot)
    route.arrive()
    assert route.paid(THIEF) == 1


# --- 15: an attested message that moved no money, Allbridge 2026 ---


def test_case_15_allbridge_a_token_that_moves_nothing_locks_nothing(vault_of, payer):
    """One says no; the other says yes and moves nothing. The vault believes its balance alone."""
    honest_no, false_yes = vault_of("FalseReturningToken"), vault_of("IdleToken")
    before = honest_no.state(), false_yes.state()
    with reverts("SafeERC20FailedOperation", honest_no.asset):
        honest_no.contract.lock(THIEF, 100, {"from": payer})
    with reverts("ZeroAmount"):
        false_yes.contract.lock(THIEF, 100, {"from": payer})
    assert (honest_no.state(), false_yes.state()) == before
    assert outbox(honest_no) == outbox(false_yes) == (0, 0)


def test_case_15_allbridge_a_log_is_no_record(vault_route, deploy, payer):
    """Anyone can log what a vault logs. Its outbox, which attestors read, does not move."""
    before = vault_route.state()
    forger = deploy("LogForger")
    tx = forger.lock(0, payer, THIEF, 10**6, vault_route.points[0].acc, {"from": payer})
    assert len(tx.logs) == 1
    assert vault_route.state() == before


def test_case_15_allbridge_coin_that_was_only_promised_locks_nothing(native_route, payer, refused):
    with refused("WrongValue", 0, 100, of=native_route):
        native_route.contract.lock(THIEF, 100, {"from": payer})


def test_case_15_allbridge_what_one_does_not_hold_is_not_burned(token_route, stranger, refused):
    with refused("ERC20InsufficientBalance", stranger, 0, 100, of=token_route):
        token_route.contract.burn(THIEF, 100, {"from": stranger})


def test_case_15_allbridge_a_donation_is_nobodys_deposit(vault_route, payer):
    send(payer, vault_route.asset.transfer, vault_route.contract, 10**6)
    assert outbox(vault_route) == (1, COLLATERAL)
    vault_route.contract.lock(THIEF, 100, {"from": payer})
    assert outbox(vault_route) == (2, COLLATERAL + 100)


# --- 16: one deposit, many claims, Messina 2026 ---


def test_case_16_messina_a_checkpoint_pays_once(route, refused):
    route.record((THIEF, 100))
    route.arrive()
    with refused("AlreadyArrived", 1, 1):
        route.arrive(transfers=route.records)
    later = route.checkpoint(src_block=2_000, src_block_hash=b"\x02" * 32)
    with refused("AlreadyArrived", 1, 1):
        route.arrive(later, transfers=route.records)
    with refused("AlreadyArrived", 1, 1):
        route.arrive(attestation=route.attest(route.checkpoint(), signers=[1, 2]), transfers=route.records)
    assert route.paid(THIEF) == 100


def test_case_16_messina_points_and_checkpoints_do_not_pay_the_same_record_twice(route, refused):
    route.record((THIEF, 100), (THIEF, 30), (THIEF, 7))
    route.split(2)
    route.split(1)
    route.arrive(route.checkpoint(2))
    for count in (1, 2):
        with refused("AlreadyArrived", count, 2):
            route.arrive_point(route.points[count].values(), pack(route.records[:count]), {"from": route.relayer})
    route.arrive()
    assert route.paid(THIEF) == 137


def test_case_16_messina_what_waited_is_paid_once(route, refused):
    route.record((THIEF, LARGE_AMOUNT + 1)).arrive()
    ready_at = now() + QUEUE_SECONDS
    route.wait_until(ready_at)
    route.release_queued(0, ready_at)
    with refused("NotQueued", 0):
        route.release_queued(0, ready_at)
    assert (route.paid(THIEF), route.contract.queuedTotal()) == (LARGE_AMOUNT + 1, 0)


def test_case_16_messina_what_was_returned_is_not_paid_as_well(route, governor, refused):
    route.record((THIEF, LARGE_AMOUNT + 1)).arrive()
    ready_at = now() + QUEUE_SECONDS
    before = route.contract.outbox()[1]
    route.contract.returnQueued(0, route.records[0], ready_at, {"from": governor})
    assert route.contract.outbox()[1] - before == LARGE_AMOUNT + 1
    route.wait_until(ready_at)
    with refused("NotQueued", 0):
        route.release_queued(0, ready_at)
    with refused("NotQueued", 0):
        route.contract.returnQueued(0, route.records[0], ready_at, {"from": governor})
    assert (route.paid(THIEF), route.contract.queuedTotal()) == (0, 0)


# --- 17: a token at address zero or without code, Qubit 2022 ---


def test_case_17_qubit_a_vault_of_an_account_without_code_is_not_made(build_vault):
    with reverts("NotAToken", THIEF):
        build_vault(THIEF)


def test_case_17_qubit_coin_and_token_do_not_stand_for_each_other(vault_route, native_route, payer, refused):
    """The zero address is the native coin, which has to come along; a token's vault takes none."""
    with refused("WrongValue", 100, 0, of=vault_route):
        vault_route.contract.lock(THIEF, 100, {"from": payer, "value": 100})
    for value in (0, 99, 101):
        with refused("WrongValue", value, 100, of=native_route):
            native_route.contract.lock(THIEF, 100, {"from": payer, "value": value})


# --- 18: the wrapper of the native coin was passed by, Meter 2022 ---


def test_case_18_meter_the_wrapper_is_a_token_like_any(vault_of, payer):
    """The vault of wrapped coin takes no coin in its place, and nothing is booked that did not come."""
    route = vault_of("WrappedCoin")
    before = route.state()
    with reverts("WrongValue", 100, 0):
        route.contract.lock(THIEF, 100, {"from": payer, "value": 100})
    with reverts("ERC20InsufficientBalance", payer, 0, 100):
        route.contract.lock(THIEF, 100, {"from": payer})
    assert (route.state(), outbox(route)) == (before, (0, 0))


def test_case_18_meter_coin_sent_past_lock_books_nothing(vault_route, native_route, token_route, payer, forcer):
    for route in (vault_route, native_route, token_route):
        before = route.contract.outbox()
        with reverts_silently():
            payer.transfer(route.contract, 100)
        forcer.force(route.contract, {"from": payer, "value": 100})
        assert route.contract.outbox() == before


# --- 19: tokens that take a fee, rebase, say no, say nothing, call back ---


def test_case_19_a_fee_of_the_token_is_not_booked(vault_of, payer):
    route = vault_of("FeeToken")
    route.contract.lock(THIEF, 1_000, {"from": payer})
    assert (outbox(route), route.paid(route.contract)) == ((1, 990), 990)


def test_case_19_a_token_that_shrinks_stops_the_vault_and_no_other(vault_of, payer, stranger, native_route):
    route = vault_of("RebasingToken")
    route.contract.lock(THIEF, 1_000, {"from": payer})
    with reverts("Solvent", 1_000, 1_000):
        route.contract.proveInsolvency({"from": stranger})
    route.asset.rebase(1, 2, {"from": stranger})
    route.contract.proveInsolvency({"from": stranger})
    with reverts("ContractPaused", route.contract.pausedUntil()):
        route.contract.lock(THIEF, 1, {"from": payer})
    assert native_route.contract.pausedUntil() == 0


def test_case_19_a_token_that_says_nothing_is_locked_and_released(vault_of, payer):
    route = vault_of("NoReturnToken")
    route.contract.lock(THIEF, 1_000, {"from": payer})
    route.record((THIEF, 400)).arrive()
    assert (outbox(route), route.paid(THIEF), route.paid(route.contract)) == ((1, 1_000), 400, 600)


def test_case_19_a_token_that_says_no_on_the_way_out_makes_its_record_wait(vault_of, payer):
    route = vault_of("FickleToken")
    route.contract.lock(THIEF, 1_000, {"from": payer})
    route.asset.setAnswers(0, 1, {"from": payer})
    route.record((THIEF, 400)).arrive()
    assert (route.paid(THIEF), route.contract.queuedTotal()) == (0, 400)
    assert bytes(route.contract.queued(0)) == route.queued_hash(0, now() + QUEUE_SECONDS)


def reentrant_calls(route):
    contract = route.contract
    return {
        "lock": contract.lock.encode_input(THIEF, 50),
        "release": contract.release.encode_input(
            route.checkpoint().values(), pack(route.records), route.attest(route.checkpoint())
        ),
    }


@pytest.mark.parametrize("inner", ["lock", "release"])
def test_case_19_a_token_that_calls_back_while_it_is_locked_is_not_booked_twice(vault_of, payer, inner):
    """Within the transfer of 100 it locks 50 more: by the change of the balance that would be 150 and 50."""
    route = vault_of("ReentrantToken")
    route.contract.lock(THIEF, 1_000, {"from": payer})
    route.record((THIEF, 400))
    send(payer, route.asset.mint, route.asset, 1_000)
    approval = route.asset.approve.encode_input(route.contract, 2**256 - 1)
    send(payer, route.asset.execute, route.asset, 0, approval)
    arm(route.asset, payer, route.contract, reentrant_calls(route)[inner])
    route.contract.lock(THIEF, 100, {"from": payer})
    assert was_refused(route.asset)
    assert (outbox(route), route.contract.inbox()[0]) == ((2, 1_100), 0)
    assert route.paid(route.contract) == 1_100


@pytest.mark.parametrize("inner", ["lock", "release", "releasePoint", "releaseQueued"])
def test_case_19_a_recipient_who_calls_back_is_paid_once(native_route, receiver, payer, inner):
    route = native_route
    route.record((receiver, 300), (receiver, LARGE_AMOUNT + 1), (receiver, 20), (receiver, 4))
    route.arrive(route.checkpoint(2))
    ready_at = now() + QUEUE_SECONDS
    route.split(3)
    calls = {
        "lock": route.contract.lock.encode_input(THIEF, 0),
        "release": route.contract.release.encode_input(
            route.checkpoint().values(), pack(route.records[2:]), route.attest(route.checkpoint())
        ),
        "releasePoint": route.contract.releasePoint.encode_input(route.points[3].values(), pack(route.records[2:3])),
        "releaseQueued": route.contract.releaseQueued.encode_input(1, route.records[1], ready_at),
    }
    route.wait_until(ready_at)
    arm(receiver, payer, route.contract, calls[inner])
    route.release_queued(1, ready_at)
    assert was_refused(receiver)
    assert route.paid(receiver) == 300 + LARGE_AMOUNT + 1
    route.arrive()
    assert route.paid(receiver) == 300 + LARGE_AMOUNT + 1 + 20 + 4


# --- 20: decimals, dust, overflow ---


def test_case_20_dust_is_refused_and_never_rounded(coarse_route, payer, refused):
    unit = coarse_route.unit
    assert unit == 10**12
    for amount in (1, unit - 1, unit + 1, 5 * unit + 1):
        with refused("Dust", amount, unit, of=coarse_route):
            coarse_route.contract.lock(THIEF, amount, {"from": payer})
    coarse_route.contract.lock(THIEF, 5 * unit, {"from": payer})
    assert outbox(coarse_route) == (1, 5)
    coarse_route.record((THIEF, 2)).arrive()
    assert holdings([coarse_route.asset], [THIEF])[str(coarse_route.asset), THIEF] == 2 * unit


@pytest.mark.parametrize("declared, own", [(6, 18), (24, 18), (18, 2)])
def test_case_20_declared_decimals_are_the_tokens_own(build_vault, deploy, declared, own):
    asset = deploy(OF_DECIMALS[own])
    with reverts("WrongDecimals", declared, own):
        build_vault(asset, decimals=declared, route_decimals=min(declared, own))


def test_case_20_a_route_is_no_finer_than_its_asset(build_vault, deploy):
    asset = deploy(OF_DECIMALS[2])
    with reverts("WrongDecimals", 6, 2):
        build_vault(asset, decimals=2, route_decimals=6)


@pytest.mark.parametrize("amounts", [(MAX_AMOUNT, 1), (2**95, 2**95), (MAX_AMOUNT, MAX_AMOUNT, 2)])
def test_case_20_no_sum_of_records_wraps_around(route, refused, amounts):
    """The largest that a record can hold; their sums would be zero in as many bits."""
    transfers = [Transfer(SENDER, THIEF, amount) for amount in amounts]
    assert sum(amounts) % 2**96 == 0
    claimed = route.checkpoint(count=len(amounts), acc=route.fold(transfers).acc, cumulative=0)
    with refused("WrongCumulative", sum(amounts), 0):
        route.arrive(claimed, transfers)


def test_case_20_a_record_holds_96_bits_and_no_more_leaves(vault_of, payer):
    route = vault_of("TestToken")
    send(payer, route.asset.mint, payer, 2**255)
    before = route.state()
    with reverts("AmountTooLarge", MAX_AMOUNT + 1, MAX_AMOUNT):
        route.contract.lock(THIEF, MAX_AMOUNT + 1, {"from": payer})
    assert route.state() == before
    route.contract.lock(THIEF, MAX_AMOUNT, {"from": payer})
    assert outbox(route) == (1, MAX_AMOUNT)


def test_case_20_what_left_is_counted_to_the_last_unit_and_not_beyond(vault_of, payer):
    """Nobody gets there; so its storage is written here as if somebody had."""
    route = vault_of("TestToken")
    slots = OUTBOX_SLOTS["BridgeVault"]
    word = int(rpc("eth_getStorageAt", route.contract.address, hex(slots.hot), "latest"), 16)
    full = word | (2**128 - 6) << 8 * slots.offset_bytes
    rpc("anvil_setStorageAt", route.contract.address, hex(slots.hot), f"0x{full:064x}")
    assert outbox(route) == (0, 2**128 - 6)
    data = bytes.fromhex(route.contract.lock.encode_input(THIEF, 6)[2:])
    assert refusal(route.contract, data, payer) == "Integer overflow"
    route.contract.lock(THIEF, 5, {"from": payer})
    assert outbox(route) == (1, 2**128 - 1)
