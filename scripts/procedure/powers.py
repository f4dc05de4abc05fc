"""Who holds power in a deployment: role holders by the chain's own log, and the keys behind them."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from eth_utils.crypto import keccak
from hexbytes import HexBytes
from web3 import Web3
from web3.exceptions import Web3Exception

from offchain.core.refusal import Refusal
from scripts.chain.contract import Contract
from scripts.papers.amount import format_amount
from scripts.papers.governance import Governance
from scripts.papers.issuance import ROLE_NAMES
from scripts.papers.params import Params
from scripts.procedure.expected import GOVERNOR, governed
from scripts.procedure.logs import Event, Trail, first_block, read_events, read_trail
from scripts.procedure.session import Session
from scripts.procedure.wording import ROLES

ADMIN_ROLE = bytes(32)
GUARDIAN_ROLE = keccak(text="GUARDIAN_ROLE")
THEFT = {
    "governor": "does everything that the governor can",
    "master minter": "lets anybody mint, without bound, until the governor revokes it",
    "blocklister": "blocks and unblocks accounts until the governor revokes it; moves nothing",
    "enforcer": "seizes and freezes what anybody holds until the governor revokes it",
    "bank": "issues money without bound until the governor revokes it",
    "intermediary": "puts accounts that are nobody's into tiers 1 and 2, and takes its own customers out, which stops "
    "their payments until the bank helps; makes, moves and freezes nothing, and each act is on the audit trail",
    "merchant": "issues this token's tickets or vouchers until the governor revokes it; touches none that is held",
}
"""What whoever steals the key of a role's holder can do."""
DELEGATION = b"\xef\x01\x00"  # EIP-7702: the account's key still signs for it, whatever code it borrows

Holders = Mapping[bytes, set[str]]


@dataclass(frozen=True)
class Key:
    """An account with a part to play, and what whoever steals its key could do."""

    part: str
    account: str
    owned: bool  # by a key: an externally owned account
    theft: str


def is_owned_by_a_key(session: Session, account: str) -> bool:
    """Whether an account is externally owned: without code of its own."""
    code = session.code(account)
    return not code or code[:3] == DELEGATION


def history(session: Session, contract: Contract, names: tuple[str, ...]) -> tuple[list[Event], Trail]:
    """These events of a contract and its audit trail, both from its first block to the chain's last."""
    first, last = first_block(session.web3, contract.address), session.web3.eth.block_number
    return read_events(contract, names, first, last), read_trail(contract, first, last)


def holders_by_events(events: list[Event]) -> Holders:
    """Who holds which role: RoleGranted and RoleRevoked folded."""
    holders: dict[bytes, set[str]] = {}
    for event in events:
        if event.name in ("RoleGranted", "RoleRevoked"):
            held = holders.setdefault(event.values["role"], set())
            (held.add if event.name == "RoleGranted" else held.discard)(event.values["account"])
    return {role: held for role, held in holders.items() if held}


def holders_by_trail(trail: Trail) -> Holders:
    """The same by the audit trail, which is provably whole."""
    holders: dict[bytes, set[str]] = {}
    for record in trail.records:
        kind = record.kind.rstrip(b"\0")
        if kind in (b"grantRole", b"revokeRole"):
            account = Web3.to_checksum_address(record.payload[44:64])
            held = holders.setdefault(record.payload[:32], set())
            (held.add if kind == b"grantRole" else held.discard)(account)
    return {role: held for role, held in holders.items() if held}


def granted_ever(trail: Trail) -> Holders:
    """Who was ever given which role, by the audit trail."""
    given: dict[bytes, set[str]] = {}
    for record in trail.records:
        if record.kind.rstrip(b"\0") == b"grantRole":
            given.setdefault(record.payload[:32], set()).add(Web3.to_checksum_address(record.payload[44:64]))
    return given


def allowances_by_trail(trail: Trail) -> dict[str, int]:
    """What each minter was last allowed in all, by the audit trail; 0 for one that may mint no more."""
    allowed: dict[str, int] = {}
    for record in trail.records:
        if record.kind.rstrip(b"\0") == b"configureMinter":
            minter = Web3.to_checksum_address(record.payload[12:32])
            allowed[minter] = int.from_bytes(record.payload[32:64])
    return allowed


