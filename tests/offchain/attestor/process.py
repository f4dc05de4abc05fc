"""The attestor as a process, what it is told and asked, and what thieves of keys do."""

import requests
from coincurve import PrivateKey
from eth_account import Account

from offchain.chain.signer import recover
from offchain.core.checkpoint import (
    FIELDS,
    Checkpoint,
    Domain,
    Point,
    attestation,
    compact,
    digest,
    fold_all,
    pack,
)
from tests.offchain.bridge_chains import ATTESTORS, GUARDIAN, Service, until

Account.enable_unaudited_hdwallet_features()
# TEST KEY: one of those that anvil publishes and funds
GUARDIAN_KEY = Account.from_mnemonic(
    "test test test test test test test test test test test junk", account_path=f"m/44'/60'/0'/0/{GUARDIAN}"
).key.hex()


class Attestor(Service):
    module = "offchain.attestor"

    def ask(self, route, block):
        """The status and the answer about a block of a route."""
        name = route if isinstance(route, str) else f"0x{route.hex()}"
        answer = requests.get(f"{self.url}/v1/attestations/{name}/{block}", timeout=60)
        return answer.status_code, answer.json()

    def raw(self, url):
        return requests.get(url, timeout=60).status_code

    def signed(self, route, block):
        """The answer about a block once it is final."""
        until(lambda: self.ask(route, block)[0] != 409)
        status, answer = self.ask(route, block)
        assert status == 200, answer
        return answer

    def measure(self, name, route):
        return self.metrics()[f'quittance_{name}{{route="0x{route.hex()}"}}']


def domain_of(bridge, route):
    *_, there, destination = bridge.end(route)
    _, name, version, chain_id, contract, *_ = destination.functions.eip712Domain().call()
    assert (chain_id, contract) == (there.web3.eth.chain_id, destination.address)
    return Domain(name, version, chain_id, contract)


def checkpoint_of(answer):
    """The checkpoint in an answer."""
    values = (answer["checkpoint"][name] for name, _ in FIELDS)
    return Checkpoint(*(bytes.fromhex(v[2:]) if isinstance(v, str) else v for v in values))


def signer_of(bridge, route, answer):
    """Who signed an answer."""
    return recover(digest(checkpoint_of(answer), domain_of(bridge, route)), bytes.fromhex(answer["signature"][2:]))


def height(chain, tag="latest"):
    return chain.web3.eth.get_block(tag)["number"]


def true_checkpoint(bridge, route, number, epoch=1):
    """What the chain itself says of a block."""
    chain, source, *_ = bridge.end(route)
    count, cumulative, acc = source.functions.outbox().call(block_identifier=number)
    return Checkpoint(route, epoch, number, bytes(chain.web3.eth.get_block(number)["hash"]), count, acc, cumulative)


def deliver_with_stolen_keys(bridge, transfers):
    """Two of the three attestors' keys sign that these left the near chain, and it arrives at the far one."""
    point = fold_all(Point(0, bridge.there, 0), transfers)
    checkpoint = Checkpoint(bridge.there, 1, 1, bytes(32), *point.values())
    signatures = {}
    for account in ATTESTORS[1:]:
        message = digest(checkpoint, domain_of(bridge, bridge.there))
        made = PrivateKey(bytes(account.key)).sign_recoverable(message, hasher=None)
        signatures[account.address] = compact(int.from_bytes(made[:32]), int.from_bytes(made[32:64]), made[64])
    signed = attestation(2, [account.address for account in ATTESTORS], signatures)
    bridge.far.act(6, bridge.token.functions.deliver(checkpoint.values(), pack(transfers), signed))


def paused(bridge):
    """Whether both ends are."""
    ends = ((bridge.near, bridge.vault), (bridge.far, bridge.token))
    now = [chain.web3.eth.get_block("latest")["timestamp"] for chain, _ in ends]
    return all(end.functions.pausedUntil().call() > at for (_, end), at in zip(ends, now, strict=True))
