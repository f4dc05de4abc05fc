"""A signature is by the key that was asked, low, in 65 bytes; wherever the key is."""

import json
import secrets
from hashlib import sha256

import pytest
from eth_account import Account
from eth_keys import keys

from offchain.chain.signer import KeySigner, KeystoreRefused, ModuleRefused, NotForDevelopment, Pkcs11Signer, recover
from offchain.core.checkpoint import HALF_ORDER, compact
from tests.offchain import servers

DIGESTS = [sha256(bytes([i])).digest() for i in range(200)]
SECRET = bytes(31) + b"\x07"  # TEST KEY


@pytest.fixture(scope="module")
def token():
    made = servers.softhsm()
    made.make_key("of the signer")
    return made


@pytest.fixture
def hardware_signer(token):
    signer = Pkcs11Signer(token.module, token.label, "of the signer", servers.SOFTHSM_PIN)
    yield signer
    signer.close()


def keystore(tmp_path, password, secret=SECRET):
    """A keystore file (a quick one) and a file with a password."""
    path, password_file = tmp_path / "key.json", tmp_path / "password"
    path.write_text(json.dumps(Account.encrypt(secret, "right", kdf="pbkdf2", iterations=1000)))
    password_file.write_text(password)
    return path, password_file


def assert_valid(signature, digest, address):
    r, s, v = int.from_bytes(signature[:32]), int.from_bytes(signature[32:64]), signature[64]
    assert len(signature) == 65 and v in (27, 28) and 0 < s <= HALF_ORDER
    recovered = keys.Signature(vrs=(v - 27, r, s)).recover_public_key_from_msg_hash(digest)
    assert recovered.to_checksum_address() == address


def test_a_key_in_memory_signs_as_eth_account_does():
    signer, account = KeySigner(SECRET), Account.from_key(SECRET)
    assert signer.address == account.address
    for digest in DIGESTS[:20]:
        assert signer.sign(digest) == bytes(account.unsafe_sign_hash(digest).signature)
        assert_valid(signer.sign(digest), digest, signer.address)


def test_a_hardware_key_signs_low_with_a_v_that_recovers_to_it(hardware_signer):
    for digest in DIGESTS:
        assert_valid(hardware_signer.sign(digest), digest, hardware_signer.address)


def test_the_module_itself_makes_high_ones_so_the_lowering_is_needed(hardware_signer):
    made = [hardware_signer._sign(digest) for digest in DIGESTS]
    high = sum(int.from_bytes(signature[32:]) > HALF_ORDER for signature in made)
    assert 50 < high < 150


def test_both_values_of_v_occur(hardware_signer):
    assert {hardware_signer.sign(digest)[64] for digest in DIGESTS} == {27, 28}


def test_a_session_that_the_module_lost_is_opened_again(hardware_signer):
    hardware_signer._session.close()
    with pytest.raises(ModuleRefused, match="SessionHandleInvalid"):
        hardware_signer._sign(DIGESTS[0])
    assert_valid(hardware_signer.sign(DIGESTS[0]), DIGESTS[0], hardware_signer.address)


def test_two_keys_of_one_token_sign_side_by_side(token, hardware_signer):
    token.make_key("second")
    second = Pkcs11Signer(token.module, token.label, "second", servers.SOFTHSM_PIN)
    assert second.address != hardware_signer.address
    for signer in (second, hardware_signer):
        assert_valid(signer.sign(DIGESTS[0]), DIGESTS[0], signer.address)
    second.close()
    assert_valid(hardware_signer.sign(DIGESTS[1]), DIGESTS[1], hardware_signer.address)


def test_the_signature_of_another_key_is_refused(token, hardware_signer):
    token.make_key("other")
    other = hardware_signer._session.get_key(label="other", object_class=servers.pkcs11.ObjectClass.PRIVATE_KEY)
    hardware_signer._key = other
    with pytest.raises(ModuleRefused, match="not one of its key"):
        hardware_signer.sign(DIGESTS[0])


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"label": "nobody"}, "the token has 0"),
        ({"label": "twins"}, "the token has 2"),
        ({"token": "nothing"}, "NoSuchToken"),
        ({"pin": "0000"}, "PinIncorrect"),
        ({"module": "/nowhere/libnothing.so"}, "nowhere"),
    ],
)
def test_a_module_that_does_not_give_the_key_is_a_refusal_without_the_pin(token, changed, cause):
    if changed == {"label": "twins"}:
        for _ in range(2):
            token.make_key("twins")
    arguments = {"module": token.module, "token": token.label, "label": "of the signer", "pin": servers.SOFTHSM_PIN}
    with pytest.raises(ModuleRefused, match=cause) as refused:
        Pkcs11Signer(**(arguments | changed))
    assert servers.SOFTHSM_PIN not in str(refused.value) and "0000" not in str(refused.value)


