"""create: a wallet that is set up by existing, at an address that binds all it begins with."""

import pytest
from brownie import project, web3
from eth_utils import keccak

from scripts.papers import agreement
from tests.support import NATIVE, emitted, event, reverts
from tests.unit.signing import DAY, owner_keys
from tests.unit.spelling import plain

SALT = keccak(text="salt")


@pytest.fixture(scope="module")
def factory(deploy):
    return deploy("MultiSigFactory", deploy("MultiSig"))


@pytest.fixture(scope="module")
def owners():
    return [key.address for key in owner_keys(3)]


@pytest.fixture
def charter(owners, guardian):
    """What a wallet of two of three begins with, some of it changed."""

    def charter(threshold=2, owners=owners, guardian=guardian, delay=2 * DAY, salt=SALT):
        return threshold, owners, guardian, delay, salt

    return charter


@pytest.fixture
def refused(factory, charter, stranger):
    """Expect exactly this typed error, and no wallet."""

    def refused(error, *values, **changed):
        with reverts(error, *values):
            factory.create(*charter(**changed), {"from": stranger})
        assert not web3.eth.get_code(factory.addressOf(*charter(**changed)))

    return refused


def wallet_at(address):
    return project.get_loaded_projects()[0].MultiSig.at(address)


def test_anyone_creates_a_wallet_where_it_was_said_to_be(factory, charter, owners, guardian, stranger):
    address = factory.addressOf(*charter())
    assert not web3.eth.get_code(address)
    tx = factory.create(*charter(), {"from": stranger})
    owner_set = agreement.owner_set_of(2, owners)
    created = event("WalletCreated", address, owner_set, guardian, 2 * DAY, 2, tuple(owners))
    assert plain(emitted(tx, factory)) == plain([created])
    wallet = wallet_at(address)
    assert (wallet.ownerSet(), wallet.guardian()) == ("0x" + owner_set.hex(), guardian)
    assert (wallet.getMinDelay(), wallet.nonce(), wallet.auditLength()) == (2 * DAY, 0, 0)


def test_all_that_a_wallet_begins_with_is_in_its_address(factory, charter, owners, stranger):
    others = (
        charter(),
        charter(threshold=1),
        charter(owners=owners[:2]),
        charter(guardian=stranger),
        charter(delay=3 * DAY),
        charter(salt=bytes(32)),
    )
    addresses = [factory.addressOf(*other) for other in others]
    assert len(set(addresses)) == len(others)
    for other in others:
        factory.create(*other, {"from": stranger})
    assert all(web3.eth.get_code(address) for address in addresses)


def test_a_wallet_is_set_up_once(factory, charter, stranger):
    factory.create(*charter(), {"from": stranger})
    with reverts("FailedDeployment"):
        factory.create(*charter(), {"from": stranger})


def test_a_wallet_has_nothing_that_sets_it_up(factory, charter, stranger):
    """No initializer to run a second time, none that an upgrade could forget: what is there, only the wallet calls."""
    factory.create(*charter(), {"from": stranger})
    wallet = wallet_at(factory.addressOf(*charter()))
    assert [name for name in wallet.selectors.values() if "init" in name.lower() or "setup" in name.lower()] == []


def test_coin_that_was_sent_before_the_wallet_is_its_own(factory, charter, stranger):
    address = factory.addressOf(*charter())
    stranger.transfer(address, 5)
    factory.create(*charter(), {"from": stranger})
    assert wallet_at(address).balance() == 5


def test_a_threshold_of_zero_reverts(refused):
    refused("InvalidThreshold", 0, 3, threshold=0)


def test_a_threshold_above_the_owners_reverts(refused):
    refused("InvalidThreshold", 4, 3, threshold=4)


@pytest.mark.parametrize("threshold", [0, 1])
def test_a_wallet_without_owners_reverts(refused, threshold):
    refused("InvalidThreshold", threshold, 0, threshold=threshold, owners=[])


def test_a_zero_owner_reverts(refused, owners):
    refused("OwnerOutOfOrder", 0, NATIVE, owners=[NATIVE, *owners])


def test_a_duplicate_owner_reverts(refused, owners):
    refused("OwnerOutOfOrder", 1, owners[0], owners=[owners[0], *owners])


def test_unsorted_owners_revert(refused, owners):
    refused("OwnerOutOfOrder", 2, owners[1], owners=[owners[0], owners[2], owners[1]])


def test_more_than_fifty_owners_revert(refused):
    refused("TooManyOwners", 51, 50, owners=[key.address for key in owner_keys(51)])


@pytest.mark.parametrize("count", [1, 50])
def test_one_owner_and_fifty_can_own_a_wallet(factory, charter, stranger, count):
    arguments = charter(threshold=count, owners=[key.address for key in owner_keys(count)])
    factory.create(*arguments, {"from": stranger})
    assert wallet_at(factory.addressOf(*arguments)).ownerSet() == "0x" + agreement.owner_set_of(*arguments[:2]).hex()


def test_a_guardian_of_zero_reverts(refused):
    refused("InvalidGuardian", NATIVE, guardian=NATIVE)


@pytest.mark.parametrize("delay", [0, DAY - 1])
def test_a_delay_below_the_floor_reverts(refused, delay):
    refused("DelayTooShort", delay, DAY, delay=delay)


@pytest.mark.parametrize("delay", [6 * DAY + 1, 2**32 + 2 * DAY, 2**256 - 1])
def test_a_delay_above_the_ceiling_reverts(factory, charter, stranger, delay):
    """2^32 seconds and two days are two days in the four bytes of a charter."""
    with reverts("DelayTooLong", delay, 6 * DAY):
        factory.create(*charter(delay=delay), {"from": stranger})


@pytest.mark.parametrize("delay", [DAY, 6 * DAY])
def test_the_delay_may_be_floor_or_ceiling(factory, charter, stranger, delay):
    factory.create(*charter(delay=delay), {"from": stranger})
    assert wallet_at(factory.addressOf(*charter(delay=delay))).getMinDelay() == delay


def test_a_wallet_cannot_be_made_its_own_owner(factory, charter, owners, stranger):
    """Its owners are in its address: who names the address among them names another wallet."""
    address = factory.addressOf(*charter())
    with_itself = sorted([*owners, address], key=lambda owner: int(owner, 16))
    other = factory.addressOf(*charter(owners=with_itself))
    factory.create(*charter(owners=with_itself), {"from": stranger})
    assert other not in with_itself
    assert web3.eth.get_code(other)
    assert not web3.eth.get_code(address)


def test_the_shared_implementation_is_nobodys_wallet(factory, stranger):
    implementation = wallet_at(factory.IMPLEMENTATION())
    nobody = agreement.owner_set_of(0, [])
    assert implementation.ownerSet() == "0x" + "00" * 32
    with reverts("WrongOwnerSet", nobody, bytes(32)):
        implementation.pay((stranger, 1, NATIVE), 2**256 - 1, (0, [], 0, b""), {"from": stranger})
    with reverts("NotGuardian", stranger):
        implementation.pause(DAY, {"from": stranger})


def test_version_is_semantic(factory):
    assert factory.version() == "1.0.0"


def test_the_implementation_is_fixed_in_the_factorys_code(factory):
    assert bytes.fromhex(factory.IMPLEMENTATION()[2:]) in bytes(web3.eth.get_code(factory.address))
