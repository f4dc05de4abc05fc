"""The sender is killed at every step it takes, and followed by one that is not: nothing is lost, nothing is doubled."""

import secrets
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from offchain.chain.signer import KeySigner
from offchain.store.database import Database
from tests.offchain import servers
from tests.offchain.chain import killed_sender

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def postgres():
    with servers.postgres() as server:
        yield server


@pytest.fixture(scope="module")
def slow_chain():
    """It mines when asked to."""
    with servers.anvil("--no-mining") as made:
        yield made


@pytest.fixture(scope="module")
def runs(slow_chain):
    """Has a process send a line's gifts until it ends, or kills itself at the fatal step: exit code and last words."""
    command = [sys.executable, "-m", killed_sender.__name__]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as starter:

        def run(line, fatal=0):
            arguments = (line.way, slow_chain.url, line.database_url, line.secret, line.series, fatal)
            starter.stdin.write(" ".join(map(str, arguments)) + "\n")
            starter.stdin.flush()
            said = []
            while not (said and said[-1].startswith("ended")):
                said.append(starter.stdout.readline())
                assert said[-1], "the starter of processes has ended"
            return int(said[-1].split()[1]), "".join(said[:-1]).split()

        yield run
        starter.stdin.close()


class Line:
    """One account, its database, and the payees of its gifts."""

    def __init__(self, chain, way, database_url, series):
        self.chain, self.way, self.database_url, self.series = chain, way, database_url, series
        self.secret = "0x" + secrets.token_hex(32)
        self.address = KeySigner.development(self.secret, 31337).address
        chain.rpc("anvil_setBalance", self.address, hex(10**18))

    def given(self):
        return [self.chain.balance(gift.to) for gift in killed_sender.gifts(self.series)]


async def new_line(chain, url, series):
    database = Database(url)
    await database.migrate()
    await database.close()
    return Line(chain, "journal", url, series)


def database_url(kind, request, tmp_path, name):
    return f"sqlite:///{tmp_path}/{name}.db" if kind == "sqlite" else request.getfixturevalue("postgres").new(name)


@pytest.mark.parametrize(("kind", "stride"), [("sqlite", 1), ("postgresql", 4)])
async def test_killed_at_any_step_it_loses_and_doubles_nothing(kind, stride, request, tmp_path, slow_chain, runs):
    base = 1000 if kind == "sqlite" else 2000
    whole = await new_line(slow_chain, database_url(kind, request, tmp_path, "whole"), base)
    code, (steps, finished) = runs(whole)
    assert (code, finished) == (0, "True") and whole.given() == [1] * killed_sender.GIFTS
    assert int(steps) >= 15
    for fatal in range(1, int(steps) + 1, stride):
        line = await new_line(slow_chain, database_url(kind, request, tmp_path, f"step{fatal}"), base + fatal)
        assert runs(line, fatal) == (-signal.SIGKILL, [])
        code, (_, finished) = runs(line)
        assert (code, finished) == (0, "True")
        assert line.given() == [1] * killed_sender.GIFTS, f"killed at step {fatal}"
        assert slow_chain.count(line.address) == killed_sender.GIFTS


async def test_killed_again_and_again_it_still_ends(tmp_path, slow_chain, runs):
    line = await new_line(slow_chain, f"sqlite:///{tmp_path}/again.db", 3000)
    killed = [runs(line, fatal)[0] for fatal in (1, 2, 3, 4, 5, 7, 9, 11, 13, 3, 6, 8)]
    assert killed.count(-signal.SIGKILL) >= 5
    assert runs(line)[1][1] == "True"
    assert line.given() == [1] * killed_sender.GIFTS


def test_who_records_what_was_sent_afterwards_doubles_so_the_kills_do_bite(tmp_path, slow_chain, runs):
    outcomes = {}
    for fatal in range(1, 4):
        line = Line(slow_chain, "control", tmp_path / f"record{fatal}", 4000 + fatal)
        assert runs(line, fatal)[0] == -signal.SIGKILL
        assert runs(line)[0] == 0
        outcomes[fatal] = line.given()
    assert outcomes == {1: [1] * 6, 2: [2, 1, 1, 1, 1, 1], 3: [1] * 6}
