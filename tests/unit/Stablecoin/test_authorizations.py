"""transferWithAuthorization and receiveWithAuthorization (EIP-3009): the holder signs, somebody else pays the gas."""

import pytest

from tests.support import at, emitted, event, now, reverts, send
from tests.unit.coins import HELD, MAX_AMOUNT, UNLIMITED, ZERO, deploy_bare, freeze, moved, state, supply
from tests.unit.signing import malleated
from tests.unit.typed_messages import FOREVER, PERMIT, RECEIVE, TRANSFER, nonce, vrs

BLOCK_RANGE_FLAG = 1 << 47


@pytest.fixture
def submit(coin, merchant, signed, entrance, form):
    """Submit an authorization through the function under test: signed for `said`, submitted as `told`."""
    function, kind = entrance

    def submit(said, told=None, sender=None, sig=None, **options):
        sig = signed(kind, *said, **options) if sig is None else sig
        tail = vrs(sig) if form == "v, r, s" else (sig,)
        return getattr(coin, function)(*(told or said), *tail, {"from": sender or merchant})

    return submit


@pytest.mark.parametrize("amount", [0, 1, HELD])
def test_what_the_holder_signed_is_carried_out_and_its_nonce_used(coin, holder, merchant, terms, submit, amount):
    said = terms(amount=amount)
    tx = submit(said)
    used = event("AuthorizationUsed", holder.address, said.nonce)
    assert emitted(tx, coin) == [used, moved(holder.address, merchant, amount)]
    assert (coin.balanceOf(holder.address), coin.balanceOf(merchant)) == (HELD - amount, HELD + amount)
    assert coin.authorizationState(holder.address, said.nonce)
    assert coin.nonces(holder.address) == 0


def test_the_holder_needs_neither_native_coin_nor_an_allowance(coin, holder, merchant, terms, submit, web3):
    submit(terms())
    assert web3.eth.get_balance(holder.address) == 0
    assert coin.allowance(holder.address, merchant) == 0


def test_it_does_not_go_twice(coin, holder, terms, submit):
    submit(terms())
    with reverts("InvalidAccountNonce", holder.address, int.from_bytes(nonce(7, 1))):
        submit(terms())
    assert coin.balanceOf(holder.address) == HELD - terms().amount


def test_the_numbers_of_a_sequence_are_used_in_their_order(coin, holder, terms, submit):
    with reverts("InvalidAccountNonce", holder.address, int.from_bytes(nonce(9, 0))):
        submit(terms(nonce=nonce(9, 1)))
    for number in range(3):
        submit(terms(nonce=nonce(9, number), amount=1))
        assert coin.authorizationState(holder.address, nonce(9, number))
        assert not coin.authorizationState(holder.address, nonce(9, number + 1))
    with reverts("InvalidAccountNonce", holder.address, int.from_bytes(nonce(9, 3))):
        submit(terms(nonce=nonce(9, 2**64 - 1)))


def test_sequences_are_independent(coin, holder, terms, submit):
    for sequence in (2**192 - 1, 1, 2**191):
        submit(terms(nonce=nonce(sequence), amount=1))
    assert [coin.authorizationState(holder.address, nonce(each)) for each in (1, 2, 2**191)] == [True, False, True]


def test_a_random_nonce_as_other_tokens_take_it_is_refused(holder, terms, submit):
    """Its low 64 bits would have to be zero: that is what keyed nonces ask for, and are told by."""
    random = bytes.fromhex("c5" * 32)
    with reverts("InvalidAccountNonce", holder.address, int.from_bytes(random) >> 64 << 64):
        submit(terms(nonce=random))


def test_it_goes_between_its_two_times_both_excluded(coin, terms, submit):
    start = now() + 10
    said = terms(valid_after=start, valid_before=start + 2)
    at(start)
    with reverts("ERC3009InvalidAuthorizationTime", start, start + 2):
        submit(said)
    at(start + 1)
    submit(said)
    assert coin.authorizationState(said.source, said.nonce)


def test_from_its_last_second_on_it_does_not_go(terms, submit):
    end = now() + 10
    said = terms(valid_before=end)
    at(end)
    with reverts("ERC3009InvalidAuthorizationTime", said.valid_after, end):
        submit(said)


