"""Whose order it is: keys and wallets sign, and no signature is good for another order, contract, chain or version."""

from dataclasses import fields, replace

import pytest
from brownie import chain, project, web3
from eth_account.messages import encode_typed_data
from eth_utils import keccak

from tests.model.settlement import NAME, Order, order_hash, type_of, typed_data
from tests.support import NATIVE, send
from tests.unit.MultiSig.nesting import typed
from tests.unit.Settlement.conftest import OTHER_SEAT, PRICE, SEAT
from tests.unit.signing import DELAY, Council, malleated, owner_keys

ANSWERS = ["No", "NoMagic", "Dirty", "Short", "Nothing", "Refusal", "EatenGas", "Bomb"]


@pytest.fixture
def refused_to_sign(offer, hashed, settle, refused):
    """Expect that a signature is not taken for the maker's over the order."""

    def refused_to_sign(order, signed, **options):
        maker = order.maker
        with refused("InvalidSignature", hashed(order), maker, order=order):
            settle(order, value=PRICE, signature=signed, **options)

    return refused_to_sign


@pytest.fixture
def shop(deploy, merchant, ticket, settlement):
    """A wallet that holds a ticket and answers questions after signatures as it is told to, with yes at first."""
    shop = deploy("Collector")
    ticket.transferFrom(merchant, shop, OTHER_SEAT, {"from": merchant})
    shop.execute(ticket, 0, ticket.setApprovalForAll.encode_input(settlement, True))
    return shop


def test_the_contract_hashes_an_order_as_the_standard_does(settlement, offer, hashed):
    assert bytes(settlement.hashOrder(offer().values())) == hashed(offer())


def test_the_signed_type_is_the_struct_of_the_interface(settlement):
    inputs = next(each for each in settlement.abi if each.get("name") == "hashOrder")["inputs"][0]["components"]
    spelled = ",".join(f"{each['type']} {each['name']}" for each in inputs)
    assert type_of() == f"Order({spelled})"


def test_the_domain_is_announced(settlement):
    fields, *domain = settlement.eip712Domain()
    assert str(fields) == "0x0f"
    assert domain == [NAME, settlement.version(), chain.id, settlement, "0x" + "00" * 32, ()]


def test_a_compact_signature_is_taken(payer, ticket, offer, settle, sign):
    order = offer()
    signed = sign(order)
    r, s, v = signed[:32], int.from_bytes(signed[32:64], "big"), signed[64] - 27
    settle(order, signature=r + (s | v << 255).to_bytes(32, "big"))
    assert ticket.ownerOf(SEAT) == payer


def test_a_compact_signature_of_the_other_parity_is_refused(offer, sign, refused_to_sign):
    order = offer()
    signed = sign(order)
    s, other = int.from_bytes(signed[32:64], "big"), 28 - signed[64]
    refused_to_sign(order, signed[:32] + (s | other << 255).to_bytes(32, "big"))


def test_another_s_signature_is_refused(payer, stranger, offer, sign, refused_to_sign):
    order = offer()
    for other in (payer, stranger):
        refused_to_sign(order, sign(order, by=other))


def test_a_malleated_signature_is_refused(offer, sign, refused_to_sign):
    refused_to_sign(offer(), malleated(sign(offer())))


@pytest.mark.parametrize("spoil", [b"", b"\0" * 64, b"\0" * 65, b"\xff" * 65], ids=["none", "64", "65", "full"])
def test_bytes_that_nobody_signed_are_refused(offer, refused_to_sign, spoil):
    refused_to_sign(offer(), spoil)


@pytest.mark.parametrize("cut", [63, 66], ids=str)
def test_a_signature_of_another_length_is_refused(offer, sign, refused_to_sign, cut):
    refused_to_sign(offer(), (sign(offer()) + b"\0")[:cut])


@pytest.mark.parametrize("maker", [NATIVE, "0x" + "12" * 20], ids=["zero", "nobody"])
@pytest.mark.parametrize("spoil", [b"", b"\0" * 64, b"\0" * 65], ids=["none", "64", "65"])
def test_nobody_is_no_maker(offer, refused_to_sign, maker, spoil):
    """ecrecover answers a bad signature with nothing, and a call of an address without code succeeds."""
    refused_to_sign(offer(maker=maker), spoil)


@pytest.mark.parametrize("name", [field.name for field in fields(Order)])
def test_a_signature_is_good_for_no_other_order(settlement, stranger, offer, hashed, sign, name):
    order = offer()
    changed = {"maker": stranger.address, "taker": stranger.address, "maker_sells": False, "standard": 2}
    changed |= {"asset": stranger.address, "currency": stranger.address}
    other = replace(order, **{name: changed.get(name, getattr(order, name) + 1 if name not in changed else 0)})
    assert hashed(other) != hashed(order)
    assert bytes(settlement.hashOrder(other.values())) == hashed(other)


