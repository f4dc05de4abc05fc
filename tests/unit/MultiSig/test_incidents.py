"""What emptied other wallets and bridges does not empty these: one test or more for each incident, named for it."""

import pytest
from brownie import web3
from eth_account import Account
from eth_utils import keccak

from scripts.papers import agreement
from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.support import NATIVE, at, reverts, rpc
from tests.unit.MultiSig.conftest import NATIVE_LIMIT
from tests.unit.opcodes import CALL, CALLCODE, CREATE, CREATE2, DELEGATECALL, SELFDESTRUCT, opcodes
from tests.unit.signing import DAY, data_of, operation_id, owner_keys

SLOTS = range(16)  # more than a wallet has beside its mappings
ERC1967_SLOT = (int.from_bytes(keccak(text="eip1967.proxy.implementation"), "big") - 1).to_bytes(32, "big")
CLONE_HEAD, CLONE_TAIL = "363d3d373d3d3d363d73", "5af43d82803e903d91602b57fd5bf3"


def words(contract):
    return [rpc("eth_getStorageAt", contract.address, hex(slot), "latest") for slot in SLOTS]


def calls_in(trace):
    """Every call of a transaction: its kind, who made it, to whom."""
    yield trace["type"], trace["from"], trace.get("to")
    for call in trace.get("calls", ()):
        yield from calls_in(call)


def code_of(address):
    return bytes(web3.eth.get_code(str(address)))


# --- hidden delegatecall, Bybit 2025: a signed call ran foreign code as the wallet's own, and replaced its logic ---


def test_bybit_2025_the_code_of_a_wallet_cannot_run_foreign_code_as_its_own(factory):
    found = set(opcodes(code_of(factory.IMPLEMENTATION())))
    assert CALL in found
    assert not {DELEGATECALL, CALLCODE, SELFDESTRUCT, CREATE, CREATE2} & found


@pytest.mark.parametrize("batch", [False, True])
def test_bybit_2025_what_a_wallet_calls_writes_into_its_own_storage_and_not_the_wallets(
    council, wallet, factory, deploy, token, batch
):
    recorder = deploy("Recorder")
    payload = data_of(token.transfer, recorder, 0)
    calls = [(recorder, 0, payload)] * (2 if batch else 1)
    act = council.operation(*calls)
    council.submit(act)
    before = words(wallet)
    council.wait_for(act)
    tx = council.execute(act)
    assert words(wallet) == before
    assert (recorder.sender(), bytes(recorder.payload())) == (wallet, payload)
    made = list(calls_in(rpc("debug_traceTransaction", tx.txid, {"tracer": "callTracer"})))
    assert [kind for kind, _, to in made if to == recorder.address.lower()] == ["CALL"] * len(calls)
    lent = {(maker, to) for kind, maker, to in made if kind in ("DELEGATECALL", "CALLCODE")}
    assert lent == {(wallet.address.lower(), factory.IMPLEMENTATION().lower())}


# --- blind-signed ownership chain, Radiant 2024: owners saw a payment and signed away what they owned ---


def test_radiant_2024_what_owners_signed_as_a_payment_is_no_change_of_owners(council, wallet, payee):
    """An owner's own device hashes what it shows, and a type of its own tells each act from all others."""
    (thief,) = owner_keys(1, "thief")
    act = council.payment(payee, 5)
    shown = agreement.typed_data(council.domain, act)
    signed = [bytes(Account.sign_typed_data(key.key, full_message=shown).signature) for key in council.keys[:2]]
    change = council.owner_change(1, [thief.address], deadline=act.deadline)
    with reverts("InvalidSignature", council.owners[0], council.digest(change)):
        council.submit(change, council.pack(dict(enumerate(signed))))
    before = payee.balance()
    council.submit(act, council.pack(dict(enumerate(signed))))
    assert payee.balance() == before + 5


