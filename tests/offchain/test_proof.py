"""A proof is believed only if it holds: nothing that a node can send fakes a payment."""

import copy
import random

import pytest
import rlp
from brownie import web3
from eth_utils.crypto import keccak

from offchain.chain.proof import InvalidHeader, InvalidProof, check_header, check_proof
from offchain.core.payment import Invoice, Status, payment_key
from offchain.core.units import NATIVE
from scripts.chain.proven import fetch_block, fetch_proof
from scripts.papers.invoice import parse_word, receipt_in, receipt_slot

PRICE = 10**18
HEADER_FIELDS = ["parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom"]
HEADER_FIELDS += ["number", "gasLimit", "gasUsed", "timestamp", "mixHash", "nonce", "baseFeePerGas", "withdrawalsRoot"]
HEADER_FIELDS += ["parentBeaconBlockRoot", "requestsHash"]


def ask(method, *arguments):
    return web3.provider.make_request(method, list(arguments))["result"]


@pytest.fixture(scope="module")
def paid(processor, payer, merchant):
    """A paid invoice's slot, among the slots of forty other payments."""
    for number in range(40):
        processor.processPayment(merchant, 1, parse_word(f"other {number}"), {"from": payer, "value": 1})
    invoice = Invoice(NATIVE, merchant.address, PRICE, parse_word("INV-1"))
    processor.processPayment(merchant, PRICE, invoice.payment_id, {"from": payer, "value": PRICE})
    return receipt_slot(payment_key(web3.eth.chain_id, processor.address, invoice))


@pytest.fixture(scope="module")
def block(paid):
    return fetch_block(web3, web3.eth.block_number)


@pytest.fixture
def answer(processor, paid, block):
    return ask("eth_getProof", processor.address, [f"0x{paid:064x}"], hex(block.number))


def flip(text, at=-1):
    """The hexadecimal text with one bit of one byte changed."""
    data = bytearray.fromhex(text[2:])
    data[at] ^= 1
    return "0x" + data.hex()


def test_a_payment_is_proven_from_the_block_s_hash(processor, paid, block, payer):
    proof = fetch_proof(web3, processor.address, paid, fetch_block(web3, block.hash))
    receipt = receipt_in(proof.value)
    assert (receipt.payer, receipt.status) == (payer.address, Status.PAID)
    assert len(proof.storage_proof) >= 2


def test_an_absent_payment_is_proven_absent(processor, paid, block):
    assert fetch_proof(web3, processor.address, paid + 1, block).value == 0


def test_a_contract_without_storage_proves_every_slot_empty(deployer, block):
    bare = deployer.transfer(data="0x6001600c60003960016000f300").contract_address
    latest = fetch_block(web3, web3.eth.block_number)
    assert fetch_proof(web3, bare, 0, latest).value == 0


