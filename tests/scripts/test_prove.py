"""What is said of the proofs is what they are, and `make prove` takes nothing for a proof that is none."""

import json
import re

import pytest

from scripts import proofs, prove
from scripts.proofs import FAULTS, REPORT, ROOT, Fault, Proof, claims_faults, describe, load_faults, load_proofs
from scripts.prove import Outcome, judge
from tools import smt_solver

PROOFS, SEEDED = load_proofs(), load_faults()
PROOF = Proof("A.t.sol", "AProofs", "check_i39_it_holds", "It holds.", "None.")
STATEFUL = "\n".join(path.read_text() for path in sorted(proofs.STATEFUL.glob("*.py")))


def test_the_report_is_what_the_proofs_say():
    assert REPORT.read_text() == describe(PROOFS, SEEDED)


def test_every_proof_is_described_and_broken_by_a_fault_that_fits_the_sources():
    assert PROOFS
    assert claims_faults(PROOFS, SEEDED) == []


def test_every_check_function_of_the_harnesses_is_a_proof():
    written = [name for path in proofs.SYMBOLIC.glob("*.sol") for name in re.findall(r"\bcheck_\w+", path.read_text())]
    assert sorted(written) == sorted(proof.function for proof in PROOFS)


@pytest.mark.parametrize("subject", sorted({proof.subject for proof in PROOFS} - {"lemma"}))
def test_every_invariant_that_is_proven_is_observed_too(subject):
    assert re.search(rf"def invariant_{subject}_\w+", STATEFUL)


def test_no_two_proofs_have_one_name():
    assert len({proof.name for proof in PROOFS}) == len(PROOFS)


@pytest.mark.parametrize(
    ("proof", "faults", "said"),
    [
        (PROOF._replace(says=""), [], "AProofs.check_i39_it_holds has no @notice or its contract no @custom:bounds"),
        (PROOF._replace(bounds=""), [], "AProofs.check_i39_it_holds has no @notice or its contract no @custom:bounds"),
        (PROOF._replace(function="check_it_holds"), [], "AProofs.check_it_holds names no invariant"),
        (PROOF, [], "AProofs.check_i39_it_holds is broken by no fault"),
        (PROOF, [SEEDED[0]], f"{SEEDED[0].breaks[0]} is to be broken and is no proof"),
        (PROOF, [SEEDED[0]._replace(right="no such text")], f"the fault «{SEEDED[0].says}» fits 0 places of"),
    ],
)
def test_a_claim_without_substance_is_a_fault(proof, faults, said):
    assert any(fault.startswith(said) for fault in claims_faults([proof], faults))


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (None, "did not run"),
        (Outcome(1, 0, 1.0, ""), "has a counterexample"),
        (Outcome(2, 0, 1.0, ""), "is not decided in time"),
        (Outcome(3, 0, 1.0, ""), "is stuck"),
        (Outcome(4, 0, 1.0, ""), "follows no path to its end"),
        (Outcome(5, 0, 1.0, ""), "ended in an error"),
        (Outcome(0, 2, 1.0, ""), "does not follow 2 loops to the end"),
    ],
)
def test_only_a_proof_that_ran_to_its_end_is_one(outcome, said):
    assert judge(PROOF, outcome) == f"AProofs.check_i39_it_holds {said}"
    assert judge(PROOF, Outcome(0, 0, 1.0, "")) == ""


def played(monkeypatch, **outcomes):
    """Halmos's part is played: these outcomes, by function."""
    monkeypatch.setattr(prove, "halmos", lambda *arguments: outcomes)


def test_a_proof_that_did_not_run_fails_the_command(monkeypatch, capsys):
    played(monkeypatch, check_i39_another=Outcome(0, 0, 1.0, ""))
    assert prove.prove([PROOF]) == ["AProofs.check_i39_it_holds did not run"]
    assert capsys.readouterr().out == "FAILED i39   AProofs.check_i39_it_holds\n"


def test_a_proof_gets_one_line(monkeypatch, capsys):
    played(monkeypatch, check_i39_it_holds=Outcome(0, 0, 1.0, ""))
    assert prove.prove([PROOF]) == []
    assert capsys.readouterr().out == "proven i39   AProofs.check_i39_it_holds (1.0 s)\n"


@pytest.mark.parametrize("code", [0, 2, 3, 4, 5])
def test_a_fault_that_gives_no_counterexample_is_missed(monkeypatch, code):
    fault = SEEDED[0]._replace(breaks=SEEDED[0].breaks[:1])
    function = fault.breaks[0].split(".")[1]
    played(monkeypatch, **{function: Outcome(code, 0, 1.0, "halmos's words")})
    assert prove.seed([fault]) == [f"{fault.breaks[0]} has no counterexample where {fault.says}", "halmos's words"]
    played(monkeypatch, **{function: Outcome(1, 0, 1.0, "")})
    assert prove.seed([fault]) == []


def test_a_copy_has_its_fault_and_the_sources_are_left_alone(tmp_path):
    fault = SEEDED[0]
    before = (ROOT / fault.file).read_text()
    prove.copy_with(fault, tmp_path)
    assert (tmp_path / fault.file).read_text() == before.replace(fault.right, fault.wrong) != before
    assert (ROOT / fault.file).read_text() == before
    assert [path.name for path in (tmp_path / "tests" / "symbolic").glob("*.t.sol")] == ["TokenBucket.t.sol"]


def test_a_fault_needs_all_its_words():
    with pytest.raises(TypeError):
        Fault(**dict.fromkeys(Fault._fields[:-1], ""))
    assert all(set(entry) == set(Fault._fields) for entry in json.loads(FAULTS.read_text()))


DECLARED = "(declare-fun f_evm_{}_256 ((_ BitVec 256) (_ BitVec 256)) (_ BitVec 256))"


def test_the_solver_is_told_of_products_alone():
    query = f"{DECLARED.format('bvmul')}\n{DECLARED.format('bvudiv')}\n(check-sat)\n"
    told = smt_solver.make_products_known(query)
    symmetric = "(ite (bvule x y) (f_evm_bvmul_256_of_sorted x y) (f_evm_bvmul_256_of_sorted y x))"
    known = f"(ite (= x (_ bv0 256)) x (ite (= y (_ bv0 256)) y {symmetric})))"
    assert f"(define-fun f_evm_bvmul_256 ((x (_ BitVec 256)) (y (_ BitVec 256))) (_ BitVec 256) {known}" in told
    assert told.endswith(f"\n{DECLARED.format('bvudiv')}\n(check-sat)\n")


def test_a_counterexample_is_looked_for_among_small_numbers_first():
    names = ["p_amount_uint256_ab_00", "|p_times[0]_uint40_cd_01|"]
    query = "".join(f"(declare-fun {name} () (_ BitVec 256))\n" for name in [*names, "p_asset_address_ef_02"])
    asked = smt_solver.make_numbers_small(f"{query}(check-sat)\n")
    bounds = "".join(f"(assert (bvult {name} (_ bv1024 256)))\n" for name in names)
    assert asked == f"{query}{bounds}(check-sat)\n"


def test_no_small_counterexample_is_no_answer():
    small = [solver for solver in smt_solver.solvers() if solver.question is smt_solver.make_numbers_small]
    assert [solver.answers for solver in small] == [("sat",)]
