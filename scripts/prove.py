"""Prove what tests/symbolic/ states, and that each proof fails on its seeded fault: `make prove`.

    python scripts/prove.py [--write] [name …]

With names, parts of names of proofs, only these are proven. --write brings reports/proofs.md up to date.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.proofs import REPORT, ROOT, Fault, Proof, claims_faults, describe, load_faults, load_proofs

ENVIRONMENT = Path(".cache") / "venv-prove" / "bin"  # relative, as all that Halmos is told: the clone may have blanks
OUT = "build/prove"
SOLVER_SECONDS = 120  # a path
FAULT_SECONDS = 40  # other paths of the same proof have counterexamples too
WORKERS = 2
COPIED = ["contracts", "interfaces", "tests/symbolic", "foundry.toml"]
LINKED = ["tools", ".cache"]

Item = TypeVar("Item")

PROVEN, BROKEN = 0, 1
ENDS = {BROKEN: "has a counterexample", 2: "is not decided in time", 3: "is stuck", 4: "follows no path to its end"}


class Outcome(NamedTuple):
    """What Halmos says of one proof; `output` is its own words on the whole contract."""

    code: int
    open_loops: int
    seconds: float
    output: str


def halmos(folder: Path, contract: str, functions: Iterable[str], seconds: int, *options: str) -> dict[str, Outcome]:
    """Run these proofs of one contract in this copy of the project; by name of the function, those that ran at all."""
    with tempfile.TemporaryDirectory() as scratch:
        answer = Path(scratch) / "answer.json"
        command = [str(ENVIRONMENT / "python"), "-m", "halmos", "--forge-build-out", OUT, "--no-status"]
        command += ["--contract", contract, "--match-test", rf"^({'|'.join(functions)})\("]
        command += ["--panic-error-codes", "*", "--json-output", str(answer)]
        command += ["--solver-command", f"{ENVIRONMENT / 'python'} tools/smt_solver.py"]
        command += ["--solver-threads", "1", "--solver-timeout-assertion", f"{seconds}s", *options]
        run = subprocess.run(command, cwd=folder, env=_environment(folder), capture_output=True, text=True)
        output = re.sub(r"\x1b\[[\d;]*m", "", run.stdout + run.stderr)
        if not answer.exists():
            raise SystemExit(f"halmos failed with exit code {run.returncode}:\n{output}")
        results = [result for found in json.loads(answer.read_text())["test_results"].values() for result in found]
    outcomes = {}
    for result in results:
        took, loops = result["time"] or [0.0], result["num_bounded_loops"] or 0
        outcomes[result["name"].split("(")[0]] = Outcome(result["exitcode"], loops, took[0], output)
    return outcomes


def _environment(folder: Path) -> dict[str, str]:
    """Halmos keeps a folder in the user's home: here that is the project's own cache."""
    path = os.pathsep.join([str(ROOT / ".venv" / "bin"), os.environ["PATH"]])
    home = str((folder / ".cache").resolve() / "prove-home")
    return {**os.environ, "PATH": path, "HOME": home, "FOUNDRY_PROFILE": "prove", "COLUMNS": "120"}


def build(folder: Path) -> None:
    """Compile all harnesses of this copy afresh. Raises SystemExit with the compiler's words."""
    shutil.rmtree(folder / OUT, ignore_errors=True)
    command = ["forge", "build", "--force", "--ast", "--extra-output", "storageLayout", "metadata"]
    run = subprocess.run(command, cwd=folder, env=_environment(folder), capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"the proofs do not compile:\n{run.stdout}{run.stderr}")


def compiled(folder: Path) -> set[str]:
    """Names of the proofs that the compiler saw: what a description misses is found here."""
    names = set()
    for path in (folder / OUT).glob("*.t.sol/*.json"):
        methods = json.loads(path.read_text())["methodIdentifiers"]
        names |= {f"{path.stem}.{method.split('(')[0]}" for method in methods if method.startswith("check_")}
    return names


