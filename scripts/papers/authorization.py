"""A payer's authorization of one payment in a token (EIP-3009), in a file that travels to whoever submits it.

It is signed for exact terms: its nonce is the payment's key, but for the low 64 bits, which count the payer's attempts.
All that is read from a file is hostile: it counts only if the file is, to the letter, what would be written for the
terms that it names, and the signature is the payer's over the digest worked out here.
"""

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from offchain.core.payment import Invoice, payment_key
from offchain.core.refusal import Refusal
from offchain.core.units import Address, Key, Timestamp, TokenUnits
from scripts.papers.invoice import InvalidAddress, parse_address
from scripts.papers.proposal import Recover

FORMAT, FORMAT_VERSION = "quittance-authorization", 1
MAX_CHARACTERS = 20_000
MAX_TIME = 2**47 - 1  # OpenZeppelin's tokens read a window with bit 47 set as block numbers
KIND = "ReceiveWithAuthorization"
FIELDS = (
    ("from", "address"),
    ("to", "address"),
    ("value", "uint256"),
    ("validAfter", "uint256"),
    ("validBefore", "uint256"),
    ("nonce", "bytes32"),
)
DOMAIN = (("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address"))
_SEQUENCE = 2**64
_KEYS = {"format", "version", "digest", "terms", "typedData", "signature"}
_DIGITS = re.compile(r"0|[1-9][0-9]{0,77}")
_BYTES = re.compile(r"0x(?:[0-9a-f]{2})*")


class MalformedAuthorization(Refusal):
    """The file is no authorization of this format."""


class AlteredAuthorization(Refusal):
    """The parts of the authorization contradict each other: somebody changed one."""


class ForeignSignature(Refusal):
    """The signature is not the payer's over these terms."""


@dataclass(frozen=True)
class Authorization:
    """What a payer signs: an invoice, the processor on its chain, the time in which it holds, the attempt's number.

    `name` and `token_version` are the token's own in its EIP-712 domain. It holds after `valid_after` and before
    `valid_before`, both excluded. `sequence` is 0 at first; a cancelled authorization is followed by the next.
    """

    chain_id: int
    processor: Address
    name: str
    token_version: str
    payer: Address
    invoice: Invoice
    valid_after: Timestamp
    valid_before: Timestamp
    sequence: int
    signature: bytes = b""

    @property
    def key(self) -> Key:
        """The key of the payment."""
        return payment_key(self.chain_id, self.processor, self.invoice)

    @property
    def nonce(self) -> bytes:
        """The payment's key, its low 64 bits replaced by the sequence."""
        return self.key[:24] + self.sequence.to_bytes(8)

    @property
    def domain_separator(self) -> bytes:
        """What the token's DOMAIN_SEPARATOR must be."""
        name, version = keccak(text=self.name), keccak(text=self.token_version)
        domain = [_typehash("EIP712Domain", DOMAIN), name, version, self.chain_id, self.invoice.token]
        return keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], domain))

    @property
    def digest(self) -> bytes:
        """What the payer signs. Source: EIP-3009, EIP-712."""
        kinds = [kind for _, kind in FIELDS]
        struct = keccak(encode(["bytes32", *kinds], [_typehash(KIND, FIELDS), *self._message().values()]))
        return keccak(b"\x19\x01" + self.domain_separator + struct)

    def typed_data(self) -> dict[str, Any]:
        """The same as JSON for `eth_signTypedData_v4`, its numbers as texts."""
        return {
            "types": {
                "EIP712Domain": [{"name": name, "type": kind} for name, kind in DOMAIN],
                KIND: [{"name": name, "type": kind} for name, kind in FIELDS],
            },
            "primaryType": KIND,
            "domain": {
                "name": self.name,
                "version": self.token_version,
                "chainId": self.chain_id,
                "verifyingContract": self.invoice.token,
            },
            "message": {name: _plain(value) for name, value in self._message().items()},
        }

    def signed(self, signature: bytes, recover: Recover) -> "Authorization":
        """With the payer's signature. Errors: ForeignSignature."""
        if recover(self.digest, signature) != self.payer:
            raise ForeignSignature(f"the signature is not that of {self.payer} over 0x{self.digest.hex()}")
        return replace(self, signature=signature)

    def _message(self) -> dict[str, Any]:
        invoice = self.invoice
        values = (self.payer, self.processor, invoice.amount, self.valid_after, self.valid_before, self.nonce)
        return {name: value for (name, _), value in zip(FIELDS, values, strict=True)}


