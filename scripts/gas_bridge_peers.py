"""What a bridge costs at OpenZeppelin and at Hyperlane, on the chain of our own figures.

From cold steady state: routes in use before, a payer with an infinite allowance, collateral in the vault. Neither peer
has a limit, a queue, a veto or a sum of what was minted that is held against what was locked.
"""

from typing import Any, Protocol

from scripts.gas_chain import Chain, random_address, random_bytes, wallet_owners
from scripts.gas_crosschain import CUSTODY, EMBEDDED, HOME, SEPARATE, CrosschainBridge
from scripts.gas_hyperlane import HYPERLANE, HyperlaneBridge

SIZES = ((2, 3), (5, 9))
HELD, UNITS = 1_000_000_000, 125_500_000
BATCH = 100
SINGLY = "{}, one transaction each"
MULTICALL = f"{EMBEDDED}, multicall"

Peers = dict[str, dict[str, int]]  # by the key of our figure, by the peer's name


class Bridge(Protocol):
    """What both peers can do."""

    vault: Any

    def lock(self, sender: str, to: str, amount: int) -> int: ...
    def burn(self, sender: str, to: str, amount: int) -> int: ...
    def deliver(self) -> int: ...
    def release(self) -> int: ...


def bridge_peers(chain: Chain) -> Peers:
    """What each peer takes, by the key of our figure in reports/gas.json."""
    asset = chain.deploy("PlainToken")
    chain.send(chain.deployer, asset.functions.transfer(chain.payer, 10**12))
    peers: Peers = {}
    for threshold, count in SIZES:
        size, attestors = f"{threshold}of{count}", wallet_owners(count)
        crosschain = CrosschainBridge(chain, asset, attestors, threshold)
        bridges: dict[str, Bridge] = {
            EMBEDDED: crosschain,
            SEPARATE: CrosschainBridge(chain, asset, attestors, threshold, embedded=False),
            HYPERLANE: HyperlaneBridge(chain, asset, attestors, threshold),
        }
        for name, bridge in bridges.items():
            chain.send(chain.payer, asset.functions.approve(bridge.vault.address, 2**256 - 1))
            for key, gas in _acts(chain, bridge, size).items():
                vault_alone = key == "bridge_lock" or key.startswith("bridge_release")
                if not vault_alone:
                    peers.setdefault(key, {})[name] = gas
                elif name != SEPARATE:  # the same vault
                    peers.setdefault(key, {})[CUSTODY if name == EMBEDDED else name] = gas
        if count == 3:
            for kind in ("fresh", "existing"):  # the first makes those whom the second finds
                key = f"bridge_batch100_{kind}_each"
                singly = {SINGLY.format(name): gas for name, gas in peers[f"bridge_deliver_2of3_{kind}"].items()}
                peers[key] = {MULTICALL: _batch(crosschain, chain.payer), **singly}
    return peers


def _acts(chain: Chain, bridge: Bridge, size: str) -> dict[str, int]:
    payee = random_address(f"bridged to, {size}")
    _send_over(bridge, chain.payer, chain.payer, 3 * HELD)
    _send_over(bridge, chain.payer, payee, HELD)
    for _ in range(2):  # so that the next leaf of Hyperlane's tree takes a slot that was in use before
        bridge.burn(chain.payer, payee, HELD)
        bridge.release()
    lock = bridge.lock(chain.payer, payee, UNITS)
    existing = bridge.deliver()
    fresh = _send_over(bridge, chain.payer, random_address(f"bridged to for the first time, {size}"), UNITS)
    burn = bridge.burn(chain.payer, payee, UNITS)
    release = bridge.release()
    acts = {f"bridge_deliver_{size}_existing": existing}
    if size == "2of3":
        acts |= {"bridge_lock": lock, "bridge_burn": burn, f"bridge_deliver_{size}_fresh": fresh}
        acts |= {f"bridge_release_{size}": release}
    return acts


def _send_over(bridge: Bridge, sender: str, to: str, amount: int) -> int:
    bridge.lock(sender, to, amount)
    return bridge.deliver()


def _batch(bridge: CrosschainBridge, sender: str) -> int:
    """The gas of each of many messages that are handed in together, half a unit of it rounded up."""
    payees = [random_address(f"bridged to in a batch, {i}") for i in range(BATCH)]
    amounts = [(1_000 + int.from_bytes(random_bytes(f"bridged {i}")[:8]) % 399_000) * 10_000 for i in range(BATCH)]
    messages = []
    for payee, amount in zip(payees, amounts, strict=True):
        bridge.lock(sender, payee, amount)
        messages.append(bridge.signed(HOME))
    return (bridge.deliver_all(messages) + BATCH // 2) // BATCH
