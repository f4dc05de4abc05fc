"""Owners without a plain key: contracts (ERC-1271), wallets of this kind, accounts with code (EIP-7702)."""

import pytest
from brownie import project, web3
from eth_abi import encode

from tests.support import NATIVE, reverts, rpc
from tests.unit.MultiSig.conftest import set_limit
from tests.unit.MultiSig.nesting import QUORUM, nested, personal
from tests.unit.signing import Council, owner_keys, signature

NO = ["No", "NoMagic", "Dirty", "Short", "Nothing", "Refusal", "EatenGas", "Bomb"]
ANSWERS = ["Yes", *NO]


class Mixed(Council):
    """A council some of whose owners are contracts; the key of such a one is None."""

    def __init__(self, wallet, owners, threshold, relayer):
        super().__init__(wallet, [], threshold, relayer)
        self.owners = [address for address, _ in owners]
        self.keys = [key for _, key in owners]


@pytest.fixture(scope="module")
def mixed(factory, guardian, relayer):
    """A wallet of two keys and one contract, of whom two must agree, and where the contract stands among them."""

    def mixed(contract, count=2, threshold=2):
        owners = [(key.address, key) for key in owner_keys(count, "mixed")] + [(contract.address, None)]
        owners.sort(key=lambda owner: int(owner[0], 16))
        arguments = (threshold, [address for address, _ in owners], guardian, 2 * 86_400, bytes(32))
        factory.create(*arguments, {"from": relayer})
        wallet = project.get_loaded_projects()[0].MultiSig.at(factory.addressOf(*arguments))
        council = Mixed(wallet, owners, threshold, relayer)
        place = council.owners.index(contract.address)
        return council, place, next(index for index in range(count + 1) if index != place)

    return mixed


@pytest.fixture(scope="module")
def contract_owner(deploy):
    return deploy("ContractOwner")


@pytest.fixture(scope="module")
def shared(mixed, contract_owner):
    return mixed(contract_owner)


@pytest.mark.parametrize("size", [1, 64, 65, 200, 10_000])
def test_an_owner_without_a_key_signs_by_what_its_code_accepts(shared, payee, size):
    council, place, other = shared
    act = council.payment(payee, 5)
    digest = council.digest(act)
    council.submit(act, council.pack({place: b"\7" * size, other: signature(council.keys[other], digest)}))
    assert council.wallet.isOperationPending(council.id_of(act))


@pytest.mark.parametrize("answer", NO)
def test_an_owner_whose_code_does_not_say_yes_has_not_signed(shared, contract_owner, payee, answer):
    council, place, other = shared
    contract_owner.setAnswer(ANSWERS.index(answer))
    act = council.payment(payee, 5)
    digest = council.digest(act)
    quorum = council.pack({place: b"\7" * 65, other: signature(council.keys[other], digest)})
    with reverts("InvalidSignature", contract_owner, digest):
        council.submit(act, quorum)


def test_an_owner_whose_code_eats_the_gas_stops_nobody_else(shared, contract_owner, payee):
    """Whoever submits leaves it out: the others are enough."""
    council, place, _ = shared
    contract_owner.setAnswer(ANSWERS.index("EatenGas"))
    keys = [index for index in range(3) if index != place]
    act = council.payment(payee, 5)
    council.submit(act, council.quorum(council.digest(act), keys))
    assert council.wallet.isOperationPending(council.id_of(act))


def test_an_owner_without_a_key_counts_once(shared, contract_owner, payee):
    council, place, _ = shared
    act = council.payment(payee, 5)
    with reverts("ThresholdNotMet", 1, 2):
        council.submit(act, council.pack({place: b"\7" * 65}))


def test_an_owner_without_a_key_approves_on_chain(shared, contract_owner, payee):
    council, place, other = shared
    contract_owner.setAnswer(ANSWERS.index("No"))
    act = council.payment(payee, 5)
    digest = council.digest(act)
    contract_owner.execute(council.wallet, 0, council.wallet.approve.encode_input(digest))
    council.submit(act, council.pack({place: b"", other: signature(council.keys[other], digest)}))
    assert council.wallet.isOperationPending(council.id_of(act))


def test_the_code_of_an_owner_cannot_answer_an_empty_signature(shared, contract_owner, payee):
    """It says yes to anything, yet no bytes at all mean an approval on chain, and there is none."""
    council, place, other = shared
    act = council.payment(payee, 5)
    digest = council.digest(act)
    with reverts("InvalidSignature", contract_owner, digest):
        council.submit(act, council.pack({place: b"", other: signature(council.keys[other], digest)}))


@pytest.fixture(scope="module")
def family(mixed, create):
    """A wallet that has another wallet of this kind, two of three, among its owners, and may ask it for signatures."""
    inner = create(owner_keys(3, "inner"), 2)
    council, place, other = mixed(inner.wallet)
    inner.carry_out(inner.own("setVerifier", council.wallet, True))
    return council, place, other, inner


