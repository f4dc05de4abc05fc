"""The demo's tokens: a payer without coin pays by signature, a citizen within limits, and a ticket is sold."""

from dataclasses import replace

from eth_account import Account
from eth_utils.crypto import keccak

from offchain.core.payment import Invoice
from offchain.core.units import Address, Timestamp, TokenUnits
from scripts.chain.contract import Contract
from scripts.chain.signature import recover
from scripts.papers import authorization as files
from scripts.papers.amount import format_amount
from scripts.papers.authorization import Authorization
from scripts.papers.invoice import parse_word
from scripts.procedure.authorizations import payment_arguments
from scripts.procedure.calls import Call, parse_call
from scripts.procedure.council import DAY_SECONDS, Council
from scripts.procedure.expected import TOKEN_VERSION, power_calls
from scripts.procedure.logs import first_block, read_trail
from scripts.procedure.proposals import vocabulary
from scripts.procedure.stage import Stage
from scripts.procedure.terminal import say
from scripts.verify import verify

DOLLAR, CROWN = 10**6, 100
PRICE = TokenUnits(25 * DOLLAR)
SEAT = 7
# TEST KEY: anybody can compute it. It never holds any coin.
COINLESS = Account.from_key(keccak(text="quittance demo payer without coin"))
ORDER = (
    ("maker", "address"),
    ("taker", "address"),
    ("makerSells", "bool"),
    ("standard", "uint8"),
    ("asset", "address"),
    ("id", "uint256"),
    ("amount", "uint256"),
    ("currency", "address"),
    ("price", "uint256"),
    ("maxFeeBps", "uint256"),
    ("expiry", "uint256"),
    ("counter", "uint256"),
    ("salt", "uint256"),
)
DOMAIN = (("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address"))


def play_tokens(stage: Stage) -> None:
    """Every scene with a token that is issued here."""
    council = Council(stage, stage.session.deployed("Governor"))
    hand_out_powers(stage, council)
    pay_without_coin(stage)
    pay_within_limits(stage, council)
    sell_a_ticket(stage)
    check_powers(stage)


def hand_out_powers(stage: Stage, council: Council) -> None:
    """Roles, allowances and limits come from the governor wallet, after its delay, and so does all money."""
    dollar, governor = stage.session.deployed("QUSD"), council.wallet.address
    _title("Tokens: a stablecoin, a central bank's currency, tickets; the governor wallet alone has power over them")
    mint = ("mint", COINLESS.address, 100 * DOLLAR)
    stage.claim_refused("a stranger mints nothing", "MinterAllowanceExceeded", "stranger", dollar, *mint)
    powers = [text for made in stage.session.params.issued.values() for text in power_calls(made, governor)]
    mints = [f"QUSD.mint({who},{100 * DOLLAR})" for who in (COINLESS.address, stage.roles["payer"])]
    council.enact("stranger", *_calls(stage, *powers, *mints))
    stage.claim(
        f"two owners sign {len(powers)} powers and limits and two mints; after the delay they hold, all at once",
        dollar.read("totalSupply") == 200 * DOLLAR,
    )
    left = dollar.read("minterAllowance", governor)
    stage.claim(f"the wallet may still mint {_dollars(left)}", left == 999_800 * DOLLAR)


