"""The networks of tools/networks.yaml, and a connection to one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests
import yaml
from web3 import Web3
from web3.exceptions import Web3Exception
from web3.middleware import ExtraDataToPOAMiddleware
from web3.types import RPCEndpoint

from offchain.core.refusal import Refusal

DEVELOPMENT = "development"


class UnknownNetwork(Refusal):
    """No network has this id."""


class RpcUnreachable(Refusal):
    """The RPC endpoint does not answer, or not as one."""


class WrongChain(Refusal):
    """The RPC endpoint serves another chain than the network's."""


@dataclass(frozen=True)
class Network:
    """A network by its id; the address of a live one is in the environment variable `rpc_variable`."""

    id: str
    name: str
    chain_id: int
    rpc_variable: str

    @property
    def is_live(self) -> bool:
        """Whether others use it: false for the local development chain alone."""
        return self.id != DEVELOPMENT


def load_networks(path: Path) -> Mapping[str, Network]:
    """Every network of the file, by id."""
    groups = yaml.safe_load(path.read_text())
    networks = {DEVELOPMENT: Network(DEVELOPMENT, "local development chain", 31337, "")}
    for group in groups["live"]:
        for entry in group["networks"]:
            name = f"{group['name']} {entry['name']}"
            networks[entry["id"]] = Network(entry["id"], name, entry["chainid"], entry["host"].removeprefix("$"))
    return networks


def find_network(networks: Mapping[str, Network], network_id: str) -> Network:
    """The network with this id. Errors: UnknownNetwork."""
    if network_id not in networks:
        raise UnknownNetwork(f"no network is called {network_id!r}; known are {', '.join(sorted(networks))}")
    return networks[network_id]


def connect(url: str, network: Network, timeout_seconds: float = 30) -> Web3:
    """A connection to `network` at `url`, its chain id checked.

    An address may hold a secret, so errors name its host alone. Errors: RpcUnreachable, WrongChain.
    """
    host = urlsplit(url).hostname or "an address without a host"
    # asked before every call by web3, and worth one question: each transaction names the chain that it is for
    provider = Web3.HTTPProvider(url, request_kwargs={"timeout": timeout_seconds}, cache_allowed_requests=True)
    provider.cacheable_requests = {RPCEndpoint("eth_chainId")}
    web3 = Web3(provider)
    web3.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)
    try:
        answer = web3.provider.make_request(RPCEndpoint("eth_chainId"), [])
        chain_id = int(str(answer["result"]), 16)
    except (requests.RequestException, Web3Exception, LookupError, ValueError, OSError) as error:
        raise RpcUnreachable(f"no RPC endpoint answers at {host} ({type(error).__name__})") from None
    if chain_id != network.chain_id:
        raise WrongChain(f"{host} serves chain {chain_id}, but {network.id} is chain {network.chain_id}")
    return web3