@pytest.mark.parametrize("form", ["typed", "personal"])
def test_a_wallet_owns_another_and_signs_as_its_owners_do(family, payee, form):
    """Typed: the owners of the inner wallet read the payment of the outer one. Personal: they sign its digest."""
    council, place, other, inner = family
    act = council.payment(payee, 5)
    digest = council.digest(act)
    theirs = nested(inner, council.domain, act) if form == "typed" else personal(inner, digest)
    council.submit(act, council.pack({place: theirs, other: signature(council.keys[other], digest)}))
    assert council.wallet.isOperationPending(council.id_of(act))


def test_an_inner_wallet_without_enough_of_its_own_owners_has_not_signed(family, payee):
    council, place, other, inner = family
    act = council.payment(payee, 5)
    digest = council.digest(act)
    for theirs in (nested(inner, council.domain, act, signers=(1,)), personal(inner, digest, signers=(1,))):
        quorum = council.pack({place: theirs, other: signature(council.keys[other], digest)})
        with reverts("InvalidSignature", inner.wallet, digest):
            council.submit(act, quorum)


def test_what_the_owners_of_the_inner_wallet_signed_bare_is_nothing(family, payee):
    """Over the digest itself, as if they were owners of the outer wallet: it would be good for any wallet of theirs."""
    council, place, other, inner = family
    act = council.payment(payee, 5)
    digest = council.digest(act)
    bare = encode([QUORUM], [inner.quorum(digest)])
    with reverts("InvalidSignature", inner.wallet, digest):
        council.submit(act, council.pack({place: bare, other: signature(council.keys[other], digest)}))


def test_an_inner_wallet_approves_on_chain_by_an_operation_of_its_own(family, payee):
    council, place, other, inner = family
    act = council.payment(payee, 5, deadline=2**256 - 1)
    digest = council.digest(act)
    inner.carry_out(inner.operation(inner.call(council.wallet, "approve", digest)))
    council.submit(act, council.pack({place: b"", other: signature(council.keys[other], digest)}))
    assert council.wallet.isOperationPending(council.id_of(act))


def test_a_wallet_pays_another_wallet(family, fund):
    council, *_, inner = family
    fund(inner.wallet)
    set_limit(inner, NATIVE, 1000)
    inner.submit(inner.payment(council.wallet, 5))
    assert council.wallet.balance() == 5


def _authorize(key, code, relayer):
    """Send the key's own authorization, in a transaction that another pays for."""
    (sponsor,) = owner_keys(1, "sponsor")
    relayer.transfer(sponsor.address, 10**18)
    chain_id, count = web3.eth.chain_id, web3.eth.get_transaction_count
    authorization = {"chainId": chain_id, "address": code, "nonce": count(key.address)}
    transaction = {
        "type": 4,
        "chainId": chain_id,
        "nonce": count(sponsor.address),
        "to": key.address,
        "value": 0,
        "gas": 500_000,
        "maxFeePerGas": 10**9,
        "maxPriorityFeePerGas": 0,
        "authorizationList": [key.sign_authorization(authorization)],
    }
    web3.eth.send_raw_transaction(sponsor.sign_transaction(transaction).raw_transaction)


@pytest.fixture(params=["set", "sent"])
def delegated(request, bare, contract_owner, relayer):
    """Make an account run a contract's code from now on (EIP-7702): as the node does, or by its own authorization."""

    def delegated(key):
        if request.param == "set":
            rpc("anvil_setCode", key.address, "0xef0100" + contract_owner.address[2:])
        else:
            _authorize(key, contract_owner.address, relayer)
        assert bytes(web3.eth.get_code(key.address)) == bytes.fromhex("ef0100" + contract_owner.address[2:])
        return key

    return delegated


def test_an_account_with_code_still_signs_by_its_key(council, contract_owner, delegated, payee):
    contract_owner.setAnswer(ANSWERS.index("EatenGas"))
    for key in council.keys[:2]:
        delegated(key)
    before = payee.balance()
    council.submit(council.payment(payee, 5))
    assert payee.balance() == before + 5


def test_what_the_key_of_an_account_with_code_did_not_sign_its_code_decides(council, contract_owner, delegated, payee):
    delegated(council.keys[0])
    act = council.payment(payee, 5)
    digest = council.digest(act)
    quorum = council.pack({0: b"\7" * 65, 1: signature(council.keys[1], digest)})
    # the account's own storage is empty, in which the first answer is yes
    before = payee.balance()
    council.submit(act, quorum)
    assert payee.balance() == before + 5


def test_an_account_whose_code_refuses_has_not_signed(council, deploy, delegated, payee):
    key = delegated(council.keys[0])
    rpc("anvil_setCode", key.address, "0xef0100" + deploy("RevertingReceiver").address[2:])
    act = council.payment(payee, 5)
    digest = council.digest(act)
    with reverts("InvalidSignature", key.address, digest):
        council.submit(act, council.pack({0: b"\7" * 65, 1: signature(council.keys[1], digest)}))


def test_an_account_without_code_is_not_asked(council, payee):
    act = council.payment(payee, 5)
    digest = council.digest(act)
    with reverts("InvalidSignature", council.owners[0], digest):
        council.submit(act, council.pack({0: b"\7" * 65, 1: signature(council.keys[1], digest)}))
    assert not web3.eth.get_code(council.owners[0])
