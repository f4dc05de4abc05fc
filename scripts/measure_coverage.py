"""Measure which statements and branches of our own contracts the unit tests reach, function by function.

Brownie counts for each deployed contract; a statement here is covered if any contract that inherits it reaches it.
What stays uncovered must be in reports/coverage-gaps.json with a reason.
"""

import json
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "reports"
TABLE = REPORTS / "coverage.json"
REPORT = REPORTS / "coverage.md"
GAPS = REPORTS / "coverage-gaps.json"
RAW = ROOT / "build" / "coverage" / "coverage.json"
ARTIFACTS = ROOT / "build" / "contracts"
TESTS = "tests/unit"
UNSEEN = "tests/unit/oddities"  # asks the chain by plain requests, of which Brownie sees nothing
KINDS = ("statements", "branches")
LABELS = {
    ("statements", True): "statement never reached",
    ("branches", True): "condition never true",
    ("branches", False): "condition never false",
}
WAYS = {"green": {True, False}, "yellow": {True}, "orange": {False}, "red": set[bool]()}  # Brownie's colours

Json = dict[str, Any]
Span = tuple[str, int, int]  # path, first and last character
Counts = dict[str, dict[str, dict[str, list[int]]]]  # contract, function, kind: [covered, all]


class Gap(NamedTuple):
    """A statement, or one way of a branch, that no test takes; `code` is its source on one line."""

    function: str
    kind: str
    code: str


class Coverage(NamedTuple):
    """Counts by contract and function, and what is missing from them."""

    counts: Counts
    gaps: list[Gap]


def run_tests() -> Json:
    """Run the unit tests under Brownie's coverage and return its raw report.

    Raises SystemExit if a test fails.
    """
    for left_over in [RAW, *(ROOT / "build").glob("tests*.json")]:  # an earlier run's coverage would be counted too
        left_over.unlink(missing_ok=True)
    command = ["brownie", "test", TESTS, "--coverage", "-n", "2", f"--ignore={UNSEEN}"]
    run = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL)
    if run.returncode or not RAW.exists():
        raise SystemExit(f"the unit tests failed under coverage (exit code {run.returncode})")
    raw: Json = json.loads(RAW.read_text())
    return raw


def count(raw: Json, builds: list[Json], own: set[str]) -> Coverage:
    """Merge Brownie's report over all contracts that were deployed, and split it by function and by kind.

    `builds` are artifacts, `own` the names of our contracts and libraries: functions of others are left out. A mock
    that opens an abstract contract of ours to the tests counts for that one's functions.
    """
    reached: dict[tuple[str, str, Span], set[bool]] = {}
    for build in builds:
        for function, kind, span, ways in _reached(build, raw["highlights"]):
            if function.split(".")[0] in own:
                reached.setdefault((function, kind, span), set()).update(ways)
    counts: Counts = {}
    gaps = []
    for (function, kind, span), ways in sorted(reached.items()):
        contract, name = function.split(".", 1)
        here = counts.setdefault(contract, {}).setdefault(name, {"statements": [0, 0], "branches": [0, 0]})
        everything = {True} if kind == "statements" else {True, False}
        here[kind][0] += len(ways & everything)
        here[kind][1] += len(everything)
        code = " ".join((ROOT / span[0]).read_bytes()[span[1] : span[2]].decode().split())
        gaps += [Gap(function, LABELS[kind, way], code) for way in sorted(everything - ways)]
    ours = [build for build in builds if build["contractName"] in own]
    return Coverage(counts, gaps + list(_uncounted(ours, counts)))


def measure_coverage() -> Coverage:
    """Run the unit tests and count what they reach of our own contracts."""
    raw = run_tests()
    sources = sorted((ROOT / "contracts").glob("*/*.sol"))
    builds = [json.loads((ARTIFACTS / f"{file.stem}.json").read_text()) for file in sources]
    return count(raw, builds, {file.stem for file in sources if file.parent.name != "mocks"})


