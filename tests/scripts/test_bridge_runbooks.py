"""The bridge's runbooks: every command is run as it stands there, every service is told what stands there."""

import json
import os
import re
import sqlite3
import time
from pathlib import Path

import pytest
import requests
from eth_account import Account
from eth_utils.crypto import keccak

from offchain import config
from offchain.chain.signer import Pkcs11Signer
from tests.offchain import servers
from tests.offchain.bridge_chains import Service
from tests.scripts.bridging import ATTESTORS, FAR, FAR_CHAIN, TOKEN, VAULT, Span, start_chains
from tests.scripts.local_chain import DAY, GUARDIAN, OWNERS, ROOT, keystore, party
from tests.scripts.test_runbooks import SCHEDULED, Crew, blocks

ETHER = 10**18
LARGE = 20 * ETHER
TO = party("recipient of the runbooks")
NEW = Account.from_key(keccak(text="quittance test attestor who comes"))  # TEST KEY: anybody can compute it
PAYER = Account.from_key(keccak(text="quittance test relayer"))  # TEST KEY: anybody can compute it
SET_UP, TROUBLE = ((ROOT / "docs" / "runbooks" / f"{name}.md").read_text() for name in ("bridge", "bridge-trouble"))
ATTESTED = re.compile(r"^Written to (.*\.json): hand it", re.MULTILINE)


