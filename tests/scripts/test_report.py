"""What the reports accept, what they refuse, and what they count."""

import json
import re

import pytest

from scripts import analyze, measure_coverage, report
from scripts.measure_coverage import Gap
from scripts.summarize import SUMMARY, summarize


def finding(description, number=1, check="timestamp"):
    place = {"filename_relative": "contracts/a/A.sol", "lines": [number]}
    return {
        "check": check,
        "impact": "Low",
        "confidence": "Medium",
        "description": description,
        "markdown": "[A.f()](contracts/a/A.sol#L1) compares\n\t- [x](contracts/a/A.sol#L2)\n",
        "id": f"id {number} {description}",
        "elements": [{"source_mapping": place}],
    }


HERE, MOVED = finding("A.f() (contracts/a/A.sol#1-3) compares"), finding("A.f() (contracts/a/A.sol#41-43) compares", 41)
ACCEPTED = {**HERE, "reason": "A day is long."}


def sarif(*findings):
    results = [{"ruleId": "r", "partialFingerprints": {"id": f["id"]}} for f in findings]
    return {"runs": [{"tool": {"driver": {"version": "1", "rules": [{"id": "r"}]}}, "results": results}]}


def test_a_finding_with_a_reason_is_accepted():
    verdict = analyze.judge([HERE], [ACCEPTED])
    assert analyze.faults(verdict) == []
    assert [entry["reason"] for entry in verdict.triage] == ["A day is long."]


def test_a_finding_without_a_reason_is_a_fault():
    assert len(analyze.faults(analyze.judge([HERE], []))) == 1
    assert len(analyze.faults(analyze.judge([HERE], [{**ACCEPTED, "reason": " "}]))) == 1


def test_a_reason_without_a_finding_is_a_fault():
    assert analyze.faults(analyze.judge([], [ACCEPTED]))[0].startswith("slither: stale entry")


def test_a_reason_outlives_a_moved_line_and_takes_the_new_id():
    verdict = analyze.judge([MOVED], [ACCEPTED])
    assert analyze.faults(verdict) == []
    assert [(e["id"], e["description"]) for e in verdict.triage] == [(MOVED["id"], MOVED["description"])]


def test_one_reason_accepts_one_finding():
    assert len(analyze.faults(analyze.judge([HERE, MOVED], [ACCEPTED]))) == 1


def test_a_reason_for_another_check_accepts_nothing():
    verdict = analyze.judge([finding(HERE["description"], check="reentrancy")], [ACCEPTED])
    assert (len(verdict.unexplained), len(verdict.stale)) == (1, 1)


