"""A script's connection: the project compiled, the network reached and checked, the paying account at hand."""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import brownie
from web3 import Web3

from offchain.config import Settings
from scripts.chain.contract import Artifact, Contract, NoContract
from scripts.chain.keystore import unlock
from scripts.chain.network import Network, connect, find_network, load_networks
from scripts.chain.sender import Sender
from scripts.papers.params import Params
from scripts.procedure.arguments import ROOT
from scripts.procedure.record import Record, read_params
from scripts.procedure.terminal import ask_secret

BUILDS = ROOT / "build" / "contracts"
ANSWERS_AS = {"Governor": "MultiSig"}
"""Contracts whose name in the record is not that of their build."""


@dataclass(frozen=True)
class Desk:
    """What is known of a network without asking it: the operator's choices and the local build."""

    network: Network
    params: Params
    folder: Path
    artifacts: Path

    def artifact(self, contract: str) -> Artifact:
        """The build of a contract."""
        return Artifact.load(self.artifacts, contract)

    def build_of(self, name: str) -> str:
        """The build that a contract answers as, of its name in the record."""
        made = self.params.issued.get(name) or self.params.bridge.get(name)
        return made.contract if made else ANSWERS_AS.get(name, name)


@dataclass(frozen=True)
class Session(Desk):
    """One network for the time of one script; `sender` is None for scripts that only read."""

    web3: Web3
    sender: Sender | None
    yes: bool

    @property
    def record_path(self) -> Path:
        """Where the network's record lies."""
        return self.folder / "record.json"

    def record(self) -> Record:
        """The network's record. Errors: MissingRecord, InvalidFile."""
        return Record.load(self.record_path)

    def contract(self, name: str, address: str) -> Contract:
        """The contract of that name at an address. Errors: NoContract."""
        if not self.code(address):
            raise NoContract(f"there is no code at {address} on {self.network.id}")
        return Contract(self.web3, address, self.artifact(name).abi)

    def deployed(self, name: str) -> Contract:
        """The contract that the record names. Errors: MissingRecord, NoContract."""
        return self.contract(self.build_of(name), self.record().find(name).address)

    def code(self, address: str) -> bytes:
        """The code at an address, empty if there is none."""
        return bytes(self.web3.eth.get_code(Web3.to_checksum_address(address)))


@contextlib.contextmanager
def open_session(arguments: argparse.Namespace, *, acts: bool) -> Iterator[Session]:
    """Connect to the network of the arguments; with `acts`, unlock the account that pays.

    All that can be refused without the network is refused before it is reached.
    Errors: UnknownNetwork, those of params, settings, keystore and connection.
    """
    network, folder, params = _chosen(arguments)
    settings = Settings.read(network.rpc_variable) if network.is_live else None
    key = unlock(settings.require_keystore(), settings.password_file, ask_secret) if settings and acts else None
    _compile()
    with _reached(network, settings) as web3:
        address = key.address if key else web3.eth.accounts[0] if acts else None
        sender = Sender(web3, address, key, params.confirmations) if address else None
        yes = acts and arguments.yes
        yield Session(network, params, folder, BUILDS, web3, sender, yes)


def open_desk(arguments: argparse.Namespace) -> Desk:
    """What can be known without the network. Errors: UnknownNetwork, those of params."""
    network, folder, params = _chosen(arguments)
    _compile()
    return Desk(network, params, folder, BUILDS)


def _chosen(arguments: argparse.Namespace) -> tuple[Network, Path, Params]:
    network = find_network(load_networks(ROOT / "tools" / "networks.yaml"), arguments.network)
    folder = arguments.deployments / network.id
    return network, folder, read_params(folder, live=network.is_live)


def _compile() -> None:
    """Compile what has changed. Brownie's chatter goes to stderr: stdout is the script's own."""
    if brownie.project.get_loaded_projects():
        return
    with contextlib.redirect_stdout(sys.stderr):
        brownie.project.load(str(ROOT))


@contextlib.contextmanager
def _reached(network: Network, settings: Settings | None) -> Iterator[Web3]:
    if settings:
        yield connect(settings.rpc_url, network)
        return
    starts_it = not brownie.network.is_connected()
    if starts_it:
        with contextlib.redirect_stdout(sys.stderr):
            brownie.network.connect(network.id)
    try:
        yield connect(brownie.web3.provider.endpoint_uri, network)
    finally:
        if starts_it:
            with contextlib.redirect_stdout(sys.stderr):
                brownie.network.disconnect()
