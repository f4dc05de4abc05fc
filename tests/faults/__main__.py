"""Inject faults by the thousand, and write reports/faults.md: `make faults`.

    python -m tests.faults [--seed NUMBER] [--short]

--short injects a few, and writes nothing.
"""

import argparse
import sys
import time

from tests.faults import everything, report
from tests.faults.plan import LONG, SHORT

SEED = 20_250


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--short", action="store_true")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    began = time.monotonic()

    def show(what, faults, judged=None):
        seen = {kind: faults.get(kind, 0) for kind in ("kills", "reorgs")} | (judged or {})
        said = ", ".join(f"{name} {number:,}" for name, number in seen.items())
        print(f"{(time.monotonic() - began) / 60:5.1f} min  {what}: {said}", flush=True)

    counted = everything.run(arguments.seed, SHORT if arguments.short else LONG, show)
    if arguments.short:
        wrong = report.verdict(counted, kills=20, reorgs=20, transfers=10)
    else:
        wrong = report.verdict(counted)
        report.write(counted)
    for sentence in wrong:
        print(f"FAILED {sentence}")
    print("\n".join(report.render(counted).partition("## Verdict")[2].partition("## Where")[0].splitlines()))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
