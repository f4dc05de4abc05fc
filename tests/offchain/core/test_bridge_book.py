"""What a relayer does next: one thing, in order, again until it is done, and nothing that was not proven."""

from dataclasses import replace

import pytest
from eth_abi.abi import decode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from offchain.core import bridge_abi as abi
from offchain.core.bridge import PATIENCE_BLOCKS, Book, step
from offchain.core.bridge_facts import (
    VETOED,
    Attest,
    Attested,
    Failed,
    Left,
    Moved,
    Office,
    Read,
    Recorded,
    Send,
    Stood,
    Waiting,
)
from offchain.core.checkpoint import Checkpoint, Point, Transfer, attestor_set, fold_all, pack

ROUTE = keccak(b"route")
START = Point(0, ROUTE, 0)
ANNA, BEN, CLEO = (to_checksum_address(f"0x{n:040x}") for n in (0xA, 0xB, 0xC))
OFFICE = Office(1, 2, (ANNA, BEN, CLEO))
RECORDS = tuple(Transfer(ANNA, BEN, n + 1) for n in range(30))


def point(count, records=RECORDS):
    return fold_all(START, records[:count])


def left(count, block=100):
    return Left(block, keccak(block.to_bytes(4, "big")), point(count))


def stood(head=0, settled=None, **changes):
    office = {"office": OFFICE, "is_paused": False, "now": 1_000, "available": 10**9, "capacity": 10**9}
    return Stood(point(head), point(head if settled is None else settled), **office | changes)


def book(*facts, chunk=250):
    made = replace(Book.begin(ROUTE, abi.TOKEN, START, ()), chunk=chunk)
    for fact in facts:
        made, _ = step(made, fact)
    return made


def after(made, *facts):
    commands = ()
    for fact in facts:
        made, commands = step(made, fact)
    return commands


def signed(made, *attestors):
    return [Attested(made.target, attestor, attestor.encode()[:64].ljust(64)) for attestor in attestors]


def ready(count, head=0, chunk=250):
    """A book that knows everything that it needs to deliver `count` records."""
    made = book(stood(head), left(count), Recorded(0, RECORDS[:count]), chunk=chunk)
    for fact in signed(made, ANNA, BEN):
        made, _ = step(made, fact)
    return made


def delivered(command):
    """Checkpoint, records and attestation in a delivery's calldata."""
    assert command.data[:4] == keccak(text=f"deliver({abi.CHECKPOINT},bytes,{abi.ATTESTATION})")[:4]
    return decode([abi.CHECKPOINT, "bytes", abi.ATTESTATION], command.data[4:])


def test_nothing_is_done_while_nothing_has_left():
    assert after(book(), stood(), left(0)) == ()


def test_what_left_is_read_and_attestors_are_asked():
    aim = Checkpoint(ROUTE, 1, 100, left(3).block_hash, *point(3).values())
    assert after(book(), stood(), left(3)) == (Read(left(3)), Attest(aim))


def test_a_delivery_carries_the_records_the_checkpoint_and_just_enough_signatures():
    made = book(stood(), left(3), Recorded(0, RECORDS[:3]))
    (command,) = after(made, *signed(made, BEN, CLEO))
    checkpoint, records, attestation = delivered(command)
    assert checkpoint[2] == 100 and checkpoint[4] == 3 and checkpoint[5] == point(3).acc
    assert records == pack(RECORDS[:3])
    assert attestation[:3] == (2, 0b110, (ANNA.lower(),))
    assert after(made, *signed(made, ANNA, BEN, CLEO))[0].data.count(BEN.encode()[:42]) == 1
    assert delivered(after(made, *signed(made, ANNA, BEN, CLEO))[0])[2][1:3] == (0b011, (CLEO.lower(),))


def test_a_vault_releases_what_a_token_would_deliver():
    made = replace(ready(3), kind=abi.VAULT)
    (command,) = after(made, stood())
    assert command.data[:4] == keccak(text=f"release({abi.CHECKPOINT},bytes,{abi.ATTESTATION})")[:4]


