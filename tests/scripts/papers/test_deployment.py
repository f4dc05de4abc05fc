"""Where a contract will be, and whether what is there is it."""

import json
import subprocess
from pathlib import Path

import pytest
from brownie import web3

from scripts.chain.contract import Artifact
from scripts.papers.deployment import PROXY, Planned, immutable_offsets

ROOT = Path(__file__).resolve().parents[3]
SOURCE = """
pragma solidity 0.8.37;
contract Immutables {
    address immutable who; uint256 immutable much; bytes32 immutable what;
    constructor(address w, uint256 m, bytes32 b) { who = w; much = m; what = b; }
    function all() external view returns (address, uint256, bytes32, uint256) { return (who, much, what, much / 3); }
}
"""


@pytest.fixture(scope="module")
def compiled():
    """A contract with immutables, and where solc says they are."""
    outputs = ["evm.bytecode.object", "evm.deployedBytecode.object", "evm.deployedBytecode.immutableReferences"]
    settings = {"optimizer": {"enabled": True, "runs": 200}, "evmVersion": "cancun"}
    settings["outputSelection"] = {"*": {"*": outputs}}
    request = {"language": "Solidity", "sources": {"a.sol": {"content": SOURCE}}, "settings": settings}
    solc = next((ROOT / ".cache" / "solcx").glob("solc-v*"))
    run = subprocess.run(
        [solc, "--standard-json"], input=json.dumps(request), capture_output=True, text=True, check=True
    )
    return json.loads(run.stdout)["contracts"]["a.sol"]["Immutables"]["evm"]


def test_the_address_is_the_one_that_the_proxy_gives(deployer, processor):
    artifact = Artifact.load(ROOT / "build" / "contracts", "TestToken")
    planned = artifact.planned((), b"\x07" * 32)
    deployer.transfer(PROXY, 0, data="0x" + planned.calldata.hex())
    assert planned.is_code(bytes(web3.eth.get_code(planned.address)))


def test_the_places_of_immutables_are_solc_s(compiled):
    references = compiled["deployedBytecode"]["immutableReferences"].values()
    expected = sorted(place["start"] for places in references for place in places)
    assert len(expected) >= 3
    assert sorted(immutable_offsets(bytes.fromhex(compiled["deployedBytecode"]["object"]))) == expected


def test_code_differs_in_immutables_alone(compiled):
    runtime = bytes.fromhex(compiled["deployedBytecode"]["object"])
    planned = Planned("Immutables", (), bytes(32), b"", runtime)
    offsets = list(immutable_offsets(runtime))
    filled = bytearray(runtime)
    for at in offsets:
        filled[at : at + 32] = b"\xab" * 32
    assert planned.is_code(bytes(filled))
    inside = {at + i for at in offsets for i in range(32)}
    for at in set(range(len(runtime))) - inside:
        changed = bytearray(filled)
        changed[at] ^= 1
        assert not planned.is_code(bytes(changed)), at
    assert not planned.is_code(bytes(filled) + b"\x00")
    assert not planned.is_code(b"")


@pytest.mark.parametrize("contract", ["PaymentProcessor", "SecurePayment"])
def test_a_contract_without_immutables_must_match_byte_for_byte(contract):
    runtime = Artifact.load(ROOT / "build" / "contracts", contract).runtime_code
    assert list(immutable_offsets(runtime)) == []
