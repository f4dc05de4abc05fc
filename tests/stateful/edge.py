"""The chain as a stateful test reads it: raw requests, many at a time, and each answer kept until the chain moves.

Brownie's own calls take ten times as long, and a machine asks some fifty questions after every step.
"""

from brownie import web3
from eth_abi import decode
from eth_utils import function_signature_to_4byte_selector, is_address, to_checksum_address

from scripts.papers.audit import ACT_RECORDED, record_of
from tests.support import rpc

GAS = 20_000_000
PANIC = bytes.fromhex("4e487b71")
ERROR = bytes.fromhex("08c379a0")


class Edge:
    """Answers about one moment of the chain; call `moved` when the moment has passed."""

    def __init__(self, contracts):
        self.errors = _errors(contracts)
        self.answers = {}
        self.encoded = {}  # Brownie takes longer to encode a view than the chain to answer it

    def moved(self):
        self.answers = {}

    def view(self, contract, function, *arguments):
        """What a view of a contract returns."""
        (answer,) = self.views(contract, (function, *arguments))
        return answer

    def views(self, contract, *asked):
        """What several views return, in one round trip; each is asked for as (function, *arguments)."""
        answers = self.foresee((contract, *question) for question in asked)
        for question, (error, _) in zip(asked, answers, strict=True):
            assert error is None, f"{question}: {error}"
        methods = [getattr(contract, function) for function, *_ in asked]
        return [plain(method.decode_output(answer)) for method, (_, answer) in zip(methods, answers, strict=True)]

    def foresee(self, questions):
        """Ask many views, each (contract, function, *arguments), at once: `view` has their answers then."""
        return self.ask([(self._viewing(contract, function, rest), None) for contract, function, *rest in questions])

    def ask(self, questions):
        """For each (request, block time or None for now): (typed error with its values or None, answer or None).

        Nothing is written. Questions that were asked before are not asked again.
        """
        keys = [(tuple(request.items()), at) for request, at in questions]
        new = [key for key in dict.fromkeys(keys) if key not in self.answers]
        calls = []
        for request, at in new:
            overrides = ({}, {"time": hex(at)}) if at is not None else ()
            calls.append(("eth_call", [dict(request), "latest", *overrides]))
        for key, response in zip(new, batch(calls), strict=True):
            self.answers[key] = self._read(response)
        return [self.answers[key] for key in keys]

    def holdings(self, tokens, accounts):
        """What each account holds of native coin (the zero address) and of each token, by (asset, account)."""
        names, calls = [], []
        for account in accounts:
            names.append(("0x" + "00" * 20, account))
            calls.append(("eth_getBalance", [account, "latest"]))
            for token in tokens:
                data = "0x70a08231" + account[2:].rjust(64, "0")  # balanceOf(address)
                names.append((token, account))
                calls.append(("eth_call", [{"to": token, "data": data}, "latest"]))
        return {name: int(answer["result"], 16) for name, answer in zip(names, batch(calls), strict=True)}

    def send_to_fail(self, request):
        """Send a transaction that is known to revert; its status and logs."""
        sent = web3.manager.request_blocking("eth_sendTransaction", [{**request, "gasPrice": "0x0"}])
        receipt = rpc("eth_getTransactionReceipt", sent)
        return int(receipt["status"], 16), receipt["logs"]

    def _viewing(self, contract, function, arguments):
        key = (contract.address, function, *map(str, arguments))
        if key not in self.encoded:
            data = getattr(contract, function).encode_input(*arguments)
            self.encoded[key] = {"to": contract.address, "data": data}
        return self.encoded[key]

    def _read(self, response):
        if "error" not in response:
            return None, response["result"]
        data = bytes.fromhex(response["error"].get("data", "0x").removeprefix("0x"))
        if data[:4] not in self.errors:
            return ("untyped", (data,)), None
        name, types = self.errors[data[:4]]
        return (name, plain(decode(types, data[4:]))), None


def request(sender, contract, function, arguments=(), value=0):
    """A call of a contract's function as the chain takes it."""
    data = getattr(contract, function).encode_input(*arguments)
    return {"from": sender, "to": contract.address, "data": data, "value": hex(value), "gas": hex(GAS)}


def batch(calls):
    """The raw responses to many requests, in their order, in one round trip."""
    if not calls:
        return []
    responses = web3.provider.make_batch_request(calls)
    return sorted(responses, key=lambda response: response["id"])


def plain(value):
    """Brownie's and eth_abi's values as the model has them: bytes, checksummed addresses, tuples."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return tuple(plain(each) for each in value)
    if isinstance(value, bytes):
        return bytes(value)
    return to_checksum_address(value) if isinstance(value, str) and is_address(value) else value


def exported(contract):
    """The whole audit trail of a contract, as anyone can read it from the chain's logs."""
    query = {"fromBlock": "0x0", "address": contract.address, "topics": ["0x" + ACT_RECORDED.hex()]}
    logs = rpc("eth_getLogs", query)
    raw = [([bytes.fromhex(topic[2:]) for topic in log["topics"]], bytes.fromhex(log["data"][2:])) for log in logs]
    return [record_of(topics, data) for topics, data in raw]


def as_tuple(terms):
    """Terms, of an escrow or an invoice, as the contract takes them."""
    return tuple(vars(terms).values())


def _errors(contracts):
    """Every typed error that can come back, by selector."""
    errors = {PANIC: ("Panic", ["uint256"]), ERROR: ("Error", ["string"])}
    for contract in contracts:
        for entry in contract.abi:
            if entry["type"] == "error":
                types = [field["type"] for field in entry["inputs"]]
                selector = function_signature_to_4byte_selector(f"{entry['name']}({','.join(types)})")
                errors[selector] = (entry["name"], types)
    return errors
