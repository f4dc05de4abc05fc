"""Propose that the governor wallet lists a vault's route, once the token across is what it should be. Sends nothing.

    python scripts/connect.py --network sepolia --contract VaultUSDC
    brownie run connect main contract=VaultUSDC yes --network sepolia

A vault takes its peer for good, so the contract across is asked first: it must be this build's bridge token, have this
vault for its own peer, the route's decimals, and attestors in office. Both networks' RPC addresses must be in the
environment. The owners sign the proposal (approve.py), it is submitted, and it runs after the wallet's delay
(execute.py). A vault that was unlisted is listed again in the same way.
Exit codes: 0 written, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from offchain.core.refusal import Refusal
from scripts.papers.bridge import VAULT
from scripts.papers.deployment import is_built_as
from scripts.procedure import Session, open_session, run
from scripts.procedure.bridgeheads import Bridgehead, across, find_end, near
from scripts.procedure.expected import asset_of
from scripts.procedure.governing import propose_call
from scripts.procedure.queue import end_parser


class NotAVault(Refusal):
    """Only a vault is listed; a bridge token knows its vault from the beginning."""


class WrongPeer(Refusal):
    """The contract across is not the one that this vault can work with."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = end_parser(__doc__ or "")
    made.add_argument("--nonce", type=int, help="the number of the act; the wallet's next by default")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Ask the contract across, then write the proposal."""
    with open_session(arguments, acts=False) as session:
        connect(session, arguments)
    return 0


def connect(session: Session, arguments: argparse.Namespace) -> None:
    """Write the proposal. Errors: NotAVault, NoPeer, WrongPeer, WouldRevert, Declined, those of connecting."""
    end = find_end(session, arguments.contract)
    if end.contract != VAULT:
        raise NotAVault(f"{end.name} is a {end.contract}: what is listed is the vault across, on its own network")
    here, there = near(session, end), across(session, end)
    routes = end.routes(session.network.chain_id, here.contract.address, asset_of(session, end))
    _require_peer(session, here, there, routes)
    threshold, attestors = there.attestors()
    facts = [
        ("vault", here.title),
        ("token across", f"{there.contract.read('symbol')}, {there.title}"),
        ("governor across", there.contract.read("defaultAdmin")),
        ("attestors across", f"{threshold} of {', '.join(attestors)}"),
        ("route", f"0x{routes[0].hex()}"),
        ("and back", f"0x{routes[1].hex()}"),
    ]
    values = (there.network.chain_id, there.contract.address)
    propose_call(session, end.name, here.contract, "list", values, facts, arguments)


def _require_peer(session: Session, here: Bridgehead, there: Bridgehead, routes: tuple[bytes, bytes]) -> None:
    code = bytes(there.contract.web3.eth.get_code(there.contract.web3.to_checksum_address(there.contract.address)))
    if not is_built_as(session.artifact(there.kind).runtime_code, code):
        raise WrongPeer(f"the code at {there.contract.address} on {there.network.id} is no {there.kind} of this build")
    found = there.contract.read("inboundRoute"), there.contract.read("outboundRoute")
    if found != routes:
        raise WrongPeer(
            f"{there.title} has another vault, chain or asset across: it takes what leaves on 0x{found[0].hex()}, and "
            f"{here.title} would send on 0x{routes[0].hex()}"
        )
    decimals = there.contract.read("decimals")
    if decimals != here.end.decimals:
        raise WrongPeer(f"{there.title} has {decimals} decimals, the route of {here.end.name} {here.end.decimals}")
    if there.contract.read("attestorSet") == bytes(32):
        raise WrongPeer(f"{there.title} has no attestors in office: rotate_attestors.py there first")


if __name__ == "__main__":
    main()
