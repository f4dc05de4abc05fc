"""Payments that the payer only signs, and approveAndCall, beside what a bare transfer of the same kind costs.

The payee holds the token already, and so does the processor. Each nonce is a fresh slot, with the peers as with ours:
the payer signs a permit, and for Permit2, for the first time. A relayer submits what needs no gas of the payer.
"""

from typing import Any

from eth_abi.abi import encode

from offchain.core.payment import Invoice, payment_key
from offchain.core.units import Address, Key, Timestamp, TokenUnits
from scripts.gas_chain import START_SECONDS, Chain, random_address, random_bytes
from scripts.gas_targets import Figure
from scripts.papers.signed import (
    PERMIT2,
    TokenDomain,
    authorization,
    authorization_nonce,
    cancellation,
    permit,
    permit2_transfer,
)
from scripts.permit2 import permit2_deployment

AMOUNT = TokenUnits(125_500_000)
SOME, PLENTY = 10**6, 10**15
LATE = Timestamp(START_SECONDS + 10**9)
ALWAYS = (Timestamp(0), LATE)
RECEIVE = "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)"
CANCEL = "cancelAuthorization(address,bytes32,uint8,bytes32,bytes32)"
APPROVE_AND_CALL = "approveAndCall(address,uint256,bytes)"
# keccak256("permitTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,bytes)")
PERMIT_TRANSFER = bytes.fromhex("30f28b7a")
PERMIT_TRANSFER_TYPES = ["((address,uint256),uint256,uint256)", "(address,uint256)", "address", "bytes"]

FIATTOKEN = "Circle's FiatToken takes 45,155 for a plain transfer (quoted)"
COMMERCE = "commerce-payments takes 159,058 for one in USDC (quoted)"


def measure_signed(chain: Chain, processor: Any) -> dict[str, Figure]:
    """The rows of payments by signature and of approveAndCall; `processor` takes no fee."""
    chain.send_raw(chain.deployer, permit2_deployment())
    stand = _Stand(chain, processor)
    coin, plain = stand.coin(), stand.token("SignedToken")
    keyed, random = stand.token("AuthorizationToken"), stand.token("SignedToken")
    return {
        "pay_eip3009_own": Figure(
            gas=stand.pay_by_authorization(coin, "own"),
            peers={
                "OpenZeppelin ERC20TransferAuthorization, bare receive, fresh key": stand.receive(keyed, b"\1" * 24, 0),
                "OpenZeppelin ERC20TransferAuthorization, bare receive, used key": stand.receive(keyed, b"\1" * 24, 1),
                "ours after a cancellation, used key": stand.pay_by_authorization(coin, "cancelled", after=True),
            },
            floor=None,
            how="processTokenPaymentWithAuthorization of our Stablecoin, no fee. Its keyed nonce is the payment's key, "
            f"so every payment writes a slot of its own, where a payer's running number would not. {FIATTOKEN}",
        ),
        "pay_eip3009": Figure(
            gas=stand.pay_by_authorization(plain, "random"),
            peers={"OpenZeppelin ERC3009, bare receive": stand.receive(random, b"\2" * 24, 0)},
            floor=None,
            how="processTokenPaymentWithAuthorization of OpenZeppelin's ERC3009, whose nonces are random, no fee. "
            f"{COMMERCE}; {FIATTOKEN}",
        ),
        "pay_permit": Figure(
            gas=stand.pay_by_permit(plain),
            peers={"OpenZeppelin permit and transferFrom, two transactions": stand.permit_and_pull(random)},
            floor=None,
            how="processTokenPaymentWithPermit of OpenZeppelin's ERC20Permit, submitted by the payer, no fee",
        ),
        "pay_permit2": Figure(
            gas=stand.pay_by_permit2(plain),
            peers={"Permit2, bare permitTransferFrom": stand.bare_permit2(random)},
            floor=None,
            how="processTokenPaymentWithPermit2 of OpenZeppelin's ERC-20, no fee. Permit2 is the deployed code at its "
            f"own address. {COMMERCE}",
        ),
        "pay_erc1363": Figure(
            gas=stand.approve_and_call(plain),
            peers={"OpenZeppelin approve and transferFrom, two transactions": stand.approve_and_pull(random)},
            floor=None,
            how="approveAndCall of OpenZeppelin's ERC1363 by the payer, no fee",
        ),
    }


