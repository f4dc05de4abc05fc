"""What governance and safety cost, beside Safe and OpenZeppelin, on the chain of the other figures.

From cold steady state: wallets whose nonce has moved, recipients that hold native coin and tokens already, buckets in
use since long, a guardian who never changed. A relayer who is no owner sends what the owners signed.
"""

from typing import Any

from eth_account.signers.local import LocalAccount

from scripts.gas_chain import DAY_SECONDS, Chain, random_address, random_bytes, wallet_owners
from scripts.gas_safe import SAFE, SafeWallets
from scripts.gas_targets import Figure
from scripts.gas_wallets import DELAY_SECONDS, NO_PREDECESSOR, Wallet, Wallets, encoded

NATIVE = "0x" + "00" * 20
ANYONE = "0x" + "00" * 20  # OpenZeppelin's timelock: whoever likes executes, if this is an executor
LIST_HEAD = "0x" + "00" * 19 + "01"  # Safe's list of owners begins behind it
NO_SALT = bytes(32)
WEI, UNITS, DELAYED_UNITS = 13_700_000 * 10**9, 125_500_000, 1_255_000_000
NATIVE_LIMIT, TOKEN_LIMIT = 10**17, 10**9  # a day; the delayed payment is above it
PAUSE_SECONDS = 60  # so that every reading finds a bucket that has refilled in part
SIZES = ((2, 3), (5, 9))
CAPACITY, AMOUNT = 10**24, 10**22

WITH_SAFETY = "pause, limit and deadline included, which the Safe has not"
HOW = {
    "wallet_create_2of3": "a clone by the factory, with a guardian and a delay; the Safe is a proxy by its factory, "
    "with the fallback handler",
    "wallet_create_5of9": "as of 2 of 3: the owners are one hash in the clone's code",
    "multisig_2of3_eth": f"pay of native coin within the limit, owners never changed; {WITH_SAFETY}",
    "multisig_2of3_erc20": f"pay of OpenZeppelin's ERC-20 within the limit, owners never changed; {WITH_SAFETY}",
    "multisig_5of9_eth": f"pay of native coin within the limit, owners never changed; {WITH_SAFETY}",
    "multisig_2of3_eth_rotated": "the same payment after an owner change, which from then on costs every act "
    "the reading of one more slot, the new owner set; the Safe has changed an owner, too",
    "delayed_payment_total": "two transactions: pay above the limit by the owners, then execute by anyone; the peer "
    "is a Safe that proposes to OpenZeppelin's timelock with an open executor, and a salt of its own as ours has",
}


def measure_governance(chain: Chain) -> dict[str, Figure]:
    """The keys of reports/gas.json that are about governance and safety."""
    safety, treasury = _measure_safety(chain), Treasury(chain)
    ours, peers = wallet_gas(treasury), safe_gas(treasury)
    figures = {key: Figure(gas=ours[key], peers=_named(key, peers[key]), floor=None, how=HOW[key]) for key in HOW}
    paid = figures["multisig_2of3_eth"]
    bare = Figure(
        gas=paid["gas"] - safety["gas"],
        peers=paid["peers"],
        floor=None,
        how="not a transaction: multisig_2of3_eth less breaker_limiter_call, what signatures, nonce, deadline "
        "and payment take without the pause and the limit",
    )
    return {**figures, "multisig_only_2of3_eth": bare, **_measure_timelock(chain), "breaker_limiter_call": safety}


def _named(key: str, gas: int) -> dict[str, int]:
    timelock = " and OpenZeppelin TimelockController" if key == "delayed_payment_total" else ""
    return {SAFE + timelock: gas}


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

    def payment(self, units: int = UNITS) -> bytes:
        """The token's call that pays the payee."""
        return encoded(self.token, "transfer", self.payee, units)


def wallet_gas(treasury: Treasury) -> dict[str, int]:
    """What our own wallets take, by the key of our figure."""
    wallets, gas = Wallets(treasury.chain), {}
    for threshold, count in SIZES:
        size = f"{threshold}of{count}"
        wallet, gas[f"wallet_create_{size}"] = wallets.create(wallet_owners(count), threshold)
        treasury.fill(wallet.address)
        wallet.configure_limit(NATIVE, NATIVE_LIMIT)
        gas[f"multisig_{size}_eth"] = _steady_payment(treasury, wallet, NATIVE, WEI)
        if count == 3:
            token = treasury.token.address
            wallet.configure_limit(token, TOKEN_LIMIT)
            gas[f"multisig_{size}_erc20"] = _steady_payment(treasury, wallet, token, UNITS)
            gas["delayed_payment_total"] = wallet.delay_payment(treasury.payee, DELAYED_UNITS, token)
            wallet.change_owners(new_owners())
            gas[f"multisig_{size}_eth_rotated"] = _steady_payment(treasury, wallet, NATIVE, WEI)
    return gas


def new_owners() -> list[LocalAccount]:
    """Three who are owners of no wallet of three yet."""
    first = [owner.address for owner in wallet_owners(3)]
    return [owner for owner in wallet_owners(6) if owner.address not in first]


def _steady_payment(treasury: Treasury, wallet: Wallet, token: str, amount: int) -> int:
    """The gas of a payment out of a bucket that was in use before."""
    wallet.pay(treasury.payee, amount, token)
    treasury.chain.wait(PAUSE_SECONDS)
    return wallet.pay(treasury.payee, amount, token)


