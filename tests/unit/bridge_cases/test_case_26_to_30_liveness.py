"""Reorganized chains, recipients who refuse, dust, pauses, attestors gone: nothing stands still. Cases 26 to 30."""

from dataclasses import replace

import pytest
from eth_utils import keccak

from offchain.core.checkpoint import fold_all, pack
from tests.support import mined, now, reverts, send
from tests.unit.bridge_cases.route import (
    CAPACITY,
    DAY,
    LARGE_AMOUNT,
    QUEUE_SECONDS,
    REFILL_SECONDS,
    SOURCE_BLOCK,
    attestors,
)
from tests.unit.keys import fresh_address

PAYEE, OTHER = fresh_address("payee of the bridge"), fresh_address("other payee of the bridge")
THIEF = fresh_address("griefer")
ZERO_ADDRESS = "0x" + "00" * 20
FORK = keccak(text="another block of that number")
MAX_PAUSE = 14 * DAY


# --- 26: a reorganization after the attestation, a stretch without finality ---


def test_case_26_who_signs_both_sides_of_a_reorganization_is_out_and_the_route_stops(route, stranger, governor):
    """Two blocks of one number cannot both be final. Anyone may prove who signed both."""
    route.record((PAYEE, 100))
    first = route.checkpoint()
    second = replace(first, src_block_hash=FORK)
    route.prove_equivocation(0, first, second, sender=stranger)
    assert route.contract.isDisabled(route.addresses[0])
    assert bytes(route.contract.attestorSet()) == bytes(32)
    assert route.contract.pausedUntil() == now() + MAX_PAUSE
    with reverts("ContractPaused", route.contract.pausedUntil()):
        route.arrive()
    route.contract.unpause({"from": governor})
    with reverts("NoAttestors"):
        route.arrive()
    with reverts("DisabledAttestor", route.addresses[0]):
        route.contract.rotate(2, route.addresses, {"from": governor})
    route.rotate(route.keys[1:])
    route.arrive()
    assert route.paid(PAYEE) == 100


@pytest.mark.parametrize("other", [{"acc": keccak(b"another history")}, {"cumulative": 101}])
def test_case_26_two_histories_of_one_length_are_a_proof_too(route, stranger, other):
    route.record((PAYEE, 100))
    first = route.checkpoint()
    second = replace(first, src_block=SOURCE_BLOCK + 1, src_block_hash=FORK, **other)
    route.prove_equivocation(1, first, second, sender=stranger)
    assert [route.contract.isDisabled(address) for address in route.addresses] == [False, True, False]


def test_case_26_an_honest_attestor_is_not_proven_guilty(route, stranger, refused):
    """To sign the same state at a later block, or a later state, is what attestors do."""
    route.record((PAYEE, 100), (PAYEE, 100))
    first = route.checkpoint(1)
    later = {"src_block": SOURCE_BLOCK + 64, "src_block_hash": FORK}
    for second in (first, replace(first, **later), route.checkpoint(2, **later)):
        with refused("NoEquivocation"):
            route.prove_equivocation(0, first, second, sender=stranger)
    guilty = replace(first, src_block_hash=FORK)
    with refused("NotAnAttestor", route.addresses[0]):
        route.prove_equivocation(0, first, guilty, sender=stranger, second_signer=1)


def test_case_26_without_finality_nothing_is_lost_and_all_arrives_together_later(route):
    """No checkpoint comes for a week; then one covers all of it."""
    route.record(*[(PAYEE, 10)] * 5).arrive()
    route.record(*[(PAYEE, 10)] * 20)
    route.wait_until(now() + 7 * DAY)
    route.arrive(route.checkpoint(src_block=SOURCE_BLOCK + 50_000, src_block_hash=FORK))
    assert (route.paid(PAYEE), route.contract.inbox()[0]) == (250, 25)


# --- 27: a recipient who is blocked, or reverts ---


def test_case_27_a_blocked_recipient_waits_and_the_others_are_paid(vault_of, payer, stranger):
    route = vault_of("BlocklistToken")
    route.contract.lock(OTHER, 10_000, {"from": payer})
    send(payer, route.asset.block, PAYEE)
    route.record((OTHER, 10), (PAYEE, 20), (OTHER, 30)).arrive()
    ready_at = now() + QUEUE_SECONDS
    assert (route.paid(OTHER), route.paid(PAYEE), route.contract.queuedTotal()) == (40, 0, 20)
    route.wait_until(ready_at)
    with reverts("RecipientRefused", 1, PAYEE):
        route.release_queued(1, ready_at)
    send(payer, route.asset.unblock, PAYEE)
    route.release_queued(1, ready_at, sender=stranger)
    assert (route.paid(PAYEE), route.contract.queuedTotal()) == (20, 0)


