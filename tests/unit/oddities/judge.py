"""The judge: a flow met an odd token, and exactly what the table says came of it."""

from tests.support import spelled
from tests.unit.oddities.table import REVERTS
from tests.unit.oddities.tokens import MAX, Refused

GUARDED = bytes.fromhex("3ee5aeb5")  # the selector of ReentrancyGuardReentrantCall()
SCHEDULED = ["CallScheduled", "CallSalt", "ActRecorded"]


def judge(case, step, word):
    """Let the step happen; it must end as `word` of the table says, in all particulars."""
    before = case.look()
    case.provoke(step)
    assert not step.record()
    error, events = case.attempt(step)
    if word in REVERTS:
        assert error == expected_error(case, step, tokens(before), word)
        return
    assert error is None, f"reverts with {error!r}"
    after = case.look()
    assert others(after) == others(before)
    if word == "waits":
        assert (after, [name for name, *_ in events]) == (before, SCHEDULED)
        return
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
    if word in ("Excess", "NoToken"):
        return spelled(*(step.excess if word == "Excess" else ("NotAToken", token)))
    for leg in step.legs:
        expected = holds[leg.to] + leg.amount
        if word == "Overflow" and leg.checked and expected > MAX:
            return "Integer overflow"
        try:
            case.oddity.moves(case, holds, leg)
        except Refused as refusal:
            return {
                "Own": spelled(*refusal.args or [None]),
                "Unsafe": spelled("SafeERC20FailedOperation", token),
                "Failed": spelled("TransferFailed", leg.to, leg.amount),
                "Mute": spelled(*step.mute) if step.mute else "",
            }[word]
        if leg.checked and holds[leg.to] != expected:
            return spelled("InexactTransfer", token, leg.to, holds[leg.to], expected)
    assert step.keeps, "nothing goes wrong"
    return spelled("InexactTransfer", token, contract, holds[contract], held[contract])


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


def tokens(held):
    return {account: amount for (asset, account), amount in held.items() if asset == "token"}


def others(held):
    return {key: amount for key, amount in held.items() if key[0] != "token"}
