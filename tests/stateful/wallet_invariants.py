"""Lines 15 to 26 of docs/invariants.md, observed on the chain after every step: wallets and their owners."""

from collections import Counter

from eth_utils import to_canonical_address

from offchain.core.units import NATIVE
from scripts.papers import agreement
from tests.model.calldata import arguments_of, selector_of
from tests.model.limiter import breach
from tests.model.multisig import SET_OWNERS
from tests.stateful.edge import batch
from tests.stateful.wallet_calls import BY_ANYONE, BY_QUORUM, PAY, calldata
from tests.stateful.wallet_rules import WalletRules
from tests.support import rpc

QUORUM_CALL = "requireQuorum(bytes32,(uint256,address[],uint256,bytes))"
CREATE = "create(uint256,address[],address,uint256,bytes32)"
UPDATE_DELAY = selector_of("updateDelay(uint256)")
TRANSFER = selector_of("transfer(address,uint256)")
WORN_OUT = 2**40 + 1  # a nonce that no run reaches


class ObservedWallets(WalletRules):
    """The machine with the invariants of wallets."""

    def own_calls(self, where, selector):
        """The calls that the wallet made to itself in the last transaction, by their selector."""
        made = self.last.named("CallExecuted", where) if self.last else []
        return [call for call in made if call["target"] == where and call["data"][:4] == selector]

    def quorum_error(self, digest, quorum, where, at=None):
        return "stranger", where, calldata(QUORUM_CALL, digest, quorum), 0, at

    def invariant_i15_the_nonce_counts_what_owners_agreed_to(self):
        for where, view in self.views.items():
            assert view["nonce"] == self.acts[where]
            asked = self.last is not None and self.last.to == where and self.last.payload[:4] in BY_QUORUM
            assert view["nonce"] == self.before[where]["nonce"] + asked

    def invariant_i16_the_threshold_lies_within_the_owners(self):
        for threshold, owners in self.sets.values():
            assert 0 < threshold <= len(owners) <= 50

    def invariant_i17_list_count_and_membership_agree(self):
        calls, expected = [], []
        for where, (threshold, owners) in self.sets.items():
            if self.proven.get(where) == (threshold, owners):
                continue  # nothing that the answers depend on has changed
            self.proven[where] = (threshold, owners)
            known = self.views[where]["ownerSet"]
            assert agreement.owner_set_of(threshold, owners) == known
            raw = [to_canonical_address(owner) for owner in owners]
            assert bytes(20) not in raw
            assert raw == sorted(set(raw))
            standing = self.standing[where]
            for others in (owners[:-1], (*owners, owners[-1]), (*owners, self.at("stranger")), owners[::-1]):
                if others != owners:
                    quorum = (threshold, list(others), *standing.quorum[2:])
                    calls.append(self.quorum_error(standing.digest, quorum, where))
                    expected.append(("WrongOwnerSet", (agreement.owner_set_of(threshold, others), known)))
        assert self.simulate(*calls) == expected

    def invariant_i18_owners_change_as_named_by_the_wallet_itself_after_the_delay(self):
        for where, view in self.views.items():
            changes = self.own_calls(where, selector_of(SET_OWNERS))
            if not changes:
                assert view["ownerSet"] == self.before[where]["ownerSet"]
                continue
            known = self.before[where]["ownerSet"]
            for change in changes:
                current, threshold, owners = arguments_of(("bytes32", "uint256", "address[]"), change["data"][4:])
                seen = self.operations[where, change["id"]]
                assert self.now >= seen.ready_at
                assert seen.delay >= seen.least
                assert current == known
                known = agreement.owner_set_of(threshold, owners)
            assert view["ownerSet"] == known
            assert self.sets[where] == (threshold, owners)

    def invariant_i19_a_wallet_is_set_up_once(self):
        codes = batch([("eth_getCode", [where, "latest"]) for where in self.charters])
        for (where, charter), code in zip(self.charters.items(), codes, strict=True):
            threshold, owners, guardian, delay = charter
            start = agreement.owner_set_of(threshold, owners) + to_canonical_address(guardian) + delay.to_bytes(4)
            assert bytes.fromhex(code["result"][2:])[45:] == start, where
        calls = [
            ("stranger", self.at("factory"), calldata(CREATE, *charter, bytes(32)), 0, None)
            for charter in self.charters.values()
            if self.steps % 8 == 0
        ]
        assert self.simulate(*calls) == [("FailedDeployment", ())] * len(calls)
        (standing, *_) = self.standing.values()
        ((error, got),) = self.simulate(self.quorum_error(standing.digest, standing.quorum, self.at("implementation")))
        assert error == "WrongOwnerSet"
        assert got == (agreement.owner_set_of(*standing.quorum[:2]), bytes(32))

    def invariant_i20_nothing_goes_with_fewer_than_threshold_owners(self):
        if self.last is None or self.last.payload[:4] not in BY_QUORUM:
            return
        agreed = self.agreed[-1]
        threshold, owners = self.sets_before[agreed.wallet]
        signatures = unpacked(agreed.quorum)
        counted = {owner for owner in owners if self.pen.signed(owner, agreed.digest, signatures.get(owner, b""))}
        counted |= {
            o for o in owners if signatures.get(o) == b"" and (o, agreed.digest) in self.approvals[agreed.wallet]
        }
        assert len(counted) >= threshold

    def invariant_i21_checking_many_is_checking_each(self):
        if self.tried is None or self.tried.wallet not in self.views:
            return
        where, digest, (threshold, owners, bits, packed) = self.tried.wallet, self.tried.digest, self.tried.quorum
        signatures = unpacked(self.tried.quorum)
        if agreement.quorum_of(threshold, owners, signatures)[2:] != (bits, packed):
            return  # a packing that is malformed as a whole
        alone = [agreement.quorum_of(threshold, owners, {owner: signatures[owner]}) for owner in signatures]
        whole, *each = self.simulate(
            *(self.quorum_error(digest, quorum, where) for quorum in (self.tried.quorum, *alone))
        )
        if whole is not None and whole[0] in ("WrongOwnerSet", "TooManyOwners"):
            return
        bad = [error for error in each if error and error[0] == "InvalidSignature"]
        short = ("ThresholdNotMet", (len(alone), threshold)) if len(alone) < threshold else None
        assert whole == (bad[0] if bad else short)

    def invariant_i22_a_digest_is_used_once(self):
        digests = Counter((agreed.wallet, agreed.digest) for agreed in self.agreed)
        assert not [digest for digest, times in digests.items() if times > 1]
        for where, payload in self.replays[-1:]:
            (error,) = self.simulate(("stranger", where, payload, 0, None))
            assert error is not None

    def invariant_i23_signatures_die_with_the_owner_set(self):
        calls, expected = [], []
        for where, standing in self.standing.items():
            signed, now = agreement.owner_set_of(*standing.quorum[:2]), self.views[where]["ownerSet"]
            calls.append(self.quorum_error(standing.digest, standing.quorum, where))
            expected.append(None if signed == now else ("WrongOwnerSet", (signed, now)))
            if signed != now:
                threshold, owners = self.sets[where]
                kept = {o: s for o, s in unpacked(standing.quorum).items() if o in owners}
                digest = agreement.digest_of(agreement.Domain(self.chain_id, where, now), self.standing_act(where))
                if kept:
                    calls.append(self.quorum_error(digest, agreement.quorum_of(threshold, owners, kept), where))
                    first = next(owner for owner in owners if owner in kept)
                    expected.append(("InvalidSignature", (first, digest)))
        assert self.simulate(*calls) == expected

    def invariant_i24_nothing_runs_past_its_deadline(self):
        if self.agreed and self.last is not None and self.last.payload[:4] in BY_QUORUM:
            assert self.now <= self.agreed[-1].deadline
        calls = []
        for where, standing in self.standing.items():
            row, deadline = (self.at("payee"), 1, NATIVE), standing.deadline
            payload = calldata(PAY, row, deadline, standing.quorum)
            calls += [("stranger", where, payload, 0, at) for at in (deadline, deadline + 1)]
        answers = self.simulate(*calls)
        for (_, where, *_), error in zip(calls[1::2], answers[1::2], strict=True):
            deadline, until = self.standing[where].deadline, self.views[where]["pausedUntil"]
            late = ("PastDeadline", (deadline + 1, deadline))
            assert error == (("ContractPaused", (until,)) if deadline + 1 < until else late)
        assert all(error and error[0] != "PastDeadline" for error in answers[::2])

    def invariant_i25_the_only_delegatecall_is_a_clones_own(self):
        if self.last is None:
            return
        trace = rpc("debug_traceTransaction", self.last.txid, {"tracer": "callTracer"})
        for frame in frames(trace):
            if frame["type"] == "DELEGATECALL":
                pair = frame["from"].lower(), frame["to"].lower()
                assert pair in {(where.lower(), self.at("implementation").lower()) for where in self.charters}

    def invariant_i26_a_wallet_loses_only_what_an_authorised_act_names(self):
        expected = Counter()
        for asset, source, to, amount in self.named_moves():
            for account, change in ((source, -amount), (to, amount)):
                if account in self.charters:
                    expected[asset, account] += change
        moved = {where: change for where, change in self.moved.items() if where[1] in self.charters}
        assert moved == {where: change for where, change in expected.items() if change}
        if any(change < 0 for change in moved.values()):
            assert self.last.payload[:4] in BY_QUORUM | BY_ANYONE

    def named_moves(self):
        """What the logs of the last transaction say of wallets: (asset, source, to, amount)."""
        if self.last is None:
            return
        if self.last.value:
            yield NATIVE, self.last.caller, self.last.to, self.last.value
        for where, name, values in self.last.logs:
            if name == "PaymentExecuted":
                yield values["token"], where, values["to"], values["amount"]
            elif name == "CallExecuted":
                yield NATIVE, where, values["target"], values["value"]
                if values["target"] in self.tokens and values["data"][:4] == TRANSFER:
                    yield values["target"], where, *arguments_of(("address", "uint256"), values["data"][4:])

    def invariant_i40_what_wallets_pay_at_once_stays_within_their_limits(self):
        for which, history in self.flows.items():
            assert breach(history) is None, which


def unpacked(quorum):
    """The signatures in a quorum by their owner, as far as they can be told apart."""
    _, owners, bits, packed = quorum
    signatures = {}
    for index, owner in enumerate(owners):
        if bits >> index & 1:
            length = int.from_bytes(packed[:2])
            signatures[owner], packed = packed[2 : 2 + length], packed[2 + length :]
    return signatures


def frames(call):
    yield call
    for inner in call.get("calls", ()):
        yield from frames(inner)
