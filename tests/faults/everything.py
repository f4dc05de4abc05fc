"""One run of all: senders alone, the whole bridge, and the control under the same plan as the senders."""

import time

from tests.faults import carrying, payouts, plan, report
from tests.offchain import servers


def run(seed, scale, show):
    """What was injected, and what came of it."""
    began = time.monotonic()
    lines = [plan.line(seed, number, scale) for number in range(scale.lines)]

    def each(way):
        found = []
        for line in lines:
            found.append(payouts.run(way, line, starter, postgres, seed))
            show(f"{way}: line {line.number + 1} of {scale.lines}", *found[-1])
        return report.summed(found)

    with servers.postgres() as postgres, payouts.starter() as starter:
        counted = {"payouts": each("dispatch"), "control": each("control")}
        counted["bridge"] = report.summed([carrying.run(plan.rounds(seed, scale), postgres, seed, show)])
        counted |= {"seed": seed, "versions": report.versions(postgres)}
    return counted | {"minutes": round((time.monotonic() - began) / 60)}
