"""Real processes beside a script, each ended by whoever started it: a local chain, an attestor, a relayer."""

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from web3 import HTTPProvider, Web3
from web3.types import RPCEndpoint

from offchain.core.refusal import Refusal
from scripts.procedure.arguments import ROOT

PATIENCE_SECONDS = 120
_POLL_SECONDS = 0.05


class NotStarted(Refusal):
    """A process does not start, or ended by itself."""


class WaitedInVain(Refusal):
    """Something did not come about in time."""


def until(what: str, condition: Callable[[], bool]) -> None:
    """Wait for something. Errors: WaitedInVain after two minutes."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise WaitedInVain(f"waited in vain for this: {what}")
        time.sleep(_POLL_SECONDS)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class LocalChain:
    """A chain of its own, whose blocks are final when two lie above them."""

    url: str
    web3: Web3

    def tell(self, method: str, *arguments: Any) -> None:
        """Have the node do what only a local one does. Errors: NotStarted with the node's refusal."""
        answer = self.web3.provider.make_request(RPCEndpoint(method), list(arguments))
        if "error" in answer:
            raise NotStarted(f"{method}: {answer['error']}")

    def finalize(self) -> None:
        """Blocks upon blocks, so that all that happened is final."""
        self.tell("anvil_mine", "0x3")

    def go_on(self) -> None:
        """From now on a block each second."""
        self.tell("evm_setIntervalMining", 1)

    def hold(self) -> None:
        """From now on no block at all: what is sent waits."""
        self.tell("evm_setIntervalMining", 0)
        self.tell("evm_setAutomine", False)


@contextmanager
def local_chain(chain_id: int, folder: Path) -> Iterator[LocalChain]:
    """A chain that ends with the block; it mines at once until told otherwise, and writes into the folder alone.

    Errors: NotStarted, WaitedInVain.
    """
    anvil = shutil.which("anvil")
    if anvil is None:
        raise NotStarted("anvil is not on PATH: run `make setup`, then `source .venv/bin/activate`")
    port = free_port()
    command = [anvil, "--silent", "--port", str(port), "--chain-id", str(chain_id), "--slots-in-an-epoch", "1"]
    command += ["--cache-path", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            made = LocalChain(url, Web3(HTTPProvider(url)))
            until(f"chain {chain_id}", made.web3.is_connected)
            yield made
        finally:
            process.kill()


@dataclass
class Service:
    """One of the services as a process of its own, which has nothing but its own environment."""

    module: str
    environment: Mapping[str, str]
    folder: Path  # where what it says goes
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def _log(self) -> Path:
        return self.folder / f"{self.port}.log"

    def launch(self) -> None:
        """Start it, and do not wait: `start` does."""
        environment = {**self.environment, "QUITTANCE_LISTEN": f"127.0.0.1:{self.port}"}
        command = [sys.executable, "-m", self.module]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def ask(self, path: str) -> tuple[int, Any]:
        """The status and the answer to a question. Errors: NotStarted when it has ended."""
        self.require_running()
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy stands before a neighbour
                answer = session.get(self.url + path, timeout=30)
        except requests.ConnectionError:
            return 0, None
        try:
            return answer.status_code, answer.json()
        except json.JSONDecodeError:
            return answer.status_code, None

    def is_healthy(self) -> bool:
        """Whether it answers, and nothing is wrong."""
        return self.ask("/healthz")[0] == 200

    def require_running(self) -> None:
        """Nothing, while it runs. Errors: NotStarted, with the last it said."""
        if self.has_ended():
            said = self._log.read_text()[-2000:] if self._log.exists() else "it was never started"
            raise NotStarted(f"{self.module} has ended: {said}")

    def has_ended(self) -> bool:
        """Whether the process is over."""
        return self.process is None or self.process.poll() is not None

    def kill(self) -> None:
        """End it as a crash would (SIGKILL)."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> int:
        """How it ends when told to (SIGTERM): its exit code."""
        if self.process is None:
            raise NotStarted(f"{self.module} was never started")
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)


def start(*services: Service) -> None:
    """Start services side by side, and wait until each says that it is healthy. Errors: NotStarted, WaitedInVain."""
    for service in services:
        service.launch()
    for service in services:
        until(f"{service.module} to be healthy", service.is_healthy)
