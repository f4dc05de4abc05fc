"""The contracts, the parties and one token of each oddity, all well-behaved so far."""

from types import SimpleNamespace

from brownie import Contract, accounts, project
from eth_account import Account
from eth_utils import keccak

from tests.stateful.edge import rpc
from tests.support import mined, send
from tests.unit.keys import DAY
from tests.unit.oddities.case import holdings
from tests.unit.oddities.tokens import MAX96, ODDITIES
from tests.unit.signing import Council, owner_keys

FEE_BPS = 100
SHARE = 10  # payer, merchant and wallet hold this many amounts of each token
FEES = 4  # and the processor so many, as fees
DEPOSITED = 6  # and SecurePayment so many, of somebody else


class World:
    """Roles and contracts by name; `tokens` by oddity."""

    def __init__(self, deployer, governor, fee_recipient, processor, secure):
        self.deployer, self.governor, self.fee_recipient = deployer, governor, fee_recipient
        self.processor, self.secure = processor, secure
        self.stranger, self.bystander, self.relayer = accounts[6], accounts[7], accounts[8]
        self.payer, self.merchant = (keyed(name) for name in ("payer", "merchant"))
        self.payees = [accounts[9].address, keyed("second payee").address]
        roles = ("payer", "merchant", "relayer")
        self.borrowers = SimpleNamespace(**{role: self.deploy("FlashBorrower") for role in roles})
        self.council = self._council()
        self.wallet = self.council.wallet
        for contract in (processor, secure):
            send(governor, contract.setFee, FEE_BPS)
        self.test_token, self.fee_token, self.other = (self.deploy(n) for n in ("TestToken", "FeeToken", "TestToken"))
        for contract in (processor, secure, self.wallet):
            send(deployer, self.other.mint, contract, 1)
        self.tokens, self.codes = {}, {}
        for name, oddity in ODDITIES.items():
            self.tokens[name] = self._supplied(oddity)
            self.codes[name] = rpc("eth_getCode", self.tokens[name].address, "latest")
        self._set_limits()

    def deploy(self, name, *arguments, also=()):
        """A contract by its name; with functions of others if it hands calls on to them."""
        container = getattr(project.get_loaded_projects()[0], name)
        call = {"from": self.deployer.address, "data": container.deploy.encode_input(*arguments), "gas": hex(2**24)}
        receipt = mined({**call, "gasPrice": "0x0"})
        assert receipt["status"] == "0x1", f"{name} cannot be deployed"
        return self.at(name, receipt["contractAddress"], also)

    def at(self, name, address, also=()):
        container = getattr(project.get_loaded_projects()[0], name)
        own = [entry for entry in container.abi if entry["type"] != "constructor"]
        known = {entry.get("name") for entry in own}
        return Contract.from_abi(name, address, own + [e for e in also if e.get("name") not in known], persist=False)

    def everyone(self):
        contracts = (self.processor, self.secure, self.wallet, *vars(self.borrowers).values())
        people = (self.payer, self.merchant, self.bystander, self.fee_recipient, self.stranger, self.relayer)
        return [*(str(each) for each in (*contracts, *people)), *self.payees]

    def holdings(self, token):
        return holdings({"token": token, "other": self.other}, self.everyone())

    def _supplied(self, oddity):
        """A token that behaves, of which the parties hold some and have approved the contracts."""
        token = oddity.build(self, oddity.mock)
        if oddity.tame:
            method, *arguments = oddity.tame
            send(self.deployer, getattr(token, method), *arguments)
        parties = self.borrowers if oddity.in_a_loan else self
        for holder in (parties.payer, parties.merchant, self.bystander, self.wallet):
            send(self.deployer, token.mint, holder, SHARE * oddity.amount)
        for holder in (parties.payer, parties.merchant, self.bystander):
            for spender in (self.processor, self.secure):
                self.approve(holder, token, spender, oddity.approved)
        send(self.deployer, token.mint, self.processor, FEES * oddity.amount)
        send(self.bystander, self.secure.depositToken, token, DEPOSITED * oddity.amount)
        send(self.governor, self.processor.configureLimit, token, MAX96, DAY)
        return token

    def approve(self, holder, token, spender, amount):
        if holder in vars(self.borrowers).values():
            data = token.approve.encode_input(spender, amount)
            send(self.deployer, holder.execute, token, 0, data)
        else:
            send(holder, token.approve, spender, amount)

    def _council(self):
        factory = self.deploy("MultiSigFactory", self.deploy("MultiSig"))
        keys = owner_keys(3)
        arguments = (2, [key.address for key in keys], self.stranger, 2 * DAY, bytes(32))
        send(self.deployer, factory.create, *arguments)
        wallet = project.get_loaded_projects()[0].MultiSig.at(factory.addressOf(*arguments))
        return Council(wallet, keys, 2, self.relayer)

    def _set_limits(self):
        """The wallet may pay one amount of each token at once."""
        limits = [("configureLimit", token.address, ODDITIES[n].amount, DAY) for n, token in self.tokens.items()]
        self.council.carry_out(self.council.operation(*(self.council.call(self.wallet, *limit) for limit in limits)))


def keyed(name):
    """An account whose key is known, so that it can sign: a key for tests, worth nothing anywhere."""
    account = Account.from_key(keccak(text=f"test key: {name}"))
    rpc("anvil_impersonateAccount", account.address)
    return Keyed(account)


class Keyed:
    """An account that signs; its name is its address."""

    def __init__(self, account):
        self.key, self.address = account, account.address

    def __str__(self):
        return self.address