def faults(gaps: list[Gap], accepted: list[dict[str, str]]) -> list[str]:
    """A sentence for each gap without a reason, and for each reason without a gap."""
    reasons = {Gap(e["function"], e["kind"], e["code"]): e.get("reason", "").strip() for e in accepted}
    open_gaps = [f"coverage: no reason in reports/coverage-gaps.json: {_shown(g)}" for g in gaps if not reasons.get(g)]
    stale = [f"coverage: stale entry in reports/coverage-gaps.json: {_shown(g)}" for g in reasons if g not in gaps]
    return open_gaps + stale


def load_gaps() -> list[dict[str, str]]:
    """The gaps that are accepted, with reasons."""
    accepted: list[dict[str, str]] = json.loads(GAPS.read_text()) if GAPS.exists() else []
    return accepted


def files(coverage: Coverage, accepted: list[dict[str, str]]) -> dict[Path, str]:
    """The two files this part writes, as text."""
    return {TABLE: json.dumps(coverage.counts, indent=2) + "\n", REPORT: _report(coverage, accepted)}


def totals(functions: dict[str, dict[str, list[int]]]) -> dict[str, list[int]]:
    """[covered, all] of statements and of branches over all functions of a contract."""
    return {kind: [sum(counts[kind][i] for counts in functions.values()) for i in (0, 1)] for kind in KINDS}


def _reached(build: Json, highlights: Json) -> Iterator[tuple[str, str, Span, set[bool]]]:
    """Each statement and branch of a build with the ways taken; Brownie says it by number of file, span and colour."""
    for kind in ("statements", "branches"):
        marks_by_file = highlights[kind].get(build["contractName"], {})
        for number, functions in build["coverageMap"][kind].items():
            colours = {(start, stop): colour for start, stop, colour, _ in marks_by_file.get(number, [])}
            for function, places in functions.items():
                for start, stop, *_ in places.values():
                    span = (build["allSourcePaths"][number], start, stop)
                    yield function, kind, span, WAYS[colours.get((start, stop), "red")]


def _uncounted(builds: Iterable[Json], counts: Counts) -> Iterator[Gap]:
    """Functions that do something and of which Brownie counts nothing: constructors, and bodies of assembly alone."""
    for build in builds:
        contract = next(n for n in build["ast"]["nodes"] if n.get("name") == build["contractName"])
        for node in contract["nodes"]:
            if node["nodeType"] == "FunctionDefinition" and (node.get("body") or {}).get("statements"):
                name = node["name"] or node["kind"]
                if name not in counts.get(build["contractName"], {}):
                    yield Gap(f"{build['contractName']}.{name}", "function", "not counted by the tool")


def _report(coverage: Coverage, accepted: list[dict[str, str]]) -> str:
    reasons = {Gap(e["function"], e["kind"], e["code"]): e["reason"] for e in accepted}
    lines = [
        "# Coverage by the unit tests",
        "",
        f"`brownie test {TESTS} --coverage`, own contracts only; a branch counts twice, once for each way. Made by",
        "`make report`; reasons are kept in [coverage-gaps.json](coverage-gaps.json).",
        "",
        "| contract or function | statements | branches |",
        "|---|--:|--:|",
    ]
    for contract, functions in coverage.counts.items():
        lines.append(_row(f"**{contract}**", totals(functions)))
        lines += [_row(f"{contract}.{name}", counts) for name, counts in functions.items()]
    lines += ["", "## Gaps", ""]
    for gap in coverage.gaps:
        lines += [f"- {_shown(gap)}", f"  **{reasons.get(gap) or 'Open: no reason is given.'}**"]
    return "\n".join([*lines, *([] if coverage.gaps else ["None."])]) + "\n"


def _row(name: str, counts: dict[str, list[int]]) -> str:
    cells = [f"{counts[kind][0]} / {counts[kind][1]}" if counts[kind][1] else "–" for kind in KINDS]
    return f"| {name} | {cells[0]} | {cells[1]} |"


def _shown(gap: Gap) -> str:
    return f"{gap.function}, {gap.kind}: `{gap.code}`"