@pytest.mark.parametrize("kind", ["RevertingReceiver", "GasEatingReceiver", "ReturnBombReceiver"])
def test_case_27_a_recipient_of_coin_who_reverts_eats_gas_or_answers_hugely_stops_nobody(
    native_route, deploy, payer, kind
):
    hostile = deploy(kind)
    if kind == "GasEatingReceiver":
        hostile.setAppetite(2**63)
    if kind == "ReturnBombReceiver":
        hostile.setBomb(150_000, True)
    native_route.record((OTHER, 10), (hostile, 20), (OTHER, 30)).arrive()
    assert (native_route.paid(OTHER), native_route.paid(hostile)) == (40, 0)
    assert native_route.contract.queuedTotal() == 20


@pytest.fixture(params=["native", "token"])
def collateral(request, native_route, vault_route):
    return {"native": native_route, "token": vault_route}[request.param]


def test_case_27_a_relayer_who_sends_too_little_gas_makes_nobody_wait(collateral, deploy, stranger):
    """He cannot starve a recipient into refusing: with too little gas for it nothing of it happens."""
    wallet = deploy("GasEatingReceiver")
    wallet.setAppetite(60_000)
    collateral.record((wallet, 10))
    before, checkpoint = collateral.state(), collateral.checkpoint()
    data = collateral.arrive_now.encode_input(
        checkpoint.values(), pack(collateral.records), collateral.attest(checkpoint)
    )
    call = {"from": str(stranger), "to": collateral.contract.address, "data": data, "gasPrice": "0x0"}
    statuses = []
    for gas in range(60_000, 800_000, 10_000):
        statuses.append(mined({**call, "gas": hex(gas)})["status"])
        if statuses[-1] == "0x1":
            break
        assert collateral.state() == before
    assert statuses.count("0x1") == 1 and len(statuses) > 10
    assert (collateral.paid(wallet), collateral.contract.queuedTotal()) == (10, 0)


def test_case_27_nobody_and_the_contract_itself_are_recipients_who_wait(route, governor):
    route.record((ZERO_ADDRESS, 10), (route.contract.address, 20), (PAYEE, 30)).arrive()
    ready_at = now() + QUEUE_SECONDS
    assert (route.paid(PAYEE), route.contract.queuedTotal()) == (30, 30)
    route.wait_until(ready_at)
    for nonce, to in ((0, ZERO_ADDRESS), (1, route.contract.address)):
        with reverts("RecipientRefused", nonce, to):
            route.release_queued(nonce, ready_at)
    before = route.contract.outbox()[1]
    for nonce in (0, 1):
        route.contract.returnQueued(nonce, route.records[nonce], ready_at, {"from": governor})
    assert (route.contract.outbox()[1] - before, route.contract.queuedTotal()) == (30, 0)


# --- 28: the limit used up by dust ---


def test_case_28_dust_uses_up_no_more_of_the_limit_than_it_is(route):
    route.record(*[(THIEF, 1)] * 50).arrive()
    assert (route.paid(THIEF), route.available()) == (50, CAPACITY - 50)
    route.record((PAYEE, LARGE_AMOUNT)).arrive()
    assert route.paid(PAYEE) == LARGE_AMOUNT


def test_case_28_what_is_not_paid_takes_nothing_of_what_comes_back(route, governor):
    """An hour brings one unit; to count anew at each half would bring none, for ever."""
    route.contract.configureLimit(route.limited, 24, DAY, {"from": governor})
    route.record(*[(PAYEE, 6)] * 4).arrive()
    emptied = now()
    assert route.available() == 0
    for half in (1, 2):
        route.wait_until(emptied + half * 1_800)
        route.record((route.contract, 1)).arrive()
    assert (route.available(), route.contract.queuedTotal()) == (1, 2)


def test_case_28_who_uses_up_the_limit_makes_others_wait_and_not_lose(route):
    """An attacker's own money goes around. What finds the bucket empty waits, and is paid as it fills."""
    route.record(*[(THIEF, LARGE_AMOUNT)] * 4, (PAYEE, 300)).arrive()
    ready_at = now() + QUEUE_SECONDS
    assert (route.paid(PAYEE), route.contract.queuedTotal()) == (0, 300)
    route.wait_until(ready_at)
    route.release_queued(4, ready_at)
    assert route.paid(PAYEE) == 300


def test_case_28_a_record_above_the_whole_capacity_gets_through_at_the_rate(route, refused):
    amount = 2 * CAPACITY + 5
    route.record((PAYEE, amount)).arrive()
    ready_at = now() + QUEUE_SECONDS
    rest = amount
    for day in range(2):
        route.wait_until(ready_at + day * REFILL_SECONDS)
        route.release_queued(0, ready_at, amount=rest)
        rest -= CAPACITY
        with refused("LimitReached", 0):
            route.release_queued(0, ready_at, amount=rest)
    route.wait_until(now() + REFILL_SECONDS)
    route.release_queued(0, ready_at, amount=rest)
    assert (route.paid(PAYEE), route.contract.queuedTotal()) == (amount, 0)