def write(authorization: Authorization) -> str:
    """The authorization as its file holds it."""
    return json.dumps(_content(authorization), indent=2) + "\n"


def read(text: str, recover: Recover) -> Authorization:
    """The authorization in a file. Errors: MalformedAuthorization, AlteredAuthorization, ForeignSignature."""
    if len(text) > MAX_CHARACTERS:
        raise MalformedAuthorization(f"an authorization has at most {MAX_CHARACTERS} characters")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedAuthorization("the file is not JSON") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT or content.keys() != _KEYS:
        raise MalformedAuthorization(f"the file is no {FORMAT}")
    if content["version"] != FORMAT_VERSION:
        raise MalformedAuthorization(f"the file is of version {content['version']!r}; {FORMAT_VERSION} is known here")
    try:
        found = _unsigned(content["terms"], content["typedData"])
    except (LookupError, TypeError, AttributeError):
        raise MalformedAuthorization("the terms, or what was signed of them, are not there") from None
    signature = _bytes(content["signature"], "the signature")
    if write(replace(found, signature=signature)) != text:
        raise AlteredAuthorization("the file is not what is written for the terms that it names")
    return found.signed(signature, recover)


def _content(authorization: Authorization) -> dict[str, Any]:
    invoice = authorization.invoice
    terms = {"token": invoice.token, "to": invoice.to, "amount": str(invoice.amount)}
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "digest": f"0x{authorization.digest.hex()}",
        "terms": {**terms, "paymentId": f"0x{invoice.payment_id.hex()}"},
        "typedData": authorization.typed_data(),
        "signature": f"0x{authorization.signature.hex()}",
    }


def _unsigned(terms: Any, data: Any) -> Authorization:
    """The authorization of these terms and of what the typed data adds to them; the caller compares the rest."""
    domain, message = data["domain"], data["message"]
    chain_id, name, version = domain["chainId"], domain["name"], domain["version"]
    if type(chain_id) is not int or not 0 < chain_id < 2**256:
        raise MalformedAuthorization("the chain id must be a number")
    if not (isinstance(name, str) and isinstance(version, str)):
        raise MalformedAuthorization("the token's name and version must be texts")
    payment_id = _bytes(terms["paymentId"], "the payment id")
    nonce = _bytes(message["nonce"], "the nonce")
    if (len(payment_id), len(nonce)) != (32, 32):
        raise MalformedAuthorization("payment id and nonce have 32 bytes")
    amount = TokenUnits(_number(terms["amount"], "the amount", 2**256 - 1))
    invoice = Invoice(_address(terms["token"]), _address(terms["to"]), amount, payment_id)
    return Authorization(
        chain_id=chain_id,
        processor=_address(message["to"]),
        name=name,
        token_version=version,
        payer=_address(message["from"]),
        invoice=invoice,
        valid_after=Timestamp(_number(message["validAfter"], "validAfter", MAX_TIME)),
        valid_before=Timestamp(_number(message["validBefore"], "validBefore", MAX_TIME)),
        sequence=int.from_bytes(nonce) % _SEQUENCE,
    )


def _typehash(kind: str, fields: tuple[tuple[str, str], ...]) -> bytes:
    return keccak(text=f"{kind}({','.join(f'{spelling} {name}' for name, spelling in fields)})")


def _plain(value: Any) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)


def _address(value: Any) -> Address:
    try:
        return parse_address(value, "a party")
    except InvalidAddress as refusal:
        raise MalformedAuthorization(str(refusal)) from None


def _number(value: Any, name: str, most: int) -> int:
    if not isinstance(value, str) or not _DIGITS.fullmatch(value) or int(value) > most:
        raise MalformedAuthorization(f"{name} must be a number up to {most}, in digits")
    return int(value)


def _bytes(value: Any, name: str) -> bytes:
    if not isinstance(value, str) or not _BYTES.fullmatch(value):
        raise MalformedAuthorization(f"{name} must be bytes: 0x and lower-case hexadecimal digits")
    return bytes.fromhex(value[2:])
