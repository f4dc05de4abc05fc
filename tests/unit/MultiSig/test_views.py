"""What anyone can read of a wallet, and what it takes."""

import pytest
from brownie import ZERO_ADDRESS, chain, web3
from eth_utils import keccak

from scripts.papers import agreement
from tests.support import NATIVE, reverts_silently
from tests.unit.signing import DAY, DELAY, owner_keys

DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)"


def test_a_new_wallet_says_who_agrees_who_guards_and_how_long_it_waits(bare, guardian):
    wallet = bare.wallet
    assert wallet.ownerSet() == "0x" + bare.owner_set.hex()
    assert (wallet.guardian(), wallet.getMinDelay(), wallet.nonce(), wallet.pausedUntil()) == (guardian, DELAY, 0, 0)
    assert wallet.auditLength() == 0


def test_the_domain_is_the_one_that_owners_sign_under(council, wallet):
    fields, name, version, chain_id, verifying, salt, extensions = wallet.eip712Domain()
    assert (str(fields), name, version) == ("0x1f", agreement.NAME, agreement.VERSION)
    assert (chain_id, verifying, extensions) == (chain.id, wallet, ())
    assert bytes(salt) == council.owner_set
    words = [keccak(text=DOMAIN_TYPE), keccak(text=name), keccak(text=version)]
    words += [chain_id.to_bytes(32, "big"), bytes(12) + bytes.fromhex(verifying[2:]), bytes(salt)]
    assert agreement.domain_separator(council.domain) == keccak(b"".join(words))


def test_the_salt_of_the_domain_follows_the_owner_set(council, wallet):
    (heir,) = owner_keys(1, "heir")
    council.carry_out(council.owner_change(1, [heir.address]))
    assert bytes(wallet.eip712Domain()[5]) == agreement.owner_set_of(1, [heir.address])


def test_version_is_semantic_and_that_of_the_domain(wallet):
    assert wallet.version() == agreement.VERSION == "1.0.0"


def test_the_bounds_are_days(wallet):
    assert (wallet.DELAY_FLOOR_SECONDS(), wallet.DELAY_CEILING_SECONDS(), wallet.GRACE_SECONDS()) == (
        DAY,
        6 * DAY,
        7 * DAY,
    )
    assert (wallet.MAX_PAUSE_SECONDS(), wallet.COOL_DOWN_SECONDS()) == (14 * DAY, 7 * DAY)
    assert wallet.HEARTBEAT_SECONDS() == 180 * DAY


def test_a_wallet_takes_coin_from_anyone(wallet, stranger):
    held = wallet.balance()
    stranger.transfer(wallet, 5)
    assert wallet.balance() == held + 5


def test_coin_that_comes_with_any_other_call_is_refused(council, wallet, stranger):
    with reverts_silently():
        wallet.heartbeat({"from": stranger, "value": 1})
    with reverts_silently():
        stranger.transfer(wallet, 1, data="0x12345678")


@pytest.mark.parametrize(
    ("function", "arguments", "answer"),
    [
        ("onERC721Received", (ZERO_ADDRESS, ZERO_ADDRESS, 0, b""), "0x150b7a02"),
        ("onERC1155Received", (ZERO_ADDRESS, ZERO_ADDRESS, 0, 0, b""), "0xf23a6e61"),
        ("onERC1155BatchReceived", (ZERO_ADDRESS, ZERO_ADDRESS, [], [], b""), "0xbc197c81"),
    ],
)
def test_a_wallet_takes_tokens_that_ask(wallet, stranger, function, arguments, answer):
    assert str(getattr(wallet, function).call(*arguments, {"from": stranger})) == answer


@pytest.mark.parametrize("interface", ["0x01ffc9a7", "0x4e2312e0"])
def test_a_wallet_says_that_it_takes_such_tokens(wallet, interface):
    assert wallet.supportsInterface(interface)
    assert not wallet.supportsInterface("0xffffffff")


def test_the_code_of_a_wallet_is_a_proxy_to_one_fixed_contract_and_its_charter(factory, bare, guardian):
    code = bytes(web3.eth.get_code(bare.wallet.address))
    implementation = bytes.fromhex(factory.IMPLEMENTATION()[2:])
    proxy = bytes.fromhex("363d3d373d3d3d363d73") + implementation + bytes.fromhex("5af43d82803e903d91602b57fd5bf3")
    charter = bare.owner_set + bytes.fromhex(guardian.address[2:]) + DELAY.to_bytes(4, "big")
    assert code == proxy + charter


def test_reading_a_limit_of_no_asset_says_nothing(wallet):
    assert wallet.limitOf(NATIVE) != (0, 0)
    assert wallet.limitOf(wallet) == (0, 0)
