"""What our timelock says where OpenZeppelin's refuses: its errors, one by one, in our words."""

from tests.stateful.timelock_pair import OF_THE_TIMELOCK

DAY = 86_400
FLOOR, CEILING = DAY, 6 * DAY
ONLY_UNSET = (1).to_bytes(32)  # OpenZeppelin's bitmap of the states in which it would have agreed


class Words:
    """Part of a machine that knows both timelocks as `ours` and `peer`, and the plans for them."""

    def in_our_words(self, error, place):
        """The typed errors of which ours must give one, where OpenZeppelin's gave this one."""
        name, values = error
        if name == "AccessControlUnauthorizedAccount":
            asked = {bytes(getattr(self.peer.timelock, role)()): role for role in ("PROPOSER_ROLE", "CANCELLER_ROLE")}
            named = {"PROPOSER_ROLE": "NotProposer", "CANCELLER_ROLE": "NotCanceller"}
            return [(named[asked[values[1]]], (self.as_ours(values[0]),))]
        if name == "TimelockInvalidOperationLength":
            targets, payloads, amounts = values
            return [("LengthMismatch", (targets, amounts, payloads))]
        if name == "TimelockUnexecutedPredecessor":
            waiting = next(each for each in self.walk(place) if self.peer.operations[each].predecessor == values[0])
            return [("PredecessorNotDone", (self.ours.ids[waiting], self.ours.operations[waiting].predecessor))]
        if name == "TimelockUnexpectedOperationState":
            return [self.misplaced(*values)]
        if name == "FailedCall":
            return self.silent_failures(place)
        same = {"TimelockInsufficientDelay": "DelayTooShort", "TimelockUnauthorizedCaller": "NotTimelock"}
        return [(same.get(name, name), tuple(map(self.as_ours, values)))]

    def as_ours(self, value):
        return self.ours.timelock.address if value == self.peer.timelock.address else value

    def misplaced(self, key, wanted):
        """What ours says of an operation that is not where it would have to be."""
        if key not in self.peer.ids:
            return "NotScheduled", (key,)
        place = self.peer.ids.index(key)
        ((time,),) = self.peer.answers([place], ["getTimestamp"]).values()
        own = self.ours.ids[place]
        if place in self.expired:
            return "Expired", (own, self.now, self.expired[place])
        if time == 0:
            return "NotScheduled", (own,)
        if wanted == ONLY_UNSET and time != 1:
            return "AlreadyScheduled", (own, time)
        # ready, and yet not: an earlier call of the same operation has executed it
        return ("TooEarly", (own, self.now, time)) if time > self.now else ("AlreadyDone", (own,))

    def silent_failures(self, place):
        """The calls of an operation, and of those it executes, that can fail without a reason."""
        return [
            ("CallFailed", (index, self.ours.operations[each].steps[index].target))
            for each in self.walk(place)
            for index, (kind, _) in enumerate(self.plans[each].steps)
            if kind in ("pay", "refused", "mute")
        ]

    def walk(self, place):
        """A plan and all that it executes, in the order in which they come."""
        yield place
        for kind, number in self.plans[place].steps:
            if kind == "execute":
                yield from self.walk(number)

    def bound_of(self, place):
        """What ours alone refuses a plan with: a least delay that theirs would take."""
        (kind, delay), *_ = self.plans[place].steps
        if kind != "delay" or FLOOR <= delay <= CEILING:
            return None
        return ("DelayTooShort", (delay, FLOOR)) if delay < FLOOR else ("DelayTooLong", (delay, CEILING))

    def names_its_timelock(self, place):
        plan = self.plans[place]
        names = any(kind in OF_THE_TIMELOCK for kind, _ in plan.steps)
        return names or bool(plan.after is not None and plan.after >= 0 and self.names_its_timelock(plan.after))
