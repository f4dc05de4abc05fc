"""The flows of a MultiSig wallet that move tokens: what is asked, and what it must come to."""

from tests.support import event, rpc
from tests.unit.oddities.case import Step, view
from tests.unit.oddities.tokens import MAX, Leg
from tests.unit.signing import NO_PREDECESSOR


def pay(case):
    ((payee, amount), *_) = parts = payouts(case, case.asked, 1)
    return at_once(case, case.world.council.payment(payee, amount, case.token), parts)


def pay_batch(case):
    parts = payouts(case, case.asked)
    return at_once(case, case.world.council.batch(case.token, *parts), parts)


def settle(case):
    ((payee, amount), *_) = parts = payouts(case, above_the_limit(case), 1)
    return after_the_delay(case, case.world.council.payment(payee, amount, case.token), parts)


def settle_batch(case):
    parts = payouts(case, above_the_limit(case))
    return after_the_delay(case, case.world.council.batch(case.token, *parts), parts)


def payouts(case, total, count=2):
    """An amount for one payee, or parts of it for two; what stands for all there is has no parts."""
    first, second = case.world.payees
    if count == 1 or total == MAX:
        return [(first, total)]
    return [(first, total // 4), (second, total - total // 4)]


def above_the_limit(case):
    return case.asked if case.asked == MAX else 2 * case.asked


def at_once(case, act, parts):
    method, arguments = submission(case, act)
    case.wake(case.contract, parts[0][0])
    legs, events = moves_of(case, parts)
    return Step(case.relayer, method, arguments, legs, events, lambda: view(case.contract.nonce) == act.nonce + 1)


def after_the_delay(case, act, parts):
    wallet, council = case.contract, case.world.council
    method, arguments = submission(case, act)
    case.send(case.relayer, method, *arguments)
    key, salt = council.id_of(act), act.nonce.to_bytes(32, "big")
    rpc("evm_mine", hex(view(wallet.getTimestamp, key)))
    case.wake(wallet, parts[0][0])
    ((call,), _) = council.operation_of(act)
    legs, events = moves_of(case, parts)
    return Step(
        case.relayer,
        wallet.execute,
        (*call, NO_PREDECESSOR, salt),
        legs,
        [event("CallExecuted", key, 0, *call), *events],
        lambda: view(wallet.isOperationDone, key),
        mute=("CallFailed", 0, wallet),
    )


def submission(case, act):
    """The call that brings an act and the owners' signatures to the wallet."""
    council = case.world.council
    function, arguments = council.arguments(act)
    quorum = council.quorum(council.digest(act))
    return getattr(case.contract, function), (*arguments, act.deadline, quorum)


def moves_of(case, parts):
    """The transfers and the events of payments."""
    legs = [Leg(str(case.contract), payee, amount) for payee, amount in parts]
    return legs, [event("PaymentExecuted", payee, case.token, amount) for payee, amount in parts]


FLOWS = {  # and who calls
    "pay": ("relayer", pay),
    "payBatch": ("relayer", pay_batch),
    "settle": ("relayer", settle),
    "settleBatch": ("relayer", settle_batch),
}
