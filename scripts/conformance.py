"""Hold every token against its standard with slither-check-erc, and each remark of it against a reason.

The reasons are kept in reports/erc-conformance/remarks.json; a remark without one, and a reason without a remark, is a
fault. Each token is checked by its own file, so that the tool reads no more than it needs.
"""

import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "reports" / "erc-conformance"
REASONS = FOLDER / "remarks.json"
STANDARDS = {
    "Stablecoin": "ERC20",
    "CentralBankToken": "ERC20",
    "Bep20Token": "ERC20",
    "BridgeToken": "ERC20",
    "TicketToken": "ERC721",
    "VoucherToken": "ERC1155",
}
COMPILER = ["--solc", ".cache/solcx/solc-v0.8.37", "--solc-args", "--evm-version cancun"]
COMPILER += ["--solc-remaps", "@openzeppelin=tools/node_modules/@openzeppelin"]
AT_ONCE = 2
REMARK = "[ ] "


class Remark(NamedTuple):
    """What the tool finds wanting in a token, in its own words."""

    token: str
    words: str


def check_tokens() -> dict[str, list[str]]:
    """What the tool says of each token, line by line. Raises SystemExit if it comes to no result."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(STANDARDS, pool.map(_check, STANDARDS), strict=True))


def remarks_of(said: dict[str, list[str]]) -> list[Remark]:
    """Every line that is no tick."""
    return [
        Remark(token, line.strip().removeprefix(REMARK))
        for token, lines in said.items()
        for line in lines
        if line.strip().startswith(REMARK)
    ]


def faults(remarks: list[Remark], reasons: dict[Remark, str]) -> list[str]:
    """A sentence for each remark without a reason and each reason without a remark."""
    where = "reports/erc-conformance/remarks.json"
    unexplained = [f"conformance: no reason in {where}: {r.token}: {r.words}" for r in remarks if not reasons.get(r)]
    return unexplained + [f"conformance: stale in {where}: {r.token}: {r.words}" for r in reasons if r not in remarks]


def files(said: dict[str, list[str]], reasons: dict[Remark, str]) -> dict[Path, str]:
    """A page for each token."""
    return {FOLDER / f"{token}.md": _page(token, lines, reasons) for token, lines in said.items()}


def load_reasons() -> dict[Remark, str]:
    """Why each remark is accepted."""
    entries: list[dict[str, str]] = json.loads(REASONS.read_text()) if REASONS.exists() else []
    return {Remark(entry["token"], entry["remark"]): entry["reason"].strip() for entry in entries}


def _check(token: str) -> list[str]:
    (source,) = (str(path.relative_to(ROOT)) for path in (ROOT / "contracts").rglob(f"{token}.sol"))
    standard = STANDARDS[token]
    command = ["slither-check-erc", source, token, "--erc", standard, *COMPILER]
    run = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    said = re.sub(r"\x1b\[[0-9;]*m", "", run.stdout + run.stderr)
    start = said.find(f"# Check {token}")
    if run.returncode or start < 0:
        raise SystemExit(f"slither-check-erc failed on {token}, exit code {run.returncode}:\n{said}")
    return [line.replace("\t", "  ") for line in said[start:].splitlines()[1:] if line.strip()]


def _page(token: str, lines: list[str], reasons: dict[Remark, str]) -> str:
    remarks = remarks_of({token: lines})
    page = [f"# {token} as {STANDARDS[token]}", "", "What `slither-check-erc` says. Made by `make report`.", ""]
    page += ["## Remarks", ""]
    for remark in remarks:
        page += [f"- {remark.words}", f"  **{reasons.get(remark) or 'Open: no reason is given.'}**"]
    page += [] if remarks else ["None."]
    return "\n".join([*page, "", "## All checks", "", "```", *lines, "```"]) + "\n"
