"""What token and vault have in common, at either end: every test here runs at both."""

import pytest

from tests.unit.bridge_cases.conftest import *  # noqa: F403 (fixtures by name)
from tests.unit.bridge_cases.route import LARGE_AMOUNT, QUEUE_SECONDS, unused_address

PAYEE = unused_address("payee whose transfer waits")


class Waiting:
    """A record that arrived and waits: its number, itself, and from when on it may go."""

    def __init__(self, route, nonce, ready_at):
        self.route, self.nonce, self.ready_at = route, nonce, ready_at
        self.record = route.records[nonce]

    def arguments(self, **changes):
        """As the contract takes them; any part of the record may be another than it is."""
        return self.nonce, self.record._replace(**changes), self.ready_at

    @property
    def kept(self):
        """What the contract keeps of it."""
        return bytes(self.route.contract.queued(self.nonce))


@pytest.fixture
def waiting(route):
    """One unit more than goes at once."""
    tx = route.record((PAYEE, LARGE_AMOUNT + 1)).arrive()
    return Waiting(route, 0, tx.timestamp + QUEUE_SECONDS)
