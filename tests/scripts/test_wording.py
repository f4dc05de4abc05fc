"""An act in words: everything that is signed is said, by the reader's own ABIs, and what is unknown is called so."""

import json
from pathlib import Path

import pytest
from eth_abi.abi import encode
from eth_utils.abi import abi_to_signature, function_signature_to_4byte_selector
from eth_utils.crypto import keccak

from offchain.core.units import NATIVE
from scripts.papers.agreement import batch, cancellation, operation, owner_change, payment
from scripts.procedure.wording import SENTENCES, Vocabulary, call_words, words_of
from tests.model.calldata import calldata as call

BUILD = Path(__file__).resolve().parents[2] / "build" / "contracts"
WALLET, PROCESSOR = "0x" + "11" * 20, "0x" + "22" * 20
QUSD, QCB, VAULT = "0x" + "66" * 20, "0x" + "77" * 20, "0x" + "88" * 20
USDC, ALICE = "0x" + "33" * 20, "0x" + "44" * 20
NOBODY = "0x" + "55" * 20


def abi(name):
    return json.loads((BUILD / f"{name}.json").read_text())["abi"]


KNOWN = Vocabulary(
    names={
        WALLET: "Governor",
        PROCESSOR: "PaymentProcessor",
        USDC: "USDC",
        ALICE: "owner 1",
        QUSD: "QUSD",
        QCB: "QCB",
        VAULT: "Vault",
    },
    abis={
        WALLET: abi("MultiSig"),
        PROCESSOR: abi("PaymentProcessor"),
        USDC: abi("IERC20Metadata"),
        QUSD: abi("Stablecoin"),
        QCB: abi("CentralBankToken"),
        VAULT: abi("BridgeVault"),
    },
    tokens={USDC: ("USDC", 6), QUSD: ("QUSD", 6), QCB: ("QCB", 2)},
)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (payment(ALICE, 15 * 10**17, NATIVE, 0, 1), [f"pay 1.5 ether to owner 1 {ALICE}"]),
        (payment(NOBODY, 2_500_000, USDC, 0, 1), [f"pay 2.5 USDC to {NOBODY}"]),
        (payment(NOBODY, 7, NOBODY, 0, 1), [f"pay 7 base units of the token {NOBODY} to {NOBODY}"]),
        (
            batch(USDC, [(ALICE, 10**6), (NOBODY, 1)], 0, 1),
            ["pay 1.000001 USDC in all, to 2 payees:", f"1 USDC to owner 1 {ALICE}", f"0.000001 USDC to {NOBODY}"],
        ),
        (
            owner_change(1, [ALICE, NOBODY], 0, 1),
            ["replace the owners: from then on 1 of these 2 must sign:", f"owner 1 {ALICE}", NOBODY],
        ),
        (cancellation(b"\x0a" * 32, 0, 1), [f"cancel the operation 0x{'0a' * 32}"]),
        (
            operation([(ALICE, 10**18, b"")], b"\x01" * 32, 86400, 0, 1),
            [
                f"after 86400 seconds, and after the operation 0x{'01' * 32}:",
                f"send 1 ether to owner 1 {ALICE}, without a call",
            ],
        ),
    ],
)
def test_each_act_is_said_whole(act, words):
    assert words_of(act, KNOWN) == words


