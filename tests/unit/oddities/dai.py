"""The permit of DAI, as its holder signs it: older than EIP-2612, all or nothing."""

from brownie import chain

from tests.support import now, sign
from tests.unit.keys import DAY
from tests.unit.PaymentProcessor.consent import split

FIELDS = {"holder": "address", "spender": "address", "nonce": "uint256", "expiry": "uint256", "allowed": "bool"}
DOMAIN = {"name": "string", "version": "string", "chainId": "uint256", "verifyingContract": "address"}


def permit_of_dai(token, holder, spender, nonce=0):
    """The arguments of its permit: what is signed, then v, r, s."""
    terms = str(holder), str(spender), nonce, now() + DAY, True
    types = {"EIP712Domain": DOMAIN, "Permit": FIELDS}
    data = {
        "types": {name: [{"name": n, "type": t} for n, t in fields.items()] for name, fields in types.items()},
        "primaryType": "Permit",
        "domain": {"name": "Test Token", "version": "1", "chainId": chain.id, "verifyingContract": token.address},
        "message": dict(zip(FIELDS, terms, strict=True)),
    }
    return *terms, *split(sign(holder, data))
