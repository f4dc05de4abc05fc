"""deploy and verify, of the tokens and the Settlement that params.json asks for: powers over them, and limits."""

import pytest

from offchain.core.units import NATIVE
from scripts import deploy, pause, verify
from scripts.deploy import DeployerHasPower
from scripts.papers.amount import InvalidAmount
from scripts.papers.chosen import InvalidParams
from scripts.papers.invoice import InvalidAddress
from scripts.procedure.issuance import KeyWouldHoldPower
from tests.scripts.governing import Council
from tests.scripts.issuing import INTERMEDIARY, MERCHANT, issued, role
from tests.scripts.local_chain import DAY, DEPLOYER, GUARDIAN, params, party

OTHER = party("other")
KEYS = "keys that can mint, seize, freeze, block or configure"
TOKENS = {"QUSD": "Stablecoin", "QCB": "CentralBankToken", "QBEP": "Bep20Token", "SEAT": "TicketToken"}
ORDER = ["MultiSig", "MultiSigFactory", "Governor", "PaymentProcessor", "SecurePayment", "Settlement", *TOKENS, "CUP"]


@pytest.fixture
def mismatches(issuer, carry_out, capsys):
    """What verify finds wrong, as `contract: what`; its exit code agrees."""

    def found():
        capsys.readouterr()
        code = carry_out(verify, issuer)
        lines = capsys.readouterr().err.splitlines()
        wrong = [line.removeprefix("Mismatch: ").split(" is ")[0] for line in lines if line.startswith("Mismatch: ")]
        assert code == (1 if wrong else 0)
        return wrong

    return found


def told_by(script, operator, carry_out, capsys):
    capsys.readouterr()
    assert carry_out(script, operator) == 0
    return capsys.readouterr().out


def govern(operator, contract, name, *arguments):
    operator.act(contract, name, *arguments, sender="Governor")


def test_what_params_ask_for_is_deployed_with_the_wallet_as_governor(unappointed, carry_out, capsys):
    assert [entry["contract"] for entry in unappointed.record["contracts"]] == ORDER
    governor = unappointed.address("Governor")
    for name in ORDER[3:]:
        contract = unappointed.contract(name).functions
        assert contract.defaultAdmin().call() == governor
        assert contract.hasRole(role("GUARDIAN"), GUARDIAN.address).call()
        assert not contract.hasRole(bytes(32), DEPLOYER.address).call()
    for symbol in TOKENS:
        assert unappointed.contract(symbol).functions.symbol().call() == symbol
    assert "holds no role in any contract" in told_by(deploy, unappointed, carry_out, capsys)


def test_a_token_may_be_added_later_and_moves_no_address(operator, carry_out):
    carry_out(deploy, operator)
    before = {entry["contract"]: entry["address"] for entry in operator.record["contracts"]}
    operator.choose(settlement=True, issued=issued())
    assert carry_out(deploy, operator) == 0
    after = {entry["contract"]: entry["address"] for entry in operator.record["contracts"]}
    assert list(after) == ORDER
    assert {name: after[name] for name in before} == before
    assert carry_out(verify, operator) == 0


def test_until_the_powers_are_given_verify_notes_them_and_nobody_has_any(unappointed, carry_out, capsys):
    told = told_by(verify, unappointed, carry_out, capsys)
    assert told.count("not granted yet") == 8
    assert told.count("not set yet: it mints nothing") == 1
    assert told.count("not set yet: nobody in it may hold anything") == 3
    assert " of QUSD " not in told.split("what a stolen key would cost:")[1]


def test_the_powers_that_deploy_prints_are_given_by_that_very_command(tmp_path, unappointed, carry_out, capsys):
    line = told_by(deploy, unappointed, carry_out, capsys).splitlines()[-1]
    assert line.startswith("  python scripts/propose.py --network sepolia --call 'Governor.configureLimit(")
    council = Council(tmp_path, unappointed, carry_out)
    council.enact(call=line.split("'")[1::2])
    said = capsys.readouterr().out
    governor = unappointed.address("Governor")
    assert f"make Governor {governor} master minter of QUSD" in said
    assert f"let Governor {governor} mint 1000000 QUSD in all from then on" in said
    assert "let an account of tier 1 hold 3000 QCB at most" in said
    told = told_by(verify, unappointed, carry_out, capsys)
    assert "not granted yet" not in told
    assert "not set yet" not in told
    assert unappointed.contract("QUSD").functions.minterAllowance(governor).call() == 10**12