SAID = {
    "setFee(uint16)": (PROCESSOR, (125,), f"set the fee of PaymentProcessor {PROCESSOR} to 1.25 %"),
    "setFeeRecipient(address)": (
        PROCESSOR,
        (ALICE,),
        f"send the fees of PaymentProcessor {PROCESSOR} to owner 1 {ALICE}",
    ),
    "configureLimit(address,uint256,uint256)": (
        WALLET,
        (USDC, 5 * 10**6, 60),
        f"let at most 5 USDC leave Governor {WALLET} at once, coming back in 60 seconds",
    ),
    "pause(uint48)": (PROCESSOR, (60,), f"pause PaymentProcessor {PROCESSOR} for 60 seconds"),
    "unpause()": (WALLET, (), f"end the pause of Governor {WALLET}"),
    "updateDelay(uint256)": (WALLET, (86400,), f"let operations of Governor {WALLET} wait 86400 seconds at least"),
    "setGuardian(address)": (WALLET, (NOBODY,), f"make {NOBODY} the guardian of Governor"),
    "setOwners(bytes32,uint256,address[])": (
        WALLET,
        (bytes(32), 1, [ALICE, NOBODY]),
        f"replace the owners: 1 of owner 1 {ALICE}, {NOBODY} must sign",
    ),
    "setVerifier(address,bool)": (
        WALLET,
        (NOBODY, True),
        f"let {NOBODY} take the owners' signatures, and so move money",
    ),
    "grantRole(bytes32,address)": (PROCESSOR, (bytes(32), NOBODY), f"make {NOBODY} governor of PaymentProcessor"),
    "revokeRole(bytes32,address)": (PROCESSOR, (b"\x07" * 32, ALICE), "is no longer holder of the role 0x0707"),
    "beginDefaultAdminTransfer(address)": (PROCESSOR, (NOBODY,), f"HAND OVER PaymentProcessor {PROCESSOR} to {NOBODY}"),
    "transfer(address,uint256)": (USDC, (NOBODY, 1), f"send 0.000001 USDC to {NOBODY}, past the limit"),
    "approve(address,uint256)": (USDC, (NOBODY, 10**6), f"let {NOBODY} take 1 USDC, past the limit"),
    "mint(address,uint256)": (QUSD, (NOBODY, 1_500_000), f"make 1.5 QUSD for {NOBODY}"),
    "issue(address,uint256)": (QCB, (NOBODY, 1050), f"issue 10.5 QCB to {NOBODY}"),
    "burn(uint256)": (QUSD, (10**6,), "destroy 1 QUSD of the wallet's own"),
    "redeem(address,uint256)": (QCB, (ALICE, 1), f"redeem, and so destroy, 0.01 QCB of owner 1 {ALICE}"),
    "setFrozenTokens(address,uint256)": (QUSD, (NOBODY, 7), f"freeze 0.000007 QUSD in all of what {NOBODY} holds"),
    "forcedTransfer(address,address,uint256)": (
        QUSD,
        (NOBODY, ALICE, 10**6),
        f"SEIZE 1 QUSD of {NOBODY} for owner 1 {ALICE}",
    ),
    "blockAccount(address)": (QUSD, (NOBODY,), f"block {NOBODY} in QUSD {QUSD}"),
    "unblockAccount(address)": (QUSD, (NOBODY,), f"unblock {NOBODY} in QUSD {QUSD}"),
    "configureMinter(address,uint256)": (QUSD, (NOBODY, 10**6), f"let {NOBODY} mint 1 QUSD in all from then on"),
    "setHoldingLimit(uint8,uint256)": (QCB, (2, 300_000), "let an account of tier 2 hold 3000 QCB at most"),
    "register(address,uint8)": (QCB, (NOBODY, 1), f"put {NOBODY} into tier 1 of QCB {QCB}"),
    "entrust(address,address)": (QCB, (NOBODY, ALICE), f"let owner 1 {ALICE} register {NOBODY} in QCB {QCB}"),
    "list(uint256,address)": (VAULT, (7, NOBODY), f"let Vault {VAULT} lock for {NOBODY} on chain 7, for good"),
    "unlist()": (VAULT, (), f"let Vault {VAULT} lock nothing more; what it holds still comes back"),
    "rotate(uint256,address[])": (
        VAULT,
        (1, [ALICE, NOBODY]),
        f"let 1 of owner 1 {ALICE}, {NOBODY} attest what arrives at Vault {VAULT}, and nobody else",
    ),
    "configureQueue(uint8,uint48)": (
        VAULT,
        (2, 3600),
        f"let what is above 1/4 of the limit of Vault {VAULT}, and all that waits, wait 3600 seconds",
    ),
    "letGo(uint256,(address,address,uint256))": (
        VAULT,
        (9, (NOBODY, ALICE, 70)),
        f"let the vetoed record 9 of Vault {VAULT} go: 70 of the route's units to owner 1 {ALICE}",
    ),
    "returnQueued(uint256,(address,address,uint256),uint256)": (
        VAULT,
        (9, (NOBODY, ALICE, 70), 1),
        f"return record 9 of Vault {VAULT}, 70 of the route's units, to {NOBODY} across",
    ),
    "rescue(address,address,uint256)": (
        QUSD,
        (USDC, NOBODY, 10**6),
        f"send 1 USDC that strayed into QUSD {QUSD} to {NOBODY}",
    ),
}


