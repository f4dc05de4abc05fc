"""The views: what anyone can prove about an escrow or a balance."""

from brownie import Wei
from brownie.test import given
from hypothesis import settings
from hypothesis import strategies as st

from tests.support import NATIVE
from tests.unit.keys import Terms, escrow_key

PRICE = Wei("1 ether")
addresses = st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())
words = st.integers(0, 2**256 - 1)


@given(terms=st.builds(Terms, addresses, addresses, addresses, words, words, words, words, words, words))
@settings(max_examples=30)
def test_escrow_key_is_the_hash_of_all_terms(secure, terms):
    assert secure.escrowKey(terms) == "0x" + escrow_key(secure, terms).hex()


def test_every_field_of_the_terms_is_in_the_key(secure, stranger, terms):
    agreed = terms()
    others = [agreed._replace(**{name: stranger.address}) for name in agreed._fields[:3]]
    others += [agreed._replace(**{name: getattr(agreed, name) + 1}) for name in agreed._fields[3:]]
    assert len({str(secure.escrowKey(each)) for each in [agreed, *others]}) == len(agreed) + 1


def test_an_escrow_never_authorized_reads_as_zeros(secure, terms):
    agreed = terms()
    assert secure.escrows(escrow_key(secure, agreed)) == (0, 0, 0, 0)
    assert (secure.capturable(agreed), secure.refundable(agreed)) == (0, 0)


def test_a_balance_never_touched_is_zero(secure, payer, token):
    assert (secure.balanceOf(payer, NATIVE), secure.balanceOf(payer, token)) == (0, 0)


def test_version_is_semantic(secure):
    assert secure.version() == "1.0.0"