def test_every_power_is_listed_with_what_a_stolen_key_costs(issuer, carry_out, capsys):
    listed = told_by(verify, issuer, carry_out, capsys).split("what a stolen key would cost:")[1].splitlines()
    for part, who, kind, costs in [
        ("bank of QCB", issuer.address("Governor"), "contract", "issues money without bound"),
        ("enforcer of QUSD", issuer.address("Governor"), "contract", "seizes and freezes"),
        ("minter of QUSD", issuer.address("Governor"), "contract", "mints the 1000000 QUSD that are left"),
        ("intermediary of QCB", INTERMEDIARY.address, "key", "stops their payments until the bank helps"),
        ("merchant of SEAT", MERCHANT.address, "key", "issues this token's tickets or vouchers"),
        ("merchant of CUP", MERCHANT.address, "key", "touches none that is held"),
    ]:
        (line,) = [line for line in listed if line.startswith(f"  {part} ")]
        assert f"{who}  {kind}" in line
        assert costs in line


def test_a_finished_issue_agrees_also_after_minting(issuer, mismatches, carry_out, capsys):
    assert mismatches() == []
    govern(issuer, "QUSD", "mint", OTHER, 10**6)
    assert mismatches() == []
    assert "mints the 999999 QUSD that are left" in told_by(verify, issuer, carry_out, capsys)


@pytest.mark.parametrize(
    ("symbol", "name"),
    [
        ("QUSD", "MASTER_MINTER"),
        ("QUSD", "BLOCKLISTER"),
        ("QUSD", "ENFORCER"),
        ("QCB", "BANK"),
        ("QCB", "ENFORCER"),
    ],
)
def test_a_key_alone_with_a_power_is_found_loudly_even_if_params_name_it(issuer, mismatches, symbol, name):
    govern(issuer, symbol, "grantRole", role(name), OTHER)
    words = name.lower().replace("_", " ")
    sources = [f"{symbol}: holders of {words}, by its {source}" for source in ("events", "audit trail")]
    assert mismatches() == [f"{symbol}: {KEYS}", *sources]
    roles = issued()[symbol]["roles"]
    issuer.choose(settlement=True, issued=issued(**{symbol: {"roles": {**roles, name: ["Governor", OTHER]}}}))
    assert mismatches() == [f"{symbol}: {KEYS}"]


def test_a_key_that_borrows_code_is_a_key(issuer, mismatches):
    issuer.chain.ask("anvil_setCode", OTHER, "0xef0100" + "11" * 20)
    govern(issuer, "QCB", "grantRole", role("BANK"), OTHER)
    assert f"QCB: {KEYS}" in mismatches()


def test_a_contract_with_a_power_that_params_name_agrees(issuer, mismatches):
    wallet = issuer.address("SecurePayment")
    govern(issuer, "QCB", "grantRole", role("BANK"), wallet)
    assert len(mismatches()) == 2
    roles = issued()["QCB"]["roles"]
    issuer.choose(settlement=True, issued=issued(QCB={"roles": {**roles, "BANK": ["Governor", wallet]}}))
    assert mismatches() == []


@pytest.mark.parametrize(("symbol", "name"), [("QCB", "INTERMEDIARY"), ("SEAT", "MERCHANT"), ("CUP", "MERCHANT")])
def test_another_holder_of_a_harmless_role_is_found_and_no_key_with_power(issuer, mismatches, symbol, name):
    govern(issuer, symbol, "grantRole", role(name), OTHER)
    what = f"{symbol}: holders of {name.lower()}, by its"
    assert mismatches() == [f"{what} events", f"{what} audit trail"]


def test_a_role_taken_away_again_is_found(issuer, mismatches):
    govern(issuer, "QUSD", "revokeRole", role("BLOCKLISTER"), issuer.address("Governor"))
    what = "QUSD: holders of blocklister, by its"
    assert mismatches() == [f"{what} events", f"{what} audit trail"]


def test_a_minter_s_other_allowance_is_found(issuer, mismatches):
    governor = issuer.address("Governor")
    for allowance in (10**12 + 1, 10**12 - 1, 0):
        govern(issuer, "QUSD", "configureMinter", governor, allowance)
        assert mismatches() == [f"QUSD: allowance of the minter {governor}"]


def test_a_minter_that_params_do_not_know_is_found_and_a_key_loudly(issuer, mismatches):
    govern(issuer, "QUSD", "configureMinter", issuer.address("SecurePayment"), 1)
    assert mismatches() == [f"QUSD: allowance of the minter {issuer.address('SecurePayment')}"]
    govern(issuer, "QUSD", "configureMinter", issuer.address("SecurePayment"), 0)
    govern(issuer, "QUSD", "configureMinter", OTHER, 1)
    assert mismatches() == [f"QUSD: allowance of the minter {OTHER}", f"QUSD: {KEYS}"]


