"""cancelAuthorization (EIP-3009): what was signed is worth nothing any more, and nothing was paid."""

import pytest

from tests.support import emitted, event, reverts
from tests.unit.coins import HELD, state
from tests.unit.typed_messages import CANCEL, TRANSFER, nonce, vrs


@pytest.fixture
def cancel(coin, holder, stranger, signed, form):
    """Cancel a nonce of the holder, submitted by a stranger."""

    def cancel(which, said=None, **options):
        sig = signed(CANCEL, holder.address, which if said is None else said, **options)
        tail = vrs(sig) if form == "v, r, s" else (sig,)
        return coin.cancelAuthorization(holder.address, which, *tail, {"from": stranger})

    return cancel


def test_a_cancelled_authorization_reads_as_used_and_nothing_was_transferred(coin, holder, merchant, cancel):
    """Who takes authorizationState for a proof of payment is deceived: here is the trap, the state without money."""
    before = state(coin, holder.address, merchant)
    tx = cancel(nonce(7))
    assert emitted(tx, coin) == [event("AuthorizationCanceled", holder.address, nonce(7))]
    assert coin.authorizationState(holder.address, nonce(7))
    assert state(coin, holder.address, merchant) == before


def test_what_was_cancelled_does_not_go(coin, holder, terms, signed, cancel):
    said = terms()
    cancel(said.nonce)
    with reverts("InvalidAccountNonce", holder.address, int.from_bytes(nonce(7, 1))):
        coin.transferWithAuthorization(*said, *vrs(signed(TRANSFER, *said)))
    assert coin.balanceOf(holder.address) == HELD


def test_after_a_cancellation_the_next_number_of_the_sequence_goes(coin, merchant, terms, signed, cancel):
    cancel(nonce(7))
    said = terms(nonce=nonce(7, 1))
    coin.transferWithAuthorization(*said, *vrs(signed(TRANSFER, *said)))
    assert coin.balanceOf(merchant) == HELD + said.amount


def test_what_was_used_cannot_be_cancelled(coin, holder, terms, signed, cancel):
    said = terms()
    coin.transferWithAuthorization(*said, *vrs(signed(TRANSFER, *said)))
    with reverts("InvalidAccountNonce", holder.address, int.from_bytes(nonce(7, 1))):
        cancel(said.nonce)


def test_a_number_to_come_cannot_be_cancelled_before_its_turn(coin, holder, cancel):
    with reverts("InvalidAccountNonce", holder.address, int.from_bytes(nonce(7))):
        cancel(nonce(7, 1))
    assert not coin.authorizationState(holder.address, nonce(7, 1))


def test_a_cancellation_cannot_be_repeated(holder, cancel):
    cancel(nonce(7))
    with reverts("InvalidAccountNonce", holder.address, int.from_bytes(nonce(7, 1))):
        cancel(nonce(7))


def test_the_holder_alone_cancels(coin, holder, other_key, cancel):
    with reverts("ERC3009InvalidSignature"):
        cancel(nonce(7), key=other_key)
    with reverts("ERC3009InvalidSignature"):
        cancel(nonce(7), said=nonce(8))
    for other in ({"chain_id": 1}, {"version": "2"}, {"contract": "0x" + "11" * 20}):
        with reverts("ERC3009InvalidSignature"):
            cancel(nonce(7), **other)
    assert not coin.authorizationState(holder.address, nonce(7))


def test_neither_pause_nor_block_stops_a_cancellation(coin, holder, cancel, paused_until, blocklister):
    coin.blockAccount(holder.address, {"from": blocklister})
    paused_until(coin)
    cancel(nonce(7))
    assert coin.authorizationState(holder.address, nonce(7))


def test_cancelling_number_zero_of_sequence_zero_uses_the_next_permit(coin, holder, cancel):
    cancel(nonce(0))
    assert coin.nonces(holder.address) == 1
