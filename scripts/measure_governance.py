"""What governance and safety cost, beside Safe and OpenZeppelin, on the chain of the other figures.

From cold steady state: wallets whose nonce has moved, recipients that hold native coin and tokens already, buckets in
use since long. A relayer who is no owner sends what the owners signed.
"""

from typing import Any

from eth_account.signers.local import LocalAccount

from scripts.gas_chain import DAY_SECONDS, Chain, random_address, random_bytes, wallet_owners
from scripts.gas_safe import SafeWallets
from scripts.gas_targets import Figure

ANYONE = "0x" + "00" * 20  # OpenZeppelin's timelock: whoever likes executes, if this is an executor
NO_PREDECESSOR = NO_SALT = bytes(32)
DELAY_SECONDS = 2 * DAY_SECONDS
WEI, UNITS = 13_700_000 * 10**9, 125_500_000
SIZES = ((2, 3), (5, 9))
CAPACITY, AMOUNT = 10**24, 10**22


def measure_governance(chain: Chain) -> dict[str, Figure]:
    """The keys of reports/gas.json that are about governance and safety."""
    return {"breaker_limiter_call": _measure_safety(chain)}


class Treasury:
    """A token, and accounts that hold it and native coin before anything is measured."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.token = chain.deploy("PlainToken")
        self.payee = random_address("payee of wallets")
        self.fill(self.payee)

    def fill(self, account: str) -> None:
        """The account holds native coin and tokens."""
        self.chain.fund(account)
        self.chain.send(self.chain.deployer, self.token.functions.transfer(account, 10**12))

    def payment(self) -> bytes:
        """The token's call that pays the payee."""
        return _encode(self.token, "transfer", self.payee, UNITS)


def safe_gas(treasury: Treasury) -> dict[str, int]:
    """What a bare Safe takes, by the key of our figure: it has no limit, pause, deadline or audit trail."""
    safe, gas = SafeWallets(treasury.chain), {}
    for threshold, count in SIZES:
        owners, size = wallet_owners(count), f"{threshold}of{count}"
        wallet, gas[f"multisig_create_{size}"] = safe.create(owners, threshold)
        signers = owners[:threshold]
        treasury.fill(wallet.address)
        safe.execute(wallet, signers, treasury.payee, WEI)
        gas[f"multisig_pay_native_{size}"] = safe.execute(wallet, signers, treasury.payee, WEI)
        if count == 3:
            pay = (treasury.token.address, 0, treasury.payment())
            gas[f"multisig_pay_erc20_{size}"] = safe.execute(wallet, signers, *pay)
            gas["multisig_delayed_erc20"] = _delayed_by_safe(treasury, safe, wallet, signers)
    return gas


def _delayed_by_safe(treasury: Treasury, safe: SafeWallets, wallet: Any, signers: list[LocalAccount]) -> int:
    """The same token payment out of OpenZeppelin's timelock, whose proposer the wallet is: schedule and execute."""
    chain = treasury.chain
    timelock = chain.deploy("PeerTimelock", DELAY_SECONDS, [wallet.address], [ANYONE])
    treasury.fill(timelock.address)
    payment = (treasury.token.address, 0, treasury.payment(), NO_PREDECESSOR, random_bytes("delayed payment"))
    schedule = _encode(timelock, "schedule", *payment, DELAY_SECONDS)
    scheduled = safe.execute(wallet, signers, timelock.address, 0, schedule)
    chain.wait(DELAY_SECONDS)
    return scheduled + chain.send(chain.relayer, timelock.functions.execute(*payment))


def peer_timelock(chain: Chain, executor: str = ANYONE) -> Any:
    """OpenZeppelin's timelock with the governor as its proposer."""
    return chain.deploy("PeerTimelock", DELAY_SECONDS, [chain.governor], [executor])


def timelock_gas(chain: Chain, timelock: Any) -> tuple[int, int]:
    """The governor schedules a small change of configuration, the relayer executes it: the gas of either."""
    target = chain.deploy("OwnedValue", timelock.address)
    change = (target.address, 0, _encode(target, "setValue", 250), NO_PREDECESSOR, NO_SALT)
    scheduled = chain.send(chain.governor, timelock.functions.schedule(*change, DELAY_SECONDS))
    chain.wait(DELAY_SECONDS)
    return scheduled, chain.send(chain.relayer, timelock.functions.execute(*change))


def _measure_safety(chain: Chain) -> Figure:
    ours, peer = chain.deploy("SafetyCosts", chain.governor), chain.deploy("PeerCosts")
    asset = random_address("limited asset")
    chain.send(chain.deployer, ours.functions.configureLimit(asset, CAPACITY, DAY_SECONDS))
    chain.send(chain.deployer, peer.functions.configureLimit(CAPACITY, DAY_SECONDS))

    def cost(contract: Any, name: str, *arguments: Any) -> int:
        return chain.cost(chain.payer, contract, contract.functions[name](*arguments))

    for contract in (ours, peer):
        cost(contract, "measureLimiter", asset, AMOUNT)
    chain.wait(60)  # every reading finds a bucket that has refilled in part
    peers = cost(peer, "measureBreaker") + cost(peer, "measureLimiter", asset, AMOUNT)
    return Figure(
        gas=cost(ours, "measureBoth", asset, AMOUNT) - cost(ours, "measureBare"),
        peers={"OpenZeppelin Pausable and RateLimiter": peers},
        floor=None,
        how="what a pause and a limit on outflow add to a call, within it; ours is beside a fee, in a slot that the "
        "call reads anyway",
    )


def _encode(contract: Any, name: str, *arguments: Any) -> bytes:
    return bytes.fromhex(contract.encode_abi(name, arguments)[2:])
