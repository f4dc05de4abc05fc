"""Call data that no encoder would write: an owner list longer than the owners, behind a length that wraps around."""

import pytest
from brownie import accounts

from scripts.papers import agreement
from tests.support import NATIVE
from tests.unit.rawcall import refusal
from tests.unit.signing import data_of, owner_keys, signature


@pytest.mark.parametrize("excess", [2**251, 2**255, 7 * 2**253])
def test_nobody_pays_himself_by_a_list_of_owners_with_others_behind_it(council, wallet, excess):
    """Five bits to the left such a length is three again: the words hash to the owner set, the thieves come after."""
    thieves, thief = owner_keys(2, "thief"), accounts[7]
    act = council.payment(thief, 10**18)
    digest = council.digest(act)
    signed = b"".join(b"\0\x40" + agreement.compact(signature(key, digest)) for key in thieves)
    quorum = (2, [*council.owners, *(key.address for key in thieves)], 0b11000, signed)
    call = data_of(wallet.pay, (thief.address, 10**18, NATIVE), act.deadline, quorum)
    place = call.index((5).to_bytes(32, "big") + bytes(12) + bytes.fromhex(council.owners[0][2:]))
    forged = call[:place] + (excess + 3).to_bytes(32, "big") + call[place + 32 :]
    assert refusal(wallet, forged) is not None, "two strangers paid themselves out of the wallet"