def fenced(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def settings(text):
    """The variables of each block of an environment file."""
    return [dict(line.split("=", 1) for line in block.splitlines()) for block in fenced(text, "ini")]


class BridgeCrew(Crew):
    """Everybody whom the bridge's runbooks call, on either side."""

    def __init__(self, span, *arguments):
        super().__init__(span.near, *arguments)
        self.span = span
        for account in (GUARDIAN, *OWNERS, *ATTESTORS, PAYER):
            for chain in span.chains:
                chain.set_balance(account.address, 10**19)
        people = zip(("ANNA", "BEN", "CARLA"), ATTESTORS, strict=True)
        self.names = {name: account.address for name, account in people}

    def play(self, block):
        """As for one chain; attestors are called by turns."""
        told = ""
        for who, line in block:
            self.operator = self.span.far if f"--network {FAR}" in line else self.span.near
            if "attestor" in who:
                told += self.run(line, ATTESTORS[who.startswith("another")])
            else:
                told += super().play([(who, line)])
        return told

    def run(self, line, account):
        said = super().run(line, account)
        if found := ATTESTED.search(said):
            path = Path(found[1])
            self.names["SECOND" if "BLOCK" in self.names else "FIRST"] = found[1]
            self.names.setdefault("BLOCK", json.loads(path.read_text())["typedData"]["message"]["srcBlock"])
        return said

    def enact(self, block):
        """A block that proposes, signed and executed as the owners' block says."""
        self.play(block)
        self.play(blocks("bridge-trouble")[1][1:])

    def filled(self, text):
        return re.sub(r"\$([A-Z]+)", lambda m: self.names[m[1]], text)


@pytest.fixture
def new_crew(tmp_path, monkeypatch, capsys):
    return lambda span: BridgeCrew(span, tmp_path, monkeypatch, capsys)


@pytest.fixture
def crew(span, new_crew):
    return new_crew(span)


class Firm:
    """The services of a route, each told what the runbook says, with this test's addresses and files."""

    def __init__(self, crew, folder):
        self.crew, self.span, self.folder, self.started = crew, crew.span, folder, []
        crew.names |= {"VAULT": self.span.near.address(VAULT), "TOKEN": self.span.far.address(TOKEN)}
        listed = re.sub(r'("first_block": )\d+', r"\g<1>0", crew.filled(fenced(SET_UP, "json")[2]))
        (folder / "bridges.json").write_text(listed)
        self.attestor, self.hardware, self.guardian, self.relayer = settings(SET_UP)

    def start(self, kind, told, account=None, **changes):
        """A service that is told this and listens where nobody does; until it is ready."""
        made = Service(self.environment(told, account, **changes), self.folder / f"{kind}-{len(self.started)}.log")
        made.module = f"offchain.{kind}"
        self.started.append(made)
        made.start()
        return made

    def refusal(self, kind, told, account, **changes):
        made = Service(self.environment(told, account, **changes), self.folder / "refused.log")
        made.module = f"offchain.{kind}"
        return made.refuse()

    def environment(self, told, account, **changes):
        values = {"QUITTANCE_POLL_SECONDS": "0.3", "PATH": os.environ["PATH"]}
        for name, value in told.items():
            values[name] = self.here(name, value, account)
        values |= {name: value for name, value in os.environ.items() if name == "SOFTHSM2_CONF"}
        return values | {"QUITTANCE_LISTEN": f"127.0.0.1:{servers.free_port()}"} | changes

    def here(self, name, value, account):
        """What stands in the runbook, as it is here."""
        if found := re.fullmatch(r"QUITTANCE_RPC_(\d+)", name):
            side = {"11155111": self.span.near, str(FAR_CHAIN): self.span.far}[found[1]]
            return ",".join(f"{side.chain.url}/?{i}" for i, _ in enumerate(value.split(",")))
        if name.endswith("KEYSTORE"):
            account = GUARDIAN if "GUARDIAN" in name else account
            return str(keystore(self.folder / f"service {account.address}.json", account))
        if name.endswith("PASSWORD_FILE"):
            return str(self.folder / "password")
        if name == "QUITTANCE_BRIDGES":
            return str(self.folder / "bridges.json")
        if name == "DATABASE_URL":
            return f"{value.split(':')[0]}:///{self.folder}/{account.address if account else 'hardware'}.db"
        return self.crew.filled(value)

    def attestors(self, *accounts):
        """Those of the accounts who attest run; what a relayer is told of them."""
        urls = {a.address: self.start("attestor", self.attestor, a).url for a in accounts}
        return ",".join(f"{a.address}={urls.get(a.address, 'http://127.0.0.1:9')}" for a in ATTESTORS)

    def until(self, condition):
        """Blocks come until something is so."""
        deadline = time.monotonic() + 120
        while not (found := condition()):
            assert time.monotonic() < deadline, [service.log.read_text()[-1500:] for service in self.started]
            self.span.finalize()
            time.sleep(0.2)
        return found

    def balance(self):
        return self.span.view(self.span.far, TOKEN, "balanceOf", TO)


@pytest.fixture
def firm_of(tmp_path):
    """Runs services; all are ended with the test."""
    firms = []

    def made(crew):
        firms.append(Firm(crew, tmp_path))
        return firms[-1]

    yield made
    for service in (service for firm in firms for service in firm.started):
        if service.process.poll() is None:
            service.kill()


@pytest.fixture
def firm(crew, firm_of):
    crew.span.finalize()
    return firm_of(crew)


@pytest.fixture(scope="module")
def postgres():
    with servers.postgres() as server:
        yield server


@pytest.fixture
def nothing(tmp_path):
    """Two chains on which nothing is deployed yet."""
    chains = start_chains(tmp_path / "chains")
    yield Span(tmp_path, *chains)
    for chain in chains:
        chain.stop()


# Setting it up


def test_a_route_from_nothing_with_its_services(nothing, new_crew, firm_of, postgres):
    crew = new_crew(nothing)
    vault, token = fenced(SET_UP, "json")[:2]
    deploy_near, deploy_far, connect, status = blocks("bridge")
    nothing.near.choose(bridge=json.loads(crew.filled(vault)))
    assert '"token": "native"' in crew.play(deploy_near)
    crew.names["VAULT"] = nothing.near.address(VAULT)
    nothing.far.choose(bridge=json.loads(crew.filled(token)))
    told = crew.play(deploy_far)
    crew.names["TOKEN"] = nothing.far.address(TOKEN)
    (line,) = re.findall(r'`("peer": .*?\})`', SET_UP)
    assert crew.filled(line) in told
    peer = json.loads("{" + crew.filled(line) + "}")
    nothing.near.choose(bridge={VAULT: json.loads(crew.filled(vault))[VAULT] | peer})
    assert SCHEDULED.search(crew.play(connect))
    nothing.lock(TO, ETHER)
    nothing.finalize()
    firm = firm_of(crew)
    told = {"QUITTANCE_ATTESTORS": firm.attestors(*ATTESTORS[:2]), "DATABASE_URL": postgres.new("runbook")}
    relayer = firm.start("relayer", firm.relayer, PAYER, **told)
    firm.until(lambda: firm.balance() == ETHER)
    route = nothing.view(nothing.near, VAULT, "outboundRoute").hex()
    url = f"{relayer.url}/v1/transfers/0x{route}/0"
    firm.until(lambda: requests.get(url, timeout=10).json()["status"] == "completed")
    assert "→ [completed]" in crew.play(status)
    firm.until(lambda: all(service.health()[0] == 200 for service in firm.started))
    documented = set(re.findall(r"`(quittance_\w+)`", SET_UP))
    shown = {service.module: requests.get(f"{service.url}/metrics", timeout=10).text for service in firm.started}
    exposed = {name for text in shown.values() for name in re.findall(r"^# HELP (quittance_\w+)", text, re.MULTILINE)}
    exposed = {name for name in exposed if not name.endswith("_created")}  # when a count began
    assert documented == exposed
    for name, module in re.findall(r"^\| `(quittance_\w+)` \| (attestor|relayer) \|", SET_UP, re.MULTILINE):
        assert f"# HELP {name} " in shown[f"offchain.{module}"]
    assert [service.stop() for service in firm.started] == [0, 0, 0]


def test_an_attestor_whose_key_is_in_a_hardware_module(span, firm):
    token = servers.softhsm()
    label = firm.hardware["QUITTANCE_PKCS11_LABEL"]
    assert token.label == firm.hardware["QUITTANCE_PKCS11_TOKEN"]
    token.make_key(label)
    pin = firm.folder / "pin"
    pin.write_text(servers.SOFTHSM_PIN + "\n")
    signer = Pkcs11Signer(token.module, token.label, label, servers.SOFTHSM_PIN)
    for side, name in ((span.near, VAULT), (span.far, TOKEN)):
        side.act(name, "rotate", 1, [signer.address], sender="Governor")
    span.lock(TO, ETHER)
    span.finalize()
    told = {name: value for name, value in firm.attestor.items() if "KEYSTORE" not in name} | firm.hardware
    place = {"QUITTANCE_PKCS11_MODULE": str(token.module), "QUITTANCE_PKCS11_PIN_FILE": str(pin)}
    service = firm.start("attestor", told, **place)
    block = span.near.chain.web3.eth.get_block("finalized")["number"]
    route = span.view(span.near, VAULT, "outboundRoute").hex()
    answer = requests.get(f"{service.url}/v1/attestations/0x{route}/{block}", timeout=60)
    assert (answer.status_code, answer.json()["signer"]) == (200, signer.address)


def test_an_attestor_with_a_guardian_s_key_starts_if_it_is_one(firm):
    service = firm.start("attestor", firm.attestor | firm.guardian, ATTESTORS[0])
    firm.until(lambda: service.health()[0] == 200)


@pytest.mark.parametrize(
    ("kind", "account", "changes", "said"),
    [
        ("attestor", ATTESTORS[0], {"QUITTANCE_BRIDGES": ""}, "set QUITTANCE_"),
        ("attestor", ATTESTORS[0], {"QUITTANCE_QUORUM_84532": "1"}, " is no majority of them"),
        ("attestor", ATTESTORS[0], {"QUITTANCE_RPC_84532": "http://a,http://a"}, "a source that is named twice "),
        ("attestor", NEW, {}, " is none of the attestors in office "),
        ("relayer", PAYER, {"QUITTANCE_ATTESTORS": f"{NEW.address}=http://a"}, "QUITTANCE_ATTESTORS lacks some "),
        ("relayer", NEW, {}, " has nothing on chain "),
    ],
)
def test_what_it_cannot_start_with_is_what_the_runbook_says(firm, kind, account, changes, said):
    assert f"`{said.strip()}" in SET_UP.replace("… ", "").replace("…", "")
    assert said in firm.refusal(
        kind, getattr(firm, kind), account, **{"DATABASE_URL": f"sqlite:///{firm.folder}/x.db", **changes}
    )


# Trouble


def test_pause_and_resume(crew, span):
    pause, resume, *_ = blocks("bridge-trouble")
    until = span.far.contract(TOKEN).functions.pausedUntil()
    crew.play(pause)
    assert until.call() > span.far.chain.web3.eth.get_block("latest")["timestamp"] + 6 * DAY
    crew.play(resume)
    assert until.call() <= span.far.chain.web3.eth.get_block("latest")["timestamp"]


def test_a_record_that_waits_is_vetoed_let_go_released_and_another_returned(crew, span, hands):
    *_, veto, let_go, release, give_back, _, _, _ = blocks("bridge-trouble")
    for _ in range(2):
        span.lock(TO, LARGE)
    hands.carry()
    for number, block in enumerate((let_go, give_back)):
        crew.names["RECORD"] = str(number)
        crew.play(veto)
        crew.enact(block)
    assert span.view(span.far, TOKEN, "outbox")[0] == 1
    crew.play(release)
    assert span.view(span.far, TOKEN, "balanceOf", TO) == LARGE
    assert span.view(span.far, TOKEN, "queuedTotal") == 0


def test_rotation(crew, span):
    *_, rotation, check, _ = blocks("bridge-trouble")
    crew.names |= {"OLD": ATTESTORS[0].address, "NEW": NEW.address}
    crew.enact(rotation)
    attestors = sorted((NEW.address, ATTESTORS[1].address, ATTESTORS[2].address), key=str.lower)
    crew.chosen = {"bridge": span.choices(span.far)}
    crew.changed = {"bridge": {TOKEN: {"attestors": attestors, "threshold": 2}}}
    crew.play(check)
    assert span.view(span.far, TOKEN, "epoch") == 2


def test_what_left_is_handed_in_by_hand(crew, span):
    *_, by_hand = blocks("bridge-trouble")
    span.lock(TO, ETHER)
    span.finalize()
    crew.play(by_hand)
    assert span.view(span.far, TOKEN, "balanceOf", TO) == ETHER


def test_a_process_that_remembers_another_final_block_starts_once_that_is_forgotten(firm):
    firm.span.finalize()
    service = firm.start("attestor", firm.attestor, ATTESTORS[0])
    path = firm.folder / f"{ATTESTORS[0].address}.db"

    def kept():
        with sqlite3.connect(path) as database:
            return database.execute("SELECT name FROM cursors WHERE name = 'final:11155111'").fetchall()

    firm.until(kept)
    assert service.stop() == 0
    with sqlite3.connect(path) as database:
        database.execute("UPDATE cursors SET block_hash = ? WHERE name = 'final:11155111'", (f"0x{'ab' * 32}",))
    assert "final" in firm.refusal("attestor", firm.attestor, ATTESTORS[0])
    (statement,) = fenced(TROUBLE, "sql")
    with sqlite3.connect(path) as database:
        assert database.execute(statement).rowcount == 1
    firm.start("attestor", firm.attestor, ATTESTORS[0])


def test_a_relayer_that_is_out_of_coin_goes_on_once_it_has_some(firm, span):
    told = {"QUITTANCE_ATTESTORS": firm.attestors(*ATTESTORS[1:])}
    relayer = firm.start("relayer", firm.relayer, PAYER, **told, DATABASE_URL=f"sqlite:///{firm.folder}/relayer.db")
    firm.until(lambda: relayer.health()[0] == 200)
    span.far.chain.set_balance(PAYER.address, 1)
    span.lock(TO, ETHER)
    firm.until(lambda: relayer.metrics().get(f'quittance_gas_balance_wei{{chain="{FAR_CHAIN}"}}') == 1)
    firm.until(lambda: relayer.health()[0] == 503)
    assert firm.balance() == 0
    span.far.chain.set_balance(PAYER.address, 10**19)
    firm.until(lambda: firm.balance() == ETHER)
    firm.until(lambda: relayer.health()[0] == 200)


def test_a_relayer_whose_database_is_lost_reads_the_chains_again(firm, span):
    told = {"QUITTANCE_ATTESTORS": firm.attestors(*ATTESTORS[1:])}
    first = firm.start("relayer", firm.relayer, PAYER, **told, DATABASE_URL=f"sqlite:///{firm.folder}/first.db")
    span.lock(TO, ETHER)
    firm.until(lambda: firm.balance() == ETHER)
    first.kill()
    span.lock(TO, 2 * ETHER)
    again = firm.start("relayer", firm.relayer, PAYER, **told, DATABASE_URL=f"sqlite:///{firm.folder}/again.db")
    firm.until(lambda: firm.balance() == 3 * ETHER)
    route = span.view(span.near, VAULT, "outboundRoute").hex()
    for nonce in range(2):
        url = f"{again.url}/v1/transfers/0x{route}/{nonce}"
        firm.until(lambda url=url: requests.get(url, timeout=10).json()["status"] == "completed")
    assert span.view(span.far, TOKEN, "inbox")[0] == 2


# Words


def known_settings():
    """Every variable that offchain/config.py reads, with N for a chain's id."""
    source = Path(config.__file__).read_text()
    written = set(re.findall(r'"(QUITTANCE_[A-Z_0-9]+|DATABASE_URL)"', source)) - {"QUITTANCE", "QUITTANCE_GUARDIAN"}
    per_chain = {f"{name}N" for name in re.findall(r'f"(QUITTANCE_[A-Z]+_)\{chain_id\}"', source)}
    return (
        written
        | per_chain
        | {f"{prefix}_{name}" for prefix in ("QUITTANCE", "QUITTANCE_GUARDIAN") for name in config._KEY}
    )


def test_the_runbook_names_every_setting_and_no_documentation_names_another():
    pattern = re.compile(r"\b(?:QUITTANCE(?:_[A-Z0-9]+)+_?|DATABASE_URL)(?:<chain id>)?")

    def named(text):
        return {re.sub(r"_(<chain id>|\d+)$", "_N", name) for name in pattern.findall(text)}

    assert named("\n".join(re.findall(r"^\|.*\|.*\|$", SET_UP, re.MULTILINE))) >= known_settings()
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        strange = {name for name in named(page.read_text()) - known_settings() if not name.endswith("_")}
        assert not strange, f"{page.name} names {strange}"


def test_links_from_one_runbook_to_another_lead_somewhere():
    for text in (SET_UP, TROUBLE):
        for name, anchor in re.findall(r"\]\(([\w-]*\.md)?(?:#([\w-]+))?\)", text):
            there = (ROOT / "docs" / "runbooks" / name).read_text() if name else text
            heads = [
                re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in re.findall(r"^#+ (.*)$", there, re.M)
            ]
            assert not anchor or anchor in heads, f"no {anchor} in {name}"
