"""One machine over two wallets and what they govern: every act there is, by those who may and those who may not."""

from types import SimpleNamespace

import pytest
from brownie import accounts, project
from eth_utils import to_checksum_address
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis.internal.conjecture.engine import ConjectureRunner

from offchain.core.agreement import in_order
from tests.stateful.edge import rpc
from tests.stateful.timelock_invariants import ObservedGovernance
from tests.stateful.wallet_machine import DAY

RUNS, STEPS = 20, 50
WEIGHTS = {
    "rule_pay": 4,
    "rule_pay_batch": 3,
    "rule_change_owners": 2,
    "rule_schedule": 8,
    "rule_schedule_several": 2,
    "rule_execute": 14,
    "rule_wait": 7,
    "rule_cancel": 2,
    "rule_pause": 2,
}
GOVERNOR_DELAY_SECONDS = 2 * DAY


@pytest.fixture(scope="module")
def stage(deployer, guardian, stranger):
    contracts = project.get_loaded_projects()[0]
    people = {"guardian": guardian, "stranger": stranger, "relayer": accounts[8]}
    owners = {"treasurer": 1, "director": 3, "auditor": 4, "secretary": 5, "clerk": 7}
    people |= {name: accounts[place] for name, place in owners.items()}
    factory = deployer.deploy(contracts.MultiSigFactory, deployer.deploy(contracts.MultiSig))
    charters, wallets = {}, {}
    for name, threshold, members in (
        ("council", 2, ("treasurer", "director", "auditor")),
        ("branch", 1, ("director", "secretary")),
    ):
        chosen = in_order([people[member].address for member in members])
        charters[name] = (threshold, chosen, guardian.address, 2 * DAY)
        created = factory.create(*charters[name], bytes(32), {"from": deployer})
        wallets[name] = contracts.MultiSig.at(created.events["WalletCreated"]["wallet"])
    council = wallets["council"]
    processor = deployer.deploy(
        contracts.PaymentProcessor, GOVERNOR_DELAY_SECONDS, council, guardian, 0, people["clerk"]
    )
    vault = deployer.deploy(contracts.TrippingVault, council, guardian)
    token, deaf = deployer.deploy(contracts.TestToken), deployer.deploy(contracts.RevertingReceiver)
    for wallet in wallets.values():
        token.mint(wallet, 10**6, {"from": deployer})
        accounts[9].transfer(wallet, 10**6)
    rpc("anvil_setBlockTimestampInterval", 0)  # time stands still
    yield SimpleNamespace(
        factory=factory,
        implementation=factory.IMPLEMENTATION(),
        wallets=wallets,
        charters=charters,
        processor=processor,
        vault=vault,
        token=token,
        deaf=deaf,
        people=people,
        payee=to_checksum_address("0x" + "be" * 20),
        governor_delay=GOVERNOR_DELAY_SECONDS,
    )
    rpc("anvil_removeBlockTimestampInterval")


def test_wallets_and_what_they_govern_do_what_the_model_says(state_machine, stage, monkeypatch):
    # Hypothesis repeats a run with parts of it copied about, and drops most repeats at their first redraw. Nor has the
    # target phase a target here: both would only do the same runs again.
    monkeypatch.setattr(ConjectureRunner, "generate_mutations_from", lambda self, data: None)
    settings = {
        "max_examples": RUNS,
        "stateful_step_count": STEPS,
        "suppress_health_check": HealthCheck.all(),
        "phases": [phase for phase in hypothesis_settings.default.phases if phase not in (Phase.target, Phase.shrink)],
    }
    ObservedGovernance.enter(stage, STEPS // 2, WEIGHTS)
    state_machine(ObservedGovernance, settings=settings)
    reached = ObservedGovernance.reached
    print(sorted(reached.items()))
