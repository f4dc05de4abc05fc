"""Logs of a contract: all of them, in ranges that the node accepts, decoded strictly; the audit trail among them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import requests
from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import collapse_if_tuple, event_abi_to_log_topic
from eth_utils.address import to_checksum_address
from hexbytes import HexBytes
from web3 import Web3
from web3.exceptions import Web3Exception
from web3.types import FilterParams, LogReceipt

from offchain.core.refusal import Refusal
from scripts.chain.contract import Contract
from scripts.papers import audit
from scripts.papers.audit import AuditRecord


class LogsRefused(Refusal):
    """The node gives no logs, however few are asked for."""


class MalformedLog(Refusal):
    """A log is not what the contract's event declares."""


@dataclass(frozen=True)
class Event:
    """One event with its values by name, and where it stands."""

    name: str
    values: Mapping[str, Any]
    block: int
    transaction: str


@dataclass(frozen=True)
class Trail:
    """The audit trail of a contract at a block: its records, and the head and the length that the chain holds."""

    contract: str
    block: int
    records: Sequence[AuditRecord]
    head: bytes
    length: int

    def prove(self, chain_id: int) -> None:
        """Prove that no record was dropped, swapped, edited or inserted. Raises BrokenTrail."""
        audit.verify(self.records, chain_id, self.contract, self.head, self.length)


def first_block(web3: Web3, address: str) -> int:
    """The block in which the code at an address appeared, as far back as the node remembers; else 0."""
    low, high = 0, int(web3.eth.block_number)
    with suppress(Web3Exception, requests.RequestException, ValueError):
        while low < high:
            middle = (low + high) // 2
            if web3.eth.get_code(to_checksum_address(address), middle):
                high = middle
            else:
                low = middle + 1
        return low
    return 0


def read_events(contract: Contract, names: Sequence[str], first: int, last: int) -> list[Event]:
    """Every event of these names, in the order of the chain. Errors: LogsRefused, MalformedLog."""
    declared = {_topic(e): e for e in contract.abi if e["type"] == "event" and e["name"] in names}
    return [_event(log, declared) for log in _read_logs(contract, list(declared), first, last)]


def read_trail(contract: Contract, first: int, last: int) -> Trail:
    """The audit trail, head and length as they were at block `last`. Errors: LogsRefused, MalformedLog."""
    records = []
    for log in _read_logs(contract, [audit.ACT_RECORDED], first, last):
        try:
            records.append(audit.record_of([bytes(topic) for topic in log["topics"]], bytes(log["data"])))
        except (ValueError, DecodingError):
            raise MalformedLog(f"a log of {contract.address} is no record of its audit trail") from None
    head = contract.read("auditHead", block=last)
    return Trail(contract.address, last, records, head, contract.read("auditLength", block=last))


def _read_logs(contract: Contract, topics: Sequence[bytes], first: int, last: int) -> list[LogReceipt]:
    """Nodes cap ranges and answers, each otherwise: a range that is refused is halved."""
    logs: list[LogReceipt] = []
    span = max(last - first + 1, 1)
    while first <= last:
        end = min(first + span - 1, last)
        asked = {"address": to_checksum_address(contract.address), "fromBlock": first, "toBlock": end}
        asked["topics"] = [[HexBytes(topic) for topic in topics]]
        try:
            found = contract.web3.eth.get_logs(cast(FilterParams, asked))
        except (Web3Exception, requests.HTTPError, ValueError) as error:
            if span == 1:
                raise LogsRefused(f"the node gives no logs of block {first}: {str(error)[:200]}") from None
            span = (span + 1) // 2
            continue
        logs += found
        first = end + 1
    return logs


def _event(log: LogReceipt, declared: Mapping[bytes, Any]) -> Event:
    topics = [bytes(topic) for topic in log["topics"]]
    entry = declared.get(topics[0]) if topics else None
    if entry is None:
        raise MalformedLog("the node answered a log that was not asked for")
    indexed = [i for i in entry["inputs"] if i["indexed"]]
    plain = [i for i in entry["inputs"] if not i["indexed"]]
    try:
        words = [decode([i["type"]], topic)[0] for i, topic in zip(indexed, topics[1:], strict=True)]
        rest = decode([collapse_if_tuple(i) for i in plain], bytes(log["data"]))
    except (DecodingError, ValueError):
        raise MalformedLog(f"a log of {entry['name']} is malformed") from None
    values = {i["name"]: _plain(i["type"], v) for i, v in zip([*indexed, *plain], [*words, *rest], strict=True)}
    return Event(entry["name"], values, log["blockNumber"], log["transactionHash"].to_0x_hex())


def _topic(entry: Any) -> bytes:
    return bytes(event_abi_to_log_topic(entry))


def _plain(kind: str, value: Any) -> Any:
    if kind == "address":
        return to_checksum_address(value)
    return [to_checksum_address(item) for item in value] if kind == "address[]" else value