def test_radiant_2024_a_change_of_owners_signed_blindly_waits_and_is_called_off(council, wallet, guardian):
    (thief,) = owner_keys(1, "thief")
    act = council.owner_change(1, [thief.address])
    council.submit(act)
    assert wallet.ownerSet() == "0x" + council.owner_set.hex()
    wallet.cancel(council.id_of(act), {"from": guardian})
    at(act.deadline + DAY)
    with reverts("NotScheduled", council.id_of(act)):
        council.execute(act)
    assert wallet.ownerSet() == "0x" + council.owner_set.hex()


def test_radiant_2024_a_hand_over_of_what_the_wallet_governs_waits_and_is_called_off(
    council, wallet, guardian, deploy, fee_recipient, stranger
):
    governed = deploy("PaymentProcessor", GOVERNOR_DELAY_SECONDS, wallet, guardian, 0, fee_recipient)
    act = council.operation(council.call(governed, "beginDefaultAdminTransfer", stranger))
    council.submit(act)
    assert governed.pendingDefaultAdmin() == (NATIVE, 0)
    wallet.cancel(council.id_of(act), {"from": guardian})
    with reverts("NotScheduled", council.id_of(act)):
        council.execute(act)
    assert (governed.defaultAdmin(), governed.pendingDefaultAdmin()) == (wallet, (NATIVE, 0))


# --- swapped logic, WazirX 2024: the slot that named the wallet's code was overwritten ---


def test_wazirx_2024_the_code_of_a_wallet_names_its_logic(wallet, factory):
    code = code_of(wallet).hex()
    implementation = factory.IMPLEMENTATION()[2:].lower()
    assert code.startswith(CLONE_HEAD + implementation + CLONE_TAIL)
    assert opcodes_of_clone(code) == [DELEGATECALL]


def opcodes_of_clone(code):
    """The calls in a clone's 45 bytes; what lies behind them is data that is never run."""
    head = bytes.fromhex(code[:90])
    address = bytes.fromhex(code[20:60])
    return [each for each in head.replace(address, b"") if each in (CALL, CALLCODE, DELEGATECALL, CREATE, CREATE2)]


def test_wazirx_2024_the_slot_that_names_the_logic_of_a_proxy_names_nothing_here(council, wallet, payee, deploy):
    thief = deploy("Recorder")
    answers = wallet.version(), wallet.ownerSet(), wallet.guardian()
    rpc("anvil_setStorageAt", wallet.address, "0x" + ERC1967_SLOT.hex(), "0x" + thief.address[2:].zfill(64))
    assert (wallet.version(), wallet.ownerSet(), wallet.guardian()) == answers
    before = payee.balance()
    council.submit(council.payment(payee, 5))
    assert payee.balance() == before + 5
    assert thief.sender() == NATIVE


def test_wazirx_2024_a_wallet_has_no_act_that_swaps_its_logic(wallet):
    names = [name.lower() for name in wallet.selectors.values()]
    assert [name for name in names if "upgrade" in name or "implementation" in name or "mastercopy" in name] == []


# --- threshold 0 after an upgrade, Ronin 2024: what nobody had set meant that nobody need sign ---


@pytest.mark.parametrize("owners", ["none", "the owners"])
def test_ronin_2024_a_threshold_of_zero_is_nobodys_owner_set(council, wallet, payee, owners):
    named = council.owners if owners == "the owners" else []
    with reverts("WrongOwnerSet", agreement.owner_set_of(0, named), council.owner_set):
        wallet.pay((payee, 1, NATIVE), 2**256 - 1, (0, named, 0, b""), {"from": payee})


