"""What the stablecoin says of itself."""

from tests.unit.coins import HELD, NAME, SYMBOL


def test_it_has_six_decimals_and_its_name(coin):
    assert (coin.name(), coin.symbol(), coin.decimals(), coin.version()) == (NAME, SYMBOL, 6, "1.0.0")


def test_the_supply_is_what_was_minted(coin):
    assert coin.totalSupply() == 3 * HELD


def test_nonces_of_a_sequence_bear_its_name(coin, payer):
    assert [coin.nonces(payer), coin.nonces(payer, 0), coin.nonces(payer, 5)] == [0, 0, 5 << 64]
