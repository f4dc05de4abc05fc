"""Every command of the README is run as it stands there, in a fresh copy of the project under a path with blanks."""

import os
import pty
import re
import select
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.scripts.local_chain import LocalChain, Operator

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
CI = (ROOT / ".ci" / "run").read_text()
FEW_TESTS = "test_wrong_value_reverts"
SECONDS = 900


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands(text):
    """The commands of a block: comments and blank lines left out, continued lines joined."""
    lines = text.replace("\\\n", " ").splitlines()
    return [line.split(" #")[0].strip() for line in lines if line.strip() and not line.startswith("#")]


COMMANDS = [command for block in blocks("sh") for command in commands(block)]
SCRIPTS = [command for command in COMMANDS if command.startswith("python scripts/")]


def fresh_environment():
    """The environment of somebody who has just logged in: nothing of this run's set-up, chain or test runner."""
    ours = re.compile(r"PYTEST|VIRTUAL_ENV|SOLCX|QUITTANCE|MAKE|MFLAGS|.*_RPC_URL$|PS1$|_OLD")
    env = {name: value for name, value in os.environ.items() if not ours.match(name)}
    inside = {ROOT.resolve(), (ROOT / ".venv").resolve(), (ROOT / "tools" / "node_modules").resolve()}
    path = [p for p in env["PATH"].split(os.pathsep) if not inside & {Path(p).resolve(), *Path(p).resolve().parents}]
    return {**env, "PATH": os.pathsep.join(path)}


def run(command, clone, activated=True, answer="", **environment):
    """Run a command in a shell at the clone; with its virtual environment active unless told otherwise."""
    require_apart(clone)
    line = f"source .venv/bin/activate && {command}" if activated else command
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=clone,
        env={**fresh_environment(), **environment},
        input=answer,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, f"{command}: exit code {done.returncode}\n{done.stdout[-4000:]}"
    return done.stdout


def require_apart(clone):
    """A command may set up anew whatever it is run in, so it must never be run in this tree itself."""
    assert clone.is_absolute()
    assert ROOT not in (clone.resolve(), *clone.resolve().parents)


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """What a commit of this tree would hold, and nothing that is ignored: no environment, no packages, no build."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    clone = tmp_path_factory.mktemp("readme") / "a clone with blanks"
    for name in filter(None, files):
        target = clone / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    return clone


@pytest.fixture(scope="module")
def first_demo(clone):
    """`make demo` in that copy: it has to set everything up by itself."""
    start = time.monotonic()
    output = run("make demo", clone, activated=False)
    return output, time.monotonic() - start


@pytest.fixture(scope="module")
def project(clone, first_demo):
    """The copy once it is set up."""
    return clone


def demo_sets_up_and_demonstrates(project, first_demo):
    output, cold_seconds = first_demo
    assert "setup 4/4" in output
    assert cold_seconds < SECONDS
    start = time.monotonic()
    assert "setup" not in run("make demo", project, activated=False)
    assert time.monotonic() - start < 180


def is_what_ci_runs(command):
    def check(project):
        """Running all tests inside a test would not end: .ci/run gives exactly this command, and stops if it fails."""
        assert re.search(rf"^(if )?\s*{re.escape(command)}( |$)", CI, re.MULTILINE)

    return check


def activates(project):
    output = run("type -p python brownie pytest slither forge anvil solhint", project)
    assert [Path(line).parent for line in output.splitlines()] == [project / ".venv" / "bin"] * 7


def runs_the_contract_tests(project):
    listed = run("brownie test", project, PYTEST_ADDOPTS="--collect-only -q")
    folders = {line.split("/")[1] for line in listed.splitlines() if line.startswith("tests/")}
    assert folders
    assert folders <= {"unit", "stateful"}
    assert re.search(r"[1-9]\d* passed", run("brownie test", project, PYTEST_ADDOPTS=f"-k {FEW_TESTS}"))


def measures_coverage(project):
    output = run("brownie test --coverage", project, PYTEST_ADDOPTS=f"-k {FEW_TESTS}")
    assert re.search(r"[1-9]\d* passed", output)
    assert "contract: " in output
    assert (project / "build" / "coverage" / "coverage.json").exists()


def passes(command):
    def check(project):
        assert re.search(r"\d+ passed", run(command, project))

    return check


def makes_a_payment_in_the_console(project):
    """Type the README's Python into the console, line by line, at a terminal."""
    code = [line for block in blocks("python") for line in block.splitlines()]
    assert 0 < len(code) <= 5
    output = typed("brownie console", [*code, "print('the', 'end')"], project)
    assert "the end" in output
    assert "Error" not in output
    assert "1500000000000000000" in output


