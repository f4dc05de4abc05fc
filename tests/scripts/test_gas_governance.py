"""The peers of governance are the published ones, and what is measured, of them and of ours, is what it is called."""

import json

import pytest

from scripts.gas_chain import ROOT, fresh_chain, wallet_owners
from scripts.gas_safe import SAFE, SafeWallets
from scripts.gas_wallets import DEADLINE, DELAY_SECONDS, Wallet, Wallets, addresses_of
from scripts.measure_governance import (
    DELAYED_UNITS,
    NATIVE,
    NATIVE_LIMIT,
    TOKEN_LIMIT,
    UNITS,
    WEI,
    Treasury,
    measure_governance,
    new_owners,
    our_timelock,
    peer_timelock,
    safe_gas,
    timelock_gas,
    wallet_gas,
)
from scripts.papers.agreement import owner_set_of, payment


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


@pytest.fixture
def own_wallet(treasury):
    """A wallet of ours of two of three owners that holds native coin and tokens, and may send some of either."""
    wallet, _ = Wallets(treasury.chain).create(wallet_owners(3), 2)
    treasury.fill(wallet.address)
    wallet.configure_limit(NATIVE, NATIVE_LIMIT)
    wallet.configure_limit(treasury.token.address, TOKEN_LIMIT)
    return wallet


@pytest.fixture
def held(chain, treasury):
    """What the payee holds now: native coin, tokens."""
    return lambda: (chain.w3.eth.get_balance(treasury.payee), treasury.token.functions.balanceOf(treasury.payee).call())


def test_our_wallet_has_these_owners_this_guardian_and_this_delay(chain):
    for threshold, count in ((2, 3), (5, 9)):
        wallet, _ = Wallets(chain).create(wallet_owners(count), threshold)
        functions = wallet.contract.functions
        assert functions.ownerSet().call() == owner_set_of(threshold, addresses_of(wallet_owners(count)))
        assert (functions.guardian().call(), functions.getMinDelay().call()) == (chain.governor, DELAY_SECONDS)


def test_our_payment_within_the_limit_arrives_at_once(treasury, own_wallet, held):
    native, tokens = held()
    own_wallet.pay(treasury.payee, WEI, NATIVE)
    own_wallet.pay(treasury.payee, UNITS, treasury.token.address)
    assert held() == (native + WEI, tokens + UNITS)


def test_our_payment_above_the_limit_arrives_after_its_delay(monkeypatch, chain, treasury, own_wallet, held):
    native, tokens = held()
    delayed = (treasury.payee, DELAYED_UNITS, treasury.token.address)
    own_wallet.pay(*delayed)
    assert held() == (native, tokens)
    own_wallet.delay_payment(*delayed)
    assert held() == (native, tokens + DELAYED_UNITS)
    monkeypatch.setattr(type(chain), "wait", lambda self, seconds: None)
    with pytest.raises(RuntimeError, match="nothing to measure"):
        own_wallet.delay_payment(*delayed)


def test_our_owners_sign_in_64_bytes_each_and_no_more_of_them_than_it_takes(treasury, own_wallet):
    threshold, owners, signers, signatures = own_wallet.agree(payment(treasury.payee, WEI, NATIVE, 2, DEADLINE))
    assert (threshold, owners, signers) == (2, addresses_of(wallet_owners(3)), 0b11)
    assert len(signatures) == 2 * (2 + 64)


def test_one_signature_of_ours_is_too_few_to_be_measured(chain, treasury, own_wallet):
    with pytest.raises(RuntimeError, match="nothing to measure"):
        Wallet(chain, own_wallet.contract, wallet_owners(3), 1).pay(treasury.payee, WEI, NATIVE)


def test_after_an_owner_change_the_new_owners_pay_and_the_old_ones_cannot(chain, treasury, own_wallet, held):
    own_wallet.change_owners(new_owners())
    native, tokens = held()
    own_wallet.pay(treasury.payee, WEI, NATIVE)
    assert held() == (native + WEI, tokens)
    with pytest.raises(RuntimeError, match="nothing to measure"):
        Wallet(chain, own_wallet.contract, wallet_owners(3), 2).pay(treasury.payee, WEI, NATIVE)


def test_the_new_owners_of_a_safe_are_measured_too(monkeypatch, treasury):
    wallets = []
    create = SafeWallets.create
    monkeypatch.setattr(SafeWallets, "create", lambda *call: wallets.append(create(*call)) or wallets[-1])
    safe_gas(treasury)
    owners = wallets[0][0].functions.getOwners().call()
    assert set(owners) - set(addresses_of(wallet_owners(3))) == {new_owners()[0].address}


def test_an_owner_change_costs_every_payment_one_more_slot(treasury):
    gas = wallet_gas(treasury)
    assert 1_700 < gas["multisig_2of3_eth_rotated"] - gas["multisig_2of3_eth"] < 2_150


def test_ours_and_the_peers_pay_the_same_amounts(chain, treasury):
    for measure in (wallet_gas, safe_gas):
        start = chain.w3.eth.block_number + 1
        measure(treasury)
        paid = treasury.token.events.Transfer().get_logs(from_block=start, argument_filters={"to": treasury.payee})
        amounts = [log["args"]["value"] for log in paid]
        assert set(amounts) == {UNITS, DELAYED_UNITS}
        assert amounts.count(DELAYED_UNITS) == 1


def test_the_bare_payment_is_the_whole_one_less_breaker_and_limiter(chain):
    figures = {key: figure["gas"] for key, figure in measure_governance(chain).items()}
    whole, safety = figures["multisig_2of3_eth"], figures["breaker_limiter_call"]
    assert figures["multisig_only_2of3_eth"] == whole - safety


@pytest.mark.parametrize("deploy", [our_timelock, peer_timelock])
def test_a_change_that_is_measured_waits_for_its_delay(chain, monkeypatch, deploy):
    timelock_gas(chain, deploy(chain))
    monkeypatch.setattr(type(chain), "wait", lambda self, seconds: None)
    with pytest.raises(RuntimeError, match="nothing to measure"):
        timelock_gas(chain, deploy(chain))


def test_a_named_executor_is_the_only_one(chain):
    timelock_gas(chain, peer_timelock(chain, chain.relayer))
    with pytest.raises(RuntimeError, match="nothing to measure"):
        timelock_gas(chain, peer_timelock(chain, chain.payer))


def test_a_second_run_takes_the_same_to_the_last_unit():
    runs = []
    for _ in range(2):
        with fresh_chain() as chain:
            runs.append(measure_governance(chain))
    assert runs[0] == runs[1]
