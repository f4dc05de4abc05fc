"""rotate_attestors: other people attest from then on, and only after the wallet's delay."""

import json

import pytest

from scripts import rotate_attestors, verify
from scripts.papers.invoice import InvalidAddress
from scripts.procedure.bridgeheads import UnknownEnd
from scripts.rotate_attestors import InvalidSet
from tests.scripts.bridging import ATTESTORS, TOKEN, VAULT
from tests.scripts.governing import Council
from tests.scripts.local_chain import DAY, GUARDIAN, party

NEW = party("a new attestor")
THREE = [attestor.address for attestor in ATTESTORS]


@pytest.fixture
def rotate(span, carry_out):
    def proposed(**arguments):
        shared = {"contract": TOKEN, "add": [], "remove": [], "threshold": None, "nonce": None}
        return carry_out(rotate_attestors, span.far, **{**shared, **arguments})

    return proposed


def in_office(span):
    (*_, newest) = span.far.contract(TOKEN).events.AttestorsRotated().get_logs(from_block=0)
    return newest.args["epoch"], newest.args["threshold"], newest.args["attestors"]


def test_one_goes_and_one_comes_after_the_delay(span, rotate, carry_out, tmp_path, capsys):
    assert rotate(remove=[THREE[0]], add=[NEW]) == 0
    told = capsys.readouterr().out
    chosen = sorted([*THREE[1:], NEW], key=str.lower)
    assert f"2 of {', '.join(THREE)} (epoch 1: in office)" in told
    assert f"2 of {', '.join(chosen)} (epoch 2)" in told
    changed = json.loads(told[told.rindex('{\n  "changed"') :])
    assert changed == {"changed": {"bridge": {TOKEN: {"attestors": chosen, "threshold": 2}}}}
    council = Council(tmp_path, span.far, carry_out)
    (path,) = council.files()
    council.carry_on(path, *council.sign(path))
    assert in_office(span)[0] == 1
    span.far.chain.wait(2 * DAY)
    council.carry_on(path)
    assert in_office(span) == (2, 2, chosen)
    assert carry_out(verify, span.far) == 1
    path = span.far.folder / "params.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))
    assert carry_out(verify, span.far) == 0


def test_the_threshold_changes_with_the_set(span, rotate, capsys):
    assert rotate(add=[NEW], threshold=3) == 0
    assert "3 of " in capsys.readouterr().out


def test_the_other_end_has_a_set_of_its_own(span, carry_out, tmp_path):
    asked = {"contract": VAULT, "add": [NEW], "remove": [THREE[0]], "threshold": None, "nonce": None}
    assert carry_out(rotate_attestors, span.near, **asked) == 0
    council = Council(tmp_path, span.near, carry_out)
    (path,) = council.files()
    council.carry_on(path, *council.sign(path))
    span.near.chain.wait(2 * DAY)
    council.carry_on(path)
    assert span.view(span.near, VAULT, "epoch") == 2
    assert span.view(span.far, TOKEN, "epoch") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"remove": [NEW]}, f"{NEW} is no attestor of today"),
        ({"add": [THREE[0]]}, "a set has 1 to 32 attestors, each once"),
        ({"remove": THREE}, "a set has 1 to 32 attestors, each once"),
        ({"add": [party(f"attestor {i}") for i in range(30)]}, "a set has 1 to 32 attestors, each once"),
        ({"threshold": 4}, "4 of 3 attestors cannot sign"),
        ({"threshold": 0}, "0 of 3 attestors cannot sign"),
        ({"threshold": 1}, "at least 2 must sign on a live network"),
        ({"add": [GUARDIAN.address]}, "who stops must not be one who acts"),
    ],
    ids=["a stranger goes", "twice", "nobody", "too many", "too high", "none", "one alone", "the guardian"],
)
def test_what_is_no_set_is_refused_before_anybody_signs(span, rotate, arguments, words):
    with pytest.raises(InvalidSet, match=words):
        rotate(**arguments)
    assert not list(span.far.folder.glob("proposals/*.json"))


def test_who_contradicted_itself_never_comes_back(span, rotate, capsys):
    span.disable(ATTESTORS[1])
    with pytest.raises(InvalidSet, match=f"{THREE[1]} signed two states that exclude each other once"):
        rotate(add=[NEW])
    assert rotate(remove=[THREE[1]], add=[NEW]) == 0
    assert "(epoch 1: none, since an equivocation)" in capsys.readouterr().out


def test_what_is_no_address_and_no_end_is_refused(rotate):
    with pytest.raises(InvalidAddress):
        rotate(add=["somebody"])
    with pytest.raises(UnknownEnd):
        rotate(contract="Governor", add=[NEW])