@pytest.mark.parametrize("fact", [stood(), left(3), Recorded(0, RECORDS[:3]), Moved(1, Waiting(RECORDS[1], 5))])
def test_a_repeated_fact_changes_nothing_and_asks_for_the_same(fact):
    once, commands = step(ready(3), fact)
    assert step(once, fact) == (once, commands)


def test_records_that_do_not_close_are_not_taken():
    forged = (*RECORDS[:2], Transfer(ANNA, CLEO, 3))
    swapped = (RECORDS[1], RECORDS[0], RECORDS[2])
    for wrong in (forged, swapped, RECORDS[:2], RECORDS[:4], (*RECORDS[:1], *RECORDS[2:3]), ()):
        made, commands = step(book(stood(), left(3)), Recorded(0, wrong))
        assert made.known == START and Read(left(3)) in commands
    late, _ = step(book(stood(), left(3)), Recorded(1, RECORDS[1:3]))
    assert late.known == START


def test_records_that_are_known_may_come_again():
    made = book(stood(), left(2), Recorded(0, RECORDS[:2]), left(5, 101), Recorded(0, RECORDS[:5]))
    assert made.transfers == RECORDS[:5] and made.known == point(5)


def test_the_unsigned_is_not_sent_nor_what_others_than_attestors_signed():
    made = book(stood(), left(3), Recorded(0, RECORDS[:3]))
    stranger = to_checksum_address("0x" + "77" * 20)
    assert after(made, *signed(made, ANNA, stranger)) == (Attest(made.target),)
    assert after(made, *signed(made, ANNA, ANNA)) == (Attest(made.target),)


def test_a_signature_of_another_checkpoint_counts_for_nothing():
    made = book(stood(), left(3), Recorded(0, RECORDS[:3]))
    old = replace(made.target, src_block=99)
    assert after(made, Attested(old, ANNA, b""), Attested(old, BEN, b"")) == (Attest(made.target),)


def test_what_is_attested_is_delivered_before_a_newer_block_is_aimed_at():
    made = ready(3)
    commands = after(made, left(5, 100 + 2 * PATIENCE_BLOCKS))
    assert Read(left(5, 100 + 2 * PATIENCE_BLOCKS)) in commands
    (send,) = [command for command in commands if isinstance(command, Send)]
    assert delivered(send)[0][4] == 3


def test_attestors_that_fall_short_are_asked_for_a_newer_block_after_a_while():
    made = book(stood(), left(3), Recorded(0, RECORDS[:3]))
    assert after(made, left(4, 100 + PATIENCE_BLOCKS - 1))[-1].checkpoint.src_block == 100
    assert after(made, left(4, 100 + PATIENCE_BLOCKS))[-1].checkpoint.src_block == 100 + PATIENCE_BLOCKS


def test_what_arrived_is_not_sent_again_whoever_delivered_it():
    assert after(ready(3), stood(3)) == ()
    assert after(ready(3), left(5, 101), Recorded(0, RECORDS[:5]), stood(3))[-1].checkpoint.count == 5


def test_what_others_settled_before_it_was_read_is_passed_over():
    made = book(stood(), left(3), stood(5), left(7, 105), Recorded(0, RECORDS[:7]))
    for fact in signed(made, ANNA, BEN):
        made, (command,) = step(made, fact)
    assert delivered(command)[1] == pack(RECORDS[5:7])
    made, _ = step(made, stood(7))
    assert made.transfers == () and made.known == point(7)


def test_a_book_goes_on_where_the_last_one_ended():
    for settled, start, read in ((0, 0, 0), (3, 3, 5), (5, 5, 5), (5, 0, 3)):
        made = Book.begin(ROUTE, abi.TOKEN, point(start), RECORDS[start:read])
        assert made.known == point(read)
        made, _ = step(made, stood(settled))
        made, commands = step(made, left(9))
        assert commands[0] == Read(left(9))
        made, _ = step(made, Recorded(read, RECORDS[read:9]))
        assert made.known == point(9) and made.between(settled, 9) == RECORDS[settled:9]


