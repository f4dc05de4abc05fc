"""Permit2 as it is on every public chain, for a local one that has no Permit2 yet.

Its address follows from its code (CREATE2), so code that does not lead to it is not Permit2's. The npm package of
Uniswap's periphery has the code as it was deployed on one chain: what the constructor wrote there is taken out again.
"""

import re
from pathlib import Path

from eth_utils.address import to_canonical_address
from eth_utils.crypto import keccak

from scripts.papers.signed import PERMIT2

SOURCE = Path(__file__).resolve().parent.parent / "tools/node_modules/@uniswap/v4-periphery/lib/permit2"
DEPLOYER = "0x4e59b44847b379578588920cA78FbF26c0B4956C"  # of anyone's code by CREATE2; anvil starts with it
SALT = bytes.fromhex("0000000000000000000000000000000000000000d3af2663da51c10215000000")
WRITTEN = (0x1B21, 0x1B47)  # where the constructor puts the chain's id and the domain separator
# What runs once and leaves the rest behind it; solc 0.8.17 made it of Permit2's constructor.
CONSTRUCTOR = bytes.fromhex(
    "60c0346100bb574660a052602081017f8cad95687ba82c2ce50e74f7b754645e5117c3a5bec8151c0726d5857980a86681527f9ac997416e8f"
    "f9d2ff6bebeb7149f65cdae5e32e2b90440b566bb3044041d36a60408301524660608301523060808301526080825260a082019180831060"
    "018060401b038411176100a557826040525190206080526123c090816100c1823960805181611b47015260a05181611b210152f35b634e48"
    "7b7160e01b600052604160045260246000fd5b600080fdfe"
)


def permit2_deployment() -> dict[str, str]:
    """The transaction that deploys Permit2: to whom, with what data, in hex.

    Raises ValueError if the package's code is not Permit2's.
    """
    text = (SOURCE / "test/utils/DeployPermit2.sol").read_text()
    match = re.search(r'hex"([0-9a-f]+)"', text)
    deployed = bytearray.fromhex(match.group(1) if match else "")
    for offset in WRITTEN:
        deployed[offset : offset + 32] = bytes(32)
    code = CONSTRUCTOR + deployed
    created = keccak(b"\xff" + bytes.fromhex(DEPLOYER[2:]) + SALT + keccak(code))[12:]
    if created != to_canonical_address(PERMIT2):
        raise ValueError("the package's code does not lead to Permit2's address")
    return {"to": DEPLOYER, "data": "0x" + (SALT + code).hex()}
