"""The edge of a small machine to the chain: raw requests, the clock, storage, typed errors."""

from contextlib import contextmanager

from brownie.exceptions import VirtualMachineError
from eth_abi import encode
from eth_utils import keccak

from tests.support import rpc, spelled


def wait_until(second):
    rpc("evm_setNextBlockTimestamp", second)
    rpc("evm_mine")


def view(contract, function, *arguments):
    """The answer of a view, and of one with several values a tuple."""
    method = getattr(contract, function)
    request = {"to": contract.address, "data": method.encode_input(*arguments)}
    return method.decode_output(rpc("eth_call", request, "latest"))


def word_of(contract, slot, key):
    """The word that a mapping in `slot` keeps for an address."""
    place = keccak(encode(["address", "uint256"], [key, slot]))
    return int(rpc("eth_getStorageAt", contract.address, "0x" + place.hex(), "latest"), 16)


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
