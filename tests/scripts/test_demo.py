"""demo: runs in any folder, tells the truth or fails, and leaves nothing behind."""

import os
import shutil
import subprocess
import sys

import psutil
import pytest

from scripts import demo
from scripts.procedure.stage import ClaimFalse, Stage
from tests.scripts.local_chain import ROOT

COPIED = ["brownie-config.yaml", "brownie_hooks.py", "contracts", "interfaces", "offchain", "scripts", "deployments"]


def test_the_demo_holds_in_a_folder_with_blanks_and_leaves_nothing_running(tmp_path):
    home = tmp_path / "a clone, with blanks"
    home.mkdir()
    for name in [*COPIED, "build"]:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, home / name)
    (home / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "networks.yaml", home / "tools")
    (home / "tools" / "node_modules").symlink_to((ROOT / "tools" / "node_modules").resolve())
    environment = {**os.environ, "SOLCX_BINARY_PATH": str(ROOT / ".cache" / "solcx")}
    (home / "deployments" / "development" / "record.json").unlink(missing_ok=True)
    before = {process.pid for process in psutil.process_iter() if process.name() == "anvil"}
    played = subprocess.run(
        [sys.executable, "scripts/demo.py"], cwd=home, env=environment, capture_output=True, text=True, timeout=180
    )
    assert played.returncode == 0, played.stdout + played.stderr
    assert played.stdout.splitlines()[-1].startswith("102 claims held in ")
    assert not (home / "deployments" / "development" / "record.json").exists()
    started = [process for process in psutil.process_iter() if process.name() == "anvil" and process.pid not in before]
    assert not [process for process in started if str(home) in " ".join(process.environ().values())]


def test_a_false_claim_ends_the_demo():
    stage = Stage(None, None, None, None, None, {})
    stage.claim("true", True)
    with pytest.raises(ClaimFalse, match="the sky is green"):
        stage.claim("the sky is green", False)
    assert stage.claims == 1


def test_the_demo_is_for_the_local_chain_only(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["demo.py", "--network", "mainnet"])
    with pytest.raises(SystemExit) as left:
        demo.main()
    assert left.value.code == 1
