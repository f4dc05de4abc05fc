"""Processes that pay out what a queue holds, each of which may be told the step to die at; payouts.py has them run.

One waits, imported and ready, and forks for each life: that starts at once, and dies alone.
"""

import asyncio
import json
import os
import sys
import traceback

import aiohttp

from offchain.chain.dispatch import Dispatcher, Policy
from offchain.chain.quorum import Quorum
from offchain.chain.rpc import Source
from offchain.chain.signer import KeySigner
from offchain.core.outgoing import Intent
from offchain.store.database import Database
from offchain.store.journal import Journal
from tests.faults.control import STEPS_A_PAYOUT, send_then_record
from tests.faults.steps import Steps, arm

CEILING = 10**12
MOST_STEPS = 18
"""A life that ends before its fatal step is not killed; so the early ones are fatal more often."""


def payouts(series, count):
    """One wei each, to payees of this series alone."""
    return [Intent(f"payout {i}", f"0x{series:034x}{i:06x}", b"", 1, gas=21_000) for i in range(count)]


async def live(life):
    """One life; says whether nothing is open any more."""
    queue = payouts(life["series"], life["count"])
    async with aiohttp.ClientSession() as session:
        node, sources = Source(session, life["node"]), [Source(session, url) for url in life["urls"]]
        if life["way"] == "control":
            fatal = 0 if life["doom"] is None else 1 + int(life["doom"] * STEPS_A_PAYOUT * life["new"])
            await send_then_record(sources[0], life["secret"], queue, life["database"], Steps(fatal))
            await node.ask("anvil_mine", hex(sum(life["blocks"])))
            return True
        arm(0 if life["doom"] is None else 1 + int(life["doom"] ** 1.6 * MOST_STEPS))
        signer = KeySigner.development(life["secret"], 31337)
        database = Database(life["database"])
        policy = Policy(CEILING, life["patience_seconds"], resend_seconds=0)
        journal = Journal(database, 31337, signer.address)
        dispatcher = Dispatcher(Quorum(sources, len(sources) // 2 + 1), journal, signer, 31337, policy)
        await dispatcher.submit(queue)
        await dispatcher.advance()
        for blocks in life["blocks"]:
            await node.ask("anvil_mine", hex(blocks))
            await dispatcher.advance()
        is_done = not await journal.below(2**62, 1)
        await database.close()
        return is_done


def main():
    """Read one life after the other, and have a process of its own live each."""
    for line in sys.stdin:
        if child := os.fork():
            _, status = os.waitpid(child, 0)
            print("ended", os.waitstatus_to_exitcode(status), flush=True)
            continue
        try:
            print("done" if asyncio.run(live(json.loads(line))) else "open", flush=True)
        except BaseException:
            print(json.dumps(traceback.format_exc()[-2000:]), flush=True)
            os._exit(1)
        os._exit(0)


if __name__ == "__main__":
    main()
