"""Sign by hand, as an attestor, what has left an end of a bridge: for when the attestors' services are gone.

    python scripts/attest.py --network sepolia --contract VaultUSDC [--block 7654321]
    brownie run attest main contract=VaultUSDC yes --network sepolia

The state is that of a final block: the newest, or one that is named, for all who sign must sign the same. It is proven
by storage proofs against the block's header, checked here; that the chain holds this block is the word of the node in
the environment, so let it be your own. The contract across says which epoch of attestors is in office. The file goes to
deployments/<network>/checkpoints/, recover.py hands in what enough attestors signed. The keystore is the attestor's.
Never sign by hand while the same key signs elsewhere: two states that exclude each other disable it for good.
Exit codes: 0 signed, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from offchain.chain.proof import Block
from offchain.core.checkpoint import OUTBOX_SLOTS, Checkpoint, Point, compact, outbox_from_words, typed_data
from offchain.core.refusal import Refusal
from offchain.core.units import Address
from scripts.chain.proven import fetch_block, fetch_proof
from scripts.chain.signature import recover
from scripts.papers.attested import Attested, write
from scripts.procedure import Session, open_session, run
from scripts.procedure.bridgeheads import Bridgehead, both
from scripts.procedure.queue import end_parser
from scripts.procedure.record import write_whole
from scripts.procedure.terminal import confirm, say, table
from scripts.procedure.words import utc


class NotFinal(Refusal):
    """The block is not final yet."""


class NotAnAttestor(Refusal):
    """The account is none of the attestors in office at the other end."""


class NothingNew(Refusal):
    """All that has left by this block has arrived."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = end_parser(__doc__ or "")
    made.add_argument("--block", type=int, help="the number of a final block; the newest by default")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Prove, show, sign."""
    with open_session(arguments, acts=True) as session:
        attest(session, arguments.contract, arguments.block)
    return 0


def attest(session: Session, name: str, number: int | None) -> Path:
    """Sign the state of an outbox; where the file is. Errors: NotFinal, NotAnAttestor, NothingNew, the proof's."""
    assert session.sender is not None and session.sender.key is not None
    attestor, (here, there) = Address(session.sender.address), both(session, name)
    threshold, in_office = there.attestors()
    if attestor not in in_office or there.contract.read("attestorSet") == bytes(32):
        raise NotAnAttestor(f"{attestor} is no attestor in office of {there.title}")
    block = final_block(here, number)
    point = prove_outbox(here, block)
    arrived = there.inbox()
    if point.count <= arrived.count:
        raise NothingNew(f"all {point.count} records of {here.title} by block {block.number} have arrived")
    epoch, route = there.contract.read("epoch"), here.contract.read("outboundRoute")
    checkpoint = Checkpoint(route, epoch, block.number, block.hash, *point.values())
    unsigned = Attested(there.domain(), checkpoint, attestor)
    say(f"The state of {here.title}, for {there.title}")
    table(
        [
            ("attestor", f"{attestor}, one of {len(in_office)}, of which {threshold} must sign (epoch {epoch})"),
            ("block", f"{block.number} of {utc(block.timestamp)}, 0x{block.hash.hex()}"),
            ("records", f"{point.count}, of which {arrived.count} have arrived"),
            ("amounts", f"{here.words(point.cumulative)} in all"),
            ("acc", f"0x{point.acc.hex()}, proven against the block's state root"),
            ("digest (EIP-712)", f"0x{unsigned.digest.hex()}"),
        ]
    )
    if not session.yes:
        confirm(f"Sign it as {attestor}?")
    made = session.sender.key.sign_typed_data(full_message=typed_data(checkpoint, unsigned.domain))
    signed = unsigned.signed(compact(made.r, made.s, made.v), recover)
    path = session.folder / "checkpoints" / f"{name}-{epoch}-{block.number}-{attestor[2:10].lower()}.json"
    path.parent.mkdir(exist_ok=True)
    write_whole(path, write(signed))
    say(f"Written to {path}: hand it to whoever runs recover.py. The others sign it with --block {block.number}.")
    return path


def final_block(head: Bridgehead, number: int | None) -> Block:
    """The newest final block, or an earlier one by its number. Errors: NotFinal, UnknownBlock, InvalidHeader."""
    newest = head.contract.web3.eth.get_block("finalized")
    if number is None:
        return fetch_block(head.contract.web3, bytes(newest["hash"]))
    if number > newest["number"]:
        raise NotFinal(f"block {number} of {head.network.name} is not final yet, {newest['number']} is")
    return fetch_block(head.contract.web3, number)


def prove_outbox(head: Bridgehead, block: Block) -> Point:
    """What had left by a block, proven against its header. Errors: ProofRefused, InvalidProof."""
    slots, web3 = OUTBOX_SLOTS[head.kind], head.contract.web3
    acc, hot = (fetch_proof(web3, head.contract.address, slot, block).value for slot in (slots.acc, slots.hot))
    return outbox_from_words(head.kind, acc, hot)


if __name__ == "__main__":
    main()
