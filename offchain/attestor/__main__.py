"""Attest what left, and watch over it: python -m offchain.attestor; what it is told is in offchain/config.py."""

from collections.abc import Mapping
from functools import partial

from aiohttp import web
from eth_utils.crypto import keccak

from offchain.attestor.attesting import Attestor, StandingConflict
from offchain.attestor.office import NotInOffice, Office
from offchain.attestor.watcher import Watcher
from offchain.chain.dispatch import Dispatcher, Policy
from offchain.chain.follower import FinalityViolated, NotFinal
from offchain.chain.lane import Lane
from offchain.chain.quorum import quantity
from offchain.chain.signer import Signer
from offchain.config import BridgeSettings
from offchain.core.bridge_abi import View
from offchain.core.checkpoint import FIELDS
from offchain.core.refusal import Refusal
from offchain.service import Service, Work, main, open_signer
from offchain.store.journal import Journal
from offchain.store.records import Conflicting

_GUARDIAN = keccak(text="GUARDIAN_ROLE")
_STATUS: Mapping[type[Refusal], int] = {NotFinal: 409, NotInOffice: 404} | dict.fromkeys(
    (Conflicting, StandingConflict, FinalityViolated), 423
)


class NotGuardian(Refusal):
    """The guardian's key can pause nothing."""


async def serve() -> None:
    """Run until told to stop. Errors: a Refusal that says what it cannot start with."""
    await Service(BridgeSettings.read("sqlite:///attestor.db")).serve(_open)


async def _open(service: Service) -> dict[str, Work]:
    settings = service.settings
    attestor = Attestor(open_signer(settings.key, settings.sources), service.database)
    guardian = open_signer(settings.guardian, settings.sources) if settings.guardian else None
    _, opened = await service.open()
    lanes = {lane.name: lane for lane in opened}
    offices = {name: Office(lane) for name, lane in lanes.items()}
    for lane in opened:
        await offices[lane.name].require(attestor.signer.address)
        if guardian:
            await _require_guardian(lane, guardian)
    watcher = Watcher(attestor, _guardians(service, guardian) if guardian else {})
    covered = service.gauge("covered_units", "What left less what arrived", "route")
    stopped = service.gauge("stopped", "1 once a contradiction was found, and nothing more is signed", "route")
    final = service.gauge("final_block", "The newest block that is known to be final", "chain")
    answers = service.counter("attestations", "What was answered to those who asked", "route", "status")

    async def watch(lane: Lane) -> None:
        try:
            await watcher.look(lane)
        finally:
            covered.labels(lane.name).set(watcher.covered.get(lane.name, 0))
            stopped.labels(lane.name).set(lane.name in attestor.conflicts)
            pinned = lane.source.chain.pinned
            final.labels(lane.source.chain.chain_id).set(pinned[0] if pinned else 0)

    async def check_office(lane: Lane) -> None:
        try:
            await offices[lane.name].require(attestor.signer.address)
            attestor.outside.pop(lane.name, None)
        except NotInOffice as refusal:
            attestor.outside[lane.name] = refusal
            raise

    @service.routes.get("/v1/attestations/{route}/{block:\\d{1,18}}")
    async def attest(request: web.Request) -> web.Response:
        lane = lanes.get(request.match_info["route"].lower())
        if not lane:
            return web.json_response({"error": "no such route is attested here"}, status=404)
        try:
            checkpoint, signature = await attestor.attest(lane, int(request.match_info["block"]))
        except Refusal as refusal:
            status = _STATUS.get(type(refusal), 503)
            answers.labels(lane.name, status).inc()
            return web.json_response({"error": str(refusal)}, status=status)
        answers.labels(lane.name, 200).inc()
        values = (f"0x{v.hex()}" if isinstance(v, bytes) else v for v in checkpoint.values())
        said = dict(zip((name for name, _ in FIELDS), values, strict=True))
        signer = attestor.signer.address
        return web.json_response({"checkpoint": said, "signature": f"0x{signature.hex()}", "signer": signer})

    return {
        f"{word}:{name}": partial(work, lane)
        for name, lane in lanes.items()
        for word, work in (("watch", watch), ("office", check_office))
    }


async def _require_guardian(lane: Lane, guardian: Signer) -> None:
    chain, contract, key = lane.destination.chain, lane.destination.contract, guardian.address
    asked = View("hasRole(bytes32,address)", (_GUARDIAN, key))
    (is_guardian,) = await chain.views(contract, [asked], (await chain.head()).number)
    if not is_guardian:
        raise NotGuardian(f"{key} is no guardian of {contract} on chain {chain.chain_id}")
    if not await chain.quorum.reached("eth_getBalance", key, "latest", judge=quantity):
        raise NotGuardian(f"{key} has nothing on chain {chain.chain_id} to pay for a pause with")


def _guardians(service: Service, guardian: Signer) -> dict[int, Dispatcher]:
    policy = Policy(service.settings.fee_ceiling)
    return {
        chain_id: Dispatcher(
            chain.quorum, Journal(service.database, chain_id, guardian.address), guardian, chain_id, policy
        )
        for chain_id, chain in service.chains.items()
    }


if __name__ == "__main__":
    main("attestor", serve)
