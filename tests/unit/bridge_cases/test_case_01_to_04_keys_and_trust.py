"""Keys stolen, administrators and minters turned: how little each of them can do. Cases 1 to 4 of the bridge."""

from brownie import web3

from tests.support import at, now, reverts
from tests.unit.bridge_cases.route import (
    CAPACITY,
    DAY,
    LARGE_AMOUNT,
    OTHER_CHAIN,
    QUEUE_SECONDS,
    REFILL_SECONDS,
    SENDER,
    VETOED,
    attestors,
)
from tests.unit.keys import fresh_address
from tests.unit.opcodes import CALLCODE, CREATE, CREATE2, DELEGATECALL, SELFDESTRUCT, opcodes

THIEF, PAYEE = fresh_address("thief of the bridge"), fresh_address("payee whom a thief came before")


# --- 1: k keys stolen, Ronin 2022, Harmony 2022, Multichain 2023 ---


def test_case_01_ronin_stolen_keys_take_the_capacity_and_what_refills_until_the_pause(route, guardian):
    """They sign whatever they like, as often as they like. What is over the limit waits, and then cannot move."""
    start, slices = now() + 1, 8
    for i in range(slices):
        at(start + i * 600)
        route.record(*[(THIEF, LARGE_AMOUNT)] * 4).arrive(sender=route.relayer)
    stopped = start + slices * 600
    at(stopped)
    route.contract.pause(DAY, {"from": guardian})
    loss = route.paid(THIEF)
    assert loss + LARGE_AMOUNT >= CAPACITY
    assert loss <= CAPACITY + CAPACITY * (stopped - start) // REFILL_SECONDS
    assert loss + route.contract.queuedTotal() == slices * 4 * LARGE_AMOUNT
    until = route.contract.pausedUntil()
    with reverts("ContractPaused", until):
        route.record((THIEF, 1)).arrive()
    assert route.paid(THIEF) == loss


def test_case_01_ronin_what_waits_of_a_theft_is_lost_only_if_nobody_vetoes_it(route, guardian, governor):
    route.record(*[(THIEF, CAPACITY)] * 3).arrive()
    ready_at = now() + QUEUE_SECONDS
    assert (route.paid(THIEF), route.contract.queuedTotal()) == (0, 3 * CAPACITY)
    for nonce in (0, 1):
        route.contract.veto(nonce, route.records[nonce], ready_at, {"from": guardian})
    at(ready_at)
    for nonce in (0, 1):
        with reverts("Vetoed", nonce):
            route.release_queued(nonce, VETOED)
    route.release_queued(2, ready_at)
    assert route.paid(THIEF) == CAPACITY  # the capacity, and one that nobody vetoed is the same capacity again
    assert route.contract.queuedTotal() == 2 * CAPACITY
    at(ready_at + 100 * DAY)
    with reverts("Vetoed", 0):
        route.release_queued(0, VETOED)


def test_case_01_ronin_after_a_forgery_what_left_arrives_once_a_new_set_signs_on_from_there(route, guardian, governor):
    """The forgery is part of what arrived for good, so no true state closes any more. Nothing is lost for it: a set of
    the governor's signs what really left as what follows, and the forged record stays vetoed."""
    forger = route.like(route.keys)
    forger.records, forger.points = [], route.points[:1]
    route.record((PAYEE, 300), (PAYEE, 400))
    forger.record((THIEF, LARGE_AMOUNT + 1)).arrive()
    route.contract.veto(0, forger.records[0], now() + QUEUE_SECONDS, {"from": guardian})
    with reverts("WrongAccumulator", forger.fold(route.records[1:], 1).acc, route.points[2].acc):
        route.arrive()
    rescuers = attestors(3, "after the forgery")
    forger.rotate(rescuers)
    forger.record(*route.records).arrive()
    assert (route.paid(PAYEE), route.paid(THIEF), route.contract.queuedTotal()) == (700, 0, LARGE_AMOUNT + 1)


def test_case_01_harmony_keys_in_office_no_more_are_worth_nothing_to_the_thief(route, governor):
    route.record((THIEF, LARGE_AMOUNT))
    stolen, loot = route.attest(route.checkpoint()), route.checkpoint()
    rescuers = attestors(3, "after the theft")
    route.contract.rotate(2, [key.address for key in rescuers], {"from": governor})
    before = route.state()
    with reverts("WrongEpoch", 1, 2):
        route.arrive(loot, attestation=stolen)
    assert (route.state(), route.paid(THIEF)) == (before, 0)


