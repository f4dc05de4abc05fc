"""Arguments that every script takes, the same under `python scripts/x.py` and `brownie run x`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from brownie._config import CONFIG

from scripts.chain.network import DEVELOPMENT

ROOT = Path(__file__).resolve().parent.parent.parent


def parser(description: str, *, acts: bool) -> argparse.ArgumentParser:
    """A parser with the shared arguments; `acts` adds `--yes`. The description is the script's docstring."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--network", default=DEVELOPMENT, help="an id of tools/networks.yaml (default: %(default)s)")
    made.add_argument(
        "--deployments", type=Path, default=ROOT / "deployments", metavar="DIR", help="where params and records lie"
    )
    if acts:
        made.add_argument("--yes", action="store_true", help="do not ask")
    return made


def under_brownie() -> bool:
    """Whether `brownie run` started this process."""
    return bool(CONFIG.argv.get("cli") == "run")


def read(made: argparse.ArgumentParser, words: Sequence[str]) -> argparse.Namespace:
    """Parse the command line, or the words that `brownie run x main …` passes on.

    Brownie takes every word with a dash for its own, so there `yes` stands for `--yes` and `to=0x…` for `--to 0x…`;
    the network is the one Brownie is connected to. Usage errors exit with code 2.
    """
    if not under_brownie():
        return made.parse_args(sys.argv[1:])
    spelled = [f"--{word}" for word in words]
    return made.parse_args([*spelled, f"--network={CONFIG.active_network['id']}"])
