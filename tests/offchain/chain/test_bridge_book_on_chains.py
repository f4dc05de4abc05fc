"""The book's commands are what the real contracts take, and what it takes for true of them is."""

import itertools
from dataclasses import replace

import pytest
from coincurve import PrivateKey

from offchain.chain.follower import Follower
from offchain.chain.lane import open_lanes, point_of
from offchain.core.bridge import Book, awaited, step
from offchain.core.bridge_abi import CAME, LEFT, View, transfer_of
from offchain.core.bridge_facts import (
    VETOED,
    Attest,
    Attested,
    Left,
    Moved,
    Office,
    Read,
    Recorded,
    Send,
    Stood,
    Waiting,
)
from offchain.core.checkpoint import Point, compact, digest
from tests.offchain.bridge_chains import (
    ATTESTORS,
    CAPACITY,
    DELAY_SECONDS,
    FAR,
    GUARDIAN,
    NEAR,
    RECIPIENT,
)

LARGE = CAPACITY // 4 + 1


@pytest.fixture
async def lanes(bridge, quorum_of):
    near, far = Follower(quorum_of(bridge.near.url), NEAR), Follower(quorum_of(bridge.far.url), FAR)
    return await open_lanes((near, bridge.vault.address, 0), (far, bridge.token.address, 0))


class Hand:
    """Reads facts for a book from the chains, and does what it commands, with nothing in between."""

    def __init__(self, bridge, lane, chunk):
        self.bridge, self.lane = bridge, lane
        start = Point(0, lane.route, 0)
        self.book = replace(Book.begin(lane.route, lane.destination.kind, start, ()), chunk=chunk)
        self.chain = bridge.far if lane.route == bridge.there else bridge.near
        self.source_chain = bridge.near if lane.route == bridge.there else bridge.far
        self.done = []

    async def left(self):
        self.source_chain.mine(2)
        final = await self.lane.source.chain.final()
        point = await self.lane.source.chain.outbox(self.lane.source.contract, self.lane.source.kind, final)
        return Left(final.number, final.hash, point)

    async def ask(self, *views):
        there = self.lane.destination
        return await there.chain.views(there.contract, views, (await there.chain.head()).number)

    async def stood(self):
        asset = self.lane.destination.asset
        box, set_hash, epoch, paused, available, (capacity, _) = await self.ask(
            *map(View, ("inbox()", "attestorSet()", "epoch()", "pausedUntil()")),
            View("available(address)", (asset,)),
            View("limitOf(address)", (asset,)),
        )
        now = (await self.lane.destination.chain.head()).timestamp
        nonces, counts = tuple(self.book.waiting), self.book.rungs()
        queued = await self.ask(*(View("queued(uint256)", (nonce,)) for nonce in nonces))
        proven = await self.ask(*(View("provenPoint(uint256)", (count,)) for count in counts))
        unit = self.lane.destination.unit
        return Stood(
            point_of(box),
            point_of(box),
            Office.find(set_hash, epoch, [attestor.address for attestor in ATTESTORS]),
            paused > now,
            now,
            available // unit,
            capacity // unit,
            dict(zip(nonces, queued, strict=True)),
            dict(zip(counts, proven, strict=True)),
        )

    async def moved(self):
        """What became of what came, from its logs."""
        there, waiting = self.lane.destination, {}
        for log in await there.chain.logs(there.contract, tuple(CAME.values()), 0, (await there.chain.head()).number):
            if log.topics[0] == CAME["TransferQueued"]:
                nonce, transfer = transfer_of(log)
                waiting[nonce] = Waiting(transfer, log.words()[4])
            elif log.topics[0] == CAME["QueuedReleased"]:
                nonce, _, _, rest = log.words()
                waiting[nonce] = replace(waiting[nonce], transfer=waiting[nonce].transfer._replace(amount=rest))
                waiting[nonce] = waiting[nonce] if rest else None
            elif log.topics[0] == CAME["TransferVetoed"]:
                waiting[log.words()[0]] = replace(waiting[log.words()[0]], ready_at=VETOED)
        return [Moved(nonce, what) for nonce, what in waiting.items()]

    def sign(self, checkpoint, attestor):
        made = PrivateKey(bytes(attestor.key)).sign_recoverable(digest(checkpoint, self.lane.domain), hasher=None)
        return compact(int.from_bytes(made[:32]), int.from_bytes(made[32:64]), made[64])

    def learn(self, fact):
        self.book, commands = step(self.book, fact)
        return commands

    async def carry_out(self, command):
        match command:
            case Read(left):
                logs = await self.lane.source.chain.logs(self.lane.source.contract, tuple(LEFT.values()), 0, left.block)
                self.learn(Recorded(0, tuple(transfer_of(log)[1] for log in logs)))
            case Attest(checkpoint):
                for attestor in ATTESTORS[1:]:
                    self.learn(Attested(checkpoint, attestor.address, self.sign(checkpoint, attestor)))
            case Send(name, data):
                asked = {"to": self.lane.destination.contract, "data": f"0x{data.hex()}", "gas": 12_000_000}
                receipt = self.chain.mined(
                    self.chain.web3.eth.send_transaction(asked | {"from": self.chain.accounts[0]})
                )
                assert receipt["status"] == 1, name
                self.done.append(name.split(":")[1])

    async def go_on(self):
        """Until nothing is to be done."""
        self.learn(await self.left())
        for _ in range(60):
            for fact in await self.moved():
                self.learn(fact)
            if not (commands := self.learn(await self.stood())):
                return
            await self.carry_out(commands[0])
        raise AssertionError(f"it does not end: {self.done}")

    async def point(self):
        return point_of((await self.ask(View("inbox()")))[0])