@pytest.mark.parametrize("part", ["accountProof", "storageProof"])
def test_every_tampered_node_is_found(processor, paid, block, answer, part):
    nodes = answer[part] if part == "accountProof" else answer[part][0]["proof"]
    for number, node in enumerate(nodes):
        for at in range((len(node) - 2) // 2):
            tampered = copy.deepcopy(answer)
            (tampered[part] if part == "accountProof" else tampered[part][0]["proof"])[number] = flip(node, at)
            with pytest.raises(InvalidProof):
                check_proof(tampered, processor.address, paid, block)


@pytest.mark.parametrize("part", ["accountProof", "storageProof"])
def test_a_truncated_proof_is_found(processor, paid, block, answer, part):
    nodes = answer[part] if part == "accountProof" else answer[part][0]["proof"]
    for length in range(len(nodes)):
        truncated = copy.deepcopy(answer)
        target = truncated if part == "accountProof" else truncated["storageProof"][0]
        target["accountProof" if part == "accountProof" else "proof"] = nodes[:length]
        with pytest.raises(InvalidProof):
            check_proof(truncated, processor.address, paid, block)


def test_a_claimed_value_that_the_proof_denies_is_found(processor, paid, block, answer):
    for value in ("0x0", "0x1", flip("0x" + f"{int(answer['storageProof'][0]['value'], 16):064x}")):
        answer["storageProof"][0]["value"] = value
        with pytest.raises(InvalidProof, match="its proof says"):
            check_proof(answer, processor.address, paid, block)


def test_an_absence_claimed_with_an_empty_proof_is_found(processor, paid, block, answer):
    answer["storageProof"][0].update(value="0x0", proof=[])
    with pytest.raises(InvalidProof):
        check_proof(answer, processor.address, paid, block)


def test_the_proof_of_another_account_is_found(processor, secure, paid, block, answer):
    theirs = ask("eth_getProof", secure.address, [f"0x{paid:064x}"], hex(block.number))
    with pytest.raises(InvalidProof):
        check_proof(answer, secure.address, paid, block)
    with pytest.raises(InvalidProof):
        check_proof({**answer, "accountProof": theirs["accountProof"]}, processor.address, paid, block)


def test_a_storage_trie_of_the_node_s_own_making_is_found(processor, paid, block, answer):
    word = rlp.encode((1 << 208 | 7).to_bytes(32, "big").lstrip(b"\x00"))
    leaf = rlp.encode([b"\x20" + keccak(paid.to_bytes(32, "big")), word])
    forged = {"value": hex(1 << 208 | 7), "proof": ["0x" + leaf.hex()]}
    with pytest.raises(InvalidProof):
        check_proof({**answer, "storageProof": [forged]}, processor.address, paid, block)


def test_a_proof_of_an_older_block_is_found(processor, paid, block, answer, payer, merchant):
    processor.processPayment(merchant, 1, parse_word("later"), {"from": payer, "value": 1})
    with pytest.raises(InvalidProof):
        check_proof(answer, processor.address, paid, fetch_block(web3, web3.eth.block_number))


@pytest.mark.parametrize(
    "answered",
    [
        *(None, [], {}, "0x", {"storageProof": []}, {"storageProof": [{}], "accountProof": []}, 7),
        {"storageProof": [{"value": "0x0", "proof": ["zz"]}], "accountProof": []},
        {"storageProof": [{"value": None, "proof": []}], "accountProof": []},
        {"storageProof": [{"value": "0x0", "proof": []}], "accountProof": ["0x" + "00" * 5000]},
        {"storageProof": [{"value": "0x0", "proof": []}], "accountProof": ["0x80"] * 66},
    ],
)
def test_a_malformed_answer_is_found(processor, paid, block, answered):
    with pytest.raises(InvalidProof):
        check_proof(answered, processor.address, paid, block)


def test_random_damage_never_changes_what_is_proven(processor, paid, block, answer):
    chance = random.Random(7)
    true_value = check_proof(answer, processor.address, paid, block).value
    believed = 0
    for _ in range(300):
        damaged = copy.deepcopy(answer)
        nodes = chance.choice([damaged["accountProof"], damaged["storageProof"][0]["proof"]])
        deed = chance.choice(["drop", "repeat", "swap", "flip", "junk"])
        if deed == "drop":
            nodes.pop(chance.randrange(len(nodes)))
        elif deed == "repeat":
            nodes.append(chance.choice(nodes))
        elif deed == "swap":
            chance.shuffle(nodes)
        elif deed == "flip":
            number = chance.randrange(len(nodes))
            nodes[number] = flip(nodes[number], chance.randrange(32))
        else:
            nodes.append("0x" + chance.randbytes(chance.randrange(60)).hex())
        try:
            assert check_proof(damaged, processor.address, paid, block).value == true_value
            believed += 1
        except InvalidProof:
            pass
    assert 0 < believed < 300


@pytest.mark.parametrize("field", HEADER_FIELDS)
def test_every_tampered_field_of_a_header_is_found(block, field):
    header = ask("eth_getBlockByNumber", hex(block.number), False)
    value = header[field]
    changed = hex(int(value, 16) + 1) if len(value) % 2 or len(value) < 18 else flip(value)
    with pytest.raises(InvalidHeader):
        check_header({**header, field: changed})
    with pytest.raises(InvalidHeader):
        check_header({name: value for name, value in header.items() if name != field})


@pytest.mark.parametrize("header", [{}, {"hash": "0x"}, dict.fromkeys(HEADER_FIELDS)])
def test_a_malformed_header_is_found(header):
    with pytest.raises(InvalidHeader):
        check_header(header)
