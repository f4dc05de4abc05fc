"""Deploy the governor wallet and what it governs, at the same addresses on every chain for the same params.

    python scripts/deploy.py --network sepolia [--yes]
    brownie run deploy --network sepolia             (asks)
    brownie run deploy main yes --network sepolia    (does not ask)

Params come from deployments/<network>/params.json, what happened goes to deployments/<network>/record.json. Live
networks take the RPC address from the environment as tools/networks.yaml names it, and the key from the keystore file
QUITTANCE_KEYSTORE with the password in the file QUITTANCE_KEYSTORE_PASSWORD_FILE, else typed.
An interrupted run is simply run again: what is there already is adopted, what was sent is waited for.
The deployer only pays. Nobody hands it a role, so there is none to renounce; the last lines prove it on the chain.
Exit codes: 0 deployed, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from eth_utils.crypto import keccak
from web3.exceptions import ContractLogicError
from web3.types import TxReceipt

from offchain.core.refusal import Refusal
from scripts.chain.contract import CallRefused, Contract, explain
from scripts.chain.network import find_network, load_networks
from scripts.chain.sender import Call, Signed
from scripts.papers.deployment import PROXY, PROXY_CODE, Planned
from scripts.procedure import Plan, Session, Step, open_session, parser, perform, run
from scripts.procedure.arguments import ROOT
from scripts.procedure.bridging import end_facts, show_across
from scripts.procedure.expected import CREATION_GAS, expected_contracts, setting_calls
from scripts.procedure.issuance import require_no_keys, token_facts
from scripts.procedure.powers import chosen_powers, powers_of
from scripts.procedure.record import Deployed, Pending, Record, sole_writer
from scripts.procedure.terminal import say
from scripts.procedure.words import plain_duration, plain_fee

ZKSYNC_CHAIN_IDS = (324, 300)


class NotDeployable(Refusal):
    """The chain does not run these contracts as they are."""


class MissingProxy(Refusal):
    """The chain lacks the deterministic deployment proxy."""


class ForeignCode(Refusal):
    """Something else is where the contract should be."""


class DeployerHasPower(Refusal):
    """The account that deploys holds a power, or would."""


class RecordDiffers(Refusal):
    """The record speaks of another deployment than the params and the build call for."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    run(parser(__doc__ or "", acts=True), carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Refuse what cannot be, then deploy."""
    network = find_network(load_networks(ROOT / "tools" / "networks.yaml"), arguments.network)
    if network.chain_id in ZKSYNC_CHAIN_IDS:
        raise NotDeployable(
            f"{network.name} does not run EVM bytecode as it is: it needs contracts built by its own compiler or its "
            "EVM emulator, and CREATE2 gives other addresses there; nothing of this project is deployed to it"
        )
    with open_session(arguments, acts=True) as session:
        deploy(session)
    return 0


def deploy(session: Session) -> Record:
    """Deploy what is missing, adopt what is there, record both. Answers the record."""
    with sole_writer(session.folder):
        _require_powerless(session)
        require_no_keys(session)
        expected = expected_contracts(session)
        _Deployment(session, _open_record(session, expected)).perform(expected)
        prove_powerless(session)
        _show_next(session)
        return session.record()


def prove_powerless(session: Session) -> None:
    """Show on the chain that the deployer holds no role in any contract. Errors: DeployerHasPower, BrokenTrail's."""
    assert session.sender is not None
    deployer = session.sender.address
    held = powers_of(session, deployer)
    if held:
        raise DeployerHasPower(f"the deployer {deployer} is {', '.join(held)}")
    say(f"The deployer {deployer} holds no role in any contract: their logs, folded, name it nowhere.")


def _require_powerless(session: Session) -> None:
    assert session.sender is not None
    deployer, governance = session.sender.address, session.params.governance
    if deployer in (*governance.owners, governance.guardian):
        raise DeployerHasPower(f"the deployer {deployer} is an owner or the guardian: deploy from another account")
    for name, holders in chosen_powers(session.params).items():
        if deployer in holders:
            raise DeployerHasPower(f"the deployer {deployer} is to have power over {name}: deploy from another account")


def _show_next(session: Session) -> None:
    """Limits and roles are the owners' to set: until then everything waits, which is the safe side."""
    calls = setting_calls(session)
    if calls:
        say("No limit is set: every payment of the wallet waits out its delay, and no fee can be swept. To set them:")
        if session.params.issued:
            say("The same command hands out the powers over the tokens: until then nobody mints, issues or registers.")
        shown = " ".join(f"--call '{call}'" for call in calls)
        say(f"  python scripts/propose.py --network {session.network.id} {shown}")
    show_across(session)


def _open_record(session: Session, expected: list[Planned]) -> Record:
    """The network's record, a new one if there is none. A development chain starts anew, and so does its record."""
    if not session.network.is_live or not session.record_path.exists():
        return Record(session.network.id, session.network.chain_id)
    record = session.record()
    if (record.network, record.chain_id) != (session.network.id, session.network.chain_id):
        raise RecordDiffers(f"{session.record_path} is the record of {record.network}, chain {record.chain_id}")
    for planned in expected:
        known = record.deployed.get(planned.contract)
        if known and known.address != planned.address:
            raise RecordDiffers(
                f"{session.record_path} has {planned.contract} at {known.address}, but this build and params.json "
                f"make {planned.address}: restore them, or move the record away to deploy anew"
            )
    return record


