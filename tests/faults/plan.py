"""What is done to whom, drawn from a seed: the same seed gives the same plan, whoever it is done to."""

import random
from dataclasses import dataclass, field

WAYS_BACK = ("dropped", "moved", "returned")
"""What becomes of the transactions of blocks that are replaced: gone, in another block, in the pool again."""
DEEPEST = 8
"""Blocks deep: what is deeper is final on the senders' chain."""


@dataclass(frozen=True)
class Scale:
    """How much: `lines` of `lives` for senders alone, and so many rounds of the whole bridge."""

    lines: int
    lives: int
    bridge_rounds: int
    locks: int
    """Transfers that leave the near chain in each of them."""


LONG = Scale(lines=9, lives=140, bridge_rounds=60, locks=25)
SHORT = Scale(lines=3, lives=10, bridge_rounds=2, locks=12)


@dataclass(frozen=True)
class Life:
    """A life of a sender, and what the chain does after it. `doom`: where on its way it dies, 0 to 1."""

    new: int
    """So many payouts more are asked for."""
    doom: float | None
    patience_seconds: int
    blocks: tuple[int, ...]
    mined: int
    reorg: int
    way_back: str
    spike: int
    """The base fee of the next block, in wei, if not 0."""
    loses_pool: bool
    restarts_database: bool


@dataclass(frozen=True)
class Line:
    """One account with one database, and all that befalls it."""

    number: int
    database: str
    has_proxies: bool
    lives: tuple[Life, ...] = field(repr=False)


def line(seed, number, scale):
    """The plan of a line; every third of them has its database in PostgreSQL, every third faulty ways to its node."""
    dice = random.Random(f"{seed}:line:{number}")
    kind = "postgresql" if number % 3 == 1 else "sqlite"
    return Line(number, kind, number % 3 == 0, tuple(_life(dice, kind) for _ in range(scale.lives)))


def _life(dice, kind):
    return Life(
        new=dice.choice([0, 1, 1, 2, 2, 3]),
        doom=dice.random() if dice.random() < 0.93 else None,
        patience_seconds=dice.choice([0, 60, 60]),
        blocks=tuple(dice.randint(1, 4) for _ in range(3)),
        mined=dice.choice([0, 1, 1, 2, 3]),
        reorg=dice.randint(1, DEEPEST),
        way_back=dice.choice(WAYS_BACK),
        spike=dice.choice([0] * 9 + [2 * 10**12]),
        loses_pool=dice.random() < 0.2,
        restarts_database=kind == "postgresql" and dice.random() < 0.06,
    )


@dataclass(frozen=True)
class Round:
    """A stretch of the whole bridge's life, in which each of these happens once.

    `fatal_step`: of the relayer that is started, 0 if it is killed at a drawn moment, like the attestors of these
    numbers. `moments`: seconds between one fault and the next.
    """

    fatal_step: int
    attestors: tuple[int, ...]
    amounts: tuple[int, ...]
    burns: int
    reorgs: tuple[tuple[str, int, str], ...]
    """Of which chain, how deep, and what becomes of the transactions."""
    spike: str
    """The chain whose base fee rises, if any."""
    loses_pool: bool
    restarts_database: bool
    moments: tuple[float, ...] = field(repr=False)


SIDES = ("near", "far")
BRIDGE_DEEPEST = 4
SPIKE_WEI = 10**12


def rounds(seed, scale):
    """The plan of the whole bridge."""
    dice = random.Random(f"{seed}:bridge")
    return [_round(dice, scale) for _ in range(scale.bridge_rounds)]


def _round(dice, scale):
    return Round(
        fatal_step=dice.choice([0, *range(1, 13)]),
        attestors=tuple(dice.sample(range(3), dice.choice([1, 1, 1, 2]))),
        amounts=tuple(dice.randint(1, 1_000) for _ in range(scale.locks)),
        burns=dice.choice([0, 0, 1, 2]),
        reorgs=tuple(
            (dice.choice(SIDES), dice.randint(1, BRIDGE_DEEPEST), dice.choice(WAYS_BACK))
            for _ in range(dice.randint(1, 3))
        ),
        spike=dice.choice([*SIDES, *[""] * 8]),
        loses_pool=dice.random() < 0.2,
        restarts_database=dice.random() < 0.06,
        moments=tuple(dice.uniform(0, 1.2) for _ in range(8)),
    )
