"""The committed gas figures are what the contracts cost today, and no target is missed in silence."""

import json

import pytest

from scripts.gas_targets import MISSED, TARGETS, target_faults
from scripts.measure_gas import measure_gas
from scripts.report import GAS

TOLERANCE = 0.005


@pytest.fixture(scope="module")
def committed():
    return json.loads(GAS.read_text())


@pytest.fixture(scope="module")
def measured():
    return measure_gas()


def moved(committed, measured):
    """Which figures, peers included, differ by more than the tolerance or are on one side only."""
    flat = [
        {(key, name): gas for key, f in figures.items() for name, gas in {"": f["gas"], **f["peers"]}.items()}
        for figures in (committed, measured)
    ]
    return sorted(
        name
        for name in flat[0].keys() | flat[1].keys()
        if abs(flat[0].get(name, 0) - flat[1].get(name, 0)) > TOLERANCE * flat[0].get(name, 0)
    )


def test_committed_figures_are_what_is_measured(committed, measured):
    assert moved(committed, measured) == []
    assert {key: f["how"] for key, f in committed.items()} == {key: f["how"] for key, f in measured.items()}


def test_a_second_run_measures_the_same_to_the_last_unit(measured):
    assert measure_gas() == measured


def test_every_target_is_met_or_missed_with_a_reason(measured):
    assert target_faults(measured) == []


def test_no_figure_is_below_its_floor(measured):
    assert [key for key, f in measured.items() if f["floor"] is not None and f["gas"] < f["floor"]] == []


def test_ours_is_cheaper_than_the_naive_contract(measured):
    for key in ("pay_native", "pay_erc20"):
        assert measured[key]["gas"] < measured[key]["peers"]["naive contract"] / 2


def test_a_figure_that_moves_by_more_than_the_tolerance_is_caught(committed):
    dearer = {**committed, "pay_native": {**committed["pay_native"], "gas": committed["pay_native"]["gas"] * 1.006}}
    assert moved(committed, dearer) == [("pay_native", "")]
    steady = {**committed, "pay_native": {**committed["pay_native"], "gas": committed["pay_native"]["gas"] * 1.004}}
    assert moved(committed, steady) == []


def test_a_figure_that_appears_or_vanishes_is_caught(committed):
    fewer = {key: figure for key, figure in committed.items() if key != "capture_native"}
    assert ("capture_native", "") in moved(committed, fewer)
    assert ("capture_native", "") in moved(fewer, committed)


def test_a_target_missed_without_a_reason_is_a_fault(committed):
    name, keys, limit = TARGETS[0]
    dear = {**committed, keys[0]: {**committed[keys[0]], "gas": limit + 1}}
    assert [fault.split(":")[0] for fault in target_faults(dear)] == [name]
    assert target_faults(dear, {**MISSED, name: "why"}) == []
    assert [fault.split(":")[0] for fault in target_faults(dear, {**MISSED, name: ""})] == [name]


def test_a_reason_that_no_missed_target_needs_is_a_fault(committed):
    name, keys, limit = TARGETS[0]
    cheap = {**committed, keys[0]: {**committed[keys[0]], "gas": limit}}
    assert [fault.split(":")[0] for fault in target_faults(cheap, {**MISSED, name: "why"})] == [name]
    assert target_faults(cheap, {**MISSED, "free lunch": "why"}) == ["MISSED lists 'free lunch', which is no target"]