def test_an_accepted_finding_is_suppressed_with_its_reason_and_an_open_one_is_not():
    other = finding("A.g() (contracts/a/A.sol#7) compares", 7)
    analysis = analyze.Analysis([HERE, other], sarif(other, HERE), "1 contracts with 1 detectors")
    files = analyze.files(analysis, analyze.judge(analysis.findings, [ACCEPTED]))
    first, second = json.loads(files[analyze.SARIF])["runs"][0]["results"]
    assert first["partialFingerprints"]["id"] == HERE["id"]
    assert first["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "A day is long."}]
    assert "suppressions" not in second
    checklist = files[analyze.CHECKLIST]
    assert checklist.count("- [x] ") == checklist.count("- [ ] ") == 1
    assert "**A day is long.**" in checklist
    assert "](../contracts/a/A.sol#L1)" in checklist


def test_a_stale_reason_is_kept_for_its_author_to_judge():
    analysis = analyze.Analysis([], sarif(), "1 contracts with 1 detectors")
    assert "A day is long." in analyze.files(analysis, analyze.judge([], [ACCEPTED]))[analyze.TRIAGE]


def test_the_committed_triage_has_a_reason_for_every_entry():
    triage = analyze.load_triage()
    assert triage
    assert [entry["check"] for entry in triage if len(entry["reason"]) < 30] == []


SOURCE = "contract A { function f() { a(); if (b && c) d(); } }"


@pytest.fixture
def build(tmp_path, monkeypatch):
    """The artifact of a contract with three statements and two conditions, one of a library's."""
    monkeypatch.setattr(measure_coverage, "ROOT", tmp_path)
    (tmp_path / "A.sol").write_text(SOURCE)

    def span(code):
        return [SOURCE.index(code), SOURCE.index(code) + len(code)]

    def functions(*codes, tail=()):
        return {str(i): [*span(code), *tail] for i, code in enumerate(codes)}

    return {
        "contractName": "A",
        "allSourcePaths": {"1": "A.sol"},
        "coverageMap": {
            "statements": {"1": {"A.f": functions("a()", "if (b && c) d()"), "Library.g": functions("d()")}},
            "branches": {"1": {"A.f": functions("b", "c", tail=[True])}},
        },
        "ast": {
            "nodes": [
                {
                    "name": "A",
                    "nodes": [
                        function("f", 1),
                        function("", 1, kind="constructor"),
                        function("assembled", 1),
                        function("empty", 0),
                        {"nodeType": "EventDefinition", "name": "E"},
                    ],
                }
            ]
        },
        "span": span,
    }


def function(name, statements, kind="function"):
    body = {"statements": [{}] * statements}
    return {"nodeType": "FunctionDefinition", "name": name, "kind": kind, "body": body}


def coloured(build, colours):
    """Brownie's raw report in which these pieces of the source have these colours."""
    spans = {code: [*build["span"](code), colour, ""] for code, colour in colours.items()}
    branches = [spans.pop(code) for code in ("b", "c") if code in spans]
    return {"highlights": {"statements": {"A": {"1": list(spans.values())}}, "branches": {"A": {"1": branches}}}}


def test_coverage_is_counted_by_function_and_way(build):
    colours = {"a()": "green", "if (b && c) d()": "green", "b": "green", "c": "yellow"}
    coverage = measure_coverage.count(coloured(build, colours), [build], {"A"})
    assert coverage.counts == {"A": {"f": {"statements": [2, 2], "branches": [3, 4]}}}
    assert coverage.gaps[0] == Gap("A.f", "condition never false", "c")


def test_what_is_never_reached_is_a_gap(build):
    coverage = measure_coverage.count(coloured(build, {"a()": "red", "b": "orange"}), [build], {"A"})
    assert coverage.counts["A"]["f"] == {"statements": [0, 2], "branches": [1, 4]}
    assert Gap("A.f", "condition never true", "b") in coverage.gaps
    assert Gap("A.f", "statement never reached", "a()") in coverage.gaps


def test_a_mock_counts_for_the_abstract_contract_that_it_opens_and_not_for_itself(build):
    mock = {**build, "contractName": "Mock", "ast": {"nodes": []}}
    own = {"1": {"A.f": build["coverageMap"]["statements"]["1"]["A.f"], "Mock.f": {"0": build["span"]("d()")}}}
    mock["coverageMap"] = {"statements": own, "branches": {}}
    raw = {"highlights": {"statements": {"Mock": {"1": [[*build["span"]("a()"), "green", ""]]}}, "branches": {}}}
    counts = measure_coverage.count(raw, [build, mock], {"A"}).counts
    assert counts["A"]["f"]["statements"] == [1, 2]
    assert set(counts) == {"A"}


def test_a_function_that_the_tool_cannot_count_is_a_gap_unless_it_does_nothing(build):
    gaps = measure_coverage.count(coloured(build, {}), [build], {"A"}).gaps
    uncounted = [gap.function for gap in gaps if gap.kind == "function"]
    assert uncounted == ["A.constructor", "A.assembled"]


def test_a_gap_needs_a_reason_and_a_reason_a_gap():
    gap = Gap("A.f", "condition never false", "c")
    accepted = {**gap._asdict(), "reason": "It cannot be."}
    assert measure_coverage.faults([gap], [accepted]) == []
    assert len(measure_coverage.faults([gap], [])) == 1
    assert len(measure_coverage.faults([gap], [{**accepted, "reason": ""}])) == 1
    assert len(measure_coverage.faults([], [accepted])) == 1


def test_a_report_that_is_not_what_the_sources_give_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "REPORTS", tmp_path)
    (tmp_path / "a.md").write_text("old")
    (tmp_path / "b.md").write_text("same")
    files = {tmp_path / "a.md": "new", tmp_path / "b.md": "same", tmp_path / "c.md": "missing"}
    assert [fault.split()[0] for fault in report.differences(files)] == ["reports/a.md", "reports/c.md"]


def test_an_unknown_part_is_refused(capsys):
    with pytest.raises(SystemExit) as refusal:
        report.main(["slither", "speed"])
    assert refusal.value.code == 2
    assert "no such part: speed" in capsys.readouterr().err


def test_the_verdict_is_what_the_other_reports_say():
    assert SUMMARY.read_text() == summarize()


def test_every_test_that_a_reason_names_is_there():
    named = re.findall(r"tests/[\w/]+\.py", " ".join(e["reason"] for e in measure_coverage.load_gaps()))
    assert named
    assert [name for name in named if not (report.ROOT / name).exists()] == []


def test_no_report_tells_where_it_was_made():
    for file in report.REPORTS.rglob("*.*"):
        assert str(report.ROOT) not in file.read_text(), file.name
