"""Keys that sign digests: from a keystore file, in a hardware module, or in the open for development.

Every signature is r, s, v in 65 bytes, with s in the lower half of the order (EIP-2) and a v of 27 or 28.
"""

import json
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, Self

import pkcs11
from coincurve import PrivateKey, PublicKey
from eth_account import Account
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, PinIncorrect, PKCS11Error, UserAlreadyLoggedIn

from offchain.core.checkpoint import HALF_ORDER
from offchain.core.refusal import Refusal
from offchain.core.units import Address

LOCAL_CHAINS = frozenset({1337, *range(31337, 31437)})
_ORDER = 2 * HALF_ORDER + 1
_CURVE = bytes.fromhex("06052b8104000a")  # secp256k1, as PKCS#11 spells it


class KeystoreRefused(Refusal):
    """The keystore, or the file with its password, is not there, is not one, or does not open."""


class ModuleRefused(Refusal):
    """The hardware module cannot be had, or does not do what is asked."""


class NotForDevelopment(Refusal):
    """A key that lies in the open does not sign for a chain where others have money."""


class Signer(Protocol):
    """Who signs: an address, and its signature of a digest of 32 bytes."""

    @property
    def address(self) -> Address:
        """Whose signature it is."""

    def sign(self, digest: bytes) -> bytes:
        """65 bytes. Errors: ModuleRefused."""


class KeySigner:
    """A key in memory."""

    def __init__(self, secret: bytes) -> None:
        self._key = PrivateKey(secret)
        self.address = _address(self._key.public_key)

    def sign(self, digest: bytes) -> bytes:
        """65 bytes, deterministic (RFC 6979); the library makes s low."""
        made = self._key.sign_recoverable(_checked(digest), hasher=None)
        return made[:64] + bytes([made[64] + 27])

    @classmethod
    def from_keystore(cls, path: Path, password_file: Path) -> Self:
        """The key of a keystore file, version 3. Errors: KeystoreRefused; none repeats a secret."""
        try:
            keystore, password = json.loads(path.read_text()), password_file.read_text()
            return cls(bytes(Account.decrypt(keystore, password.removesuffix("\n").removesuffix("\r"))))
        except OSError as error:
            raise KeystoreRefused(f"{error.filename} cannot be read: {error.strerror}") from None
        except (ValueError, TypeError, KeyError, AttributeError, NotImplementedError) as error:
            if "MAC" in str(error):
                raise KeystoreRefused(f"the password in {password_file} does not open {path}") from None
            raise KeystoreRefused(f"{path} is not an Ethereum keystore") from None

    @classmethod
    def development(cls, secret: str, *chain_ids: int) -> Self:
        """A key written down as 64 hexadecimal digits, for local chains. Errors: NotForDevelopment."""
        for chain_id in set(chain_ids) - LOCAL_CHAINS:
            raise NotForDevelopment(f"chain {chain_id} is no local one: use a keystore or a hardware module")
        with suppress(ValueError):
            if len(key := bytes.fromhex(secret.removeprefix("0x"))) == 32:
                return cls(key)
        raise NotForDevelopment("the development key is not one: 64 hexadecimal digits")


class Pkcs11Signer:
    """A key that never leaves a hardware module (PKCS#11): the secp256k1 key pair of this label.

    When the module lost the session, a new one is opened, once a signature. A pin that the module called wrong is not
    tried again, for a few tries lock a token. Errors: ModuleRefused.
    """

    def __init__(self, module: Path, token: str, label: str, pin: str) -> None:
        self._where, self._pin, self._turn = (module, token, label), pin, threading.Lock()
        self._open()
        self.address = _address(self._public)

    def sign(self, digest: bytes) -> bytes:
        """65 bytes; what the module made is taken only if it recovers to the key. Errors: ModuleRefused."""
        with self._turn:  # a session that one thread opens anew is no other's to use meanwhile
            try:
                made = self._sign(_checked(digest))
            except ModuleRefused:
                self.close()
                self._open()
                made = self._sign(digest)
        r, s = made[:32], int.from_bytes(made[32:])
        low = r + min(s, _ORDER - s).to_bytes(32, "big")
        for v in range(2):
            if _recovered(low + bytes([v]), digest) == self._public:
                return low + bytes([27 + v])
        raise ModuleRefused("the module's signature is not one of its key")

    def close(self) -> None:
        """End the session."""
        with suppress(PKCS11Error):
            self._session.close()

    def _sign(self, digest: bytes) -> bytes:
        try:
            return bytes(self._key.sign(digest, mechanism=Mechanism.ECDSA))
        except PKCS11Error as error:
            raise ModuleRefused(f"the module does not sign ({type(error).__name__})") from None

    def _only(self, kind: ObjectClass, label: str) -> Any:
        terms = {Attribute.CLASS: kind, Attribute.KEY_TYPE: KeyType.EC, Attribute.LABEL: label}
        found = list(self._session.get_objects(terms))  # to its end: one left open fails with its session
        if len(found) != 1:
            raise ModuleRefused(f"the token has {len(found)}")
        return found[0]

    def _open(self) -> None:
        module, name, label = self._where
        if not self._pin:
            raise ModuleRefused(f"the pin of token {name} is none, or was wrong")
        try:
            token = pkcs11.lib(str(module)).get_token(token_label=name)
            try:
                self._session = token.open(user_pin=self._pin)
            except UserAlreadyLoggedIn:  # by another signer: a login holds for the whole process
                self._session = token.open()
            except PinIncorrect:
                self._pin = ""
                raise
            try:
                self._key = self._only(ObjectClass.PRIVATE_KEY, label)
                public = self._only(ObjectClass.PUBLIC_KEY, label)
                curve, point = public[Attribute.EC_PARAMS], public[Attribute.EC_POINT]
                if curve != _CURVE:
                    raise ModuleRefused(f"key {label} in token {name} is not on secp256k1")
            except BaseException:
                self.close()
                raise
        except RuntimeError as error:  # the library's own errors, and that there is no such library
            cause = f"{type(error).__name__} {error}".strip()
            raise ModuleRefused(f"no one key {label} in token {name} of {module}: {cause}") from None
        # the point, 65 bytes, is wrapped as an octet string by most modules and bare in some
        self._public = PublicKey(bytes(point)[-65:])


def recover(digest: bytes, compact: bytes) -> Address | None:
    """Who signed the digest, if these 64 bytes are a signature with a low s. Source: ERC-2098."""
    if len(compact) != 64 or len(digest) != 32:
        return None
    word = int.from_bytes(compact[32:])
    parity, s = word >> 255, word & (1 << 255) - 1
    key = _recovered(compact[:32] + s.to_bytes(32, "big") + bytes([parity]), digest) if 0 < s <= HALF_ORDER else None
    return _address(key) if key else None


def _address(key: PublicKey) -> Address:
    return Address(to_checksum_address(keccak(key.format(compressed=False)[1:])[12:]))


def _checked(digest: bytes) -> bytes:
    if len(digest) != 32:
        raise ValueError("a digest has 32 bytes")
    return digest


def _recovered(signature: bytes, digest: bytes) -> PublicKey | None:
    try:
        return PublicKey.from_signature_and_message(signature, digest, hasher=None)
    except Exception:  # the library raises bare Exception and ValueError
        return None
