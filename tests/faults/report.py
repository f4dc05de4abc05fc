"""reports/faults.md out of what was counted, and whether that is what is promised."""

import importlib.metadata
import json
import platform
import subprocess
from collections import Counter
from pathlib import Path

from tests.faults.steps import STEPS, WORD

ROOT = Path(__file__).resolve().parents[2]
NUMBERS, REPORT = ROOT / "reports" / "faults.json", ROOT / "reports" / "faults.md"
KILLS, REORGS, TRANSFERS = 1_000, 1_000, 1_000
"""So many SIGKILLs and reorgs at least in one run of all, and so many transfers over the whole bridge."""
OURS = ("payouts", "bridge")
KINDS = {
    "lives": "processes started",
    "kills": "SIGKILLs",
    "lives that ended in an error": "processes that ended in an error, since database or nodes failed them",
    "reorgs": "reorgs, by `anvil_reorg` and `anvil_rollback`",
    "reorgs by anvil_rollback": "of these by `anvil_rollback`, the transactions sent to the pool again",
    "reorgs that took transactions": "of all reorgs, those that took mined transactions",
    "transactions dropped by a reorg": "mined transactions that a reorg dropped",
    "transactions moved by a reorg": "mined transactions that a reorg moved to another block",
    "transactions returned by a reorg": "mined transactions that a rollback took back, and the pool had again",
    "transactions dropped from a pool": "transactions dropped from a pool",
    "base-fee spikes": "base-fee spikes",
    "database restarts": "PostgreSQL stopped at once (SIGQUIT) and started",
    "exchanges lost or reordered": "exchanges with a node lost before or after it answered, or reordered",
    "answers forged": "answers of a node forged",
}
HEAD = """# Faults: what is lost and doubled

Written by `make faults` (some 30 minutes on two processors), which ends with an error unless every line of the verdict
holds. A short form is part of `make test`, and a test holds these figures to the verdict. They are of one run: the plan
is drawn from the seed, but where a process is when a moment comes is not, so another run counts a little otherwise.

## How faults are injected

- **Payouts.** `offchain/chain/dispatch.py` and `offchain/store/journal.py` as the relayer uses them pay out what a
  queue asks for, by plain transfers, so that no contract stops a second one. Each life is a process of its own that
  kills itself by SIGKILL at a step that is drawn: before and after each commit of the journal, after signing, before,
  within and after each broadcast, between a receipt and its record. After each life some blocks are mined, and the last
  one to eight are replaced: `anvil_reorg` drops their transactions or moves them to another block, `anvil_rollback`
  and the pool has them again. Blocks that are final stay.
- **The bridge.** `python -m offchain.attestor`, three times, and `python -m offchain.relayer` carry between two chains
  with the real contracts, transfers going both ways all the while. In each round the relayer dies, at a drawn step or a
  drawn moment, attestors die at drawn moments, and either chain replaces its last one to four blocks.
- **Both.** Pools lose their transactions; base fees rise above what may be paid; PostgreSQL is stopped at once in the
  midst of work. Nodes are reached through three proxies each: two lose questions and answers, delay and reorder them,
  one forges half of its answers. For payouts that is every third line, and PostgreSQL is the database of every third;
  the other databases are SQLite. The whole bridge has all of it throughout.
- **The control.** `tests/faults/control.py` sends, then records, under the same plan from the same seed.

Then all faults end, and what is open is let come to its end. The chains alone are asked what became of each transfer:
what each payee holds, what left, what arrived and by which transaction, and whether both ends hold what they should.
`lost` did not arrive, `doubled` was paid more than once, `disagreements` are rows of the table `cross_chain_payments`
that say otherwise than the chains, and equations between both ends that do not hold.
"""


def verdict(counted, kills=KILLS, reorgs=REORGS, transfers=TRANSFERS):
    """What is not as promised, a sentence each."""
    wrong = []
    for kind, least in (("kills", kills), ("reorgs", reorgs)):
        if (got := sum(counted[part]["faults"].get(kind, 0) for part in OURS)) < least:
            wrong.append(f"{got} {kind}, at least {least} were to be")
    for part in OURS:
        judged = counted[part]["judged"]
        for what in ("lost", "doubled", "disagreements", "lines without an end"):
            if judged.get(what):
                wrong.append(f"{part}: {judged[what]} {what}")
    if counted["bridge"]["judged"]["transfers"] < transfers:
        wrong.append(f"{counted['bridge']['judged']['transfers']} transfers over the bridge, not {transfers}")
    control = counted["control"]["judged"]
    if not (control["lost"] and control["doubled"]):
        wrong.append("the control lost nothing or doubled nothing: these faults prove nothing")
    return wrong


