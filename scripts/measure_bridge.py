"""What our bridge costs, all safety parts in: pause, limit, queue, audit trail, governance.

From cold steady state: routes in use before, a payer with an infinite allowance, collateral in the vault. The other
chain of each route is one that we play: its records and the checkpoints over them are made here, signed by test keys.
"""

from typing import Any

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
from scripts.gas_chain import DAY_SECONDS, Chain, random_address, random_bytes, wallet_owners
from scripts.gas_targets import Figure

CHAIN_ID, OTHER_CHAIN_ID = 31337, 31338
SIZES = ((2, 3), (5, 9))
HELD, UNITS = 1_000_000_000, TokenUnits(125_500_000)
BATCH = 100
CAPACITY = 10**24
OTHER = Address(random_address("contract of the other chain"))
NATIVE = "0x" + "00" * 20


def measure_bridge(chain: Chain) -> dict[str, Figure]:
    """The keys of reports/gas.json that are about our own bridge."""
    figures = _leaving(chain)
    for threshold, count in SIZES:
        size = f"{threshold}of{count}"
        route = Route(chain, threshold, count)
        route.deliver([random_address("first to whom the route delivered")])
        for kind in ("fresh", "existing"):
            how = f"deliver of one record to an account that holds {'none' if kind == 'fresh' else 'some'}"
            gas = route.deliver([random_address(f"recipient of {size}")])
            figures[f"bridge_deliver_{size}_{kind}"] = _figure(gas, how)
    many = [random_address(f"recipient {i} of a batch") for i in range(BATCH)]
    route = Route(chain, *SIZES[0])
    route.deliver([random_address("first to whom the batches' route delivered")])
    for kind in ("fresh", "existing"):
        figures[f"bridge_batch100_{kind}_each"] = _figure(route.deliver(many) // BATCH, "deliver of 100, a record")
    return figures


class Route:
    """A BridgeToken, its attestors, and the records of a vault on a chain that is not there."""

    def __init__(self, chain: Chain, threshold: int, count: int) -> None:
        self.chain, self.threshold, self.keys = chain, threshold, wallet_owners(count)
        self.attestors = [Address(key.address) for key in self.keys]
        trust = trust_of(chain, threshold, list(self.attestors))
        self.token = chain.deploy("BridgeToken", trust, "A token", "TOKEN", 6, OTHER_CHAIN_ID, OTHER, OTHER)
        address = Address(self.token.address)
        here, there = Side(CHAIN_ID, address, address), Side(OTHER_CHAIN_ID, OTHER, OTHER)
        self.route = route_id(there, here)
        self.point = Point(0, self.route, TokenUnits(0))
        self.domain = Domain("A token", "1", CHAIN_ID, address)

    def deliver(self, recipients: list[str]) -> int:
        """Deliver the next records, one for each recipient; the gas it takes."""
        records = [Transfer(OTHER, Address(to), UNITS) for to in recipients]
        self.point = fold_all(self.point, records)
        point = self.point
        block = random_bytes(f"block {point.count}")
        checkpoint = Checkpoint(self.route, 1, 10**7 + point.count, block, point.count, point.acc, point.cumulative)
        hashed, signatures = digest(checkpoint, self.domain), {}
        for key in self.keys[: self.threshold]:
            made = key.unsafe_sign_hash(hashed)
            signatures[Address(key.address)] = compact(made.r, made.s, made.v)
        attested = attestation(self.threshold, self.attestors, signatures)
        return self.chain.send(
            self.chain.relayer, self.token.functions.deliver(checkpoint.values(), pack(records), attested)
        )


def trust_of(chain: Chain, threshold: int, attestors: list[str]) -> tuple[Any, ...]:
    """Governor, guardian, attestors, queue and limit as both contracts take them."""
    governance = (2 * DAY_SECONDS, chain.governor, chain.governor)
    return (*governance, threshold, attestors, 1, DAY_SECONDS, CAPACITY, DAY_SECONDS)


def _leaving(chain: Chain) -> dict[str, Figure]:
    trust = trust_of(chain, 2, [key.address for key in wallet_owners(3)])
    asset = chain.deploy("PlainToken")
    chain.send(chain.deployer, asset.functions.transfer(chain.payer, 10**12))
    figures = {}
    for key, token, decimals in (("bridge_lock", asset.address, 18), ("bridge_lock_native", NATIVE, 18)):
        vault = chain.deploy("BridgeVault", trust, token, decimals, decimals)
        chain.send(chain.governor, vault.functions.list(OTHER_CHAIN_ID, OTHER))
        chain.send(chain.payer, asset.functions.approve(vault.address, 2**256 - 1))
        value = UNITS if token == NATIVE else 0
        for _ in range(2):  # the second one finds a route in use
            gas = chain.send(chain.payer, vault.functions.lock(random_address("recipient there"), UNITS), value=value)
        figures[key] = _figure(gas, "lock, what arrives is measured, the record folded")
    route = Route(chain, 2, 3)
    for _ in range(2):
        route.deliver([chain.payer])
        gas = chain.send(chain.payer, route.token.functions.burn(random_address("recipient there"), UNITS // 2))
    figures["bridge_burn"] = _figure(gas, "burn of half of what the holder has, the record folded")
    return figures


def _figure(gas: int, how: str) -> Figure:
    return Figure(gas=gas, peers={}, floor=None, how=how)
