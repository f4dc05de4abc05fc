"""changeOwners: after the delay, if the owner set is still the one that agreed; old signatures die with it."""

import pytest
from eth_abi import encode

from scripts.papers import agreement
from tests.support import NATIVE, emitted, event, now, reverts
from tests.unit.signing import DAY, DELAY, NO_PREDECESSOR, Council, data_of, owner_keys
from tests.unit.spelling import plain


@pytest.fixture(scope="module")
def heirs(council):
    """The first two owners and a newcomer, of whom all three must agree."""
    keys = sorted([*council.keys[:2], *owner_keys(1, "newcomer")], key=lambda key: int(key.address, 16))
    return Council(council.wallet, keys, 3, council.relayer)


def test_a_change_of_owners_waits_for_the_delay(council, wallet, heirs):
    act = council.owner_change(3, heirs.owners)
    tx = council.submit(act)
    key = council.id_of(act)
    data = data_of(wallet.setOwners, council.owner_set, 3, heirs.owners)
    announced = event("CallScheduled", key, 0, wallet, 0, data, NO_PREDECESSOR, DELAY)
    assert plain(emitted(tx, wallet))[0] == plain([announced])[0]
    assert wallet.getTimestamp(key) == tx.timestamp + DELAY
    assert wallet.ownerSet() == "0x" + council.owner_set.hex()


def test_a_change_of_owners_changes_exactly_the_owners_named(council, wallet, heirs, guardian):
    act = council.owner_change(3, heirs.owners)
    council.submit(act)
    council.wait_for(act)
    tx = council.execute(act)
    changed = event("OwnersChanged", heirs.owner_set, 3, tuple(heirs.owners))
    assert plain(emitted(tx, wallet))[1] == plain([changed])[0]
    assert wallet.ownerSet() == "0x" + heirs.owner_set.hex()
    assert (wallet.guardian(), wallet.getMinDelay(), wallet.nonce()) == (guardian, DELAY, act.nonce + 1)


def test_the_new_owners_agree_and_the_old_ones_do_not(council, heirs, payee):
    council.carry_out(council.owner_change(3, heirs.owners))
    before = payee.balance()
    heirs.submit(heirs.payment(payee, 5))
    assert payee.balance() == before + 5
    with reverts("WrongOwnerSet", council.owner_set, heirs.owner_set):
        council.submit(council.payment(payee, 5))
    act = heirs.payment(payee, 5)
    with reverts("ThresholdNotMet", 2, 3):
        heirs.submit(act, heirs.quorum(heirs.digest(act), (0, 1)))


def test_signatures_of_owners_who_stay_die_with_the_owner_set(council, heirs, payee):
    """Both signers are owners before and after; what they signed names the owner set they signed under."""
    change = council.owner_change(2, heirs.owners)
    stay = Council(council.wallet, heirs.keys, 2, council.relayer)
    act = council.payment(payee, 5, nonce=change.nonce + 1, deadline=2**256 - 1)
    council.carry_out(change)
    chosen = [heirs.owners.index(key.address) for key in council.keys[:2]]
    under_the_old_set = council.digest(act)
    by_owner = {
        index: bytes(heirs.keys[index].unsafe_sign_hash(under_the_old_set).signature) for index in sorted(chosen)
    }
    first = heirs.owners[min(chosen)]
    with reverts("InvalidSignature", first, stay.digest(act)):
        stay.submit(act, stay.pack(by_owner))
    stay.submit(act, stay.quorum(stay.digest(act), sorted(chosen)))


def test_a_change_that_another_change_overtook_is_refused(council, wallet, heirs):
    """Whoever agreed to the second knew the owners before the first: it might bring back one who was removed."""
    first, second = council.owner_change(3, heirs.owners), None
    council.submit(first)
    second = council.owner_change(1, council.owners[:1])
    council.submit(second)
    council.wait_for(second)
    council.execute(first)
    with reverts("WrongOwnerSet", council.owner_set, heirs.owner_set):
        council.execute(second)
    assert wallet.ownerSet() == "0x" + heirs.owner_set.hex()


def test_an_owner_set_may_come_back(council, heirs):
    council.carry_out(council.owner_change(3, heirs.owners))
    heirs.carry_out(heirs.owner_change(2, council.owners))
    assert council.wallet.ownerSet() == "0x" + council.owner_set.hex()
    council.submit(council.payment(council.relayer, 5))


def test_a_signature_from_before_two_changes_does_not_come_back_with_its_owner_set(council, heirs, payee):
    old = council.payment(payee, 5, deadline=2**256 - 1)
    quorum = council.quorum(council.digest(old))
    council.carry_out(council.owner_change(3, heirs.owners))
    heirs.carry_out(heirs.owner_change(2, council.owners))
    current = council.payment(payee, 5, deadline=2**256 - 1)
    with reverts("InvalidSignature", council.owners[0], council.digest(current)):
        council.submit(old, quorum)


