"""Attestors that answer over HTTP, and the relayer as a process, beside two chains with a bridge."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import requests
from aiohttp import web
from coincurve import PrivateKey

from offchain.core.checkpoint import Checkpoint, Domain, compact, digest
from tests.offchain import servers
from tests.offchain.bridge_chains import Service, Stage


def environment(bridge, database_url, attestors, **changes):
    """What a relayer is told."""
    return (
        bridge.environment(
            database_url,
            QUITTANCE_DEVELOPMENT_KEY=bridge.payer,
            QUITTANCE_ATTESTORS=",".join(f"{a.account.address}={a.url}" for a in attestors),
        )
        | changes
    )


@dataclass
class Attestor:
    """Signs with a test key what the chain says at a final block, or what it is told to say."""

    stage: Stage
    account: object
    lie: dict = field(default_factory=dict)
    """Fields of the checkpoint that it signs otherwise."""
    status: int = 200
    delay_seconds: float = 0
    url: str = ""
    asked: int = 0

    async def handle(self, request):
        self.asked += 1
        await asyncio.sleep(self.delay_seconds)
        if self.status != 200:
            return web.json_response({"error": "refused"}, status=self.status)
        route, number = bytes.fromhex(request.match_info["route"][2:]), int(request.match_info["block"])
        checkpoint = await asyncio.to_thread(self.checkpoint, route, number)
        if not checkpoint:
            return web.json_response({"error": "not final"}, status=409)
        _, _, there, destination = self.stage.end(route)
        name, version = destination.functions.eip712Domain().call()[1:3]
        domain = Domain(name, version, there.web3.eth.chain_id, destination.address)
        made = PrivateKey(bytes(self.account.key)).sign_recoverable(digest(checkpoint, domain), hasher=None)
        signature = compact(int.from_bytes(made[:32]), int.from_bytes(made[32:64]), made[64])
        values = [v if isinstance(v, int) else f"0x{v.hex()}" for v in checkpoint.values()]
        return web.json_response(
            {"checkpoint": values, "signature": f"0x{signature.hex()}", "signer": self.account.address}
        )

    def checkpoint(self, route, number):
        chain, source, _, destination = self.stage.end(route)
        if number > chain.web3.eth.get_block("finalized")["number"]:
            return None
        header = chain.web3.eth.get_block(number)
        count, cumulative, acc = source.functions.outbox().call(block_identifier=number)
        epoch = destination.functions.epoch().call()
        said = {"route_id": route, "epoch": epoch, "src_block": number, "src_block_hash": bytes(header["hash"])}
        return Checkpoint(**said | {"count": count, "acc": acc, "cumulative": cumulative} | self.lie)

    @asynccontextmanager
    async def serving(self):
        application = web.Application()
        application.router.add_get("/v1/attestations/{route}/{block}", self.handle)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        port = servers.free_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{port}"
        try:
            yield self
        finally:
            await runner.cleanup()


class Relayer(Service):
    """The process."""

    module = "offchain.relayer"

    def transfer(self, route, nonce):
        answer = requests.get(f"{self.url}/v1/transfers/0x{route.hex()}/{nonce}", timeout=10)
        return answer.json() if answer.status_code == 200 else None

    def status(self, route, nonce):
        found = self.transfer(route, nonce)
        return found and found["status"]
