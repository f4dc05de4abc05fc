"""Each of the thirty incidents has a test that is named for it, and each error and function of the bridge is met."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
UNIT = ROOT / "tests" / "unit"
FOLDERS = ("bridge_cases", "BridgeVault", "BridgeToken", "Inbox", "Outbox", "Attestors")
INTERFACES = ("IOutbox", "IInbox", "IBridgeVault", "IBridgeToken")
TESTS = {
    path: path.read_text()
    for folder in FOLDERS
    for path in sorted((UNIT / folder).rglob("*.py"))
    if path != Path(__file__).resolve()
}


def declared(kind):
    texts = [(ROOT / "interfaces" / f"{name}.sol").read_text() for name in INTERFACES]
    return sorted({name for text in texts for name in re.findall(rf"^    {kind} (\w+)\(", text, re.MULTILINE)})


def test_cases_are_numbered_from_one_to_thirty():
    numbers = {
        int(number)
        for path, text in TESTS.items()
        if path.parent.name == "bridge_cases"
        for number in re.findall(r"^def test_case_(\d\d)_\w+\(", text, re.MULTILINE)
    }
    assert numbers == set(range(1, 31))


@pytest.mark.parametrize("name", declared("error"))
def test_each_error_is_expected_somewhere(name):
    assert any(f'"{name}"' in text for text in TESTS.values())


@pytest.mark.parametrize("name", declared("event"))
def test_each_event_is_expected_somewhere(name):
    assert any(f'"{name}"' in text for text in TESTS.values())


@pytest.mark.parametrize("name", declared("function"))
def test_each_function_is_called_somewhere(name):
    assert any(re.search(rf"\.{name}\b", text) for text in TESTS.values())
