"""The control: a relayer that sends, then records. It is how it must not be done, and the faults have to show it."""

import sqlite3

from eth_account import Account
from eth_utils.address import to_checksum_address

TIP = 10**9
STEPS_A_PAYOUT = 3


async def send_then_record(node, secret, payouts, record, steps):
    """Pay out what the record does not have; what a node has taken is written down, and not seen to again."""
    account = Account.from_key(secret)
    with sqlite3.connect(record) as database:
        database.execute("CREATE TABLE IF NOT EXISTS sent (name TEXT PRIMARY KEY)")
        sent = {name for (name,) in database.execute("SELECT name FROM sent")}
        for payout in payouts:
            if payout.name in sent:
                continue
            base = int((await node.ask("eth_getBlockByNumber", "latest", False))["baseFeePerGas"], 16)
            signed = account.sign_transaction(
                {
                    "chainId": 31337,
                    "nonce": int(await node.ask("eth_getTransactionCount", account.address, "pending"), 16),
                    "to": to_checksum_address(payout.to),
                    "value": payout.value,
                    "gas": 21_000,
                    "maxPriorityFeePerGas": TIP,
                    "maxFeePerGas": 2 * base + TIP,
                }
            )
            steps.step("before it is sent")
            await node.ask("eth_sendRawTransaction", "0x" + signed.raw_transaction.hex().removeprefix("0x"))
            steps.step("sent, not recorded")
            database.execute("INSERT INTO sent VALUES (?)", (payout.name,))
            database.commit()
            steps.step("recorded")
