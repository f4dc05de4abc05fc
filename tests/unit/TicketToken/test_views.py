"""What the contract says of itself."""

import pytest
from eth_utils import keccak

from tests.conftest import GOVERNOR_DELAY_SECONDS

ERC165, ERC721, ERC721_METADATA, ERC4906 = "0x01ffc9a7", "0x80ac58cd", "0x5b5e139f", "0x49064906"
ERC721_RECEIVER, ERC1155, NOTHING = "0x150b7a02", "0xd9b67a26", "0xffffffff"


def test_it_has_the_name_that_it_was_given(ticket):
    assert (ticket.name(), ticket.symbol(), ticket.version()) == ("Concert Tickets", "TICKET", "1.0.0")


def test_the_governor_governs_and_the_guardian_guards(ticket, governor, guardian, merchant):
    assert (ticket.defaultAdmin(), ticket.defaultAdminDelay()) == (governor, GOVERNOR_DELAY_SECONDS)
    assert ticket.hasRole(ticket.GUARDIAN_ROLE(), guardian)
    assert bytes(ticket.MERCHANT_ROLE()) == keccak(text="MERCHANT_ROLE")
    assert bytes(ticket.getRoleAdmin(ticket.MERCHANT_ROLE())) == bytes(32)


def test_nobody_is_merchant_at_deployment(deploy, governor, guardian, deployer):
    fresh = deploy("TicketToken", "", "", GOVERNOR_DELAY_SECONDS, governor, guardian)
    for account in (governor, guardian, deployer):
        assert not fresh.hasRole(fresh.MERCHANT_ROLE(), account)


@pytest.mark.parametrize("known", [ERC165, ERC721, ERC721_METADATA, ERC4906])
def test_it_announces_what_it_is(ticket, known):
    assert ticket.supportsInterface(known)


@pytest.mark.parametrize("unknown", [ERC721_RECEIVER, ERC1155, NOTHING])
def test_it_announces_nothing_else(ticket, unknown):
    assert not ticket.supportsInterface(unknown)


def test_appointments_are_on_the_trail(ticket, merchant, proven):
    records = proven(ticket)
    assert records[-1].kind.rstrip(b"\0") == b"grantRole"
    assert records[-1].payload == bytes(ticket.MERCHANT_ROLE()) + bytes(12) + bytes.fromhex(str(merchant)[2:])
