"""What services are told is read from the environment once, and what makes no sense is said by the variable's name."""

import json

import pytest
from eth_utils.address import to_checksum_address

from offchain.config import BridgeSettings, InvalidVariable, KeySource, MissingVariable, Site

VAULT, TOKEN, ANNA, BEN = (to_checksum_address(f"0x{n:040x}") for n in (0xA11CE, 0xB0B, 0xC0FFEE, 0xDECAF))


@pytest.fixture(scope="session")
def fast_chain():
    """Nothing to speed up."""


@pytest.fixture
def isolation():
    """Nothing to undo."""


def bridge(**changes):
    vault = {"chain_id": 1, "address": VAULT, "first_block": 7}
    token = {"chain_id": 10, "address": TOKEN.lower(), "first_block": 0}
    return {"vault": vault, "token": token} | changes


@pytest.fixture
def environment(tmp_path):
    """Everything that is needed."""

    def make(listed=None, **changes):
        path = tmp_path / "bridges.json"
        path.write_text(json.dumps([bridge()] if listed is None else listed))
        told = {"QUITTANCE_BRIDGES": str(path), "QUITTANCE_DEVELOPMENT_KEY": "0x1"}
        told |= {"QUITTANCE_RPC_1": "http://a, http://b,http://c ,", "QUITTANCE_RPC_10": "http://d"}
        return {name: value for name, value in (told | changes).items() if value is not None}

    return make


def read(environment):
    return BridgeSettings.read("sqlite:///here.db", environment)


def test_what_is_told_is_read(environment):
    settings = read(
        environment(
            QUITTANCE_ATTESTORS=f"{ANNA.lower()}=http://anna/, {BEN} = http://ben",
            QUITTANCE_LISTEN="0.0.0.0:9000",
            QUITTANCE_POLL_SECONDS="0.5",
            QUITTANCE_FEE_CEILING_GWEI="1.5",
            DATABASE_URL="postgresql://user@host/name",
        )
    )
    assert settings.bridges == ((Site(1, VAULT, 7), Site(10, TOKEN, 0)),)
    assert settings.attestors == {ANNA: "http://anna", BEN: "http://ben"}
    assert (settings.host, settings.port, settings.poll_seconds) == ("0.0.0.0", 9000, 0.5)
    assert (settings.fee_ceiling, settings.database_url) == (1_500_000_000, "postgresql://user@host/name")


def test_what_is_not_told_has_a_sense(environment):
    settings = read(environment())
    assert (settings.host, settings.port, settings.poll_seconds) == ("127.0.0.1", 8080, 4)
    assert (settings.fee_ceiling, settings.database_url) == (500 * 10**9, "sqlite:///here.db")
    assert (settings.attestors, settings.guardian) == ({}, None)


def test_a_majority_of_the_sources_must_agree_unless_more_is_said(environment):
    assert read(environment()).sources == {1: (("http://a", "http://b", "http://c"), 2), 10: (("http://d",), 1)}
    assert read(environment(QUITTANCE_QUORUM_1="3")).sources[1][1] == 3
    assert read(environment(QUITTANCE_RPC_1="http://a,http://b")).sources[1][1] == 2


def test_nothing_that_holds_secrets_is_shown(environment):
    secrets = environment(DATABASE_URL="postgresql://user:hush@host/name", QUITTANCE_RPC_1="http://node/hush")
    settings = read(secrets | {"QUITTANCE_DEVELOPMENT_KEY": "hush", "QUITTANCE_GUARDIAN_DEVELOPMENT_KEY": "hush"})
    assert settings.key.secret == settings.guardian.secret == "hush"
    assert "hush" not in repr(settings)


MISSING = {
    "the bridges": "QUITTANCE_BRIDGES",
    "the key": "QUITTANCE_DEVELOPMENT_KEY",
    "a chain's sources": "QUITTANCE_RPC_10",
}


