"""rotate_owners: owners replace owners, and nothing of the former ones is left."""

import json

import pytest

from scripts import rotate_owners, verify
from scripts.execute import NotReady
from scripts.propose import InvalidProposal
from tests.scripts.local_chain import DAY, OWNERS, party

NEW = party("new owner")


@pytest.fixture
def rotate(council):
    """Runs rotate_owners with its options."""

    def run(**arguments):
        shared = {"add": [], "remove": [], "threshold": None, "nonce": None, "file": []}
        return council.script(rotate_owners, **{**shared, **arguments})

    return run


def test_an_owner_is_replaced_after_the_delay_and_params_follow(council, deployed, rotate, carry_out, capsys):
    assert rotate(remove=[OWNERS[0].address], add=[NEW]) == 0
    (path,) = council.files()
    told = capsys.readouterr().out
    assert "replace the owners: from then on 2 of these 3 must sign:" in told
    copies = council.sign(path)
    assert rotate(file=[path, *copies]) == 0
    with pytest.raises(NotReady):
        rotate(file=[path])
    deployed.chain.wait(2 * DAY)
    capsys.readouterr()
    assert rotate(file=[path]) == 0
    told = capsys.readouterr().out
    assert "The wallet has its new owners." in told
    assert carry_out(verify, deployed) == 1
    deployed.choose(**json.loads(told[told.index("{") :]))
    assert carry_out(verify, deployed) == 0
    second = council.propose(pay=True, to=party("payee"), amount="1wei")
    assert sorted(json.loads(second.read_text())["owners"]) == sorted([NEW, OWNERS[1].address, OWNERS[2].address])


def test_owners_that_params_do_not_know_are_found_by_the_wallet_s_events(council, deployed, rotate):
    rotate(remove=[OWNERS[0].address], add=[NEW], threshold=3)
    (path,) = council.files()
    rotate(file=[path, *council.sign(path)])
    deployed.chain.wait(2 * DAY)
    rotate(file=[path])
    rotate(remove=[NEW], threshold=2)
    proposed = json.loads(council.files()[-1].read_text())
    assert (proposed["threshold"], sorted(proposed["owners"])) == (
        3,
        sorted([NEW, OWNERS[1].address, OWNERS[2].address]),
    )


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"add": [NEW], "file": ["x"]},
        {"remove": [NEW]},
        {"add": [OWNERS[0].address]},
        {"remove": [owner.address for owner in OWNERS]},
        {"remove": [owner.address for owner in OWNERS[:2]]},
        {"threshold": 4},
    ],
    ids=["nothing", "both forms", "a stranger leaves", "an owner comes twice", "nobody left", "too few", "too many"],
)
def test_what_is_no_rotation_is_refused(council, rotate, arguments):
    with pytest.raises(InvalidProposal):
        rotate(**arguments)
    assert council.files() == []


def test_another_act_is_not_a_rotation(council, rotate):
    path = council.propose(pay=True, to=party("payee"), amount="1wei")
    with pytest.raises(InvalidProposal, match="is a Payment, not a change of owners"):
        rotate(file=[path])
