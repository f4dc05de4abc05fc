"""What a script says and asks."""

import getpass
import sys
from collections.abc import Sequence

from offchain.core.refusal import Refusal


class Declined(Refusal):
    """The operator did not say yes."""


class NoTerminal(Refusal):
    """There is nobody to ask."""


def say(text: str = "") -> None:
    """One line, seen at once."""
    print(text, flush=True)


def table(rows: Sequence[Sequence[str]]) -> None:
    """Rows in columns, two blanks in from the left."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        say(f"  {'  '.join(cells)}".rstrip())


def confirm(question: str) -> None:
    """Go on only at a `y`. Errors: Declined, at anything else and at the end of the input."""
    print(f"{question} [y/N] ", end="", flush=True)
    answer = sys.stdin.readline().strip().lower()
    if not sys.stdin.isatty():
        say()
    if answer not in ("y", "yes"):
        raise Declined("nothing was sent")


def ask_secret(question: str) -> str:
    """A secret typed unseen. Errors: NoTerminal."""
    if not sys.stdin.isatty():
        raise NoTerminal(f"{question.rstrip(': ')}: there is no terminal to ask at; name a password file instead")
    return getpass.getpass(question)
