"""The stage on which the demo plays: contracts, roles, and claims that are checked as they are said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from web3 import Web3
from web3.types import RPCEndpoint

from offchain.core.refusal import Refusal
from scripts.chain.contract import CallRefused, Contract
from scripts.chain.sender import Call, Sender
from scripts.papers.amount import format_amount, format_native
from scripts.procedure.session import Session
from scripts.procedure.terminal import say, table


class ClaimFalse(Refusal):
    """Something that the demo says is not so."""


@dataclass
class Stage:
    """The contracts and the roles, by the development chain's accounts, and how many claims held."""

    session: Session
    processor: Contract
    secure: Contract
    token: Contract
    worthless: Contract
    roles: dict[str, str]
    claims: int = 0

    def act(self, role: str, contract: Contract, name: str, *arguments: Any, value: int = 0) -> None:
        """Send a call as a role, or with no name native coin alone. Errors: CallRefused."""
        sender = Sender(self.session.web3, self.roles[role], None, 1)
        data = contract.calldata(name, *arguments) if name else b""
        call = Call(contract.address, data, value, abi=contract.abi)
        sender.wait(sender.send(sender.draft(call), lambda signed: None), lambda progress: None)

    def claim(self, words: str, holds: bool) -> None:
        """Say what holds. Errors: ClaimFalse."""
        if not holds:
            raise ClaimFalse(words)
        self.claims += 1
        say(f"  ok  {words}")

    def claim_refused(self, words: str, error: str, role: str, contract: Contract, *call: Any, value: int = 0) -> None:
        """Claim that a call reverts with this typed error."""
        try:
            self.act(role, contract, *call, value=value)
        except CallRefused as refusal:
            self.claim(f"{words}: {error}", error in str(refusal))
        else:
            raise ClaimFalse(words)

    def wait(self, seconds: int) -> None:
        """Let time pass on the local chain."""
        for method, arguments in (("evm_increaseTime", [seconds]), ("evm_mine", [])):
            self.session.web3.provider.make_request(RPCEndpoint(method), arguments)

    def sign(self, address: str, typed_data: Mapping[str, Any]) -> bytes:
        """An account's signature, made by the node, which holds the test keys."""
        method = RPCEndpoint("eth_signTypedData_v4")
        answer = self.session.web3.provider.make_request(method, [address, typed_data])
        return bytes.fromhex(answer["result"][2:])

    def balance(self, role: str, token: Contract | None = None) -> int:
        """What a role has, in base units."""
        address = self.roles[role]
        return int(token.read("balanceOf", address)) if token else self.coins(address)

    def coins(self, address: str) -> int:
        """What an address has of the native coin, in wei."""
        return self.session.web3.eth.get_balance(Web3.to_checksum_address(address))

    def show_balances(self, *roles: str) -> None:
        """A table of what roles have."""
        rows = [
            (role, format_native(self.balance(role)), format_amount(self.balance(role, self.token), 18, "TEST"))
            for role in roles
        ]
        table([(f"    {role}", *amounts) for role, *amounts in rows])
