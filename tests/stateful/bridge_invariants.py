"""What must hold of a bridge after every act, read off both chains: invariants 55 to 58, 60, 62 (docs/invariants.md).

Nothing here asks the model. What was paid is what balances show; what left is what the chains logged.
"""

from collections import Counter

from offchain.core.checkpoint import Transfer
from offchain.core.units import ZERO_ADDRESS
from tests.model.limiter import Limit, Outflow, breach
from tests.stateful.bridge_governing import GoverningRules
from tests.stateful.bridge_machine import HERE, OTHER, ROUTES, THERE

ARRIVALS = ("deliver", "release", "deliverPoint", "releasePoint")
MOVING = (*ARRIVALS, "releaseQueued", "lock", "burn")


class ObservedMoney(GoverningRules):
    def acts(self, side, route, *functions):
        """What went through on a contract and was not forgotten by its chain."""
        acts = [act for act in self.scenes[side].acts if act.route == route]
        return [act for act in acts if act.function in functions] if functions else acts

    def logs(self, side, route, name):
        return [values for act in self.acts(side, route) for logged, values in act.logs if logged == name]

    def unit(self, route):
        return self.stage.units[route]

    def paid(self, side, route):
        """All that a contract ever paid, as balances show it, in the route's units."""
        paid = sum(amount for act in self.acts(side, route, *ARRIVALS, "releaseQueued") for _, amount in act.paid)
        return paid if side == THERE else paid // self.unit(route)

    def invariant_i55_minted_is_attested_is_locked(self):
        for route in ROUTES:
            self._require_covered(THERE, route)
            vault = self.at("self", HERE, route)
            came = sum(act.after.held[vault] - act.before.held[vault] for act in self.acts(HERE, route, "lock"))
            assert came == sum(log["amount"] for log in self.logs(HERE, route, "Locked")) * self.unit(route)

    def invariant_i56_released_is_attested_is_burned(self):
        for route in ROUTES:
            self._require_covered(HERE, route)
            gone = sum(act.before.supply - act.after.supply for act in self.acts(THERE, route, "burn"))
            assert gone == sum(log["amount"] for log in self.logs(THERE, route, "Burned"))
            self._require_bounded(route)

    def _require_bounded(self, route):
        """The vault takes no sum above all that was locked, before it even asks who signed it."""
        contract, locked = self.contracts[HERE, route], self.seen[HERE, route].outbox.cumulative
        checkpoint = (bytes(32), 0, 0, bytes(32), 1, bytes(32), locked + 1)
        release = ("release", (checkpoint, b"", (1, 0, [], b"")))
        at_point = ("releasePoint", ((1, bytes(32), locked + 1), b""))
        refusals = self.chains[HERE].would(*((self.at("payer"), contract, *call) for call in (release, at_point)))
        assert refusals == [("MoreThanLocked", (locked + 1, locked))] * 2

    def _require_covered(self, side, route):
        source = OTHER[side]
        attested = [each.checkpoint.cumulative for each in self.attested if (each.side, each.route) == (source, route)]
        left = sum(record.amount for record in self.records(source, route))
        seen = self.seen[side, route]
        assert self.paid(side, route) + seen.queued_total <= seen.inbox.cumulative <= max(attested, default=0) <= left
        assert left == self.seen[source, route].outbox.cumulative

    def invariant_i57_each_record_arrives_once_in_order_without_a_gap(self):
        for side, route in self.seen:
            records, count = self.records(OTHER[side], route), 0
            waiting = {}
            for act in self.acts(side, route):
                logs = Counter(name for name, _ in act.logs)
                if act.function in ARRIVALS:
                    assert logs["Arrived"] == 1
                    (arrived,) = (values for name, values in act.logs if name == "Arrived")
                    assert arrived["first"] == count < arrived["count"]
                    queued = {log["nonce"]: log for name, log in act.logs if name == "TransferQueued"}
                    assert len(queued) == logs["TransferQueued"]
                    new = {nonce: records[nonce] for nonce in range(count, arrived["count"])}
                    for nonce, log in queued.items():
                        assert Transfer(log["from"], log["to"], log["amount"]) == new.pop(nonce)
                        waiting[nonce] = log["amount"]
                    self._require_paid(act, [(record.to, record.amount) for record in new.values()])
                    count = arrived["count"]
                else:
                    assert not logs["Arrived"] and not logs["TransferQueued"]
                for name, log in act.logs:
                    if name == "QueuedReleased":
                        self._require_paid(act, [(log["to"], log["amount"])])
                        waiting[log["nonce"]] -= log["amount"]
                        assert waiting[log["nonce"]] == log["rest"] >= 0
                    elif name == "Returned":
                        assert log["amount"] == waiting[log["queuedNonce"]] > 0
                        assert log["to"] == records[log["queuedNonce"]].sender
                        waiting[log["queuedNonce"]] = 0
            seen = self.seen[side, route]
            assert seen.inbox.count == count
            assert set(seen.queued) == {nonce for nonce, rest in waiting.items() if rest}
            assert seen.queued_total == sum(waiting.values())

    def _require_paid(self, act, expected):
        """The balances moved by that, and by nothing else."""
        unit = self.unit(act.route) if act.side == HERE else 1
        if act.side == THERE:
            assert act.paid == expected
        changes = Counter()
        for account, amount in expected:
            changes[account] += amount * unit
            if act.side == HERE:
                changes[self.at("self", HERE, act.route)] -= amount * unit
        for account, held in act.after.held.items():
            assert held - act.before.held[account] == changes[account]
        assert {account for account, change in changes.items() if change} <= set(act.after.held)

    def invariant_i58_collateral_covers_what_is_locked_and_not_released(self):
        for route in ROUTES:
            seen, unit = self.seen[HERE, route], self.unit(route)
            held = seen.held[self.at("self", HERE, route)]
            locked = sum(log["amount"] for log in self.logs(HERE, route, "Locked"))
            assert held >= (locked - self.paid(HERE, route)) * unit
            assert held >= seen.owed

    def invariant_i58_value_is_conserved_over_both_chains(self):
        for route in ROUTES:
            here, there = self.seen[HERE, route], self.seen[THERE, route]
            on_the_way = here.outbox.cumulative - there.inbox.cumulative
            on_the_way_back = there.outbox.cumulative - here.inbox.cumulative
            assert min(on_the_way, on_the_way_back) >= 0
            whole = there.supply + there.queued_total + on_the_way + on_the_way_back + here.queued_total
            assert here.held[self.at("self", HERE, route)] == whole * self.unit(route)
            assert there.supply == sum(there.held.values())
            assert sum(here.held.values()) == self.stage.supplies[route]

    def invariant_i60_outflow_keeps_within_capacity_and_rate(self):
        for side, route in self.seen:
            flows = list(self.stage.limits[side, route])
            for act in self.acts(side, route):
                if act.function == "configureLimit":
                    (log,) = (values for name, values in act.logs if name == "LimitConfigured")
                    flows.append(Limit(act.at, log["capacity"], log["refillSeconds"]))
                elif act.function in (*ARRIVALS, "releaseQueued") and act.paid:
                    flows.append(Outflow(act.at, sum(amount for _, amount in act.paid)))
            assert breach(flows) is None

    def invariant_i62_paused_means_that_nothing_moves(self):
        for act in filter(None, [self.latest]):
            if act.at < act.before.paused_until and act.function != "transfer":
                assert (act.before.held, act.before.supply) == (act.after.held, act.after.supply)
                assert act.function not in MOVING
        for (side, route), seen in self.seen.items():
            if self.now < seen.paused_until:
                calls = self.entries(side, route)
                expected = [("ContractPaused", (seen.paused_until,))] * len(calls)
                assert self.chains[side].would(*calls) == expected

    def entries(self, side, route):
        """A call of everything that moves something."""
        contract, payer = self.contracts[side, route], self.at("payer")
        point, nobody = (0, bytes(32), 0), (ZERO_ADDRESS, ZERO_ADDRESS, 0)
        checkpoint, attestation = (bytes(32), 0, 0, bytes(32), 0, bytes(32), 0), (1, 0, [], b"")
        arrive, at_point, leave = (
            ("deliver", "deliverPoint", "burn") if side == THERE else ("release", "releasePoint", "lock")
        )
        calls = [(arrive, (checkpoint, b"", attestation)), (at_point, (point, b""))]
        calls += [(leave, (payer, self.unit(route))), ("releaseQueued", (0, nobody, 0))]
        return [(payer, contract, function, arguments) for function, arguments in calls]
