"""audit_trail: an export is whole, or what is wrong with it is named."""

import json

import pytest

from scripts import audit_trail
from scripts.audit_trail import InvalidLog
from scripts.procedure.logs import LogsRefused
from tests.scripts.local_chain import GUARDIAN, party

WHOLE, BROKEN = 0, 1


@pytest.fixture
def export(council, deployed):
    """Runs audit_trail with its options."""

    def run(**arguments):
        return council.script(audit_trail, **{"contract": [], "out": None, "log": None, **arguments})

    return run


@pytest.fixture
def log(deployed, export, capsys):
    """The exported log of PaymentProcessor after some governing."""
    for fee in (1, 2, 3):
        deployed.act("PaymentProcessor", "setFee", fee, sender="Governor")
    deployed.act("PaymentProcessor", "pause", 60, sender=GUARDIAN.address)
    assert export() == WHOLE
    capsys.readouterr()
    return deployed.folder / "audit" / "PaymentProcessor.jsonl"


def test_every_trail_is_exported_and_whole(deployed, export, log, capsys):
    assert export() == WHOLE
    told = capsys.readouterr().out
    assert "PaymentProcessor " in told
    assert " 8 records, whole; head 0x" in told
    records = [json.loads(line) for line in log.read_text().splitlines()]
    kinds = [record["kind"] for record in records]
    assert sorted(kinds[:4]) == ["grantRole", "grantRole", "setFee", "setFeeRecipient"]
    assert kinds[4:] == ["setFee", "setFee", "setFee", "pause"]
    assert records[-1]["actor"] == GUARDIAN.address
    head = deployed.contract("PaymentProcessor").functions.auditHead().call()
    assert records[-1]["head"] == "0x" + head.hex()
    assert (deployed.folder / "audit" / "Governor.jsonl").read_text() == ""


def test_an_export_is_judged_by_itself(export, log):
    assert export(contract=["PaymentProcessor"], log=log) == WHOLE


def edit(field, value):
    def change(lines):
        return [*lines[:5], json.dumps({**json.loads(lines[5]), field: value}), *lines[6:]]

    return change


TAMPERED = {
    "dropped in the middle": (lambda lines: lines[:5] + lines[6:], "RecordDropped"),
    "dropped at the end": (lambda lines: lines[:-1], "RecordDropped"),
    "swapped": (lambda lines: [*lines[:5], lines[6], lines[5], *lines[7:]], "RecordSwapped"),
    "doubled": (lambda lines: [*lines, lines[-1]], "RecordInserted"),
    "another payload": (edit("payload", "0x" + "00" * 31 + "09"), "RecordEdited"),
    "another actor": (edit("actor", party("somebody")), "RecordEdited"),
    "another time": (edit("at", 1), "RecordEdited"),
    "another kind": (edit("kind", "setFeeRecipient"), "RecordEdited"),
    "emptied": (lambda lines: [], "RecordDropped"),
}


@pytest.mark.parametrize(("change", "finding"), TAMPERED.values(), ids=TAMPERED)
def test_a_tampered_export_is_found_and_named(export, log, capsys, change, finding):
    log.write_text("".join(f"{line}\n" for line in change(log.read_text().splitlines())))
    assert export(contract=["PaymentProcessor"], log=log) == BROKEN
    assert capsys.readouterr().err.startswith(f"{finding}: PaymentProcessor: ")


def test_an_export_from_before_the_last_act_is_not_whole_any_more(deployed, export, log, capsys):
    deployed.act("PaymentProcessor", "setFee", 4, sender="Governor")
    assert export(contract=["PaymentProcessor"], log=log) == BROKEN
    assert "RecordDropped: PaymentProcessor: the log ends before record 8 of 9" in capsys.readouterr().err


MALFORMED = {
    "no JSON": "{",
    "no object": "[]",
    "a field too few": '{"contract": "x"}',
    "a number as text": None,
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_a_file_that_is_no_export_is_refused(export, log, text):
    first = json.loads(log.read_text().splitlines()[0])
    log.write_text(text or json.dumps({**first, "index": "0"}))
    with pytest.raises(InvalidLog):
        export(contract=["PaymentProcessor"], log=log)


def test_another_contract_s_export_is_refused(export, log):
    with pytest.raises(InvalidLog, match="line 1 is no record of"):
        export(contract=["SecurePayment"], log=log)
    with pytest.raises(InvalidLog, match="name the --contract"):
        export(log=log)
    with pytest.raises(InvalidLog, match="cannot be read"):
        export(contract=["SecurePayment"], log=log.with_name("nowhere"))


def test_a_log_that_the_node_keeps_back_is_found(deployed, export, log, lying_node, capsys):
    def lie(method, result):
        if method != "eth_getLogs":
            return result
        return [entry for entry in result if int(entry["topics"][1], 16) != 6]

    lying_node.append(lie)
    assert export(contract=["PaymentProcessor"]) == BROKEN
    assert "RecordDropped: PaymentProcessor: record 6 is not in the log" in capsys.readouterr().err


def test_a_node_that_caps_the_range_of_logs_is_asked_in_parts(deployed, export, log, node_between, capsys):
    """The node refuses more than three blocks at once, as public ones refuse more than some thousands."""
    asked = []

    def answer(request, pass_on):
        if request["method"] != "eth_getLogs":
            return pass_on(request)
        (query,) = request["params"]
        asked.append(int(query["toBlock"], 16) - int(query["fromBlock"], 16) + 1)
        refusal = {"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32005, "message": "range too large"}}
        return pass_on(request) if asked[-1] <= 3 else refusal

    node_between(answer)
    assert export(contract=["PaymentProcessor"]) == WHOLE
    assert len([span for span in asked if span <= 3]) > 1
    assert max(asked) > 3
    assert " 8 records, whole" in capsys.readouterr().out


def test_a_node_that_gives_no_logs_at_all_is_refused(export, log, node_between):
    def answer(request, pass_on):
        if request["method"] != "eth_getLogs":
            return pass_on(request)
        return {"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32601, "message": "no such method"}}

    node_between(answer)
    with pytest.raises(LogsRefused, match="no such method"):
        export(contract=["PaymentProcessor"])
