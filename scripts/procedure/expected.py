"""The contracts that a network's params and the local build call for."""

from offchain.core.deployment import Planned
from scripts.procedure.session import Session

CONTRACTS = ("PaymentProcessor", "SecurePayment")


def expected_contracts(session: Session) -> list[Planned]:
    """Every contract of a deployment, in the order of deployment, with the address it will have."""
    arguments, salt = session.params.constructor_arguments(), session.params.salt
    return [session.artifact(contract).planned(arguments, salt) for contract in CONTRACTS]


def plain_duration(seconds: int) -> str:
    """Seconds, and the same in days and hours where that is easier to read."""
    days, hours = divmod(seconds / 3600, 24)
    return f"{seconds} seconds" + (f" ({days:g} days {hours:g} hours)" if seconds >= 3600 else "")


def plain_fee(fee_bps: int) -> str:
    """Basis points, and the same in percent."""
    return f"{fee_bps} basis points ({fee_bps // 100}.{fee_bps % 100:02d} %)"
