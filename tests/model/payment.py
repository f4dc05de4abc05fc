"""The reference model of PaymentProcessor: the book of what is paid, batches, the fee.

Terms and keys are offchain/core/payment.py's; payments that the payer only signs are in signed_payment.py, who governs
in governed.py, what acts have in common in act.py.
Source: interfaces/IPaymentProcessor.sol. Each act makes its checks in the contract's own order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from eth_abi.abi import encode
from eth_utils.address import to_canonical_address
from eth_utils.crypto import keccak

from offchain.core.payment import Invoice, Receipt, Status, payment_key
from offchain.core.units import NATIVE, NOTHING, ZERO_ADDRESS, Address, Key, TokenUnits
from tests.model.act import Call, Event, Outcome, Rejected, Transfer, Way
from tests.model.gate import enter, fee_of
from tests.model.governed import GovernedBook
from tests.model.limits import available_of, take

MAX_BATCH = 400


@dataclass(frozen=True)
class Payout:
    """One item of a batch; the amount is below 2^96 base units."""

    to: Address
    amount: TokenUnits


@dataclass(frozen=True, kw_only=True)
class ProcessorBook(GovernedBook):
    """All that PaymentProcessor remembers: receipts by key, commitments by (payer, batch id).

    And by asset what it holds: fees not swept yet, and money that was forced upon it.
    """

    receipts: Mapping[Key, Receipt] = field(default_factory=dict)
    batches: Mapping[tuple[Address, bytes], bytes] = field(default_factory=dict)
    unswept: Mapping[Address, TokenUnits] = field(default_factory=dict)


def pack_payout(payout: Payout) -> bytes:
    """A payout as the contract takes it, 32 bytes: the payee's 20, then the amount in 12.

    Raises OverflowError for an amount of 2^96 or more.
    """
    return to_canonical_address(payout.to) + payout.amount.to_bytes(12, "big")


def batch_commitment(token: Address, payouts: Sequence[Payout]) -> bytes:
    """What a batch's slot holds: 32 bytes that bind the token and every payout in its order."""
    packed = keccak(b"".join(map(pack_payout, payouts)))
    return keccak(encode(("address", "bytes32"), (token, packed)))


def key_of(book: ProcessorBook, invoice: Invoice) -> Key:
    """The key that these terms have in this book."""
    return payment_key(book.chain_id, book.address, invoice)


def receipt_of(book: ProcessorBook, invoice: Invoice) -> Receipt:
    """Who paid these terms, when, and their status; empty if nobody has."""
    return book.receipts.get(key_of(book, invoice), Receipt())


def is_paid(book: ProcessorBook, invoice: Invoice) -> bool:
    """Whether exactly these terms are paid and not refunded."""
    return receipt_of(book, invoice).status is Status.PAID


def process_payment(
    book: ProcessorBook, call: Call, to: Address, amount: TokenUnits, payment_id: bytes
) -> Outcome[ProcessorBook]:
    """Pay native coin, now, once.

    Raises WrongValue, ContractPaused, ZeroAmount, InvalidPayee, SelfPayment, AlreadyPaid.
    """
    _require_value(call, amount)
    settled, fee = _settle(book, call, call.caller, Invoice(NATIVE, to, amount, payment_id))

    values = {"paymentId": payment_id, "from": call.caller, "to": to, "amount": amount}
    transfers = (
        Transfer(Way.COLLECT, NATIVE, call.caller, book.address, amount),
        Transfer(Way.SEND, NATIVE, book.address, to, TokenUnits(amount - fee)),
    )
    return Outcome(settled, transfers, (Event("PaymentProcessed", values),))


def process_token_payment(book: ProcessorBook, call: Call, invoice: Invoice) -> Outcome[ProcessorBook]:
    """Pay a token from the caller's approval, now, once.

    Raises ContractPaused, ZeroAmount, InvalidPayee, SelfPayment, AlreadyPaid, NotAToken.
    """
    return pay_by_approval(book, call, call.caller, invoice)


def pay_by_approval(book: ProcessorBook, call: Call, payer: Address, invoice: Invoice) -> Outcome[ProcessorBook]:
    """Pay a token that the payer has approved, straight to the payee.

    Raises what process_token_payment does.
    """
    settled, fee, event = settle_token(book, call, payer, invoice)
    require_token(invoice)
    transfers = [Transfer(Way.COLLECT, invoice.token, payer, invoice.to, TokenUnits(invoice.amount - fee))]
    if fee:
        transfers.append(Transfer(Way.COLLECT, invoice.token, payer, book.address, fee))
    return Outcome(settled, tuple(transfers), (event,))


def settle_token(
    book: ProcessorBook, call: Call, payer: Address, invoice: Invoice
) -> tuple[ProcessorBook, TokenUnits, Event]:
    """What every token payment does before tokens move: the book in which it is paid, its fee, its event.

    Raises ContractPaused, ZeroAmount, InvalidPayee, SelfPayment, AlreadyPaid.
    """
    settled, fee = _settle(book, call, payer, invoice)
    values = {
        "key": key_of(book, invoice),
        "paymentId": invoice.payment_id,
        "token": invoice.token,
        "from": payer,
        "to": invoice.to,
        "amount": invoice.amount,
        "fee": fee,
    }
    return settled, fee, Event("TokenPaymentProcessed", values)


