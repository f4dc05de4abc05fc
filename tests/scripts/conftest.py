"""Chains and operators for the tests of scripts."""

import argparse
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from scripts import deploy
from tests.scripts.bridging import Hands, Span, start_chains
from tests.scripts.governing import Council
from tests.scripts.issuing import issued, power_calls_of
from tests.scripts.local_chain import LocalChain, Operator


@pytest.fixture
def chain_of(tmp_path):
    """Starts local chains: `chain_of(chain_id, *options)`; all are stopped when the test ends."""
    started = []

    def start(chain_id=11155111, *options):
        started.append(LocalChain(tmp_path / f"chain {len(started)}", chain_id, *options))
        return started[-1]

    yield start
    for chain in started:
        chain.stop()


@pytest.fixture(scope="module")
def sepolia(tmp_path_factory):
    """A chain that poses as Sepolia and mines at once."""
    chain = LocalChain(tmp_path_factory.mktemp("sepolia"))
    yield chain
    chain.stop()


@pytest.fixture
def isolated(sepolia):
    """The module's chain, put back after the test."""
    snapshot = sepolia.ask("evm_snapshot")
    yield sepolia
    sepolia.ask("evm_revert", snapshot)


@pytest.fixture
def operator(tmp_path, isolated):
    return Operator(tmp_path, isolated)


@pytest.fixture
def carry_out(monkeypatch):
    """Runs a script in this process: `carry_out(script, operator, **arguments)` answers its exit code."""

    def run(script, operator, **arguments):
        for name, value in operator.settings.items():
            monkeypatch.setenv(name, value)
        shared = {"network": operator.network, "deployments": operator.deployments, "yes": True}
        return script.carry_out(argparse.Namespace(**{**shared, **arguments}))

    return run


@pytest.fixture(scope="session")
def deployed_chain(tmp_path_factory):
    """A chain for all tests that start from a finished deployment, and the record of it once there is one."""
    chain = LocalChain(tmp_path_factory.mktemp("deployed"))
    yield chain
    chain.stop()


@pytest.fixture
def deployed(tmp_path, deployed_chain, carry_out, capsys):
    """An operator who has deployed; chain and files are as new in each test."""
    yield from finished(Operator(tmp_path, deployed_chain), carry_out, capsys)


@pytest.fixture(scope="session")
def unappointed_chain(tmp_path_factory):
    """A chain for all tests that start from a deployment with tokens and Settlement."""
    chain = LocalChain(tmp_path_factory.mktemp("unappointed"))
    yield chain
    chain.stop()


@pytest.fixture(scope="session")
def issuing_chain(tmp_path_factory):
    """The same, where the powers over the tokens are given."""
    chain = LocalChain(tmp_path_factory.mktemp("issuing"))
    yield chain
    chain.stop()


@pytest.fixture
def unappointed(tmp_path, unappointed_chain, carry_out, capsys):
    """An operator who has deployed tokens and Settlement too; nobody has any power over the tokens yet."""
    operator = Operator(tmp_path, unappointed_chain, settlement=True, issued=issued())
    yield from finished(operator, carry_out, capsys)


@pytest.fixture
def issuer(tmp_path, issuing_chain, carry_out, capsys):
    """The same, and every power and limit given as params.json says, by the governor wallet itself."""
    operator = Operator(tmp_path, issuing_chain, settlement=True, issued=issued())
    yield from finished(operator, carry_out, capsys, appoint)


def appoint(operator):
    for call in power_calls_of(operator):
        operator.chain.act_as(operator.address("Governor"), *call)


def finished(operator, carry_out, capsys, then=None):
    """Deploys once for each chain; chain and files are put back after each test."""
    chain, path = operator.chain, operator.folder / "record.json"
    if not chain.record:
        carry_out(deploy, operator)
        if then:
            then(operator)
        chain.record = path.read_text()
    path.write_text(chain.record)
    snapshot = chain.ask("evm_snapshot")
    capsys.readouterr()
    yield operator
    chain.ask("evm_revert", snapshot)


@pytest.fixture(scope="session")
def spanned_chains(tmp_path_factory):
    """Two chains for all tests of a bridge, and the files of a deployment once there is one."""
    chains = start_chains(tmp_path_factory.mktemp("spanned"))
    yield chains
    for chain in chains:
        chain.stop()


@pytest.fixture
def unconnected(tmp_path, spanned_chains, carry_out, capsys):
    """A bridge that is deployed on both sides, its route not listed yet; chains and files are as new in each test."""
    span = Span(tmp_path, *spanned_chains)
    sides = (span.near, span.far)
    if not all(chain.record for chain in spanned_chains):
        span.deploy(carry_out)
        for side in sides:
            texts = {name: (side.folder / name).read_text() for name in ("params.json", "record.json")}
            side.chain.record = json.dumps(texts)
    for side in sides:
        for name, text in json.loads(side.chain.record).items():
            (side.folder / name).write_text(text)
    snapshots = [chain.ask("evm_snapshot") for chain in spanned_chains]
    capsys.readouterr()
    yield span
    for chain, snapshot in zip(spanned_chains, snapshots, strict=True):
        chain.ask("evm_revert", snapshot)


@pytest.fixture
def span(unconnected):
    """The same with its route listed."""
    unconnected.list()
    return unconnected


@pytest.fixture
def hands(span, carry_out):
    """Those who attest by hand at that bridge."""
    return Hands(span, carry_out)


@pytest.fixture
def council(tmp_path, deployed, carry_out):
    """The owners of a finished deployment."""
    return Council(tmp_path, deployed, carry_out)


@pytest.fixture
def node_before():
    """Puts a node before another: `node_before(url, answer)`, which is `answer(request, pass_on)`; its address."""
    servers = []

    def start(url, answer):
        def pass_on(request):
            return requests.post(url, json=request, timeout=10).json()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body = json.dumps(answer(request, pass_on)).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def node_between(deployed, node_before):
    """Puts a node between scripts and chain: `node_between(answer)`, which is `answer(request, pass_on)`."""

    def start(answer):
        deployed.settings["SEPOLIA_RPC_URL"] = node_before(deployed.chain.url, answer)

    return start


@pytest.fixture
def lying_node(node_between):
    """Passes every request to the chain and answers with what `lie(method, result)` makes of the result."""
    lies = []

    def answer(request, pass_on):
        told = pass_on(request)
        for lie in lies:
            told["result"] = lie(request["method"], told["result"])
        return told

    node_between(answer)
    return lies
