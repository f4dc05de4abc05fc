"""Where a process that sends transactions may die: each step by its name, and a SIGKILL at the one it is told."""

import os
import signal
from functools import wraps

from offchain.chain.quorum import Quorum
from offchain.store.journal import Journal

SIGNED = "signed, not committed"
COMMITTED = "committed, not broadcast"
HALF = "in the middle of a broadcast"
BROADCAST = "broadcast, receipt not seen"
AROUND = {  # of a method of the journal: what is about to be, what has been
    "add": ("before an intent is signed", COMMITTED),
    "replace": ("before a replacement is committed", "replacement committed, not broadcast"),
    "settle": ("receipt seen, outcome not recorded", "outcome recorded"),
    "fill": ("before a gap is filled", "gap filled, not broadcast"),
    "move": ("before an intent moves to another nonce", "intent moved, not broadcast"),
}
BEFORE = "before a broadcast"
STEPS = [*(step for pair in AROUND.values() for step in pair), SIGNED, BEFORE, HALF, BROADCAST]
WORD = "killed at: "


class Steps:
    """Counts the steps of a process. At step `fatal` it says where it is, and kills itself."""

    def __init__(self, fatal):
        self.fatal, self.count = fatal, 0

    def step(self, name):
        self.count += 1
        if self.count == self.fatal:
            os.write(1, f"{WORD}{name}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)


def arm(fatal):
    """From now on the journal and the broadcasts of this process take steps; 0 is fatal to nobody."""
    steps = Steps(fatal)
    for name, (before, after) in AROUND.items():
        setattr(Journal, name, _stepping(getattr(Journal, name), steps, before, after))
    Journal.add = _signing(Journal.add, steps)
    Quorum.tell = _telling(Quorum.tell, steps)
    return steps


def _stepping(method, steps, before, after):
    @wraps(method)
    async def stepping(journal, *arguments):
        if not arguments[0]:  # nothing to write
            return await method(journal, *arguments)
        steps.step(before)
        result = await method(journal, *arguments)
        steps.step(after)
        return result

    return stepping


def _signing(add, steps):
    @wraps(add)
    async def signing(journal, intents, floor, make):
        def made(intent, nonce):
            attempt = make(intent, nonce)
            steps.step(SIGNED)
            return attempt

        return await add(journal, intents, floor, made)

    return signing


def _telling(tell, steps):
    @wraps(tell)
    async def telling(quorum, calls):
        steps.step(BEFORE)
        first = await tell(quorum, calls[: len(calls) // 2]) if len(calls) > 1 else []
        if first:
            steps.step(HALF)
        rest = await tell(quorum, calls[len(first) :])
        steps.step(BROADCAST)
        return first + rest

    return telling
