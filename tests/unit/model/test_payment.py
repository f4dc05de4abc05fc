"""The models of payment and escrow by themselves: vectors that were written down, and what must always hold."""

import dataclasses
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.core import given  # the package's own `given` is Brownie's, which reverts a chain: here is none

from offchain.core.payment import Invoice, Receipt, Status
from offchain.core.units import NATIVE
from tests.model import balance, breaker, escrow, gate, governed, payment
from tests.model.act import Call, Rejected, Way

CHAIN_ID = 1
PROCESSOR, VAULT = "0x" + "Aa" * 20, "0x" + "bB" * 20
GOVERNOR, GUARDIAN, TREASURY = "0x" + "01" * 20, "0x" + "02" * 20, "0x" + "03" * 20
PAYER, MERCHANT, STRANGER = "0x" + "04" * 20, "0x" + "05" * 20, "0x" + "06" * 20
TOKEN = "0x" + "07" * 20
REFERENCE = b"invoice 1".ljust(32, b"\0")
NOW, DAY = 1_700_000_000, 86_400

UINT256, UINT112 = st.integers(0, 2**256 - 1), st.integers(1, 2**112 - 1)
RATES = st.integers(0, governed.MAX_FEE_BPS)
GATE = {"governor": GOVERNOR, "governor_delay": DAY, "fee_recipient": TREASURY, "chain_id": CHAIN_ID}
GATE["members"] = frozenset({(governed.GUARDIAN_ROLE, GUARDIAN)})
INVOICE = Invoice(NATIVE, MERCHANT, 10**18, REFERENCE)
TERMS = escrow.Terms(PAYER, MERCHANT, TOKEN, 10**18, NOW + DAY, NOW + 2 * DAY, 0, 500, 42)


def processor_book(fee_bps=0, **fields):
    return payment.ProcessorBook(address=PROCESSOR, fee_bps=fee_bps, **GATE, **fields)


def vault_book(fee_bps=0, **fields):
    return escrow.VaultBook(address=VAULT, fee_bps=fee_bps, **GATE, **fields)


def paid(book, invoice=INVOICE, caller=PAYER):
    call = Call(caller, invoice.amount, NOW)
    return payment.process_payment(book, call, invoice.to, invoice.amount, invoice.payment_id)


def rejection(act, *arguments):
    with pytest.raises(Rejected) as refused:
        act(*arguments)
    return refused.value.error, *refused.value.values


def test_batch_commitment_is_the_written_down_vector():
    payouts = [payment.Payout(MERCHANT, 1), payment.Payout(STRANGER, 2**96 - 1)]
    assert payment.pack_payout(payouts[1]).hex() == "06" * 20 + "ff" * 12
    assert (
        payment.batch_commitment(TOKEN, payouts).hex()
        == "6a2e27fcd46a1f17924a93e30d87a0f2fa2d547955c1b553415de5efa907faae"
    )


def test_escrow_key_is_the_written_down_vector():
    assert (
        escrow.escrow_key(CHAIN_ID, VAULT, TERMS).hex()
        == "e8467c08be91b5539c80ca566be022cdba2c1fe21a9a4455346266d888da2ddf"
    )


@pytest.mark.parametrize("amount", [-1, 2**96])
def test_payout_outside_its_twelve_bytes_has_no_packed_form(amount):
    with pytest.raises(OverflowError):
        payment.pack_payout(payment.Payout(MERCHANT, amount))


def test_every_term_changes_the_escrow_key():
    keys = {escrow.escrow_key(CHAIN_ID, VAULT, TERMS), escrow.escrow_key(2, VAULT, TERMS)}
    keys.add(escrow.escrow_key(CHAIN_ID, PROCESSOR, TERMS))
    for term in dataclasses.fields(escrow.Terms):
        value = getattr(TERMS, term.name)
        keys.add(
            escrow.escrow_key(
                CHAIN_ID,
                VAULT,
                dataclasses.replace(TERMS, **{term.name: value + 1 if isinstance(value, int) else STRANGER}),
            )
        )
    assert len(keys) == 3 + len(dataclasses.fields(escrow.Terms))


@given(amount=UINT256, rate=RATES)
def test_fee_never_exceeds_its_rate_nor_falls_a_unit_short_of_it(amount, rate):
    fee = gate.fee_of(amount, rate)
    assert amount * rate - gate.BPS < fee * gate.BPS <= amount * rate