def pay_without_coin(stage: Stage) -> None:
    """EIP-3009: the payer signs, a stranger submits and pays the gas."""
    session, dollar, merchant = stage.session, stage.session.deployed("QUSD"), stage.roles["merchant"]
    processor = _with_errors(stage.processor, dollar)
    _title(f"Invoice 3: {_dollars(PRICE)} to the merchant, from a payer without any coin for gas")
    stage.claim("the payer has no coin at all", stage.coins(COINLESS.address) == 0)
    now = session.web3.eth.get_block("latest")["timestamp"]
    unsigned = Authorization(
        chain_id=session.network.chain_id,
        processor=Address(processor.address),
        name=session.params.issued["QUSD"].label[0],
        token_version=TOKEN_VERSION,
        payer=Address(COINLESS.address),
        invoice=Invoice(Address(dollar.address), Address(merchant), PRICE, parse_word("invoice 3")),
        valid_after=Timestamp(0),
        valid_before=Timestamp(now + DAY_SECONDS),
        sequence=0,
    )
    signature = bytes(COINLESS.sign_typed_data(full_message=unsigned.typed_data()).signature)
    received = files.read(files.write(unsigned.signed(signature, recover)), recover)
    say(f"  the payer signs 0x{received.digest.hex()}, and a stranger gets the file")
    pay = "processTokenPaymentWithAuthorization"
    stolen = replace(received, invoice=replace(received.invoice, to=Address(stage.roles["stranger"])))
    other = (*payment_arguments(stolen)[:7], received.nonce, signature)
    stage.claim_refused("the stranger cannot turn it to itself", "WrongNonce", "stranger", processor, pay, *other)
    again = payment_arguments(stolen)
    stage.claim_refused("nor sign for it", "ERC3009InvalidSignature", "stranger", processor, pay, *again)
    before = stage.balance("merchant", dollar)
    stage.act("stranger", processor, pay, *payment_arguments(received))
    paid_by, _, status = processor.read("payments", received.key)
    stage.claim("submitted by the stranger, it is paid by the payer", (paid_by, status) == (COINLESS.address, 1))
    stage.claim("the merchant has all of it", stage.balance("merchant", dollar) == before + PRICE)
    stage.claim("the payer has so much less", dollar.read("balanceOf", COINLESS.address) == 100 * DOLLAR - PRICE)
    untouched = (stage.coins(COINLESS.address), session.web3.eth.get_transaction_count(COINLESS.address)) == (0, 0)
    stage.claim("and has sent no transaction, nor ever had coin", untouched)
    twice = payment_arguments(received)
    stage.claim_refused("it cannot be submitted twice", "AlreadyPaid", "stranger", processor, pay, *twice)


def pay_within_limits(stage: Stage, council: Council) -> None:
    """ERC-7943: who is registered holds up to the limit of its tier, and nobody else anything."""
    crown, token = stage.session.deployed("QCB"), stage.session.deployed("QCB").address
    processor = _with_errors(stage.processor, crown)
    citizen, shop, stranger = (stage.roles[name] for name in ("payer", "merchant", "stranger"))
    limit = crown.read("holdingLimit", 1)
    _title(f"A central bank's currency: in tier 1 nobody holds more than {_crowns(limit)}")
    for who in (citizen, shop):
        stage.act("intermediary", crown, "register", who, 1)
    to_itself = ("register", stage.roles["intermediary"], 3)
    stage.claim_refused(
        "an intermediary puts nobody into tier 3", "NotIntermediarysTier", "intermediary", crown, *to_itself
    )
    council.enact(
        "stranger", *_calls(stage, f"QCB.issue({citizen},{3000 * CROWN})", f"QCB.issue({shop},{500 * CROWN})")
    )
    stage.claim(
        "the bank issues 3000 QCB to a citizen and 500 QCB to a shop", crown.read("totalSupply") == 3500 * CROWN
    )
    stage.act("payer", crown, "approve", processor.address, 3000 * CROWN)
    pay = ("processTokenPayment", token, shop)
    stage.act("payer", processor, *pay, 2500 * CROWN, parse_word("invoice 4"))
    stage.claim("the citizen pays 2500 QCB, and the shop is at its limit", crown.read("balanceOf", shop) == limit)
    over = f"ERC7943CannotTransfer(from {citizen.lower()}, to {shop.lower()}, amount 1)"
    stage.claim_refused("0.01 QCB more", over, "payer", processor, *pay, 1, parse_word("invoice 5"))
    barred = f"ERC7943CannotReceive(account {stranger.lower()})"
    outside = ("processTokenPayment", token, stranger, 1, parse_word("invoice 6"))
    stage.claim_refused("whoever is not registered gets nothing", barred, "payer", processor, *outside)
    stage.claim("nothing of that moved", crown.read("balanceOf", citizen) == 500 * CROWN)


