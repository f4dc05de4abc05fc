"""The networks: what is configured, and a deployment simulated on a local chain with each chain id."""

import pytest
import yaml
from brownie._config import CONFIG

from scripts import deploy, verify
from scripts.chain.contract import Artifact
from scripts.chain.network import load_networks
from scripts.papers.params import Params
from scripts.procedure.expected import contracts_of
from tests.scripts.local_chain import BUILD, ROOT, Operator, params

CHAIN_IDS = {
    "mainnet": 1,
    "sepolia": 11155111,
    "polygon": 137,
    "polygon-amoy": 80002,
    "arbitrum": 42161,
    "arbitrum-sepolia": 421614,
    "optimism": 10,
    "optimism-sepolia": 11155420,
    "base": 8453,
    "base-sepolia": 84532,
    "bnb": 56,
    "bnb-testnet": 97,
    "zksync": 324,
    "zksync-sepolia": 300,
}
NETWORKS = load_networks(ROOT / "tools" / "networks.yaml")


def test_the_fourteen_live_networks_have_their_chain_ids():
    assert {network.id: network.chain_id for network in NETWORKS.values() if network.is_live} == CHAIN_IDS


@pytest.mark.parametrize("network_id", CHAIN_IDS)
def test_a_live_network_s_rpc_address_comes_from_the_environment_alone(network_id):
    variable = f"{network_id.upper().replace('-', '_')}_RPC_URL"
    groups = yaml.safe_load((ROOT / "tools" / "networks.yaml").read_text())["live"]
    hosts = [entry["host"] for group in groups for entry in group["networks"] if entry["id"] == network_id]
    assert hosts == [f"${variable}"]
    assert NETWORKS[network_id].rpc_variable == variable
    assert CONFIG.networks[network_id]["host"] == f"${variable}"


@pytest.mark.parametrize("network_id", [name for name in CHAIN_IDS if not name.startswith("zksync")])
def test_the_same_params_give_the_same_addresses_on_every_chain(network_id, chain_of, carry_out, tmp_path, addresses):
    chain = chain_of(CHAIN_IDS[network_id])
    operator = Operator(tmp_path, chain, network_id, NETWORKS[network_id].rpc_variable)
    assert carry_out(deploy, operator) == 0
    assert carry_out(verify, operator) == 0
    assert operator.record["chainId"] == chain.web3.eth.chain_id == CHAIN_IDS[network_id]
    found = {entry["contract"]: entry["address"] for entry in operator.record["contracts"]}
    assert found == addresses


@pytest.fixture(scope="module")
def addresses():
    """Where the contracts must be, computed from build and params alone."""
    chosen = Params.parse(params(), live=True)
    every = contracts_of(chosen, lambda name: Artifact.load(BUILD, name))
    assert [planned.contract for planned in every][2:] == ["Governor", "PaymentProcessor", "SecurePayment"]
    return {planned.contract: planned.address for planned in every}
