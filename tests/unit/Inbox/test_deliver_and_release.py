"""What was attested arrives: `deliver` at the token, `release` at the vault."""

from dataclasses import replace

import pytest

from offchain.core.checkpoint import pack
from tests.support import at, emitted, event, now, reverts
from tests.unit.bridge_cases.route import CAPACITY, DAY, LARGE_AMOUNT, QUEUE_SECONDS, attestors, unused_address

PAYEE, OTHER = unused_address("payee of a record"), unused_address("other payee of a record")
ZERO_ADDRESS = "0x" + "00" * 20


def arrived(route, first):
    point = route.points[-1]
    return event("Arrived", first, point.count, point.acc, point.cumulative)


def minted(route, to, amount):
    return [] if route.is_vault else [event("Transfer", ZERO_ADDRESS, to, amount)]


def inbox(route):
    count, cumulative, acc = route.contract.inbox()
    return count, bytes(acc), cumulative


def test_what_was_attested_is_paid_counted_and_taken_out_of_the_limit(route):
    route.record((PAYEE, 100), (OTHER, 20), (PAYEE, 3))
    tx = route.arrive()
    paid = minted(route, PAYEE, 100) + minted(route, OTHER, 20) + minted(route, PAYEE, 3)
    assert emitted(tx, route.contract) == [arrived(route, 0), *paid]
    assert (route.paid(PAYEE), route.paid(OTHER)) == (103, 20)
    assert inbox(route) == route.points[3].values()
    assert (route.available(), route.contract.queuedTotal()) == (CAPACITY - 123, 0)


def test_one_checkpoint_carries_on_where_another_ended(route):
    route.record((PAYEE, 100)).arrive()
    tx = route.record((OTHER, 1), (OTHER, 2)).arrive()
    assert emitted(tx, route.contract)[0] == arrived(route, 1)
    assert inbox(route) == route.points[3].values()
    assert (route.paid(PAYEE), route.paid(OTHER)) == (100, 3)


def test_a_checkpoint_of_nothing_new_reverts(route, refused):
    route.record((PAYEE, 1), (PAYEE, 2)).arrive()
    for count in (2, 1):
        with refused("AlreadyArrived", count, 2):
            route.arrive(route.checkpoint(count), transfers=[])


def test_records_are_as_long_as_their_count_says_to_the_byte(route, refused):
    route.record((PAYEE, 1), (PAYEE, 2))
    packed, checkpoint = pack(route.records), route.checkpoint()
    for records in (b"", packed[:52], packed[:-1], packed + b"\0", packed + packed[:52]):
        with refused("WrongRecordsLength", len(records), 104):
            route.arrive_now(checkpoint.values(), records, route.attest(checkpoint), {"from": route.relayer})


@pytest.mark.parametrize("field, value", [("sender", OTHER), ("to", OTHER), ("amount", 8)])
def test_records_of_another_history_do_not_close(route, refused, field, value):
    route.record((PAYEE, 7), (PAYEE, 7))
    forged = [route.records[0], route.records[1]._replace(**{field: value})]
    with refused("WrongAccumulator", route.fold(forged).acc, route.points[2].acc):
        route.arrive(transfers=forged)


def test_the_sum_of_the_amounts_is_the_attested_one_whoever_signed(route, refused):
    route.record((PAYEE, 7), (PAYEE, 5))
    for attested in (11, 13):
        with refused("WrongCumulative", 12, attested):
            route.arrive(route.checkpoint(cumulative=attested))


def test_a_checkpoint_of_another_route_or_epoch_reverts(route, refused):
    route.record((PAYEE, 7))
    other = bytes(route.contract.outboundRoute())
    with refused("WrongRoute", other, route.points[0].acc):
        route.arrive(route.checkpoint(route_id=other))
    for epoch in (0, 2):
        with refused("WrongEpoch", epoch, 1):
            route.arrive(route.checkpoint(epoch=epoch))


def test_other_attestors_than_those_in_office_are_heard_by_nobody(route, refused):
    route.record((PAYEE, 7))
    strangers = route.like(keys=attestors(seed="stranger"))
    named = route.set_of(2, strangers.addresses)
    with refused("WrongAttestors", named, bytes(route.contract.attestorSet())):
        route.arrive(attestation=strangers.attest(route.checkpoint()))


@pytest.mark.parametrize("signers", [[0, 1], [0, 2], [1, 2], [0, 1, 2]])
def test_any_of_them_who_reach_the_threshold_are_enough(route, signers):
    route.record((PAYEE, 7)).arrive(attestation=route.attest(route.checkpoint(), signers))
    assert route.paid(PAYEE) == 7