def test_times_are_seconds_and_never_block_numbers(terms, submit, web3):
    """OpenZeppelin reads times with a high bit set as a range of blocks: here they are seconds far in the future."""
    after, before = BLOCK_RANGE_FLAG, BLOCK_RANGE_FLAG + web3.eth.block_number + 1000
    with reverts("ERC3009InvalidAuthorizationTime", after, before):
        submit(terms(valid_after=after, valid_before=before))
    submit(terms(valid_after=0, valid_before=FOREVER))


@pytest.mark.parametrize(
    "other",
    [{"chain_id": 1}, {"version": "1.0.0"}, {"version": "2"}, {"name": "USD Coin"}, {"contract": "0x" + "11" * 20}],
    ids=str,
)
def test_a_signature_for_another_chain_version_name_or_contract_is_worth_nothing(coin, holder, terms, submit, other):
    with reverts("ERC3009InvalidSignature"):
        submit(terms(), **other)
    assert not coin.authorizationState(holder.address, terms().nonce)


def test_a_signature_for_a_twin_of_the_coin_is_worth_nothing(
    deploy, governor, guardian, merchant, terms, signed, entrance, form
):
    twin = deploy_bare(deploy, "Stablecoin", governor, guardian)
    function, kind = entrance
    sig = signed(kind, *terms())
    with reverts("ERC3009InvalidSignature"):
        getattr(twin, function)(*terms(), *(vrs(sig) if form == "v, r, s" else (sig,)), {"from": merchant})


@pytest.mark.parametrize("part", ["source", "to", "amount", "valid_after", "valid_before", "nonce"])
def test_what_was_changed_after_it_was_signed_is_not_signed(terms, submit, payer, stranger, part):
    others = {"source": payer.address, "to": stranger.address, "amount": 125_500_001, "valid_after": 0}
    others |= {"valid_before": FOREVER - 1, "nonce": nonce(8)}
    told = terms(**{part: others[part]})
    sender = stranger if part == "to" else None
    with reverts("ERC3009InvalidSignature"):
        submit(terms(), told, sender=sender)


def test_another_key_authorizes_nothing(terms, submit, other_key):
    with reverts("ERC3009InvalidSignature"):
        submit(terms(), key=other_key)


def test_what_was_signed_for_one_function_is_worth_nothing_for_the_other(terms, submit, signed, entrance):
    other = RECEIVE if entrance[1] == TRANSFER else TRANSFER
    with reverts("ERC3009InvalidSignature"):
        submit(terms(), sig=signed(other, *terms()))


def test_a_permit_is_no_authorization(terms, submit, signed, holder, merchant):
    with reverts("ERC3009InvalidSignature"):
        submit(terms(), sig=signed(PERMIT, holder.address, merchant, terms().amount, 0, FOREVER))


def test_the_twin_of_a_signature_with_a_high_s_is_refused(terms, submit, signed, entrance, form):
    twin = malleated(signed(entrance[1], *terms()))
    error = ("ECDSAInvalidSignatureS", twin[32:64]) if form == "v, r, s" else ("ERC3009InvalidSignature",)
    with reverts(*error):
        submit(terms(), sig=twin)


def test_nobody_authorizes_for_the_zero_address(terms, submit, form):
    garbage = b"\1".rjust(32, b"\0") * 2 + b"\0"
    with reverts("ECDSAInvalidSignature" if form == "v, r, s" else "ERC3009InvalidSignature"):
        submit(terms(source=ZERO), sig=garbage)


def test_the_zero_address_receives_nothing(coin, holder, terms, submit, entrance):
    with reverts("ERC20InvalidReceiver", ZERO):
        submit(terms(to=ZERO))
    assert not coin.authorizationState(holder.address, terms().nonce)


@pytest.mark.parametrize("amount", [HELD + 1, MAX_AMOUNT, UNLIMITED])
def test_more_than_the_balance_reverts_and_uses_no_nonce(coin, holder, terms, submit, amount):
    with reverts("ERC20InsufficientBalance", holder.address, HELD, amount):
        submit(terms(amount=amount))
    assert not coin.authorizationState(holder.address, terms().nonce)


