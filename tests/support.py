"""Makes tests on the local chain quick and steady, and states their expectations; what is tested stays as it is."""

import gc
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
from brownie import chain, project, web3
from brownie._config import CONFIG
from brownie.exceptions import VirtualMachineError, decode_typed_error, parse_errors_from_abi
from brownie.network import contract, history
from brownie.network.rpc import Rpc
from brownie.network.transaction import TransactionReceipt
from web3 import HTTPProvider, IPCProvider
from web3.middleware import Web3Middleware

from scripts.papers.signed import PERMIT2
from scripts.permit2 import permit2_deployment

NATIVE = "0x" + "00" * 20
NO_VALUE = "Cannot send ether to nonpayable function"

_verify_deployed_code = contract._verify_deployed_code
_get_trace = TransactionReceipt._get_trace
_expecting_a_revert = False
_next_second = 0


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


def _get_revert_data(tx: TransactionReceipt) -> None:
    """Where a revert is expected its data is enough: the trace, megabytes of steps, is for those that surprise."""
    if not _expecting_a_revert or tx.status != 0 or tx._raw_trace is not None or CONFIG.argv["coverage"]:
        return _get_trace(tx)
    data = rpc("debug_traceTransaction", tx.txid, {"tracer": "callTracer"}).get("output", "0x")
    tx._revert_msg = decode_typed_error(data) if data != "0x" else ""
    tx._dev_revert_msg, tx._raw_trace, tx._trace, tx._modified_state = "", [], [], False
    return None


@contextmanager
def _expecting() -> Iterator[None]:
    global _expecting_a_revert
    _expecting_a_revert = True
    try:
        yield
    finally:
        _expecting_a_revert = False


def _undo_view_and_keep_the_time(snapshot: Any) -> None:
    """Coverage asks a view by a transaction and undoes it: the second set for the next one must outlast that.

    By a plain request: Brownie would have every object it knows of look whether it is still there, 0.2 seconds a view.
    """
    rpc("evm_revert", snapshot)
    history._revert(web3.eth.block_number)  # the one object that must know: it counts the senders' nonces
    if _next_second > now():
        at(_next_second)


def stop_the_clock() -> None:
    """From now on each block has the time of the one before it, unless a test says otherwise: none depends on ours."""
    rpc("anvil_setBlockTimestampInterval", 0)


def forget_the_time() -> None:
    """What a test set for a next transaction that it never sent is no other test's business."""
    global _next_second
    _next_second = 0


def speed_up() -> None:
    """IPC in place of HTTP (coverage needs HTTP), no checks of our own requests, no undo buffer, no stack walks."""
    contract._verify_deployed_code = _verify_with_immutables
    contract._revert_transact_call = _undo_view_and_keep_the_time
    TransactionReceipt._get_trace = _get_revert_data
    if CONFIG.argv["coverage"]:
        session = requests.Session()
        session.trust_env = False
        web3.provider = HTTPProvider(web3.provider.endpoint_uri, {"timeout": 120}, session=session)
    else:
        web3.provider = IPCProvider(f"{os.environ['QUITTANCE_CHAIN']}/ipc", timeout=120)
    for name in ("validation", "ens_name_to_address"):
        web3.middleware_onion.remove(name)
    web3.middleware_onion.inject(_WaitMined, "wait_mined", layer=0)
    for function in (contract._ContractMethod.transact, contract.ContractTx.__call__):
        function.__kwdefaults__["silent"] = None
    type(chain)._add_to_undo_buffer = lambda *args: None
    for name in ("snapshot", "revert", "sleep", "mine"):
        # Brownie walks the whole stack each time to warn of callers other than its own chain object
        setattr(Rpc, name, getattr(Rpc, name).__closure__[0].cell_contents)
    gc.collect()
    gc.freeze()


@contextmanager
def reverts(error: str, *values: Any) -> Iterator[None]:
    """Expect exactly the typed error `error` with exactly these values, e.g. `reverts("ZeroAmount")`."""
    expected = spelled(error, *values)
    try:
        with _expecting():
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
        with _expecting():
            yield
    except VirtualMachineError as revert:
        # Brownie's own words for such a revert, when it has the whole trace, as under coverage
        assert revert.revert_msg in (None, "", NO_VALUE), f"reverted with {revert.revert_msg!r}"
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


def now() -> int:
    """The time of the latest block, in seconds."""
    return int(rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)


def at(second: int) -> None:
    """The next transaction is mined in that very second."""
    global _next_second
    _next_second = second
    rpc("evm_setNextBlockTimestamp", second)


def wait(seconds: int) -> None:
    """The next transaction is mined that much after the latest block."""
    at(now() + seconds)


def holdings(assets: Iterable[Any], accounts: Iterable[Any]) -> dict[tuple[str, str], int]:
    """What each account holds of each asset, by plain requests: Brownie's own calls would take longer than the test."""
    return {(str(asset), str(account)): _held(str(asset), str(account)) for asset in assets for account in accounts}


def _held(asset: str, account: str) -> int:
    if asset == NATIVE:
        return int(rpc("eth_getBalance", account, "latest"), 16)
    data = "0x70a08231" + account.removeprefix("0x").zfill(64)
    return int(rpc("eth_call", {"to": asset, "data": data}, "latest"), 16)


def send(sender: Any, method: Any, *arguments: Any, value: int = 0) -> int:
    """A transaction by plain requests, in a tenth of Brownie's time; the gas it used. Coverage does not see it."""
    call = {"from": str(sender), "to": method._address, "data": method.encode_input(*arguments)}
    call |= {"value": hex(value), "gas": hex(2**24), "gasPrice": "0x0"}
    receipt = mined(call)
    assert receipt["status"] == "0x1", f"{method._name} reverted"
    return int(receipt["gasUsed"], 16)


def deploy_permit2(sender: Any) -> None:
    """Permit2 at its own address, if this chain has none yet, and its errors by name."""
    parse_errors_from_abi(project.get_loaded_projects()[0].interface.IPermit2.abi)
    if rpc("eth_getCode", PERMIT2, "latest") == "0x":
        mined({"from": str(sender), **permit2_deployment()})
        assert rpc("eth_getCode", PERMIT2, "latest") != "0x"


def sign(account: Any, typed_data: dict[str, Any]) -> bytes:
    """An account of the local chain signs (EIP-712), 65 bytes: the digest is the node's own."""
    return bytes.fromhex(rpc("eth_signTypedData_v4", str(account), typed_data)[2:])


def mined(call: dict[str, str]) -> dict[str, Any]:
    """Send a call as the chain takes it; its receipt."""
    txid = rpc("eth_sendTransaction", call)
    while not (receipt := rpc("eth_getTransactionReceipt", txid)):
        time.sleep(0.001)
    return receipt


def rpc(method: str, *params: Any) -> Any:
    """The result of a raw request; Brownie's own way takes ten times as long."""
    answer = web3.provider.make_request(method, params)
    assert "error" not in answer, answer["error"]
    return answer["result"]
