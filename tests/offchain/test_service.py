"""A service works in turns, says what is wrong while it is, ends in order, and starts where all is as it was told."""

import asyncio
import contextlib
import json
import os
import signal
import socket

import aiohttp
import pytest
import structlog
from eth_account import Account
from eth_utils.address import to_checksum_address

from offchain.chain.follower import FinalityViolated, WrongChain
from offchain.chain.lane import NotConnected
from offchain.chain.quorum import InvalidQuorum, QuorumSplit, TooFewSources
from offchain.chain.signer import KeySigner, KeystoreRefused, NotForDevelopment, Pkcs11Signer
from offchain.config import BridgeSettings, KeySource, Site
from offchain.core.refusal import Refusal
from offchain.service import Service, main, open_signer
from offchain.store.database import Database, InvalidDatabase
from offchain.store.records import find_cursor, keep_cursor
from tests.offchain import servers
from tests.offchain.bridge_chains import FAR, NEAR, stage

NO_KEY = KeySource(None, None, None, "", "", None, "")
SECRET = "0x" + "11" * 32
"""TEST KEY."""


class Trouble(Refusal):
    """Of these tests."""


@pytest.fixture(scope="session")
def fast_chain():
    """Nothing to speed up."""


@pytest.fixture
def isolation():
    """Nothing to undo."""


@pytest.fixture
def settings_of(tmp_path):
    """Settings of a service that is told of no bridge, unless something else is said."""

    def make(**changes):
        told = {"bridges": (), "sources": {}, "key": NO_KEY, "guardian": None, "attestors": {}}
        told |= {"database_url": f"sqlite:///{tmp_path}/service.db", "host": "127.0.0.1", "port": servers.free_port()}
        return BridgeSettings(**told | {"poll_seconds": 0.01, "fee_ceiling": 10**9} | changes)

    return make


@pytest.fixture
async def running(settings_of):
    """Makes a service that does these works in a task of its own, which ends with the test."""
    made = []

    async def run(works, **changes):
        service = Service(settings_of(**changes))
        await service.database.migrate()
        made.append((service, asyncio.create_task(service.serve(lambda _: ready(works)))))
        for _ in range(1_000):
            with contextlib.suppress(OSError):
                socket.create_connection((service.settings.host, service.settings.port), 1).close()
                return made[-1]
            assert not made[-1][1].done(), made[-1][1].exception()
            await asyncio.sleep(0.01)
        raise AssertionError("it does not serve")

    yield run
    for service, task in made:
        service.stopping.set()
        await asyncio.gather(task, return_exceptions=True)


async def ready(works):
    return works


async def get(service, path):
    url = f"http://{service.settings.host}:{service.settings.port}{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


async def turned(service, status):
    """What it says of its health as soon as that has this status."""
    for _ in range(2_000):
        if (said := await get(service, "/healthz"))[0] == status:
            return said
        await asyncio.sleep(0.005)
    raise AssertionError("waited in vain")


