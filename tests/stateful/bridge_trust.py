"""Who is believed by a bridge, and who may do what: invariants 59, 61, 64 and 65 of docs/invariants.md."""

from dataclasses import replace

from offchain.core.checkpoint import (
    SIGNATURE_BYTES,
    Checkpoint,
    Point,
    Transfer,
    attestor_set,
    digest,
)
from offchain.core.units import ZERO_ADDRESS
from tests.model.inbox import RECORD_BYTES, VETOED, Waiting
from tests.stateful.bridge_attesting import recover
from tests.stateful.bridge_invariants import ARRIVALS, ObservedMoney
from tests.stateful.bridge_machine import HERE, OTHER, THERE

GOVERNED = {  # what only the governor changes, and by what
    "office": ("rotate",),
    "epoch": ("rotate",),
    "queue": ("configureQueue", "configureLimit"),  # what is large is a part of the limit
    "limit": ("configureLimit",),
    "listed": ("list", "unlist"),
    "routes": ("list",),
}
BELIEVED = ("deliver", "release", "split")
DOUBTED = ("too few", "foreign", "another state", "lower threshold", "left out", "smaller set", "twice", "swapped")


class ObservedTrust(ObservedMoney):
    def turn(self):
        """One contract after the other: what is asked of all would take too long."""
        places = [*self.seen]
        return places[self.steps % len(places)]

    def arrival(self, side, route):
        """A checkpoint that would arrive now, with its records; None if there is none."""
        seen = self.seen[side, route]
        for attested in reversed(self.attested):
            checkpoint = attested.checkpoint
            if (attested.side, attested.route, checkpoint.epoch) != (OTHER[side], route, seen.epoch):
                continue
            if checkpoint.count > seen.inbox.count and seen.office in self.office_lists:
                return checkpoint, self.transfers_until(side, route, seen.inbox.count, checkpoint.count)
        return None

    def invariant_i59_no_arrival_without_the_attestors_in_office(self):
        for act in filter(None, [self.latest]):
            if act.function in BELIEVED:
                checkpoint = Checkpoint(*act.arguments[0])
                attestation = act.arguments[1 if act.function == "split" else 2]
                self._require_believable(act, checkpoint, attestation)
            elif act.function in (*ARRIVALS, "splitPoint"):
                point = Point(*act.arguments[0])
                assert any(act.before.office)
                assert act.before.proven[point.count] == self.stage.point_hash(point, act.before.office)
        side, route = self.turn()
        coming = self.arrival(side, route)
        if coming and self.now >= self.seen[side, route].paused_until:
            checkpoint, records = coming
            doubtful = [(checkpoint, self.attestation_of(side, route, checkpoint, self.steps, how)) for how in DOUBTED]
            other = replace(checkpoint, route_id=self.seen[side, route].routes[0])
            former = replace(checkpoint, epoch=checkpoint.epoch - 1)
            doubtful += [(each, self.attestation_of(side, route, each, self.steps)) for each in (other, former)]
            function, contract = "deliver" if side == THERE else "release", self.contracts[side, route]
            calls = [
                (self.at("payer"), contract, function, (each.values(), records, attestation))
                for each, attestation in doubtful
            ]
            refusals = [error and error[0] for error in self.chains[side].would(*calls)]
            assert refusals[-2:] == ["WrongRoute", "WrongEpoch"]
            expected = {"ThresholdNotMet", "InvalidSignature", "WrongAttestors"}
            threshold, members = self.office_lists[self.seen[side, route].office]
            alone = {"smaller set": (threshold, len(members)) == (1, 1), "twice": len(members) == 1}
            alone |= {"swapped": self._signs_alone(doubtful[7][1]), "left out": not doubtful[7][1][2]}
            for how, refusal in zip(DOUBTED, refusals, strict=False):
                assert refusal in expected or alone.get(how), f"{how}: {refusal}"

    def _signs_alone(self, attestation):
        return len(attestation[3]) == SIGNATURE_BYTES

    def _require_believable(self, act, checkpoint, attestation):
        threshold, _, absent, signatures = attestation
        seen = act.before
        assert (checkpoint.route_id, checkpoint.epoch) == (seen.routes[1], seen.epoch)
        hashed = digest(checkpoint, self.stage.domains[act.side, act.route])
        starts = range(0, len(signatures), SIGNATURE_BYTES)
        signing = [recover(hashed, signatures[start : start + SIGNATURE_BYTES]) for start in starts]
        members = sorted({*signing, *absent}, key=lambda member: int(member, 16))
        assert attestor_set(seen.epoch, threshold, members) == seen.office
        assert len(set(signing)) >= threshold > 0
        assert not set(signing) & seen.disabled

    def invariant_i61_a_veto_never_loses_the_money(self):
        for (side, route), seen in self.seen.items():
            records, frozen = self.records(OTHER[side], route), {}
            rests = {}
            for act in self.acts(side, route):
                for name, log in act.logs:
                    if name == "QueuedReleased":
                        rests[log["nonce"]] = log["rest"]
                    elif name == "TransferVetoed":
                        rest = rests.get(log["nonce"], records[log["nonce"]].amount)
                        frozen[log["nonce"]] = records[log["nonce"]]._replace(amount=rest)
                    elif name in ("TransferLetGo", "Returned"):
                        frozen.pop(log.get("queuedNonce", log["nonce"]), None)
            calls, contract, governor = [], self.contracts[side, route], self.at("governor")
            for nonce, transfer in frozen.items():
                assert seen.queued[nonce] == Waiting(transfer, VETOED).hash_of(nonce)
                calls += [(governor, contract, "letGo", (nonce, transfer))]
                calls += [(governor, contract, "returnQueued", (nonce, transfer, VETOED))]
                calls += [(self.at("payer"), contract, "releaseQueued", (nonce, transfer, VETOED))]
            for place, error in enumerate(self.chains[side].would(*calls)):
                vetoed = ("Vetoed", "ContractPaused")
                assert error is None if place % 3 < 2 else error[0] in vetoed

    def invariant_i64_what_arrived_does_not_arrive_again(self):
        for act in filter(None, [self.latest]):
            if act.function in ARRIVALS:
                contract = self.contracts[act.side, act.route]
                (error,) = self.chains[act.side].would((act.by, contract, act.function, act.arguments))
                count = act.after.inbox.count
                assert error is not None
                assert error[0] in ("ContractPaused", "NoAttestors", "WrongEpoch", "UnknownPoint") or error == (
                    "AlreadyArrived",
                    (count, count),
                )

    def invariant_i64_in_parts_is_as_at_once(self):
        side, route = self.turn()
        coming, seen = self.arrival(side, route), self.seen[side, route]
        if not coming or coming[0].count < seen.inbox.count + 2 or self.now < seen.paused_until:
            return
        (checkpoint, records), first = coming, seen.inbox.count
        attestation = self.attestation_of(side, route, checkpoint, self.steps)
        middle = self.point_at(side, route, first + 1 + self.steps % (checkpoint.count - first - 1))
        cut = (middle.count - first) * RECORD_BYTES
        until, later = records[:cut], records[cut:]
        function, at_point = ("deliver", "deliverPoint") if side == THERE else ("release", "releasePoint")
        whole = (function, checkpoint.values(), records, attestation)
        split = ("split", checkpoint.values(), attestation, middle.values(), later)
        parts = (at_point, middle.values(), until)
        rest = (function, checkpoint.values(), later, attestation)
        at_once = self.supposed(side, route, [whole])
        in_parts = self.supposed(side, route, [split, parts, rest])
        assert replace(in_parts, proven=at_once.proven) == at_once

    def supposed(self, side, route, calls):
        """What the contract would say of itself after some calls; the chain forgets them again."""
        chain, contract = self.chains[side], self.contracts[side, route]
        _, kept = chain.keep()
        for function, *arguments in calls:
            went, _ = chain.act(self.at("stranger"), contract, function, *arguments)
            assert went, f"{function}: {chain.would((self.at('stranger'), contract, function, arguments))}"
        seen = self.look(side, route, self.seen[OTHER[side], route].outbox.count)
        chain.bring_back(kept)
        return seen

    def invariant_i65_only_the_governor_lists_rotates_and_resizes(self):
        governor = self.at("governor")
        for act in filter(None, [self.latest]):
            for name, functions in GOVERNED.items():
                if getattr(act.before, name) != getattr(act.after, name):
                    ended = name == "office" and act.function == "proveEquivocation" and not any(act.after.office)
                    assert ended or (act.by == governor and act.function in functions)
        side, route = self.turn()
        contract, nobody = self.contracts[side, route], Transfer(ZERO_ADDRESS, ZERO_ADDRESS, 0)
        calls = [("rotate", (1, [self.stage.attestors[0]])), ("configureLimit", (ZERO_ADDRESS, 1, 1))]
        calls += [
            ("configureQueue", (1, 3600)),
            ("letGo", (0, nobody)),
            ("returnQueued", (0, nobody, 0)),
            ("unpause", ()),
        ]
        calls += [("list", (7, contract.address)), ("unlist", ())] if side == HERE else []
        others = [who for who in self.stage.people.values() if who != governor]
        who = others[self.steps % len(others)]
        expected = [("AccessControlUnauthorizedAccount", (who, bytes(32)))] * len(calls)
        if side == HERE:  # what the vault alone calls, whoever asks
            calls, expected = [*calls, ("push", (who, 1))], [*expected, ("NotItself", (who,))]
        assert self.chains[side].would(*((who, contract, *call) for call in calls)) == expected
