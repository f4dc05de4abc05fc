"""The hand-written loops of a batch against the same in plain Solidity: what moves, and why it is refused."""

import pytest
from brownie import web3
from brownie.exceptions import VirtualMachineError
from brownie.test import given
from hypothesis import settings
from hypothesis import strategies as st

from tests.support import NATIVE, holdings, payment_id, send
from tests.unit.keys import fresh_address, payout

BATCH = payment_id("batch")
SOUND = ["first", "second", "third"]
kinds = st.sampled_from([*SOUND, *SOUND, "stranger", "payer", "nobody", "itself", "refuser"])
amounts = st.one_of(st.integers(1, 1000), st.sampled_from([0, 10**18, 2**96 - 1]))
items = st.lists(st.tuples(kinds, amounts), min_size=1, max_size=6)
offsets = st.sampled_from([0, 0, 0, 1, -1, 10])


@pytest.fixture(scope="module")
def plain(deploy):
    return deploy("PlainBatch")


@pytest.fixture(scope="module")
def blocking(deploy, refuser, payer, processor, plain, stranger, forcer):
    """A token that blocks `refuser`; both contracts hold ten units of it, and ten wei, that are not the payer's."""
    token = deploy("BlocklistToken")
    send(payer, token.mint, payer, 2**100)
    send(payer, token.block, refuser)
    for contract in (processor, plain):
        send(payer, token.approve, contract, 2**256 - 1)
        send(payer, token.mint, contract, 10)
        send(payer, forcer.force, contract, value=10)
    return token


@pytest.fixture(scope="module")
def run(payer, stranger, refuser):
    """Send a batch to a contract: what every party gained, or the reason why not, with the contract as `itself`."""

    def run(contract, asset, items, off):
        parties = {name: fresh_address(name) for name in SOUND}
        parties |= {"stranger": stranger, "payer": payer, "nobody": NATIVE, "itself": contract, "refuser": refuser}
        payouts = [payout(parties[kind], amount) for kind, amount in items]
        total = max(0, sum(amount for _, amount in items) + off)
        value = total if asset == NATIVE else 0
        before = holdings([asset], parties.values())
        try:
            contract.processBatch.call(asset, payouts, total, BATCH, {"from": payer, "value": value})
        except VirtualMachineError as refusal:
            return refusal.revert_msg.replace(contract.address.lower(), "itself")
        send(payer, contract.processBatch, asset, payouts, total, BATCH, value=value)
        after = holdings([asset], parties.values())
        return {name: after[key] - before[key] for name, key in zip(parties, before, strict=True)}

    return run


@pytest.mark.parametrize("native", [True, False], ids=["native", "token"])
@given(items=items, off=offsets)
@settings(max_examples=40)
def test_loops_do_what_plain_solidity_does(processor, plain, blocking, run, payer, native, items, off):
    asset = NATIVE if native else blocking
    web3.provider.make_request("anvil_setBalance", [payer.address, hex(2**100)])
    outcome = run(plain, asset, items, off)
    assert run(processor, asset, items, off) == outcome


@pytest.mark.parametrize("native", [True, False], ids=["native", "token"])
def test_the_comparison_sees_both_outcomes(plain, blocking, run, native):
    asset = NATIVE if native else blocking
    assert run(plain, asset, [("first", 3), ("second", 4)], 0)["second"] == 4
    assert run(plain, asset, [("first", 3), ("refuser", 4)], 0).startswith("TransferFailed")
    assert run(plain, asset, [("first", 3), ("itself", 4)], 0) == "InvalidPayout: 1, itself, 4"
    assert run(plain, asset, [("first", 3)], 1) == "WrongTotal: 3, 4"


@pytest.mark.parametrize("answer", [0, 2, 3, 256, 257, 2**255 + 1, 2**256 - 1])
def test_loops_take_no_other_word_than_true_for_an_answer(processor, plain, payer, merchant, token_named, run, answer):
    token = token_named("FickleToken")
    send(payer, token.approve, plain, 2**256 - 1)
    token.setAnswers(answer, 1)
    outcome = run(plain, token, [("first", 3)], 0)
    assert outcome.startswith("TransferFailed")
    assert run(processor, token, [("first", 3)], 0) == outcome
