#!/usr/bin/env python3
"""Put the compiler that brownie-config.yaml names where py-solc-x looks: native where it can be had, else npm's."""

import os
import re
import subprocess
import sys
from pathlib import Path

import solcx

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".cache" / "solcx"
STAND_IN = ROOT / "tools" / "solc.js"


def pinned_version() -> str:
    """The compiler version of brownie-config.yaml, e.g. `0.8.37`."""
    match = re.search(r"version:\s*([\d.]+)", (ROOT / "brownie-config.yaml").read_text())
    assert match, "brownie-config.yaml names no compiler version"
    return match.group(1)


def install_native(version: str, folder: Path) -> Path | None:
    """Download the native compiler into `folder`; None where this machine cannot have it (offline, or no build)."""
    try:
        solcx.install_solc(version, solcx_binary_path=folder)
    except Exception as error:  # py-solc-x raises requests', its own and OS errors here, none with a common base
        print(f"native solc {version} cannot be had ({type(error).__name__})", file=sys.stderr)
        (folder / f"solc-v{version}").unlink(missing_ok=True)
        return None
    return folder / f"solc-v{version}"


def install_npm(version: str, folder: Path) -> Path:
    """Write a `solc` that compiles through npm's wasm build, and answers `--version`, often asked, from text."""
    text = subprocess.run(["node", str(STAND_IN), "--version"], check=True, capture_output=True, text=True).stdout
    if f"Version: {version}+" not in text:
        raise SystemExit(f"tools/package.json pins another compiler than brownie-config.yaml: {text}")
    target = folder / f"solc-v{version}"
    script = os.path.relpath(STAND_IN, folder)
    target.write_text(
        f"#!/bin/sh\ncase \"$1\" in --version|-V) cat <<'END'\n{text}END\nexit 0;; esac\n"
        f'exec node "$(dirname "$0")/{script}" "$@"\n'
    )
    target.chmod(0o755)
    return target


def main() -> None:
    """Install one compiler; `SOLC=npm` in the environment asks for npm's even where the native one could be had."""
    version = pinned_version()
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"solc-v{version}").unlink(missing_ok=True)
    if os.environ.get("SOLC") != "npm" and install_native(version, FOLDER):
        print(f"solc {version}: native")
        return
    install_npm(version, FOLDER)
    print(f"solc {version}: npm")


if __name__ == "__main__":
    main()
