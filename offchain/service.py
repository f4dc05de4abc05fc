"""What attestors and relayers have in common as processes: logs, health, metrics, work in turns, an orderly end."""

import asyncio
import random
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from contextlib import AsyncExitStack
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
from offchain.store.database import Database
from offchain.store.records import find_cursor, keep_cursor

_LONGEST_BACK_OFF = 8  # times the pause between two turns
_LONGEST_TURN_SECONDS = 600

Work = Callable[[], Awaitable[None]]
"""One turn of something that is done again and again."""

log = structlog.get_logger()


class Service:
    """One process. Whatever is wrong at the moment stands in `problems`, by who found it, and makes it unhealthy.

    So does a turn without end: what waits for ever finds nothing wrong.
    """

    def __init__(self, settings: BridgeSettings) -> None:
        self.settings, self.stopping = settings, asyncio.Event()
        self.problems: dict[str, str] = {}
        self._begun: dict[str, float] = {}
        self.registry = CollectorRegistry()
        self.routes = web.RouteTableDef()
        self.splits = self.counter("quorum_splits", "Times that sources contradicted each other")
        self.refusals = self.counter("refusals", "Turns that ended early", "cause")
        self.halted = self.gauge("halted", "1 for good once finality was violated", "work")
        self.database = Database(settings.database_url)
        self.chains: dict[int, Follower] = {}
        self._at_end = AsyncExitStack()
        self._at_end.push_async_callback(self.database.close)

    def gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        """A measure of this process."""
        return Gauge(f"quittance_{name}", meaning, labels, registry=self.registry)

    def counter(self, name: str, meaning: str, *labels: str) -> Counter:
        """A count of this process."""
        return Counter(f"quittance_{name}", meaning, labels, registry=self.registry)

    async def open(self) -> tuple[aiohttp.ClientSession, list[Lane]]:
        """A session for requests, and both lanes of every bridge, once all that has to be so is known to be so.

        Errors: DatabaseDown, those of Quorum, open_lanes and Follower.start.
        """
        session = await self._at_end.enter_async_context(aiohttp.ClientSession())
        await self.database.migrate()
        for chain_id, (urls, quorum) in self.settings.sources.items():
            kept = await find_cursor(self.database, f"final:{chain_id}")
            pinned = (kept[0], bytes.fromhex(kept[1][2:])) if kept else None
            sources = [Source(session, url) for url in urls]
            self.chains[chain_id] = Follower(Quorum(sources, quorum), chain_id, pinned)
            await self.chains[chain_id].identify()
        lanes: list[Lane] = []
        for vault, token in self.settings.bridges:
            ends = [(self.chains[site.chain_id], site.address, site.first_block) for site in (vault, token)]
            lanes += await open_lanes(ends[0], ends[1])
        for lane in lanes:
            final = await lane.source.chain.start(lane.source.contract, lane.source.kind)
            log.info("a final block is proven", route=lane.name, chain=lane.source.chain.chain_id, block=final.number)
        return session, lanes

    async def serve(self, opening: Callable[["Service"], Awaitable[Mapping[str, Work]]]) -> None:
        """Open what there is to do, and do it until told to stop. Errors: those of the opening."""
        try:
            await self.run(await opening(self))
        finally:
            await self._at_end.aclose()
        log.info("stopped")

    async def run(self, works: Mapping[str, Work]) -> None:
        """Serve, and do each work again and again, until SIGTERM or SIGINT; what is being done is done to its end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.stopping.set)
        self.routes.get("/healthz")(self._health)
        self.routes.get("/metrics")(self._metrics)
        application = web.Application(client_max_size=2**16)
        application.add_routes(self.routes)
        runner = web.AppRunner(application, access_log=None, handler_cancellation=True)
        await runner.setup()
        self._at_end.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, self.settings.host, self.settings.port).start()
        log.info("ready", address=f"{self.settings.host}:{self.settings.port}")
        async with asyncio.TaskGroup() as group:
            for name, work in {"pins": self._keep_pins, **works}.items():
                group.create_task(self._repeat(name, work))

    async def _repeat(self, name: str, work: Work) -> None:
        back_off = 1.0
        while not self.stopping.is_set():
            self._begun[name] = time.monotonic()
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
            finally:
                del self._begun[name]
            await self.pause(self.settings.poll_seconds * back_off)

    async def _keep_pins(self) -> None:
        """So that who comes after finds out, too, when finality was violated."""
        for chain_id, chain in self.chains.items():
            if chain.pinned:
                await keep_cursor(self.database, f"final:{chain_id}", chain.pinned[0], f"0x{chain.pinned[1].hex()}")

    async def pause(self, seconds: float) -> None:
        """Wait, but not when it is time to stop."""
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _health(self, _request: web.Request) -> web.Response:
        lasted = {name: time.monotonic() - begun for name, begun in self._begun.items()}
        late = {n: f"its turn has lasted {s:.0f} seconds" for n, s in lasted.items() if s > _LONGEST_TURN_SECONDS}
        problems = late | self.problems
        return web.json_response({"problems": problems}, status=503 if problems else 200)

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def open_signer(source: KeySource, chain_ids: Iterable[int]) -> Signer:
    """The key, for these chains. Errors: KeystoreRefused, ModuleRefused, NotForDevelopment."""
    if source.keystore and source.password_file:
        return KeySigner.from_keystore(source.keystore, source.password_file)
    if source.module and source.pin_file:
        return Pkcs11Signer(source.module, source.token, source.label, source.pin_file.read_text().strip())
    return KeySigner.development(source.secret, *chain_ids)


def main(name: str, serve: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a process; what it cannot start with is one sentence and the exit status 1."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
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
    except (Refusal, OSError) as error:  # the latter of files, and of the port
        log.error("cannot start", cause=str(error))
        sys.exit(1)
