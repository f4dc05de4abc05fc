"""Who may call what, and what a call may reach: targets, callers, listings, limits, former sets. Cases 21 to 25."""

import pytest

from offchain.core.checkpoint import Transfer, pack
from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.support import NATIVE, now, reverts, rpc
from tests.unit.bridge_cases.route import (
    CAPACITY,
    DAY,
    LARGE_AMOUNT,
    OTHER_CHAIN,
    QUEUE_SECONDS,
    REFILL_SECONDS,
    SENDER,
    attestors,
)
from tests.unit.keys import fresh_address
from tests.unit.reentrancy import arm, was_refused

THIEF = fresh_address("thief of authority")
ZERO_ADDRESS = "0x" + "00" * 20
TRANSFER = "0xa9059cbb"


def calls_in(trace):
    """Every call of a transaction: who made it, to whom, with what data."""
    yield trace["from"], trace.get("to"), trace["input"]
    for call in trace.get("calls", ()):
        yield from calls_in(call)


def made_by(route, tx):
    """The calls that the contract itself made in a transaction, those to precompiles left out."""
    trace = rpc("debug_traceTransaction", tx.txid, {"tracer": "callTracer"})
    own = [(to, data) for maker, to, data in calls_in(trace) if maker == route.contract.address.lower()]
    return [(to, data) for to, data in own if int(to, 16) > 0xFF]


# --- 21: the message named a privileged target, Poly 2021 ---


def test_case_21_poly_a_message_carries_no_call(route):
    """No function takes bytes for somebody else: the only ones are records of 52 bytes, and signatures."""
    taken = [
        (entry["name"], part["name"])
        for entry in route.contract.abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
        for part in flat(entry["inputs"])
        if part["type"].startswith("bytes") and part["type"] not in ("bytes32",)
    ]
    assert {name for _, name in taken} <= {"records", "signatures", "firstSignature", "secondSignature"}


def flat(inputs):
    for part in inputs:
        yield part
        yield from flat(part.get("components", ()))


def test_case_21_poly_whoever_the_recipient_is_it_gets_money_and_no_call(vault_route, governor):
    """Recipients that rule something: asset, governor, the vault itself. Only transfers are called, by its own push."""
    route = vault_route
    asset = route.asset.address
    route.record((asset, 10), (governor, 20), (route.contract.address, 30), (ZERO_ADDRESS, 40))
    roles = route.contract.owner()
    made = made_by(route, route.arrive())
    vault, push = route.contract.address.lower(), route.contract.push.signature
    assert {(to, data[:10]) for to, data in made} == {(asset.lower(), TRANSFER), (vault, push)}
    assert (route.paid(asset), route.paid(governor)) == (10, 20)
    assert (route.contract.queuedTotal(), route.contract.owner()) == (70, roles)


def test_case_21_poly_coin_comes_without_data(native_route, deploy, payer):
    recorder = deploy("Recorder")
    native_route.record((recorder, 10))
    assert made_by(native_route, native_route.arrive()) == [(recorder.address.lower(), "0x")]


def test_case_21_poly_a_mint_calls_nobody(token_route, deploy):
    recorder = deploy("Recorder")
    token_route.record((recorder, 10), (token_route.contract.address, 5))
    assert made_by(token_route, token_route.arrive()) == []
    assert (token_route.paid(recorder), token_route.contract.queuedTotal()) == (10, 5)


# --- 22: the receiver of messages did not ask who called it, CrossCurve 2026 ---


def test_case_22_crosscurve_every_door_asks_for_signatures_or_a_role(route, stranger):
    """Each function that changes anything, called by a stranger with nothing in hand. What is left is one's own."""
    changing = [
        entry
        for entry in route.contract.abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    ]
    refusals = {e["name"]: route.would_refuse(e["name"], empty(e["inputs"]), stranger) for e in changing}
    open_doors = {name for name, why in refusals.items() if why is None}
    assert open_doors == (set() if route.is_vault else {"approve", "transfer", "transferFrom"})
    assert "" not in refusals.values()


def empty(inputs):
    """Arguments of nothing: zeros, and lists without elements."""
    return [_empty(part) for part in inputs]


