"""What would become of everything if nobody began anything new: invariant 63 of docs/invariants.md.

Tried on both chains, which then forget it: what has left arrives, what waits is let go or returned, until nothing is
left to do. Nothing here asks the model.
"""

from offchain.core.checkpoint import Checkpoint, Point, Transfer, attestation, attestor_set, digest, pack
from tests.model.inbox import VETOED
from tests.stateful.bridge_machine import HERE, OTHER, ROUTES, THERE
from tests.stateful.bridge_trust import ObservedTrust

EVERY = 12  # steps
DAY = 86_400
ENOUGH = 10**6  # units: more than is ever locked


class ObservedQuiescence(ObservedTrust):
    def invariant_i63_after_quiescence_nothing_is_lost(self):
        if self.steps % EVERY:
            return
        kept = {side: chain.keep()[1] for side, chain in self.chains.items()}
        Quiescence(self).run()
        for side, chain in self.chains.items():
            chain.bring_back(kept[side])


class Quiescence:
    """One way to the end of everything that is under way."""

    def __init__(self, machine):
        self.machine, self.now = machine, machine.now
        self.chains, self.contracts, self.stage = machine.chains, machine.contracts, machine.stage
        self.records = {place: machine.records(*place) for place in machine.seen}
        self.waiting = {}  # by place and nonce: the record, and when it is ready
        for (side, route), seen in machine.seen.items():
            for nonce, waiting in machine.book(side, route).waiting.items():
                assert waiting.hash_of(nonce) == seen.queued[nonce]
                self.waiting[side, route, nonce] = [waiting.transfer, waiting.ready_at]

    def run(self):
        for who in ("payer", "merchant", "shop"):
            self.stage.tell(who, refuses=False)
        for side, route in self.contracts:
            self.open(side, route)
        self.relay()
        self.require_arrived()
        for place, (transfer, ready_at) in [*self.waiting.items()]:
            self.decide(place, transfer, ready_at)
        self.relay()
        self.require_arrived()
        self.now += 8 * DAY  # past every delay
        for chain in self.chains.values():
            chain.wait_until(self.now)
        for place in [*self.waiting]:
            self.release(place)
        for route in ROUTES:
            self.require_whole(route)

    def open(self, side, route):
        """The governor ends a pause, makes room, and puts attestors in office if there are none."""
        (until,), (office,) = self.ask(side, route, "pausedUntil"), self.ask(side, route, "attestorSet")
        if self.now < until:
            self.act(side, route, "governor", "unpause")
        asset, unit = (self.stage.assets[route], self.stage.units[route]) if side == HERE else (None, 1)
        asset = asset or (self.contracts[side, route].address if side == THERE else asset)
        self.act(side, route, "governor", "configureLimit", asset, ENOUGH * unit, 3600)
        if not any(office):
            flags = [self.ask(side, route, "isDisabled", each)[0] for each in self.stage.attestors]
            honest = [each for each, is_out in zip(self.stage.attestors, flags, strict=True) if not is_out]
            self.act(side, route, "governor", "rotate", 2, honest)
            (epoch,) = self.ask(side, route, "epoch")
            self.machine.office_lists[attestor_set(epoch, 2, honest)] = (2, honest)

    def relay(self):
        """All that has left arrives."""
        for side, route in self.contracts:
            (arrived,), (left,) = self.ask(side, route, "inbox"), self.ask(OTHER[side], route, "outbox")
            if left[0] > arrived[0]:
                self.arrive(side, route, arrived[0], Point(left[0], left[2], left[1]))

    def arrive(self, side, route, first, point):
        """As much of it as goes in one transaction: all."""
        (epoch,), (office,) = self.ask(side, route, "epoch"), self.ask(side, route, "attestorSet")
        (way,) = self.ask(side, route, "inboundRoute")
        number, block = self.block(OTHER[side])
        checkpoint = Checkpoint(way, epoch, number, block, point.count, point.acc, point.cumulative)
        threshold, members = self.machine.office_lists[office]
        hashed = digest(checkpoint, self.stage.domains[side, route])
        made = {each: self.machine.signature(each, hashed) for each in members}
        records = self.records[OTHER[side], route][first : point.count]
        function = "deliver" if side == THERE else "release"
        arguments = (checkpoint.values(), pack(records), attestation(threshold, members, made))
        for name, log in self.act(side, route, "stranger", function, *arguments):
            if name == "TransferQueued":
                transfer = Transfer(log["from"], log["to"], log["amount"])
                self.waiting[side, route, log["nonce"]] = [transfer, log["readyAt"]]

    def decide(self, place, transfer, ready_at):
        """What is vetoed is let go or goes back; what nobody can take goes back, unless it came back already."""
        side, route, nonce = place
        own = self.contracts[side, route].address
        peer = self.contracts[OTHER[side], route].address
        if transfer.sender != peer and (transfer.to == own or (ready_at == VETOED and nonce % 2)):
            logs = self.act(side, route, "governor", "returnQueued", nonce, transfer, ready_at)
            (back,) = (log for name, log in logs if name == "Returned")
            self.records[side, route].append(Transfer(back["from"], back["to"], back["amount"]))
            del self.waiting[place]
        elif ready_at == VETOED:
            self.act(side, route, "governor", "letGo", nonce, transfer)
            self.waiting[place][1] = self.now

    def release(self, place):
        """What waits has waited long enough; only what is for the contract itself stays."""
        side, route, nonce = place
        transfer, ready_at = self.waiting[place]
        if transfer.to != self.contracts[side, route].address:
            logs = self.act(side, route, "stranger", "releaseQueued", nonce, transfer, ready_at)
            (gone,) = (log for name, log in logs if name == "QueuedReleased")
            assert (gone["to"], gone["amount"], gone["rest"]) == (transfer.to, transfer.amount, 0)
            del self.waiting[place]

    def require_arrived(self):
        """Nothing is on the way any more, and what waits is known to the last unit."""
        for side, route in self.contracts:
            (arrived,), (left,) = self.ask(side, route, "inbox"), self.ask(OTHER[side], route, "outbox")
            assert arrived == left
            waits = [each[0].amount for place, each in self.waiting.items() if place[:2] == (side, route)]
            assert self.ask(side, route, "queuedTotal") == [sum(waits)]

    def require_whole(self, route):
        """All that is locked is somebody's there, or waits for a recipient that is the contract itself."""
        stuck = {
            side: sum(each[0].amount for place, each in self.waiting.items() if place[:2] == (side, route))
            for side in (HERE, THERE)
        }
        vault = self.contracts[HERE, route].address
        held, supply = self.holdings(HERE, route), self.holdings(THERE, route)
        whole = sum(supply.values()) + stuck[HERE] + stuck[THERE]
        assert held[vault] == whole * self.stage.units[route]
        assert sum(held.values()) == self.stage.supplies[route]
        assert self.ask(THERE, route, "totalSupply") == [sum(supply.values())]

    def holdings(self, side, route):
        holders, token = self.stage.holders(side, route), self.stage.paid_in(side, route)
        chain = self.chains[side]
        held = chain.views(*((token, "balanceOf", each) for each in holders)) if token else chain.balances(holders)
        return dict(zip(holders, held, strict=True))

    def ask(self, side, route, function, *arguments):
        return self.chains[side].views((self.contracts[side, route], function, *arguments))

    def act(self, side, route, by, function, *arguments):
        """It must go well; what the contract logged."""
        contract, sender = self.contracts[side, route], self.machine.at(by)
        went, logs = self.chains[side].act(sender, contract, function, *arguments)
        assert went, f"{function}: {self.chains[side].would((sender, contract, function, arguments))}"
        return [(log.name, log.values) for log in logs if log.address == contract.address]

    def block(self, side):
        block = self.chains[side].ask("eth_getBlockByNumber", "latest", False)
        return int(block["number"], 16), bytes.fromhex(block["hash"][2:])
