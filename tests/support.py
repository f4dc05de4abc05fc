"""Makes tests on the local chain quick and steady, and states their expectations: nothing changes what is tested."""

import gc
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
from brownie import chain, web3
from brownie._config import CONFIG
from brownie.exceptions import VirtualMachineError
from brownie.network import contract, rpc
from web3 import HTTPProvider, IPCProvider
from web3.middleware import Web3Middleware

NATIVE = "0x" + "00" * 20

_verify_deployed_code = contract._verify_deployed_code


def _verify_with_immutables(address: str, expected: str, language: str) -> bool:
    """Brownie drops source map, and so coverage and tracebacks, of a contract whose code holds immutables."""
    if _verify_deployed_code(address, expected, language):
        return True
    actual = web3.eth.get_code(address).hex().removeprefix("0x")
    expected = re.sub(r"__\$[0-9a-f]{34}\$__", "0" * 40, expected.removeprefix("0x"))
    return len(actual) == len(expected) and all(a == e or e == "0" for a, e in zip(actual, expected, strict=True))


class _WaitMined(Web3Middleware):
    """anvil answers eth_sendTransaction before its receipt can be read; Brownie then sleeps or calls it dropped."""

    def wrap_make_request(self, make_request: Any) -> Any:
        def middleware(method: str, params: Any) -> Any:
            response = make_request(method, params)
            if method in ("eth_sendTransaction", "eth_sendRawTransaction") and response.get("result"):
                for _ in range(5000):
                    if make_request("eth_getTransactionReceipt", [response["result"]]).get("result"):
                        break
                    time.sleep(0.001)
            return response

        return middleware


def speed_up() -> None:
    """IPC in place of HTTP (coverage needs HTTP), no checks of our own requests, no undo buffer, no stack walks."""
    contract._verify_deployed_code = _verify_with_immutables
    if CONFIG.argv["coverage"]:
        session = requests.Session()
        session.trust_env = False
        web3.provider = HTTPProvider(web3.provider.endpoint_uri, {"timeout": 120}, session=session)
    else:
        web3.provider = IPCProvider(os.environ["QUITTANCE_IPC"], timeout=120)
    web3.middleware_onion.remove("validation")
    web3.middleware_onion.inject(_WaitMined, "wait_mined", layer=0)
    for function in (contract._ContractMethod.transact, contract.ContractTx.__call__):
        function.__kwdefaults__["silent"] = None
    type(chain)._add_to_undo_buffer = lambda *args: None
    for name in ("snapshot", "revert", "sleep", "mine"):
        # Brownie walks the whole stack each time to warn of callers other than its own chain object
        setattr(type(rpc), name, getattr(type(rpc), name).__closure__[0].cell_contents)
    gc.collect()
    gc.freeze()


@contextmanager
def reverts(error: str, *values: Any) -> Iterator[None]:
    """Expect exactly the typed error `error` with exactly these values, e.g. `reverts("ZeroAmount")`."""
    expected = spelled(error, *values)
    try:
        yield
    except VirtualMachineError as revert:
        got = revert.revert_msg or ""
        assert got == expected, f"reverted with {got!r}, not {expected!r}"
    else:
        raise AssertionError(f"did not revert with {expected!r}")


@contextmanager
def reverts_silently() -> Iterator[None]:
    """Expect a revert without data, as the ABI decoder gives for a malformed call."""
    try:
        yield
    except VirtualMachineError as revert:
        assert not revert.revert_msg, f"reverted with {revert.revert_msg!r}"
    else:
        raise AssertionError("did not revert")


def spelled(error: str, *values: Any) -> str:
    """Brownie's spelling of a typed error: addresses in lower case, bytes as Python writes them."""
    return f"{error}: {', '.join(_spell(value) for value in values)}"


def _spell(value: Any) -> str:
    if isinstance(value, bytes):
        return str(bytes(value))
    text = str(value)
    return text.lower() if re.fullmatch(r"0x[0-9a-fA-F]{40}", text) else text


def payment_id(text: str) -> bytes:
    """A merchant's reference as bytes32."""
    return bytes(web3.keccak(text=text))


def emitted(tx: Any, source: Any) -> list[tuple[Any, ...]]:
    """What `source` logged in a transaction, in order: each event's name, then all its fields, as `event` has them."""
    return [event(log.name, *log.values()) for log in tx.events if log.address == source.address]


def event(name: str, *fields: Any) -> tuple[Any, ...]:
    """An event of that name with exactly these fields."""
    return name, *(_plain(field) for field in fields)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return bytes(value)
    return str(value) if isinstance(value, str) else getattr(value, "address", value)


def at(timestamp: int) -> None:
    """The next transaction is mined in that very second."""
    answer = web3.provider.make_request("evm_setNextBlockTimestamp", [timestamp])
    assert "error" not in answer, answer["error"]


def holdings(assets: Iterable[Any], accounts: Iterable[Any]) -> dict[tuple[str, str], int]:
    """What each account holds of each asset, by plain requests: Brownie's own calls would take longer than the test."""
    return {(str(asset), str(account)): _held(str(asset), str(account)) for asset in assets for account in accounts}


def _held(asset: str, account: str) -> int:
    if asset == NATIVE:
        answer = web3.provider.make_request("eth_getBalance", [account, "latest"])
    else:
        data = "0x70a08231" + account.removeprefix("0x").zfill(64)
        answer = web3.provider.make_request("eth_call", [{"to": asset, "data": data}, "latest"])
    return int(answer["result"], 16)
