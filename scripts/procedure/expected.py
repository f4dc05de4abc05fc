"""The contracts that a network's params and the local build call for."""

from collections.abc import Callable

from web3 import Web3

from offchain.chain.contract import Artifact
from offchain.core.deployment import Planned, clone_code, clone_init_code
from offchain.core.governance import charter
from offchain.core.params import Params
from scripts.procedure.session import Session

GOVERNOR = "Governor"
GOVERNED = ("PaymentProcessor", "SecurePayment")
LIMITED = {GOVERNOR: "wallet", "PaymentProcessor": "processor"}
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
    return [implementation, factory, governor, *(artifact(name).planned(arguments, salt) for name in GOVERNED)]


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


def limit_calls(session: Session) -> list[str]:
    """The calls that set the limits of params.json, as propose.py takes them."""
    limits = session.params.governance.limits
    return [
        f"{contract}.configureLimit({limit.asset},{limit.capacity},{limit.refill_seconds})"
        for contract, name in LIMITED.items()
        for limit in limits[name]
    ]
