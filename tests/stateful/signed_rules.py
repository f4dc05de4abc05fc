"""The rules by which payers sign and others carry it, or a token does: good signatures, and the many that are not."""

from dataclasses import dataclass, replace

from eth_abi import encode
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from offchain.core.payment import Invoice, Status, payment_key
from scripts.papers import signed
from scripts.papers.signed import PERMIT2
from tests.model import payment, signed_payment
from tests.model.act import Rejected
from tests.stateful.choices import ACTORS, AMOUNTS, MISTAKEN, PAYEES, PICK, REFERENCES, SOME_ZERO, recent
from tests.stateful.edge import as_tuple
from tests.stateful.processor_rules import ProcessorRules
from tests.stateful.storage import compare_invoice
from tests.support import sign

HOUR = 3600
SIGNING = st.sampled_from(["plain", "keyed"])
SIGNERS = st.sampled_from(["payer", "merchant", "payer", "stranger"])
ANY_TOKEN = st.sampled_from(["plain", "keyed", "mute", "blocking", "taking"])
INVALIDATE = "0x3ff9dcb1"  # Permit2's invalidateUnorderedNonces(uint256,uint256)


@dataclass(frozen=True)
class Presented:
    """A payment by signature as it was submitted: who signed it for what, and what call carries it."""

    payer: str
    invoice: Invoice
    function: str
    proof: tuple

    def arguments(self, **other):
        """The call's, for these terms or for others."""
        token, to, amount, reference = as_tuple(replace(self.invoice, **other))
        return (token, self.payer, to, amount, reference, *self.proof)