def test_every_sentence_is_of_a_function_that_there_is_and_is_tested():
    functions = {abi_to_signature(e) for entries in KNOWN.abis.values() for e in entries if e["type"] == "function"}
    assert set(SENTENCES) == set(SAID)
    assert set(SENTENCES) <= functions


@pytest.mark.parametrize("signature", SAID)
def test_a_known_call_is_said_in_a_sentence_with_the_call_behind_it(signature):
    target, values, words = SAID[signature]
    said = call_words(target, 0, call(signature, *values), KNOWN)
    assert words in said
    assert said.endswith(")]")
    assert f"{KNOWN.names[target]}.{signature.split('(')[0]}(" in said


@pytest.mark.parametrize(
    ("target", "data", "words"),
    [
        (QUSD, call("setFrozenTokens(address,uint256)", NOBODY, 0), f"free all QUSD {QUSD} of what {NOBODY} holds"),
        (QUSD, call("configureMinter(address,uint256)", NOBODY, 0), f"no longer let {NOBODY} mint QUSD {QUSD}"),
        (QCB, call("register(address,uint8)", ALICE, 0), f"take owner 1 {ALICE} out of the register of QCB {QCB}"),
        (QCB, call("entrust(address,address)", NOBODY, "0x" + "00" * 20), f"let any intermediary register {NOBODY} in"),
        (QCB, call("grantRole(bytes32,address)", keccak(text="BANK_ROLE"), ALICE), f"make owner 1 {ALICE} bank of QCB"),
    ],
)
def test_what_ends_something_is_said_to_end_it(target, data, words):
    assert call_words(target, 0, data, KNOWN).startswith(f"{words} ")


def test_a_call_without_a_sentence_is_decoded_argument_by_argument():
    data = bytes(function_signature_to_4byte_selector("settleBatch(address,(address,uint256)[])"))
    data += encode(["address", "(address,uint256)[]"], [USDC, [(ALICE, 1), (NOBODY, 2)]])
    said = call_words(WALLET, 10**18, data, KNOWN)
    payouts = f"[(to owner 1 {ALICE}, amount 1), (to {NOBODY}, amount 2)]"
    assert said == f"call Governor.settleBatch(token USDC {USDC}, payouts {payouts}), with 1 ether"


@pytest.mark.parametrize(
    ("target", "data"),
    [
        (NOBODY, call("setFee(uint16)", 1)),
        (PROCESSOR, b"\x12\x34\x56\x78"),
        (PROCESSOR, b"\x01"),
        (PROCESSOR, call("setFee(uint16)", 1) + b"\0"),
        (PROCESSOR, call("setFee(uint16)", 1)[:-1]),
        (PROCESSOR, call("setFee(uint16)", 1)[:4] + (2**16).to_bytes(32)),
        (WALLET, call("setVerifier(address,bool)", NOBODY, True)[:-1] + b"\x02"),
        (WALLET, call("setGuardian(address)", NOBODY)[:4] + b"\x01" + call("setGuardian(address)", NOBODY)[5:]),
    ],
    ids=["target", "function", "stub", "byte more", "byte less", "overflow", "dirty bool", "dirty address"],
)
def test_what_cannot_be_decoded_to_the_last_byte_is_unknown(target, data):
    said = call_words(target, 0, data, KNOWN)
    assert said.startswith("UNKNOWN CALL of ")
    assert f"0x{data.hex()}" in said


def test_long_unknown_data_is_cut_and_its_length_said():
    said = call_words(NOBODY, 5, b"\xaa" * 1000, KNOWN)
    assert "(1000 bytes)" in said
    assert "with 0.000000000000000005 ether" in said
    assert len(said) < 400
