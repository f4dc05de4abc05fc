"""Transactions: drafted with every cost known, signed, sent once, and waited for."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address
from hexbytes import HexBytes
from web3 import Web3
from web3.exceptions import ContractLogicError, TransactionNotFound, Web3RPCError
from web3.types import TxParams, TxReceipt

from offchain.core.refusal import Refusal
from scripts.chain.contract import CallRefused, explain
from scripts.papers.deployment import MAX_TRANSACTION_GAS

_POLL_SECONDS = (0.2, 2.0)  # at first, for quick chains; in the end, to spare the node
_PATIENCE_SECONDS = 600
_GAS_MARGIN = (6, 5)


class GasAboveCap(Refusal):
    """The transaction needs more gas than any transaction may use (EIP-7825)."""


class NotMined(Refusal):
    """The transaction was sent and is not mined: it waits for a cheaper time, or was dropped."""


class TransactionReverted(Refusal):
    """The transaction was mined and reverted."""


@dataclass(frozen=True)
class Call:
    """What a transaction does: `value` in wei, and the `abi` whose errors explain a revert.

    `gas` is a bound for a call that cannot be estimated before an earlier one is mined.
    """

    to: str
    data: bytes
    value: int = 0
    gas: int | None = None
    abi: Sequence[Any] = ()


@dataclass(frozen=True)
class Draft:
    """A transaction ready to sign, and the most it can cost in wei, gas and value together."""

    transaction: TxParams
    gas_cost: int
    value: int


@dataclass(frozen=True)
class Signed:
    """A signed transaction: sending it again can do no more than sending it once."""

    hash: str
    raw: str
    nonce: int


@dataclass(frozen=True)
class Sender:
    """An account that sends; without a `key`, the node holds it (development only)."""

    web3: Web3
    address: str
    key: LocalAccount | None
    confirmations: int

    def balance(self) -> int:
        """What the account has, in wei."""
        return self.web3.eth.get_balance(to_checksum_address(self.address))

    def draft(self, call: Call, *, bounded: bool = False) -> Draft:
        """The transaction for `call` at today's fees; `bounded` uses the call's own gas bound in place of an estimate.

        Errors: CallRefused, GasAboveCap.
        """
        transaction = cast(TxParams, {"from": self.address, "to": call.to, "data": HexBytes(call.data)})
        transaction |= cast(TxParams, {"value": call.value, "chainId": self.web3.eth.chain_id})
        gas = call.gas if bounded and call.gas else self._estimate(transaction, call.abi)
        if gas > MAX_TRANSACTION_GAS:
            raise GasAboveCap(f"the transaction needs {gas} gas, above the cap of {MAX_TRANSACTION_GAS} a transaction")
        transaction["gas"] = min(gas * _GAS_MARGIN[0] // _GAS_MARGIN[1], MAX_TRANSACTION_GAS)
        fees = self._fees()
        price = int(fees.get("maxFeePerGas") or fees["gasPrice"])
        return Draft(transaction | fees, transaction["gas"] * price, call.value)

    def send(self, draft: Draft, journal: Callable[[Signed], None], nonce: int | None = None) -> str:
        """Send a draft and answer the transaction's hash; `journal` keeps the signed form before anything is sent.

        A `nonce` given makes it take the place of a transaction that had it: only one of the two can be mined.
        """
        if nonce is None:
            nonce = self.web3.eth.get_transaction_count(to_checksum_address(self.address), "pending")
        transaction = draft.transaction | cast(TxParams, {"nonce": nonce})
        if self.key is None:
            return self.web3.eth.send_transaction(transaction).to_0x_hex()
        made = self.key.sign_transaction(cast(dict[str, Any], transaction))
        signed = Signed(made.hash.to_0x_hex(), made.raw_transaction.to_0x_hex(), nonce)
        journal(signed)
        self.web3.eth.send_raw_transaction(HexBytes(signed.raw))
        return signed.hash

    def resend(self, signed: Signed) -> bool:
        """Send a signed transaction that the node may know; whether it knows it then, or refuses it for good."""
        with suppress(Web3RPCError):  # known already, mined, or no longer acceptable
            self.web3.eth.send_raw_transaction(HexBytes(signed.raw))
        try:
            self.web3.eth.get_transaction(HexBytes(signed.hash))
        except TransactionNotFound:
            return False
        return True

    def wait(self, transaction: str, progress: Callable[[str], None]) -> TxReceipt:
        """The receipt, once the transaction has its confirmations in the chain that then stands.

        Errors: NotMined after ten minutes without a receipt, TransactionReverted.
        """
        told, deadline = -1, time.monotonic() + _PATIENCE_SECONDS
        pause, longest = _POLL_SECONDS
        while True:
            receipt = self.receipt(transaction)
            deep = self.web3.eth.block_number - receipt["blockNumber"] + 1 if receipt else 0
            if deep != told:
                progress(f"{max(0, min(deep, self.confirmations))} of {self.confirmations} confirmations")
                told = deep
            if receipt and deep >= self.confirmations:
                break
            if not receipt and time.monotonic() > deadline:
                raise NotMined(
                    f"transaction {transaction} is not mined yet: run again to wait on, or replace it yourself"
                )
            time.sleep(pause)
            pause = min(pause * 1.1, longest)
        if receipt["status"] != 1:
            raise TransactionReverted(
                f"transaction {transaction} was mined in block {receipt['blockNumber']} and reverted"
            )
        return receipt

    def receipt(self, transaction: str) -> TxReceipt | None:
        """The receipt of a mined transaction."""
        try:
            return self.web3.eth.get_transaction_receipt(HexBytes(transaction))
        except TransactionNotFound:
            return None

    def is_spent(self, nonce: int) -> bool:
        """Whether a mined transaction of this account used `nonce`."""
        return self.web3.eth.get_transaction_count(to_checksum_address(self.address)) > nonce

    def _estimate(self, transaction: TxParams, abi: Sequence[Any]) -> int:
        try:
            return self.web3.eth.estimate_gas(transaction)
        except ContractLogicError as error:
            raise CallRefused(f"the call to {transaction['to']!s} would revert: {explain(error, abi)}") from None

    def _fees(self) -> TxParams:
        """EIP-1559 fees that outlast a doubling of the base fee; a plain gas price where a chain has no base fee."""
        base = self.web3.eth.get_block("latest").get("baseFeePerGas")
        if base is None:
            return {"gasPrice": self.web3.eth.gas_price}
        tip = self.web3.eth.max_priority_fee
        return cast(TxParams, {"maxFeePerGas": 2 * base + tip, "maxPriorityFeePerGas": tip})
