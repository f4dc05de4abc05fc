"""The part of `make report` that holds each token against its standard."""

import re

from scripts import conformance
from scripts.conformance import Remark

SAID = {"A": ["[✓] totalSupply() is present", "  [ ] A is not protected"], "B": ["[✓] uri(uint256) is present"]}
REMARK = Remark("A", "A is not protected")


def test_a_remark_is_every_line_that_is_no_tick():
    assert conformance.remarks_of(SAID) == [REMARK]


def test_a_remark_needs_a_reason_and_a_reason_a_remark():
    assert conformance.faults([REMARK], {REMARK: "because"}) == []
    assert len(conformance.faults([REMARK], {})) == 1
    assert len(conformance.faults([REMARK], {REMARK: ""})) == 1
    assert len(conformance.faults([], {REMARK: "because"})) == 1


def test_a_page_has_each_remark_beside_its_reason_and_every_check(monkeypatch):
    monkeypatch.setattr(conformance, "STANDARDS", {"A": "ERC20", "B": "ERC1155"})
    pages = {path.name: text for path, text in conformance.files(SAID, {REMARK: "because"}).items()}
    assert "- A is not protected\n  **because**\n" in pages["A.md"]
    assert (
        "Open: no reason is given." in {path.name: text for path, text in conformance.files(SAID, {}).items()}["A.md"]
    )
    assert "None." in pages["B.md"] and "[✓] uri(uint256) is present" in pages["B.md"]


def test_every_token_is_checked():
    contracts = conformance.ROOT / "contracts"
    sources = [*(contracts / "token").glob("*.sol"), *(contracts / "bridge").glob("*Token.sol")]
    concrete = [file.stem for file in sources if re.search(r"^contract ", file.read_text(), re.MULTILINE)]
    assert sorted(concrete) == sorted(conformance.STANDARDS)


def test_a_test_that_a_reason_names_is_there():
    named = re.findall(r"tests/[\w/.]+\w", " ".join(conformance.load_reasons().values()))
    assert named
    assert [name for name in named if not (conformance.ROOT / name).exists()] == []
