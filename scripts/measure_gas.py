"""Measure what each act costs, beside its peers, all on one fresh chain under the same compiler settings.

Every figure is a receipt's gasUsed, the 21,000 of the transaction included, from cold state: payment ids used for the
first time, recipients that already hold native coin and tokens, infinite allowances, contracts that already hold some.
"""

from typing import Any

from scripts.gas_chain import DAY_SECONDS, Chain, fresh_chain, random_address, random_bytes
from scripts.gas_signed import measure_signed
from scripts.gas_targets import Figure
from scripts.measure_bridge import measure_bridge
from scripts.measure_governance import measure_governance
from scripts.measure_tokens import measure_tokens

NATIVE = "0x" + "00" * 20
GWEI = 10**9
BATCH = 100
FEE_BPS = 100

REQUEST = "Request Network 0.48.0, an event only"
PUBLISHED = "Request Network's figure is of the bytecode that its npm package publishes"
REQUEST_BATCH = [
    "constructor(address,address,address) nonpayable",
    "approvePaymentProxyToSpend(address) nonpayable",
    "batchEthPaymentsWithReference(address[],uint256[],bytes[],uint256[],address) payable",
    "batchERC20PaymentsWithReference(address,address[],uint256[],bytes[],uint256[],address) nonpayable",
]
REQUEST_NATIVE = ["transferWithReferenceAndFee(address,bytes,uint256,address) payable"]
REQUEST_TOKEN = ["transferFromWithReferenceAndFee(address,address,uint256,bytes,uint256,address) nonpayable"]

FLOOR_PAY_NATIVE = 21_000 + 944 + 9_300 + 22_100 + 2_012  # transaction, calldata, send, one fresh slot, event


def measure_gas() -> dict[str, Figure]:
    """Every key of reports/gas.json that is built, measured on a chain of its own. The project must be compiled."""
    with fresh_chain() as chain:
        market = _Market(chain)
        return {
            **_measure_payments(market),
            **measure_signed(chain, market.processor),
            **_measure_escrows(market),
            **_measure_batches(market),
            **measure_governance(chain),
            **measure_tokens(chain),
            **measure_bridge(chain),
        }