def safe_gas(treasury: Treasury) -> dict[str, int]:
    """What a bare Safe takes, by the key of our figure: it has no limit, pause, deadline or audit trail."""
    safe, gas = SafeWallets(treasury.chain), {}
    for threshold, count in SIZES:
        owners, size = wallet_owners(count), f"{threshold}of{count}"
        wallet, gas[f"wallet_create_{size}"] = safe.create(owners, threshold)
        signers = owners[:threshold]
        treasury.fill(wallet.address)
        safe.execute(wallet, signers, treasury.payee, WEI)
        gas[f"multisig_{size}_eth"] = safe.execute(wallet, signers, treasury.payee, WEI)
        if count == 3:
            pay = (treasury.token.address, 0, treasury.payment())
            gas[f"multisig_{size}_erc20"] = safe.execute(wallet, signers, *pay)
            gas["delayed_payment_total"] = _delayed_by_safe(treasury, safe, wallet, signers)
            rotated = _swap_owner(safe, wallet, owners)[:threshold]
            gas[f"multisig_{size}_eth_rotated"] = safe.execute(wallet, rotated, treasury.payee, WEI)
    return gas


def _delayed_by_safe(treasury: Treasury, safe: SafeWallets, wallet: Any, signers: list[LocalAccount]) -> int:
    """The same token payment out of OpenZeppelin's timelock, whose proposer the wallet is: schedule and execute."""
    chain = treasury.chain
    timelock = chain.deploy("PeerTimelock", DELAY_SECONDS, [wallet.address], [ANYONE])
    treasury.fill(timelock.address)
    call = (treasury.token.address, 0, treasury.payment(DELAYED_UNITS))
    payment = (*call, NO_PREDECESSOR, random_bytes("delayed payment"))
    schedule = encoded(timelock, "schedule", *payment, DELAY_SECONDS)
    scheduled = safe.execute(wallet, signers, timelock.address, 0, schedule)
    chain.wait(DELAY_SECONDS)
    return scheduled + chain.send(chain.relayer, timelock.functions.execute(*payment))


def _swap_owner(safe: SafeWallets, wallet: Any, owners: list[LocalAccount]) -> list[LocalAccount]:
    """The Safe takes a new owner in place of the first of its list; all of them, by rising address."""
    first, *rest = owners
    (new, *_) = new_owners()
    swap = encoded(wallet, "swapOwner", LIST_HEAD, first.address, new.address)
    safe.execute(wallet, owners[:2], wallet.address, 0, swap)
    return sorted([new, *rest], key=lambda owner: int(owner.address, 16))


def peer_timelock(chain: Chain, executor: str = ANYONE) -> Any:
    """OpenZeppelin's timelock with the governor as its proposer."""
    return chain.deploy("PeerTimelock", DELAY_SECONDS, [chain.governor], [executor])


def timelock_gas(chain: Chain, timelock: Any) -> tuple[int, int]:
    """The governor schedules a small change of configuration, the relayer executes it: the gas of either."""
    target = chain.deploy("OwnedValue", timelock.address)
    change = (target.address, 0, encoded(target, "setValue", 250), NO_PREDECESSOR, NO_SALT)
    scheduled = chain.send(chain.governor, timelock.functions.schedule(*change, DELAY_SECONDS))
    chain.wait(DELAY_SECONDS)
    return scheduled, chain.send(chain.relayer, timelock.functions.execute(*change))


def our_timelock(chain: Chain) -> Any:
    """Our timelock by itself, with the governor as its proposer and another as its canceller."""
    return chain.deploy("OpenTimelock", DELAY_SECONDS, chain.governor, chain.merchant)


def _measure_timelock(chain: Chain) -> dict[str, Figure]:
    ours = timelock_gas(chain, our_timelock(chain))
    peers = {
        "OpenZeppelin TimelockController, named executor": timelock_gas(chain, peer_timelock(chain, chain.relayer)),
        "OpenZeppelin TimelockController, open executor": timelock_gas(chain, peer_timelock(chain)),
    }
    how = (
        "of one call, which sets a value. Ours is behind the mock OpenTimelock: anyone executes, and the proposer is "
        "in its code, as the owners of a wallet are; the peer has it in a role"
    )
    return {
        f"timelock_{name}": Figure(
            gas=ours[i], peers={peer: gas[i] for peer, gas in peers.items()}, floor=None, how=f"{name} {how}"
        )
        for i, name in enumerate(("schedule", "execute"))
    }


def _measure_safety(chain: Chain) -> Figure:
    ours, peer = chain.deploy("SafetyCosts", chain.governor), chain.deploy("PeerCosts")
    asset = random_address("limited asset")
    chain.send(chain.deployer, ours.functions.configureLimit(asset, CAPACITY, DAY_SECONDS))
    chain.send(chain.deployer, peer.functions.configureLimit(CAPACITY, DAY_SECONDS))

    def cost(contract: Any, name: str, *arguments: Any) -> int:
        return chain.cost(chain.payer, contract, contract.functions[name](*arguments))

    for contract in (ours, peer):
        cost(contract, "measureLimiter", asset, AMOUNT)
    chain.wait(PAUSE_SECONDS)
    peers = cost(peer, "measureBreaker") + cost(peer, "measureLimiter", asset, AMOUNT)
    return Figure(
        gas=cost(ours, "measureBoth", asset, AMOUNT) - cost(ours, "measureBare"),
        peers={"OpenZeppelin Pausable and RateLimiter": peers},
        floor=None,
        how="what a pause and a limit on outflow add to a call, within it; ours is beside a fee, in a slot that the "
        "call reads anyway",
    )
