"""Proposals as scripts handle them: files read and written, owners found, the act shown in words."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from web3.types import TxReceipt

from offchain.core.refusal import Refusal
from offchain.core.units import Address, Timestamp
from scripts.chain.contract import Contract
from scripts.chain.signature import recover
from scripts.papers import proposal as files
from scripts.papers.agreement import Act, Domain, owner_set_of
from scripts.papers.governance import Governance
from scripts.papers.operation import id_of
from scripts.papers.proposal import Deed, Proposal
from scripts.procedure.carrying import becomes, missing
from scripts.procedure.expected import GOVERNOR, contracts_of, known_tokens
from scripts.procedure.logs import Event, first_block, read_events
from scripts.procedure.record import write_whole
from scripts.procedure.session import Desk, Session
from scripts.procedure.terminal import confirm, say, table
from scripts.procedure.wording import Vocabulary, words_of
from scripts.procedure.words import utc

VALID_SECONDS = 7 * 24 * 3600


class MissingProposal(Refusal):
    """The proposal's file cannot be read."""


class ForeignProposal(Refusal):
    """The proposal is for another wallet or another chain than the deployment's."""


class OwnersUnknown(Refusal):
    """Neither params.json nor the wallet's events tell which owners its owner set is of."""


def load(paths: Sequence[Path], desk: Desk) -> Proposal:
    """The proposal in these files, their signatures together; it must be for this deployment's wallet.

    Errors: MissingProposal, those of core.proposal, ForeignProposal.
    """
    proposal = files.merge([_read(path) for path in paths])
    governor = governor_of(desk)
    if (proposal.domain.chain_id, proposal.domain.wallet) != (desk.network.chain_id, governor):
        raise ForeignProposal(
            f"the proposal is for {proposal.domain.wallet} on chain {proposal.domain.chain_id}; the governor of "
            f"{desk.network.id} is {governor} on chain {desk.network.chain_id}"
        )
    return proposal


def save(path: Path, proposal: Proposal) -> None:
    """Write the proposal's file: whole, or not at all."""
    path.parent.mkdir(exist_ok=True)
    write_whole(path, files.write(proposal))


def governor_of(desk: Desk) -> str:
    """Where params and builds put the governor wallet."""
    return next(made.address for made in contracts_of(desk.params, desk.artifact) if made.contract == GOVERNOR)


def vocabulary(desk: Desk) -> Vocabulary:
    """Names, ABIs and decimals, by the operator's own params and builds."""
    params, chosen = desk.params.in_force, desk.params.in_force.governance
    names = {params.fee_recipient: "fee recipient", chosen.guardian: "guardian"}
    names |= {owner: f"owner {i}" for i, owner in enumerate(chosen.owners, 1)}
    for name, end in params.bridge.items():
        names |= {attestor: f"attestor {i} of {name}" for i, attestor in enumerate(end.attestors, 1)}
        names |= {end.peer.contract: f"peer of {name}"} if end.peer else {}
    tokens = known_tokens(desk)
    names |= {token.address: symbol for symbol, token in tokens.items()}
    abis = {token.address: desk.artifact("IERC20Metadata").abi for token in tokens.values()}
    for made in contracts_of(desk.params, desk.artifact):
        names[made.address] = made.contract
        abis[made.address] = desk.artifact(made.build).abi
    return Vocabulary(names, abis, {t.address: (symbol, t.decimals) for symbol, t in tokens.items()})


