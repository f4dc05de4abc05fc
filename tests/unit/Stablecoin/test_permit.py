"""permit (EIP-2612): an allowance by a signature over the next nonce, for this chain and contract, once."""

import pytest

from tests.support import at, emitted, event, now, reverts, wait
from tests.unit.coins import HELD, UNLIMITED, ZERO, deploy_bare
from tests.unit.signing import malleated
from tests.unit.typed_messages import FOREVER, PERMIT, TRANSFER, digest, domain, nonce, signer_of, vrs


@pytest.fixture
def permit(coin, holder, stranger, signed, merchant):
    """Permit the stranger, submitted by the merchant: signed for `said`, submitted with what the contract is `told`."""

    def permit(amount=100, number=None, deadline=FOREVER, key=None, told=None, **other):
        number = coin.nonces(holder.address) if number is None else number
        said = (holder.address, stranger, amount, number, deadline)
        v, r, s = vrs(signed(PERMIT, *said, key=key, **other))
        given = {"owner": holder.address, "spender": stranger, "amount": amount, "deadline": deadline} | (told or {})
        return coin.permit(*given.values(), v, r, s, {"from": merchant})

    return permit


@pytest.mark.parametrize("amount", [0, 1, UNLIMITED])
def test_a_signature_allows_and_uses_the_next_nonce(coin, holder, stranger, permit, amount):
    tx = permit(amount)
    assert emitted(tx, coin) == [event("Approval", holder.address, stranger, amount)]
    assert coin.allowance(holder.address, stranger) == amount
    assert coin.nonces(holder.address) == 1


def test_permits_count_up(coin, holder, stranger, permit):
    for amount in (5, 6, 7):
        permit(amount)
        assert coin.allowance(holder.address, stranger) == amount
    assert coin.nonces(holder.address) == 3


def test_a_permit_touches_no_other_nonce_and_allowance(coin, payer, stranger, permit):
    coin.approve(stranger, 9, {"from": payer})
    permit()
    assert (coin.nonces(payer), coin.nonces(stranger), coin.allowance(payer, stranger)) == (0, 0, 9)


def recovered(coin, holder, stranger, sig, amount=100, number=0, deadline=FOREVER):
    return signer_of(digest(domain(coin), PERMIT, holder.address, stranger, amount, number, deadline), sig)


def test_it_does_not_go_twice(coin, holder, stranger, signed, merchant):
    """Over the nonce that is next by then, the old signature is that of somebody unknown."""
    sig = signed(PERMIT, holder.address, stranger, 100, 0, FOREVER)
    arguments = (holder.address, stranger, 100, FOREVER, *vrs(sig))
    coin.permit(*arguments, {"from": merchant})
    coin.approve(stranger, 1, {"from": merchant})
    unknown = recovered(coin, holder, stranger, sig, number=1)
    with reverts("ERC2612InvalidSigner", unknown, holder.address):
        coin.permit(*arguments, {"from": merchant})
    assert coin.nonces(holder.address) == 1


def test_a_permit_that_somebody_submits_first_has_done_what_it_was_for(coin, holder, stranger, signed, merchant):
    """Front-run: the second submission reverts, and the allowance is there all the same."""
    sig = signed(PERMIT, holder.address, stranger, HELD, 0, FOREVER)
    arguments = (holder.address, stranger, HELD, FOREVER, *vrs(sig))
    coin.permit(*arguments, {"from": merchant})
    with reverts("ERC2612InvalidSigner", recovered(coin, holder, stranger, sig, HELD, 1), holder.address):
        coin.permit(*arguments, {"from": stranger})
    coin.transferFrom(holder.address, merchant, HELD, {"from": stranger})
    assert coin.balanceOf(merchant) == 2 * HELD


def test_it_goes_in_its_deadlines_second_and_not_after(permit):
    deadline = now() + 10
    at(deadline)
    permit(deadline=deadline)
    wait(1)
    with reverts("ERC2612ExpiredSignature", deadline):
        permit(deadline=deadline)


def test_another_key_permits_nothing(holder, other_key, permit):
    with reverts("ERC2612InvalidSigner", other_key.address, holder.address):
        permit(key=other_key)


@pytest.mark.parametrize(
    "other",
    [{"chain_id": 1}, {"version": "1.0.0"}, {"version": "2"}, {"name": "USD Coin"}, {"contract": "0x" + "11" * 20}],
    ids=str,
)
def test_a_signature_for_another_chain_version_name_or_contract_is_worth_nothing(
    coin, holder, stranger, signed, merchant, other
):
    sig = signed(PERMIT, holder.address, stranger, 100, 0, FOREVER, **other)
    with reverts("ERC2612InvalidSigner", recovered(coin, holder, stranger, sig), holder.address):
        coin.permit(holder.address, stranger, 100, FOREVER, *vrs(sig), {"from": merchant})
    assert coin.allowance(holder.address, stranger) == 0


