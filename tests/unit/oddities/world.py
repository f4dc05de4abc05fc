"""The contracts, the parties and one token of each oddity, all well-behaved so far."""

import time

from brownie import Contract, accounts, project
from eth_utils import to_checksum_address

from scripts.papers.signed import PERMIT2
from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.stateful.edge import batch
from tests.support import deploy_permit2, mined, rpc, send
from tests.unit.keys import DAY, fresh_address
from tests.unit.oddities.case import holdings
from tests.unit.oddities.tokens import MAX96, ODDITIES
from tests.unit.signing import Council, owner_keys

FEE_BPS = 100
SHARE = 10  # payer, merchant and wallet hold this many amounts of each token
FEES = 4  # and processor and settlement so many, as fees
OTHER = 10**6
STEP_GAS = 10**6
DEPOSITED = 6  # and SecurePayment so many, of somebody else


class World:
    """Roles and contracts by name; `tokens` by oddity."""

    def __init__(self, deployer, governor, fee_recipient, processor, secure):
        self.deployer, self.governor, self.fee_recipient = deployer, governor, fee_recipient
        self.processor, self.secure = processor, secure
        self.payer, self.merchant, self.stranger, self.bystander, self.relayer = accounts[4:9]
        self.payees = [to_checksum_address(fresh_address(number)) for number in range(2)]
        self.borrowers = {role: self.deploy("FlashBorrower") for role in ("payer", "merchant", "relayer")}
        self.borrowers["payer"] = self._with_code(accounts[9], self.borrowers["payer"])
        arguments = GOVERNOR_DELAY_SECONDS, governor, self.stranger, 0, fee_recipient
        self.settlement = self.deploy("Settlement", *arguments)
        self.council = self._council()
        self.wallet = self.council.wallet
        deploy_permit2(deployer)
        self.signed_token, self.fee_token, self.other = (
            self.deploy(n) for n in ("SignedToken", "FeeToken", "TestToken")
        )
        self._begin()
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

    def everyone(self, in_a_loan=True):
        borrowers = self.borrowers.values() if in_a_loan else ()
        contracts = (self.processor, self.secure, self.settlement, self.wallet, *borrowers)
        people = (self.payer, self.merchant, self.bystander, self.fee_recipient, self.stranger, self.relayer)
        return [*(str(each) for each in (*contracts, *people)), *self.payees]

    def send(self, actor, method, *arguments):
        """A transaction of an account, or of a contract that does what it is told."""
        self.send_all([(actor, method, *arguments)])

    def send_all(self, steps):
        """Several transactions, in their order; all must go through."""
        sent = [rpc("eth_sendTransaction", self._call(*step)) for step in steps]
        asked = [("eth_getTransactionReceipt", [txid]) for txid in sent]
        while not all(receipts := [answer["result"] for answer in batch(asked)]):
            time.sleep(0.001)
        for step, receipt in zip(steps, receipts, strict=True):
            assert receipt["status"] == "0x1", f"{step[1]._name} reverted"

    def _call(self, actor, method, *arguments):
        to, data = method._address, method.encode_input(*arguments)
        if actor in self.borrowers.values():
            data, to = actor.execute.encode_input(to, 0, data), actor.address
            actor = self.stranger
        return {"from": str(actor), "to": to, "data": data, "gas": hex(STEP_GAS), "gasPrice": "0x0"}

    def holdings(self, token, in_a_loan):
        return holdings({"token": token, "other": self.other}, self.everyone(in_a_loan))

    def _supplied(self, oddity):
        """A token that behaves, of which the parties hold some and have approved the contracts."""
        token = oddity.build(self, oddity.mock)
        if oddity.tame:
            method, *arguments = oddity.tame
            send(self.deployer, getattr(token, method), *arguments)
        holders = [self.payer, self.merchant, *(self.borrowers.values() if oddity.in_a_loan else ())]
        steps = [(self.deployer, token.mint, h, SHARE * oddity.amount) for h in (*holders, self.bystander, self.wallet)]
        for holder in holders:
            spenders = (self.processor, self.secure, self.settlement, PERMIT2)
            steps += [(holder, token.approve, spender, oddity.approved) for spender in spenders]
        steps.append((self.bystander, token.approve, self.secure, oddity.approved))
        steps.append((self.bystander, self.secure.depositToken, token, DEPOSITED * oddity.amount))
        for contract in (self.processor, self.settlement):
            steps.append((self.deployer, token.mint, contract, FEES * oddity.amount))
            steps.append((self.governor, contract.configureLimit, token, MAX96, DAY))
        self.send_all(steps)
        return token

    def impersonated(self, contract):
        """A contract from which the node takes transactions."""
        rpc("anvil_impersonateAccount", contract.address)
        return contract

    def _begin(self):
        """A fee everywhere; and of another token everybody holds some, so that it shows if that moves."""
        contracts, spenders = (self.processor, self.secure, self.settlement), (self.payer, self.merchant)
        steps = [(self.governor, contract.setFee, FEE_BPS) for contract in contracts]
        steps += [(self.deployer, self.other.mint, holder, OTHER) for holder in self.everyone()]
        for holder in (*spenders, *self.borrowers.values()):
            steps.append((holder, self.other.approve, self.settlement, OTHER))
        self.send_all(steps)

    def _with_code(self, account, contract):
        """An account that has both a key and code (EIP-7702): the code of a contract."""
        rpc("anvil_setCode", account.address, rpc("eth_getCode", contract.address, "latest"))
        return self.at(contract._name, account.address)

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
