"""Run Slither, and hold every finding against the reasons of reports/triage.json.

That file is Slither's own triage database, each entry with a `reason` besides, so a plain `slither .` reads it too.
Slither names a finding by a hash that holds line numbers; here it is known by its check and its text without them, so
that a reason outlives an edit elsewhere in the file. Nothing is silenced inside the contracts.
"""

import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "reports"
TRIAGE = REPORTS / "triage.json"
SARIF = REPORTS / "slither.sarif"
CHECKLIST = REPORTS / "slither.md"
IMPACTS = ["High", "Medium", "Low", "Informational", "Optimization"]

Json = dict[str, Any]


class Analysis(NamedTuple):
    """What one run of Slither found; `scope` is its own count of contracts and detectors."""

    findings: list[Json]
    sarif: Json
    scope: str


class Verdict(NamedTuple):
    """The triage brought up to date, and what is wrong with it."""

    triage: list[Json]
    unexplained: list[Json]
    stale: list[Json]


def analyze() -> Analysis:
    """Run `slither .` on the whole project with an empty triage database.

    Raises SystemExit with Slither's own words if it does not come to a result.
    """
    with tempfile.TemporaryDirectory() as folder:
        found, sarif = Path(folder) / "found.json", Path(folder) / "found.sarif"
        command = ["slither", ".", "--json", str(found), "--sarif", str(sarif)]
        command += ["--triage-database", str(Path(folder) / "none.json")]
        run = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        scope = re.search(r"analyzed \((\d+ contracts with \d+ detectors)\)", run.stderr)
        if not (scope and found.exists() and sarif.exists()):
            raise SystemExit(f"slither failed with exit code {run.returncode}:\n{run.stdout}{run.stderr}")
        findings = json.loads(found.read_text())["results"].get("detectors", [])
        return Analysis(sorted(findings, key=_order), json.loads(sarif.read_text()), scope.group(1))


def judge(findings: list[Json], triage: list[Json]) -> Verdict:
    """Match findings and reasons; each entry accepts one finding, and must."""
    reasons = list(triage)
    updated, unexplained = [], []
    for finding in findings:
        entry = next((e for e in reasons if _name(e) == _name(finding)), None)
        if entry is None or not entry.get("reason", "").strip():
            unexplained.append(finding)
        if entry is not None:
            reasons.remove(entry)
            texts = {key: finding[key] for key in ("check", "impact", "confidence", "description")}
            updated.append({**texts, "id": finding["id"], "reason": entry.get("reason", "").strip()})
    return Verdict(updated, unexplained, reasons)


def faults(verdict: Verdict) -> list[str]:
    """A sentence for each finding without a reason and each reason without a finding."""
    shown = [("no reason in reports/triage.json", finding) for finding in verdict.unexplained]
    shown += [("stale entry in reports/triage.json", entry) for entry in verdict.stale]
    return [f"slither: {what}: {item['check']}: {item['description'].strip()}" for what, item in shown]


def files(analysis: Analysis, verdict: Verdict) -> dict[Path, str]:
    """The three files this part writes, as text."""
    reasons = {entry["id"]: entry["reason"] for entry in verdict.triage if entry["reason"]}
    return {
        SARIF: json.dumps(_sarif(analysis, reasons), indent=2) + "\n",
        CHECKLIST: _checklist(analysis, reasons),
        TRIAGE: json.dumps(verdict.triage + verdict.stale, indent=2, ensure_ascii=False) + "\n",
    }


def load_triage() -> list[Json]:
    """The committed triage; none before the first."""
    triage: list[Json] = json.loads(TRIAGE.read_text()) if TRIAGE.exists() else []
    return triage


def _name(item: Json) -> tuple[str, str]:
    return item["check"], re.sub(r"(?<=\.sol)#\d+(-\d+)?", "", item["description"]).strip()


def _order(finding: Json) -> tuple[int, str, str, int, str]:
    path, line = "", 0
    if finding["elements"]:
        where = finding["elements"][0]["source_mapping"]
        path, line = where["filename_relative"], min(where["lines"], default=0)
    return (IMPACTS.index(finding["impact"]), finding["check"], path, line, finding["description"])


def _sarif(analysis: Analysis, reasons: dict[str, str]) -> Json:
    """Slither's own file, sorted, an accepted finding marked as suppressed with its reason."""
    sarif = analysis.sarif
    run = sarif["runs"][0]
    rank = {finding["id"]: i for i, finding in enumerate(analysis.findings)}
    run["results"].sort(key=lambda result: rank[result["partialFingerprints"]["id"]])
    run["tool"]["driver"]["rules"].sort(key=lambda rule: rule["id"])
    for result in run["results"]:
        reason = reasons.get(result["partialFingerprints"]["id"])
        if reason:
            result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": reason}]
    return sarif


def _checklist(analysis: Analysis, reasons: dict[str, str]) -> str:
    version = analysis.sarif["runs"][0]["tool"]["driver"]["version"]
    checks = list(dict.fromkeys((f["check"], f["impact"], f["confidence"]) for f in analysis.findings))
    lines = [
        "# Slither: every finding, and why it is accepted",
        "",
        f"Slither {version}, {analysis.scope}; libraries and mocks left out. Made by `make report`: reasons are kept",
        "in [triage.json](triage.json), the findings for other tools in [slither.sarif](slither.sarif).",
        "",
        "| check | impact | confidence | findings | accepted |",
        "|---|---|---|--:|--:|",
    ]
    sections = []
    for check, impact, confidence in checks:
        found = [f for f in analysis.findings if f["check"] == check and f["impact"] == impact]
        accepted = sum(f["id"] in reasons for f in found)
        lines.append(f"| [{check}](#{check}) | {impact} | {confidence} | {len(found)} | {accepted} |")
        sections += ["", f"## {check}", ""]
        for finding in found:
            text = re.sub(r"\s*\n\s*-?\s*", " ", finding["markdown"].strip()).replace("](", "](../")
            sections.append(f"- [{'x' if finding['id'] in reasons else ' '}] {text}")
            sections.append(f"  **{reasons.get(finding['id'], 'Open: no reason is given.')}**")
    return "\n".join([*lines, *sections]) + "\n"
