"""How the tests govern: proposals made, signed and carried on by the real scripts, each in its own files."""

import shutil
from pathlib import Path

from scripts import approve, execute, propose
from tests.scripts.local_chain import OWNERS, Signer, keystore

NO_OPERATION = "0x" + "00" * 32
ARGUMENTS = {
    propose: {
        **dict.fromkeys(("pay", "pay_batch", "change_owners"), False),
        **dict.fromkeys(("cancel", "to", "amount", "token", "threshold", "delay_seconds", "nonce")),
        "predecessor": NO_OPERATION,
        "valid_seconds": propose.VALID_SECONDS,
    },
    approve: {"signature": None, "on_chain": False},
    execute: {"operation": None},
}


class Council:
    """The owners of a deployment, and whoever carries their files between them."""

    def __init__(self, folder, operator, carry_out):
        self.folder, self.operator, self.run = folder, operator, carry_out

    def script(self, script, operator=None, **arguments):
        """Run a script with its options, the others as they are by default."""
        lists = {"call": [], "payout": [], "owner": []} if script is propose else {}
        lists = {"file": []} if script is execute else lists
        return self.run(script, operator or self.operator, **{**ARGUMENTS.get(script, {}), **lists, **arguments})

    def propose(self, **arguments):
        """The file of a new proposal."""
        before = set(self.files())
        assert self.script(propose, **arguments) == 0
        (path,) = set(self.files()) - before
        return path

    def files(self):
        return sorted((self.operator.folder / "proposals").glob("*.json"))

    def sign(self, path, *owners):
        """Copies of the file, each signed by one owner on a machine of its own."""
        return [self.signed_copy(path, owner) for owner in owners or OWNERS[:2]]

    def signed_copy(self, path, owner, **arguments):
        place = self.folder / f"machine {len(list(self.folder.glob('machine *')))}"
        place.mkdir()
        signer = Signer(place, self.operator, owner)
        copy = Path(shutil.copy(path, place / path.name))
        assert self.script(approve, signer, file=copy, **arguments) == 0
        return copy

    def carry_on(self, *paths):
        return self.script(execute, file=list(paths))

    def enact(self, **arguments):
        """Propose, sign, submit, wait out the delay, execute."""
        path = self.propose(**arguments)
        self.carry_on(path, *self.sign(path))
        self.operator.chain.wait(2 * 24 * 3600)
        self.carry_on(path)
        return path

    def become(self, account):
        """From now on the operator's keystore is this account's."""
        self.operator.chain.set_balance(account.address, 10**19)
        path = keystore(self.folder / f"{account.address}.json", account)
        self.operator.settings["QUITTANCE_KEYSTORE"] = str(path)
