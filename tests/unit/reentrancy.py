"""Every entry point of both contracts as a call that a receiver or a token makes from within another."""

from tests.support import NATIVE, payment_id, send
from tests.unit.keys import DAY, Terms, payout

INNER = payment_id("reentered")
GUARDED = "0x3ee5aeb5"  # the selector of ReentrancyGuardReentrantCall()
UNIT = 1000


def processor_calls(processor, attacker, victim, token):
    """Calls that would be good from `attacker`, were no other under way: name to call data."""
    payouts = [payout(victim, UNIT)]
    return {
        "processPayment": processor.processPayment.encode_input(victim, UNIT, INNER),
        "processTokenPayment": processor.processTokenPayment.encode_input(token, victim, UNIT, INNER),
        "processBatch": processor.processBatch.encode_input(token, payouts, UNIT, INNER),
        "refund": processor.refund.encode_input(token, attacker, UNIT, INNER),
        "sweep": processor.sweep.encode_input(NATIVE),
    }


def secure_calls(secure, attacker, victim, token, now):
    """The same for SecurePayment."""
    paying = Terms(attacker.address, victim.address, token.address, UNIT, now + DAY, now + 2 * DAY, 0, 500, 77)
    selling = paying._replace(payer=victim.address, merchant=attacker.address)
    return {
        "deposit": secure.deposit.encode_input(),
        "depositToken": secure.depositToken.encode_input(token, UNIT),
        "withdraw": secure.withdraw.encode_input(UNIT),
        "withdrawToken": secure.withdrawToken.encode_input(token, UNIT),
        "authorize": secure.authorize.encode_input(paying),
        "capture": secure.capture.encode_input(selling, UNIT),
        "refund": secure.refund.encode_input(selling, UNIT),
        "void": secure.void.encode_input(selling),
        "reclaim": secure.reclaim.encode_input(paying),
    }


def arm(attacker, sender, target, data):
    send(sender, attacker.arm, target, data)


def was_refused(attacker):
    """Whether the attacker did call back, and the guard refused it."""
    return attacker.called() and not attacker.succeeded() and str(attacker.returned()) == GUARDED