class _Stand:
    """One payee, one payer, one processor, and the tokens that they and the relayer hold."""

    def __init__(self, chain: Chain, processor: Any) -> None:
        self.chain, self.processor = chain, processor
        self.chain_id = int(chain.w3.eth.chain_id)
        self.payer, self.payee = Address(chain.payer), Address(random_address("payee by signature"))
        chain.fund(self.payee)

    def token(self, name: str) -> Any:
        """A mock token by name, held by everybody."""
        token = self.chain.deploy(name)
        for holder, amount in self._holders():
            self.chain.send(self.chain.deployer, token.functions.mint(holder, amount))
        return token

    def coin(self) -> Any:
        """Our stablecoin, held by everybody."""
        chain = self.chain
        coin = chain.deploy("Stablecoin", "Quittance Dollar", "QUSD", 0, chain.governor, chain.governor)
        role = coin.functions.MASTER_MINTER_ROLE().call()
        chain.send(chain.governor, coin.functions.grantRole(role, chain.governor))
        chain.send(chain.governor, coin.functions.configureMinter(chain.deployer, 10**20))
        for holder, amount in self._holders():
            chain.send(chain.deployer, coin.functions.mint(holder, amount))
        return coin

    def pay_by_authorization(self, token: Any, name: str, after: bool = False) -> int:
        """The gas of a payment; `after` a cancellation of the first nonce, it is with the second."""
        invoice, key = self._invoice(token, name)
        if after:
            first = authorization_nonce(key)
            call = token.get_function_by_signature(CANCEL)
            signature = self._sign(cancellation(self._domain(token), self.payer, first))
            self.chain.send(self.chain.relayer, call(self.payer, first, *_split(signature)))
        nonce = authorization_nonce(key, int(after))
        receiver = Address(self.processor.address)
        asked = authorization(self._domain(token), self.payer, receiver, AMOUNT, ALWAYS, nonce)
        call = self.processor.functions.processTokenPaymentWithAuthorization(
            invoice.token, self.payer, self.payee, AMOUNT, invoice.payment_id, *ALWAYS, nonce, self._sign(asked)
        )
        return self.chain.send(self.chain.relayer, call)

    def receive(self, token: Any, upper: bytes, sequence: int) -> int:
        """The gas of a bare receiveWithAuthorization by the relayer, who holds some already."""
        nonce, relayer = authorization_nonce(Key(upper + bytes(8)), sequence), Address(self.chain.relayer)
        asked = authorization(self._domain(token), self.payer, relayer, AMOUNT, ALWAYS, nonce)
        call = token.get_function_by_signature(RECEIVE)
        terms = (self.payer, relayer, AMOUNT, *ALWAYS, nonce)
        return self.chain.send(relayer, call(*terms, *_split(self._sign(asked))))

    def pay_by_permit(self, token: Any) -> int:
        """The gas of a payment by the payer."""
        invoice, _ = self._invoice(token, "permit")
        signature = self._permit(token, Address(self.processor.address))
        call = self.processor.functions.processTokenPaymentWithPermit(
            invoice.token, self.payee, AMOUNT, invoice.payment_id, LATE, *_split(signature)
        )
        return self.chain.send(self.payer, call)

    def permit_and_pull(self, token: Any) -> int:
        """The gas of a permit and of the transferFrom that it allows, both by the relayer."""
        relayer = Address(self.chain.relayer)
        signature = self._permit(token, relayer)
        call = token.functions.permit(self.payer, relayer, AMOUNT, LATE, *_split(signature))
        return self.chain.send(relayer, call) + self._pull(token)

    def pay_by_permit2(self, token: Any) -> int:
        """The gas of a payment, the payer's approval of Permit2 long given."""
        self.chain.send(self.payer, token.functions.approve(PERMIT2, 2**256 - 1))
        invoice, key = self._invoice(token, "permit2")
        asked = permit2_transfer(self.chain_id, invoice, Address(self.processor.address), key, 0, LATE)
        call = self.processor.functions.processTokenPaymentWithPermit2(
            invoice.token, self.payer, self.payee, AMOUNT, invoice.payment_id, 0, LATE, self._sign(asked)
        )
        return self.chain.send(self.chain.relayer, call)

    def bare_permit2(self, token: Any) -> int:
        """The gas of the same transfer without witness and proof, by the relayer."""
        self.chain.send(self.payer, token.functions.approve(PERMIT2, 2**256 - 1))
        invoice, key = self._invoice(token, "bare permit2")
        nonce = 256  # in a word of nonces that is as fresh as the other's was
        asked = permit2_transfer(self.chain_id, invoice, Address(self.chain.relayer), key, nonce, LATE)
        asked["types"]["PermitTransferFrom"] = asked["types"].pop("PermitWitnessTransferFrom")[:-1]
        asked["primaryType"] = "PermitTransferFrom"
        del asked["message"]["paymentKey"]
        permitted, details = ((invoice.token, AMOUNT), nonce, LATE), (self.payee, AMOUNT)
        terms = encode(PERMIT_TRANSFER_TYPES, [permitted, details, self.payer, self._sign(asked)])
        return self.chain.send_raw(self.chain.relayer, {"to": PERMIT2, "data": "0x" + (PERMIT_TRANSFER + terms).hex()})

    def approve_and_call(self, token: Any) -> int:
        """The gas of a payment by the payer."""
        invoice, _ = self._invoice(token, "approve and call")
        terms = encode(["address", "bytes32"], [self.payee, invoice.payment_id])
        call = token.get_function_by_signature(APPROVE_AND_CALL)
        return self.chain.send(self.payer, call(self.processor.address, AMOUNT, terms))

    def approve_and_pull(self, token: Any) -> int:
        """The gas of an approval by the payer and of the transferFrom that it allows, by the relayer."""
        return self.chain.send(self.payer, token.functions.approve(self.chain.relayer, AMOUNT)) + self._pull(token)

    def _pull(self, token: Any) -> int:
        return self.chain.send(self.chain.relayer, token.functions.transferFrom(self.payer, self.payee, AMOUNT))

    def _permit(self, token: Any, spender: Address) -> bytes:
        return self._sign(permit(self._domain(token), self.payer, spender, AMOUNT, 0, LATE))

    def _holders(self) -> list[tuple[str, int]]:
        return [(self.payer, PLENTY), (self.payee, SOME), (self.processor.address, SOME), (self.chain.relayer, SOME)]

    def _invoice(self, token: Any, name: str) -> tuple[Invoice, Key]:
        invoice = Invoice(Address(token.address), self.payee, AMOUNT, random_bytes(f"{name} by signature"))
        return invoice, payment_key(self.chain_id, Address(self.processor.address), invoice)

    def _domain(self, token: Any) -> TokenDomain:
        _, name, version, chain_id, address, _, _ = token.functions.eip712Domain().call()
        return TokenDomain(name, version, chain_id, Address(address))

    def _sign(self, typed_data: dict[str, Any]) -> bytes:
        answer = self.chain.w3.provider.make_request("eth_signTypedData_v4", [self.payer, typed_data])
        return bytes.fromhex(answer["result"][2:])


def _split(signature: bytes) -> tuple[int, bytes, bytes]:
    """65 bytes as v, r and s."""
    return signature[64], signature[:32], signature[32:64]