def test_an_allowance_above_what_was_configured_is_found(issuer, mismatches):
    """Storage overwritten, as only a broken chain or token could."""
    governor = issuer.address("Governor")
    asked = issuer.contract("QUSD").encode_abi("minterAllowance", args=[governor])
    slot = slot_behind(issuer, "QUSD", asked, 10**12)
    issuer.chain.ask("anvil_setStorageAt", issuer.address("QUSD"), slot, f"0x{2 * 10**12:064x}")
    assert mismatches() == [f"QUSD: allowance of the minter {governor}, of which left"]


def slot_behind(operator, contract, question, answer):
    """The slot that an answer comes from, by an access list of the question."""
    call = {"to": operator.address(contract), "data": question}
    listed = operator.chain.ask("eth_createAccessList", call, "latest")["accessList"]
    keys = [key for entry in listed for key in entry["storageKeys"]]
    address, web3 = operator.address(contract), operator.chain.web3
    (slot,) = [key for key in keys if int.from_bytes(web3.eth.get_storage_at(address, int(key, 16))) == answer]
    return slot


@pytest.mark.parametrize(("tier", "limit"), [(1, 300_001), (2, 0), (3, 1)])
def test_a_holding_limit_other_than_params_say_is_found(issuer, mismatches, tier, limit):
    govern(issuer, "QCB", "setHoldingLimit", tier, limit)
    assert mismatches() == [f"QCB: holding limit of tier {tier}"]
    limits = ["3000QCB", "30000QCB", "1000000QCB"]
    limits[tier - 1] = f"{limit}units"
    if limit:
        issuer.choose(settlement=True, issued=issued(QCB={"holdingLimits": limits}))
        assert mismatches() == []


def test_a_settlement_s_limit_is_that_of_params_or_found(issuer, mismatches, carry_out, capsys):
    limits = {**params()["governance"]["limits"], "settlement": [{"asset": "native", "capacity": "1ether"}]}
    limits["settlement"][0]["refillSeconds"] = DAY
    chosen = {"settlement": True, "issued": issued()}
    issuer.choose(governance={"limits": limits}, **chosen)
    assert "'Settlement.configureLimit(" in told_by(deploy, issuer, carry_out, capsys)
    govern(issuer, "Settlement", "configureLimit", NATIVE, 10**18, DAY)
    assert mismatches() == []
    issuer.choose(**chosen)
    assert mismatches() == ["Settlement: limit of native coin"]


def test_a_settlement_s_other_fee_is_found(issuer, mismatches):
    govern(issuer, "Settlement", "setFee", 51)
    assert mismatches() == ["Settlement: fee (basis points)"]


def test_another_name_in_params_is_another_address(issuer, mismatches):
    issuer.choose(settlement=True, issued=issued(QUSD={"name": "Another Dollar"}))
    found = mismatches()
    assert {"QUSD: recorded address", "QUSD: recorded arguments"} <= set(found)


def test_a_token_s_guardian_taken_away_is_found(issuer, mismatches):
    govern(issuer, "SEAT", "revokeRole", role("GUARDIAN"), GUARDIAN.address)
    assert "SEAT: guardian has its role" in mismatches()


def test_the_guardian_pauses_tokens_and_settlement_too(tmp_path, issuer, mismatches, carry_out):
    Council(tmp_path, issuer, carry_out).become(GUARDIAN)
    assert carry_out(pause, issuer, contract=[], seconds=DAY) == 0
    assert mismatches() == [f"{name}: paused" for name in ("Governor", *ORDER[3:])]


def test_a_deployer_with_power_over_a_token_is_named(unappointed, carry_out):
    govern(unappointed, "QUSD", "grantRole", role("ENFORCER"), DEPLOYER.address)
    with pytest.raises(DeployerHasPower, match=f"{DEPLOYER.address} is enforcer of QUSD"):
        carry_out(deploy, unappointed)


def test_a_deployer_who_may_mint_is_named(issuer, carry_out):
    govern(issuer, "QUSD", "configureMinter", DEPLOYER.address, 1)
    with pytest.raises(DeployerHasPower, match=f"{DEPLOYER.address} is minter of QUSD"):
        carry_out(deploy, issuer)


@pytest.mark.parametrize("entries", [{"minters": {OTHER: "1QUSD"}}, {"roles": "ENFORCER"}])
def test_params_that_give_a_key_a_power_are_refused_before_anything_is_sent(operator, carry_out, entries):
    if "roles" in entries:
        entries = {"roles": {**issued()["QUSD"]["roles"], "ENFORCER": [OTHER]}}
    operator.choose(issued=issued(QUSD=entries))
    with pytest.raises(KeyWouldHoldPower, match=f"{OTHER}, (MINTER|ENFORCER) of QUSD in params.json, is no contract"):
        carry_out(deploy, operator)
    assert operator.chain.nonce() == 0


