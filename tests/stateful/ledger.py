"""The edge of a small machine to the chain: raw requests, the clock, storage, typed errors."""

from contextlib import contextmanager

from brownie import web3
from brownie.exceptions import VirtualMachineError
from eth_abi import encode
from eth_utils import keccak

from tests.support import spelled


def ask(method, *parameters):
    """The result of a raw request; Brownie's own way takes ten times as long."""
    response = web3.provider.make_request(method, list(parameters))
    assert "error" not in response, response["error"]
    return response["result"]


def wait_until(second):
    ask("evm_setNextBlockTimestamp", second)
    ask("evm_mine")


def view(contract, function, *arguments):
    """The answer of a view, and of one with several values a tuple."""
    method = getattr(contract, function)
    request = {"to": contract.address, "data": method.encode_input(*arguments)}
    return method.decode_output(ask("eth_call", request, "latest"))


def word_of(contract, slot, key):
    """The word that a mapping in `slot` keeps for an address."""
    place = keccak(encode(["address", "uint256"], [key, slot]))
    return int(ask("eth_getStorageAt", contract.address, "0x" + place.hex(), "latest"), 16)


@contextmanager
def ends_with(error, *values):
    """The block ends with exactly this typed error, or without one if `error` is None."""
    try:
        yield
    except VirtualMachineError as revert:
        expected = None if error is None else spelled(error, *values)
        assert revert.revert_msg == expected, f"reverted with {revert.revert_msg!r}, not {expected!r}"
    else:
        assert error is None, f"did not revert with {error}"
