"""An account's signature over an act: made with its key, recovered as a wallet does it."""

from eth_account.signers.local import LocalAccount
from eth_keys.datatypes import Signature
from eth_keys.exceptions import BadSignature
from eth_utils.exceptions import ValidationError

from offchain.core.units import Address
from scripts.papers.agreement import HALF_ORDER
from scripts.papers.proposal import Proposal, wallet_json


def recover(digest: bytes, signature: bytes) -> Address | None:
    """Whose key signed the digest: 65 bytes (r, s, v) or 64 (ERC-2098), s in the lower half of the order.

    Anything else, and a signature of nobody, is None.
    """
    if len(signature) == 65:
        r, s, v = signature[:32], int.from_bytes(signature[32:64]), signature[64] - 27
    elif len(signature) == 64:
        word = int.from_bytes(signature[32:])
        r, s, v = signature[:32], word & (2**255 - 1), word >> 255
    else:
        return None
    if v not in (0, 1) or not 0 < s <= HALF_ORDER:
        return None
    try:
        made = Signature(vrs=(v, int.from_bytes(r), s))
        return Address(made.recover_public_key_from_msg_hash(digest).to_checksum_address())
    except (BadSignature, ValidationError, ValueError):
        return None


def parse(signature: bytes) -> bytes:
    """A signature as hardware wallets spell it, with a v of 0 or 1, in the spelling that contracts take."""
    if len(signature) == 65 and signature[64] in (0, 1):
        return signature[:64] + bytes([signature[64] + 27])
    return signature


def sign(proposal: Proposal, key: LocalAccount) -> Proposal:
    """The proposal with the key's signature. Errors: ForeignSignature, if the key is no owner's.

    The key signs the typed data by itself; that its digest is the one worked out here is checked by recovering it.
    """
    made = key.sign_typed_data(full_message=wallet_json(proposal))
    return proposal.with_signature(bytes(made.signature), recover)