async def test_what_left_arrives(bridge, lanes):
    hand = Hand(bridge, lanes[0], 250)
    for amount in (5, 6):
        bridge.lock(amount)
    await hand.go_on()
    assert hand.done == ["deliver"]
    assert bridge.minted() == 11
    bridge.lock(7)
    await hand.go_on()
    assert hand.done == ["deliver"] * 2 and bridge.minted() == 18
    assert awaited(hand.book, 2) == ""


async def test_what_is_burned_comes_back(bridge, lanes):
    there, back = (Hand(bridge, lane, 250) for lane in lanes)
    bridge.lock(50)
    await there.go_on()
    before = bridge.near.web3.eth.get_balance(bridge.near.accounts[5])
    bridge.burn(20)
    await back.go_on()
    assert back.done == ["deliver"]
    assert bridge.near.web3.eth.get_balance(bridge.near.accounts[5]) - before == 20 * lanes[1].destination.unit
    assert (await back.point()).count == 1


async def test_a_long_backlog_arrives_in_parts_there_and_back(bridge, lanes):
    """The points that are proven on the way are those that the book takes for proven."""
    there, back = (Hand(bridge, lane, 3) for lane in lanes)
    for amount in range(1, 9):
        bridge.lock(amount)
    await there.go_on()
    assert there.done == ["split", "split", "deliver", "deliver", "deliver"]
    assert bridge.minted() == 36
    for amount in range(1, 9):
        bridge.burn(amount)
    await back.go_on()
    assert back.done == ["split", "split", "deliver", "deliver", "deliver"]
    assert bridge.minted() == 0


async def test_what_is_large_waits_and_goes_by_what_the_limit_lets_out(bridge, lanes):
    hand = Hand(bridge, lanes[0], 250)
    bridge.lock(LARGE)
    await hand.go_on()
    assert hand.done == ["deliver"] and bridge.minted() == 0
    ready_at = hand.book.waiting[0].ready_at
    assert awaited(hand.book, 0) == f"the second {ready_at}"
    assert bridge.token.functions.queued(0).call() == hand.book.waiting[0].commitment(0)
    bridge.far.rpc("evm_setNextBlockTimestamp", ready_at)
    bridge.far.mine()
    await hand.go_on()
    assert hand.done == ["deliver", "release"] and bridge.minted() == LARGE
    assert hand.book.waiting == {} and awaited(hand.book, 0) == ""
    assert bridge.token.functions.queued(0).call() == bytes(32)


async def test_more_than_the_limit_ever_lets_out_goes_in_parts(bridge, lanes):
    hand = Hand(bridge, lanes[0], 250)
    bridge.lock(CAPACITY + 1_000)
    await hand.go_on()
    for _ in itertools.repeat(None, 4):
        now = bridge.far.web3.eth.get_block("latest")["timestamp"]
        bridge.far.rpc("evm_setNextBlockTimestamp", now + 86_400)
        bridge.far.mine()
        await hand.go_on()
    assert hand.done[:2] == ["deliver", "release"] and len(hand.done) >= 3
    assert bridge.minted() == CAPACITY + 1_000


async def test_what_is_vetoed_waits_for_the_governor(bridge, lanes):
    hand = Hand(bridge, lanes[0], 250)
    bridge.lock(LARGE)
    await hand.go_on()
    waiting = hand.book.waiting[0]
    bridge.far.act(GUARDIAN, bridge.token.functions.veto(0, tuple(waiting.transfer), waiting.ready_at))
    bridge.far.rpc("evm_increaseTime", DELAY_SECONDS)
    bridge.far.mine()
    await hand.go_on()
    assert hand.done == ["deliver"] and bridge.minted() == 0
    assert hand.book.waiting[0].ready_at == VETOED
    assert bridge.token.functions.queued(0).call() == hand.book.waiting[0].commitment(0)
    assert awaited(hand.book, 0) == "the governor, who lets it go or returns it"


async def test_a_pause_is_waited_out(bridge, lanes):
    hand = Hand(bridge, lanes[0], 250)
    bridge.lock(5)
    bridge.far.act(GUARDIAN, bridge.token.functions.pause(3600))
    await hand.go_on()
    assert hand.done == [] and awaited(hand.book, 0) == "the end of the pause"
    bridge.far.rpc("evm_increaseTime", 3600)
    bridge.far.mine()
    await hand.go_on()
    assert hand.done == ["deliver"] and bridge.minted() == 5


async def test_the_office_is_the_contract_s(bridge, lanes):
    hand = Hand(bridge, lanes[0], 250)
    office = (await hand.stood()).office
    assert office == Office(1, 2, tuple(attestor.address for attestor in ATTESTORS))
    assert office.set_hash == bridge.token.functions.attestorSet().call()


async def test_what_was_delivered_by_others_is_not_delivered_again(bridge, lanes):
    first, second = (Hand(bridge, lanes[0], 250) for _ in range(2))
    bridge.lock(5)
    await first.go_on()
    await second.go_on()
    assert (first.done, second.done) == (["deliver"], [])
    bridge.lock(6)
    await second.go_on()
    assert second.done == ["deliver"] and bridge.minted(bridge.far.accounts[RECIPIENT]) == 11
