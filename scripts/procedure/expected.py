"""The contracts that a network's params and the local build call for."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from web3 import Web3

from offchain.core.units import NATIVE
from scripts.chain.contract import Artifact
from scripts.papers import issuance
from scripts.papers.bridge import NATIVE_ASSET, TOKEN, End
from scripts.papers.deployment import Planned, clone_code, clone_init_code
from scripts.papers.governance import charter
from scripts.papers.issuance import Issued, resolve, role_of
from scripts.papers.params import Params, Token
from scripts.procedure.session import Desk, Session

GOVERNOR = issuance.GOVERNOR
SETTLEMENT = "Settlement"
FEE_TAKING = ("PaymentProcessor", "SecurePayment", SETTLEMENT)
TOKEN_VERSION = "1"  # of the domain under which issued tokens take signatures, as OpenZeppelin's permit has it
LIMITED = {GOVERNOR: "wallet", "PaymentProcessor": "processor", SETTLEMENT: "settlement"}
CREATION_GAS = 200_000  # a bound for the plan: creation can be estimated only once the factory stands


Builds = Callable[[str], Artifact]


def expected_contracts(session: Session) -> list[Planned]:
    """Every contract of a deployment, in the order of deployment, with the address it will have."""
    return contracts_of(session.params, session.artifact)


def contracts_of(params: Params, artifact: Builds) -> list[Planned]:
    """The same of params and builds alone: no chain is asked."""
    salt = params.salt
    implementation = artifact("MultiSig").planned((), salt)
    factory = artifact("MultiSigFactory").planned((implementation.address,), salt)
    governor = _governor(params, artifact, implementation, factory)
    arguments = params.constructor_arguments(governor.address)
    takers = [artifact(name).planned(arguments, salt) for name in governed(params) if name in FEE_TAKING]
    tokens = [_token(params, artifact, governor.address, made) for made in params.issued.values()]
    places = {symbol: token.address for symbol, token in params.tokens.items()}
    places |= {made.contract: made.address for made in tokens} | {NATIVE_ASSET: NATIVE}
    ends = [_end(params, artifact, governor.address, places, end) for end in params.bridge.values()]
    return [implementation, factory, governor, *takers, *tokens, *ends]


def governed(params: Params) -> tuple[str, ...]:
    """The contracts that the wallet governs, by their names in the record, in the order of deployment."""
    settlement = (SETTLEMENT,) if params.settlement else ()
    return ("PaymentProcessor", "SecurePayment", *settlement, *params.issued, *params.bridge)


def asset_of(desk: Desk, end: End) -> str:
    """The address of what moves at this end: a vault's asset, zero for native coin, or the token itself."""
    places = {symbol: token.address for symbol, token in desk.params.tokens.items()} | {NATIVE_ASSET: NATIVE}
    symbol = end.name if end.contract == TOKEN else end.asset
    if symbol in places:
        return places[symbol]
    return next(made.address for made in contracts_of(desk.params, desk.artifact) if made.contract == symbol)


def known_tokens(desk: Desk) -> Mapping[str, Token]:
    """The ERC-20 tokens whose decimals are known here, by symbol: those vouched for, and those issued."""
    if not desk.params.issued and not desk.params.bridge:
        return desk.params.tokens
    places = {planned.contract: planned.address for planned in contracts_of(desk.params, desk.artifact)}
    issued = {
        symbol: Token(places[symbol], made.decimals, _domain(made))
        for symbol, made in desk.params.issued.items()
        if made.decimals is not None
    }
    bridged = {
        name: Token(places[name], end.decimals, (end.label, TOKEN_VERSION))
        for name, end in desk.params.bridge.items()
        if end.contract == TOKEN
    }
    return {**desk.params.tokens, **issued, **bridged}


def _domain(made: Issued) -> tuple[str, str] | None:
    return (made.label[0], TOKEN_VERSION) if made.contract == "Stablecoin" else None


def _token(params: Params, artifact: Builds, governor: str, made: Issued) -> Planned:
    """A token under the name that the record has of it: its symbol."""
    arguments = params.token_arguments(made.symbol, governor)
    return replace(
        artifact(made.contract).planned(arguments, params.salt), contract=made.symbol, artifact=made.contract
    )


def _end(params: Params, artifact: Builds, governor: str, places: Mapping[str, str], end: End) -> Planned:
    """An end of a route under its own name, with a salt of its own."""
    asset = places.get(end.asset, NATIVE)
    arguments = end.arguments(params.governor_delay_seconds, governor, params.governance.guardian, asset)
    planned = artifact(end.contract).planned(arguments, params.bridge_salt(end.name))
    return replace(planned, contract=end.name, artifact=end.contract)


def _governor(params: Params, artifact: Builds, implementation: Planned, factory: Planned) -> Planned:
    """The wallet that governs: a clone, which the factory creates with owners, guardian and delay in its code."""
    chosen = params.governance
    arguments = (chosen.threshold, list(chosen.owners), chosen.guardian, int(chosen.delay_seconds))
    code = clone_code(implementation.address, charter(chosen))
    order = Web3().eth.contract(abi=artifact(factory.build).abi).encode_abi("create", args=[*arguments, params.salt])
    return Planned(
        contract=GOVERNOR,
        arguments=arguments,
        salt=params.salt,
        init_code=clone_init_code(code),
        runtime_code=code,
        creator=factory.address,
        order=bytes.fromhex(order[2:]),
        artifact=implementation.build,
    )


def setting_calls(session: Session) -> list[str]:
    """The calls that set limits and hand out powers over tokens as params.json says, as propose.py takes them."""
    limits = session.params.governance.limits
    calls = [
        f"{contract}.configureLimit({limit.asset},{limit.capacity},{limit.refill_seconds})"
        for contract, name in LIMITED.items()
        for limit in limits.get(name, ())
    ]
    governor = session.record().find(GOVERNOR).address
    return calls + [call for made in session.params.issued.values() for call in power_calls(made, governor)]


def power_calls(made: Issued, governor: str) -> list[str]:
    """What the governor is to do for a token: roles, then what they allow it; another master minter acts itself."""
    calls = [
        f"{made.symbol}.grantRole(0x{role_of(role).hex()},{resolve(who, governor)})"
        for role, held in made.roles.items()
        for who in held
    ]
    if GOVERNOR in made.roles.get("MASTER_MINTER", ()):
        allowances = made.allowances(governor).items()
        calls += [f"{made.symbol}.configureMinter({minter},{allowance})" for minter, allowance in allowances]
    tiers = enumerate(made.holding_limits, 1)
    return calls + [f"{made.symbol}.setHoldingLimit({tier},{limit})" for tier, limit in tiers]
