"""An act of the governor wallet upon a contract that it governs: tried first, then proposed to the owners."""

import argparse
from typing import Any

from web3.exceptions import ContractLogicError

from offchain.core.refusal import Refusal
from offchain.core.units import Address
from scripts.chain.contract import Contract, explain
from scripts.procedure.expected import GOVERNOR
from scripts.procedure.proposals import VALID_SECONDS, offer, propose
from scripts.procedure.session import Session
from scripts.propose import Facts, operation


class WouldRevert(Refusal):
    """The contract would refuse the act if it were done now."""


def propose_call(
    session: Session,
    title: str,
    contract: Contract,
    name: str,
    values: tuple[Any, ...],
    facts: Facts,
    arguments: argparse.Namespace,
) -> None:
    """Write the proposal that the governor wallet calls a contract, which has this title, after its delay.

    What the contract would refuse now is refused here. Errors: WouldRevert, Declined, those of propose.
    """
    wallet, data = session.deployed(GOVERNOR), contract.calldata(name, *values)
    call: dict[str, Any] = {"from": wallet.address, "to": contract.address, "data": f"0x{data.hex()}"}
    try:
        session.web3.eth.call(call)  # type: ignore[arg-type]
    except ContractLogicError as error:
        raise WouldRevert(f"{name} of {title} by {GOVERNOR} would revert now: {explain(error, contract.abi)}") from None
    make, more = operation(session, [(Address(contract.address), 0, data)], bytes(32), None)
    proposal = propose(session, make, arguments.nonce, VALID_SECONDS)
    offer(session, proposal, yes=arguments.yes, more=[*more, *facts])