@pytest.mark.parametrize("name", MISSING.values(), ids=MISSING)
def test_what_is_needed_is_asked_for(environment, name):
    for nothing in (None, ""):
        with pytest.raises(MissingVariable):
            read(environment(**{name: nothing}))


def test_sources_with_nothing_between_commas_are_none(environment):
    with pytest.raises(MissingVariable, match="QUITTANCE_RPC_10"):
        read(environment(QUITTANCE_RPC_10=" , "))


BAD_BRIDGES = {
    "no list": {"vault": 1},
    "no token": [{"vault": bridge()["vault"]}],
    "an address that is none": [bridge(token={"chain_id": 10, "address": "0x12", "first_block": 0})],
    "no first block": [bridge(token={"chain_id": 10, "address": TOKEN})],
    "a chain by name": [bridge(token={"chain_id": "mainnet", "address": TOKEN, "first_block": 0})],
}


@pytest.mark.parametrize("listed", BAD_BRIDGES.values(), ids=BAD_BRIDGES)
def test_a_file_that_lists_no_bridges_is_refused(environment, listed):
    with pytest.raises(InvalidVariable, match="QUITTANCE_BRIDGES"):
        read(environment(listed))


def test_a_file_that_is_not_there_or_holds_no_json_is_refused(environment, tmp_path):
    with pytest.raises(InvalidVariable, match="QUITTANCE_BRIDGES"):
        read(environment(QUITTANCE_BRIDGES=str(tmp_path / "nowhere.json")))
    (tmp_path / "text").write_text("bridges")
    with pytest.raises(InvalidVariable, match="QUITTANCE_BRIDGES"):
        read(environment(QUITTANCE_BRIDGES=str(tmp_path / "text")))


@pytest.mark.parametrize("value", ["four", "-1", "nan", "inf", "1e999"])
@pytest.mark.parametrize(
    "name", ["QUITTANCE_POLL_SECONDS", "QUITTANCE_FEE_CEILING_GWEI", "QUITTANCE_QUORUM_1", "QUITTANCE_LISTEN"]
)
def test_what_is_no_number_is_refused(environment, name, value):
    with pytest.raises(InvalidVariable, match=name):
        read(environment(**{name: f"127.0.0.1:{value}" if name == "QUITTANCE_LISTEN" else value}))


@pytest.mark.parametrize("value", ["http://anna", "0x12=http://anna", "anna=http://anna"])
def test_an_attestor_without_an_address_is_refused(environment, value):
    with pytest.raises(InvalidVariable, match="ADDRESS=URL"):
        read(environment(QUITTANCE_ATTESTORS=value))


# Keys


KEYSTORE = {"X_KEYSTORE": "~/key.json", "X_KEYSTORE_PASSWORD_FILE": "/password"}
MODULE = {"X_PKCS11_MODULE": "/m.so", "X_PKCS11_TOKEN": "t", "X_PKCS11_LABEL": "l", "X_PKCS11_PIN_FILE": "/pin"}


def test_a_key_is_where_it_is_said_to_be():
    kept = KeySource.read("X", KEYSTORE)
    assert kept.keystore.is_absolute() and kept.keystore.name == "key.json" and str(kept.password_file) == "/password"
    hardware = KeySource.read("X", MODULE)
    assert (str(hardware.module), hardware.token, hardware.label, str(hardware.pin_file)) == ("/m.so", "t", "l", "/pin")
    assert KeySource.read("X", {"X_DEVELOPMENT_KEY": "0x1"}).secret == "0x1"
    assert KeySource.read("Y", KEYSTORE | MODULE) is None


@pytest.mark.parametrize("name", [*list(KEYSTORE)[1:], *list(MODULE)[1:]])
def test_a_key_that_is_said_by_halves_is_asked_for(name):
    told = {key: value for key, value in (KEYSTORE if name in KEYSTORE else MODULE).items() if key != name}
    with pytest.raises(MissingVariable, match=name):
        KeySource.read("X", told)
