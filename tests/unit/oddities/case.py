"""One flow with one odd token: who takes part, what is asked of which contract, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from brownie import web3
from brownie.exceptions import decode_typed_error
from eth_abi import decode
from eth_utils.abi import abi_to_signature, collapse_if_tuple
from eth_utils.crypto import keccak

from tests.stateful.edge import batch, plain
from tests.support import event, mined, rpc, send
from tests.unit.oddities.tokens import ODDITIES, REFUSING_CODE, Leg

GAS = 2**24  # the most that a transaction may take (EIP-7825)
LOAN = 10**30


@dataclass
class Step:
    """The call under test, and what it must do if the token does what it is asked to."""

    actor: Any
    method: Any
    arguments: tuple[Any, ...]
    legs: list[Leg]
    events: list[tuple[Any, ...]]
    record: Callable[[], bool]  # whether it is on record that the call was made
    credits: list[tuple[Any, ...]] = field(default_factory=list)  # the events that follow if a push fails
    books: Callable[[], int] | None = None  # what the contract owes and so must hold, where it keeps books
    keeps: int | None = None  # how much more than at first the contract must hold at the end, where it looks
    excess: tuple[Any, ...] = ()  # the contract's own error for an amount like this
    mute: tuple[Any, ...] = ()  # the contract's own error where a token reverts without one
    unable: tuple[Any, ...] = ()  # the error where a token knows no call that this flow needs
    own: tuple[Any, ...] = ()  # the token's own error, where it comes before any transfer
    beside: list[Leg] = field(default_factory=list)  # the transfers of another, well-behaved token


class Case:
    """A token whose oddity sleeps until `wake`, and the parties of a flow."""

    def __init__(self, world, name, contract, caller):
        self.world, self.name, self.contract = world, name, contract
        self.oddity, self.token = ODDITIES[name], world.tokens[name]
        self.amount, self.fee_bps = self.oddity.amount, self.oddity.fee_bps
        self.asked = self.oddity.asked or self.amount
        parties = {"payer": world.payer, "merchant": world.merchant, "relayer": world.relayer}
        if self.oddity.in_a_loan:
            parties[caller] = world.borrowers[caller]
        self.payer, self.merchant, self.relayer = parties.values()
        self.giver = self.getter = self.blocked = self.code = None
        self.guarded = contract is not world.wallet  # a wallet's acts are used up before they move anything
        if not self.fee_bps:
            for charging in (world.processor, world.secure, world.settlement):
                send(world.governor, charging.setFee, 0)

    def fee(self, amount):
        return amount * self.fee_bps // 10_000

    def send(self, actor, method, *arguments):
        """A step of the set-up, which must go through."""
        self.world.send(actor, method, *arguments)

    def tell(self, method, *arguments):
        send(self.world.stranger, getattr(self.token, method), *arguments)

    def wake(self, giver, getter):
        """From here on the token is odd. It may be so to whoever gives or gets in this flow."""
        self.giver, self.getter = str(giver), str(getter)
        self.oddity.wake(self)
        if self.code is not None:
            self.set_code(self.code)

    def set_code(self, code):
        rpc("anvil_setCode", self.token.address, code)

    def refuse(self):
        """Until it is well again the token refuses everything, whatever its oddity."""
        self.set_code(REFUSING_CODE)

    def recover(self):
        self.set_code(self.world.codes[self.name])

    def look(self):
        """What everybody holds of the token, and of another one."""
        if self.code is not None:
            self.recover()
        held = self.world.holdings(self.token, self.oddity.in_a_loan)
        if self.code is not None:
            self.set_code(self.code)
        return held

    def attempt(self, step):
        """The error, as Brownie spells it, or what the contract logged."""
        call = self._call(step)
        answer = web3.provider.make_request("eth_call", [call, "latest"])
        if "error" in answer:
            data = answer["error"].get("data", "0x")
            return (decode_typed_error(data) if data != "0x" else ""), None
        receipt = mined(call)
        assert receipt["status"] == "0x1"
        return None, logged(self.contract, receipt["logs"])

    def provoke(self, step):
        """A token that calls back makes, inside its next transfer, the very call that is under test."""
        if self.name == "calls back":
            send(self.world.stranger, self.token.arm, step.method._address, step.method.encode_input(*step.arguments))

    def called_back(self):
        """None of a token that does not call back; else the selector of the error that its call met."""
        if self.name != "calls back":
            return None
        assert view(self.token.called)
        assert not view(self.token.succeeded)
        return view(self.token.returned)[:4]

    def _call(self, step):
        actor, to, data = step.actor, step.method._address, step.method.encode_input(*step.arguments)
        if actor in self.world.borrowers.values():
            data = actor.borrow.encode_input(self.token, LOAN, to, data)
            actor, to = self.world.stranger, actor.address
        return {"from": str(actor), "to": to, "data": data, "gas": hex(GAS), "gasPrice": "0x0"}


def view(method, *arguments):
    """The answer of a view, by a plain request."""
    return views(method, arguments)[0]


def views(method, *asked):
    """The answers of a view to several questions, in one round trip."""
    calls = [{"to": method._address, "data": method.encode_input(*arguments)} for arguments in asked]
    answers = batch([("eth_call", [call, "latest"]) for call in calls])
    return [plain(method.decode_output(answer["result"])) for answer in answers]


def logged(contract, logs):
    """The events of one contract, as `tests.support.event` has them."""
    events = {"0x" + keccak(text=abi_to_signature(e)).hex(): e for e in contract.abi if e["type"] == "event"}
    own = [log for log in logs if log["address"].lower() == contract.address.lower()]
    return [_decoded(events[log["topics"][0]], log) for log in own]


def _decoded(entry, log):
    indexed = [_typed(i) for i in entry["inputs"] if i["indexed"]]
    others = [_typed(i) for i in entry["inputs"] if not i["indexed"]]
    topics = iter(decode(indexed, b"".join(bytes.fromhex(topic[2:]) for topic in log["topics"][1:])))
    data = iter(decode(others, bytes.fromhex(log["data"][2:])))
    fields = [next(topics) if i["indexed"] else next(data) for i in entry["inputs"]]
    return event(entry["name"], *(plain(each) for each in fields))


def _typed(parameter):
    return collapse_if_tuple(dict(parameter))


def holdings(assets, accounts):
    """What each account holds of each asset, by (name, account), in one round trip."""
    names, calls = [], []
    for name, asset in assets.items():
        for account in accounts:
            names.append((name, account))
            data = "0x70a08231" + account[2:].rjust(64, "0")  # balanceOf(address)
            calls.append(("eth_call", [{"to": asset.address, "data": data}, "latest"]))
    return {name: int(answer["result"], 16) for name, answer in zip(names, batch(calls), strict=True)}