def test_a_delivery_that_the_chain_takes_back_is_asked_for_again_under_its_name():
    made = ready(3)
    (first,) = after(made, stood())
    made, nothing = step(made, stood(3, settled=0))
    assert nothing == ()
    made, _ = step(made, stood())
    for fact in signed(made, ANNA, BEN):
        made, commands = step(made, fact)
    assert [command.name for command in commands] == [first.name]


def test_what_failed_is_tried_under_another_name():
    (first,) = after(ready(3), stood())
    (second,) = after(ready(3), Failed(first.name))
    assert first.name != second.name and first.data == second.data
    (third,) = after(ready(3), Failed(first.name), Failed(second.name))
    assert len({first.name, second.name, third.name}) == 3


def test_nothing_is_asked_or_sent_while_the_destination_is_paused():
    made = replace(ready(3), waiting={1: Waiting(RECORDS[1], 5)})
    assert after(made, stood(is_paused=True)) == ()
    assert after(book(left(3)), stood(is_paused=True)) == (Read(left(3)),)


def test_nothing_is_sent_while_nobody_known_is_in_office():
    assert after(ready(3), stood(office=None)) == ()


def test_signatures_of_a_former_epoch_are_forgotten():
    (command,) = after(ready(3), stood(office=replace(OFFICE, epoch=2)))
    assert isinstance(command, Attest) and command.checkpoint.epoch == 2


def test_a_left_of_an_older_block_is_passed_over():
    made = book(stood(), left(5, 105))
    assert step(made, left(3))[0] == made


# A backlog of 30 in chunks of 8: parted at 8, 16 and 24.


def function(command):
    names = {keccak(text=f"{name}")[:4]: name.partition("(")[0] for name in SIGNATURES}
    return names[command.data[:4]]


SIGNATURES = {
    f"deliver({abi.CHECKPOINT},bytes,{abi.ATTESTATION})": None,
    f"deliverPoint({abi.POINT},bytes)": [abi.POINT, "bytes"],
    f"split({abi.CHECKPOINT},{abi.ATTESTATION},{abi.POINT},bytes)": [
        abi.CHECKPOINT,
        abi.ATTESTATION,
        abi.POINT,
        "bytes",
    ],
    f"splitPoint({abi.POINT},{abi.POINT},bytes)": [abi.POINT, abi.POINT, "bytes"],
}


