"""What the operator of the tests issues: a token of each kind, all powers but a key's own with the governor wallet."""

import json

from eth_account import Account
from eth_utils.crypto import keccak

from scripts.papers.params import Params
from scripts.procedure.calls import parse_call
from scripts.procedure.expected import power_calls
from scripts.procedure.wording import Vocabulary

# TEST KEYS: anybody can compute them.
INTERMEDIARY = Account.from_key(keccak(text="quittance test intermediary"))
MERCHANT = Account.from_key(keccak(text="quittance test merchant"))
PAYER = Account.from_key(keccak(text="quittance test payer"))


def role(name):
    return bytes(keccak(text=f"{name}_ROLE"))


def issued(**changes):
    """The tokens as params.json has them; `QUSD={…}` changes entries of one."""
    chosen = {
        "QUSD": {
            "contract": "Stablecoin",
            "name": "Quittance Dollar",
            "roles": {"MASTER_MINTER": ["Governor"], "BLOCKLISTER": ["Governor"], "ENFORCER": ["Governor"]},
            "minters": {"Governor": "1000000QUSD"},
        },
        "QCB": {
            "contract": "CentralBankToken",
            "name": "Quittance Crown",
            "roles": {"BANK": ["Governor"], "INTERMEDIARY": [INTERMEDIARY.address], "ENFORCER": ["Governor"]},
            "holdingLimits": ["3000QCB", "30000QCB", "1000000QCB"],
        },
        "QBEP": {"contract": "Bep20Token", "name": "Quittance Bep"},
        "SEAT": {"contract": "TicketToken", "name": "Seats", "roles": {"MERCHANT": [MERCHANT.address]}},
        "CUP": {
            "contract": "VoucherToken",
            "uri": "https://example.org/{id}.json",
            "roles": {"MERCHANT": [MERCHANT.address]},
        },
    }
    for symbol, entries in changes.items():
        chosen[symbol] = {**chosen.get(symbol, {}), **entries}
    return chosen


def power_calls_of(operator):
    """What the governor is to do for the tokens, as (target, calldata)."""
    made = Params.parse(json.loads((operator.folder / "params.json").read_text()), live=True).issued
    calls = [text for token in made.values() for text in power_calls(token, operator.address("Governor"))]
    abis = {operator.address(symbol): operator.contract(symbol).abi for symbol in made}
    known = Vocabulary({operator.address(symbol): symbol for symbol in made}, abis, {})
    return [(target, data) for target, _, data in (parse_call(text, known) for text in calls)]
