"""Processes that send gifts, each of which kills itself at the step that it is told; test_kill.py has them run.

Steps: before and after each write to the journal; before, in the middle of and after each broadcast.
"""

import asyncio
import os
import signal
import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from offchain.chain.dispatch import Dispatcher, Policy
from offchain.chain.quorum import Quorum, quantity
from offchain.chain.rpc import Source
from offchain.chain.signer import KeySigner
from offchain.core.outgoing import Fees, Intent
from offchain.store.database import Database
from offchain.store.journal import Journal

GIFTS, ROUNDS = 6, 12
POLICY = Policy(ceiling=10**12, patience_seconds=0, resend_seconds=0)


def gifts(series):
    """To payees of this series alone."""
    return [Intent(f"gift {i}", f"0x{series:036x}{i:04x}", b"", 1, gas=21000) for i in range(GIFTS)]


@dataclass
class Steps:
    fatal: int
    count: int = 0

    def step(self):
        self.count += 1
        if self.count == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


def killing(name):
    async def method(self, *arguments):
        self.steps.step()
        result = await getattr(super(KillingJournal, self), name)(*arguments)
        self.steps.step()
        return result

    return method


@dataclass(frozen=True)
class KillingJournal(Journal):
    steps: Steps = field(default_factory=lambda: Steps(0))

    add, fill, replace, move, settle = map(killing, ("add", "fill", "replace", "move", "settle"))


class KillingQuorum(Quorum):
    steps = Steps(0)

    async def tell(self, calls):
        self.steps.step()
        first = await super().tell(calls[: len(calls) // 2]) if len(calls) > 1 else []
        self.steps.step()
        rest = await super().tell(calls[len(first) :])
        self.steps.step()
        return first + rest


async def send(dispatcher, series):
    """Send gifts, let fees be raised once, then have blocks mined until all is settled; whether it is."""
    node = dispatcher.quorum.sources[0]
    await dispatcher.submit(gifts(series))
    await dispatcher.advance()
    for _ in range(ROUNDS):
        await node.ask("anvil_mine", "0x3")
        await dispatcher.advance()
        if not await dispatcher.journal.below(2**62, 1):
            return True
    return False


async def send_then_record(dispatcher, series, record, steps):
    """How it is often done, as the control: what was sent is written down when the node has taken it."""
    done = record.read_text().split("\n") if record.exists() else []
    for intent in gifts(series):
        if intent.name in done:
            continue
        nonce = await dispatcher.quorum.reached(
            "eth_getTransactionCount", dispatcher.signer.address, "pending", judge=quantity
        )
        attempt = dispatcher._sign(intent, nonce, Fees(10**9, 10**11), 21000)
        steps.step()
        await dispatcher.quorum.ask("eth_sendRawTransaction", f"0x{attempt.raw.hex()}")
        steps.step()
        with record.open("a") as file:
            file.write(f"{intent.name}\n")
        steps.step()
    await dispatcher.quorum.ask("anvil_mine", "0x1")


async def run(way, rpc_url, database_url, secret, series, fatal):
    steps = Steps(fatal)
    async with aiohttp.ClientSession() as session:
        signer = KeySigner.development(secret, 31337)
        quorum = Quorum([Source(session, rpc_url)], 1)
        if way == "control":
            dispatcher = Dispatcher(quorum, None, signer, 31337, POLICY)
            await send_then_record(dispatcher, series, Path(database_url), steps)
            return
        quorum = KillingQuorum(quorum.sources, 1)
        quorum.steps = steps
        database = Database(database_url)
        dispatcher = Dispatcher(quorum, KillingJournal(database, 31337, signer.address, steps), signer, 31337, POLICY)
        finished = await send(dispatcher, series)
        await database.close()
        print(steps.count, finished)


def main():
    """Read the arguments of one run after the other, and have a process of its own do each: a fork starts at once."""
    for line in sys.stdin:
        if child := os.fork():
            _, status = os.waitpid(child, 0)
            print("ended", os.waitstatus_to_exitcode(status), flush=True)
        else:
            way, rpc_url, database_url, secret, series, fatal = line.split()
            try:
                asyncio.run(run(way, rpc_url, database_url, secret, int(series), int(fatal)))
            except BaseException:
                traceback.print_exc()
                sys.stdout.flush()
                os._exit(1)
            sys.stdout.flush()
            os._exit(0)


if __name__ == "__main__":
    main()