def sell_a_ticket(stage: Stage) -> None:
    """Settlement: the ticket one way and the money the other, in one transaction or not at all."""
    session, merchant, buyer = stage.session, stage.roles["merchant"], stage.roles["payer"]
    dollar, seat, settlement = session.deployed("QUSD"), session.deployed("SEAT"), session.deployed("Settlement")
    _title(f"Delivery versus payment: seat {SEAT} for {_dollars(PRICE)}")
    stage.act("merchant", seat, "issue", merchant, SEAT, "")
    stage.act("merchant", seat, "approve", settlement.address, SEAT)
    expiry = session.web3.eth.get_block("latest")["timestamp"] + DAY_SECONDS
    anyone = "0x" + "00" * 20
    order = (merchant, anyone, True, 1, seat.address, SEAT, 1, dollar.address, PRICE, 500, expiry, 0, 1)
    signature = stage.sign(merchant, _order_data(stage, settlement, order))
    say(f"  the merchant signs the order 0x{settlement.read('hashOrder', order).hex()}")
    cheaper = (*order[:8], 1, *order[9:])
    settle = ("settle", cheaper, 1, signature)
    stage.claim_refused("at another price it is not the merchant's", "InvalidSignature", "payer", settlement, *settle)
    settle = ("settle", order, 1, signature)
    with_errors = _with_errors(settlement, dollar)
    stage.claim_refused("without money there is no seat", "ERC20InsufficientAllowance", "payer", with_errors, *settle)
    stage.claim("and nothing has moved", seat.read("ownerOf", SEAT) == merchant)
    stage.act("payer", dollar, "approve", settlement.address, PRICE)
    before = stage.balance("merchant", dollar), stage.balance("payer", dollar)
    block = session.web3.eth.block_number
    stage.act("payer", settlement, *settle)
    stage.claim("in one transaction the buyer has the seat", seat.read("ownerOf", SEAT) == buyer)
    stage.claim("and the merchant its price", stage.balance("merchant", dollar) == before[0] + PRICE)
    stage.claim("from the buyer", stage.balance("payer", dollar) == before[1] - PRICE)
    stage.claim("which took one block", session.web3.eth.block_number == block + 1)
    stage.claim_refused("the order is filled once", "OrderClosed", "payer", settlement, *settle)


def check_powers(stage: Stage) -> None:
    """All that was given away, read again from the chain."""
    session = stage.session
    _title("Who has power over the tokens, read again from their logs")
    keyed = "keys that can mint, seize, freeze, block or configure"
    checks = list(verify(session))
    for symbol in session.params.issued:
        mine = [check for check in checks if check.contract == symbol]
        none = any(check.what == keyed and check.found == [] for check in mine)
        stage.claim(
            f"{symbol}: {len(mine)} checks agree, and no key alone has power", all(c.agrees for c in mine) and none
        )
        contract = session.deployed(symbol)
        trail = read_trail(contract, first_block(session.web3, contract.address), session.web3.eth.block_number)
        trail.prove(session.network.chain_id)
        stage.claim(f"{symbol}: {trail.length} records fold to the head on the chain", trail.length > 0)


def _order_data(stage: Stage, settlement: Contract, order: tuple[object, ...]) -> dict[str, object]:
    """The order as typed data (EIP-712), its numbers as texts; a truth value stays one."""
    values = zip(ORDER, order, strict=True)
    message = {n: v if k == "bool" else str(v) for (n, k), v in values}
    named = {"EIP712Domain": DOMAIN, "Order": ORDER}
    return {
        "types": {name: [{"name": n, "type": k} for n, k in fields] for name, fields in named.items()},
        "primaryType": "Order",
        "domain": {
            "name": "Quittance Settlement",
            "version": settlement.read("version"),
            "chainId": stage.session.network.chain_id,
            "verifyingContract": settlement.address,
        },
        "message": message,
    }


def _calls(stage: Stage, *texts: str) -> list[Call]:
    known = vocabulary(stage.session)
    return [parse_call(text, known) for text in texts]


def _with_errors(contract: Contract, token: Contract) -> Contract:
    """The contract, with the errors that its token's calls pass on."""
    return Contract(contract.web3, contract.address, [*contract.abi, *(e for e in token.abi if e["type"] == "error")])


def _dollars(amount: int) -> str:
    return format_amount(amount, 6, "QUSD")


def _crowns(amount: int) -> str:
    return format_amount(amount, 2, "QCB")


def _title(text: str) -> None:
    say(f"\n{text}")
