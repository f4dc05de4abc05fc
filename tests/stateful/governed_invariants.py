"""The lines of docs/invariants.md about what governs the payment contracts, observed on the chain after every step."""

from offchain.core.units import NATIVE
from scripts.papers import audit
from tests.model import breaker, governed, limiter
from tests.stateful.edge import exported
from tests.stateful.invariants import ObservedMachine

PRIVILEGED = {  # the event of each privileged change of both contracts, and the kind of its record
    "FeeChanged": "setFee",
    "FeeRecipientChanged": "setFeeRecipient",
    "LimitConfigured": "configureLimit",
    "Paused": "pause",
    "Unpaused": "unpause",
    "RoleGranted": "grantRole",
    "RoleRevoked": "revokeRole",
}


class GovernedMachine(ObservedMachine):
    """The shared machine with the invariants of pause, limits and audit trail."""

    def setup(self):
        super().setup()
        self.settings = None

    def invariant_i35_a_guardian_pauses_while_it_is_heard_of_and_not_in_a_cool_down(self):
        calls, expected = [], []
        for name in self.books:
            contract = self.contract(name)
            for guardian in (self.at("guardian"), self.at("treasury")):
                asked = (("hasRole", governed.GUARDIAN_ROLE, guardian), ("heartbeatUntil", guardian), ("pausedUntil",))
                serves, lapses, paused_until = self.edge.views(contract, *asked)
                if not serves:
                    continue
                ready = paused_until + breaker.COOL_DOWN_SECONDS if paused_until else 0
                for at in sorted({max(self.now, edge) for edge in (lapses - 1, lapses, ready - 1, ready)}):
                    lapsed = ("GuardianLapsed", (guardian, lapses)) if at >= lapses else None
                    calls.append((guardian, contract, "heartbeat", (), 0, at))
                    calls.append((guardian, contract, "pause", (1,), 0, at))
                    expected += [lapsed, lapsed or (("CoolingDown", (ready,)) if at < ready else None)]
        assert self.simulate(*calls) == expected

    def invariant_i39_no_bucket_holds_more_than_its_capacity(self):
        for asset in self.flows:
            held, (capacity, _) = self.edge.views(self.processor, ("available", asset), ("limitOf", asset))
            assert held <= capacity

    def invariant_i40_no_interval_sees_more_outflow_than_capacity_and_rate_allow(self):
        for asset, flow in self.flows.items():
            assert limiter.breach(flow) is None, f"{asset}: {flow}"
        for (asset, account), gain in self.moved.items():
            if account == self.at("processor") and gain < 0:
                assert self.flows[asset][-1] == limiter.Outflow(self.now, -gain), "money left beside the limit"

    def invariant_i44_the_head_is_the_fold_of_the_events(self):
        for name, trail in self.trails.items():
            address = self.at(name)
            stored = self.edge.views(self.contract(name), ("auditHead",), ("auditLength",))
            assert stored == [audit.fold(trail, self.chain_id, address), len(trail)]

    def invariant_i45_every_privileged_change_appends_exactly_one_record(self):
        changes = [PRIVILEGED[name] for name, _ in self.events if name in PRIVILEGED]
        records = [values["kind"].rstrip(b"\0").decode() for name, values in self.events if name == "ActRecorded"]
        if [name for name, _ in self.events] == ["ActRecorded", "GuardianHeard"]:
            changes = ["grantRole"]  # a guardian that has the role is appointed again, and so lives again
        assert records == changes
        before, self.settings = self.settings, self._settings_now()
        changed = [name for name, now in self.settings.items() if before and before[name] != now]
        assert len(changed) <= 1, f"one act changed the settings of {changed}"
        assert records or not changed, f"{changed} changed without a record"

    def _settings_now(self):
        """What only the governor and the guardians can change, by contract."""
        limits = tuple(("limitOf", asset) for asset in (NATIVE, *self.world.tokens))
        roles = tuple(("hasRole", governed.GUARDIAN_ROLE, self.at(who)) for who in ("guardian", "treasury", "stranger"))
        asked = (("feeBps",), ("feeRecipient",), ("pausedUntil",), ("defaultAdmin",), *roles)
        return {
            "processor": self.edge.views(self.processor, *asked, *limits),
            "vault": self.edge.views(self.vault, *asked),
        }

    def teardown(self):
        """Whoever exports the log at the end can prove it complete."""
        for name, trail in self.trails.items():
            contract = self.contract(name)
            records = exported(contract)
            assert records == trail
            head, length = self.edge.views(contract, ("auditHead",), ("auditLength",))
            audit.verify(records, self.chain_id, contract.address, head, length)
        super().teardown()
