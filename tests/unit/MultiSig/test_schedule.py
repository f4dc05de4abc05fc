"""schedule: any calls, announced whole, never sooner than the least delay; the salt is the act's nonce."""

import pytest
from brownie import chain
from eth_abi import encode

from tests.support import emitted, event, payment_id, reverts
from tests.unit.signing import DAY, DELAY, GRACE, NO_PREDECESSOR, now, operation_id, owner_keys
from tests.unit.spelling import plain


@pytest.fixture(scope="module")
def owned(deploy, wallet):
    """A value that only the wallet may set; 1 at first."""
    return deploy("OwnedValue", wallet)


@pytest.fixture
def set_seven(council, owned):
    return council.operation(council.call(owned, "setValue", 7))


def test_a_scheduled_call_is_announced_whole_and_recorded(council, wallet, owned, set_seven):
    tx = council.submit(set_seven)
    key, salt = council.id_of(set_seven), set_seven.nonce.to_bytes(32, "big")
    (_, _, data) = council.call(owned, "setValue", 7)
    first, second, third = plain(emitted(tx, wallet))
    expected = [event("CallScheduled", key, 0, owned, 0, data, NO_PREDECESSOR, DELAY), event("CallSalt", key, salt)]
    assert [first, second] == plain(expected)
    assert third[0] == "actrecorded"
    assert wallet.hashOperation(owned, 0, data, NO_PREDECESSOR, salt) == "0x" + key.hex()
    assert (wallet.getTimestamp(key), wallet.nonce()) == (tx.timestamp + DELAY, set_seven.nonce + 1)


def test_a_scheduled_batch_announces_each_call_in_order(council, wallet, owned, payee):
    calls = [council.call(owned, "setValue", 5), (payee, 2, b""), council.call(owned, "setValue", 6)]
    act = council.operation(*calls, predecessor=payment_id("before"), delay=DELAY + 5)
    tx = council.submit(act)
    key, salt = council.id_of(act), act.nonce.to_bytes(32, "big")
    expected = [
        event("CallScheduled", key, index, target, value, data, payment_id("before"), DELAY + 5)
        for index, (target, value, data) in enumerate(calls)
    ]
    assert plain(emitted(tx, wallet))[:4] == plain([*expected, event("CallSalt", key, salt)])
    columns = zip(*calls, strict=True)
    assert wallet.hashOperationBatch(*map(list, columns), payment_id("before"), salt) == "0x" + key.hex()


def test_a_wallets_first_operation_has_no_salt_to_announce(create, payee):
    first = create(owner_keys(2, "first"), 1)
    act = first.operation((payee, 0, b""))
    tx = first.submit(act)
    assert act.nonce == 0
    assert [name for name, *_ in emitted(tx, first.wallet)] == ["CallScheduled", "ActRecorded"]
    first.wait_for(act)
    first.execute(act)
    assert first.wallet.isOperationDone(first.id_of(act))


def test_the_same_call_twice_is_two_operations(council, wallet, owned):
    acts = []
    for _ in range(2):
        acts.append(council.operation(council.call(owned, "setValue", 7)))
        council.submit(acts[-1])
    assert council.id_of(acts[0]) != council.id_of(acts[1])
    assert all(wallet.isOperationPending(council.id_of(act)) for act in acts)


def test_schedule_of_nothing_reverts(council):
    with reverts("EmptyBatch"):
        council.submit(council.operation())


def test_schedule_a_second_below_the_least_delay_reverts(council, owned):
    call = council.call(owned, "setValue", 7)
    for delay in (0, DELAY - 1):
        with reverts("DelayTooShort", delay, DELAY):
            council.submit(council.operation(call, delay=delay))


def test_schedule_a_second_above_the_longest_delay_reverts(council, wallet, owned):
    call, longest = council.call(owned, "setValue", 7), 2**32 - 1
    for delay in (longest + 1, 2**256 - 1):
        with reverts("DelayTooLong", delay, longest):
            council.submit(council.operation(call, delay=delay))
    act = council.operation(call, delay=longest)
    tx = council.submit(act)
    assert wallet.getTimestamp(council.id_of(act)) == tx.timestamp + longest


@pytest.mark.parametrize("what", ["target", "value", "data", "predecessor", "delay", "order", "fewer"])
def test_nothing_of_an_operation_can_be_altered_after_signing(council, owned, payee, what):
    tail = {"deadline": now() + DAY}
    calls = [council.call(owned, "setValue", 7), (payee, 3, b"")]
    quorum = council.quorum(council.digest(council.operation(*calls, **tail)))
    altered = {
        "target": council.operation(calls[0], (owned, 3, b""), **tail),
        "value": council.operation(calls[0], (payee, 4, b""), **tail),
        "data": council.operation(council.call(owned, "setValue", 8), calls[1], **tail),
        "predecessor": council.operation(*calls, predecessor=payment_id("other"), **tail),
        "delay": council.operation(*calls, delay=DELAY + 1, **tail),
        "order": council.operation(*reversed(calls), **tail),
        "fewer": council.operation(calls[0], **tail),
    }[what]
    with reverts("InvalidSignature", council.owners[0], council.digest(altered)):
        council.submit(altered, quorum)


def test_a_refused_operation_uses_up_no_nonce_and_leaves_no_record(council, wallet, owned):
    nonce, head = wallet.nonce(), wallet.auditHead()
    act = council.operation(council.call(owned, "setValue", 7), delay=0)
    with reverts("DelayTooShort", 0, DELAY):
        council.submit(act)
    assert (wallet.nonce(), wallet.auditHead()) == (nonce, head)


def test_what_expired_is_scheduled_anew_as_another_operation(council, wallet, owned, set_seven):
    """A new act has a new nonce, so a new salt: an announcement is good for its own time only."""
    council.submit(set_seven)
    council.wait_for(set_seven, GRACE)
    again = council.operation(council.call(owned, "setValue", 7), deadline=2**256 - 1)
    council.submit(again)
    assert council.id_of(again) != council.id_of(set_seven)
    chain.mine()
    assert (wallet.isOperationPending(council.id_of(set_seven)), wallet.isOperationPending(council.id_of(again))) == (
        False,
        True,
    )


def test_the_record_names_operation_and_act(council, wallet, set_seven, proven):
    before = len(proven(wallet))
    council.submit(set_seven)
    (record,) = proven(wallet)[before:]
    assert record.kind.rstrip(b"\0") == b"schedule"
    assert record.payload == encode(["bytes32", "uint256"], [council.id_of(set_seven), set_seven.nonce])


def test_the_wallet_answers_with_the_id_of_the_operation(council, wallet, relayer, set_seven):
    function, arguments = council.arguments(set_seven)
    quorum = council.quorum(council.digest(set_seven))
    answer = getattr(wallet, function).call(*arguments, set_seven.deadline, quorum, {"from": relayer})
    assert answer == "0x" + operation_id(*council.operation_of(set_seven), set_seven.nonce.to_bytes(32, "big")).hex()


def test_schedule_goes_on_during_a_pause(council, wallet, guardian, set_seven):
    wallet.pause(14 * DAY, {"from": guardian})
    council.submit(set_seven)
    assert wallet.isOperationPending(council.id_of(set_seven))
