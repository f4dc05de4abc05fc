"""authorize and submit: a payer without gas signs offline, anybody pays it in; what cannot be paid is refused first."""

import json

import pytest

from scripts import authorize, submit
from scripts.authorize import InvalidPeriod, NoAuthorizations, SelfPayment
from scripts.chain.contract import CallRefused
from scripts.papers.authorization import AlteredAuthorization, ForeignSignature, MalformedAuthorization
from scripts.papers.invoice import parse_word
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
    data["types"] = {"EIP712Domain": data["types"]["EIP712Domain"], "CancelAuthorization": kinds}
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
    key = bytes(
        issuer.contract("PaymentProcessor")
        .functions.paymentKey(issuer.address("QUSD"), MERCHANT, 12_500_000, ID)
        .call()
    )
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


def test_after_a_cancellation_the_next_number_pays(issuer, sign, pay_in, payer):
    first = sign()
    with pytest.raises(NotItsTurn, match="for these terms is 0"):
        pay_in(sign(sequence=1))
    cancel(issuer, payer, first)
    with pytest.raises(AuthorizationUsed, match="number 0 was used or cancelled: let the payer sign the next"):
        pay_in(first)
    assert pay_in(sign(sequence=1)) == 0
    assert balance(issuer, payer.address) == 87_500_000


def test_both_scripts_ask_first_and_reach_the_shell(issuer, sign, payer, tmp_path):
    path = sign()
    before = issuer.chain.nonce()
    declined = issuer.run("submit", "--file", str(path), answer="n\n")
    assert (declined.returncode, issuer.chain.nonce()) == (1, before)
    assert declined.stderr.splitlines()[-1] == "Declined: nothing was sent"
    assert issuer.run("submit", "--file", str(path), answer="y\n").returncode == 0
    (tmp_path / "apart").mkdir()
    apart = object.__new__(Operator)
    apart.__dict__ |= {**Signer(tmp_path / "apart", issuer, payer).__dict__, "chain": None}
    terms = ["--to", MERCHANT, "--amount", "1QUSD", "--payment-id", "INV-2", "--token", "QUSD"]
    assert apart.run("authorize", *terms, answer="n\n").returncode == 1
    assert not (apart.folder / "authorizations").exists()
    signed = apart.run("authorize", *terms, answer="y\n")
    assert signed.returncode == 0, signed.stderr
    assert payer.key.hex() not in signed.stdout + signed.stderr


def test_somebody_who_paid_the_invoice_before_leaves_the_authorization_unused(issuer, sign, pay_in, payer):
    path = sign()
    token, processor = issuer.address("QUSD"), issuer.address("PaymentProcessor")
    other = party("other payer")
    issuer.act("QUSD", "mint", other, 100 * QUSD, sender="Governor")
    issuer.act("QUSD", "approve", processor, 12_500_000, sender=other)
    issuer.act("PaymentProcessor", "processTokenPayment", token, MERCHANT, 12_500_000, ID, sender=other)
    with pytest.raises(AlreadyPaid, match=f"by {other}"):
        pay_in(path)
    assert balance(issuer, payer.address) == 100 * QUSD


def test_an_authorization_past_its_time_is_refused(issuer, sign, pay_in):
    path = sign()
    issuer.chain.wait(31 * DAY)
    with pytest.raises(Expired, match="let the payer sign anew"):
        pay_in(path)


def test_an_authorization_before_its_time_is_refused(issuer, sign, pay_in, payer):
    data = content(sign())
    now = issuer.chain.web3.eth.get_block("latest")["timestamp"]
    path = resigned(issuer, payer, data, validAfter=str(now + DAY), validBefore=str(now + 2 * DAY))
    with pytest.raises(TooEarly, match="it holds after"):
        pay_in(path)
    issuer.chain.wait(DAY + 1)
    assert pay_in(path) == 0


def resigned(issuer, account, data, **message):
    """The file with another message, whole and truly signed, as another program than authorize.py would write it."""
    data["typedData"]["message"] |= message
    made = account.sign_typed_data(full_message=data["typedData"])
    data |= {"digest": made.message_hash.to_0x_hex(), "signature": made.signature.to_0x_hex()}
    path = issuer.folder / "resigned.json"
    path.write_text(json.dumps(data, indent=2) + "\n")
    return path


def test_a_payer_with_too_little_is_refused_before_anything_is_asked(issuer, sign, pay_in):
    with pytest.raises(InsufficientTokens, match="has 100000000 units"):
        pay_in(sign(amount="100.000001QUSD"))


def test_a_paused_processor_and_a_blocked_payer_are_refused_with_their_own_errors(issuer, sign, pay_in, payer):
    path, before = sign(), issuer.chain.nonce()
    issuer.act("QUSD", "blockAccount", payer.address, sender="Governor")
    with pytest.raises(CallRefused, match=f"ERC7943CannotSend\\(account {payer.address.lower()}"):
        pay_in(path)
    issuer.act("PaymentProcessor", "pause", 600, sender=GUARDIAN.address)
    with pytest.raises(Paused):
        pay_in(path)
    assert issuer.chain.nonce() == before


