"""What a node does to those who rely on it: blocks replaced, the pool lost, the base fee through the roof."""

import contextlib


def height(chain):
    return int(chain.rpc("eth_blockNumber"), 16)


class Branches:
    """The head of a chain; what was final once stays, also when the chain is shorter for a while."""

    def __init__(self, chain):
        self.chain, self.highest = chain, 0

    def reorganize(self, depth, way_back):
        """Replace the last `depth` blocks; how many transactions were in them, and what became of these."""
        chain = self.chain
        if (missing := self.highest - height(chain)) > 0:
            chain.mine(missing)
        self.highest = head = height(chain)
        blocks = [chain.rpc("eth_getBlockByNumber", hex(number), False) for number in range(head - depth + 1, head + 1)]
        raws = [chain.rpc("eth_getRawTransactionByHash", hash_) for block in blocks for hash_ in block["transactions"]]
        if way_back == "moved" and raws:
            try:
                chain.rpc("anvil_reorg", depth, [[raw, depth - 1] for raw in raws])
                return len(raws), "moved"
            except AssertionError:  # the fee of that block is higher: they find no place in it
                way_back = "dropped"
        if way_back == "returned" and raws:
            chain.rpc("anvil_rollback", depth)
            for raw in raws:
                with contextlib.suppress(AssertionError):  # the base fee is another by now, and too high for it
                    chain.rpc("eth_sendRawTransaction", raw)
            return len(raws), "returned"
        chain.rpc("anvil_reorg", depth, [])
        return len(raws), "dropped"


def spike(chain, base_fee):
    chain.rpc("anvil_setNextBlockBaseFeePerGas", hex(base_fee))


def lose_pool(chain):
    """How many transactions were in it."""
    status = chain.rpc("txpool_status")
    chain.rpc("anvil_dropAllTransactions")
    return sum(int(number, 16) for number in status.values())
