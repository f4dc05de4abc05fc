"""Imported by Brownie each time it loads the project: a plain `brownie …` or `pytest` finds the project's own tools.

Nothing outside the project is read or written: the compiler, the local chain and the networks all come from here.
"""

import atexit
import os
import shutil
import socket
import tempfile
from pathlib import Path

import yaml
from brownie._config import CONFIG

ROOT = Path(__file__).resolve().parent
NODE_MODULES = ROOT / "tools" / "node_modules"


def _free_port() -> int:
    """A port that nobody listens on now: Brownie would attach itself to whatever node it found on a fixed one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _put_tools_first() -> None:
    """The platform packages' own binaries: the npm wrappers hide exit codes and orphan the node when killed."""
    folders = [NODE_MODULES / ".bin", *sorted((NODE_MODULES / "@foundry-rs").glob("*-*-*/bin"))]
    for folder in folders:
        if folder.is_dir() and str(folder) not in os.environ["PATH"].split(os.pathsep):
            os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"


def _load_networks() -> None:
    """Replace the user's global list by the project's; `$NAME` in an address is read from the environment."""
    networks = yaml.safe_load((ROOT / "tools" / "networks.yaml").read_text())
    CONFIG.networks.clear()
    for network in networks["development"]:
        network["cmd"] = os.path.expandvars(network["cmd"])
        network["cmd_settings"]["port"] = _free_port()
        CONFIG.networks[network["id"]] = network
    for group in networks["live"]:
        for network in group["networks"]:
            CONFIG.networks[network["id"]] = {**network, "chainid": str(network["chainid"])}


def _chain_folder() -> str:
    """Where the local chain keeps its socket and its old states, gigabytes in a long run: it ends with the process."""
    folder = Path(tempfile.gettempdir(), f"quittance-chain-{os.getpid()}")
    folder.mkdir(exist_ok=True)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return str(folder)


os.environ.setdefault("SOLCX_BINARY_PATH", str(ROOT / ".cache" / "solcx"))
os.environ["QUITTANCE_CHAIN"] = _chain_folder()
_put_tools_first()
_load_networks()