def _empty(part):
    kind = part["type"]
    if kind.endswith("]"):
        return []
    if kind == "tuple":
        return tuple(empty(part["components"]))
    if kind == "address":
        return THIEF
    if kind == "bytes":
        return b""
    return bytes(int(kind[5:])) if kind.startswith("bytes") else False if kind == "bool" else 0


def test_case_22_crosscurve_what_attestors_signed_may_come_by_anyone_and_only_as_signed(route, stranger, refused):
    route.record((THIEF, 100))
    honest = route.attest(route.checkpoint())
    loot = [Transfer(SENDER, stranger.address, 100)]
    with refused("WrongAccumulator", route.fold(loot).acc, route.points[1].acc):
        route.arrive(transfers=loot, attestation=honest, sender=stranger)
    route.arrive(attestation=honest, sender=stranger)
    assert (route.paid(THIEF), route.paid(stranger)) == (100, 0)


# --- 23: anyone could list a token, XBridge 2024 ---


def test_case_23_xbridge_only_the_governor_lists_and_unlists(unlisted, guardian, deployer, stranger, payer):
    contract = unlisted.contract
    before = unlisted.state()
    for account in (guardian, deployer, stranger, payer, unlisted.relayer):
        for method, arguments in ((contract.list, (OTHER_CHAIN, THIEF)), (contract.unlist, ())):
            with reverts("AccessControlUnauthorizedAccount", account, bytes(32)):
                method(*arguments, {"from": account})
    with reverts("NotListed"):
        contract.lock(THIEF, 100, {"from": payer})
    assert unlisted.state() == before


def test_case_23_xbridge_a_route_is_listed_for_one_peer_and_for_good(vault_route, governor, refused):
    contract = vault_route.contract
    route = bytes(contract.outboundRoute())
    own = vault_route.ends()[1]
    with refused("AlreadyListed", route, of=vault_route):
        contract.list(OTHER_CHAIN, own.contract, {"from": governor})
    contract.unlist({"from": governor})
    for chain_id, peer in ((OTHER_CHAIN, THIEF), (OTHER_CHAIN + 1, own.contract)):
        with refused("AlreadyListed", route, of=vault_route):
            contract.list(chain_id, peer, {"from": governor})
    contract.list(OTHER_CHAIN, own.contract, {"from": governor})
    assert (bytes(contract.outboundRoute()), contract.isListed()) == (route, True)


def test_case_23_xbridge_a_token_has_its_one_vault_from_its_constructor_on(token_route):
    names = {entry["name"] for entry in token_route.contract.abi if entry["type"] == "function"}
    assert not names & {"list", "unlist", "setPeer", "addToken", "mint"}


# --- 24: a change of the limit refilled it ---


@pytest.mark.parametrize(
    "change",
    [
        "the same again",
        "a larger one",
        "a smaller one and back",
        "zero and back",
        "faster",
        "queue",
        "rotation",
        "pause",
    ],
)
def test_case_24_no_change_refills_the_bucket(route, governor, change):
    route.record(*[(THIEF, LARGE_AMOUNT)] * 4).arrive()
    assert route.available() == 0
    limit, contract = (lambda *values: route.contract.configureLimit(route.limited, *values, {"from": governor})), route
    if change == "the same again":
        limit(CAPACITY, REFILL_SECONDS)
    elif change == "a larger one":
        limit(10 * CAPACITY, REFILL_SECONDS)
    elif change == "a smaller one and back":
        limit(1, REFILL_SECONDS)
        limit(CAPACITY, REFILL_SECONDS)
    elif change == "zero and back":
        limit(0, REFILL_SECONDS)
        limit(CAPACITY, REFILL_SECONDS)
    elif change == "faster":
        limit(CAPACITY, 1)
    elif change == "queue":
        contract.contract.configureQueue(0, QUEUE_SECONDS, {"from": governor})
    elif change == "rotation":
        contract.contract.rotate(1, route.addresses, {"from": governor})
    else:
        contract.contract.pause(DAY, {"from": governor})
        contract.contract.unpause({"from": governor})
    assert route.available() == 0
    assert route.paid(THIEF) == CAPACITY