@given(amount=UINT256, rate=RATES)
def test_fee_is_what_the_contract_computes_without_overflow(amount, rate):
    quotient, remainder = divmod(amount, gate.BPS)
    assert gate.fee_of(amount, rate) == quotient * rate + remainder * rate // gate.BPS


@given(amount=st.integers(1, 2**256 - 1), rate=RATES)
def test_payee_and_fee_share_the_amount_exactly(amount, rate):
    outcome = paid(processor_book(rate), dataclasses.replace(INVOICE, amount=amount))
    collected, sent = outcome.transfers
    assert (collected.amount, sent.amount + outcome.book.unswept[NATIVE]) == (amount, amount)
    assert sent.amount > 0


@given(amount=UINT112, rate=RATES, cuts=st.lists(UINT112, max_size=12))
@settings(max_examples=200)
def test_splitting_a_capture_changes_nothing(amount, rate, cuts):
    terms = dataclasses.replace(TERMS, amount=amount)
    opened = escrow.authorize(vault_book(rate), Call(PAYER, 0, NOW), terms).book
    whole = escrow.capture(opened, Call(MERCHANT, 0, NOW), terms, amount)
    edges = sorted({cut for cut in cuts if cut < amount} | {0, amount})
    book, pushed = opened, 0
    for before, after in pairwise(edges):
        outcome = escrow.capture(book, Call(MERCHANT, 0, NOW), terms, after - before)
        book, pushed = outcome.book, pushed + outcome.transfers[0].amount
    assert book == whole.book
    assert pushed == whole.transfers[0].amount


@given(
    amount=UINT112,
    rate=RATES,
    steps=st.lists(st.tuples(st.sampled_from(["capture", "refund", "void", "reclaim"]), UINT112), max_size=12),
)
@settings(max_examples=200)
def test_vault_owes_exactly_what_came_in_less_what_went_out(amount, rate, steps):
    terms = dataclasses.replace(TERMS, amount=amount)
    book, held = escrow.authorize(vault_book(rate), Call(PAYER, 0, NOW), terms).book, amount
    for verb, number in steps:
        arguments = (terms, number % amount + 1) if verb in ("capture", "refund") else (terms,)
        call = Call(PAYER, 0, NOW + DAY) if verb == "reclaim" else Call(MERCHANT, 0, NOW)
        try:
            outcome = getattr(escrow, verb)(book, call, *arguments)
        except Rejected:
            continue
        book = outcome.book
        held += sum(t.amount if t.way is Way.COLLECT else -t.amount for t in outcome.transfers)
        assert escrow.owed(book, TOKEN) == held


def test_invoice_is_paid_once_and_until_refunded():
    book = processor_book()
    assert not payment.is_paid(book, INVOICE)
    book = paid(book).book
    assert payment.receipt_of(book, INVOICE) == Receipt(PAYER, NOW, Status.PAID)
    assert rejection(paid, book, INVOICE, STRANGER) == ("AlreadyPaid", payment.key_of(book, INVOICE), PAYER, NOW)
    book = payment.refund(book, Call(MERCHANT, INVOICE.amount, NOW), INVOICE).book
    assert payment.receipt_of(book, INVOICE).status is Status.REFUNDED
    assert not payment.is_paid(book, INVOICE)
    assert rejection(paid, book)[0] == "AlreadyPaid"


def test_a_worthless_token_or_one_wei_under_the_same_reference_settles_nothing():
    worthless = dataclasses.replace(INVOICE, token=TOKEN)
    book = payment.process_token_payment(processor_book(), Call(STRANGER, 0, NOW), worthless).book
    book = paid(book, dataclasses.replace(INVOICE, amount=1), STRANGER).book
    assert not payment.is_paid(book, INVOICE)


def test_an_act_leaves_the_book_it_was_given_as_it_was():
    book = processor_book(100)
    paid(book)
    assert book == processor_book(100)


def test_batch_finds_fault_with_its_payouts_only_after_it_has_collected():
    payouts = [payment.Payout(MERCHANT, 1), payment.Payout(MERCHANT, 0)]
    with pytest.raises(Rejected) as refused:
        payment.process_batch(processor_book(), Call(PAYER, 0, NOW), TOKEN, payouts, 1, REFERENCE)
    assert (refused.value.error, refused.value.values) == ("InvalidPayout", (1, MERCHANT, 0))
    assert [(t.way, t.source, t.amount) for t in refused.value.after] == [(Way.COLLECT, PAYER, 1)]


