"""What our bridge costs, all safety parts in: pause, limit, queue, audit trail, governance.

From cold steady state: routes in use before, a payer with an infinite allowance, collateral in the vault. The other
chain of each route is one that we play: its records and the checkpoints over them are made here, signed by test keys.
"""

from typing import Any

from eth_typing import Hash32

from offchain.core.checkpoint import (
    Checkpoint,
    Domain,
    Point,
    Side,
    Transfer,
    attestation,
    compact,
    digest,
    fold_all,
    pack,
    route_id,
)
from offchain.core.units import Address, TokenUnits
from scripts.gas_bridge_peers import BATCH, SIZES, bridge_peers
from scripts.gas_chain import DAY_SECONDS, Chain, random_address, random_bytes, wallet_owners
from scripts.gas_targets import Figure

CHAIN_ID, OTHER_CHAIN_ID = 31337, 31338
UNITS = TokenUnits(125_500_000)
CAPACITY = 10**24
OTHER = Address(random_address("contract of the other chain"))
NATIVE = "0x" + "00" * 20
KINDS = ("fresh", "existing")  # the first makes those whom the second finds
SAFETY = "pause, limit, queue and the sum of what was locked included, which the peers have not"


def measure_bridge(chain: Chain) -> dict[str, Figure]:
    """The keys of reports/gas.json that are about the bridge."""
    peers = bridge_peers(chain)
    ours = {**_leaving(chain), **_arriving(chain)}
    return {key: Figure(gas=gas, peers=peers.get(key, {}), floor=None, how=how) for key, (gas, how) in ours.items()}


class Arrival:
    """A contract of ours, its attestors, and the records of a contract on a chain that is not there."""

    def __init__(self, chain: Chain, contract: Any, names: tuple[str, str], token: str, size: tuple[int, int]) -> None:
        self.chain, self.contract, self.threshold, self.keys = chain, contract, size[0], wallet_owners(size[1])
        address = Address(contract.address)
        here, there = Side(CHAIN_ID, address, Address(token)), Side(OTHER_CHAIN_ID, OTHER, OTHER)
        self.route = route_id(there, here)
        self.point = Point(0, self.route, TokenUnits(0))
        self.domain = Domain(*names, CHAIN_ID, address)

    def deliver(self, recipients: list[str]) -> int:
        """Let the relayer hand in the next records, one for each recipient; the gas it took."""
        return self.chain.send(self.chain.relayer, self.contract.functions.deliver(*self._next(recipients)))

    def release(self, recipients: list[str]) -> int:
        """The same where the collateral lies."""
        return self.chain.send(self.chain.relayer, self.contract.functions.release(*self._next(recipients)))

    def _next(self, recipients: list[str]) -> tuple[Any, ...]:
        """Checkpoint, records and attestation, with as few signatures as it takes."""
        records = [Transfer(OTHER, Address(to), UNITS) for to in recipients]
        self.point = fold_all(self.point, records)
        point = self.point
        block = random_bytes(f"block {point.count}")
        checkpoint = Checkpoint(self.route, 1, 10**7 + point.count, block, point.count, point.acc, point.cumulative)
        hashed, signatures = Hash32(digest(checkpoint, self.domain)), {}
        for key in self.keys[: self.threshold]:
            made = key.unsafe_sign_hash(hashed)
            signatures[Address(key.address)] = compact(made.r, made.s, made.v)
        attestors = [Address(key.address) for key in self.keys]
        return checkpoint.values(), pack(records), attestation(self.threshold, attestors, signatures)


def _token(chain: Chain, threshold: int, count: int) -> Arrival:
    trust = _trust(chain, threshold, count)
    token = chain.deploy("BridgeToken", trust, "A token", "TOKEN", 6, OTHER_CHAIN_ID, OTHER, OTHER)
    route = Arrival(chain, token, ("A token", "1"), token.address, (threshold, count))
    route.deliver([random_address(f"first to whom {threshold} of {count} delivered")])
    return route


def _trust(chain: Chain, threshold: int, count: int) -> tuple[Any, ...]:
    """Governor, guardian, attestors, queue and limit as both contracts take them."""
    attestors = [key.address for key in wallet_owners(count)]
    governance = (2 * DAY_SECONDS, chain.governor, chain.governor)
    return (*governance, threshold, attestors, 1, DAY_SECONDS, CAPACITY, DAY_SECONDS)


def _leaving(chain: Chain) -> dict[str, tuple[int, str]]:
    asset = chain.deploy("PlainToken")
    chain.send(chain.deployer, asset.functions.transfer(chain.payer, 10**12))
    figures = {}
    for key, token in (("bridge_lock", asset.address), ("bridge_lock_native", NATIVE)):
        vault = chain.deploy("BridgeVault", _trust(chain, 2, 3), token, 18, 18)
        chain.send(chain.governor, vault.functions.list(OTHER_CHAIN_ID, OTHER))
        chain.send(chain.payer, asset.functions.approve(vault.address, 2**256 - 1))
        value = UNITS if token == NATIVE else 0
        for _ in range(3):  # the first finds a route that was never used; the others fill the vault
            gas = chain.send(chain.payer, vault.functions.lock(random_address("recipient there"), UNITS), value)
        figures[key] = gas, f"lock of {'native coin' if token == NATIVE else 'an ERC-20'}, measured as it comes in"
        if token != NATIVE:
            back = Arrival(chain, vault, ("Quittance Bridge", "1.0.0"), token, (2, 3))
            for _ in range(2):
                gas = back.release([chain.merchant])
            figures["bridge_release_2of3"] = gas, "release of one record to an account that holds some"
    route = _token(chain, 2, 3)
    for _ in range(2):
        route.deliver([chain.payer])
        gas = chain.send(chain.payer, route.contract.functions.burn(random_address("recipient there"), UNITS // 2))
    figures["bridge_burn"] = gas, "burn of half of what the holder has"
    return figures


def _arriving(chain: Chain) -> dict[str, tuple[int, str]]:
    figures = {}
    for threshold, count in SIZES:
        size = f"{threshold}of{count}"
        route, payee = _token(chain, threshold, count), random_address(f"payee of {size}")
        for kind in KINDS:
            how = f"deliver of one record to an account that holds {'none' if kind == 'fresh' else 'some'}; {SAFETY}"
            figures[f"bridge_deliver_{size}_{kind}"] = route.deliver([payee]), how
    payees = [random_address(f"payee {i} of a batch") for i in range(BATCH)]
    route = _token(chain, *SIZES[0])
    for kind in KINDS:
        how = f"deliver of {BATCH} records under one checkpoint, the whole transaction divided by {BATCH}"
        figures[f"bridge_batch100_{kind}_each"] = (route.deliver(payees) + BATCH // 2) // BATCH, how
    return figures