def test_case_01_multichain_one_key_fewer_than_the_threshold_takes_nothing(route):
    route.record((THIEF, 1))
    before = route.state()
    with reverts("ThresholdNotMet", 1, 2):
        route.arrive(attestation=route.attest(route.checkpoint(), signers=[2]))
    assert (route.state(), route.paid(THIEF)) == (before, 0)


# --- 2: one administrator's key, IoTeX 2026; an upgrade by the deployer, ALEX 2024 ---


def test_case_02_iotex_the_deployer_keeps_no_power(route, deployer):
    contract, role = route.contract, bytes(32)
    calls = {
        "rotate": (1, [deployer.address]),
        "configureLimit": (route.limited, 2**96 - 1, 1),
        "configureQueue": (0, 3600),
        "letGo": (0, (SENDER, THIEF, 1)),
        "returnQueued": (0, (SENDER, THIEF, 1), 0),
        "unpause": (),
        "grantRole": (contract.GUARDIAN_ROLE(), deployer.address),
        "beginDefaultAdminTransfer": (deployer.address,),
    }
    if route.is_vault:
        calls |= {"list": (OTHER_CHAIN, deployer.address), "unlist": ()}
    before = route.state()
    for name, arguments in calls.items():
        with reverts("AccessControlUnauthorizedAccount", deployer, role):
            getattr(contract, name)(*arguments, {"from": deployer})
    with reverts("AccessControlUnauthorizedAccount", deployer, contract.GUARDIAN_ROLE()):
        contract.veto(0, (SENDER, THIEF, 1), 0, {"from": deployer})
    assert route.state() == before


def test_case_02_iotex_a_governing_wallet_does_nothing_on_one_owners_key(governed, council):
    """The governor is a wallet of two of three behind its timelock; one key proposes, and that is all it does."""
    call = governed.contract.rotate.encode_input(1, [THIEF])
    act = council.operation((governed.contract, 0, bytes.fromhex(call[2:])))
    before = governed.state()
    with reverts("ThresholdNotMet", 1, 2):
        council.submit(act, council.quorum(council.digest(act), [0]))
    assert governed.state() == before
    council.submit(act)
    council.wait_for(act)
    council.execute(act)
    assert governed.contract.epoch() == 2


def test_case_02_alex_no_upgrade_replaces_the_code(route):
    code = bytes(web3.eth.get_code(route.contract.address))
    assert not {DELEGATECALL, CALLCODE, SELFDESTRUCT, CREATE, CREATE2} & set(
        opcodes(code, route.contract._build["deployedSourceMap"])
    )
    names = {entry["name"].lower() for entry in route.contract.abi if entry["type"] == "function"}
    assert not [name for name in names if "upgrade" in name or "initialize" in name or "implementation" in name]


# --- 4: a minter signs mints of nothing, Adshares 2026 ---


def test_case_04_adshares_more_than_the_attested_sum_is_never_minted(route):
    """Whatever the records say: the sum that the other end's storage holds is what may arrive."""
    route.record((THIEF, 300))
    inflated = route.checkpoint(cumulative=299)
    before = route.state()
    with reverts("WrongCumulative", 300, 299):
        route.arrive(inflated)
    assert route.state() == before
    route.arrive()
    assert (route.paid(THIEF), route.contract.inbox()[1]) == (300, 300)


def test_case_04_adshares_the_sum_counts_from_the_first_record_on_and_no_checkpoint_starts_it_anew(route):
    route.record((THIEF, 300)).arrive()
    route.record((THIEF, 50))
    for claimed in (50, 300, 349, 351):
        with reverts("WrongCumulative", 350, claimed):
            route.arrive(route.checkpoint(cumulative=claimed))
    assert route.paid(THIEF) == 300


def test_case_04_adshares_what_waits_counts_as_arrived(route):
    route.record((THIEF, LARGE_AMOUNT + 1)).arrive()
    assert (route.contract.inbox()[1], route.contract.queuedTotal()) == (LARGE_AMOUNT + 1, LARGE_AMOUNT + 1)
    assert route.paid(THIEF) == 0


def test_case_04_adshares_no_role_mints(token_route, governor, guardian):
    """The supply is what arrived, less what waits, less what was burned: no account's word adds to it."""
    contract = token_route.contract
    names = [entry["name"] for entry in contract.abi if entry["type"] == "function"]
    assert not [name for name in names if name.lower().startswith(("mint", "issue", "crosschain"))]
    token_route.record((governor, 700), (THIEF, LARGE_AMOUNT + 5)).arrive()
    contract.burn(THIEF, 200, {"from": governor})
    assert contract.totalSupply() == contract.inbox()[1] - contract.queuedTotal() - contract.outbox()[1] == 500