def test_pause_blocks_entry_until_its_end_and_never_exit():
    opened = escrow.authorize(vault_book(), Call(PAYER, 0, NOW), TERMS).book
    book = breaker.pause(opened, Call(GUARDIAN, 0, NOW), DAY).book
    assert rejection(balance.deposit, book, Call(PAYER, 1, NOW + DAY - 1)) == ("ContractPaused", NOW + DAY)
    assert balance.deposit(book, Call(PAYER, 1, NOW + DAY)).book.balances == {(PAYER, NATIVE): 1}
    assert escrow.void(book, Call(MERCHANT, 0, NOW), TERMS).transfers[0].amount == TERMS.amount


def test_guardian_waits_for_the_cool_down_and_the_governor_does_not():
    book = breaker.pause(vault_book(), Call(GUARDIAN, 0, NOW), DAY).book
    ready = NOW + DAY + breaker.COOL_DOWN_SECONDS
    assert rejection(breaker.pause, book, Call(GUARDIAN, 0, ready - 1), 1) == ("CoolingDown", ready)
    assert breaker.pause(book, Call(GUARDIAN, 0, ready), 1).book.paused_until == ready + 1
    assert breaker.pause(book, Call(GOVERNOR, 0, NOW), 1).book.paused_until == NOW + 1


def test_a_guardian_that_was_silent_too_long_pauses_no_more_until_the_governor_appoints_it_again():
    call, late = Call(GUARDIAN, 0, NOW), NOW + breaker.HEARTBEAT_SECONDS
    book = breaker.guard(vault_book(), call).book
    assert rejection(breaker.pause, book, Call(GUARDIAN, 0, late), 1) == ("GuardianLapsed", GUARDIAN, late)
    assert breaker.pause(book, Call(GUARDIAN, 0, late - 1), 1).book.paused_until == late
    again = governed.grant_role(book, Call(GOVERNOR, 0, late), governed.GUARDIAN_ROLE, GUARDIAN).book
    assert breaker.pause(again, Call(GUARDIAN, 0, late), 1).book.paused_until == late + 1


@given(capacity=st.integers(0, 2**96 - 1), held=st.integers(1, 2**100), waits=st.lists(st.integers(0, DAY), max_size=9))
def test_sweeps_send_what_the_limit_lets_out_and_lose_nothing(capacity, held, waits):
    limited = governed.set_limit(processor_book(), Call(GOVERNOR, 0, NOW), TOKEN, capacity, DAY).book
    book, now, swept = payment.hold(limited, TOKEN, held), NOW, 0
    for wait in waits:
        now += wait
        try:
            outcome = payment.sweep(book, Call(STRANGER, 0, now), TOKEN)
        except Rejected as refusal:
            assert refusal.error == ("LimitReached" if book.unswept[TOKEN] else "ZeroAmount")
            continue
        book = outcome.book
        swept += outcome.transfers[0].amount
        assert swept + book.unswept[TOKEN] == held
        assert swept * DAY <= capacity * (DAY + now - NOW)


def test_a_sweep_of_what_has_no_limit_is_refused_and_names_what_waits():
    book = payment.hold(processor_book(), TOKEN, 7)
    assert rejection(payment.sweep, book, Call(STRANGER, 0, NOW), TOKEN) == ("LimitReached", TOKEN, 7)
    assert rejection(payment.sweep, book, Call(STRANGER, 0, NOW), NATIVE) == ("ZeroAmount",)


def test_deadlines_hold_to_the_second():
    opened = escrow.authorize(vault_book(), Call(PAYER, 0, NOW), TERMS).book
    key, deadline = escrow.key_of(opened, TERMS), TERMS.capture_deadline
    too_early = rejection(escrow.reclaim, opened, Call(PAYER, 0, deadline - 1), TERMS)
    assert too_early == ("TooEarly", key, deadline - 1, deadline)
    expired = rejection(escrow.capture, opened, Call(MERCHANT, 0, deadline), TERMS, 1)
    assert expired == ("Expired", key, deadline, deadline)
    assert escrow.capture(opened, Call(MERCHANT, 0, deadline - 1), TERMS, 1).book
    assert escrow.reclaim(opened, Call(PAYER, 0, deadline), TERMS).book
