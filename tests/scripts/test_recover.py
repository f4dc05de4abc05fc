"""attest and recover: what has left is handed in by hand, whoever else is gone."""

import json

import pytest

from scripts import attest, recover, transfer_status
from tests.scripts.bridging import ATTESTORS, TOKEN, VAULT
from tests.scripts.local_chain import DEPLOYER, party

TO = party("recipient")
ETHER = 10**18


@pytest.fixture
def hands(span, carry_out, tmp_path):
    """The attestors, each at a machine of their own, and whoever hands in what they signed."""
    return Hands(span, carry_out, tmp_path)


class Hands:
    def __init__(self, span, carry_out, folder):
        self.span, self.run, self.folder = span, carry_out, folder

    def sign(self, *attestors, block=None):
        """Files of the state that is final on the near chain, one of each."""
        made = []
        for attestor in attestors or ATTESTORS[:2]:
            before = set(self.files())
            self.span.become(self.span.near, attestor)
            assert self.run(attest, self.span.near, contract=VAULT, block=block) == 0
            made += set(self.files()) - before
            block = block or int(json.loads(made[0].read_text())["typedData"]["message"]["srcBlock"])
        return made

    def files(self):
        return sorted((self.span.near.folder / "checkpoints").glob("*.json"))

    def hand_in(self, *files):
        self.span.become(self.span.far, DEPLOYER)
        return self.run(recover, self.span.far, contract=TOKEN, file=list(files))


def test_what_was_locked_is_minted_with_what_enough_attestors_signed(span, hands, carry_out, capsys):
    span.lock(TO, ETHER)
    span.lock(TO, 2 * ETHER)
    span.finalize()
    files = hands.sign()
    assert hands.hand_in(*files) == 0
    assert span.view(span.far, TOKEN, "balanceOf", TO) == 3 * ETHER
    capsys.readouterr()
    status = {"contract": VAULT, "record": 1, "transaction": None, "follow": False, "json": False}
    assert carry_out(transfer_status, span.near, **status) == 0
    print(capsys.readouterr().out)
