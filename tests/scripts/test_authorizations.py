"""authorize and submit: a payer without gas signs offline, anybody pays it in; what cannot be paid is refused first."""

import json

import pytest
from eth_account import Account
from eth_utils.crypto import keccak

from offchain.chain.contract import CallRefused
from offchain.core.authorization import AlteredAuthorization, ForeignSignature, MalformedAuthorization
from offchain.core.invoice import parse_word
from scripts import authorize, submit
from scripts.authorize import InvalidPeriod, NoAuthorizations, SelfPayment
from scripts.pay import AlreadyPaid, InsufficientTokens, Paused
from scripts.procedure.authorizations import ForeignAuthorization, MissingAuthorization
from scripts.submit import AuthorizationUsed, Expired, ForeignDomain, NotItsTurn, TooEarly
from tests.scripts.issuing import PAYER
from tests.scripts.local_chain import DAY, DEPLOYER, GUARDIAN, Operator, Signer, party

MERCHANT = party("merchant")
ID = parse_word("INV-1")
QUSD = 10**6


@pytest.fixture
def payer(issuer):
    """Somebody with 100 QUSD and no coin at all."""
    issuer.act("QUSD", "mint", PAYER.address, 100 * QUSD, sender="Governor")
    assert issuer.chain.web3.eth.get_balance(PAYER.address) == 0
    return PAYER


@pytest.fixture
def sign(tmp_path, issuer, carry_out, payer):
    """The file of a payer's authorization, signed on a machine that reaches no chain: `sign(**changes)`."""

    def made(account=payer, operator=issuer, **changes):
        place = tmp_path / f"machine {len(list(tmp_path.glob('machine *')))}"
        place.mkdir()
        terms = {"to": MERCHANT, "amount": "12.5QUSD", "payment_id": "INV-1", "token": "QUSD"}
        chosen = {**terms, "valid_seconds": 30 * DAY, "sequence": 0, **changes}
        signer = Signer(place, operator, account)
        assert carry_out(authorize, signer, **chosen) == 0
        (path,) = (signer.folder / "authorizations").glob("*.json")
        return path

    return made


@pytest.fixture
def pay_in(issuer, carry_out):
    """Submits a file as the deployer, who has gas."""
    return lambda path, **arguments: carry_out(submit, issuer, file=path, **arguments)


def balance(issuer, account):
    return issuer.contract("QUSD").functions.balanceOf(account).call()


def content(path):
    return json.loads(path.read_text())


def cancel(issuer, account, path):
    """The payer cancels the authorization at the token, by a signature that somebody else submits."""
    token = issuer.contract("QUSD")
    nonce = content(path)["typedData"]["message"]["nonce"]
    data = content(path)["typedData"]
    kinds = [{"name": "authorizer", "type": "address"}, {"name": "nonce", "type": "bytes32"}]
    data["types"]["CancelAuthorization"] = kinds
    data |= {"primaryType": "CancelAuthorization", "message": {"authorizer": account.address, "nonce": nonce}}
    signature = bytes(account.sign_typed_data(full_message=data).signature)
    call = token.encode_abi("cancelAuthorization(address,bytes32,bytes)", args=[account.address, nonce, signature])
    issuer.chain.act_as(party("anyone"), token.address, bytes.fromhex(call[2:]))


def test_a_payer_without_coin_pays_by_an_authorization_that_anybody_submits(issuer, sign, pay_in, payer, capsys):
    path = sign()
    told = capsys.readouterr().out
    assert f"{PAYER.address} pays 12.5 QUSD to {MERCHANT}," in told
    assert "whoever submits it pays the gas" in told
    assert content(path)["digest"] in told
    key = bytes(issuer.contract("PaymentProcessor").functions.paymentKey(issuer.address("QUSD"), MERCHANT, 12_500_000, ID).call())
    assert content(path)["typedData"]["message"]["nonce"] == f"0x{key[:24].hex()}{'00' * 8}"
    before = issuer.chain.nonce()
    assert pay_in(path) == 0
    assert f"Paid: 12.5 QUSD to {MERCHANT}, by {PAYER.address}" in capsys.readouterr().out
    assert issuer.chain.nonce() == before + 1
    assert balance(issuer, MERCHANT) == 12_500_000 * 9950 // 10_000
    assert balance(issuer, PAYER.address) == 87_500_000
    assert issuer.chain.web3.eth.get_balance(PAYER.address) == 0
    assert issuer.contract("PaymentProcessor").functions.payments(key).call()[0] == PAYER.address
    with pytest.raises(AlreadyPaid, match=f"is paid: by {PAYER.address}"):
        pay_in(path)
