"""docs/invariants.md and the machines name each other, line by line."""

import re
from pathlib import Path

import pytest

from tests.stateful.test_audit import AuditRules
from tests.stateful.test_bridge import BridgeRules
from tests.stateful.test_limiter import LimiterRules
from tests.stateful.test_payments import PaymentRules
from tests.stateful.test_settlement import SettlementRules
from tests.stateful.test_tokens import TokenRules
from tests.stateful.timelock_invariants import ObservedGovernance

ROOT = Path(__file__).resolve().parents[2]
NUMBERED, UNIQUE, FUNGIBLE = re.split(
    r"^# The published", (ROOT / "docs" / "invariants.md").read_text(), flags=re.MULTILINE
)
CHAPTERS = re.split(r"^## (\d+)\. ", NUMBERED, flags=re.MULTILINE)[1:]
LINES = {int(number): text for number, text in zip(CHAPTERS[::2], CHAPTERS[1::2], strict=True)}
MACHINES = (PaymentRules, ObservedGovernance, LimiterRules, AuditRules, TokenRules, SettlementRules, BridgeRules)
OBSERVED = sorted({name for machine in MACHINES for name in dir(machine) if name.startswith("invariant_i")})
LATER = [number for number, text in LINES.items() if "Not in effect yet" in text]


def test_lines_are_numbered_one_by_one():
    assert list(LINES) == list(range(1, 66))


@pytest.mark.parametrize("number", LINES)
def test_line_names_the_machines_invariants_of_its_number_or_says_that_it_is_not_in_effect(number):
    of_its_number = [name for name in OBSERVED if name.startswith(f"invariant_i{number:02}_")]
    assert sorted(re.findall(r"`(invariant_\w+)`", LINES[number])) == of_its_number
    assert bool(of_its_number) == (number not in LATER)


@pytest.mark.parametrize("name", OBSERVED)
def test_every_invariant_of_a_machine_has_its_line(name):
    number = re.fullmatch(r"invariant_i(\d\d)_\w+", name)
    assert number is not None
    assert f"`{name}`" in LINES[int(number[1])]


@pytest.mark.parametrize("number", LINES)
def test_line_says_what_holds_it_and_names_test_modules_that_exist(number):
    modules = re.findall(r"`(tests/[\w/]+\.py)`", LINES[number])
    assert [module for module in modules if not (ROOT / module).is_file()] == []
    assert number in LATER or (modules and "- Held by: " in LINES[number])


@pytest.mark.parametrize("row", re.findall(r"^\| (?!property)(.+) \|$", UNIQUE, flags=re.MULTILINE))
def test_a_published_property_names_what_covers_it_or_says_that_there_is_no_such_thing(row):
    written = "".join(module.read_text() for module in (ROOT / "tests" / "unit").glob("*Token/test_*.py"))
    assert [name for name in re.findall(r"`(test_\w+)`", row) if f"def {name}(" not in written] == []
    assert set(re.findall(r"`(invariant_\w+)`", row)) <= set(OBSERVED)
    assert [module for module in re.findall(r"`(tests/[\w/]+\.py)`", row) if not (ROOT / module).is_file()] == []
    assert "`" in row or "there is no" in row


NAMED = re.findall(r"`(?:(\w+)/)?(\w+)::(test_\w+)`", FUNGIBLE)


def test_every_published_property_says_what_holds_it():
    rows = [row.split("|") for row in FUNGIBLE.splitlines() if row.startswith("| ")]
    assert len(rows) > 30
    assert [row[1] for row in rows if not row[2].strip()] == []


@pytest.mark.parametrize(("contract", "module", "name"), NAMED)
def test_a_test_that_holds_a_published_property_exists(contract, module, name):
    path = ROOT / "tests" / "unit" / (contract or "RegulatedToken") / f"test_{module}.py"
    assert f"def {name}(" in path.read_text()