def test_a_signature_for_a_twin_of_the_coin_is_worth_nothing(
    coin, deploy, governor, guardian, holder, stranger, signed
):
    twin = deploy_bare(deploy, "Stablecoin", governor, guardian)
    sig = signed(PERMIT, holder.address, stranger, 100, 0, FOREVER)
    with reverts("ERC2612InvalidSigner", recovered(twin, holder, stranger, sig), holder.address):
        twin.permit(holder.address, stranger, 100, FOREVER, *vrs(sig))


@pytest.mark.parametrize(
    "changed", [{"amount": 101}, {"deadline": FOREVER - 1}, {"spender": "0x" + "22" * 20}], ids=str
)
def test_what_was_changed_after_it_was_signed_is_not_signed(coin, holder, stranger, signed, permit, changed):
    told = {"spender": stranger.address, "amount": 100, "deadline": FOREVER} | changed
    sig = signed(PERMIT, holder.address, stranger, 100, 0, FOREVER)
    hashed = digest(domain(coin), PERMIT, holder.address, told["spender"], told["amount"], 0, told["deadline"])
    with reverts("ERC2612InvalidSigner", signer_of(hashed, sig), holder.address):
        permit(told=changed)


def test_a_nonce_to_come_is_not_the_next(coin, holder, stranger, signed, permit):
    sig = signed(PERMIT, holder.address, stranger, 100, 1, FOREVER)
    with reverts("ERC2612InvalidSigner", recovered(coin, holder, stranger, sig), holder.address):
        permit(number=1)


def test_the_twin_of_a_signature_with_a_high_s_is_refused(coin, holder, stranger, signed, merchant):
    twin = malleated(signed(PERMIT, holder.address, stranger, 100, 0, FOREVER))
    with reverts("ECDSAInvalidSignatureS", twin[32:64]):
        coin.permit(holder.address, stranger, 100, FOREVER, *vrs(twin), {"from": merchant})


@pytest.mark.parametrize("v", [0, 1, 26, 29, 255])
def test_nobody_permits_for_the_zero_address(coin, stranger, v):
    with reverts("ECDSAInvalidSignature"):
        coin.permit(ZERO, stranger, 100, FOREVER, v, b"\1".rjust(32, b"\0"), b"\1".rjust(32, b"\0"))


def test_the_zero_address_spends_nothing(coin, holder, signed):
    sig = signed(PERMIT, holder.address, ZERO, 100, 0, FOREVER)
    with reverts("ERC20InvalidSpender", ZERO):
        coin.permit(holder.address, ZERO, 100, FOREVER, *vrs(sig))


def test_a_pause_and_a_block_stop_the_transfer_and_not_the_permit(
    coin, holder, stranger, merchant, permit, paused_until, blocklister
):
    coin.blockAccount(holder.address, {"from": blocklister})
    until = paused_until(coin)
    permit(HELD)
    assert coin.allowance(holder.address, stranger) == HELD
    with reverts("ContractPaused", until):
        coin.transferFrom(holder.address, merchant, 1, {"from": stranger})
    at(until)
    with reverts("ERC7943CannotSend", holder.address):
        coin.transferFrom(holder.address, merchant, 1, {"from": stranger})


def test_the_domain_is_the_one_that_is_signed(coin):
    assert bytes(coin.DOMAIN_SEPARATOR()) == domain(coin).separator
    fields, name, version, chain_id, contract, salt, extensions = coin.eip712Domain()
    assert (bytes(fields), name, version, chain_id, contract) == (b"\x0f", *domain(coin))
    assert (bytes(salt), extensions) == (bytes(32), ())
    assert coin.version() == "1.0.0"


def test_sequence_zero_of_authorizations_is_that_of_permits(coin, holder, merchant, permit, terms, signed):
    said = terms(nonce=nonce(0))
    sig = signed(TRANSFER, *said)
    permit()
    assert coin.authorizationState(holder.address, nonce(0))
    with reverts("InvalidAccountNonce", holder.address, 1):
        coin.transferWithAuthorization(*said, *vrs(sig), {"from": merchant})
    said = terms(nonce=nonce(0, 1))
    coin.transferWithAuthorization(*said, *vrs(signed(TRANSFER, *said)), {"from": merchant})
    assert coin.nonces(holder.address) == 2