def test_case_24_to_list_again_refills_nothing(vault_route, governor):
    route = vault_route
    route.record(*[(THIEF, LARGE_AMOUNT)] * 4).arrive()
    route.contract.unlist({"from": governor})
    route.contract.list(OTHER_CHAIN, route.ends()[1].contract, {"from": governor})
    assert route.available() == 0


def test_case_24_a_larger_limit_fills_at_its_own_rate_from_what_was_there(route, governor):
    route.record(*[(THIEF, LARGE_AMOUNT)] * 4).arrive()
    route.contract.configureLimit(route.limited, 2 * CAPACITY, REFILL_SECONDS, {"from": governor})
    route.wait_until(now() + DAY // 2)
    rpc("evm_mine")
    assert route.available() == CAPACITY


def test_case_24_a_governor_who_is_paid_changes_no_limit_then_and_there(native_route, receiver, governor, payer):
    """What the batch takes out of the limit is written at its end, over whatever had been set meanwhile."""
    route, contract = native_route, native_route.contract
    contract.beginDefaultAdminTransfer(receiver, {"from": governor})
    route.wait_until(now() + GOVERNOR_DELAY_SECONDS + 1)
    receiver.execute(contract, 0, contract.acceptDefaultAdminTransfer.encode_input(), {"from": payer})
    change = contract.configureLimit.encode_input(NATIVE, 5, REFILL_SECONDS)
    arm(receiver, payer, contract, change)
    route.record((receiver, 10), (THIEF, 20)).arrive()
    assert was_refused(receiver)
    assert (contract.limitOf(NATIVE), route.available()) == ((CAPACITY, REFILL_SECONDS), CAPACITY - 30)
    receiver.execute(contract, 0, change, {"from": payer})
    assert contract.limitOf(NATIVE) == (5, REFILL_SECONDS)


# --- 25: a former set still counted ---


def test_case_25_what_a_former_set_signed_dies_with_its_epoch(route, governor, refused):
    route.record((THIEF, 100))
    checkpoint, attestation = route.checkpoint(), route.attest(route.checkpoint())
    route.rotate(attestors(3, "next"))
    with refused("WrongEpoch", 1, 2):
        route.arrive(checkpoint, attestation=attestation)
    with refused(*route.refusal_of(route.checkpoint(), attestation)):
        route.arrive(route.checkpoint(), attestation=attestation)
    former = route.like(keys=attestors())
    with refused("WrongAttestors", route.set_of(2, former.addresses), bytes(route.contract.attestorSet())):
        route.arrive(route.checkpoint(), attestation=former.attest(route.checkpoint()))
    route.arrive()
    assert route.paid(THIEF) == 100


def test_case_25_the_same_members_sign_anew_in_a_new_epoch(route, governor, refused):
    route.record((THIEF, 100))
    checkpoint, attestation = route.checkpoint(), route.attest(route.checkpoint())
    route.rotate(route.keys)
    with refused("WrongEpoch", 1, 2):
        route.arrive(checkpoint, attestation=attestation)
    with refused(*route.refusal_of(route.checkpoint(), attestation)):
        route.arrive(route.checkpoint(), attestation=attestation)
    route.arrive()


def test_case_25_a_point_that_a_former_set_proved_is_no_point(route, governor, refused):
    route.record((THIEF, 100), (THIEF, 50))
    route.split(1)
    route.rotate(attestors(3, "next"))
    with refused("UnknownPoint", 1, route.proven(1)):
        route.arrive_at(1)
    with refused("UnknownPoint", 1, route.proven(1)):
        route.contract.splitPoint(
            route.points[1].values(), route.points[0].values(), pack(route.records[:1]), {"from": route.relayer}
        )
    assert route.paid(THIEF) == 0


def test_case_25_only_the_governor_rotates(route, guardian, deployer, stranger, refused):
    for account in (guardian, deployer, stranger, route.relayer):
        with refused("AccessControlUnauthorizedAccount", account, bytes(32)):
            route.contract.rotate(1, [THIEF], {"from": account})
