"""The machine over the tokens: a rule asks the model, then the contract; what the chain said is kept beside it.

Both accept, and events and storage agree, or both refuse with the same typed error. The invariants look at what the
chain said and at nothing that the model says.
"""

import sys
from collections import Counter
from types import SimpleNamespace

import hypothesis

from tests.model.accounts import ENFORCER_ROLE
from tests.model.act import Call, Rejected
from tests.stateful.choices import AnyRule
from tests.stateful.edge import Edge, plain, request
from tests.stateful.token_world import HOLDERS
from tests.support import now

UNLIMITED = 2**256 - 1
ZERO = "0x" + "00" * 20
REGULATED = ("coin", "cash")
MINTING, BURNING = {"mint", "issue"}, {"burn", "redeem"}
FORCED = {"forcedTransfer"}
SIGNED = {"transferWithAuthorization", "receiveWithAuthorization"}


class TokenMachine:
    """Three tokens, the people around them, and what is known of them from the chain alone."""

    @classmethod
    def enter(cls, stage, full_run, weights):
        """Before the first run: the chain is as the stage left it, and each run starts there."""
        cls.stage, cls.contracts = stage, stage.contracts
        cls.full_run, cls.weights = full_run, weights
        cls.reached = Counter()  # (act, "done" or the error) over all runs
        cls.edge = Edge(cls.contracts.values())
        cls.everyone = [*stage.people, *stage.keys, "token", "zero"]

    def setup(self):
        self._rules_strategy = AnyRule(self)
        self.steps = 0
        self.edge.moved()
        self.now = now()
        self.books = dict(self.stage.books)
        self.acts = []  # every one that went through, as the chain showed it
        self.seen = {token: self._look(token) for token in self.contracts}

    def teardown(self):
        """A run that Hypothesis cuts short, as it likes its first ones, is not one that was asked for."""
        if sys.exc_info()[0] is None:
            hypothesis.assume(self.steps >= self.full_run)

    def at(self, role, token):
        return self.stage.at(role, token)

    def note(self, act, result="done"):
        self.steps += 1
        self.reached[act, result] += 1

    # --- the model says, the chain does ---

    def attempt(self, act, token, by, function, arguments, predict, facts=None, **about):
        """Let `by` act on a token: as `predict(book, call, *facts)` says, and in no other way.

        `about` is what an invariant needs to know of the act besides: source, to and amount of a transfer.
        """
        contract, sender = self.contracts[token], self.at(by, token)
        asked = request(sender, contract, function, arguments)
        try:
            outcome = predict(self.books[token], Call(sender, 0, self.now), *(arguments if facts is None else facts))
        except Rejected as refusal:
            ((got, _),) = self.edge.ask([(asked, None)])
            assert got == (refusal.error, refusal.values), f"{function}{arguments}: the contract says {got}"
            self.note(act, refusal.error)
            return False
        ((refused, _),) = self.edge.ask([(asked, None)])
        assert refused is None, f"{function}{arguments}: the model accepts, the contract says {refused}"
        tx = getattr(contract, function)(*arguments, {"from": self.stage.people[by]})
        assert tx.timestamp == self.now
        logs = [(log.name, plain(dict(log[0]))) for log in tx.events]
        assert logs == [(event.name, dict(event.values)) for event in outcome.events]
        self.books[token] = outcome.book
        self.edge.moved()
        before, self.seen[token] = self.seen[token], self._look(token)
        after = self.seen[token]
        self.acts.append(
            SimpleNamespace(token=token, by=sender, function=function, before=before, after=after, logs=logs, **about)
        )
        self._compare(token)
        self.note(act)
        return True

    def _look(self, token):
        """What the chain says of every account of a token now."""
        accounts = {self.at(role, token) for role in self.everyone}
        asked = [("balanceOf", account) for account in accounts]
        if token in REGULATED:
            asked += [(view, account) for account in accounts for view in ("getFrozenTokens", "canSend", "canReceive")]
        holders = [self.at(role, token) for role in (*HOLDERS, "issuer")]
        asked += [("allowance", owner, spender) for owner in holders for spender in holders]
        asked += [("totalSupply",), ("pausedUntil",), ("auditLength",), ("auditHead",)]
        answers = dict(zip(asked, self.edge.views(self.contracts[token], *asked), strict=True))
        of = {name: {a[1]: v for a, v in answers.items() if a[0] == name and a[1:]} for name in {a[0] for a in asked}}
        return SimpleNamespace(
            balances=of["balanceOf"],
            frozen=of.get("getFrozenTokens", dict.fromkeys(accounts, 0)),
            may_send=of.get("canSend", dict.fromkeys(accounts, True)),
            may_receive=of.get("canReceive", dict.fromkeys(accounts, True)),
            allowances={a[1:]: v for a, v in answers.items() if a[0] == "allowance"},
            supply=answers["totalSupply",],
            paused=self.now < answers["pausedUntil",],
            until=answers["pausedUntil",],
            trail=(answers["auditLength",], answers["auditHead",]),
        )

    def _compare(self, token):
        """The contract keeps what the model's book says."""
        book, seen = self.books[token], self.seen[token]
        for account, balance in seen.balances.items():
            kept = book.of(account)
            assert (balance, seen.frozen[account]) == (kept.balance, kept.frozen)
            if token in REGULATED:
                allowed = account != ZERO and not book.is_barred(kept.standing)
                assert seen.may_send[account] == seen.may_receive[account] == allowed
        for pair, allowance in seen.allowances.items():
            assert allowance == book.allowances.get(pair, 0)
        assert (seen.supply, seen.until) == (book.supply, book.paused_until)
        assert seen.trail == (book.audit_length, book.audit_head)
        questions = []
        if token == "coin":
            questions += [(("minterAllowance", who), allowed) for who, allowed in book.minters.items()]
            questions += [(("nonces", who), book.nonce(who)) for who, sequence in book.numbers if sequence == 0]
        if token == "cash":
            questions += [(("registrarOf", who), registrar) for who, registrar in book.registrars.items()]
            questions += [(("tierOf", who), account.standing) for who, account in book.accounts.items()]
            questions += [(("holdingLimit", tier), limit) for tier, limit in book.limits.items()]
        answers = self.edge.views(self.contracts[token], *(question for question, _ in questions))
        assert answers == [answer for _, answer in questions]

    def _would(self, token, *transfers):
        """What transfers of (source, to, amount) would each end with now, None if it went."""
        asked = [(request(source, self.contracts[token], "transfer", rest), None) for source, *rest in transfers]
        return [error for error, _ in self.edge.ask(asked)]

    # --- what never breaks ---

    def invariant_i46_the_supply_is_the_sum_of_all_balances(self):
        for token, seen in self.seen.items():
            assert sum(seen.balances.values()) == seen.supply, token

    def invariant_i47_the_supply_changes_only_by_minting_and_burning(self):
        for act in self.acts[-1:]:
            grown = act.after.supply - act.before.supply
            assert grown == 0 or act.function in (MINTING if grown > 0 else BURNING), vars(act)
            sent = [values for name, values in act.logs if name == "Transfer"]
            minted = sum(values["value"] for values in sent if values["from"] == ZERO)
            assert grown == minted - sum(values["value"] for values in sent if values["to"] == ZERO)

    def invariant_i48_only_the_holder_or_its_spender_lowers_a_balance(self):
        for act in self.acts[-1:]:
            for account, lost in _losses(act):
                if act.function in FORCED:
                    assert self.edge.view(self.contracts[act.token], "hasRole", ENFORCER_ROLE, act.by)
                elif act.function in SIGNED:
                    assert act.signer == account
                elif act.function == "rescue":
                    assert (act.by, account) == (self.at("governor", "coin"), self.contracts["coin"].address)
                elif act.by != account:
                    assert act.function in ("transferFrom", "redeem")
                    allowed, left = (seen.allowances[account, act.by] for seen in (act.before, act.after))
                    assert allowed >= lost
                    assert left == (UNLIMITED if allowed == UNLIMITED else allowed - lost)

    def invariant_i49_self_and_zero_transfers_keep_accounts(self):
        for act in self.acts[-1:]:
            if hasattr(act, "amount") and (act.amount == 0 or act.source == act.to):
                assert act.after.balances == act.before.balances
                assert act.function in FORCED or act.after.frozen == act.before.frozen

    def invariant_i50_no_transfer_while_paused_or_barred(self):
        for act in self.acts[-1:]:
            gained = [who for who, now in act.after.balances.items() if now > act.before.balances[who]]
            lost = [who for who, _ in _losses(act)]
            assert all(act.before.may_receive[who] for who in gained)
            if act.function not in FORCED | {"redeem"}:
                assert not (gained or lost) or not act.before.paused
                assert all(act.before.may_send[who] for who in lost)
            if act.token == "coin" and act.function == "transferFrom":
                assert act.before.may_send[act.by]
        for token, seen in self.seen.items():
            payer, merchant = self.at("payer", token), self.at("merchant", token)
            (error,) = self._would(token, (payer, merchant, 0))
            if seen.paused:
                assert error == ("ContractPaused", (seen.until,))
            elif not seen.may_send[payer]:
                assert error == ("ERC7943CannotSend", (payer,))
            elif not seen.may_receive[merchant]:
                assert error == ("ERC7943CannotReceive", (merchant,))

    def invariant_i51_a_transfer_goes_if_and_only_if_canTransfer_says_so(self):  # noqa: N802 (the contract's name)
        if not self.acts or self.acts[-1].token not in REGULATED:
            return
        token = self.acts[-1].token
        seen, turn = self.seen[token], self.steps % len(HOLDERS)
        source, to = (self.at(HOLDERS[(turn + step) % len(HOLDERS)], token) for step in (0, 1 + self.steps % 2))
        free = max(0, seen.balances[source] - seen.frozen[source])
        held = seen.balances[source]
        amounts = (0, 1, free, free + 1, held, held + 1, UNLIMITED)
        tried = [(source, receiver, amount) for receiver in (to, source) for amount in amounts]
        allowed = self.edge.views(self.contracts[token], *(("canTransfer", *each) for each in tried))
        for each, error, goes in zip(tried, self._would(token, *tried), allowed, strict=True):
            assert (error is None) == goes, f"{each}: {error}"

    def invariant_i52_no_transfer_goes_below_what_is_frozen(self):
        for act in self.acts[-1:]:
            for account, lost in _losses(act):
                held, frozen = act.before.balances[account], act.before.frozen[account]
                if act.function in FORCED:
                    assert act.after.frozen[account] == frozen - max(0, lost - max(0, held - frozen))
                else:
                    assert act.after.balances[account] >= act.after.frozen[account] == frozen


def _losses(act):
    """Whose balance an act lowered, and by how much."""
    before, after = act.before.balances, act.after.balances
    return [(account, before[account] - now) for account, now in after.items() if now < before[account]]