def test_a_long_backlog_is_proven_from_its_end_and_delivered_from_its_beginning():
    made, proven, head, done = ready(30, chunk=8), {}, 0, []
    while head < 30:
        made, (command,) = step(made, stood(head, settled=0, proven=proven))
        name = function(command)
        types = next(types for signature, types in SIGNATURES.items() if signature.startswith(f"{name}("))
        if name == "deliver":
            checkpoint, records, _ = delivered(command)
            assert records == pack(RECORDS[head:30]) and checkpoint[4] == 30
            head = 30
        elif name == "deliverPoint":
            reached, records = decode(types, command.data[4:])
            assert records == pack(RECORDS[head : reached[0]]) and reached == point(reached[0]).values()
            head = reached[0]
        else:
            later, *_, lower, records = decode(types, command.data[4:])
            later_count = later[4] if name == "split" else later[0]
            assert records == pack(RECORDS[lower[0] : later_count]) and lower == point(lower[0]).values()
            proven[lower[0]] = OFFICE.commitment(point(lower[0]))
        done.append((name, len(records) // 52))
    assert done == [
        ("split", 6),
        ("splitPoint", 8),
        ("splitPoint", 8),
        *[("deliverPoint", 8)] * 3,
        ("deliver", 6),
    ]


def test_a_point_proven_for_other_attestors_is_proven_again():
    stale = {8: replace(OFFICE, epoch=9).commitment(point(8)), 24: OFFICE.commitment(point(24))}
    (command,) = after(ready(30, chunk=8), stood(proven=stale))
    assert function(command) == "splitPoint"


def test_a_chunk_that_no_transaction_holds_is_halved():
    made = ready(30)
    (command,) = after(made, stood())
    assert function(command) == "deliver"
    made, (command,) = step(made, Failed(command.name, is_too_long=True))
    assert made.chunk == 15 and function(command) == "split"


def test_a_delivery_that_fails_again_is_halved_down_to_each_record_alone():
    made = ready(5)
    (command,) = after(made, stood())
    made, (command,) = step(made, Failed(command.name))
    assert made.size() == 5 and function(command) == "deliver"
    sizes = []
    while made.size() > 1:
        made, _ = step(made, Failed(command.name.removesuffix("1") + str(len(sizes) + 1)))
        sizes.append(made.size())
    assert sizes == [2, 1]


def test_failed_splits_and_releases_leave_the_next_delivery_as_it_is():
    for what in ("split:1:15", "release:1:7:900"):
        assert after(ready(30), stood(), Failed(f"0x01:{what}:3")) == after(ready(30), stood())


# What waits


def waiting(amount, ready_at=900, nonce=1):
    record = Waiting(Transfer(ANNA, BEN, amount), ready_at)
    return Moved(nonce, record), {nonce: record.commitment(nonce)}


def test_what_waited_long_enough_is_released():
    moved, queued = waiting(7)
    (command,) = after(book(), moved, stood(queued=queued))
    assert command.data == abi.release_queued(1, Transfer(ANNA, BEN, 7), 900)
    assert after(book(), moved, stood(queued=queued, now=899)) == ()


def test_what_is_vetoed_is_let_alone():
    moved, queued = waiting(7, VETOED)
    assert after(book(), moved, stood(queued=queued)) == ()


def test_what_waits_no_more_at_the_head_is_let_alone():
    moved, queued = waiting(7)
    assert after(book(), moved, stood(queued={1: bytes(32)})) == ()
    assert after(book(), moved, Moved(1, None), stood(queued=queued)) == ()


def test_what_fails_again_and_again_to_be_released_is_let_alone():
    moved, queued = waiting(7)
    made, (command,) = step(book(moved), stood(queued=queued))
    names = [command.name]
    while step(made, Failed(names[-1]))[1]:
        made, (command,) = step(made, Failed(names[-1]))
        names.append(command.name)
    assert [name.rpartition(":")[2] for name in names] == ["0", "1", "2"]


def test_what_is_more_than_the_limit_ever_lets_out_goes_by_halves_of_it():
    moved, queued = waiting(1_000)
    assert after(book(), moved, stood(queued=queued, capacity=100, available=49)) == ()
    assert len(after(book(), moved, stood(queued=queued, capacity=100, available=50))) == 1
    assert after(book(), moved, stood(queued=queued, capacity=0, available=0)) == ()


def test_no_more_is_released_than_the_limit_lets_out():
    (first, one), (second, two) = waiting(60), waiting(60, nonce=2)
    commands = after(book(), first, second, stood(queued=one | two, capacity=1_000, available=100))
    assert len(commands) == 1


def test_the_rest_of_what_was_released_has_a_name_of_its_own():
    (moved, queued), (rest, queued_rest) = waiting(1_000), waiting(400)
    (first,) = after(book(), moved, stood(queued=queued, capacity=600, available=600))
    (second,) = after(book(), rest, stood(queued=queued_rest, capacity=600, available=600))
    assert first.name != second.name


# Who is in office


def test_the_office_is_found_among_former_and_coming_attestors():
    stranger = to_checksum_address("0x" + "05" * 20)
    found = Office.find(attestor_set(4, 2, [ANNA, BEN, CLEO]), 4, [CLEO, stranger, ANNA, BEN])
    assert found == Office(4, 2, (ANNA, BEN, CLEO))


def test_an_office_of_strangers_is_not_found():
    assert Office.find(attestor_set(4, 1, [ANNA, BEN]), 4, [ANNA]) is None
    assert Office.find(bytes(32), 4, [ANNA, BEN]) is None
    many = [to_checksum_address(f"0x{n:040x}") for n in range(1, 33)]
    assert Office.find(bytes(32), 1, many) is None
    assert Office.find(attestor_set(1, 21, many[1:]), 1, many) == Office(1, 21, tuple(many[1:]))