def test_case_28_a_backlog_of_dust_too_long_for_one_transaction_arrives_in_parts(route):
    """Attackers can send much dust. It is split, by anyone, and arrives as if it had not been."""
    route.record(*[(THIEF, 1)] * 60, (PAYEE, 500))
    for count in (40, 20):
        route.split(count)
    for count in (20, 40):
        route.arrive_at(count)
    route.arrive()
    assert (route.paid(THIEF), route.paid(PAYEE)) == (60, 500)
    assert route.contract.inbox()[0] == 61


# --- 29: a pause in the middle of a batch; an end of the pause that plays it again ---


def test_case_29_a_pause_blocks_every_way_in_and_out(route, guardian, payer):
    route.record((PAYEE, 100), (PAYEE, LARGE_AMOUNT + 1)).arrive()
    ready_at = now() + QUEUE_SECONDS
    route.record((PAYEE, 5), (PAYEE, 6))
    route.split(3)
    route.contract.pause(3 * DAY, {"from": guardian})
    until, before = route.contract.pausedUntil(), route.state()
    route.wait_until(ready_at)
    leave = route.contract.lock if route.is_vault else route.contract.burn
    for act in (
        route.arrive,
        lambda: route.arrive_at(3),
        lambda: route.release_queued(1, ready_at),
        lambda: leave(PAYEE, 100, {"from": payer}),
    ):
        with reverts("ContractPaused", until):
            act()
    assert (route.state(), route.paid(PAYEE)) == (before, 100)


def test_case_29_the_end_of_a_pause_plays_nothing_again(route, guardian, governor, refused):
    route.record((PAYEE, 100)).arrive()
    route.record((PAYEE, 20))
    checkpoint, attestation = route.checkpoint(), route.attest(route.checkpoint())
    route.contract.pause(DAY, {"from": guardian})
    route.contract.unpause({"from": governor})
    with refused("AlreadyArrived", 1, 1):
        route.arrive(route.checkpoint(1), transfers=route.records[:1])
    route.arrive(checkpoint, attestation=attestation)
    with refused("AlreadyArrived", 2, 2):
        route.arrive(checkpoint, transfers=route.records, attestation=attestation)
    assert route.paid(PAYEE) == 120


def test_case_29_a_guardian_who_is_paid_and_pauses_then_and_there_halts_what_follows_the_batch(
    native_route, receiver, governor, payer
):
    """The pause comes from within the batch, by a recipient who is a guardian. The batch is whole; nothing is after."""
    route = native_route
    route.contract.grantRole(route.contract.GUARDIAN_ROLE(), receiver, {"from": governor})
    route.record((receiver, 10), (PAYEE, 20))
    receiver.arm(route.contract, route.contract.pause.encode_input(DAY), {"from": payer})
    route.arrive()
    assert receiver.succeeded()
    assert (route.contract.inbox()[0], route.paid(receiver), route.paid(PAYEE)) == (2, 10, 20)
    route.record((PAYEE, 1))
    with reverts("ContractPaused", route.contract.pausedUntil()):
        route.arrive()
    route.contract.unpause({"from": governor})
    route.arrive()
    assert route.paid(PAYEE) == 21


# --- 30: the attestors vanish ---


def test_case_30_anyone_carries_what_attestors_signed(route, stranger, payer):
    """No relayer is needed by name: a checkpoint, a point and a record that waits go through by anyone."""
    route.record((PAYEE, 10), (PAYEE, 20), (PAYEE, LARGE_AMOUNT + 1))
    attestation = route.attest(route.checkpoint())
    route.split(1, sender=payer)
    route.arrive_at(1, sender=stranger)
    route.arrive(attestation=attestation, sender=payer)
    ready_at = now() + QUEUE_SECONDS
    route.wait_until(ready_at)
    route.release_queued(2, ready_at, sender=stranger)
    assert route.paid(PAYEE) == 31 + LARGE_AMOUNT


def test_case_30_a_new_set_takes_up_where_the_vanished_one_left_off(route, governor):
    """Nothing is lost meanwhile: the records stand at the other end, and the new set attests the same history."""
    route.record((PAYEE, 10), (PAYEE, LARGE_AMOUNT + 1)).arrive()
    ready_at = now() + QUEUE_SECONDS
    route.record((PAYEE, 20), (PAYEE, 30))
    route.wait_until(now() + 60 * DAY)
    route.rotate(attestors(5, "successor"), 3)
    route.arrive()
    route.release_queued(1, ready_at)
    assert (route.paid(PAYEE), route.contract.inbox()[0]) == (61 + LARGE_AMOUNT, 4)


def test_case_30_what_left_stays_provable_by_the_state_of_the_chain_alone(route, payer):
    """No attestor keeps anything that the outbox does not: its records fold to what stands in its storage."""
    before = route.sent()
    if not route.is_vault:
        route.record((payer, 30)).arrive()
    sent = route.leave(payer, [(PAYEE, 10), (OTHER, 20)])
    assert route.sent() == fold_all(before, sent)