def test_to_the_holder_itself_only_the_nonce_changes(coin, holder, signed):
    said = (holder.address, holder.address, HELD, 0, FOREVER, nonce(3))
    coin.transferWithAuthorization(*said, *vrs(signed(TRANSFER, *said)))
    assert coin.balanceOf(holder.address) == HELD
    assert coin.authorizationState(holder.address, nonce(3))


def test_a_pause_stops_it_and_uses_no_nonce(coin, holder, terms, submit, paused_until):
    until = paused_until(coin)
    with reverts("ContractPaused", until):
        submit(terms())
    assert not coin.authorizationState(holder.address, terms().nonce)
    at(until)
    submit(terms())


def test_a_blocked_holder_does_not_send_by_signature(coin, holder, merchant, terms, submit, blocklister):
    coin.blockAccount(holder.address, {"from": blocklister})
    before = state(coin, holder.address, merchant)
    with reverts("ERC7943CannotSend", holder.address):
        submit(terms())
    assert state(coin, holder.address, merchant) == before
    coin.unblockAccount(holder.address, {"from": blocklister})
    submit(terms())


def test_a_blocked_account_does_not_receive_by_signature(coin, merchant, terms, submit, blocklister):
    coin.blockAccount(merchant, {"from": blocklister})
    with reverts("ERC7943CannotReceive", merchant):
        submit(terms())


def test_frozen_tokens_do_not_go_by_signature(coin, holder, terms, submit):
    freeze(coin, holder.address, HELD - 5)
    with reverts("ERC7943InsufficientUnfrozenBalance", holder.address, 6, 5):
        submit(terms(amount=6))
    submit(terms(amount=5))


def test_anybody_submits_a_transfer(coin, merchant, stranger, terms, signed):
    said = terms()
    coin.transferWithAuthorization(*said, *vrs(signed(TRANSFER, *said)), {"from": stranger})
    assert coin.balanceOf(merchant) == HELD + said.amount


def test_a_blocked_relayer_may_submit_since_it_neither_holds_nor_spends(
    coin, merchant, stranger, terms, signed, blocklister
):
    coin.blockAccount(stranger, {"from": blocklister})
    said = terms()
    coin.transferWithAuthorization(*said, *vrs(signed(TRANSFER, *said)), {"from": stranger})
    assert coin.balanceOf(merchant) == HELD + said.amount


def test_nobody_but_the_receiver_submits_a_receipt(coin, holder, merchant, stranger, terms, signed, form):
    """So nobody can take the payment out of the transaction that was to carry it."""
    said = terms()
    sig = signed(RECEIVE, *said)
    tail = vrs(sig) if form == "v, r, s" else (sig,)
    with reverts("ERC20InvalidReceiver", merchant):
        coin.receiveWithAuthorization(*said, *tail, {"from": stranger})
    assert not coin.authorizationState(holder.address, said.nonce)


@pytest.fixture
def vault(coin, deploy):
    """A contract that holds the coin and says yes to every signature, until it is told otherwise."""
    vault = deploy("ContractOwner")
    supply(coin, vault, HELD)
    return vault


@pytest.mark.parametrize("sig", [b"", b"whatever it reads"], ids=["empty", "its own"])
def test_a_contract_authorizes_by_its_own_code(coin, vault, merchant, terms, entrance, sig):
    said = terms(source=vault.address)
    getattr(coin, entrance[0])(*said, sig, {"from": merchant})
    assert (coin.balanceOf(vault), coin.balanceOf(merchant)) == (HELD - said.amount, HELD + said.amount)


@pytest.mark.parametrize("answer", range(1, 9))
def test_a_contract_that_does_not_say_yes_exactly_authorizes_nothing(coin, vault, merchant, terms, entrance, answer):
    send(merchant, vault.setAnswer, answer)
    said = terms(source=vault.address)
    with reverts("ERC3009InvalidSignature"):
        getattr(coin, entrance[0])(*said, b"", {"from": merchant})
    assert coin.balanceOf(vault) == HELD