@pytest.mark.parametrize(("name", "change"), [("price", -1), ("id", 1), ("expiry", 1), ("salt", 1), ("max_fee_bps", 1)])
def test_an_order_that_was_altered_is_not_signed(offer, sign, refused_to_sign, name, change):
    signed = sign(offer())
    order = offer()
    refused_to_sign(replace(order, **{name: getattr(order, name) + change}), signed)


def test_an_order_for_another_contract_is_not_signed_for_this(
    deploy, settlement, governor, guardian, merchant, offer, sign, refused_to_sign
):
    twin = deploy("Settlement", 0, governor, guardian, 0, merchant)
    refused_to_sign(offer(), sign(offer(), contract=twin))


def test_an_order_for_another_chain_is_not_signed_for_this(offer, sign, refused_to_sign):
    refused_to_sign(offer(), sign(offer(), chain_id=chain.id + 1))


def test_an_order_for_another_version_is_another_order(settlement, offer):
    hashes = {order_hash(chain.id, settlement.address, offer(), version) for version in ("1.0.0", "1.0.1", "2.0.0")}
    assert len(hashes) == 3
    assert bytes(settlement.hashOrder(offer().values())) in hashes


def test_a_wallet_signs_by_its_code(shop, payer, ticket, offer, settle):
    settle(offer(maker=shop, id=OTHER_SEAT), by=payer, signature=b"anything")
    assert (ticket.ownerOf(OTHER_SEAT), shop.balance()) == (payer, PRICE)


@pytest.mark.parametrize("answer", range(1, 9), ids=ANSWERS)
def test_a_wallet_that_does_not_say_yes_has_not_signed(deploy, payer, offer, hashed, settle, refused, answer):
    wallet = deploy("ContractOwner")
    wallet.setAnswer(answer)
    order = offer(maker=wallet)
    with refused("InvalidSignature", hashed(order), wallet, order=order):
        settle(order, by=payer, signature=b"x" * 65)


@pytest.mark.parametrize("contract", ["settlement", "ticket", "money"])
def test_a_contract_that_knows_no_signatures_is_no_maker(request, settlement, payer, offer, refused_to_sign, contract):
    refused_to_sign(offer(maker=request.getfixturevalue(contract)), b"", by=payer)


def test_a_key_whose_account_has_code_still_signs(deploy, settlement, payer, ticket, merchant, offer, settle, sign):
    """EIP-7702: the code knows no signatures, the key signs as ever."""
    designator = "0xef0100" + deploy("Recorder").address[2:]
    web3.provider.make_request("anvil_setCode", [merchant.address, designator])
    assert bytes(web3.eth.get_code(merchant.address)).hex() == designator[2:].lower()
    settle(offer())
    assert ticket.ownerOf(SEAT) == payer


def test_a_wallet_of_several_owners_sells(
    deploy, settlement, merchant, guardian, payer, stranger, ticket, offer, settle, hashed, refused
):
    """The wallet admitted the settlement as a verifier; its owners signed the order, nested for this wallet alone."""
    keys = owner_keys(3)
    arguments = (2, [key.address for key in keys], guardian, DELAY, bytes(32))
    factory = deploy("MultiSigFactory", deploy("MultiSig"))
    send(stranger, factory.create, *arguments)
    wallet = project.get_loaded_projects()[0].MultiSig.at(factory.addressOf(*arguments))
    council = Council(wallet, keys, 2, stranger)
    ticket.transferFrom(merchant, wallet, OTHER_SEAT, {"from": merchant})
    order = offer(maker=wallet, id=OTHER_SEAT, expiry=2**40)
    signed = typed(council, *halves(settlement, order), type_of(), "Order")
    with refused("InvalidSignature", hashed(order), wallet, order=order):
        settle(order, by=payer, signature=signed)
    council.carry_out(council.own("setVerifier", settlement.address, True))
    council.carry_out(council.operation(council.call(ticket, "approve", settlement.address, OTHER_SEAT)))
    settle(order, by=payer, signature=signed)
    assert (ticket.ownerOf(OTHER_SEAT), wallet.balance()) == (payer, PRICE)


def halves(settlement, order):
    """The two halves of what is signed: the domain's separator and the hash of the struct."""
    message = encode_typed_data(full_message=typed_data(chain.id, settlement.address, order))
    assert keccak(b"\x19\x01" + message.header + message.body) == order_hash(chain.id, settlement.address, order)
    return message.header, message.body