async def until(condition):
    for _ in range(2_000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("waited in vain")


class Turns:
    """A work that counts its turns, and ends them by `fault` as long as there is one."""

    def __init__(self, fault=None):
        self.fault, self.turns = fault, 0

    async def __call__(self):
        self.turns += 1
        if self.fault:
            raise self.fault

    async def go_on(self, turns=3):
        seen = self.turns
        await until(lambda: self.turns >= seen + turns)


# Turns


async def test_each_work_has_its_turns_whatever_becomes_of_the_others(running):
    well, ill = Turns(), Turns(Trouble("no"))
    await running({"well": well, "ill": ill})
    await well.go_on(20)
    await ill.go_on()


async def test_a_service_is_well_until_a_turn_ends_early_and_again_when_one_does_not(running):
    work = Turns()
    service, _ = await running({"work": work, "other": Turns()})
    await work.go_on()
    assert await get(service, "/healthz") == (200, '{"problems": {}}')
    work.fault = Trouble("the sky falls")
    await work.go_on()
    status, text = await get(service, "/healthz")
    assert status == 503 and json.loads(text) == {"problems": {"work": "Trouble: the sky falls"}}
    work.fault = None
    await work.go_on()
    assert (await get(service, "/healthz"))[0] == 200


async def test_a_turn_without_end_makes_it_unwell(running, monkeypatch):
    monkeypatch.setattr("offchain.service._LONGEST_TURN_SECONDS", 0.2)
    go_on = asyncio.Event()
    service, _ = await running({"work": go_on.wait, "other": Turns()})
    _, text = await turned(service, 503)
    assert list(json.loads(text)["problems"]) == ["work"]
    assert "its turn has lasted" in json.loads(text)["problems"]["work"]
    go_on.set()
    await turned(service, 200)


async def test_what_ends_turns_is_counted_by_its_cause(running):
    works = {"work": Turns(Trouble("no")), "split": Turns(QuorumSplit("against each other"))}
    service, _ = await running(works)
    for work in works.values():
        await work.go_on()
    values = dict(line.rsplit(" ", 1) for line in (await get(service, "/metrics"))[1].splitlines() if line[0] != "#")
    assert float(values['quittance_refusals_total{cause="Trouble"}']) >= 3
    assert float(values["quittance_quorum_splits_total"]) >= 3
    assert float(values['quittance_refusals_total{cause="QuorumSplit"}']) >= 3


async def test_where_finality_was_violated_nothing_is_done_any_more(running):
    halted, other = Turns(FinalityViolated("block 7 is another")), Turns()
    service, _ = await running({"work": halted, "other": other})
    await other.go_on(20)
    assert halted.turns == 1
    status, text = await get(service, "/healthz")
    assert status == 503 and "block 7 is another" in text
    assert 'quittance_halted{work="work"} 1.0' in (await get(service, "/metrics"))[1]


async def test_turns_that_end_early_come_less_often_up_to_a_bound(settings_of):
    service, pauses, work = Service(settings_of(poll_seconds=1)), [], Turns(Trouble("no"))

    async def pause(seconds):
        pauses.append(seconds)
        if len(pauses) == 40:
            work.fault = None
        if len(pauses) == 42:
            service.stopping.set()

    service.pause = pause
    await service._repeat("work", work)
    assert pauses[:40] == sorted(pauses[:40])
    assert 1 <= pauses[0] <= 2 and pauses[39] == 8
    assert pauses[40:] == [1, 1]
    await service.database.close()


async def test_what_nobody_foresaw_ends_the_process(running):
    work = Turns()
    _, task = await running({"work": work, "other": Turns()})
    work.fault = LookupError("a fault in the program")
    with pytest.raises(ExceptionGroup) as group:
        await asyncio.wait_for(task, 20)
    assert isinstance(group.value.exceptions[0], LookupError)


# The end


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_what_is_being_done_is_done_to_its_end(running, number):
    begun, done = asyncio.Event(), asyncio.Event()

    async def slow():
        begun.set()
        await asyncio.sleep(0.3)
        done.set()

    service, task = await running({"work": slow}, poll_seconds=3600)
    await begun.wait()
    os.kill(os.getpid(), number)
    await asyncio.wait_for(task, 20)
    assert done.is_set()
    with pytest.raises(OSError):
        socket.create_connection((service.settings.host, service.settings.port), 1)


async def test_a_service_that_waits_ends_at_once(running):
    service, task = await running({"work": Turns()}, poll_seconds=3600)
    service.stopping.set()
    await asyncio.wait_for(task, 20)


async def test_what_cannot_be_opened_leaves_nothing_open(settings_of):
    service, closed = Service(settings_of()), []
    service._at_end.callback(closed.append, True)

    async def opening(made):
        await made.open()
        raise Trouble("not like this")

    with pytest.raises(Trouble):
        await service.serve(opening)
    assert closed == [True]


# The start


@pytest.fixture(scope="module")
def bridge(tmp_path_factory):
    with stage(tmp_path_factory.mktemp("service")) as made:
        yield made


@pytest.fixture
async def opened(bridge, settings_of):
    """Opens a service of the bridge; what it opened is closed after the test."""
    made = []

    async def make(**changes):
        sites = Site(NEAR, bridge.vault.address, 0), Site(FAR, bridge.token.address, 0)
        sources = {NEAR: ((bridge.near.url,), 1), FAR: ((bridge.far.url,), 1)}
        made.append(Service(settings_of(**{"bridges": (sites,), "sources": sources} | changes)))
        return made[-1], (await made[-1].open())[1]

    yield make
    for service in made:
        await service._at_end.aclose()


async def test_it_opens_both_lanes_of_each_bridge_and_proves_a_final_block(bridge, opened):
    service, lanes = await opened()
    assert [lane.route for lane in lanes] == [bridge.there, bridge.back]
    assert set(service.chains) == {NEAR, FAR}
    assert all(chain.pinned for chain in service.chains.values())


async def test_what_was_final_is_kept_for_who_comes_after(opened):
    service, _ = await opened()
    await service._keep_pins()
    for chain_id, chain in service.chains.items():
        number, hash_ = chain.pinned
        assert await find_cursor(service.database, f"final:{chain_id}") == (number, f"0x{hash_.hex()}")
    successor, _ = await opened()
    assert successor.chains[NEAR].pinned[0] >= service.chains[NEAR].pinned[0]


async def test_it_does_not_start_when_what_was_final_is_so_no_more(opened, settings_of):
    database = Database(settings_of().database_url)
    await database.migrate()
    await keep_cursor(database, f"final:{FAR}", 1, "0x" + "22" * 32)
    await database.close()
    with pytest.raises(FinalityViolated, match=f"final block 1 of chain {FAR}"):
        await opened()


async def test_it_starts_with_the_chains_that_it_was_told_of_alone(bridge, opened):
    near, far = ((bridge.near.url,), 1), ((bridge.far.url,), 1)
    nowhere, twice = "http://127.0.0.1:1", (bridge.near.url, bridge.near.url)
    with pytest.raises(WrongChain):
        await opened(sources={NEAR: far, FAR: near})
    with pytest.raises(TooFewSources):
        await opened(sources={NEAR: ((nowhere,), 1), FAR: far})
    with pytest.raises(InvalidQuorum):
        await opened(sources={NEAR: (twice, 2), FAR: far})
    with pytest.raises(InvalidQuorum):
        await opened(sources={NEAR: ((bridge.near.url, nowhere), 1), FAR: far})


async def test_it_starts_with_contracts_that_are_connected_alone(bridge, opened):
    stranger = to_checksum_address("0x" + "77" * 20)
    other = bridge.new_token(bridge.vault.address).address
    for token, error in ((other, NotConnected), (stranger, Refusal)):
        with pytest.raises(error):
            await opened(bridges=((Site(NEAR, bridge.vault.address, 0), Site(FAR, token, 0)),))


async def test_an_address_that_is_no_database_s_is_not_repeated(settings_of):
    with pytest.raises(InvalidDatabase) as refused:
        Service(settings_of(database_url="mysql://user:secret@host/name"))
    assert "secret" not in str(refused.value)


# The process


@pytest.fixture(autouse=True)
def logs():
    """Others log as they did before."""
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def failing(error):
    async def serve():
        raise error

    return serve


def said(capsys):
    (line,) = capsys.readouterr().err.splitlines()
    return json.loads(line)


@pytest.mark.parametrize("error", [Trouble("it is late"), FileNotFoundError(2, "No such file", "/etc/pin")], ids=repr)
def test_what_it_cannot_start_with_is_one_sentence(capsys, error):
    with pytest.raises(SystemExit) as end:
        main("tester", failing(error))
    assert end.value.code == 1
    line = said(capsys)
    assert (line["event"], line["level"], line["service"], line["cause"]) == (
        "cannot start",
        "error",
        "tester",
        str(error),
    )


def test_a_port_that_is_taken_is_one_sentence(capsys, settings_of):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = settings_of(port=taken.getsockname()[1])

        async def serve():
            await Service(settings).serve(lambda _: ready({}))

        with pytest.raises(SystemExit):
            main("tester", serve)
    assert "address already in use" in said(capsys)["cause"]


def test_a_fault_in_the_program_is_not_hidden():
    with pytest.raises(LookupError):
        main("tester", failing(LookupError()))


# Keys


def test_a_keystore_is_opened(tmp_path):
    keystore, password = tmp_path / "key.json", tmp_path / "password"
    keystore.write_text(json.dumps(Account.encrypt(SECRET, "pass", iterations=2)))
    password.write_text("pass\n")
    source = NO_KEY._replace(keystore=keystore, password_file=password)
    assert open_signer(source, [1]).address == Account.from_key(SECRET).address
    password.write_text("another")
    with pytest.raises(KeystoreRefused):
        open_signer(source, [1])


def test_a_hardware_key_is_opened(tmp_path):
    hardware, pin = servers.softhsm(), tmp_path / "pin"
    hardware.make_key("of the service")
    pin.write_text(f"{servers.SOFTHSM_PIN}\n")
    source = NO_KEY._replace(module=hardware.module, token=hardware.label, label="of the service", pin_file=pin)
    made = open_signer(source, [1])
    assert isinstance(made, Pkcs11Signer)
    made.close()
    with pytest.raises(FileNotFoundError):
        open_signer(source._replace(pin_file=tmp_path / "nowhere"), [1])


def test_a_development_key_signs_for_local_chains_alone():
    source = NO_KEY._replace(secret=SECRET)
    assert open_signer(source, [NEAR, FAR]).address == KeySigner(bytes.fromhex(SECRET[2:])).address
    with pytest.raises(NotForDevelopment):
        open_signer(source, [NEAR, 1])
