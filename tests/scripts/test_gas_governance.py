"""The peers of governance are the published ones, and what is measured of them is what it is called."""

import json

import pytest

from scripts.gas_chain import ROOT, fresh_chain, wallet_owners
from scripts.gas_safe import SAFE, SafeWallets
from scripts.measure_governance import UNITS, WEI, Treasury, peer_timelock, safe_gas, timelock_gas


@pytest.fixture
def chain():
    with fresh_chain() as chain:
        yield chain


@pytest.fixture
def treasury(chain):
    return Treasury(chain)


@pytest.fixture
def safe(chain):
    return SafeWallets(chain)


@pytest.fixture
def wallet(treasury, safe):
    """A Safe of two of three owners that holds native coin and tokens."""
    wallet, _ = safe.create(wallet_owners(3), 2)
    treasury.fill(wallet.address)
    return wallet


def test_the_wallet_measured_is_the_published_safe(safe, wallet):
    pinned = json.loads((ROOT / "tools" / "package.json").read_text())["devDependencies"]["@safe-global/safe-contracts"]
    assert f"Safe {wallet.functions.VERSION().call()}" == f"Safe {pinned}" == SAFE


def test_the_wallet_measured_has_these_owners_and_this_threshold(safe):
    for threshold, count in ((2, 3), (5, 9)):
        wallet, _ = safe.create(wallet_owners(count), threshold)
        assert wallet.functions.getThreshold().call() == threshold
        assert sorted(wallet.functions.getOwners().call()) == sorted(owner.address for owner in wallet_owners(count))


def test_a_payment_that_is_measured_arrives(chain, treasury, safe, wallet):
    owners, before = wallet_owners(3), chain.w3.eth.get_balance(treasury.payee)
    safe.execute(wallet, owners[:2], treasury.payee, WEI)
    assert chain.w3.eth.get_balance(treasury.payee) - before == WEI
    before = treasury.token.functions.balanceOf(treasury.payee).call()
    safe.execute(wallet, owners[:2], treasury.token.address, 0, treasury.payment())
    assert treasury.token.functions.balanceOf(treasury.payee).call() - before == UNITS
    assert wallet.functions.nonce().call() == 2


def test_one_signature_is_too_few_to_be_measured(treasury, safe, wallet):
    with pytest.raises(RuntimeError, match="nothing to measure"):
        safe.execute(wallet, wallet_owners(3)[:1], treasury.payee, WEI)


def test_a_signature_of_no_owner_is_not_measured(treasury, safe, wallet):
    stranger = next(owner for owner in wallet_owners(9) if owner not in wallet_owners(3))
    signers = sorted([wallet_owners(3)[0], stranger], key=lambda signer: int(signer.address, 16))
    with pytest.raises(RuntimeError, match="nothing to measure"):
        safe.execute(wallet, signers, treasury.payee, WEI)


def test_the_relayer_is_no_owner(chain):
    assert chain.relayer not in [owner.address for owner in wallet_owners(9)]


def test_a_change_that_is_measured_waits_for_its_delay(chain, monkeypatch):
    timelock_gas(chain, peer_timelock(chain))
    monkeypatch.setattr(type(chain), "wait", lambda self, seconds: None)
    with pytest.raises(RuntimeError, match="nothing to measure"):
        timelock_gas(chain, peer_timelock(chain))


def test_the_peers_of_a_second_run_take_the_same_to_the_last_unit():
    runs = []
    for _ in range(2):
        with fresh_chain() as chain:
            runs.append((safe_gas(Treasury(chain)), timelock_gas(chain, peer_timelock(chain))))
    assert runs[0] == runs[1]