@pytest.mark.parametrize("signers", [[], [0], [2]])
def test_fewer_than_the_threshold_are_not_enough(route, refused, signers):
    route.record((PAYEE, 7))
    with refused("ThresholdNotMet", len(signers), 2):
        route.arrive(attestation=route.attest(route.checkpoint(), signers))


def test_a_bit_beyond_the_attestors_and_signatures_of_another_length_revert(route, refused):
    route.record((PAYEE, 7))
    signed = route.signatures(route.checkpoint())
    with refused("UnknownSigner", 0b1011, 3):
        route.arrive(attestation=route.pack({**signed, 3: signed[0]}, absent=[]))
    with refused("WrongSignaturesLength", 127, 128):
        route.arrive(attestation=route.pack({0: signed[0], 1: signed[1][:-1]}))


def test_what_an_attestor_signed_is_this_checkpoint(route, refused):
    route.record((PAYEE, 7))
    checkpoint = route.checkpoint()
    signed = route.attest(replace(checkpoint, src_block=checkpoint.src_block + 1))
    with refused(*route.refusal_of(checkpoint, signed)):
        route.arrive(checkpoint, attestation=signed)


def test_a_pause_blocks_what_arrives_to_its_last_second(route, guardian, refused):
    until = route.contract.pause(DAY, {"from": guardian}).timestamp + DAY
    route.record((PAYEE, 7))
    at(until - 1)
    with refused("ContractPaused", until):
        route.arrive()
    at(until)
    route.arrive()
    assert route.paid(PAYEE) == 7


def test_what_is_more_than_large_waits_and_what_comes_after_it_goes(route):
    route.record((PAYEE, LARGE_AMOUNT), (PAYEE, LARGE_AMOUNT + 1), (OTHER, 5))
    tx = route.arrive()
    ready_at = tx.timestamp + QUEUE_SECONDS
    queued = event("TransferQueued", 1, route.records[1].sender, PAYEE, LARGE_AMOUNT + 1, ready_at)
    paid = minted(route, PAYEE, LARGE_AMOUNT), minted(route, OTHER, 5)
    assert emitted(tx, route.contract) == [arrived(route, 0), *paid[0], queued, *paid[1]]
    assert (route.paid(PAYEE), route.paid(OTHER)) == (LARGE_AMOUNT, 5)
    assert bytes(route.contract.queued(1)) == route.queued_hash(1, ready_at)
    assert route.contract.queuedTotal() == LARGE_AMOUNT + 1
    assert inbox(route)[2] == 2 * LARGE_AMOUNT + 6
    assert route.available() == CAPACITY - LARGE_AMOUNT - 5


def test_what_the_limit_does_not_let_out_waits_and_less_still_goes(route):
    gone = [*[(PAYEE, LARGE_AMOUNT)] * 3, (PAYEE, 10)]
    rest = CAPACITY - 3 * LARGE_AMOUNT - 10
    assert rest + 1 < LARGE_AMOUNT  # so it is the limit that makes it wait
    tx = route.record(*gone, (PAYEE, rest + 1), (OTHER, rest), (OTHER, 1)).arrive()
    assert (route.paid(PAYEE), route.paid(OTHER)) == (3 * LARGE_AMOUNT + 10, rest)
    assert route.available() == 0
    assert route.contract.queuedTotal() == rest + 2
    for nonce in (4, 6):
        assert bytes(route.contract.queued(nonce)) == route.queued_hash(nonce, tx.timestamp + QUEUE_SECONDS)


def test_what_nobody_may_receive_waits(route):
    tx = route.record((ZERO_ADDRESS, 4), (route.contract.address, 5), (PAYEE, 6)).arrive()
    assert (route.paid(PAYEE), route.contract.queuedTotal()) == (6, 9)
    for nonce in (0, 1):
        assert bytes(route.contract.queued(nonce)) == route.queued_hash(nonce, tx.timestamp + QUEUE_SECONDS)


def test_nothing_arrives_twice_by_a_later_checkpoint(route, refused):
    route.record((PAYEE, 7)).arrive()
    route.record((OTHER, 9))
    with refused("WrongRecordsLength", 104, 52):
        route.arrive(transfers=route.records)
    route.arrive()
    assert (route.paid(PAYEE), route.paid(OTHER)) == (7, 9)


def test_the_limit_comes_back_with_time(route):
    route.record(*[(PAYEE, LARGE_AMOUNT)] * 4).arrive()
    assert route.available() == 0
    route.record((OTHER, CAPACITY // 4))
    at(now() + DAY // 4)
    route.arrive()
    assert (route.paid(OTHER), route.available()) == (CAPACITY // 4, 0)


def test_without_attestors_in_office_nothing_arrives(route, governor):
    route.record((PAYEE, 7))
    route.equivocate(0)
    route.contract.unpause({"from": governor})
    with reverts("NoAttestors"):
        route.arrive()
