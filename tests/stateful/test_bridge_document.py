"""The bridge chapters of docs/specification.md name the errors that a bridge has, each of them, and no other."""

import re
from pathlib import Path

import pytest
from brownie import interface

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = re.split(r"^## ", (ROOT / "docs" / "specification.md").read_text(), flags=re.MULTILINE)[1:]
BRIDGE = "".join(text for text in CHAPTERS if re.match(r"Outbox:|Inbox:|BridgeVault:|BridgeToken:", text))
NAMED = set(re.findall(r"`([A-Z]\w+)`", BRIDGE))
INHERITED = {"ContractPaused", "ERC20InsufficientBalance"}
NO_ERRORS = {"Arrived", "Burned", "Locked", "Returned"}


@pytest.fixture(scope="module")
def errors():
    """Those of the bridge's own interfaces."""
    of_both = (*interface.IBridgeVault.abi, *interface.IBridgeToken.abi)
    return {entry["name"] for entry in of_both if entry["type"] == "error"}


def test_four_chapters_are_of_the_bridge():
    assert [text.split(":")[0] for text in CHAPTERS if text in BRIDGE] == [
        "Outbox",
        "Inbox",
        "BridgeVault",
        "BridgeToken",
    ]


def test_each_error_of_a_bridge_has_its_place(errors):
    assert errors - NAMED == set()


def test_no_error_is_named_that_a_bridge_does_not_have(errors):
    assert NAMED - errors - INHERITED == NO_ERRORS