class SignedRules(ProcessorRules):
    """Pay with permit, by authorization, by Permit2, by approveAndCall."""

    def setup(self):
        super().setup()
        self.permits = {}  # the token's next nonce, by (token, owner)
        self.used = {}  # of plain, the nonces used; of keyed, the next in its sequence, by (owner, upper part)
        self.nonce_at_permit2 = 0
        self.presented = []  # what was paid by signature
        self.cancelled = []  # what was cancelled before it was paid
        self.signers = {}  # by payment key: who has signed for it and not cancelled, whether carried or not
        self.carrier = None

    def attempt(self, act, caller, *rest, **options):
        self.carrier = self.at(caller)
        return super().attempt(act, caller, *rest, **options)

    def _domain(self, token):
        names = {"plain": "Signed Token", "keyed": "Quittance Dollar"}
        return signed.TokenDomain(names[token], "1", self.chain_id, self.at(token))

    def _sign(self, signer, asked, foreign=False):
        """By who is said to have signed, or by somebody else."""
        by = {"stranger": "treasury"}.get(signer, "stranger") if foreign else signer
        return sign(self.people[by], asked)

    def _invoice(self, token, to, mistake, signer, amount, ref):
        invoice = Invoice(self.at(token), self.payee(to, mistake, signer), amount, REFERENCES[ref % 3])
        if invoice not in self.invoices:
            self.invoices.append(invoice)
        return invoice

    def _carry(self, act, carrier, presented, predict, *facts, agreed):
        """Let `carrier` submit it; `agreed` says that the payer has signed for exactly this."""
        key = payment.key_of(self.paid, presented.invoice)
        self.signers[key] = {presented.payer} if agreed else set()
        arguments = presented.arguments()
        done = self.attempt(act, carrier, "processor", presented.function, arguments, predict, *facts)
        compare_invoice(self.edge, self.processor, self.paid, presented.invoice)
        if done:
            self.presented.append(presented)
        return done

    # --- EIP-2612 ---

    @rule(
        caller=st.sampled_from(["stranger", "stranger", "payer", "shop"]),
        token=ANY_TOKEN,
        to=PAYEES,
        mistake=MISTAKEN,
        amount=AMOUNTS,
        zero=SOME_ZERO,
        ref=PICK,
        fault=st.sampled_from([None] * 6 + ["front-run", "front-run", "late", "foreign", "replayed", "other amount"]),
    )
    def rule_pay_by_permit(self, caller, token, to, mistake, amount, zero, ref, fault):
        """Who trusts the processor signs none: a good one would end that trust. For them it is one that is refused."""
        invoice = self._invoice(token, to, mistake, caller, amount * zero, ref)
        able = caller == "stranger" and token in ("plain", "keyed")
        deadline = self.now + (-1 if fault == "late" else HOUR)
        proof = (deadline, 27, bytes(32), bytes(32))
        owner, nonce = self.at(caller), self.permits.get((token, caller), 0)
        if able:
            wrong = {"replayed": {"nonce": nonce - 1 if nonce else 1}, "other amount": {"amount": invoice.amount + 1}}
            terms = {"amount": invoice.amount, "nonce": nonce, "deadline": deadline, **wrong.get(fault, {})}
            asked = signed.permit(self._domain(token), owner, self.at("processor"), **terms)
            signature = self._sign(caller, asked, fault == "foreign")
            proof = (deadline, signature[64], signature[:32], signature[32:64])
        good = able and fault in (None, "front-run")
        if able and fault == "front-run":
            terms = (owner, self.at("processor"), invoice.amount, *proof)
            self.tokens[token].permit(*terms, {"from": self.people["merchant"]})
            self.permits[token, caller] = nonce + 1
            self.edge.moved()
        done = self._with_allowance(good, caller, invoice, proof)
        if done and good and fault is None:
            self.permits[token, caller] = nonce + 1
        if good and fault == "front-run" and not done:  # its owner takes back what nobody has used
            self.tokens[token].approve(self.processor, 0, {"from": self.people[caller]})
            self.edge.moved()

    def _with_allowance(self, there, caller, invoice, proof):
        """Pay with this permit; the allowance is there for this one call, or as it was before."""
        before = self.world
        if there:
            self.world = replace(before, approved=before.approved | {self.at(caller)})
        arguments = (*as_tuple(invoice), *proof)
        function, predict = "processTokenPaymentWithPermit", payment.process_token_payment
        done = self.attempt("pay by permit", caller, "processor", function, arguments, predict, invoice)
        self.world = replace(self.world, approved=before.approved)
        compare_invoice(self.edge, self.processor, self.paid, invoice)
        return done

    # --- EIP-3009 ---

    @rule(
        signer=SIGNERS,
        carrier=ACTORS,
        token=SIGNING,
        to=PAYEES,
        mistake=MISTAKEN,
        amount=AMOUNTS,
        zero=SOME_ZERO,
        ref=PICK,
        fault=st.sampled_from(
            [None] * 8
            + ["front-run", "cancelled", "cancelled", "renewed", "renewed", "late", "early", "foreign"]
            + ["other terms", "other amount", "another chain", "another contract"]
        ),
    )
    def rule_pay_by_authorization(self, signer, carrier, token, to, mistake, amount, zero, ref, fault):
        invoice = self._invoice(token, to, mistake, signer, amount * zero, ref)
        owner, key = self.at(signer), payment.key_of(self.paid, invoice)
        other = payment.key_of(self.paid, replace(invoice, payment_id=REFERENCES[(ref + 1) % 3]))
        sequence = self._next(token, owner, key)
        nonce = signed.authorization_nonce(other if fault == "other terms" else key, sequence)
        validity = {"late": (0, self.now), "early": (self.now, self.now + HOUR)}.get(fault, (0, self.now + HOUR))
        domain, receiver, named = self._domain(token), self.at("processor"), invoice.amount
        if fault == "another chain":
            domain = replace(domain, chain_id=self.chain_id + 1)
        if fault == "another contract":
            receiver = self.stage.elsewhere.address
        if fault == "other amount":
            named += 1
        asked = signed.authorization(domain, owner, receiver, named, validity, nonce)
        proof = (*validity, nonce, self._sign(signer, asked, fault == "foreign"))
        presented = Presented(owner, invoice, "processTokenPaymentWithAuthorization", proof)
        if fault in ("cancelled", "renewed") and payment.receipt_of(self.paid, invoice).status is Status.NONE:
            self._cancel(token, signer, presented)
        if fault == "renewed":
            nonce = signed.authorization_nonce(key, self._next(token, owner, key))
            asked = signed.authorization(domain, owner, receiver, named, validity, nonce)
            presented = replace(presented, proof=(*validity, nonce, self._sign(signer, asked)))
        agreed = fault in (None, "front-run", "renewed")

        def predict(book, call):
            outcome = signed_payment.process_with_authorization(book, call, invoice, owner, presented.proof[2])
            if fault in ("foreign", "other amount", "another chain", "another contract"):
                raise Rejected("ERC3009InvalidSignature")
            if fault in ("late", "early"):
                raise Rejected("ERC3009InvalidAuthorizationTime", *validity)
            self._require_unused(token, owner, presented.proof[2])
            return outcome

        act = "pay by authorization"
        for by in [carrier, "treasury"] if fault == "front-run" else [carrier]:
            if self._carry(act, by, presented, predict, agreed=agreed):
                self._use(token, owner, presented.proof[2])

    def _next(self, token, owner, key):
        """The least low part of a nonce for this key that its owner has not used."""
        return self.used.get((token, owner, key[:24]), 0)

    def _use(self, token, owner, nonce):
        self.used[token, owner, nonce[:24]] = int.from_bytes(nonce[24:], "big") + 1

    def _require_unused(self, token, owner, nonce):
        """What the tokens say of a nonce that is used, each in its own way."""
        expected = self._next(token, owner, nonce)
        if expected > int.from_bytes(nonce[24:], "big"):
            if token == "keyed":
                whole = int.from_bytes(nonce[:24] + expected.to_bytes(8, "big"), "big")
                raise Rejected("InvalidAccountNonce", owner, whole)
            raise Rejected("ERC3009UsedAuthorization", owner, nonce)

    def _cancel(self, token, signer, presented):
        """The payer takes an authorization back before anybody has carried it."""
        nonce = presented.proof[2]
        asked = signed.cancellation(self._domain(token), presented.payer, nonce)
        signature = sign(self.people[signer], asked)
        cancel = self.tokens[token].cancelAuthorization
        if token == "keyed":
            cancel = cancel["address,bytes32,uint8,bytes32,bytes32"]
        proof = (presented.payer, nonce, signature[64], signature[:32], signature[32:64])
        cancel(*proof, {"from": self.people["merchant"]})
        self.edge.moved()
        self._use(token, presented.payer, nonce)
        self.cancelled.append(presented)
        self.note("cancel an authorization")

    # --- Permit2 ---

    @rule(
        signer=SIGNERS,
        carrier=ACTORS,
        token=ANY_TOKEN,
        to=PAYEES,
        mistake=MISTAKEN,
        amount=AMOUNTS,
        zero=SOME_ZERO,
        ref=PICK,
        fault=st.sampled_from(
            [None] * 8
            + ["front-run", "cancelled", "used", "late", "foreign"]
            + ["other terms", "other amount", "another chain", "another contract"]
        ),
    )
    def rule_pay_by_permit2(self, signer, carrier, token, to, mistake, amount, zero, ref, fault):
        invoice = self._invoice(token, to, mistake, signer, amount * zero, ref)
        owner, key = self.at(signer), payment.key_of(self.paid, invoice)
        if fault == "other terms":
            key = payment.key_of(self.paid, replace(invoice, payment_id=REFERENCES[(ref + 1) % 3]))
        spent = [old for old in self.presented if old.payer == owner and "Permit2" in old.function]
        nonce = spent[-1].proof[0] if fault == "used" and spent else self.nonce_at_permit2
        deadline = self.now + (-1 if fault == "late" else HOUR)
        named = replace(invoice, amount=invoice.amount + (fault == "other amount"))
        spender = self.stage.elsewhere.address if fault == "another contract" else self.at("processor")
        chain_id = self.chain_id + (fault == "another chain")
        asked = signed.permit2_transfer(chain_id, named, spender, key, nonce, deadline)
        proof = (nonce, deadline, self._sign(signer, asked, fault == "foreign"))
        presented = Presented(owner, invoice, "processTokenPaymentWithPermit2", proof)
        if fault == "cancelled":
            self._invalidate(signer, presented)
        self.nonce_at_permit2 += 1

        def predict(book, call):
            outcome = signed_payment.process_with_permit2(book, call, invoice, owner)
            if fault == "late":
                raise Rejected("SignatureExpired", deadline)
            if fault == "cancelled" or (fault == "used" and spent):
                raise Rejected("InvalidNonce")
            if fault in ("foreign", "other terms", "other amount", "another chain", "another contract"):
                raise Rejected("InvalidSigner")
            return outcome

        agreed = fault in (None, "front-run", "used")
        for by in [carrier, "treasury"] if fault == "front-run" else [carrier]:
            self._carry("pay by Permit2", by, presented, predict, agreed=agreed)

    def _invalidate(self, signer, presented):
        word, bit = divmod(presented.proof[0], 256)
        data = INVALIDATE + f"{word:064x}{1 << bit:064x}"
        self.people[signer].transfer(PERMIT2, 0, data=data, silent=True)  # which waits until it is mined
        self.edge.moved()
        self.cancelled.append(presented)
        self.note("cancel at Permit2")

    # --- ERC-1363 ---

    @rule(to=PAYEES, mistake=MISTAKEN, amount=AMOUNTS, zero=SOME_ZERO, ref=PICK)
    def rule_approve_and_call(self, to, mistake, amount, zero, ref):
        """By the stranger, who has no approval that it would replace."""
        invoice = self._invoice("plain", to, mistake, "stranger", amount * zero, ref)
        data = encode(["address", "bytes32"], [invoice.to, invoice.payment_id])
        before, owner = self.world, self.at("stranger")

        def predict(book, call):
            token, terms = replace(call, caller=invoice.token), (invoice.amount, invoice.to, invoice.payment_id)
            return signed_payment.on_approval_received(book, token, owner, *terms, invoice.amount)

        self.world = replace(before, approved=before.approved | {owner})
        arguments, token = (self.at("processor"), invoice.amount, data), self.tokens["plain"]
        self.attempt("approve and call", "stranger", "processor", "approveAndCall", arguments, predict, via=token)
        self.world = replace(self.world, approved=before.approved)
        compare_invoice(self.edge, self.processor, self.paid, invoice)

    @rule(caller=ACTORS, owner=st.sampled_from(["bystander", "payer"]), amount=AMOUNTS)
    def rule_forge_an_approval(self, caller, owner, amount):
        def predict(book, call):
            raise Rejected("NotERC1363", call.caller)

        data = encode(["address", "bytes32"], [self.at("stranger"), REFERENCES[0]])
        arguments, function = (self.at(owner), amount, data), "onApprovalReceived"
        self.attempt("forge an approval", caller, "processor", function, arguments, predict)

    # --- again ---

    @rule(carrier=ACTORS, pick=PICK)
    @precondition(lambda self: self.presented)
    def rule_carry_again(self, carrier, pick):
        """What was paid, or refunded since, is submitted once more as it was."""
        presented = recent(self.presented, pick)
        if "Permit2" in presented.function:
            predict, facts = signed_payment.process_with_permit2, (presented.invoice, presented.payer)
        else:
            facts = (presented.invoice, presented.payer, presented.proof[2])
            predict = signed_payment.process_with_authorization
        self._carry("carry again", carrier, presented, predict, *facts, agreed=False)

    # --- what must hold ---

    def invariant_i12_only_what_its_payer_signed_is_paid(self):
        for name, values in self.events:
            if name == "TokenPaymentProcessed" and values["from"] != self.carrier:
                assert values["from"] in self.signers.get(values["key"], ()), f"{values} was carried by {self.carrier}"

    def invariant_i12_no_signature_counts_again_or_elsewhere(self):
        until = self.pause_of("processor")
        paused = ("ContractPaused", (until,)) if until else None
        calls, expected = [], []
        for presented in self.presented[-1:]:
            permit2, invoice = "Permit2" in presented.function, presented.invoice
            key = payment.key_of(self.paid, invoice)
            payer, paid_at, _ = self.edge.view(self.processor, "payments", key)
            calls.append(("stranger", self.processor, presented.function, presented.arguments(), 0, None))
            expected.append(paused or ("AlreadyPaid", (key, payer, paid_at)))
            dearer = replace(invoice, amount=invoice.amount + 1)
            others = [(self.processor, dearer, payment.key_of(self.paid, dearer), paused)]
            away = self.stage.elsewhere
            others.append((away, invoice, payment_key(self.chain_id, away.address, invoice), None))
            for contract, terms, other, refusal in others:
                again = ("InvalidNonce", ()) if permit2 else ("WrongNonce", (presented.proof[2], other))
                arguments = presented.arguments(amount=terms.amount)
                if permit2 and self.now > presented.proof[1]:
                    again = ("SignatureExpired", (presented.proof[1],))
                calls.append(("stranger", contract, presented.function, arguments, 0, None))
                expected.append(refusal or again)
        assert self.simulate(*calls) == expected

    def invariant_i12_what_was_cancelled_is_not_paid(self):
        for presented in self.cancelled[-1:]:
            call = ("stranger", self.processor, presented.function, presented.arguments(), 0, None)
            assert self.simulate(call) != [None]
