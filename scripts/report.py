"""Write what an auditor reads under reports/: `make report`. With --check, only compare it with what is committed.

    python scripts/report.py [slither] [conformance] [gas] [coverage] [--check]

Each part runs its tool afresh; what it writes depends on the sources alone, so a second run changes no byte.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts import analyze, conformance, measure_coverage, measure_gas
from scripts.gas_targets import target_faults
from scripts.summarize import SUMMARY, summarize

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "reports"
GAS = REPORTS / "gas.json"

Part = Callable[[], tuple[dict[Path, str], list[str]]]  # files as text, and what is wrong


def report_slither() -> tuple[dict[Path, str], list[str]]:
    """Slither's findings, each with its reason."""
    analysis = analyze.analyze()
    verdict = analyze.judge(analysis.findings, analyze.load_triage())
    return analyze.files(analysis, verdict), analyze.faults(verdict)


def report_conformance() -> tuple[dict[Path, str], list[str]]:
    """Each token beside its standard, and the reason for each remark."""
    said, reasons = conformance.check_tokens(), conformance.load_reasons()
    return conformance.files(said, reasons), conformance.faults(conformance.remarks_of(said), reasons)


def report_gas() -> tuple[dict[Path, str], list[str]]:
    """The gas of each act beside its peers, and of the targets."""
    subprocess.run(["brownie", "compile"], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    gas = measure_gas.measure_gas()
    return {GAS: json.dumps(gas, indent=2) + "\n"}, target_faults(gas)


def report_coverage() -> tuple[dict[Path, str], list[str]]:
    """Statements and branches that the unit tests reach."""
    coverage, accepted = measure_coverage.measure_coverage(), measure_coverage.load_gaps()
    return measure_coverage.files(coverage, accepted), measure_coverage.faults(coverage.gaps, accepted)


PARTS: dict[str, tuple[str, Part]] = {
    "slither": ("about 15 seconds", report_slither),
    "conformance": ("about 30 seconds", report_conformance),
    "gas": ("about 10 seconds", report_gas),
    "coverage": ("a few minutes", report_coverage),
}


def differences(files: dict[Path, str]) -> list[str]:
    """A sentence for each file whose committed text is another."""
    stale = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    return [f"reports/{path.relative_to(REPORTS)} is not what the sources give: run `make report`" for path in stale]


def write(files: dict[Path, str]) -> None:
    """Write the files; their folders are made if they are not there."""
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def main(arguments: list[str]) -> int:
    """Run the parts asked for, all by default; 1 if anything is unexplained, missed or out of date."""
    parser = argparse.ArgumentParser(prog="python scripts/report.py", description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument("--check", action="store_true", help="write nothing, compare with what is committed")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.parts) - PARTS.keys())
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    return report(options.parts or list(PARTS), options.check)


def report(parts: list[str], check: bool) -> int:
    """Write these parts and the summary, or only compare; 1 if there is any fault."""
    faults: list[str] = []
    for number, name in enumerate(parts, 1):
        duration, part = PARTS[name]
        print(f"report {number}/{len(parts)}: {name} ({duration})", flush=True)
        start = time.monotonic()
        files, wrong = part()
        faults += wrong + (differences(files) if check else [])
        if not check:
            write(files)
        print(f"  {time.monotonic() - start:.0f} s", flush=True)
    summary = {SUMMARY: summarize()}
    if check:
        faults += differences(summary)
    else:
        write(summary)
    for fault in faults:
        print(f"FAULT {fault}", file=sys.stderr)
    print(f"{len(faults)} faults" if faults else "reports are sound and up to date")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
