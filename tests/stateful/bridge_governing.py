"""What only the governor and the guardians may do with a bridge, tried by them and by others."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from offchain.core.checkpoint import attestor_set
from offchain.core.units import ZERO_ADDRESS
from tests.model import attestors, breaker, bridge, inbox, queue
from tests.stateful.bridge_machine import HERE, ROUTES
from tests.stateful.bridge_rules import SIDES, WAYS, BridgeRules
from tests.stateful.choices import PICK

DAY = 86_400
GOVERNORS = st.sampled_from(["governor"] * 7 + ["guardian", "stranger"])
GUARDIANS = st.sampled_from(["guardian"] * 6 + ["governor", "stranger"])
MISNAMED = [None] * 12 + ["backwards", "doubled", "zero", "none", "too many", "threshold", "no threshold", "disabled"]


class GoverningRules(BridgeRules):
    @rule(side=SIDES, route=WAYS, by=GOVERNORS, pick=PICK, odd=st.sampled_from(MISNAMED))
    def rule_rotate(self, side, route, by, pick, odd):
        known, disabled = self.stage.attestors, self.seen[side, route].disabled
        members = [each for place, each in enumerate(known) if pick >> place & 1 and each not in disabled]
        members = members or [each for each in known if each not in disabled][:3]
        threshold = 1 + pick // 128 % len(members)
        members = {
            "backwards": members[::-1],
            "doubled": [*members, members[-1]],
            "zero": [ZERO_ADDRESS, *members],
            "none": [],
            "too many": [f"0x{number:040x}" for number in range(1, 34)],
            "disabled": [each for each in known if each in members or each in disabled],
        }.get(odd, members)
        threshold = {"threshold": len(members) + 1, "no threshold": 0}.get(odd, threshold)
        arguments = (threshold, members)
        if self.attempt("rotate", side, route, by, "rotate", arguments, attestors.rotate, *arguments):
            epoch = self.seen[side, route].epoch
            self.office_lists[attestor_set(epoch, threshold, members)] = (threshold, members)

    @rule(
        side=SIDES,
        route=WAYS,
        by=GOVERNORS,
        capacity=st.sampled_from([1000, 1000, 3000, 500, 100, 0, 2**96]),
        refill=st.sampled_from([3600, DAY, DAY, 0, 2**24]),
    )
    def rule_configure_limit(self, side, route, by, capacity, refill):
        book = self.book(side, route)
        arguments = (book.limited, capacity * book.base_units, refill)
        self.attempt("configure limit", side, route, by, "configureLimit", arguments, queue.set_limit, *arguments)

    @rule(
        side=SIDES,
        route=WAYS,
        by=GOVERNORS,
        large=st.sampled_from([1, 1, 0, 2, 4, 255]),
        delay=st.sampled_from([3600, 3600, DAY, 7 * DAY, 3599, 7 * DAY + 1]),
    )
    def rule_configure_queue(self, side, route, by, large, delay):
        arguments = (large, delay)
        self.attempt("configure queue", side, route, by, "configureQueue", arguments, queue.configure_queue, *arguments)

    @rule(
        side=SIDES, route=WAYS, by=GUARDIANS, pick=PICK, odd=st.sampled_from([None] * 8 + ["amount", "ready", "nonce"])
    )
    @precondition(lambda self: self.waiting())
    def rule_veto(self, side, route, by, pick, odd):
        side, route, *waiting = self.pick_waiting(side, route, pick, odd)
        self.attempt("veto", side, route, by, "veto", waiting, queue.veto, *waiting)

    @rule(side=SIDES, route=WAYS, by=GOVERNORS, pick=PICK, odd=st.sampled_from([None] * 8 + ["amount", "nonce"]))
    @precondition(lambda self: self.waiting())
    def rule_let_go(self, side, route, by, pick, odd):
        if not self.vetoed():
            side, route, *waiting = self.pick_waiting(side, route, pick)
            self.attempt("veto", side, route, "guardian", "veto", waiting, queue.veto, *waiting)
        vetoed = self.vetoed()
        if vetoed and pick % 8:
            side, route, nonce = vetoed[pick % len(vetoed)]
            arguments = [nonce, self.book(side, route).waiting[nonce].transfer]
        else:
            side, route, *arguments, _ = self.pick_waiting(side, route, pick, odd)
        self.attempt("let go", side, route, by, "letGo", arguments, queue.let_go, *arguments)

    def vetoed(self):
        return [waits for waits in self.due() if self.waits_until(*waits) == inbox.VETOED]

    @rule(
        side=SIDES, route=WAYS, by=GOVERNORS, pick=PICK, odd=st.sampled_from([None] * 8 + ["amount", "ready", "nonce"])
    )
    @precondition(lambda self: self.waiting())
    def rule_return(self, side, route, by, pick, odd):
        side, route, *waiting = self.pick_waiting(side, route, pick, odd)
        self.attempt("return", side, route, by, "returnQueued", waiting, queue.return_queued, *waiting)

    @rule(
        side=SIDES,
        route=WAYS,
        by=st.sampled_from(["guardian", "guardian", "governor", "stranger"]),
        seconds=st.sampled_from([60, 1, 60, 3600, 3600, DAY, 14 * DAY, 14 * DAY + 1, 0]),
    )
    def rule_pause(self, side, route, by, seconds):
        self.attempt("pause", side, route, by, "pause", (seconds,), breaker.pause, seconds)

    @rule(side=SIDES, route=WAYS, by=GUARDIANS)
    def rule_heartbeat(self, side, route, by):
        self.attempt("heartbeat", side, route, by, "heartbeat", (), breaker.guard)

    @rule(side=SIDES, route=WAYS, by=GOVERNORS)
    @precondition(lambda self: any(self.now < seen.paused_until for seen in self.seen.values()))
    def rule_unpause(self, side, route, by):
        paused = [place for place, seen in self.seen.items() if self.now < seen.paused_until]
        side, route = (side, route) if (side, route) in paused else paused[0]
        self.attempt("unpause", side, route, by, "unpause", (), breaker.unpause)

    @rule(route=WAYS, by=GOVERNORS, odd=st.sampled_from([None] * 6 + ["chain", "this chain", "contract", "zero"]))
    def rule_list(self, route, by, odd):
        """Again what was listed, or another contract."""
        if odd is None:
            self.attempt("unlist", HERE, route, by, "unlist", (), bridge.unlist)
        closed = [each for each in ROUTES if not self.seen[HERE, each].listed]
        route = closed[0] if closed else route
        peer = self.book(HERE, route).peer
        chain_id = {"chain": peer.chain_id + 1, "this chain": self.book(HERE, route).chain_id}.get(odd, peer.chain_id)
        contract = {"contract": self.at("self", HERE, route), "zero": ZERO_ADDRESS}.get(odd, peer.contract)
        arguments = (chain_id, contract)
        self.attempt("list", HERE, route, by, "list", arguments, bridge.list_route, *arguments)

    @rule(route=WAYS, by=GOVERNORS)
    @precondition(lambda self: self.steps % 4 == 0)  # nothing is locked meanwhile
    def rule_unlist(self, route, by):
        self.attempt("unlist", HERE, route, by, "unlist", (), bridge.unlist)
