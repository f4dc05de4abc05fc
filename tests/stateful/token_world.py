"""The stage of the token machine: three tokens with their roles given, people, and holders who only ever sign.

Each act on the stage is one of the model, too: so model and chain begin each run with the same book.
"""

from brownie import accounts, project, web3

from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.model import bep20, central_bank, coin, stablecoin
from tests.model.accounts import ENFORCER_ROLE, GUARDIAN_ROLE
from tests.model.act import Call
from tests.model.bep20 import Bep20Book
from tests.model.breaker import HEARTBEAT_SECONDS
from tests.model.central_bank import BANK_ROLE, INTERMEDIARY_ROLE, CentralBankBook
from tests.model.stablecoin import BLOCKLISTER_ROLE, MASTER_MINTER_ROLE, StablecoinBook
from tests.stateful.edge import exported
from tests.unit.coins import NAME, SYMBOL
from tests.unit.signing import owner_keys

KINDS = {"coin": ("Stablecoin", StablecoinBook), "cash": ("CentralBankToken", CentralBankBook)}
KINDS |= {"bep": ("Bep20Token", Bep20Book)}
ROLES = {
    "coin": {"enforcer": ENFORCER_ROLE, "issuer": MASTER_MINTER_ROLE, "officer": BLOCKLISTER_ROLE},
    "cash": {"enforcer": ENFORCER_ROLE, "issuer": BANK_ROLE, "officer": INTERMEDIARY_ROLE, "rival": INTERMEDIARY_ROLE},
    "bep": {},
}
NUMBERS = {"governor": 1, "guardian": 2, "rival": 3, "payer": 4, "merchant": 5, "stranger": 6, "enforcer": 7}
NUMBERS |= {"issuer": 8, "officer": 9}
HOLDERS = ["payer", "merchant", "stranger", "signer", "token"]
HELD = 1000
LIMITS = {1: 1500, 2: 4000, 3: 2**56 - 1}


class Stage:
    """Contracts, people and keys by name, and the books that the model has of the contracts."""

    def __init__(self, deployer):
        self.people = {name: accounts[number] for name, number in NUMBERS.items()}
        self.keys = dict(zip(("signer", "forger"), owner_keys(2, "signers of the token machine"), strict=True))
        self.contracts, self.books = {}, {}
        for name, (kind, book) in KINDS.items():
            arguments = (NAME, SYMBOL, GOVERNOR_DELAY_SECONDS, self.people["governor"], self.people["guardian"])
            contract = deployer.deploy(getattr(project.get_loaded_projects()[0], kind), *arguments)
            self.contracts[name], self.books[name] = contract, self._begun(book, contract)
        self._appoint()
        self._supply()

    def at(self, role, token):
        """The address behind a role; of the token itself for `token`."""
        if role == "token":
            return self.contracts[token].address
        if role == "zero":
            return "0x" + "00" * 20
        return (self.keys if role in self.keys else self.people)[role].address

    def act(self, token, by, function, arguments, predict):
        """An act that both carry out."""
        tx = getattr(self.contracts[token], function)(*arguments, {"from": self.people[by]})
        call = Call(self.people[by].address, 0, tx.timestamp)
        self.books[token] = predict(self.books[token], call, *arguments).book

    def _begun(self, book, contract):
        records = exported(contract)
        governor, guardian = self.people["governor"].address, self.people["guardian"].address
        return book(
            chain_id=web3.eth.chain_id,
            address=contract.address,
            governor=governor,
            members=frozenset({(GUARDIAN_ROLE, guardian)}),
            heard_until={guardian: contract.tx.timestamp + HEARTBEAT_SECONDS},
            last_head=records[-1].head,
            audit_length=len(records),
        )

    def _appoint(self):
        for token, roles in ROLES.items():
            for who, role in roles.items():
                self.act(token, "governor", "grantRole", (role, self.people[who].address), coin.grant)
        minter = self.people["issuer"].address
        self.act("coin", "issuer", "configureMinter", (minter, 10**6), stablecoin.configure_minter)
        for tier, limit in LIMITS.items():
            self.act("cash", "governor", "setHoldingLimit", (tier, limit), central_bank.set_limit)

    def _supply(self):
        for who in ("payer", "merchant", "signer"):
            to = self.at(who, "coin")
            self.act("cash", "officer", "register", (to, 2), central_bank.register)
            self.act("cash", "issuer", "issue", (to, HELD), central_bank.issue)
            self.act("coin", "issuer", "mint", (to, HELD), stablecoin.mint)
            self.act("bep", "governor", "mint", (to, HELD), bep20.mint)
        strayed = (self.contracts["coin"].address, HELD)
        self.act("coin", "issuer", "mint", strayed, stablecoin.mint)
