"""What follows from a node's error: by the words of the clients that people run."""

import pytest

from offchain.core.node_error import Kind, classify

SAID = [
    (Kind.ALREADY_KNOWN, -32000, "already known"),  # geth, Erigon
    (Kind.ALREADY_KNOWN, -32010, "AlreadyKnown"),  # Nethermind
    (Kind.ALREADY_KNOWN, -32000, "Known transaction"),  # Besu
    (Kind.ALREADY_KNOWN, -32003, "transaction already imported"),  # anvil
    (Kind.ALREADY_KNOWN, -32010, "Transaction with the same hash was already imported."),  # OpenEthereum
    (Kind.ALREADY_KNOWN, -32000, "ALREADY_EXISTS: already known"),
    (Kind.NONCE_TOO_LOW, -32000, "nonce too low: next nonce 5, tx nonce 4"),
    (Kind.NONCE_TOO_LOW, -32003, "nonce too low"),
    (Kind.NONCE_TOO_LOW, -32010, "OldNonce, Current nonce: 5, nonce of rejected tx: 4"),
    (Kind.NONCE_TOO_LOW, -32010, "Transaction nonce is too low. Try incrementing the nonce."),
    (Kind.UNDERPRICED, -32000, "replacement transaction underpriced"),
    (Kind.UNDERPRICED, -32000, "transaction underpriced: tip needed 1000000000, tip permitted 1"),
    (Kind.UNDERPRICED, -32000, "max fee per gas less than block base fee: address 0x00, maxFeePerGas: 1, baseFee: 7"),
    (Kind.UNDERPRICED, -32010, "FeeTooLow, MaxFeePerGas too low"),
    (Kind.UNDERPRICED, -32010, "ReplacementNotAllowed"),
    (Kind.UNDERPRICED, -32009, "Gas price below configured minimum gas price"),
    (Kind.NO_FUNDS, -32000, "insufficient funds for gas * price + value: balance 0, tx cost 21000"),
    (Kind.NO_FUNDS, -32003, "Insufficient funds for gas * price + value"),
    (Kind.NO_FUNDS, -32004, "Upfront cost exceeds account balance"),
    (Kind.NO_FUNDS, -32010, "InsufficientFunds, Balance is 0 less than sending value"),
    (Kind.TRANSIENT, -32005, "daily request count exceeded, request rate limited"),
    (Kind.TRANSIENT, 429, "Too Many Requests"),
    (Kind.TRANSIENT, -32000, "header not found"),
    (Kind.TRANSIENT, -32000, "txpool is full"),
    (Kind.TRANSIENT, -32603, "Internal error"),
    (Kind.TRANSIENT, -32000, "missing trie node 00 (path )"),
    (Kind.TRANSIENT, -32002, "request timed out"),
    (Kind.REVERTED, 3, "execution reverted: Insufficient"),
    (Kind.REVERTED, -32000, "execution reverted"),
    (Kind.REVERTED, -32015, "VM execution error: Reverted; VM Exception while processing transaction: revert"),
    (Kind.PERMANENT, -32000, "intrinsic gas too low: gas 1, minimum needed 21000"),
    (Kind.PERMANENT, -32000, "exceeds block gas limit"),
    (Kind.PERMANENT, -32000, "invalid sender"),
    (Kind.PERMANENT, -32000, "invalid chain id for signer: have 2 want 1"),
    (Kind.PERMANENT, -32000, "oversized data: transaction size 200000, limit 131072"),
    (Kind.PERMANENT, -32000, "max priority fee per gas higher than max fee per gas"),
    (Kind.PERMANENT, -32601, "the method eth_foo does not exist"),
    (Kind.PERMANENT, -32602, "invalid argument 0: hex string of odd length"),
]


@pytest.mark.parametrize(("kind", "code", "message"), SAID, ids=[message[:40] for _, _, message in SAID])
def test_an_error_is_told_by_its_words(kind, code, message):
    assert classify(code, message) is kind


@pytest.mark.parametrize("message", [message for kind, _, message in SAID if kind is not Kind.REVERTED])
def test_a_contract_cannot_pass_its_reason_for_the_node_s_own_words(message):
    assert classify(3, message) is Kind.REVERTED
    assert classify(-32000, f"execution reverted: {message}") is Kind.REVERTED


def test_what_nobody_said_before_is_no_reason_to_give_up():
    assert classify(-32000, "the cat sat on the cable") is Kind.TRANSIENT
    assert classify(-39999, "") is Kind.TRANSIENT
