"""Write reports/README.md, the verdict, out of the other reports: it holds nothing that they do not."""

import json
import re
from pathlib import Path
from typing import Any

from scripts.gas_targets import MISSED, TARGETS
from scripts.measure_coverage import GAPS, KINDS, TABLE, totals

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "reports"
SUMMARY = REPORTS / "README.md"

HEAD = """# Reports: the verdict

Written by `make report` out of the files beside it; `make lint`, `make test` and the coverage run of `.ci/run` make
everything again and fail where a figure, a finding or a version is another.

| what was asked | answer | where |
|---|---|---|
"""

WHERE = """
## Where to look

- The specification is [interfaces/](../interfaces/); [contracts/](../contracts/) keeps it.
- [slither.md](slither.md): each finding of Slither beside the reason why it is accepted. Nothing is silenced in the
  contracts, and `slither .` in the root reads the same reasons from [triage.json](triage.json).
- [erc-conformance/](erc-conformance/): each token beside its standard, every remark with its reason.
- [coverage.md](coverage.md): statements and branches, function by function, and each gap beside its reason.
- [gas.json](gas.json): each act beside its peers, one run on one fresh local chain, the same compiler settings for all
  but published bytecode; a figure marked `quoted` was not measured here.
"""


def summarize() -> str:
    """The verdict as text. Raises SystemExit if a report that it sums up is missing."""
    missing = [name for name in ("gas.json", "slither.sarif", "coverage.json") if not (REPORTS / name).exists()]
    if missing:
        raise SystemExit(f"reports/ has no {', '.join(missing)}: run `make report`")
    gas = _load(REPORTS / "gas.json")
    rows = [_slither(), _conformance(), *_coverage(), _targets(gas)]
    return HEAD + "\n".join(rows) + "\n" + WHERE + "\n" + "\n".join([*_gas(gas), *_versions()]) + "\n"


def _load(path: Path) -> Any:
    return json.loads(path.read_text())


def _slither() -> str:
    results = _load(REPORTS / "slither.sarif")["runs"][0]["results"]
    accepted = sum("suppressions" in result for result in results)
    answer = f"{len(results)} findings, {accepted} accepted with a reason, {len(results) - accepted} open"
    return f"| What does static analysis find? | {answer} | [slither.md](slither.md) |"


def _conformance() -> str:
    pages = [page.read_text() for page in sorted((REPORTS / "erc-conformance").glob("*.md"))]
    remarks = sum(len(re.findall(r"^- ", page, re.MULTILINE)) for page in pages)
    answer = f"{len(pages)} tokens checked, {remarks} remarks, each with its reason"
    return f"| Do the tokens keep their standards? | {answer} | [erc-conformance/](erc-conformance/) |"


def _coverage() -> list[str]:
    counts = _load(TABLE)
    sums = totals({contract: totals(functions) for contract, functions in counts.items()})
    gaps = len(_load(GAPS)) if GAPS.exists() else 0
    shares = ", ".join(f"{kind} {sums[kind][0]} of {sums[kind][1]}" for kind in KINDS)
    answer = f"{shares}; {gaps} gaps beyond the tool or the reach of a test, each with its reason"
    return [f"| How much do the unit tests reach? | {answer} | [coverage.md](coverage.md) |"]


def _targets(gas: Any) -> str:
    met = [name for name, keys, limit in TARGETS if sum(gas[key]["gas"] for key in keys) <= limit]
    answer = f"{len(met)} of {len(TARGETS)} gas targets are met; a missed one says why"
    return f"| What does it cost? | {answer} | [below](#gas) |"


def _gas(gas: Any) -> list[str]:
    lines = ["## Gas", "", "| target | gas | at most | |", "|---|--:|--:|---|"]
    for name, keys, limit in TARGETS:
        total = sum(gas[key]["gas"] for key in keys)
        lines.append(f"| {name} | {total:,} | {limit:,} | {'met' if total <= limit else MISSED.get(name, 'missed')} |")
    lines += ["", "| measured | gas | peers | how |", "|---|--:|---|---|"]
    for key, figure in gas.items():
        peers = "; ".join(f"{name} {amount:,}" for name, amount in figure["peers"].items())
        lines.append(f"| `{key}` | {figure['gas']:,} | {peers or '–'} | {figure['how']} |")
    return lines


def _versions() -> list[str]:
    python = dict(re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "tools" / "requirements.lock").read_text(), re.MULTILINE))
    package = _load(ROOT / "tools" / "package.json")
    npm = {**package["dependencies"], **package["devDependencies"]}
    config = (ROOT / "brownie-config.yaml").read_text()
    evm, runs = (re.search(pattern, config) for pattern in (r"evm_version: (\w+)", r"runs: (\d+)"))
    settings = f"for {evm.group(1)}, optimizer {runs.group(1)} runs, legacy pipeline" if evm and runs else ""
    return [
        "",
        "## Versions",
        "",
        "| tool | version |",
        "|---|---|",
        f"| solc | {npm['solc']}, {settings} |",
        f"| OpenZeppelin contracts | {npm['@openzeppelin/contracts']} |",
        *(f"| {name} | {python[name]} |" for name in ("eth-brownie", "hypothesis", "slither-analyzer")),
        f"| anvil | {npm['@foundry-rs/anvil']} |",
        f"| solhint | {npm['solhint']} |",
    ]