@pytest.mark.parametrize("owners", ["none", "the owners"])
@pytest.mark.parametrize("changed", [False, True])
def test_ronin_2024_a_wallet_whose_storage_was_wiped_still_asks_for_signatures(council, payee, changed, owners):
    """As an upgrade would leave it that forgot to set what it added: the charter in the code says who must agree."""
    wallet = council.wallet
    if changed:
        council.carry_out(council.owner_change(1, council.owners[:1]))
        assert wallet.ownerSet() != "0x" + council.owner_set.hex()
    for slot in SLOTS:
        rpc("anvil_setStorageAt", wallet.address, "0x" + slot.to_bytes(32, "big").hex(), "0x" + "00" * 32)
    assert wallet.ownerSet() == "0x" + council.owner_set.hex()
    named = council.owners if owners == "the owners" else []
    with reverts("WrongOwnerSet", agreement.owner_set_of(0, named), council.owner_set):
        wallet.pay((payee, 1, NATIVE), 2**256 - 1, (0, named, 0, b""), {"from": payee})


def test_ronin_2024_no_threshold_of_zero_is_ever_set(council, wallet, factory, guardian, relayer):
    act = council.own("setOwners", council.owner_set, 0, council.owners)
    council.submit(act)
    council.wait_for(act)
    with reverts("InvalidThreshold", 0, 3):
        council.execute(act)
    with reverts("InvalidThreshold", 0, 3):
        factory.create(0, council.owners, guardian, 2 * DAY, bytes(32), {"from": relayer})


# --- a stolen guardian key that cancels its own removal ---


def test_a_stolen_guardian_key_cannot_keep_itself_in_office(council, wallet, guardian, stranger, payee):
    removal = council.own("setGuardian", stranger)
    council.submit(removal)
    waiting = council.payment(payee, 2 * NATIVE_LIMIT)
    council.submit(waiting)
    wallet.pause(14 * DAY, {"from": guardian})
    wallet.cancel(council.id_of(waiting), {"from": guardian})
    with reverts("NotCancellable", council.id_of(removal), guardian):
        wallet.cancel(council.id_of(removal), {"from": guardian})
    council.wait_for(removal)
    council.execute(removal)
    for act, arguments in (("cancel", (council.id_of(waiting),)), ("pause", (DAY,)), ("heartbeat", ())):
        with reverts("NotGuardian", guardian):
            getattr(wallet, act)(*arguments, {"from": guardian})
    council.carry_out(council.own("unpause"))
    council.submit(council.payment(payee, 5))


# --- one wallet's proposer changing another's owners ---


@pytest.fixture
def neighbour(council, create):
    """A second wallet of the very same owners."""
    return create(council.keys, 2, salt=b"neighbour".ljust(32))


def test_an_operation_of_one_wallet_cannot_change_the_owners_of_another(council, wallet, neighbour):
    theirs, (thief,) = neighbour.wallet, owner_keys(1, "thief")
    act = council.operation(council.call(theirs, "setOwners", neighbour.owner_set, 1, [thief.address]))
    council.submit(act)
    council.wait_for(act)
    with reverts("NotTimelock", wallet):
        council.execute(act)
    assert theirs.ownerSet() == "0x" + neighbour.owner_set.hex()


def test_what_owners_signed_for_one_wallet_changes_the_owners_of_no_other(council, neighbour):
    """Owners, threshold, nonce and deadline are the same: the wallet's address in the domain is not."""
    for _ in range(council.wallet.nonce()):
        neighbour.submit(neighbour.payment(neighbour.relayer, 1))
    act = council.owner_change(1, council.owners[:1])
    assert neighbour.wallet.nonce() == act.nonce
    with reverts("InvalidSignature", council.owners[0], neighbour.digest(act)):
        neighbour.submit(act, council.quorum(council.digest(act)))
    neighbour.submit(act, neighbour.quorum(neighbour.digest(act)))


def test_what_is_scheduled_in_one_wallet_is_executed_by_no_other(council, wallet, neighbour, relayer):
    (thief,) = owner_keys(1, "thief")
    call = council.call(neighbour.wallet, "setOwners", neighbour.owner_set, 1, [thief.address])
    act = council.operation(call)
    council.submit(act)
    council.wait_for(act)
    salt = act.nonce.to_bytes(32, "big")
    with reverts("NotScheduled", operation_id([call], salt=salt)):
        neighbour.wallet.execute(*call, bytes(32), salt, {"from": relayer})