def bad_sets(council):
    a, b, c = council.owners
    fifty_one = sorted((key.address for key in owner_keys(51, "crowd")), key=lambda owner: int(owner, 16))
    return {
        "a threshold of zero": (0, [a, b, c], ("InvalidThreshold", 0, 3)),
        "a threshold above the owners": (4, [a, b, c], ("InvalidThreshold", 4, 3)),
        "the highest threshold": (2**256 - 1, [a], ("InvalidThreshold", 2**256 - 1, 1)),
        "no owners": (0, [], ("InvalidThreshold", 0, 0)),
        "no owners but a threshold": (1, [], ("InvalidThreshold", 1, 0)),
        "a duplicate owner": (2, [a, b, b], ("OwnerOutOfOrder", 2, b)),
        "unsorted owners": (2, [b, a, c], ("OwnerOutOfOrder", 1, a)),
        "a zero owner": (1, [NATIVE, a], ("OwnerOutOfOrder", 0, NATIVE)),
        "more than fifty owners": (1, fifty_one, ("TooManyOwners", 51, 50)),
        "the wallet itself": (1, [council.wallet.address], ("SelfOwner", council.wallet.address)),
    }


BAD = [
    "a threshold of zero",
    "a threshold above the owners",
    "the highest threshold",
    "no owners",
    "no owners but a threshold",
    "a duplicate owner",
    "unsorted owners",
    "a zero owner",
    "more than fifty owners",
    "the wallet itself",
]


@pytest.mark.parametrize("what", BAD)
def test_a_change_to_an_unsound_owner_set_reverts(council, wallet, what):
    threshold, owners, error = bad_sets(council)[what]
    nonce, act = wallet.nonce(), council.owner_change(threshold, owners)
    with reverts(*error):
        council.submit(act)
    assert wallet.nonce() == nonce


@pytest.mark.parametrize("what", BAD)
def test_an_operation_that_sets_an_unsound_owner_set_reverts(council, wallet, what):
    """The owners can schedule any call, this one too: it is checked again where it is done."""
    threshold, owners, error = bad_sets(council)[what]
    act = council.own("setOwners", council.owner_set, threshold, owners)
    council.submit(act)
    council.wait_for(act)
    with reverts(*error):
        council.execute(act)
    assert wallet.ownerSet() == "0x" + council.owner_set.hex()


@pytest.mark.parametrize("count", [1, 50])
def test_one_owner_and_fifty_are_owner_sets(council, wallet, count):
    keys = owner_keys(count, "many")
    council.carry_out(council.owner_change(count, [key.address for key in keys]))
    assert wallet.ownerSet() == "0x" + agreement.owner_set_of(count, [key.address for key in keys]).hex()


@pytest.mark.parametrize("role", ["stranger", "guardian", "relayer", "deployer"])
def test_set_owners_by_anyone_but_the_wallet_reverts(request, council, wallet, role):
    account = request.getfixturevalue(role)
    with reverts("NotTimelock", account):
        wallet.setOwners(council.owner_set, 1, [account], {"from": account})


def test_an_owner_alone_cannot_set_owners(create, stranger):
    """Not even the only one: an owner agrees by signature, and the wallet acts after its delay."""

    class Only:
        address = stranger.address

    alone = create([Only], 1)
    with reverts("NotTimelock", stranger):
        alone.wallet.setOwners(alone.owner_set, 1, [stranger], {"from": stranger})


def test_changes_of_owners_are_on_the_audit_trail(council, wallet, heirs, proven):
    before = len(proven(wallet))
    act = council.owner_change(3, heirs.owners)
    tx = council.submit(act)
    council.wait_for(act)
    done = council.execute(act)
    scheduled, changed = proven(wallet)[before:]
    assert (scheduled.kind.rstrip(b"\0"), scheduled.actor, scheduled.at) == (b"schedule", council.relayer, tx.timestamp)
    assert scheduled.payload == encode(["bytes32", "uint256"], [council.id_of(act), act.nonce])
    assert (changed.kind.rstrip(b"\0"), changed.actor, changed.at) == (b"setOwners", wallet, done.timestamp)
    assert changed.payload == encode(["uint256", "address[]"], [3, heirs.owners])


def test_a_change_of_owners_takes_the_least_delay_of_its_day(council, wallet, heirs):
    council.carry_out(council.own("updateDelay", 5 * DAY))
    act = council.owner_change(3, heirs.owners, deadline=now() + DAY)
    tx = council.submit(act)
    assert wallet.getTimestamp(council.id_of(act)) == tx.timestamp + 5 * DAY
