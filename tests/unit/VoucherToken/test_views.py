"""What the contract says of itself."""

import pytest
from eth_utils import keccak

from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.unit.VoucherToken.conftest import CAKE, COFFEE, STOCK

ERC165, ERC1155, ERC1155_METADATA = "0x01ffc9a7", "0xd9b67a26", "0x0e89341c"
ERC1155_RECEIVER, ERC721, NOTHING = "0x4e2312e0", "0x80ac58cd", "0xffffffff"


def test_it_has_the_address_of_its_descriptions(voucher):
    assert (voucher.uri(COFFEE), voucher.version()) == ("https://shop/{id}.json", "1.0.0")


def test_it_counts_each_kind_and_all(voucher):
    assert [voucher.totalSupply["uint256"](kind) for kind in (COFFEE, CAKE)] == [STOCK, 0]
    assert voucher.totalSupply() == 2 * STOCK
    assert [voucher.exists(kind) for kind in (COFFEE, CAKE)] == [True, False]


def test_the_governor_governs_and_the_guardian_guards(voucher, governor, guardian):
    assert (voucher.defaultAdmin(), voucher.defaultAdminDelay()) == (governor, GOVERNOR_DELAY_SECONDS)
    assert voucher.hasRole(voucher.GUARDIAN_ROLE(), guardian)
    assert bytes(voucher.MERCHANT_ROLE()) == keccak(text="MERCHANT_ROLE")


def test_nobody_is_merchant_at_deployment(deploy, governor, guardian, deployer):
    fresh = deploy("VoucherToken", "", GOVERNOR_DELAY_SECONDS, governor, guardian)
    for account in (governor, guardian, deployer):
        assert not fresh.hasRole(fresh.MERCHANT_ROLE(), account)


@pytest.mark.parametrize("known", [ERC165, ERC1155, ERC1155_METADATA])
def test_it_announces_what_it_is(voucher, known):
    assert voucher.supportsInterface(known)


@pytest.mark.parametrize("unknown", [ERC1155_RECEIVER, ERC721, NOTHING])
def test_it_announces_nothing_else(voucher, unknown):
    assert not voucher.supportsInterface(unknown)


def test_appointments_are_on_the_trail(voucher, merchant, proven):
    records = proven(voucher)
    assert records[-1].kind.rstrip(b"\0") == b"grantRole"
    assert records[-1].payload == bytes(voucher.MERCHANT_ROLE()) + bytes(12) + bytes.fromhex(str(merchant)[2:])
