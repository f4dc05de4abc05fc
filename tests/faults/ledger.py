"""What became of every transfer, by the chains alone: their logs, balances and accumulators, and the table beside."""

import asyncio
from collections import Counter

from offchain.store.database import Database
from offchain.store.records import find_payments
from tests.offchain.bridge_chains import RECIPIENT, UNIT


def is_quiet(bridge, database_url):
    """Whether all that left arrived, for good, and the table has come to the same."""
    for route in (bridge.there, bridge.back):
        _, source, there, destination = bridge.end(route)
        final = there.web3.eth.get_block("finalized")["number"]
        if source.functions.outbox().call() != destination.functions.inbox().call(block_identifier=final):
            return False
    left = sum(source.functions.outbox().call()[0] for source in (bridge.vault, bridge.token))
    rows = asyncio.run(_rows(database_url))
    return len(rows) == left and all(row.status == "completed" for row in rows)


async def _rows(url):
    database = Database(url)
    try:
        return await find_payments(database)
    finally:
        await database.close()


def judged(bridge, database_url):
    """Transfers, how many of them were lost and doubled, and how often sums or the table say otherwise."""
    rows = asyncio.run(_rows(database_url))
    totals = Counter({"disagreements": _not_conserved(bridge)})
    for route, name in ((bridge.there, "Locked"), (bridge.back, "Burned")):
        totals.update(_route(bridge, route, name, [row for row in rows if row.route == f"0x{route.hex()}"]))
    return dict(totals)


def _route(bridge, route, name, rows):
    _, source, there, destination = bridge.end(route)
    left = {event["args"]["nonce"]: event for event in getattr(source.events, name)().get_logs(from_block=0)}
    arrived = [
        (nonce, event)
        for event in destination.events.Arrived().get_logs(from_block=0)
        for nonce in range(event["args"]["first"], event["args"]["count"])
    ]
    came, delivery = Counter(nonce for nonce, _ in arrived), dict(arrived)
    lost = doubled = 0
    for nonce, event in left.items():
        to, amount = event["args"]["to"], event["args"]["amount"]
        is_lost, is_doubled = not came[nonce], came[nonce] > 1
        if to != bridge.far.accounts[RECIPIENT]:  # every other payee is paid once, and holds what it was paid
            held = _held(there, destination, name, to)
            is_lost, is_doubled = is_lost or held < amount, is_doubled or held > amount
        lost, doubled = lost + is_lost, doubled + is_doubled
    said = {row.nonce: _said(row) for row in rows}
    true = {nonce: _true(event, delivery.get(nonce)) for nonce, event in left.items()}
    return {
        "transfers": len(left),
        "lost": lost,
        "doubled": doubled + len(came.keys() - left.keys()),
        "deliveries": len({event["transactionHash"] for _, event in arrived}),
        "disagreements": sum(said.get(nonce) != true.get(nonce) for nonce in said.keys() | true.keys())
        + (sorted(left) != list(range(len(left)))),
    }


def _true(left, delivery):
    """What a row has to say, by the logs."""
    args, paid = left["args"], delivery and _hex(delivery["transactionHash"])
    return args["from"], args["to"], args["amount"], _hex(left["transactionHash"]), paid


def _held(chain, destination, name, payee):
    """What a payee has, in the route's units."""
    if name == "Locked":
        return destination.functions.balanceOf(payee).call()
    return chain.web3.eth.get_balance(payee) // UNIT


def _said(row):
    return row.sender, row.recipient, row.amount, row.source_transaction, row.target_transaction


def _hex(hash_):
    return "0x" + hash_.hex().removeprefix("0x")


def _not_conserved(bridge):
    """How many of the equations do not hold, each to the unit: out is in, and what is out is covered."""
    locked, burned = bridge.vault.functions.outbox().call(), bridge.token.functions.outbox().call()
    supply = bridge.token.functions.totalSupply().call()
    cover = bridge.near.web3.eth.get_balance(bridge.vault.address)
    return sum(
        (
            locked != bridge.token.functions.inbox().call(),
            burned != bridge.vault.functions.inbox().call(),
            supply != locked[1] - burned[1],
            cover != supply * UNIT,
        )
    )
