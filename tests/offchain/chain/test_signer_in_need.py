"""A module that loses its session while many sign, and a pin that is wrong by now: each signs, or is refused once."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pkcs11
import pytest

from offchain.chain.signer import ModuleRefused, Pkcs11Signer
from tests.offchain import servers

DIGESTS = [sha256(bytes([i])).digest() for i in range(48)]
THREADS = 8
"""So many attestations are signed at once."""


@pytest.fixture(scope="module")
def token():
    made = servers.softhsm()
    made.make_key("in need")
    return made


@pytest.fixture
def signer(token):
    made = Pkcs11Signer(token.module, token.label, "in need", servers.SOFTHSM_PIN)
    yield made
    made.close()


def pin_is_low(token):
    """Whether the module counted a wrong pin since the last right one."""
    found = pkcs11.lib(str(token.module)).get_token(token_label=token.label)
    return bool(found.flags & pkcs11.TokenFlag.USER_PIN_COUNT_LOW)


def test_many_threads_sign_with_one_session(signer):
    with ThreadPoolExecutor(THREADS) as threads:
        assert all(len(made) == 65 for made in threads.map(signer.sign, DIGESTS))


def test_when_the_session_is_lost_all_threads_sign_on_with_one_new_one(signer):
    opened, open_anew = [], signer._open
    signer._open = lambda: (opened.append(1), open_anew())
    with ThreadPoolExecutor(THREADS) as threads:
        for lost in range(1, 6):
            signer._session.close()
            assert all(len(made) == 65 for made in threads.map(signer.sign, DIGESTS))
            assert len(opened) == lost


def test_a_pin_that_is_wrong_by_now_is_tried_once(token, signer):
    signer._pin = "0000"
    signer._session.close()
    with pytest.raises(ModuleRefused, match="PinIncorrect"):
        signer.sign(DIGESTS[0])
    assert pin_is_low(token)
    Pkcs11Signer(token.module, token.label, "in need", servers.SOFTHSM_PIN).close()  # it counts from zero again
    assert not pin_is_low(token)
    for _ in range(3):
        with pytest.raises(ModuleRefused, match="was wrong"):
            signer.sign(DIGESTS[0])
    assert not pin_is_low(token)


def test_a_pin_that_is_none_is_not_tried(token):
    with pytest.raises(ModuleRefused, match="is none"):
        Pkcs11Signer(token.module, token.label, "in need", "")