def prove(proofs: list[Proof]) -> list[str]:
    """Prove these, a line for each; a sentence for each that is not proven."""
    wrong: list[str] = []

    def one(contract: str) -> None:
        own = [proof for proof in proofs if proof.contract == contract]
        outcomes = halmos(ROOT, contract, [proof.function for proof in own], SOLVER_SECONDS)
        for proof in own:
            outcome = outcomes.get(proof.function)
            fault = judge(proof, outcome)
            seconds = f" ({outcome.seconds:.1f} s)" if outcome else ""
            print(f"{'FAILED' if fault else 'proven'} {proof.subject:5} {proof.name}{seconds}", flush=True)
            wrong.extend([fault, _about(proof, outcome)] if fault and outcome else [fault] if fault else [])

    _each(one, list(dict.fromkeys(proof.contract for proof in proofs)))
    return wrong


def judge(proof: Proof, outcome: Outcome | None) -> str:
    """Why this is no proof; empty if it is one."""
    if outcome is None:
        return f"{proof.name} did not run"
    if outcome.code != PROVEN:
        return f"{proof.name} {ENDS.get(outcome.code, 'ended in an error')}"
    return f"{proof.name} does not follow {outcome.open_loops} loops to the end" if outcome.open_loops else ""


def seed(faults: list[Fault]) -> list[str]:
    """Put each fault into a copy of its own; a sentence for each proof that holds all the same."""
    wrong: list[str] = []

    def one(fault: Fault) -> None:
        contract = fault.breaks[0].split(".")[0]
        functions = [name.split(".")[1] for name in fault.breaks]
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="quittance-fault-") as folder:
            copy_with(fault, Path(folder))
            outcomes = halmos(Path(folder), contract, functions, FAULT_SECONDS, "--early-exit")
        unbroken = [function for function in functions if not _breaks(outcomes.get(function))]
        verdict = "MISSED" if unbroken else "caught"
        print(f"{verdict} fault: {fault.says} ({time.monotonic() - start:.1f} s)", flush=True)
        for function in unbroken:
            outcome = outcomes.get(function)
            wrong.append(f"{contract}.{function} has no counterexample where {fault.says}")
            wrong.extend([outcome.output] if outcome else [])

    _each(one, faults)
    return wrong


def copy_with(fault: Fault, folder: Path) -> None:
    """Copy the sources with this fault in them; of the harnesses only the ones whose proofs it must break."""
    for name in COPIED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    for name in LINKED:
        (folder / name).symlink_to(ROOT / name)
    wanted = {proof.file for proof in load_proofs() if proof.name in fault.breaks}
    for harness in (folder / "tests" / "symbolic").glob("*.t.sol"):
        if harness.name not in wanted:
            harness.unlink()
    path = folder / fault.file
    path.write_text(path.read_text().replace(fault.right, fault.wrong))


def _breaks(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome.code == BROKEN


def _each(work: Callable[[Item], None], items: list[Item]) -> None:
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, items))


def _about(proof: Proof, outcome: Outcome) -> str:
    """Halmos's words up to and with its verdict on this proof."""
    lines = outcome.output.splitlines()
    end = next((i for i, line in enumerate(lines) if re.match(rf"\[\w+\] {proof.function}\(", line)), len(lines) - 1)
    return "\n".join(lines[max(0, end - 30) : end + 1])


def main(arguments: list[str]) -> int:
    """Prove all, or what is named; 1 if anything is unproven, unbroken by its fault, or out of date."""
    parser = argparse.ArgumentParser(prog="python scripts/prove.py", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="name", help="a part of a proof's name; all proofs by default")
    parser.add_argument("--write", action="store_true", help="bring reports/proofs.md up to date")
    options = parser.parse_args(arguments)
    start, proofs, faults = time.monotonic(), load_proofs(), load_faults()
    wrong = claims_faults(proofs, faults)
    build(ROOT)
    wrong += [f"{name} is not described" for name in sorted(compiled(ROOT) ^ {proof.name for proof in proofs})]
    if options.write:
        REPORT.write_text(describe(proofs, faults))
    elif not REPORT.exists() or REPORT.read_text() != describe(proofs, faults):
        wrong.append("reports/proofs.md is not what the proofs say: run `python scripts/prove.py --write`")

    chosen = [proof for proof in proofs if not options.names or any(name in proof.name for name in options.names)]
    names = {proof.name for proof in chosen}
    seeded = [fault._replace(breaks=[name for name in fault.breaks if name in names]) for fault in faults]
    wrong += prove(chosen)
    wrong += seed([fault for fault in seeded if fault.breaks])
    for fault in wrong:
        print(f"FAULT {fault}", file=sys.stderr)
    print(f"{len(chosen)} proofs, {len(wrong)} faults, {time.monotonic() - start:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