def left_by_trail(trail: Trail) -> dict[str, int]:
    """What is left of each minter's allowance after what it has minted since, by the audit trail."""
    left: dict[str, int] = {}
    for record in trail.records:
        kind, amount = record.kind.rstrip(b"\0"), int.from_bytes(record.payload[32:64])
        if kind == b"configureMinter":
            left[Web3.to_checksum_address(record.payload[12:32])] = amount
        elif kind == b"mint":
            minter = Web3.to_checksum_address(record.actor)
            left[minter] = left.get(minter, 0) - amount
    return left


def chosen_powers(params: Params) -> dict[str, set[str]]:
    """Who is to have power over each issued token and each end of a route, as params.json chooses."""
    chosen = {
        symbol: {*made.minters, *(who for held in made.roles.values() for who in held)}
        for symbol, made in params.issued.items()
    }
    return chosen | {name: {*end.attestors} for name, end in params.bridge.items()}


def powers_of(session: Session, account: str) -> list[str]:
    """Every power that an account holds in the deployment, in words; none is an empty list.

    Errors: MissingRecord, NoContract, LogsRefused, BrokenTrail.
    """
    powers = []
    wallet = session.deployed(GOVERNOR)
    if account in session.params.governance.owners:
        powers.append(f"owner of {GOVERNOR}")
    if wallet.read("guardian") == account:
        powers.append(f"guardian of {GOVERNOR}")
    for name in governed(session.params):
        contract = session.deployed(name)
        events, trail = history(session, contract, ("RoleGranted", "RoleRevoked"))
        trail.prove(session.network.chain_id)
        powers += [f"minter of {name}"] * bool(allowances_by_trail(trail).get(account))
        for fold in (holders_by_events(events), holders_by_trail(trail)):
            powers += [f"{role_name(role)} of {name}" for role, held in fold.items() if account in held]
        if account in (contract.read("defaultAdmin"), contract.read("pendingDefaultAdmin")[0]):
            powers.append(f"default admin of {name}")
    ends = session.params.in_force.bridge
    powers += [f"attestor of {name}" for name, end in ends.items() if account in end.attestors]
    return sorted(set(powers))


def role_name(role: bytes) -> str:
    """The name of a role, or its hash."""
    return ROLES.get(role, f"role 0x{role.hex()}")


def keys(session: Session, governance: Governance, recipients: Mapping[str, str]) -> list[Key]:
    """Every account with a part in the deployment; `recipients` are the fee recipients by contract."""
    count, needed = len(governance.owners), governance.threshold
    alone = "moves and configures everything, alone" if needed == 1 else f"nothing alone: {needed} of {count} must sign"
    guard = "pauses entry for at most 14 days, then not for 7; cancels operations, not its own removal; moves nothing"
    guard += "; freezes what waits at a bridge" * bool(session.params.bridge)
    rows = [(f"owner {i}", str(owner), alone) for i, owner in enumerate(governance.owners, 1)]
    rows.append(("guardian", governance.guardian, guard))
    rows += [("deployer", account, "the gas money on it; no right in any contract") for account in _deployers(session)]
    rows += [
        (f"fee recipient of {name}", account, "the fees it has got, and those to come until the governor replaces it")
        for name, account in recipients.items()
    ]
    rows += _appointed(session)
    return [Key(part, account, is_owned_by_a_key(session, account), theft) for part, account, theft in rows]


def _appointed(session: Session) -> Iterator[tuple[str, str, str]]:
    """Who holds a power over an issued token, by its audit trail; a contract that is none answers nothing."""
    for name, made in session.params.issued.items():
        with suppress(Refusal):
            contract = session.deployed(name)
            trail = read_trail(contract, first_block(session.web3, contract.address), session.web3.eth.block_number)
            for role, held in holders_by_trail(trail).items():
                if role in ROLE_NAMES:
                    yield from ((f"{role_name(role)} of {name}", who, THEFT[role_name(role)]) for who in sorted(held))
            for minter, allowance in sorted(allowances_by_trail(trail).items()):
                if allowance:
                    left = format_amount(contract.read("minterAllowance", minter), made.decimals or 0, name)
                    yield f"minter of {name}", minter, f"mints the {left} that are left of its allowance"


def _deployers(session: Session) -> list[str]:
    """Who sent the transactions of the record, those that the chain knows."""
    senders = set()
    for entry in session.record().deployed.values():
        with suppress(Web3Exception, ValueError):
            senders.add(str(session.web3.eth.get_transaction(HexBytes(entry.transaction or ""))["from"]))
    return sorted(senders)