def render(counted):
    """The report."""
    parts = (*OURS, "control")
    ours = {kind: sum(counted[part]["faults"].get(kind, 0) for part in OURS) for kind in ("lives", "kills", "reorgs")}
    lines = [HEAD, "## Verdict", "", "| | ours | the control |", "|---|--:|--:|"]
    rows = [(KINDS[kind], ours[kind], counted["control"]["faults"].get(kind, 0)) for kind in ours]
    for what in ("transfers", "lost", "doubled"):
        rows.append((what, _judged(counted, OURS, what), _judged(counted, ["control"], what)))
    rows.append(("disagreements", _judged(counted, OURS, "disagreements"), "–"))
    lines += [f"| {name} | {_number(mine)} | {_number(other)} |" for name, mine, other in rows]
    bridge = counted["bridge"]["judged"]
    lines += [
        "",
        f"{_number(bridge['transfers'])} of the transfers went over the whole bridge in one run, in "
        f"{_number(bridge['deliveries'])} deliveries, while all this was done to it.",
    ]
    lines += ["", "## Faults injected", "", "| | payouts | bridge | control |", "|---|--:|--:|--:|"]
    lines += [_row(name, [counted[part]["faults"].get(kind, 0) for part in parts]) for kind, name in KINDS.items()]
    lines += ["", "Judged:", "", "| | payouts | bridge | control |", "|---|--:|--:|--:|"]
    for what in ("transfers", "lost", "doubled", "transactions without a payout"):
        lines.append(_row(what, [counted[part]["judged"].get(what, "–") for part in parts]))
    lines += ["", "A transaction without a payout is one that was mined and paid nobody, such as one that fills a gap."]
    lines += ["", "## Where they were killed", "", "| step | payouts | bridge | control |", "|---|--:|--:|--:|"]
    where = [_where(counted[part]["faults"]) for part in parts]
    steps = [*STEPS, *sorted(set().union(*where) - set(STEPS))]
    lines += [_row(step, [found.get(step, 0) for found in where]) for step in steps]
    lines += ["", "## This run", "", f"Seed {counted['seed']}, {counted['minutes']} minutes."]
    lines += [", ".join(f"{name} {version}" for name, version in counted["versions"].items()) + "."]
    return "\n".join(lines) + "\n"


def write(counted):
    NUMBERS.write_text(json.dumps(counted, indent=1, sort_keys=True) + "\n")
    REPORT.write_text(render(json.loads(NUMBERS.read_text())))


def versions(postgres):
    anvil = subprocess.run(["anvil", "--version"], capture_output=True, text=True, check=True).stdout
    program = postgres.folder / "server" / "bin" / "postgres"
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, **postgres.as_user)
    packages = {name: importlib.metadata.version(name) for name in ("sqlalchemy", "aiohttp")}
    return {
        "anvil": anvil.splitlines()[0].split(":")[-1].removeprefix("anvil ").split("-")[0].strip(),
        "PostgreSQL": told.stdout.split()[-1],
        "Python": platform.python_version(),
    } | packages


def summed(found):
    """Faults and judgements of several lines as those of one."""
    faults, judged = Counter(), Counter()
    for some, what in found:
        faults.update(some)
        judged.update({"transfers" if name == "payouts" else name: n for name, n in what.items()})
    return {"faults": dict(faults), "judged": dict(judged)}


def _where(faults):
    return {kind.removeprefix(WORD): number for kind, number in faults.items() if kind.startswith(WORD)}


def _judged(counted, parts, what):
    return sum(counted[part]["judged"].get(what, 0) for part in parts)


def _row(name, numbers):
    return f"| {name} | " + " | ".join(map(_number, numbers)) + " |"


def _number(number):
    return f"{number:,}" if isinstance(number, int) else number
