#!/usr/bin/env python3
"""Solve one SMT-LIB file for the prover: three solvers race, and the first that knows answers for all.

Yices is quick on bits. cvc5 reads the same bits as integers, so that multiplication and division of full width, over
which every solver that unrolls them into gates despairs, are a second's work. Yices again, with small inputs alone,
finds most counterexamples at once; that it finds none says nothing.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

POLL_SECONDS = 0.02
HEAD_START_SECONDS = 0.5  # most questions are a matter of milliseconds for the first
SMALL = 2**10

PRODUCT = re.compile(r"\(declare-fun (f_evm_bvmul_(\d+)) \(\(_ BitVec \2\) \(_ BitVec \2\)\) \(_ BitVec \2\)\)")
KNOWN_PRODUCT = (
    r"(declare-fun \1_of_sorted ((_ BitVec \2) (_ BitVec \2)) (_ BitVec \2))"
    r"(define-fun \1 ((x (_ BitVec \2)) (y (_ BitVec \2))) (_ BitVec \2)"
    r" (ite (= x (_ bv0 \2)) x (ite (= y (_ bv0 \2)) y"
    r" (ite (bvule x y) (\1_of_sorted x y) (\1_of_sorted y x)))))"
)
NUMBER = re.compile(r"^\(declare-fun (\|?p_\S*_uint\d+_\S+) \(\) \(_ BitVec 256\)\)$", re.MULTILINE)


class Solver(NamedTuple):
    """A command that the name of a file is added to, what it is asked, and which of its answers count."""

    command: list[str]
    question: Callable[[str], str]
    answers: tuple[str, ...]


def make_products_known(query: str) -> str:
    """Say that x·y = y·x and 0·x = 0: the prover asks first as if nothing at all were known of multiplication."""
    return PRODUCT.sub(KNOWN_PRODUCT, query)


def make_numbers_small(query: str) -> str:
    """Ask for small inputs alone, which is another question: only a yes answers the first one too."""
    bounds = "".join(f"(assert (bvult {name} (_ bv{SMALL} 256)))\n" for name in NUMBER.findall(query))
    return make_products_known(query).replace("(check-sat)", f"{bounds}(check-sat)")


def solvers() -> list[Solver]:
    """In the order in which they start."""
    yices = [str(Path(sys.executable).parent / "yices-smt2"), "--smt2-model-format", "--bvconst-in-decimal"]
    integers = [sys.executable, __file__, "--integers"]
    return [
        Solver(yices, make_products_known, ("sat", "unsat")),
        Solver(yices, make_numbers_small, ("sat",)),
        Solver(integers, make_products_known, ("sat", "unsat")),
    ]


def solve_by_integers(file: str) -> None:
    """Print what cvc5 answers to each command of the file."""
    import cvc5

    solver = cvc5.Solver()
    solver.setOption("produce-models", "true")
    solver.setOption("solve-bv-as-int", "sum")
    parser = cvc5.InputParser(solver)
    parser.setFileInput(cvc5.InputLanguage.SMT_LIB_2_6, file)
    symbols = parser.getSymbolManager()
    while not (command := parser.nextCommand()).isNull():
        print(command.invoke(solver, symbols), end="", flush=True)


def race(file: Path) -> str:
    """The first output that begins with an answer; `unknown` if no solver has one."""
    query, waiting = file.read_text(), solvers()
    running: list[tuple[Solver, Path, subprocess.Popen[bytes]]] = []
    start = time.monotonic()
    try:
        while waiting or running:
            if waiting and (not running or time.monotonic() - start > HEAD_START_SECONDS):
                solver = waiting.pop(0)
                asked = file.with_suffix(f".{len(waiting)}.smt2")
                asked.write_text(solver.question(query))
                with asked.with_suffix(".said").open("wb") as out:  # not a pipe: a model can be longer than one holds
                    process = subprocess.Popen([*solver.command, asked], stdout=out, stderr=subprocess.DEVNULL)
                running.append((solver, asked.with_suffix(".said"), process))
            for entry in [entry for entry in running if entry[2].poll() is not None]:
                running.remove(entry)
                output = entry[1].read_text()
                if output.partition("\n")[0].strip() in entry[0].answers:
                    return output
            time.sleep(POLL_SECONDS)
    finally:
        for _, _, process in running:
            process.kill()
            process.wait()
    return "unknown\n"


if __name__ == "__main__":
    if sys.argv[1] == "--integers":
        solve_by_integers(sys.argv[2])
    else:
        print(race(Path(sys.argv[1])), end="")