class _Market:
    """The contracts, ours and the peers', and the infinite allowances of a payer who holds the token."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        settings = (2 * DAY_SECONDS, chain.governor, chain.governor, 0, chain.fee_recipient)
        self.processor = chain.deploy("PaymentProcessor", *settings)
        self.secure = chain.deploy("SecurePayment", *settings)
        self.naive = chain.deploy("NaivePayments")
        self.token = chain.deploy("PlainToken")
        self.request_native = chain.deploy_request("EthereumFeeProxy", REQUEST_NATIVE)
        self.request_token = chain.deploy_request("ERC20FeeProxy", REQUEST_TOKEN)
        proxies = (self.request_token.address, self.request_native.address)
        self.request_batch = chain.deploy_request("BatchPayments", REQUEST_BATCH, *proxies, chain.deployer)
        chain.send(chain.deployer, self.token.functions.transfer(chain.payer, 10**29))
        spenders = (self.processor, self.secure, self.naive, self.request_token, self.request_batch)
        for spender in [*(contract.address for contract in spenders), chain.deployer]:
            chain.send(chain.payer, self.token.functions.approve(spender, 2**256 - 1))
        chain.send(chain.deployer, self.request_batch.functions.approvePaymentProxyToSpend(self.token.address))
        self.hold(chain.merchant, self.secure.address)

    def hold(self, *accounts: str) -> None:
        """Each account holds some of the token already."""
        for account in accounts:
            self.chain.send(self.chain.deployer, self.token.functions.transfer(account, 10**6))

    def payee(self, name: str) -> str:
        """A payee of its own for each figure, who holds native coin and tokens already."""
        account = random_address(name)
        self.chain.fund(account)
        self.hold(account)
        return account

    def pay(self, call: Any, value: int = 0) -> int:
        return self.chain.send(self.chain.payer, call, value)


def _measure_payments(market: _Market) -> dict[str, Figure]:
    chain, token, processor, naive = market.chain, market.token, market.processor, market.naive
    wei, units = 13_700_000 * GWEI, 125_500_000
    payment_id, reference = random_bytes("payment"), random_bytes("reference")[:8]
    payee = market.payee("payee")
    deal = (payee, wei, payment_id)
    native_peers = {
        "naive contract": market.pay(naive.functions.processPayment(*deal), wei),
        REQUEST: market.pay(
            market.request_native.functions.transferWithReferenceAndFee(payee, reference, 0, chain.fee_recipient), wei
        ),
        "plain transfer, no proof": chain.transfer(chain.payer, payee, wei),
        "Coinbase Transfers (quoted)": 73_928,
    }
    token_deal = (token.address, payee, units, random_bytes("token payment"))
    request_deal = (token.address, payee, units, reference, 0, chain.fee_recipient)
    token_peers = {
        "naive contract": market.pay(naive.functions.processTokenPayment(*token_deal)),
        REQUEST: market.pay(market.request_token.functions.transferFromWithReferenceAndFee(*request_deal)),
        "OpenZeppelin transfer, no proof": market.pay(token.functions.transfer(payee, units)),
        "OpenZeppelin transferFrom, no proof": chain.send(
            chain.deployer, token.functions.transferFrom(chain.payer, payee, units)
        ),
        "Coinbase Transfers (quoted)": 93_966,
        "commerce-payments charge (quoted)": 99_835,
        "commerce-payments charge and pre-approval (quoted)": 99_835 + 56_082,
    }
    pay_native = market.pay(processor.functions.processPayment(*deal), wei)
    pay_token = market.pay(processor.functions.processTokenPayment(*token_deal))
    chain.send(chain.governor, processor.functions.setFee(FEE_BPS))
    pay_fee = market.pay(processor.functions.processPayment(payee, wei, random_bytes("fee payment")), wei)
    chain.send(chain.governor, processor.functions.setFee(0))
    return {
        "pay_native": Figure(
            gas=pay_native,
            peers=native_peers,
            floor=FLOOR_PAY_NATIVE,
            how=f"processPayment, no fee; {PUBLISHED}. The floor is arithmetic: one fresh slot, one send, one event",
        ),
        "pay_erc20": Figure(
            gas=pay_token,
            peers=token_peers,
            floor=None,
            how=f"processTokenPayment of OpenZeppelin's ERC-20, no fee; {PUBLISHED}",
        ),
        "pay_native_fee": Figure(
            gas=pay_fee,
            peers={"Coinbase Transfers with a fee (quoted)": 83_682},
            floor=None,
            how="processPayment with a fee of 1 %, which stays in the processor until it is swept",
        ),
    }


def _measure_escrows(market: _Market) -> dict[str, Figure]:
    chain, functions = market.chain, market.secure.functions
    deadline = chain.w3.eth.get_block("latest")["timestamp"] + 7 * DAY_SECONDS
    figures: dict[str, Figure] = {}
    for kind, token, amount in (("native", NATIVE, 52_300_000 * GWEI), ("erc20", market.token.address, 480_250_000)):
        peers = {"commerce-payments authorize and capture (quoted)": 144_796} if kind == "erc20" else {}
        terms = (chain.payer, chain.merchant, token, amount, deadline, deadline + 30 * DAY_SECONDS, 0, FEE_BPS)
        escrow = (*terms, int.from_bytes(random_bytes(f"salt {kind}")))
        figures[f"authorize_{kind}"] = Figure(
            gas=market.pay(functions.authorize(escrow), amount if kind == "native" else 0),
            peers=peers,
            floor=None,
            how="authorize by the payer, no fee; a peer's figure is for both steps, authorize and capture",
        )
        figures[f"capture_{kind}"] = Figure(
            gas=chain.send(chain.merchant, functions.capture(escrow, amount)),
            peers=peers,
            floor=None,
            how="capture of the whole by the merchant, no fee; a peer's figure is for both steps",
        )
    return figures


def _measure_batches(market: _Market) -> dict[str, Figure]:
    chain, token = market.chain, market.token
    payees = [market.payee(f"payee {i}") for i in range(BATCH)]
    numbers = [int.from_bytes(random_bytes(f"amount {i}")[:8]) for i in range(BATCH)]
    wei = [(1_000_000 + number % 19_000_000) * GWEI for number in numbers]  # 0.001 to 0.02 of the coin
    units = [(1_000 + number % 399_000) * 10_000 for number in numbers]  # 10 to 4,000 with cents, six decimals
    references = [random_bytes(f"reference {i}")[:8] for i in range(BATCH)]
    request = (references, [0] * BATCH, chain.fee_recipient)
    call_native = market.request_batch.functions.batchEthPaymentsWithReference(payees, wei, *request)
    request_native = market.pay(call_native, sum(wei))
    call_token = market.request_batch.functions.batchERC20PaymentsWithReference(token.address, payees, units, *request)
    request_token = market.pay(call_token)
    process = market.processor.functions.processBatch
    batch_native = market.pay(process(NATIVE, _packed(payees, wei), sum(wei), random_bytes("batch native")), sum(wei))
    batch_token = market.pay(process(token.address, _packed(payees, units), sum(units), random_bytes("batch token")))
    plain_token = market.pay(token.functions.transfer(payees[0], units[0]))
    how = f"processBatch with {BATCH} payees, the whole transaction divided by {BATCH}; {PUBLISHED}"
    return {
        "batch100_native_each": Figure(
            gas=_each(batch_native),
            peers={
                REQUEST: _each(request_native),
                "plain transfer, one transaction each": chain.transfer(chain.payer, payees[0], wei[0]),
                "Gaslite, unchecked (quoted)": 10_171,
            },
            floor=None,
            how=f"{how}; 0.001 to 0.02 of the coin each, in whole gwei",
        ),
        "batch100_erc20_each": Figure(
            gas=_each(batch_token),
            peers={
                REQUEST: _each(request_token),
                "OpenZeppelin transfer, one transaction each": plain_token,
                "Gaslite, unchecked (quoted)": 9_186,
            },
            floor=None,
            how=f"{how}; 10 to 4,000 of a token with six decimals each, in whole cents",
        ),
    }


def _packed(payees: list[str], amounts: list[int]) -> list[bytes]:
    return [bytes.fromhex(to[2:]) + amount.to_bytes(12) for to, amount in zip(payees, amounts, strict=True)]


def _each(gas: int) -> int:
    """Round half up."""
    return (gas + BATCH // 2) // BATCH
