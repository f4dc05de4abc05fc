"""What a transfer of the regulated tokens costs, beside OpenZeppelin's with the same rules in mappings of their own.

From cold state: both accounts hold tokens already, nothing is frozen, the contract was paused and is not any more.
"""

from typing import Any

from scripts.gas_chain import DAY_SECONDS, Chain, random_address
from scripts.gas_targets import Figure

HELD, UNITS = 1_000_000_000, 125_500_000
TIER, LIMIT = 1, 10**12

PEER = "OpenZeppelin ERC20Pausable with {} in mappings"
FIAT_TOKEN = "Circle's FiatToken (quoted)"
T_REX = "T-REX, ERC-3643 (quoted)"


def measure_tokens(chain: Chain) -> dict[str, Figure]:
    """The keys of reports/gas.json that are about our own tokens."""
    return {"stablecoin_transfer": _stablecoin(chain), "cbdc_transfer": _central_bank_token(chain)}


def stablecoin(chain: Chain, *holders: str) -> Any:
    """A stablecoin of which each of these accounts holds some."""
    token = _governed(chain, "Stablecoin", "MASTER_MINTER_ROLE")
    chain.send(chain.governor, token.functions.configureMinter(chain.governor, 10**15))
    for holder in holders:
        chain.send(chain.governor, token.functions.mint(holder, HELD))
    return token


def _stablecoin(chain: Chain) -> Figure:
    payee = random_address("payee in the stablecoin")
    gas = chain.send(chain.payer, stablecoin(chain, chain.payer, payee).functions.transfer(payee, UNITS))
    peers = {PEER.format("blocklist and frozen amounts"): _peer(chain, payee, has_registry=False)}
    how = "transfer between accounts that hold some: pause, both blocks and what is frozen are asked"
    return Figure(gas=gas, peers={**peers, FIAT_TOKEN: 45_155}, floor=None, how=how)


def _central_bank_token(chain: Chain) -> Figure:
    payee = random_address("payee in central bank money")
    token = _governed(chain, "CentralBankToken", "BANK_ROLE")
    chain.send(chain.governor, token.functions.setHoldingLimit(TIER, LIMIT))
    for account in (chain.payer, payee):
        chain.send(chain.governor, token.functions.register(account, TIER))
        chain.send(chain.governor, token.functions.issue(account, HELD))
    gas = chain.send(chain.payer, token.functions.transfer(payee, UNITS))
    peers = {PEER.format("registry, limits and frozen amounts"): _peer(chain, payee, has_registry=True)}
    how = "transfer between registered accounts that hold some: pause, tiers, what is frozen and the limit are asked"
    return Figure(gas=gas, peers={**peers, FIAT_TOKEN: 45_155, T_REX: 139_179}, floor=None, how=how)


def _governed(chain: Chain, name: str, role: str) -> Any:
    """A token whose governor has given itself a role, and paused it once."""
    token = chain.deploy(name, "A token", "TOKEN", 2 * DAY_SECONDS, chain.governor, chain.governor)
    chain.send(chain.governor, token.functions.grantRole(token.functions[role]().call(), chain.governor))
    chain.send(chain.governor, token.functions.pause(DAY_SECONDS))
    chain.send(chain.governor, token.functions.unpause())
    return token


def _peer(chain: Chain, payee: str, has_registry: bool) -> int:
    peer = chain.deploy("PeerRegulatedToken", has_registry)
    for account in (chain.payer, payee):
        chain.send(chain.deployer, peer.functions.register(account))
        chain.send(chain.deployer, peer.functions.transfer(account, HELD))
    return chain.send(chain.payer, peer.functions.transfer(payee, UNITS))
