"""One run of all: senders alone, the control under the same plan, and the whole bridge beside them."""

import time
from concurrent.futures import ThreadPoolExecutor

from tests.faults import carrying, payouts, plan, report
from tests.offchain import servers


def run(seed, scale, show):
    """What was injected, and what came of it. The bridge waits for blocks most of the time: senders need not."""
    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        bridge, senders = pool.submit(_bridge, seed, scale, show), pool.submit(_senders, seed, scale, show)
        counted = senders.result() | bridge.result()
    return counted | {"seed": seed, "minutes": round((time.monotonic() - began) / 60)}


def _bridge(seed, scale, show):
    with servers.postgres() as postgres:
        found = [carrying.run(plan.rounds(seed, scale), postgres, seed, show)]
        return {"bridge": report.summed(found), "versions": report.versions(postgres)}


def _senders(seed, scale, show):
    lines = [plan.line(seed, number, scale) for number in range(scale.lines)]
    counted = {}
    with servers.postgres() as postgres, payouts.starter() as starter:
        for part, way in (("payouts", "dispatch"), ("control", "control")):
            found = []
            for line in lines:
                found.append(payouts.run(way, line, starter, postgres, seed))
                show(f"{part}: line {line.number + 1} of {scale.lines}", *found[-1])
            counted[part] = report.summed(found)
    return counted