def test_params_that_give_the_deployer_a_power_are_refused(operator, carry_out):
    operator.choose(issued=issued(SEAT={"roles": {"MERCHANT": [DEPLOYER.address]}}))
    with pytest.raises(DeployerHasPower, match="is to have power over SEAT"):
        carry_out(deploy, operator)


ROLES = issued()["QUSD"]["roles"]


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"issued": []}, InvalidParams, "issued must be an object of symbols"),
        (
            {"governance": {"limits": {**params()["governance"]["limits"], "settlement": []}}},
            InvalidParams,
            "limits has settlement, but no settlement is asked for",
        ),
        ({"settlement": "yes"}, InvalidParams, "settlement must be true or false, not 'yes'"),
        ({"issued": issued(ether={"contract": "Bep20Token", "name": "x"})}, InvalidParams, "and no unit"),
        ({"issued": issued(Q={"contract": "Bep20Token", "name": "x"})}, InvalidParams, "a symbol is a letter and"),
        ({"issued": issued(Governor={"contract": "Bep20Token", "name": "x"})}, InvalidParams, "something else already"),
        ({"issued": issued(MultiSig={"contract": "Bep20Token", "name": "x"})}, InvalidParams, "something else already"),
        ({"issued": issued(QQQ={"contract": "TestToken"})}, InvalidParams, "whose contract is one of Stablecoin"),
        ({"issued": issued(QQQ={})}, InvalidParams, "whose contract is one of Stablecoin"),
        ({"issued": issued(QUSD={"colour": "red"})}, InvalidParams, "issued QUSD has unknown colour"),
        ({"issued": issued(QUSD={"name": ""})}, InvalidParams, "name of QUSD must be some printable text"),
        ({"issued": issued(QUSD={"name": "a\nb"})}, InvalidParams, "name of QUSD must be some printable text"),
        ({"issued": issued(QUSD={"name": 7})}, InvalidParams, "name of QUSD must be a text, not 7"),
        ({"issued": issued(QUSD={"roles": {"BANK": []}})}, InvalidParams, "roles of QUSD lacks BLOCKLISTER"),
        ({"issued": issued(QUSD={"roles": {**ROLES, "ENFORCER": "Governor"}})}, InvalidParams, "must be a list"),
        ({"issued": issued(QUSD={"roles": {**ROLES, "ENFORCER": ["0x12"]}})}, InvalidAddress, "is not an address"),
        (
            {"issued": issued(QUSD={"roles": {**ROLES, "ENFORCER": ["Governor", "Governor"]}})},
            InvalidParams,
            "ENFORCER of QUSD names somebody twice",
        ),
        (
            {"issued": issued(QUSD={"roles": {**ROLES, "ENFORCER": [GUARDIAN.address]}})},
            InvalidParams,
            "ENFORCER of QUSD is the guardian: who stops must not be one who acts",
        ),
        ({"issued": issued(QUSD={"minters": []})}, InvalidParams, "minters of QUSD must be an object of allowances"),
        ({"issued": issued(QUSD={"minters": {"Governor": 7}})}, InvalidParams, "an amount of QUSD must be a text"),
        ({"issued": issued(QUSD={"minters": {"Governor": "7"}})}, InvalidAmount, "names no unit"),
        ({"issued": issued(QUSD={"minters": {"Governor": "1.0000001QUSD"}})}, InvalidAmount, "finer than one base"),
        ({"issued": issued(QUSD={"minters": {"Governor": f"{2**112}units"}})}, InvalidParams, "is above"),
        (
            {"issued": issued(QUSD={"minters": {OTHER: "1QUSD", OTHER.lower(): "1QUSD"}})},
            InvalidParams,
            "minters of QUSD name somebody twice",
        ),
        ({"issued": issued(QCB={"holdingLimits": ["1QCB"]})}, InvalidParams, "must be 3, one for each tier, not 1"),
        ({"issued": issued(QCB={"holdingLimits": ["1QCB", "1QCB", f"{2**56}units"]})}, InvalidParams, "is above"),
        (
            {"issued": {**issued(), "MUG": issued()["CUP"]}},
            InvalidParams,
            "issued has two vouchers of the same uri",
        ),
        (
            {"tokens": {"QUSD": {"address": OTHER, "decimals": 6}}, "issued": issued()},
            InvalidParams,
            "issued names QUSD, which is something else already",
        ),
        ({"tokens": {"USDX": {"address": OTHER, "decimals": 6, "name": "x"}}}, InvalidParams, "USDX lacks version"),
    ],
)
def test_params_out_of_bounds_are_refused(operator, carry_out, changes, error, words):
    operator.choose(**changes)
    with pytest.raises(error) as refusal:
        carry_out(deploy, operator)
    assert words in str(refusal.value)
    assert operator.chain.nonce() == 0
