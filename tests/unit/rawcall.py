"""Calls of bytes that no encoder would write."""

from brownie import web3
from brownie.exceptions import decode_typed_error


def refusal(contract, data, sender=None):
    """What a call of these bytes reverts with, in Brownie's spelling; "" without a reason, None if it does not."""
    call = {"to": contract.address, "data": "0x" + data.hex(), **({"from": str(sender)} if sender else {})}
    answer = web3.provider.make_request("eth_call", [call, "latest"])
    if "error" not in answer:
        return None
    reason = answer["error"].get("data", "0x")
    return decode_typed_error(reason) if reason != "0x" else ""