def process_batch(
    book: ProcessorBook, call: Call, token: Address, payouts: Sequence[Payout], total: TokenUnits, batch_id: bytes
) -> Outcome[ProcessorBook]:
    """Pay many payees at once, all or nothing, no fee.

    Raises ContractPaused, InvalidBatchSize, WrongValue, BatchAlreadyProcessed, InvalidPayout, WrongTotal.
    """
    enter(book, call)
    if not 0 < len(payouts) <= MAX_BATCH:
        raise Rejected("InvalidBatchSize", len(payouts), MAX_BATCH)
    _require_value(call, total if token == NATIVE else NOTHING)
    if (call.caller, batch_id) in book.batches:
        raise Rejected("BatchAlreadyProcessed", call.caller, batch_id)
    # The contract finds fault with the payouts only once it has the money.
    collected = Transfer(Way.COLLECT, token, call.caller, book.address, total)
    for index, payout in enumerate(payouts):
        if payout.amount == 0 or payout.to in (ZERO_ADDRESS, call.caller, book.address):
            raise Rejected("InvalidPayout", index, payout.to, payout.amount, after=(collected,))
    named = sum(payout.amount for payout in payouts)
    if named != total:
        raise Rejected("WrongTotal", named, total, after=(collected,))

    batches = {**book.batches, (call.caller, batch_id): batch_commitment(token, payouts)}
    values = {"batchId": batch_id, "payer": call.caller, "token": token, "count": len(payouts), "total": total}
    sent = (Transfer(Way.PAYOUT, token, book.address, payout.to, payout.amount) for payout in payouts)
    return Outcome(replace(book, batches=batches), (collected, *sent), (Event("BatchProcessed", values),))


def refund(book: ProcessorBook, call: Call, invoice: Invoice) -> Outcome[ProcessorBook]:
    """The payee returns the full amount to the payer, once; a fee taken is not returned.

    Raises NotPaid, NotPayee, WrongValue.
    """
    key = key_of(book, invoice)
    receipt = receipt_of(book, invoice)
    if receipt.status is not Status.PAID:
        raise Rejected("NotPaid", key, receipt.status)
    if call.caller != invoice.to:
        raise Rejected("NotPayee", key, call.caller, invoice.to)
    native = invoice.token == NATIVE
    _require_value(call, invoice.amount if native else NOTHING)

    receipts = {**book.receipts, key: replace(receipt, status=Status.REFUNDED)}
    payer, token, amount = receipt.payer, invoice.token, invoice.amount
    values = {"key": key, "payer": payer, "to": invoice.to, "token": token, "amount": amount}
    transfers = [Transfer(Way.COLLECT, token, invoice.to, book.address if native else payer, amount)]
    if native:
        transfers.append(Transfer(Way.SEND, token, book.address, payer, amount))
    return Outcome(replace(book, receipts=receipts), tuple(transfers), (Event("PaymentRefunded", values),))


def sweep(book: ProcessorBook, call: Call, token: Address) -> Outcome[ProcessorBook]:
    """Anyone sends what the processor holds of an asset to the fee recipient, as much as its limit lets out now.

    Raises ZeroAmount, LimitReached.
    """
    held = book.unswept.get(token, NOTHING)
    if held == 0:
        raise Rejected("ZeroAmount")
    amount = min(held, available_of(book, token, call.now))
    if amount == 0:
        raise Rejected("LimitReached", token, held)

    limited, _ = take(book, token, amount, call.now)
    values = {"token": token, "feeRecipient": book.fee_recipient, "amount": amount}
    transfer = Transfer(Way.SEND, token, book.address, book.fee_recipient, amount)
    unswept = {**book.unswept, token: TokenUnits(held - amount)}
    return Outcome(replace(limited, unswept=unswept), (transfer,), (Event("FeesSwept", values),))


def require_token(invoice: Invoice) -> None:
    """Raises NotAToken for native coin, which no token call moves."""
    if invoice.token == NATIVE:
        raise Rejected("NotAToken", NATIVE)


def hold(book: ProcessorBook, token: Address, amount: TokenUnits) -> ProcessorBook:
    """Book what the processor keeps: a fee, or money that came without a call of it."""
    held = TokenUnits(book.unswept.get(token, NOTHING) + amount)
    return replace(book, unswept={**book.unswept, token: held})


def _settle(book: ProcessorBook, call: Call, payer: Address, invoice: Invoice) -> tuple[ProcessorBook, TokenUnits]:
    rate_bps = enter(book, call)
    if invoice.amount == 0:
        raise Rejected("ZeroAmount")
    if invoice.to in (ZERO_ADDRESS, book.address):
        raise Rejected("InvalidPayee", invoice.to)
    if invoice.to == payer:
        raise Rejected("SelfPayment", invoice.to)
    key = key_of(book, invoice)
    if key in book.receipts:
        raise Rejected("AlreadyPaid", key, book.receipts[key].payer, book.receipts[key].paid_at)

    fee = fee_of(invoice.amount, rate_bps)
    receipts = {**book.receipts, key: Receipt(payer, call.now, Status.PAID)}
    return hold(replace(book, receipts=receipts), invoice.token, fee), fee


def _require_value(call: Call, expected: TokenUnits) -> None:
    if call.value != expected:
        raise Rejected("WrongValue", call.value, expected)
