"""setVerifier: whose ERC-1271 questions are answered; only the wallet says so, by an operation, on the audit trail."""

import pytest
from brownie import web3
from eth_abi import encode
from eth_utils import keccak

from tests.support import NATIVE, emitted, event, reverts
from tests.unit.keys import fresh_address
from tests.unit.MultiSig.nesting import personal, typed
from tests.unit.signing import data_of
from tests.unit.spelling import plain

VALID, INVALID, PROBED = "0x1626ba7e", "0xffffffff", "0x77390001"
MESSAGE = keccak(text="a login")
SEPARATOR = keccak(text="the domain of an application")
ORDER = "Order(address maker,uint256 amount)"
CONTENTS = keccak(keccak(text=ORDER) + bytes(64))
VERIFIER, OTHER = fresh_address("a verifier"), fresh_address("another verifier")


@pytest.fixture(params=["message", "typed data"])
def question(request, council):
    """A hash that the owners signed for the wallet, and their signature."""
    if request.param == "message":
        return MESSAGE, personal(council, MESSAGE)
    hashed = keccak(b"\x19\x01" + SEPARATOR + CONTENTS)
    return hashed, typed(council, SEPARATOR, CONTENTS, ORDER, "Order")


def asked_by(asker, council, question):
    """What the wallet answers an asker; None asks without saying who it is."""
    call = {"to": council.wallet.address, "data": "0x" + data_of(council.wallet.isValidSignature, *question).hex()}
    answer = web3.provider.make_request("eth_call", [call | ({"from": str(asker)} if asker else {}), "latest"])
    assert answer["result"][10:] == "00" * 28
    return answer["result"][:10]


def admit(council, verifier, admitted=True):
    return council.carry_out(council.own("setVerifier", verifier, admitted))


@pytest.mark.parametrize("asker", [None, NATIVE])
def test_a_question_off_chain_is_answered(council, question, asker):
    assert asked_by(asker, council, question) == VALID


def test_an_asker_whom_nobody_admitted_hears_no(council, question, stranger, token, factory):
    owner = council.owners[0]
    for asker in (VERIFIER, stranger, token, factory, owner, council.wallet, fresh_address(1)):
        assert asked_by(asker, council, question) == INVALID


@pytest.mark.parametrize("asker", ["0x" + "00" * 19 + "01", "0x" + "ff" * 20])
def test_an_address_next_to_zero_is_not_zero(council, question, asker):
    assert asked_by(asker, council, question) == INVALID


@pytest.mark.parametrize("signed", [b"", bytes(31), bytes(32), (33).to_bytes(32, "big"), (32).to_bytes(32, "big")])
def test_an_admitted_asker_hears_no_to_bytes_that_are_no_quorum(council, deployer, signed):
    admit(council, deployer)
    assert str(council.wallet.isValidSignature(MESSAGE, signed, {"from": deployer})) == INVALID


@pytest.mark.parametrize("offset", [0, 31, 33, 64, 2**255 + 32])
def test_an_admitted_asker_hears_no_to_a_quorum_behind_another_offset(council, question, offset):
    admit(council, VERIFIER)
    message, signed = question
    assert int.from_bytes(signed[:32], "big") == 32
    assert asked_by(VERIFIER, council, (message, offset.to_bytes(32, "big") + signed[32:])) == INVALID


def test_an_admitted_asker_hears_yes_and_nobody_else_does(council, question):
    admit(council, VERIFIER)
    assert asked_by(VERIFIER, council, question) == VALID
    assert asked_by(OTHER, council, question) == INVALID


def test_an_admitted_asker_hears_no_of_what_too_few_signed(council):
    admit(council, VERIFIER)
    assert asked_by(VERIFIER, council, (MESSAGE, personal(council, MESSAGE, signers=(1,)))) == INVALID
    assert asked_by(VERIFIER, council, (keccak(b"other"), personal(council, MESSAGE))) == INVALID


def test_a_dismissed_asker_hears_no_again(council, wallet, question):
    admit(council, VERIFIER)
    admit(council, OTHER)
    admit(council, VERIFIER, False)
    assert (wallet.isVerifier(VERIFIER), wallet.isVerifier(OTHER)) == (False, True)
    assert asked_by(VERIFIER, council, question) == INVALID
    assert asked_by(OTHER, council, question) == VALID


def test_nobody_is_admitted_at_first(bare, token, factory):
    for asker in (NATIVE, VERIFIER, token, factory, bare.wallet):
        assert not bare.wallet.isVerifier(asker)


def test_who_is_admitted_in_one_wallet_is_not_in_another(council, create):
    sibling = create(council.keys, 2, salt=b"sibling".ljust(32))
    admit(council, VERIFIER)
    assert asked_by(VERIFIER, council, (MESSAGE, personal(council, MESSAGE))) == VALID
    assert asked_by(VERIFIER, sibling, (MESSAGE, personal(sibling, MESSAGE))) == INVALID


def test_everybody_hears_that_the_wallet_nests(council):
    """ERC-7739's probe names no message: it says how to ask, and to whom it says so costs nothing."""
    for asker in (None, VERIFIER):
        assert asked_by(asker, council, (b"\x77\x39" * 16, b"")) == PROBED


@pytest.mark.parametrize("admitted", [True, False])
def test_an_admission_and_a_dismissal_are_announced_and_leave_one_record_each(council, wallet, proven, admitted):
    act = council.own("setVerifier", VERIFIER, admitted)
    council.submit(act)
    council.wait_for(act)
    before = len(proven(wallet))
    tx = council.execute(act)
    assert plain(emitted(tx, wallet))[1] == plain([event("VerifierChanged", VERIFIER, admitted)])[0]
    (record,) = proven(wallet)[before:]
    assert (record.kind.rstrip(b"\0"), record.actor, record.at) == (b"setVerifier", wallet, tx.timestamp)
    assert record.payload == encode(["address", "bool"], [VERIFIER, admitted])


@pytest.mark.parametrize("role", ["stranger", "guardian", "relayer", "deployer"])
def test_set_verifier_by_anyone_but_the_wallet_reverts(request, wallet, role):
    account = request.getfixturevalue(role)
    for admitted in (True, False):
        with reverts("NotTimelock", account):
            wallet.setVerifier(account, admitted, {"from": account})
    assert not wallet.isVerifier(account)


def test_an_admission_waits_for_the_delay_and_the_guardian_can_cancel_it(council, wallet, guardian):
    act = council.own("setVerifier", VERIFIER, True)
    council.submit(act)
    assert not wallet.isVerifier(VERIFIER)
    wallet.cancel(council.id_of(act), {"from": guardian})
    with reverts("NotScheduled", council.id_of(act)):
        council.execute(act)
    assert not wallet.isVerifier(VERIFIER)


def test_an_admission_outlives_a_change_of_owners_and_old_signatures_do_not(council, wallet, question):
    admit(council, VERIFIER)
    council.carry_out(council.owner_change(1, council.owners[:1]))
    assert wallet.isVerifier(VERIFIER)
    assert asked_by(VERIFIER, council, question) == INVALID