def test_a_key_on_another_curve_is_refused(token):
    token.make_key("other curve", curve="1.2.840.10045.3.1.7")
    with pytest.raises(ModuleRefused, match="not on secp256k1"):
        Pkcs11Signer(token.module, token.label, "other curve", servers.SOFTHSM_PIN)


@pytest.mark.parametrize("password", ["right", "right\n", "right\r\n"])
def test_a_keystore_opens_with_its_password(tmp_path, password):
    assert KeySigner.from_keystore(*keystore(tmp_path, password)).address == KeySigner(SECRET).address


def test_a_wrong_password_is_a_refusal_that_repeats_neither(tmp_path):
    with pytest.raises(KeystoreRefused, match="does not open") as refused:
        KeySigner.from_keystore(*keystore(tmp_path, "hunter2"))
    assert "hunter2" not in str(refused.value) and SECRET.hex() not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"version": 3}', '{"version": 1}', '{"version": 3, "crypto": 1}']
)
def test_what_is_no_keystore_is_a_refusal(tmp_path, text):
    path, password_file = keystore(tmp_path, "right")
    path.write_text(text)
    with pytest.raises(KeystoreRefused, match=r"not an Ethereum keystore"):
        KeySigner.from_keystore(path, password_file)


@pytest.mark.parametrize("missing", ["key.json", "password"])
def test_a_file_that_is_missing_is_named(tmp_path, missing):
    paths = keystore(tmp_path, "right")
    (tmp_path / missing).unlink()
    with pytest.raises(KeystoreRefused, match=missing):
        KeySigner.from_keystore(*paths)


def test_a_development_key_signs_for_local_chains_alone():
    secret = "0x" + secrets.token_hex(32)
    assert KeySigner.development(secret, 31337).address == Account.from_key(secret).address
    for chain_id in (1, 10, 137, 11155111):
        with pytest.raises(NotForDevelopment) as refused:
            KeySigner.development(secret, chain_id)
        assert secret[2:] not in str(refused.value)


@pytest.mark.parametrize("secret", ["", "0x", "0x" + "00" * 32, "11" * 31, "ff" * 32, "no key at all"])
def test_what_is_no_key_is_no_development_key(secret):
    with pytest.raises(NotForDevelopment, match="64 hexadecimal digits"):
        KeySigner.development(secret, 31337)


def test_a_compact_signature_recovers_to_its_signer_and_to_nobody_else():
    signer = KeySigner(SECRET)
    for digest in DIGESTS[:50]:
        made = signer.sign(digest)
        short = compact(int.from_bytes(made[:32]), int.from_bytes(made[32:64]), made[64])
        assert recover(digest, short) == signer.address
        assert recover(DIGESTS[60], short) != signer.address


def test_what_is_no_compact_signature_recovers_to_none():
    made = KeySigner(SECRET).sign(DIGESTS[0])
    r, s = made[:32], int.from_bytes(made[32:64])
    high, zero = (HALF_ORDER + 1).to_bytes(32, "big"), bytes(32)
    for wrong in (b"", made, made[:63], r + zero, zero + made[32:64], r + high, b"\xff" * 64):
        assert recover(DIGESTS[0], wrong) is None
    assert recover(b"short", made[:64]) is None
    malleated = (2 * HALF_ORDER + 1 - s).to_bytes(32, "big")  # reads as another parity and another s
    assert recover(DIGESTS[0], r + malleated) != KeySigner(SECRET).address


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_only_a_digest_of_32_bytes_is_signed(size, hardware_signer):
    for signer in (KeySigner(SECRET), hardware_signer):
        with pytest.raises(ValueError, match="32 bytes"):
            signer.sign(bytes(size))
