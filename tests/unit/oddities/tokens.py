"""The oddities of tokens: which mock shows each, how it wakes, and what such a token does with one transfer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

UNIT, CENTS, MYRIAD = 10**18, 99, 5 * 10**27
MAX = 2**256 - 1
MAX96 = 2**96 - 1
NO_CODE = "0x"
REFUSING_CODE = "0xfe"  # INVALID


class Refused(Exception):  # noqa: N818 (an answer of a token, no fault of ours)
    """The token does not move this; with its typed error and the values, if it gives one."""


class Leg(NamedTuple):
    """One transfer that a flow makes. `checked` if the contract compares what arrived, `pushed` if it may fail."""

    source: str
    to: str
    amount: int
    checked: bool = False
    pushed: bool = False


def plainly(case, holds, leg):
    if holds[leg.source] < leg.amount:
        raise Refused("ERC20InsufficientBalance", leg.source, holds[leg.source], leg.amount)
    holds[leg.source] -= leg.amount
    holds[leg.to] += leg.amount


def refusing(case, holds, leg):
    raise Refused


def refusing_with_a_reason(case, holds, leg):
    raise Refused("TransferRefused", leg.source, leg.to, leg.amount)


def while_paused(case, holds, leg):
    raise Refused("EnforcedPause")


def less_one_percent(case, holds, leg):
    plainly(case, holds, leg)
    holds[leg.to] -= leg.amount // 100


def with_a_burden(case, holds, leg):
    plainly(case, holds, leg)
    burden = leg.amount // 100
    if holds[leg.source] < burden:
        raise Refused("ERC20InsufficientBalance", leg.source, holds[leg.source], burden)
    holds[leg.source] -= burden


def in_shares(case, holds, leg):
    """At three halves a share; what somebody holds, rounded down, tells the shares."""
    moved = leg.amount * 2 // 3
    for account, shares in ((leg.source, -moved), (leg.to, moved)):
        holds[account] = (-(-holds[account] * 2 // 3) + shares) * 3 // 2


def unless_blocked(case, holds, leg):
    for account in (leg.source, leg.to):
        if account == case.blocked:
            raise Refused("Blocked", account)
    plainly(case, holds, leg)


def max_as_balance(case, holds, leg):
    plainly(case, holds, leg._replace(amount=holds[leg.source] if leg.amount == MAX else leg.amount))


def unless_by_transfer(case, holds, leg):
    """It eats the gas of `transfer` alone, by which the contracts send what is theirs."""
    if leg.source == str(case.contract):
        raise Refused
    plainly(case, holds, leg)


def block(role):
    def wake(case):
        case.blocked = {"giver": case.giver, "getter": case.getter, "contract": str(case.contract)}[role]
        case.tell("block", case.blocked)

    return wake


def tell(method, *arguments):
    return lambda case: case.tell(method, *arguments)


def upgrade(case):
    case.tell("upgradeTo", case.world.fee_token)
    case.tell("setFeeBps", 100)


def remove_code(case):
    case.code = NO_CODE


def plain(world, mock):
    return world.deploy(mock)


def proxied(world, mock):
    """The proxy, with the functions of its implementation, and of the one that it may be given later."""
    return world.deploy(mock, world.signed_token, also=world.fee_token.abi)


def second_entry(world, mock):
    return world.at("SecondEntry", world.deploy(mock).secondEntry())


@dataclass(frozen=True)
class Oddity:
    """A mock, how it is built so that it behaves at first, how its oddity wakes, and the transfers it makes then."""

    mock: str
    wake: Callable[[Any], None] = lambda case: None
    moves: Callable[..., None] = plainly
    tame: tuple[Any, ...] = ()  # a method of the token and its arguments, so that it behaves until it wakes
    build: Callable[..., Any] = plain
    amount: int = UNIT
    asked: int | None = None  # what the flow under test asks for, where that is not the amount
    approved: int = MAX
    fee_bps: int = 100
    in_a_loan: bool = False
    signs: bool = True  # EIP-2612, EIP-3009 and ERC-1363, as most mocks have them beside their oddity


ODDITIES = {
    "returns nothing": Oddity("NoReturnToken", signs=False),
    "returns false": Oddity("FickleToken", tell("setAnswers", 0, 0), refusing),
    "moves and answers 2": Oddity("FickleToken", tell("setAnswers", 2, 2), refusing),
    "takes a fee": Oddity("FeeToken", tell("setFeeBps", 100), less_one_percent, ("setFeeBps", 0)),
    "burdens the sender": Oddity("BurdenToken", moves=with_a_burden),
    "rebased down": Oddity("RebasingToken", tell("rebase", 1, 2), signs=False),
    "rebased up": Oddity("RebasingToken", tell("rebase", 2, 1), signs=False),
    "rounds its shares": Oddity("RebasingToken", tell("rebase", 3, 2), in_shares, amount=UNIT + 4, signs=False),
    "calls back": Oddity("ReentrantSignedToken"),
    "blocks the giver": Oddity("BlocklistToken", block("giver"), unless_blocked),
    "blocks the getter": Oddity("BlocklistToken", block("getter"), unless_blocked),
    "blocks the contract": Oddity("BlocklistToken", block("contract"), unless_blocked),
    "pausable": Oddity("PausableToken", tell("pause"), while_paused),
    "proxied": Oddity("ProxiedToken", build=proxied),
    "upgradeable": Oddity("UpgradeableToken", upgrade, less_one_percent, build=proxied),
    "low decimals": Oddity("LowDecimalsToken", amount=CENTS),
    "high decimals": Oddity("HighDecimalsToken", amount=MYRIAD),
    "uint96": Oddity("Uint96Token"),
    "reverts on zero value": Oddity("ZeroRevertingToken", amount=CENTS),
    "reverts on reapproval": Oddity("ReapprovalRevertingToken"),
    "reverts on large approval": Oddity("LargeApprovalRevertingToken", approved=MAX96),
    "reverts to the zero address": Oddity("SignedToken"),
    "max as whole balance": Oddity("MaxAsBalanceToken", moves=max_as_balance, asked=MAX, fee_bps=0),
    "several entry addresses": Oddity("TwoEntryToken", build=second_entry, signs=False),
    "DAI permit": Oddity("DaiPermitToken", signs=False),
    "code in metadata": Oddity("CodeInMetadataToken"),
    "flash-mintable": Oddity("FlashMintToken", in_a_loan=True),
    "codeless": Oddity("SignedToken", remove_code, refusing),
    "refuses everything": Oddity(
        "RevertingToken", tell("setReverting", True), refusing_with_a_reason, ("setReverting", False)
    ),
    "eats all gas": Oddity("GasEatingToken", tell("setEating", True), unless_by_transfer),
}