class _Deployment:
    """One run of the script: the record as it grows, written after every step."""

    def __init__(self, session: Session, record: Record) -> None:
        self.session = session
        self.kept = record

    def perform(self, expected: list[Planned]) -> None:
        """Plan, ask, act, record."""
        params = self.session.params
        chosen = params.governance
        _require_proxy(self.session)
        for planned in expected:
            self._require_constructible(planned)
        facts = [
            *((f"owner {i}", owner) for i, owner in enumerate(chosen.owners, 1)),
            ("threshold", f"{chosen.threshold} of {len(chosen.owners)}"),
            ("guardian", chosen.guardian),
            ("wallet's delay", plain_duration(chosen.delay_seconds)),
            ("governor delay", plain_duration(params.governor_delay_seconds)),
            ("fee", plain_fee(params.fee_bps)),
            ("fee recipient", params.fee_recipient),
            ("salt", f"0x{params.salt.hex()}"),
            ("through", f"{PROXY} (CREATE2)"),
            ("confirmations", str(params.confirmations)),
            *token_facts(params),
            *end_facts(params),
            *((planned.contract, planned.address) for planned in expected),
        ]
        steps = [step for planned in expected if (step := self._step(planned))]
        perform(self.session, Plan("Deploy Quittance", facts, steps))
        say(f"Recorded in {self.session.record_path}.")

    def _step(self, planned: Planned) -> Step | None:
        """What is left to do for a contract: nothing, record it, wait for it, or send it."""
        contract, address = planned.contract, planned.address

        def record(receipt: TxReceipt | None) -> None:
            self._record(planned, receipt)

        if self._stands(planned):
            if contract in self.kept.deployed:
                return None
            return Step(f"adopt {contract}: it stands at {address} already", None, record)
        earlier = self._still_pending(planned)
        words = f"deploy {contract} at {address} ({len(planned.init_code)} bytes of init code)"
        if earlier:
            words = f"finish {contract} at {address}: transaction {earlier.hash} of an earlier run"
        return Step(
            words=words,
            call=self._call(planned),
            record=record,
            earlier=earlier,
            journal=lambda made: self._keep(replace(self.kept, pending=Pending(contract, address, made))),
            is_done=lambda: self._stands(planned),
        )

    def _call(self, planned: Planned) -> Call:
        """What creates the contract; its creator may itself be yet to come."""
        if planned.creator == PROXY:
            return Call(PROXY, planned.calldata)
        abi = self.session.artifact("MultiSigFactory").abi
        return Call(planned.creator, planned.calldata, gas=CREATION_GAS, abi=abi)

    def _stands(self, planned: Planned) -> bool:
        code = self.session.code(planned.address)
        if code and not planned.is_code(code):
            raise ForeignCode(f"{planned.address} holds code that is not {planned.contract}'s of this build")
        return bool(code)

    def _still_pending(self, planned: Planned) -> Signed | None:
        """The transaction that an earlier run signed for this contract, if it can still be mined."""
        pending, sender = self.kept.pending, self.session.sender
        assert sender is not None
        if pending is None or pending.address != planned.address:
            return None
        return None if sender.is_spent(pending.signed.nonce) else pending.signed

    def _require_constructible(self, planned: Planned) -> None:
        """Let the constructor judge the params, as the contract's own bounds are its to know."""
        if planned.creator != PROXY:
            return  # a clone has no constructor: what its factory judges, params.json was judged by
        abi = self.session.artifact(planned.build).abi
        try:
            self.session.web3.eth.call({"from": PROXY, "data": planned.init_code})
        except ContractLogicError as error:
            raise CallRefused(f"the constructor of {planned.contract} refuses: {explain(error, abi)}") from None

    def _record(self, planned: Planned, receipt: TxReceipt | None) -> None:
        session, pending = self.session, self.kept.pending
        if receipt is None and pending and pending.address == planned.address and session.sender:
            receipt = session.sender.receipt(pending.signed.hash)
        code = session.code(planned.address)
        if not planned.is_code(code):
            raise ForeignCode(f"{planned.address} holds no {planned.contract} after its transaction")
        artifact = session.artifact(planned.build)
        done = Deployed(
            contract=planned.contract,
            address=planned.address,
            constructor_args=list(planned.arguments),
            salt=f"0x{planned.salt.hex()}",
            transaction=receipt["transactionHash"].to_0x_hex() if receipt else None,
            block=receipt["blockNumber"] if receipt else None,
            init_code_hash=f"0x{keccak(planned.init_code).hex()}",
            runtime_code_hash=f"0x{keccak(code).hex()}",
            version=Contract(session.web3, planned.address, artifact.abi).read("version"),
            compiler=artifact.compiler,
        )
        self._keep(self.kept.with_deployed(done))

    def _keep(self, record: Record) -> None:
        record.save(self.session.record_path)
        self.kept = record


def _require_proxy(session: Session) -> None:
    code = session.code(PROXY)
    if code != PROXY_CODE:
        found = "other code" if code else "nothing"
        raise MissingProxy(
            f"{session.network.name} has {found} at {PROXY}, where the deterministic deployment proxy belongs "
            "(github.com/Arachnid/deterministic-deployment-proxy): without it addresses cannot agree across chains"
        )


if __name__ == "__main__":
    main()
