"""What a verification asks of a token that is issued here: its names, who has power over it, limits and allowances."""

from collections.abc import Iterator, Mapping

from offchain.core.refusal import Refusal
from scripts.chain.contract import Contract
from scripts.papers.issuance import GOVERNOR, HARMLESS, Issued, role_of
from scripts.papers.params import Params
from scripts.procedure.inspection import Check, note, read
from scripts.procedure.logs import Trail
from scripts.procedure.powers import (
    GUARDIAN_ROLE,
    allowances_by_trail,
    granted_ever,
    holders_by_trail,
    is_owned_by_a_key,
    left_by_trail,
    role_name,
)
from scripts.procedure.session import Session

KEYS_MAY_HOLD = {GUARDIAN_ROLE, *map(role_of, HARMLESS)}


class KeyWouldHoldPower(Refusal):
    """params.json gives an account without code a power that no key alone may have."""


def require_no_keys(session: Session) -> None:
    """Refuse params that would let a key alone mint, seize, freeze, block or configure. Errors: KeyWouldHoldPower."""
    for symbol, made in session.params.issued.items():
        held = [(role, who) for role, several in made.roles.items() for who in several if role not in HARMLESS]
        for part, who in [*held, *(("MINTER", minter) for minter in made.minters)]:
            if who != GOVERNOR and is_owned_by_a_key(session, who):
                raise KeyWouldHoldPower(
                    f"{who}, {part} of {symbol} in params.json, is no contract: one key alone would have it"
                )


def token_facts(params: Params) -> list[tuple[str, str]]:
    """The tokens to be issued, and who is to have which power over them, for a plan."""
    facts = []
    for symbol, made in params.issued.items():
        facts.append((symbol, f"{made.contract} of {made.label[0]!r}"))
        facts += [(f"{symbol} {role}", ", ".join(held) or "nobody") for role, held in made.roles.items()]
        facts += [(f"{symbol} minter", f"{minter}: {amount} base units") for minter, amount in made.minters.items()]
        facts += [(f"{symbol} tier {i}", f"{limit} base units") for i, limit in enumerate(made.holding_limits, 1)]
    return facts


def appointed(made: Issued, governor: str, trail: Trail) -> Mapping[bytes, set[str]]:
    """Who is to hold each role by now: whom params name, but for those who were never given it yet."""
    given = granted_ever(trail)
    return {role: who & given.get(role, set()) for role, who in made.holders(governor).items()}


def check_issued(session: Session, contract: Contract, made: Issued, governor: str, trail: Trail) -> Iterator[Check]:
    """All of a token's own that params.json chooses, and that no key alone has power over it."""
    yield from _check_names(contract, made)
    given = granted_ever(trail)
    for role, chosen in made.holders(governor).items():
        for account in sorted(chosen - given.get(role, set())):
            yield note(made.symbol, f"{role_name(role)} to be", f"{account}: not granted yet")
    yield from _check_minters(contract, made, governor, trail)
    yield from _check_holding_limits(contract, made, trail)
    yield Check(made.symbol, "keys that can mint, seize, freeze, block or configure", [], _keyed(session, made, trail))


def _check_names(contract: Contract, made: Issued) -> Iterator[Check]:
    questions = ("uri",) if made.contract == "VoucherToken" else ("name", "symbol")
    for question, told in zip(questions, made.label, strict=True):
        arguments = (0,) if question == "uri" else ()
        yield Check(made.symbol, question, told, read(contract, question, *arguments))
    if made.decimals is not None:
        yield Check(made.symbol, "decimals", made.decimals, read(contract, "decimals"))


def _keyed(session: Session, made: Issued, trail: Trail) -> list[str]:
    """The keys that alone hold power over the token: role holders without code of their own, and minters."""
    rows = [
        f"{role_name(role)} {account}"
        for role, held in holders_by_trail(trail).items()
        for account in held
        if role not in KEYS_MAY_HOLD and is_owned_by_a_key(session, account)
    ]
    minters = [account for account, allowance in allowances_by_trail(trail).items() if allowance]
    return sorted([*rows, *(f"minter {account}" for account in minters if is_owned_by_a_key(session, account))])


def _check_minters(contract: Contract, made: Issued, governor: str, trail: Trail) -> Iterator[Check]:
    """What each minter was allowed in all, against params.json; and that what is left is that less what it minted."""
    found, left, expected = allowances_by_trail(trail), left_by_trail(trail), made.allowances(governor)
    for minter in sorted({*found, *expected}):
        what = f"allowance of the minter {minter}"
        if minter not in found:
            yield note(made.symbol, what, "not set yet: it mints nothing")
            continue
        yield Check(made.symbol, what, expected.get(minter, 0), found[minter])
        yield Check(made.symbol, f"{what}, of which left", left[minter], read(contract, "minterAllowance", minter))


def _check_holding_limits(contract: Contract, made: Issued, trail: Trail) -> Iterator[Check]:
    set_ever = {
        int.from_bytes(record.payload[:32])
        for record in trail.records
        if record.kind.rstrip(b"\0") == b"setHoldingLimit"
    }
    for tier, limit in enumerate(made.holding_limits, 1):
        what, found = f"holding limit of tier {tier}", read(contract, "holdingLimit", tier)
        if tier not in set_ever:
            yield note(made.symbol, what, "not set yet: nobody in it may hold anything")
        else:
            yield Check(made.symbol, what, int(limit), found)
