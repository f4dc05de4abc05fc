"""What the relayer does about attestors that lie, are down or are late: it needs the threshold, and no more."""

import re
import time

import pytest

from offchain.core.checkpoint import Transfer, fold
from tests.offchain.bridge_chains import until

COUNTS = re.compile(r'quittance_attestor_answers_total\{answer="(.*)",attestor="(.*)"\}')


def answers(relayer, attestor):
    """What the relayer counted of an attestor's answers."""
    found = ((COUNTS.match(name), value) for name, value in relayer.metrics().items())
    return {m[1]: value for m, value in found if m and m[2] == attestor.account.address}


def forged(bridge):
    """The hash over a record that nobody made: the transfer goes to the liar's friend."""
    return {"acc": fold(bridge.there, 0, Transfer(bridge.near.accounts[3], bridge.far.accounts[9], 5))}


def test_one_that_lies_changes_nothing(bridge, attestors, relayer):
    attestors[0].lie = forged(bridge)
    attestors[1].delay_seconds = 0.2  # the lie comes first
    bridge.lock()
    until(lambda: bridge.minted() == 5)
    until(lambda: relayer.health() == (200, {}))
    assert answers(relayer, attestors[0])["signed something else"] >= 1
    (line, *_) = relayer.heard("an attestor signed something else")
    assert line["attestor"] == attestors[0].account.address


def test_two_that_lie_deliver_nothing_and_are_named(bridge, attestors, relayer):
    for attestor in attestors[:2]:
        attestor.lie = forged(bridge)
    bridge.lock()
    _, problems = until(lambda: (found := relayer.health())[0] == 503 and found)
    (problem,) = problems.values()
    assert all(attestor.account.address in problem for attestor in attestors[:2])
    asked = attestors[0].asked
    until(lambda: attestors[0].asked > asked + 2)
    assert bridge.arrived() == 0 and bridge.sent() == 0
    assert relayer.transfer(bridge.there, 0)["waits_for"] == "attestors: 1 of 2 signed"
    attestors[0].lie = {}
    until(lambda: bridge.minted() == 5)
    until(lambda: relayer.health() == (200, {}))


@pytest.mark.parametrize("fault", ["down", "slow", "refusing", "unintelligible"])
def test_one_that_does_not_answer_holds_nobody_up(fault, bridge, attestors, relayers, sqlite_url):
    match fault:
        case "down":
            attestors[2].url = "http://127.0.0.1:1"
        case "slow":
            attestors[2].delay_seconds = 30
        case "refusing":
            attestors[2].status = 423
        case "unintelligible":
            attestors[2].status = "garbage"
    relayer = relayers(sqlite_url)
    relayer.start()
    began = time.monotonic()
    bridge.lock()
    until(lambda: bridge.minted() == 5)
    assert time.monotonic() - began < 15
    until(lambda: relayer.health() == (200, {}))


def test_two_that_do_not_answer_are_waited_for(bridge, attestors, relayer):
    for attestor in attestors[1:]:
        attestor.status = 500
    bridge.lock()
    _, problems = until(lambda: (found := relayer.health())[0] == 503 and found)
    assert "refused (500)" in str(problems)
    assert bridge.arrived() == 0
    attestors[1].status = 200
    until(lambda: bridge.minted() == 5)


def test_those_who_are_late_are_no_trouble(bridge, attestors, relayer):
    for attestor in attestors[1:]:
        attestor.status = 409
    bridge.lock()
    until(lambda: relayer.status(bridge.there, 0) == "locked")
    asked = attestors[1].asked
    until(lambda: attestors[1].asked > asked + 2)
    assert relayer.health() == (200, {}) and bridge.arrived() == 0
    attestors[1].status = 200
    until(lambda: bridge.minted() == 5)


def test_signatures_of_a_former_set_are_replaced_after_a_rotation(bridge, attestors, relayer):
    attestors[2].status = attestors[1].status = 409
    bridge.lock()
    until(lambda: relayer.metrics().get(f'quittance_left_count{{route="0x{bridge.there.hex()}"}}') == 1)
    newer = [attestor.account.address for attestor in attestors[1:]]
    bridge.far.act(1, bridge.token.functions.rotate(2, newer))
    attestors[2].status = attestors[1].status = 200
    until(lambda: bridge.minted() == 5)
    assert bridge.token.functions.epoch().call() == 2
