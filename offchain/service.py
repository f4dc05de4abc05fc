"""What attestors and relayers have in common as processes: logs, health, metrics, work in turns, an orderly end."""

import asyncio
import logging
import random
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest

from offchain.chain.follower import FinalityViolated, Follower
from offchain.chain.lane import Lane, open_lanes
from offchain.chain.quorum import Quorum, QuorumSplit
from offchain.chain.rpc import Source
from offchain.chain.signer import KeySigner, Pkcs11Signer, Signer
from offchain.config import BridgeSettings, KeySource
from offchain.core.refusal import Refusal

_LONGEST_BACK_OFF = 8  # times the pause between two turns

log = structlog.get_logger()


class Service:
    """One process. Whatever is wrong at the moment stands in `problems`, by who found it, and makes it unhealthy."""

    def __init__(self, settings: BridgeSettings) -> None:
        self.settings, self.stopping = settings, asyncio.Event()
        self.problems: dict[str, str] = {}
        self.registry = CollectorRegistry()
        self.routes = web.RouteTableDef()
        self.splits = self.counter("quorum_splits", "Times that sources contradicted each other")
        self.refusals = self.counter("refusals", "Turns that ended early", "cause")
        self.halted = self.gauge("halted", "1 for good once finality was violated", "work")
        self._at_end = AsyncExitStack()

    def gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        """A measure of this process."""
        return Gauge(f"quittance_{name}", meaning, labels, registry=self.registry)

    def counter(self, name: str, meaning: str, *labels: str) -> Counter:
        """A count of this process."""
        return Counter(f"quittance_{name}", meaning, labels, registry=self.registry)

    async def open_lanes(self, pins: Callable[[int], Awaitable[tuple[int, bytes] | None]]) -> list[Lane]:
        """Both lanes of every bridge; `pins` knows final blocks from before. Errors: see the start of each part."""
        session = await self._at_end.enter_async_context(aiohttp.ClientSession())
        chains: dict[int, Follower] = {}
        for chain_id, (urls, quorum) in self.settings.sources.items():
            sources = [Source(session, url) for url in urls]
            chains[chain_id] = Follower(Quorum(sources, quorum), chain_id, await pins(chain_id))
        lanes: list[Lane] = []
        for vault, token in self.settings.bridges:
            lanes += await open_lanes(
                (chains[vault.chain_id], vault.address, vault.first_block),
                (chains[token.chain_id], token.address, token.first_block),
            )
        for lane in lanes:
            final = await lane.source.chain.start(lane.source.contract, lane.source.kind)
            log.info("proofs of the final block can be had", route=lane.name, chain=lane.source.chain.chain_id, block=final.number)
        return lanes

    async def run(self, works: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
        """Serve, and do each work again and again, until SIGTERM or SIGINT; what is being done is done to its end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.stopping.set)
        self.routes.get("/healthz")(self._health)
        self.routes.get("/metrics")(self._metrics)
        application = web.Application(client_max_size=2**16)
        application.add_routes(self.routes)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        self._at_end.push_async_callback(runner.cleanup)
        try:
            await web.TCPSite(runner, self.settings.host, self.settings.port).start()
            log.info("ready", address=f"{self.settings.host}:{self.settings.port}")
            async with asyncio.TaskGroup() as group:
                for name, work in works.items():
                    group.create_task(self._repeat(name, work))
        finally:
            await self._at_end.aclose()
            log.info("stopped")

    async def _repeat(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        back_off = 1.0
        while not self.stopping.is_set():
            try:
                await work()
                self.problems.pop(name, None)
                back_off = 1
            except Refusal as refusal:
                if self.problems.get(name) != str(refusal):
                    log.warning("turn ended early", work=name, cause=str(refusal))
                self.problems[name] = str(refusal)
                self.refusals.labels(type(refusal).__name__).inc()
                self.splits.inc(isinstance(refusal, QuorumSplit))
                if isinstance(refusal, FinalityViolated):
                    self.halted.labels(name).set(1)
                    log.critical("halted for good: see to the chain, then to the cursors in the database", work=name)
                    return
                back_off = min(back_off * random.uniform(1, 2), _LONGEST_BACK_OFF)
            await self.pause(self.settings.poll_seconds * back_off)

    async def pause(self, seconds: float) -> None:
        """Wait, but not when it is time to stop."""
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"problems": self.problems}, status=503 if self.problems else 200)

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def open_signer(source: KeySource, chain_ids: list[int]) -> Signer:
    """The key, for these chains. Errors: KeystoreRefused, ModuleRefused, NotForDevelopment."""
    if source.keystore and source.password_file:
        return KeySigner.from_keystore(source.keystore, source.password_file)
    if source.module and source.pin_file:
        return Pkcs11Signer(source.module, source.token, source.label, source.pin_file.read_text().strip())
    return [KeySigner.development(source.secret, chain_id) for chain_id in chain_ids][0]


def main(name: str, serve: Callable[[], Awaitable[None]]) -> None:
    """Run a process; what it cannot start with is one sentence and the exit status 1."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    structlog.contextvars.bind_contextvars(service=name)
    try:
        asyncio.run(serve())
    except Refusal as refusal:
        log.error("cannot start", cause=str(refusal))
        sys.exit(1)
