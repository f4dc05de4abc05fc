"""What the rules choose from: mostly what succeeds, and a good share of what must not."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleStrategy

from tests.support import payment_id

PRICE = 10**18
REFERENCES = [payment_id(text) for text in ("invoice 1", "invoice 2", "invoice 3")]

ACTORS = st.sampled_from(["payer", "merchant", "shop", "payer", "stranger"])
PAYEES = st.sampled_from(["merchant", "shop", "payer", "bystander", "treasury", "merchant", "shop", "vault"])
MISTAKEN = st.sampled_from([None] * 17 + ["zero", "processor", "vault", "self"])
TOKENS = st.sampled_from(["plain", "mute", "blocking", "taking"])
ASSETS = st.sampled_from(["native", "plain", "mute", "blocking", "taking", "native", "blocking"])
AMOUNTS = st.one_of(st.integers(1, 50), st.sampled_from([PRICE]), st.integers(1, PRICE))
SOME_ZERO = st.sampled_from([1] * 19 + [0])
# by how much the value of a call is wrong
OFF = st.sampled_from([0] * 12 + [1, -1])
# seconds from now to the capture deadline, and from there to the refund deadline
SPANS = st.tuples(st.sampled_from([1, 2, 60, 3600, 86400] * 3 + [0]), st.sampled_from([0, 1, 60, 86400] * 4 + [-1]))
PICK = st.integers(0, 2**10)
SHARES = st.sampled_from(["one", "some", "most", "rest"] * 3 + ["over", "zero"])
CONTRACTS = st.sampled_from(["processor", "vault"])
GOVERNORS = st.sampled_from(["governor"] * 6 + ["guardian", "stranger"])
GUARDIANS = st.sampled_from(["guardian", "guardian", "treasury"])


class AnyRule(RuleStrategy):
    """Any rule whose precondition holds, by the machine's weights.

    Hypothesis' own choice first switches about half of the rules off for a run: right for thousands of runs, but a few
    would leave whole rules untried.
    """

    def __init__(self, machine):
        super().__init__(machine)
        self.rules = [rule for rule in self.rules for _ in range(machine.weights.get(rule.function.__name__, 1))]

    def do_draw(self, data):
        rule = data.draw(st.sampled_from(self.rules).filter(self.is_valid))
        return rule, data.draw(rule.arguments_strategy)


def recent(items, pick):
    """The newest most often: half of the picks fall on the last three."""
    pool = items[-3:] if pick % 2 else items
    return pool[-1 - pick // 2 % len(pool)]


def share_of(share, whole, pick):
    """A part of the whole, by its name in SHARES."""
    return {
        "zero": 0,
        "one": 1,
        "some": max(1, whole * (pick % 100) // 100),
        "most": max(1, whole - 1),
        "rest": max(1, whole),
        "over": whole + 1,
    }[share]
