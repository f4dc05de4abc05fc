"""What turned other people's breakers and limits against them: trips that undo themselves, flash deposits, permits."""

import pytest
from eth_abi import encode
from eth_utils import keccak

from tests.support import NATIVE, emitted, event, reverts
from tests.unit.MultiSig.conftest import NATIVE_LIMIT
from tests.unit.MultiSig.nesting import typed
from tests.unit.signing import DAY, data_of

AUTHORIZATION = (
    "TransferWithAuthorization"
    "(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
)


# --- a trip undone by its own revert ---


@pytest.fixture
def vault(deploy, governor, guardian, payer):
    """A pool of 10 coins with a limit of 1 coin a day."""
    vault = deploy("TrippingVault", governor, guardian)
    vault.configureLimit(NATIVE, NATIVE_LIMIT, DAY, {"from": governor})
    vault.deposit({"from": payer, "value": 10 * NATIVE_LIMIT})
    return vault


def test_a_trip_survives_the_transaction_that_proves_the_fault(vault, payer, stranger):
    vault.lose(1, {"from": stranger})
    held = payer.balance()
    tx = vault.withdraw(5, {"from": payer})
    assert vault.pausedUntil() == tx.timestamp + 14 * DAY
    assert payer.balance() == held
    with reverts("ContractPaused", tx.timestamp + 14 * DAY):
        vault.deposit({"from": payer, "value": 1})


def test_a_trip_undone_by_its_own_revert_leaves_the_door_open(vault, payer, stranger):
    """The naive way, as a control: the revert that stops the payment takes the pause along."""
    vault.lose(1, {"from": stranger})
    owed = vault.owed()
    with reverts("Insolvent", owed - 1, owed):
        vault.withdrawOrRevert(5, {"from": payer})
    assert (vault.pausedUntil(), vault.auditLength()) == (0, 0)
    vault.deposit({"from": payer, "value": 1})


# --- a breaker tripped by a flash deposit ---


def flash(council, vault, amount):
    """Deposit and withdraw in one transaction of the wallet."""
    deposit = vault.address, amount, data_of(vault.deposit)
    withdraw = vault.address, 0, data_of(vault.withdraw, amount)
    return council.carry_out(council.operation(deposit, withdraw))


def test_a_flash_deposit_trips_no_breaker(council, wallet, vault, payer):
    amount = 50 * NATIVE_LIMIT
    tx = flash(council, vault, amount)
    assert event("Queued", wallet, amount) in emitted(tx, vault)
    assert (vault.pausedUntil(), vault.auditLength(), vault.owedTo(wallet)) == (0, 0, amount)
    before = payer.balance()
    vault.withdraw(NATIVE_LIMIT, {"from": payer})
    assert payer.balance() == before + NATIVE_LIMIT


def test_a_flash_deposit_within_the_limit_goes_through(council, wallet, vault):
    before = wallet.balance()
    flash(council, vault, NATIVE_LIMIT)
    assert (wallet.balance(), vault.owedTo(wallet), vault.available(NATIVE)) == (before, 0, 0)
    assert vault.pausedUntil() == 0


def test_a_payment_above_the_limit_waits_and_pauses_nothing(council, wallet, payee):
    act = council.payment(payee, wallet.balance())
    council.submit(act)
    assert (wallet.isOperationPending(council.id_of(act)), wallet.pausedUntil()) == (True, 0)
    before = payee.balance()
    council.submit(council.payment(payee, NATIVE_LIMIT))
    assert payee.balance() == before + NATIVE_LIMIT


# --- a permit signed by the quorum, above every limit ---


@pytest.fixture(scope="module")
def permit_token(deploy, wallet, deployer):
    """A token that moves by signatures; the wallet holds 10^24 and has no limit for it."""
    token = deploy("AuthorizationToken")
    token.mint(wallet, 10**24, {"from": deployer})
    return token


@pytest.fixture
def authorized(council, wallet, permit_token, payee):
    """The owners' signature over a transfer of all the tokens that the wallet holds, and that transfer."""
    _, name, version, chain_id, verifying, *_ = permit_token.eip712Domain()
    domain = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    fields = [keccak(text=domain), keccak(text=name), keccak(text=version), chain_id, verifying]
    separator = keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], fields))
    terms = wallet.address, payee.address, 10**24, 0, 2**256 - 1, bytes(32)
    kinds = ["bytes32", "address", "address", "uint256", "uint256", "uint256", "bytes32"]
    contents = keccak(encode(kinds, [keccak(text=AUTHORIZATION), *terms]))
    signed = typed(council, separator, contents, AUTHORIZATION, "TransferWithAuthorization")
    return keccak(b"\x19\x01" + separator + contents), signed, terms


TRANSFER = "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)"


def take(token, authorized, sender):
    _, signed, terms = authorized
    token.transferWithAuthorization[TRANSFER.partition("(")[2][:-1]](*terms, signed, {"from": sender})


def test_a_permit_signed_by_the_quorum_takes_nothing_above_the_limits(
    wallet, permit_token, authorized, payee, stranger
):
    assert wallet.available(permit_token) == 0
    with reverts("ERC3009InvalidSignature"):
        take(permit_token, authorized, stranger)
    assert permit_token.balanceOf(payee) == 0


def test_an_unadmitted_asker_hears_no_where_anyone_off_chain_hears_yes(wallet, permit_token, authorized):
    """Plain calls: under coverage Brownie forgets who asks."""
    hashed, signed, _ = authorized
    assert str(wallet.isValidSignature.call(hashed, signed, {"from": permit_token})) == "0xffffffff"
    assert str(wallet.isValidSignature.call(hashed, signed, {"from": NATIVE})) == "0x1626ba7e"


def test_a_token_that_the_owners_admitted_after_their_delay_takes_what_they_signed(
    council, permit_token, authorized, payee, stranger
):
    """The control: the very same signature is good once the wallet answers the token."""
    council.carry_out(council.own("setVerifier", permit_token, True))
    take(permit_token, authorized, stranger)
    assert permit_token.balanceOf(payee) == 10**24
