"""What an attestor signs, what it answers otherwise, and that it says nothing twice in two ways."""

import asyncio
import signal

from sqlalchemy import delete, func, select

from offchain.store.database import Database
from offchain.store.tables import attested_blocks, cursors
from tests.offchain.attestor.process import Attestor, checkpoint_of, height, signer_of, true_checkpoint
from tests.offchain.bridge_chains import ATTESTORS, GOVERNOR, until


class KilledSigner(Attestor):
    module = "tests.offchain.attestor.killed_signer"


def in_database(url, statement):
    async def act():
        database = Database(url)
        async with database.writing() as connection:
            done = await connection.execute(statement)
            answer = done.scalar() if done.returns_rows else None
        await database.close()
        return answer

    return asyncio.run(act())


def test_it_signs_what_left_both_ends(bridge, attestors, database_url):
    attestor = attestors(database_url)
    attestor.start()
    there = bridge.lock(5)["blockNumber"]
    answer = attestor.signed(bridge.there, there)
    assert checkpoint_of(answer) == true_checkpoint(bridge, bridge.there, there)
    assert (answer["checkpoint"]["count"], answer["checkpoint"]["cumulative"]) == (1, 5)
    assert answer["signer"] == signer_of(bridge, bridge.there, answer) == ATTESTORS[0].address
    back = height(bridge.far, "finalized")
    answer = attestor.signed(bridge.back, back)
    assert checkpoint_of(answer) == true_checkpoint(bridge, bridge.back, back)
    assert signer_of(bridge, bridge.back, answer) == ATTESTORS[0].address
    assert attestor.metrics()[f'quittance_attestations_total{{route="0x{bridge.there.hex()}",status="200"}}'] >= 1
    assert attestor.health() == (200, {})
    assert attestor.stop() == 0 and attestor.heard("stopped")


def test_what_is_not_final_an_unknown_route_and_no_block_are_refused(bridge, attestor):
    status, answer = attestor.ask(bridge.there, height(bridge.near) + 1_000)
    assert status == 409 and answer["error"].startswith("NotFinal: ")
    assert attestor.ask(bytes(32), 1) == (404, {"error": "no such route is attested here"})
    for block in ("latest", "-1", "0x1", "9" * 19):
        url = f"{attestor.url}/v1/attestations/0x{bridge.there.hex()}/{block}"
        assert attestor.raw(url) == 404
    assert attestor.ask(bridge.there, 0)[0] == 503  # the vault was not there yet: nothing is proven of it
    assert attestor.health()[0] == 200


def test_of_a_vault_before_its_listing_it_says_nothing(bridge, attestor):
    """No records have no hash there, and their route's later: it would have said two things of a count of 0."""
    (listing,) = bridge.vault.events.RouteListed.get_logs(from_block=0)
    listed = listing["blockNumber"]
    assert bridge.vault.functions.outbox().call(block_identifier=listed - 1) == [0, 0, bytes(32)]
    status, answer = attestor.ask(bridge.there, listed - 1)
    assert status == 503 and answer["error"].startswith("InvalidProof: ")
    assert checkpoint_of(attestor.signed(bridge.there, listed)) == true_checkpoint(bridge, bridge.there, listed)
    assert (attestor.measure("stopped", bridge.there), attestor.health()) == (0, (200, {}))


def test_a_reorganisation_before_finality_changes_what_is_signed(bridge, attestor):
    bridge.near.hold(automine=True)
    block = bridge.lock(5)["blockNumber"]
    assert attestor.ask(bridge.there, block)[0] == 409
    bridge.near.rpc("anvil_rollback", 1)
    assert bridge.lock(6)["blockNumber"] == block
    bridge.near.rpc("anvil_mine", "0x2")
    answer = attestor.signed(bridge.there, block)
    assert answer["checkpoint"]["cumulative"] == 6
    assert checkpoint_of(answer) == true_checkpoint(bridge, bridge.there, block)


def test_killed_between_claim_and_signature_it_says_the_same_and_nothing_else(bridge, attestors, database_url):
    bridge.near.hold(automine=True)
    block = bridge.lock(5)["blockNumber"]
    bridge.near.rpc("anvil_mine", "0x2")
    killed = attestors(database_url, KilledSigner)
    killed.start()
    try:
        killed.ask(bridge.there, block)
        raise AssertionError("it answered")
    except OSError:
        assert killed.process.wait(60) == -signal.SIGKILL
    assert in_database(database_url, select(func.count()).select_from(attested_blocks)) == 1
    true = true_checkpoint(bridge, bridge.there, block)

    same = attestors(database_url)
    same.start()
    assert checkpoint_of(same.signed(bridge.there, block)) == true
    same.kill()

    in_database(database_url, delete(cursors))  # whoever forgets what was final is held to what was said
    bridge.near.rpc("anvil_rollback", 3)
    assert bridge.lock(6)["blockNumber"] == block
    bridge.near.rpc("anvil_mine", "0x2")
    other = attestors(database_url)
    other.start()
    status, answer = other.ask(bridge.there, block)
    assert status == 423 and answer["error"].startswith("Conflicting: ")
    status, answer = other.ask(bridge.there, block + 1)
    assert status == 423 and answer["error"].startswith("StandingConflict: ")
    until(lambda: other.health()[0] == 503)
    assert other.measure("stopped", bridge.there) == 1


def test_it_signs_for_the_epoch_in_office_and_nothing_once_it_is_out(bridge, attestor):
    first, *others = [account.address for account in ATTESTORS]
    block = height(bridge.near, "finalized")
    assert attestor.signed(bridge.there, block)["checkpoint"]["epoch"] == 1
    bridge.far.act(GOVERNOR, bridge.token.functions.rotate(1, [first, others[0]]))
    until(lambda: attestor.signed(bridge.there, block)["checkpoint"]["epoch"] == 2)
    answer = attestor.signed(bridge.there, block)
    assert checkpoint_of(answer) == true_checkpoint(bridge, bridge.there, block, epoch=2)
    assert signer_of(bridge, bridge.there, answer) == first
    bridge.far.act(GOVERNOR, bridge.token.functions.rotate(1, others))
    until(lambda: attestor.ask(bridge.there, block)[0] == 404)
    assert attestor.ask(bridge.there, block)[1]["error"].startswith("NotInOffice: ")
    assert attestor.ask(bridge.back, height(bridge.far, "finalized"))[0] == 200
    until(lambda: attestor.health()[0] == 503)
    bridge.far.act(GOVERNOR, bridge.token.functions.rotate(1, [first]))
    until(lambda: attestor.ask(bridge.there, block)[0] == 200)
    until(lambda: attestor.health() == (200, {}))
