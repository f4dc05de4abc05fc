"""Two chains, a deployment on each, and a bridge between them: native coin of the one is a token of the other."""

import json

from eth_account import Account
from eth_utils.crypto import keccak

from scripts import deploy
from tests.scripts.local_chain import DAY, LocalChain, Operator, keystore

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


def start_chains(folder):
    return LocalChain(folder / "near", 11155111, *EPOCHS), LocalChain(folder / "far", FAR_CHAIN, *EPOCHS)
