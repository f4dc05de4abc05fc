"""The table is whole: every oddity with its mock, every function that moves tokens; the specification agrees."""

import re
from pathlib import Path

import pytest
from brownie import interface, project

from tests.unit.oddities import processor_flows, secure_flows, settlement_flows, signed_flows, wallet_flows
from tests.unit.oddities.table import (
    MOVES,
    MULTISIG,
    PAYMENT_PROCESSOR,
    REVERTS,
    SECURE_PAYMENT,
    SETTLEMENT,
    SIGNED_PAYMENTS,
    read,
)
from tests.unit.oddities.tokens import ODDITIES

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = (ROOT / "docs" / "specification.md").read_text()
CHAPTER = re.search(r"^## Token oddities$(.*?)(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)[1]

GRIDS = {
    PAYMENT_PROCESSOR: processor_flows.FLOWS,
    SIGNED_PAYMENTS: signed_flows.FLOWS,
    SECURE_PAYMENT: secure_flows.FLOWS,
    MULTISIG: wallet_flows.FLOWS,
    SETTLEMENT: settlement_flows.FLOWS,
}
COLUMNS = {  # of the specification
    "PaymentProcessor": (PAYMENT_PROCESSOR, SIGNED_PAYMENTS),
    "SecurePayment": (SECURE_PAYMENT,),
    "MultiSig": (MULTISIG,),
    "Settlement": (SETTLEMENT,),
}
INHERITED = {"IPaymentProcessor": ["ISweep"], "ISettlement": ["ISweep"]}  # what the contract behind it also is
TESTED = {  # the functions that move tokens, and the flows that call them
    "IPaymentProcessor": {
        "processTokenPayment": {"payment"},
        "processTokenPaymentWithPermit": {"permit", "allowed"},
        "processTokenPaymentWithAuthorization": {"authorization"},
        "processTokenPaymentWithPermit2": {"permit2"},
        "onApprovalReceived": {"approval"},
        "processBatch": {"batch"},
        "refund": {"refund"},
        "sweep": {"sweep"},
    },
    "ISecurePayment": {
        "depositToken": {"deposit"},
        "withdrawToken": {"withdraw", "credited"},
        "authorize": {"authorize"},
        "capture": {"capture"},
        "refund": {"refund"},
        "void": {"void"},
        "reclaim": {"reclaim"},
    },
    "IMultiSig": {"pay": {"pay"}, "payBatch": {"payBatch"}, "settle": {"settle"}, "settleBatch": {"settleBatch"}},
    "ISettlement": {"settle": {"money", "bid", "asset", "assetBid"}, "sweep": {"sweep"}},
}
TOKENLESS = {  # the others: native coin alone, or nothing at all
    "IPaymentProcessor": {"processPayment"},
    "ISecurePayment": {"deposit", "withdraw"},
    "IMultiSig": {
        "approve",
        "cancel",
        "cancelBySignatures",
        "changeOwners",
        "disapprove",
        "schedule",
        "setGuardian",
        "setOwners",
        "setVerifier",
    },
    "ISettlement": {"cancel", "cancelAll"},
}


@pytest.fixture(autouse=True)
def isolation():
    """Nothing here touches the chain."""


def rows():
    """The specification's table: of each oddity, what the columns say."""
    lines = [line.strip("|").split("|") for line in CHAPTER.splitlines() if line.startswith("|")]
    head, _, *body = [[cell.strip() for cell in line] for line in lines]
    return {cells[0]: dict(zip(head[1:], cells[1:], strict=True)) for cells in body}


@pytest.mark.parametrize("grid", GRIDS, ids=lambda grid: ", ".join(read(grid)))
def test_every_flow_meets_every_oddity_and_every_word_is_in_the_legend(grid):
    table = read(grid)
    assert list(table) == list(GRIDS[grid])
    for column in table.values():
        assert list(column) == list(ODDITIES)
        assert set(column.values()) <= {*MOVES, *REVERTS}


@pytest.mark.parametrize("name", TESTED)
def test_every_function_that_moves_tokens_is_called_by_a_flow(name):
    abi = [entry for part in (name, *INHERITED.get(name, [])) for entry in getattr(interface, part).abi]
    acts = {e["name"] for e in abi if e["type"] == "function" and e["stateMutability"] in ("nonpayable", "payable")}
    assert acts == TESTED[name].keys() | TOKENLESS[name]
    grids = COLUMNS[name.removeprefix("I")]
    assert set().union(*TESTED[name].values()) == set().union(*(read(grid) for grid in grids))


@pytest.mark.parametrize("oddity", ODDITIES)
def test_the_mock_of_an_oddity_is_there_in_a_file_of_its_own(oddity):
    mock = ODDITIES[oddity].mock
    assert (ROOT / "contracts" / "mocks" / f"{mock}.sol").is_file()
    assert hasattr(project.get_loaded_projects()[0], mock)


def test_the_specification_lists_every_oddity_with_its_mock():
    assert {name: row["mock"] for name, row in rows().items()} == {n: f"`{o.mock}`" for n, o in ODDITIES.items()}
    assert list(rows()) == list(ODDITIES)


@pytest.mark.parametrize("oddity", ODDITIES)
@pytest.mark.parametrize("column", COLUMNS)
def test_the_specification_says_in_short_what_the_table_says(oddity, column):
    words = {flow[oddity] for grid in COLUMNS[column] for flow in read(grid).values()}
    assert set(re.findall(r"`(\w+)`", rows()[oddity][column])) == words


def test_the_specification_explains_every_word():
    explained = set(re.findall(r"^- `(\w+)`", CHAPTER, re.MULTILINE))
    assert explained == {*MOVES, *REVERTS}
