"""getOwner: what BEP-20 has over ERC-20."""

from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.support import wait
from tests.unit.coins import NAME, SYMBOL
from tests.unit.rawcall import refusal


def test_the_owner_is_the_governor(coin, governor):
    assert coin.getOwner() == coin.owner() == coin.defaultAdmin() == governor


def test_the_owner_changes_with_the_governor(coin, governor, stranger):
    coin.beginDefaultAdminTransfer(stranger, {"from": governor})
    assert coin.getOwner() == governor
    wait(GOVERNOR_DELAY_SECONDS + 1)
    coin.acceptDefaultAdminTransfer({"from": stranger})
    assert coin.getOwner() == stranger


def test_the_selector_is_bep20s_own(coin):
    """0x893d20e8, as BNB Chain's wallets and explorers ask for it."""
    assert refusal(coin, bytes.fromhex("893d20e8")) is None


def test_it_has_eighteen_decimals_and_its_name(coin):
    assert (coin.name(), coin.symbol(), coin.decimals(), coin.version()) == (NAME, SYMBOL, 18, "1.0.0")
