"""The reference model of payments that the payer only signs, so that anyone may carry them.

What is signed is scripts/papers/signed.py's; the book and the settlement are payment.py's. Whether a signature is good
is the token's to say, or Permit2's. Source: interfaces/IPaymentProcessor.sol.
"""

from offchain.core.payment import Invoice
from offchain.core.units import Address, TokenUnits
from scripts.papers.signed import SEQUENCE_BYTES
from tests.model.act import Call, Outcome, Rejected, Transfer, Way
from tests.model.payment import ProcessorBook, key_of, pay_by_approval, require_token, settle_token


def process_with_authorization(
    book: ProcessorBook, call: Call, invoice: Invoice, payer: Address, nonce: bytes
) -> Outcome[ProcessorBook]:
    """Pay a token that the payer authorized the processor to receive; anyone calls.

    Raises ContractPaused, ZeroAmount, InvalidPayee, SelfPayment, AlreadyPaid, WrongNonce, NotAToken.
    """
    settled, fee, event = settle_token(book, call, payer, invoice)
    key = key_of(book, invoice)
    if nonce[:-SEQUENCE_BYTES] != key[:-SEQUENCE_BYTES]:
        raise Rejected("WrongNonce", nonce, key)
    require_token(invoice)
    return Outcome(settled, _by_the_processor(Way.AUTHORIZED, book, invoice, payer, fee), (event,))


def process_with_permit2(book: ProcessorBook, call: Call, invoice: Invoice, payer: Address) -> Outcome[ProcessorBook]:
    """Pay a token that the payer signed for at Permit2; anyone calls. By the processor only if there is a fee.

    Raises ContractPaused, ZeroAmount, InvalidPayee, SelfPayment, AlreadyPaid, NotAToken.
    """
    settled, fee, event = settle_token(book, call, payer, invoice)
    require_token(invoice)
    if fee:
        return Outcome(settled, _by_the_processor(Way.PERMIT2, book, invoice, payer, fee), (event,))
    straight = Transfer(Way.PERMIT2, invoice.token, payer, invoice.to, invoice.amount)
    return Outcome(settled, (straight,), (event,))


def on_approval_received(
    book: ProcessorBook, call: Call, owner: Address, value: TokenUnits, to: Address, payment_id: bytes, allowed: int
) -> Outcome[ProcessorBook]:
    """Pay the token that calls, of ERC-1363, for an owner who has just approved exactly this; `allowed` is how much.

    Raises WrongAllowance, ContractPaused, ZeroAmount, InvalidPayee, SelfPayment, AlreadyPaid.
    """
    if allowed != value:
        raise Rejected("WrongAllowance", owner, allowed, value)
    return pay_by_approval(book, call, owner, Invoice(call.caller, to, value, payment_id))


def _by_the_processor(
    way: Way, book: ProcessorBook, invoice: Invoice, payer: Address, fee: TokenUnits
) -> tuple[Transfer, Transfer]:
    net = TokenUnits(invoice.amount - fee)
    return (
        Transfer(way, invoice.token, payer, book.address, invoice.amount),
        Transfer(Way.DELIVER, invoice.token, book.address, invoice.to, net),
    )