def demonstrates(project):
    assert "setup" not in run("brownie run demo", project)


def finds_nothing_untriaged(project):
    assert "0 result(s) found" in run("slither .", project)


def writes_reports(project):
    """Of the three parts the quickest: the others are made again by `make lint` and the coverage run of .ci/run."""
    before = (project / "reports" / "gas.json").read_text()
    (project / "reports" / "gas.json").unlink()
    output = run("make report PARTS=gas", project, activated=False)
    assert "report 1/1: gas" in output
    assert (project / "reports" / "gas.json").read_text() == before


HOW = {
    "make demo": demo_sets_up_and_demonstrates,
    "make test": is_what_ci_runs("make test"),
    "make lint": is_what_ci_runs("make lint"),
    "make coverage": is_what_ci_runs("make coverage"),
    "make report": writes_reports,
    "source .venv/bin/activate": activates,
    "brownie test": runs_the_contract_tests,
    "brownie test --coverage": measures_coverage,
    "brownie test tests/unit/PaymentProcessor/test_process_payment.py": passes(
        "brownie test tests/unit/PaymentProcessor/test_process_payment.py"
    ),
    "brownie console": makes_a_payment_in_the_console,
    "brownie run demo": demonstrates,
    "slither .": finds_nothing_untriaged,
}


def typed(command, lines, clone):
    """What a terminal shows when the lines are typed at `>>>`, one after each prompt, and then end of file."""
    require_apart(clone)
    master, slave = pty.openpty()
    shell = ["bash", "-c", f"source .venv/bin/activate && {command}"]
    env = {**fresh_environment(), "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
    process = subprocess.Popen(
        shell, cwd=clone, env=env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    )
    os.close(slave)
    shown, waiting, deadline = "", [*lines, None], time.monotonic() + 120
    seen = 0
    while time.monotonic() < deadline:
        if not select.select([master], [], [], 0.5)[0]:
            if ">>>" in plain(shown[seen:]) and waiting:
                line, seen = waiting.pop(0), len(shown)
                os.write(master, b"\x04" if line is None else line.encode() + b"\r")
            if process.poll() is not None:
                break
            continue
        try:
            shown += os.read(master, 65536).decode(errors="replace")
        except OSError:  # the terminal's other end is closed
            break
    process.kill()
    process.wait()
    os.close(master)
    assert not waiting, f"{command} did not take {waiting}:\n{plain(shown)[-2000:]}"
    return plain(shown)


def plain(text):
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]", "", text)


def test_the_readme_has_commands_and_this_file_runs_no_others():
    assert COMMANDS
    assert sorted(HOW.keys() - set(COMMANDS)) == []
    assert sorted(set(COMMANDS) - HOW.keys() - set(SCRIPTS)) == []


@pytest.mark.parametrize("command", [command for command in dict.fromkeys(COMMANDS) if command in HOW])
def test_command_does_what_the_readme_says(command, request, project):
    check = HOW[command]
    extra = {"first_demo": request.getfixturevalue("first_demo")} if check is demo_sets_up_and_demonstrates else {}
    check(project, **extra)


def test_the_scripts_deploy_verify_pay_and_prove_in_the_order_of_the_readme(project, tmp_path):
    assert [command.split()[1] for command in SCRIPTS] == [
        f"scripts/{s}.py" for s in ("deploy", "verify", "pay", "status")
    ]
    chain = LocalChain(tmp_path / "sepolia")
    try:
        operator = Operator(tmp_path, chain)
        shutil.copytree(operator.folder, project / "deployments" / "sepolia", dirs_exist_ok=True)
        outputs = [run(command, project, answer="y\n", **operator.settings) for command in SCRIPTS]
    finally:
        chain.stop()
    assert (project / "deployments" / "sepolia" / "record.json").exists()
    assert "INV-1" in outputs[2]
    assert re.search(r"\bpaid\b", outputs[3], re.IGNORECASE)


def test_a_command_that_fails_fails_its_test(tmp_path):
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "activate").touch()
    with pytest.raises(AssertionError, match="exit code 3"):
        run("exit 3", tmp_path)


def test_no_command_is_run_in_this_tree():
    for place in (ROOT, ROOT / "tools", Path()):
        with pytest.raises(AssertionError):
            run("true", place)


def test_continued_lines_and_comments_are_understood():
    assert commands("a \\\n  b\n# note\n\nc --x  # why\n") == ["a    b", "c --x"]
