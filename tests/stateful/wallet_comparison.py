"""What the contracts store, held against the books of the reference model."""

from offchain.core.units import NATIVE
from tests.model.governed import GovernedBook
from tests.model.limits import available_of
from tests.model.multisig import MultiSigBook
from tests.model.timelock_book import timestamp_of


class WalletComparison:
    """The part of the machine that compares."""

    def compare(self, before):
        """What the contracts store against the model's books, wherever those changed."""
        for where, book in self.world.books.items():
            old, contract = before.books[where], self.contract(where)
            if book == old:
                continue
            expected = {("pausedUntil",): book.paused_until}
            expected |= {("auditHead",): book.audit_head, ("auditLength",): book.audit_length}
            expected |= {("heartbeatUntil", each): until for each, until in book.heard_until.items()}
            expected |= {("available", asset): available_of(book, asset, self.now) for asset in book.buckets}
            for asset, bucket in book.buckets.items():
                expected["limitOf", asset] = (bucket.capacity, bucket.refill_seconds)
            if isinstance(book, MultiSigBook):
                expected |= {("nonce",): book.nonce, ("ownerSet",): book.owner_set, ("guardian",): book.guardian}
                expected["getMinDelay",] = book.min_delay
                for key in {*book.entries, *old.entries}:
                    expected["getTimestamp", key] = timestamp_of(book, key)
                for verifier in book.verifiers | old.verifiers:
                    expected["isVerifier", verifier] = verifier in book.verifiers
                for digest, owner in book.approvals ^ old.approvals:
                    expected["isApproved", digest, owner] = (digest, owner) in book.approvals
            if isinstance(book, GovernedBook):
                expected |= {("feeBps",): book.fee_bps, ("feeRecipient",): book.fee_recipient}
                expected |= {("defaultAdmin",): book.governor, ("pendingDefaultAdmin",): (book.heir, book.heir_from)}
                for role, account in book.members | old.members:
                    expected["hasRole", role, account] = (role, account) in book.members
            self.edge.foresee((contract, *question) for question in expected)
            for (function, *arguments), value in expected.items():
                got = self.edge.view(contract, function, *arguments)
                assert got == value, f"{function}{arguments}: {got}, the model says {value}"
        for account in self.tracked:
            for asset in (NATIVE, *self.tokens):
                assert self.seen[asset, account] == self.world.holding(asset, account)
