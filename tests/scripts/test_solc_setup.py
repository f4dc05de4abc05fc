"""The compiler is had in two ways behind one interface: the native one, or npm's where that cannot be downloaded."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import solcx
from brownie import project

from tools import solc_setup

SOURCE = """// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
contract Clock { function now_() external view returns (uint256) { return block.timestamp; } }
"""
MAIN = Path(solc_setup.__file__)
VERSION = solc_setup.pinned_version()
INSTALLED = solc_setup.FOLDER / f"solc-v{VERSION}"


@pytest.fixture
def stand_in(tmp_path):
    """npm's compiler, installed in a project of its own whose path has blanks."""
    tools = tmp_path / "a clone with blanks" / "tools"
    tools.mkdir(parents=True)
    shutil.copy(solc_setup.STAND_IN, tools)
    (tools / "node_modules").symlink_to((solc_setup.ROOT / "tools" / "node_modules").resolve())
    folder = tools.parent / ".cache" / "solcx"
    folder.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solc_setup, "STAND_IN", tools / "solc.js")
        return solc_setup.install_npm(VERSION, folder)


def compiled(binary, sources, settings):
    request = {"language": "Solidity", "sources": sources, "settings": settings}
    return solcx.compile_standard(request, solc_binary=binary)


def small(binary):
    settings = {"outputSelection": {"*": {"*": ["abi", "evm.bytecode.object"], "": ["ast"]}}}
    return compiled(binary, {"Clock.sol": {"content": SOURCE}}, settings)


def by_brownie(name):
    """One of the project's contracts, its artifact as the installed compiler made it for Brownie."""
    return project.get_loaded_projects()[0]._build.get(name)


def test_the_stand_in_compiles_what_the_installed_compiler_compiles(stand_in):
    theirs, ours = small(INSTALLED), small(stand_in)
    assert ours["contracts"] == theirs["contracts"]
    assert ours["contracts"]["Clock.sol"]["Clock"]["evm"]["bytecode"]["object"]


def test_the_stand_in_numbers_builtins_below_zero_as_the_native_compiler_does(stand_in):
    text = json.dumps(small(stand_in)["sources"]["Clock.sol"]["ast"])
    assert '"referencedDeclaration": -4' in text
    assert "42949" not in text


def test_the_stand_in_says_its_version_without_starting_the_compiler(stand_in):
    env = {"PATH": "/usr/bin:/bin"}
    text = subprocess.run([stand_in, "--version"], capture_output=True, text=True, check=True, env=env).stdout
    assert f"Version: {VERSION}+" in text


def test_a_pin_that_differs_from_the_npm_package_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="pins another compiler"):
        solc_setup.install_npm("0.8.30", tmp_path)


def test_a_download_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    def fail(version, solcx_binary_path):
        (solcx_binary_path / f"solc-v{version}").write_text("half a file")
        raise ConnectionError

    monkeypatch.setattr(solcx, "install_solc", fail)
    assert solc_setup.install_native(VERSION, tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_both_compilers_give_the_project_the_same_bytecode(stand_in):
    """Where only npm's could be had, the installed one must be just that, and of the pinned version."""
    if INSTALLED.read_bytes().startswith(b"#!/bin/sh"):
        text = subprocess.run([INSTALLED, "--version"], capture_output=True, text=True, check=True).stdout
        assert f"Version: {VERSION}+" in text
        assert "Emscripten" in text, f"neither native nor npm's: {text}"
    builds = [by_brownie(name) for name in ("PaymentProcessor", "SecurePayment")]
    paths = {path for build in builds for path in build["allSourcePaths"].values()}
    settings = {
        "evmVersion": builds[0]["compiler"]["evm_version"],
        "optimizer": {key: builds[0]["compiler"]["optimizer"][key] for key in ("enabled", "runs")},
        "remappings": ["@openzeppelin=tools/node_modules/@openzeppelin"],
        "outputSelection": {"*": {"*": ["evm.bytecode.object"]}},
    }
    sources = {path: {"content": (solc_setup.ROOT / path).read_text()} for path in sorted(paths)}
    contracts = compiled(stand_in, sources, settings)["contracts"]
    for build in builds:
        ours = contracts[build["sourcePath"]][build["contractName"]]["evm"]["bytecode"]["object"]
        assert without_metadata(ours) == without_metadata(build["bytecode"].removeprefix("0x"))


def without_metadata(code):
    """Cut off the hash of the sources' names, which depends on how the compiler was called."""
    size = int(code[-4:], 16) + 2
    return code[: -2 * size]
