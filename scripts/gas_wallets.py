"""Our own wallets as gas is measured of them: made by their factory, their acts really signed by the owners."""

from typing import Any

from eth_account.signers.local import LocalAccount

from offchain.core.units import Address, Seconds, Timestamp, TokenUnits
from scripts.gas_chain import DAY_SECONDS, START_SECONDS, Chain, random_bytes
from scripts.papers.agreement import (
    Act,
    Domain,
    Quorum,
    compact,
    operation,
    owner_change,
    payment,
    quorum_of,
    typed_data,
)

DELAY_SECONDS = Seconds(2 * DAY_SECONDS)
DEADLINE = Timestamp(START_SECONDS + 365 * DAY_SECONDS)  # the same in every run, so that what is signed is, too
NO_PREDECESSOR = bytes(32)


def encoded(contract: Any, name: str, *arguments: Any) -> bytes:
    """The calldata of a function."""
    return bytes.fromhex(contract.encode_abi(name, arguments)[2:])


def addresses_of(accounts: list[LocalAccount]) -> list[Address]:
    """Their addresses, in the same order."""
    return [Address(account.address) for account in accounts]


class Wallets:
    """The implementation and the factory on one chain, and the wallets made of them."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.implementation = chain.deploy("MultiSig")
        self.factory = chain.deploy("MultiSigFactory", self.implementation.address)

    def create(self, owners: list[LocalAccount], threshold: int) -> tuple["Wallet", int]:
        """A wallet with the governor as its guardian; the wallet and the gas it took."""
        salt = random_bytes(f"salt {threshold} of {len(owners)}")
        addresses = addresses_of(owners)
        call = self.factory.functions.create(threshold, addresses, self.chain.governor, DELAY_SECONDS, salt)
        address = call.call({"from": self.chain.relayer})
        gas = self.chain.send(self.chain.relayer, call)
        contract = self.chain.w3.eth.contract(address=address, abi=self.implementation.abi)
        return Wallet(self.chain, contract, owners, threshold), gas


class Wallet:
    """One wallet. As few owners as it takes sign what it does, the first of them; the relayer, no owner, sends it."""

    def __init__(self, chain: Chain, contract: Any, owners: list[LocalAccount], threshold: int) -> None:
        self.chain, self.contract, self.owners, self.threshold = chain, contract, owners, threshold
        self.address = Address(contract.address)

    def pay(self, to: str, amount: int, token: str) -> int:
        """Pay at once, or schedule the payment if it is over the limit; the gas it took."""
        quorum = self.agree(payment(Address(to), TokenUnits(amount), Address(token), self._nonce(), DEADLINE))
        return self._send("pay", (to, amount, token), DEADLINE, quorum)

    def delay_payment(self, to: str, amount: int, token: str) -> int:
        """Schedule a payment over the limit, wait, and let the relayer execute it; the gas of both."""
        salt = self._nonce().to_bytes(32)
        gas = self.pay(to, amount, token)
        return gas + self._execute("settle", salt, (to, amount, token))

    def configure_limit(self, token: str, capacity: int) -> None:
        """Let the wallet send so much of the token a day, by an operation that waits as every other."""
        nonce, arguments = self._nonce(), (token, capacity, DAY_SECONDS)
        calls = [(self.address, 0, encoded(self.contract, "configureLimit", *arguments))]
        quorum = self.agree(operation(calls, NO_PREDECESSOR, DELAY_SECONDS, nonce, DEADLINE))
        self._send("schedule", calls, NO_PREDECESSOR, DELAY_SECONDS, DEADLINE, quorum)
        self._execute("configureLimit", nonce.to_bytes(32), *arguments)

    def change_owners(self, owners: list[LocalAccount]) -> None:
        """From now on these owners sign, as many as before."""
        nonce, current, addresses = self._nonce(), self._owner_set(), addresses_of(owners)
        quorum = self.agree(owner_change(self.threshold, addresses, nonce, DEADLINE))
        self._send("changeOwners", self.threshold, addresses, DEADLINE, quorum)
        self._execute("setOwners", nonce.to_bytes(32), current, self.threshold, addresses)
        self.owners = owners

    def agree(self, act: Act) -> Quorum:
        """The quorum that signed an act, with the shortest signatures there are (ERC-2098)."""
        data = typed_data(Domain(int(self.chain.w3.eth.chain_id), self.address, self._owner_set()), act)
        signed = {
            Address(signer.address): compact(bytes(signer.sign_typed_data(full_message=data).signature))
            for signer in self.owners[: self.threshold]
        }
        return quorum_of(self.threshold, addresses_of(self.owners), signed)

    def _execute(self, name: str, salt: bytes, *arguments: Any) -> int:
        self.chain.wait(DELAY_SECONDS)
        call = encoded(self.contract, name, *arguments)
        return self._send("execute", self.address, 0, call, NO_PREDECESSOR, salt)

    def _send(self, name: str, *arguments: Any) -> int:
        return self.chain.send(self.chain.relayer, self.contract.functions[name](*arguments))

    def _nonce(self) -> int:
        return int(self.contract.functions.nonce().call())

    def _owner_set(self) -> bytes:
        return bytes(self.contract.functions.ownerSet().call())
