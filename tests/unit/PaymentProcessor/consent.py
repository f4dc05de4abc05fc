"""What a payer signs, and how the calls take it. The payers are accounts of the local chain."""

from brownie import chain

from offchain.core.payment import Invoice
from scripts.papers import signed
from tests.support import now, payment_id, sign
from tests.unit.keys import DAY, payment_key

PRICE = 10**18
INVOICE = payment_id("invoice 1")


class Consent:
    """Signatures for one processor. What is signed can differ, by name, from what is submitted."""

    def __init__(self, processor):
        self.processor = processor

    def permit(self, token, signer, owner=None, spender=None, amount=PRICE, nonce=None, late=DAY, chain_id=None):
        """Of EIP-2612, as the call takes it: deadline, v, r, s."""
        owner, deadline = str(owner or signer), now() + late
        nonce = token.nonces(owner) if nonce is None else nonce
        domain = domain_of(token, chain_id)
        asked = signed.permit(domain, owner, str(spender or self.processor), amount, nonce, deadline)
        return deadline, *split(sign(signer, asked))

    def authorization(self, token, signer, to, *, payer=None, receiver=None, kind=None, **terms):
        """Of EIP-3009, as the call takes it: validAfter, validBefore, nonce, signature."""
        amount, chain_id = terms.pop("amount", PRICE), terms.pop("chain_id", None)
        validity = terms.pop("after", now() - 1), terms.pop("before", now() + DAY)
        nonce = terms.pop("nonce", None) or self.nonce(token, to, amount=amount, **terms)
        receiver = str(receiver or self.processor)
        domain = domain_of(token, chain_id)
        asked = signed.authorization(domain, str(payer or signer), receiver, amount, validity, nonce)
        if kind:
            asked["types"][kind] = asked["types"].pop(asked["primaryType"])
            asked["primaryType"] = kind
        return *validity, nonce, sign(signer, asked)

    def nonce(self, token, to, amount=PRICE, invoice=INVOICE, sequence=0):
        return signed.authorization_nonce(payment_key(self.processor, token, to, amount, invoice), sequence)

    def cancellation(self, token, signer, nonce):
        """Of EIP-3009, as the token takes it: authorizer, nonce, v, r, s."""
        asked = signed.cancellation(domain_of(token), str(signer), nonce)
        return signer, nonce, *split(sign(signer, asked))

    def permit2(self, token, signer, to, *, amount=PRICE, nonce=7, late=DAY, key=None, spender=None, **other):
        """For Permit2, as the call takes it: nonce, deadline, signature."""
        deadline = now() + late
        key = key or payment_key(self.processor, token, to, amount, INVOICE)
        invoice = Invoice(str(token), str(to), other.get("permitted", amount), INVOICE)
        chain_id = other.get("chain_id", chain.id)
        asked = signed.permit2_transfer(chain_id, invoice, str(spender or self.processor), key, nonce, deadline)
        return nonce, deadline, sign(signer, asked)


def domain_of(token, chain_id=None):
    _, name, version, home, address, _, _ = token.eip712Domain()
    return signed.TokenDomain(name, version, chain_id or home, address)


def split(signature):
    """65 bytes as v, r, s."""
    return signature[64], signature[:32], signature[32:64]
