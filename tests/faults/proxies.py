"""Faulty ways to an honest node: two that lose, delay and reorder what passes, and one that lies."""

import asyncio
import contextlib
import random
import threading

from tests.offchain import servers

LOSSY = {"drop_before": 0.03, "drop_after": 0.03, "delay_seconds": 0.02, "reorder": 0.3}
LIES = 0.5
"""The share of answers that are forged, of the methods that may be."""


class Proxies:
    """Three ways to each of some nodes, served by a thread of their own until the block is left."""

    def __init__(self, *nodes, seed):
        self._nodes, self._seed = nodes, seed
        self._loop, self._stack = asyncio.new_event_loop(), contextlib.AsyncExitStack()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self.of = {}

    def __enter__(self):
        self._thread.start()
        self._do(self._begin())
        return self

    def __exit__(self, *_):
        self._do(self._stack.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work):
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _begin(self):
        for number, node in enumerate(self._nodes):
            dice = [random.Random(f"{self._seed}:{number}:{way}") for way in range(4)]
            ways = [servers.proxy(node, dice=dice[way], **LOSSY) for way in range(2)]
            ways.append(servers.proxy(node, dice=dice[2], forge=Liar(dice[3])))
            self.of[node] = [await self._stack.enter_async_context(way) for way in ways]

    def urls(self, node):
        return [proxy.url for proxy in self.of[node]]

    def calm(self):
        """From now on nothing is lost, delayed or forged."""
        for proxy in self._all():
            proxy.drop_before = proxy.drop_after = proxy.delay_seconds = proxy.reorder = 0
            if proxy.forge:
                proxy.forge.share = 0

    def faults(self):
        """How many exchanges were lost or reordered, and how many answers forged."""
        lost = sum(proxy.faults for proxy in self._all())
        return lost, sum(proxy.forge.told for proxy in self._all() if proxy.forge)

    def _all(self):
        return [proxy for proxies in self.of.values() for proxy in proxies]


class Liar:
    """Forges answers about what is mined, what is final, what an account sent, and what a contract holds and logged."""

    def __init__(self, dice):
        self.dice, self.share, self.told = dice, LIES, 0

    def __call__(self, question, answer):
        if forged := _FORGERS.get(question["method"]):
            result = answer.get("result")
            if result is not None and self.dice.random() < self.share:
                answer["result"] = forged(self.dice, result)
                self.told += 1
        return answer


def _number(dice, result):
    return hex(max(0, int(result, 16) + dice.choice([-1, 1, 1000])))


def _word(dice, _result=None):
    return f"0x{dice.getrandbits(256):064x}"


def _header(dice, header):
    number = int(header["number"], 16)
    return dice.choice(
        [
            None,
            header | {"hash": _word(dice)},
            header | {"number": hex(number + 100), "hash": _word(dice)},
            header | {"stateRoot": _word(dice)},
            header | {"baseFeePerGas": "0x0"},
        ]
    )


def _receipt(dice, receipt):
    return dice.choice([None, receipt | {"status": "0x0"}, receipt | {"blockHash": _word(dice)}])


def _logs(dice, logs):
    others = [log | {"data": log["data"][:2] + _word(dice)[2:]} for log in logs]
    return dice.choice([[], logs[:-1], logs + logs, others])


def _proof(dice, proof):
    storage = [slot | {"value": _word(dice)} for slot in proof["storageProof"]]
    return proof | {"storageProof": storage, "storageHash": dice.choice([proof["storageHash"], _word(dice)])}


_FORGERS = {
    "eth_getBlockByNumber": _header,
    "eth_getBlockByHash": _header,
    "eth_getTransactionReceipt": _receipt,
    "eth_getTransactionCount": _number,
    "eth_getBalance": _number,
    "eth_getLogs": _logs,
    "eth_getProof": _proof,
    "eth_call": lambda dice, result: _word(dice) if len(result) == 66 else result[:-1] + "7",
    "eth_sendRawTransaction": _word,
    "eth_maxPriorityFeePerGas": _number,
}
