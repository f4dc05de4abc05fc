""".ci/run: what it runs, where it stops, and what its last lines say; `make` itself is played by a small script."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SUMMARY = "======== 3 passed in 1.00s ========"
FAILED = "======== 1 failed, 2 passed in 1.00s ========"


@pytest.fixture
def ci(tmp_path):
    """Run .ci/run in a folder of its own, with a `make` that answers each target as told: (output, exit code)."""
    clone = tmp_path / "a clone with blanks"
    (clone / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", clone / ".ci")
    (tmp_path / "bin").mkdir()

    def run(**answers):
        cases = "".join(
            f"{target}) printf '%s\\n' '{output}'; exit {code};;\n" for target, (output, code) in answers.items()
        )
        make = tmp_path / "bin" / "make"
        make.write_text(f'#!/bin/sh\necho "$1 CI=$CI" >>"{tmp_path}/asked"\ncase "$1" in\n{cases}esac\n')
        make.chmod(0o755)
        env = {**os.environ, "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run([clone / ".ci" / "run"], env=env, capture_output=True, text=True, timeout=30)
        return done.returncode, done.stdout.splitlines(), (tmp_path / "asked").read_text().splitlines()

    return run


def test_it_runs_test_then_lint_then_coverage(ci):
    code, lines, asked = ci(test=(SUMMARY, 0), lint=("", 0), coverage=("", 0))
    assert (code, asked) == (0, ["test CI=true", "lint CI=true", "coverage CI=true"])
    assert lines[-2:] == ["ci: exit code 0; pytest said:", SUMMARY]


def test_it_stops_at_a_failed_test_and_repeats_which(ci):
    output = f"== short test summary info ==\nFAILED tests/a.py::test_b - no\n{FAILED}"
    code, lines, asked = ci(test=(output, 2), lint=("", 0), coverage=("", 0))
    assert (code, asked) == (2, ["test CI=true"])
    assert lines[-3:] == ["ci: exit code 2; pytest said:", "FAILED tests/a.py::test_b - no", FAILED]


def test_it_stops_at_a_failed_lint_with_its_exit_code(ci):
    code, lines, asked = ci(test=(SUMMARY, 0), lint=("", 3), coverage=("", 0))
    assert (code, asked) == (3, ["test CI=true", "lint CI=true"])
    assert lines[-1] == SUMMARY


def test_it_fails_with_the_coverage(ci):
    code, lines, _ = ci(test=(SUMMARY, 0), lint=("", 0), coverage=("", 1))
    assert (code, lines[-1]) == (1, SUMMARY)


def test_it_says_so_where_pytest_was_never_reached(ci):
    code, lines, _ = ci(test=("setup failed", 2))
    assert (code, lines[-1]) == (2, "nothing: it did not get that far")