def test_frozen_tokens_do_not_pay(issuer, sign, pay_in, payer):
    issuer.act("QUSD", "setFrozenTokens", payer.address, 90 * QUSD, sender="Governor")
    with pytest.raises(CallRefused, match="ERC7943InsufficientUnfrozenBalance"):
        pay_in(sign())


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("terms", "to", party("thief")),
        ("terms", "amount", "12500001"),
        ("terms", "paymentId", "0x" + "07" * 32),
        ("message", "from", DEPLOYER.address),
        ("message", "to", party("thief")),
        ("message", "value", "1"),
        ("message", "validBefore", "9999999999"),
        ("message", "nonce", "0x" + "00" * 32),
        ("domain", "name", "Another Dollar"),
        ("domain", "version", "2"),
        ("domain", "chainId", 1),
        ("domain", "verifyingContract", party("worthless token")),
        ("file", "digest", "0x" + "11" * 32),
        ("file", "more", "x"),
        ("file", "signature", "0x" + "11" * 65),
        ("file", "signature", "0x"),
    ],
)
def test_a_changed_file_is_void(sign, pay_in, part, name, value):
    path = sign()
    data = content(path)
    places = {"file": data, "terms": data["terms"], "message": data["typedData"]["message"]}
    {**places, "domain": data["typedData"]["domain"]}[part][name] = value
    path.write_text(json.dumps(data, indent=2) + "\n")
    with pytest.raises((MalformedAuthorization, AlteredAuthorization, ForeignSignature)):
        pay_in(path)


def test_terms_recomputed_throughout_by_a_thief_lack_the_payer_s_signature(issuer, sign, pay_in, payer):
    """Everything in the file made anew for the thief's terms but the signature, which only the payer can make."""
    honest, theirs = content(sign()), content(sign(DEPLOYER, to=party("thief")))
    theirs["typedData"]["message"]["from"] = payer.address
    path = resigned(issuer, DEPLOYER, theirs)
    with pytest.raises(ForeignSignature, match=f"the signature is not that of {payer.address}"):
        pay_in(path)
    path.write_text(json.dumps({**content(path), "signature": honest["signature"]}, indent=2) + "\n")
    with pytest.raises(ForeignSignature):
        pay_in(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", "{" * 2000, '{"format": "quittance-authorization"}', "x" * 20_001])
def test_what_is_no_authorization_is_refused(issuer, pay_in, tmp_path, text):
    path = tmp_path / "file.json"
    path.write_text(text)
    with pytest.raises(MalformedAuthorization):
        pay_in(path)


def test_a_spelling_that_is_not_the_one_written_is_refused(sign, pay_in):
    path = sign()
    path.write_text(path.read_text().replace("  ", " "))
    with pytest.raises(AlteredAuthorization):
        pay_in(path)


def test_a_file_that_is_not_there_is_refused(pay_in, tmp_path):
    with pytest.raises(MissingAuthorization):
        pay_in(tmp_path / "nowhere.json")


def test_an_authorization_of_another_deployment_is_refused(issuer, sign, pay_in):
    path = sign()
    issuer.choose(salt="another deployment")
    with pytest.raises(ForeignAuthorization, match="the processor of sepolia is"):
        pay_in(path)


def test_a_domain_that_is_not_the_token_s_is_refused(issuer, sign, pay_in):
    """params.json vouches for a token under a name that the token itself does not sign under."""
    tokens = {"ODD": {"address": issuer.address("QUSD"), "decimals": 6, "name": "Odd Dollar", "version": "1"}}
    issuer.choose(tokens=tokens)
    with pytest.raises(ForeignDomain, match="does not sign as 'Odd Dollar' '1'"):
        pay_in(sign(token="ODD", amount="1ODD"))


@pytest.mark.parametrize(
    ("error", "changes"),
    [
        (NoAuthorizations, {"token": None, "amount": "1ether"}),
        (NoAuthorizations, {"token": "QBEP", "amount": "1QBEP"}),
        (NoAuthorizations, {"token": "QCB", "amount": "1QCB"}),
        (NoAuthorizations, {"token": party("some token"), "amount": "1units"}),
        (SelfPayment, {"to": PAYER.address}),
        (InvalidPeriod, {"valid_seconds": 0}),
        (InvalidPeriod, {"valid_seconds": 2**48}),
        (InvalidPeriod, {"sequence": 2**64}),
        (InvalidPeriod, {"sequence": -1}),
    ],
)
def test_what_cannot_be_authorized_is_refused_and_nothing_written(sign, error, changes, tmp_path):
    with pytest.raises(error):
        sign(**changes)
    assert not list(tmp_path.glob("machine */**/authorizations"))


def test_a_token_that_the_operator_vouches_for_is_authorized_under_its_name(issuer, sign, pay_in, payer):
    """A stablecoin of somebody else's: its address, decimals, name and version stand in params.json."""
    token = issuer.address("QUSD")
    tokens = {"USDX": {"address": token, "decimals": 6, "name": "Quittance Dollar", "version": "1"}}
    record, held = issuer.record, issuer.contract("QUSD").functions.balanceOf(payer.address)
    issuer.choose(tokens=tokens)
    kept = [entry for entry in record["contracts"] if entry["contract"] != "QUSD"]
    (issuer.folder / "record.json").write_text(json.dumps({**record, "contracts": kept}))
    assert pay_in(sign(token="USDX", amount="2USDX")) == 0
    assert held.call() == 98 * QUSD
