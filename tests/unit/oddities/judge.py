"""The judge: a flow met an odd token, and exactly what the table says came of it."""

from tests.support import spelled
from tests.unit.oddities.case import Case
from tests.unit.oddities.table import REVERTS
from tests.unit.oddities.tokens import MAX, Refused

OVERFLOW = "Integer overflow"  # Brownie's words for Panic(0x11)
GUARDED = bytes.fromhex("3ee5aeb5")  # the selector of ReentrancyGuardReentrantCall()
SCHEDULED = ["CallScheduled", "CallSalt", "ActRecorded"]


def judge(world, contract, flow, oddity, word):
    """Let the flow happen with this oddity; it must end as `word` of the table says, in all particulars."""
    caller, begin = flow
    case = Case(world, oddity, contract, caller)
    require(case, begin(case), word)


def require(case, step, word):
    """The step of a flow must end as `word` says."""
    before = case.look()
    case.provoke(step)
    assert not step.record()
    error, events = case.attempt(step)
    if word in REVERTS:
        assert error == expected_error(case, step, tokens(before), word)
        return
    assert error is None, f"reverts with {error!r}"
    after = case.look()
    if word == "waits":
        assert (after, [name for name, *_ in events]) == (before, SCHEDULED)
        return
    assert others(after) == with_what_goes_beside(step, others(before))
    assert step.record()
    assert events == step.events + (step.credits if word == "credit" else [])
    held = tokens(after)
    assert held == as_the_token_moves(case, step, tokens(before), word)
    require_word(case, step, tokens(before), held, word)
    if step.books is not None:
        require_books(held[str(case.contract)], step.books(), word)
    met = case.called_back()
    assert met in (None, GUARDED) or not case.guarded


def expected_error(case, step, holds, word):
    """What the first transfer that goes wrong ends in, in Brownie's spelling."""
    token, contract, held = case.token, str(case.contract), dict(holds)
    at_once = {"Excess": step.excess, "NoToken": ("NotAToken", token), "Unable": step.unable, "Own": step.own}
    if at_once.get(word):
        return in_words(at_once[word])
    for leg in step.legs:
        expected = holds[leg.to] + leg.amount
        if word == "Overflow" and leg.checked and expected > MAX:
            return OVERFLOW
        try:
            case.oddity.moves(case, holds, leg)
        except Refused as refusal:
            return {
                "Own": in_words(refusal.args),
                "Unsafe": spelled("SafeERC20FailedOperation", token),
                "Failed": spelled("TransferFailed", leg.to, leg.amount),
                "Mute": in_words(step.mute),
                "Masked": "TRANSFER_FROM_FAILED",
            }[word]
        if leg.checked and holds[leg.to] != expected:
            return spelled("InexactTransfer", token, leg.to, holds[leg.to], expected)
    assert step.keeps is not None, "nothing goes wrong"
    return spelled("InexactTransfer", token, contract, holds[contract], held[contract] + step.keeps)


def in_words(error):
    """As Brownie spells it; an error without name and values is none."""
    if error in ((), ("Panic",)):
        return OVERFLOW if error else ""
    return spelled(*error)


def as_the_token_moves(case, step, holds, word):
    """What everybody holds after the transfers as this token makes them; what it refuses to push must be a credit."""
    failed = False
    for leg in step.legs:
        try:
            case.oddity.moves(case, holds, leg)
        except Refused:
            assert leg.pushed
            failed = True
    assert failed == (word == "credit")
    return holds


def require_word(case, step, holds, held, word):
    """What moved lies beside what is recorded as the word says: it is as exact as can be, and no more."""
    givers, getters = {leg.source for leg in step.legs}, {leg.to for leg in step.legs}
    for leg in step.legs:
        if not (leg.pushed and word == "credit"):
            holds[leg.source] -= leg.amount
            holds[leg.to] += leg.amount
    off = {account: amount - holds[account] for account, amount in held.items() if amount != holds[account]}
    if word in ("exact", "credit", "stray"):
        assert off == {}
    elif word == "less":
        assert off
        assert set(off) <= getters - givers
        assert all(amount < 0 for amount in off.values())
    elif word in ("more", "shared"):
        assert off or word == "shared"
        assert set(off) <= givers
        assert all(amount < 0 for amount in off.values())
    elif word == "rounds":
        assert off
        assert all(1 <= amount <= len(step.legs) for account, amount in off.items() if account in givers)
        assert all(amount == -1 for account, amount in off.items() if account not in givers)
        assert set(off) <= givers | getters
    else:
        assert word == "whole"
        assert [held[account] for account in givers] == [0]


def require_books(held, owed, word):
    if word == "shared":
        assert held < owed
    elif word in ("stray", "rounds"):
        assert held > owed
    else:
        assert held == owed


def with_what_goes_beside(step, held):
    for leg in step.beside:
        held["other", leg.source] -= leg.amount
        held["other", leg.to] += leg.amount
    return held


def tokens(held):
    return {account: amount for (asset, account), amount in held.items() if asset == "token"}


def others(held):
    return {key: amount for key, amount in held.items() if key[0] != "token"}
