"""Two chains, a deployment on each, and a bridge between them: native coin of the one is a token of the other."""

import json

from eth_account import Account
from eth_utils.crypto import keccak

from offchain.core.checkpoint import Checkpoint, Domain, compact, digest
from scripts import attest, deploy, recover
from tests.scripts.local_chain import DAY, DEPLOYER, LocalChain, Operator, keystore

# TEST KEYS: anybody can compute them.
ATTESTORS = sorted(
    (Account.from_key(keccak(text=f"quittance test attestor {i}")) for i in range(3)),
    key=lambda attestor: attestor.address.lower(),
)
SENDER = Account.from_key(keccak(text="quittance test sender"))
VAULT, TOKEN = "VaultEther", "qETH"
FAR, FAR_VARIABLE, FAR_CHAIN = "base-sepolia", "BASE_SEPOLIA_RPC_URL", 84532
EPOCHS = ("--slots-in-an-epoch", "1")  # what is two blocks deep is final


def end(**changes):
    """What both ends have in common; a `peer` of None is not there."""
    chosen = {
        "decimals": 18,
        "attestors": [attestor.address for attestor in ATTESTORS],
        "threshold": 2,
        "queueSeconds": DAY,
        "limit": {"capacity": "50ether", "refillSeconds": DAY},
        "largeShift": 2,
    }
    return {name: value for name, value in {**chosen, **changes}.items() if value is not None}


def vault(**changes):
    return end(**{"contract": "BridgeVault", "asset": "native", **changes})


def token(**changes):
    held = {"limit": {"capacity": "50qETH", "refillSeconds": DAY}}
    return end(**{"contract": "BridgeToken", "name": "Ether of Sepolia", **held, **changes})


class Span:
    """Both sides: `near` is Sepolia with the vault, `far` Base Sepolia with the token."""

    def __init__(self, folder, near_chain, far_chain):
        self.folder = folder
        self.near = Operator(folder, near_chain, bridge={VAULT: vault()})
        self.far = Operator(folder, far_chain, FAR, FAR_VARIABLE)
        for side in (self.near, self.far):
            side.settings |= {"SEPOLIA_RPC_URL": near_chain.url, FAR_VARIABLE: far_chain.url}
        self.chains = near_chain, far_chain

    def deploy(self, carry_out):
        """Both ends, each with the other for its peer, the route not listed yet."""
        assert carry_out(deploy, self.near) == 0
        self.far.choose(bridge={TOKEN: token(peer=self.peer_of_the_token())})
        assert carry_out(deploy, self.far) == 0
        self.near.choose(bridge={VAULT: vault(peer=self.peer_of_the_vault())})

    def peer_of_the_token(self):
        return {"chainId": 11155111, "contract": self.near.address(VAULT), "token": "native"}

    def peer_of_the_vault(self):
        return {"chainId": FAR_CHAIN, "contract": self.far.address(TOKEN)}

    def list(self):
        self.near.act(VAULT, "list", FAR_CHAIN, self.far.address(TOKEN), sender="Governor")

    def lock(self, to, amount):
        self.near.act(VAULT, "lock", to, amount, sender=SENDER.address, value=amount)

    def burn(self, to, amount):
        self.far.act(TOKEN, "burn", to, amount, sender=SENDER.address)

    def disable(self, attestor):
        """Prove to the token that an attestor signed two states that exclude each other."""
        inbox = self.far.contract(TOKEN).functions
        _, name, version, chain_id, contract, _, _ = inbox.eip712Domain().call()
        domain = Domain(name, version, chain_id, contract)
        signed = []
        for block in (1, 2):
            values = inbox.inboundRoute().call(), inbox.epoch().call(), block, bytes(32), 1, bytes([block]) * 32, 1
            made = attestor.unsafe_sign_hash(digest(Checkpoint(*values), domain))
            signed += [values, compact(made.r, made.s, made.v)]
        everybody = [each.address for each in ATTESTORS]
        self.far.act(TOKEN, "proveEquivocation", *signed, 2, everybody, sender=SENDER.address)

    def become(self, side, account):
        """From now on the keystore of a side is this account's."""
        side.chain.set_balance(account.address, 10**19)
        path = keystore(self.folder / f"{account.address}.json", account)
        side.settings["QUITTANCE_KEYSTORE"] = str(path)

    def finalize(self):
        """Blocks upon blocks, so that what happened is final on both chains."""
        for chain in self.chains:
            chain.ask("anvil_mine", "0x3")

    def view(self, side, contract, name, *arguments):
        return getattr(side.contract(contract).functions, name)(*arguments).call()

    def choices(self, side):
        """What params.json of a side has for the bridge."""
        return json.loads((side.folder / "params.json").read_text())["bridge"]


class Hands:
    """The attestors, each at a machine of their own, and whoever hands in what they signed."""

    def __init__(self, span, carry_out):
        self.span, self.run = span, carry_out

    def sides(self, name):
        """Where what leaves the end of this name leaves, and where it arrives."""
        sides = (self.span.near, self.span.far)
        return sides if name == VAULT else sides[::-1]

    def sign(self, *attestors, name=VAULT, block=None):
        """Files of the state of an end's outbox that is final, one of each attestor."""
        made = []
        for attestor in attestors or ATTESTORS[:2]:
            before = set(self.files(name))
            self.span.become(self.sides(name)[0], attestor)
            assert self.run(attest, self.sides(name)[0], contract=name, block=block) == 0
            made += set(self.files(name)) - before
            block = block or int(json.loads(made[0].read_text())["typedData"]["message"]["srcBlock"])
        return made

    def files(self, name=VAULT):
        return sorted((self.sides(name)[0].folder / "checkpoints").glob(f"{name}-*.json"))

    def hand_in(self, *files, name=VAULT, **arguments):
        """What left the end of this name arrives at the other, at an outsider's expense."""
        side, other = self.sides(name)[1], TOKEN if name == VAULT else VAULT
        self.span.become(side, DEPLOYER)
        return self.run(recover, side, contract=other, file=list(files), **arguments)

    def carry(self, name=VAULT):
        """All that has left an end of this name arrives."""
        self.span.finalize()
        assert self.hand_in(*self.sign(name=name), name=name) == 0


def start_chains(folder):
    return LocalChain(folder / "near", 11155111, *EPOCHS), LocalChain(folder / "far", FAR_CHAIN, *EPOCHS)
