"""Carry what left to where it arrives: python -m offchain.relayer; what it is told is in offchain/config.py."""

from dataclasses import asdict
from functools import partial

from aiohttp import web

from offchain.chain.dispatch import Dispatcher, Policy
from offchain.chain.follower import Follower
from offchain.chain.quorum import quantity
from offchain.chain.signer import Signer
from offchain.config import BridgeSettings, MissingVariable
from offchain.core.refusal import Refusal
from offchain.relayer.attestors import Attestors
from offchain.relayer.carrier import Carrier
from offchain.relayer.measures import Measures
from offchain.service import Service, Work, main, open_signer
from offchain.store.database import Database
from offchain.store.journal import Journal


class NoGas(Refusal):
    """The key that is to pay for gas has nothing, or too little."""


class Payer:
    """The key on one chain, and what it sends."""

    def __init__(self, chain: Follower, signer: Signer, database: Database, fee_ceiling: int) -> None:
        journal = Journal(database, chain.chain_id, signer.address)
        self.chain = chain
        self.dispatcher = Dispatcher(chain.quorum, journal, signer, chain.chain_id, Policy(fee_ceiling))

    async def balance(self) -> int:
        """In wei. Errors: those of the quorum."""
        return await self.chain.quorum.reached(
            "eth_getBalance", self.dispatcher.signer.address, "latest", judge=quantity
        )

    async def advance(self, measures: Measures) -> None:
        """See that what was sent gets there. Errors: NoGas, those of quorum and database."""
        await self.dispatcher.advance()
        waiting, balance = await self.dispatcher.journal.below(2**62, 1_000), await self.balance()
        measures.show_key(self.dispatcher, balance, len(waiting))
        if waiting and balance < (last := waiting[-1].attempts[-1]).gas * last.fees.cap:
            key, chain_id = self.dispatcher.signer.address, self.chain.chain_id
            raise NoGas(f"{key} has {balance} wei on chain {chain_id}, too little for a transaction like the last")


async def serve() -> None:
    """Run until told to stop. Errors: a Refusal that says what it cannot start with."""
    settings = BridgeSettings.read("sqlite:///relayer.db")
    if not settings.attestors:
        raise MissingVariable("set QUITTANCE_ATTESTORS to ADDRESS=URL of each attestor, with commas in between")
    await Service(settings).serve(_open)


async def _open(service: Service) -> dict[str, Work]:
    settings = service.settings
    signer = open_signer(settings.key, settings.sources)
    session, lanes = await service.open()
    measures = Measures(service)
    attestors = Attestors(session, settings.attestors, measures.answers)
    payers = {
        chain_id: Payer(chain, signer, service.database, settings.fee_ceiling)
        for chain_id, chain in service.chains.items()
    }
    for chain_id, payer in payers.items():
        if not await payer.balance():
            raise NoGas(f"{signer.address}, which is to pay for gas, has nothing on chain {chain_id}")
    works: dict[str, Work] = {
        f"payer:{chain_id}": partial(payer.advance, measures) for chain_id, payer in payers.items()
    }
    carriers = {}
    for lane in lanes:
        dispatcher = payers[lane.destination.chain.chain_id].dispatcher
        carrier = Carrier(lane, service.database, attestors, dispatcher, measures)
        await carrier.open()
        carriers[lane.name] = carrier
        works |= {f"carry:{lane.name}": carrier.carry, f"follow:{lane.name}": carrier.follow}
        works[f"ahead:{lane.name}"] = carrier.look_ahead

    @service.routes.get("/v1/transfers/{route}/{nonce:\\d{1,15}}")
    async def transfer(request: web.Request) -> web.Response:
        found = carriers.get(request.match_info["route"].lower())
        payment = await found.ledger.find(int(request.match_info["nonce"])) if found else None
        if not found or not payment:
            return web.json_response({"error": "no such transfer is known"}, status=404)
        return web.json_response({**asdict(payment), "waits_for": found.awaited(payment.nonce)})

    return works


if __name__ == "__main__":
    main("relayer", serve)