def show(
    desk: Desk, proposal: Proposal, approvals: Collection[Address] = (), *, more: Sequence[tuple[str, str]] = ()
) -> None:
    """Say what the owners agree to, what they sign, who has agreed and who has not."""
    known = vocabulary(desk)
    say(f"{proposal.act.kind} number {proposal.act.nonce} of {GOVERNOR} {proposal.domain.wallet}")
    say(f"on {desk.network.name} ({desk.network.id}, chain {desk.network.chain_id})")
    for line in words_of(proposal.act, known):
        say(f"    {line}")
    operation = becomes(proposal)
    facts = [
        ("digest (EIP-712)", f"0x{proposal.digest.hex()}"),
        ("owner set", f"0x{proposal.domain.owner_set.hex()}, {proposal.threshold} of {len(proposal.owners)}"),
        ("to be submitted by", utc(proposal.act.deadline)),
        *([("operation", f"0x{id_of(operation).hex()}")] if operation else []),
        *more,
    ]
    table(facts)
    for owner in proposal.owners:
        state = "signed" if owner in proposal.signatures else "approved on chain" if owner in approvals else "–"
        say(f"    {known.name(owner)}  {state}")
    short = missing(proposal, approvals)
    say(f"  {short} more must agree." if short else "  Enough owners have agreed.")


def owners_in_force(session: Session, wallet: Contract) -> tuple[int, tuple[Address, ...]]:
    """The threshold and the owners behind the wallet's owner set.

    Errors: OwnersUnknown, LogsRefused, MalformedLog.
    """
    kept, chosen = wallet.read("ownerSet"), (session.params.governance, session.params.in_force.governance)
    for known in chosen:
        if known.owner_set == kept:
            return known.threshold, known.owners
    first, last = first_block(session.web3, wallet.address), session.web3.eth.block_number
    found = owners_behind(kept, read_events(wallet, ("OwnersChanged",), first, last), chosen[0])
    if found is None:
        raise OwnersUnknown(f"no event of {wallet.address} tells the owners behind 0x{kept.hex()}")
    return found


def owners_behind(kept: bytes, events: Sequence[Event], first: Governance) -> tuple[int, tuple[Address, ...]] | None:
    """The threshold and the owners that hash to `kept`: those of the beginning, or of an event; None if neither."""
    sets = [(first.threshold, first.owners)]
    sets += [(e.values["threshold"], tuple(e.values["owners"])) for e in events if e.name == "OwnersChanged"]
    return next((found for found in reversed(sets) if owner_set_of(*found) == kept), None)


def propose(session: Session, make: Callable[[int, Timestamp], Act], nonce: int | None, valid_seconds: int) -> Proposal:
    """The proposal of an act, which `make` gets nonce and deadline for; by default the wallet's next act."""
    wallet = session.deployed(GOVERNOR)
    threshold, owners = owners_in_force(session, wallet)
    deadline = Timestamp(session.web3.eth.get_block("latest")["timestamp"] + valid_seconds)
    act = make(wallet.read("nonce") if nonce is None else nonce, deadline)
    domain = Domain(session.network.chain_id, Address(wallet.address), owner_set_of(threshold, owners))
    return Proposal(domain, act, threshold, owners, {})


def offer(session: Session, proposal: Proposal, *, yes: bool, more: Sequence[tuple[str, str]] = ()) -> Path:
    """Show a new proposal, ask, and write its file for the owners to sign. Errors: Declined."""
    show(session, proposal, more=more)
    path = session.folder / "proposals" / _name(proposal)
    if path.exists():
        say(f"It is in {path} already, with the signatures that it has got.")
        return path
    if not yes:
        confirm(f"Write it to {path}?")
    save(path, proposal)
    say(f"Written to {path}. Nothing was sent: owners sign it by approve.py, on any machine, and hand it back.")
    return path


def approvals(wallet: Contract, proposal: Proposal) -> set[Address]:
    """The owners who approved the act on chain."""
    return {owner for owner in proposal.owners if wallet.read("isApproved", proposal.digest, owner)}


def noted(proposal: Proposal, what: str, receipt: TxReceipt) -> Proposal:
    """The proposal with the transaction that carried it on."""
    deed = Deed(what, receipt["transactionHash"].to_0x_hex(), receipt["blockNumber"])
    return replace(proposal, history=(*proposal.history, deed))


def _name(proposal: Proposal) -> str:
    return f"{proposal.act.nonce:04d}-{proposal.act.kind}-{proposal.digest.hex()[:8]}.json"


def _read(path: Path) -> Proposal:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(files.MAX_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise MissingProposal(f"{path} cannot be read as a proposal: {error}") from None
    return files.read(text, recover)
