#!/usr/bin/env python3
"""Find SoftHSM, the hardware module in software behind the tests of the PKCS#11 signer, or fetch Debian's; no root."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".cache" / "softhsm"
MODULE = "softhsm/libsofthsm2.so"
UTIL = "softhsm2-util"
PACKAGES = ("libsofthsm2", "softhsm2-common", "softhsm2")
WHAT_TO_DO = "SoftHSM 2 is not here and cannot be fetched: install it (Debian: apt-get install softhsm2)"


def find() -> tuple[Path, Path] | None:
    """The module's library and the program that makes tokens: the system's, else what `fetch` left here."""
    prefixes = [Path("/usr"), Path("/usr/local"), Path("/opt/homebrew"), FOLDER / "usr"]
    for prefix in prefixes:
        libraries = [prefix / lib / MODULE for lib in ("lib", "lib64", "lib/x86_64-linux-gnu")]
        found = next((library for library in libraries if library.exists()), None)
        if found and (prefix / "bin" / UTIL).exists():
            return found, prefix / "bin" / UTIL
    return None


def fetch() -> None:
    """Unpack Debian's packages under .cache: apt works on lists of its own there, so the system stays as it is."""
    lists, cache = FOLDER / "lists", FOLDER / "cache"
    for folder in (lists / "partial", cache / "archives" / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    apt = ["apt-get", "-qq", "-o", f"Dir::State::lists={lists}", "-o", f"Dir::Cache={cache}"]
    apt += ["-o", "Debug::NoLocking=1", "-o", "APT::Sandbox::User=root"]
    subprocess.run([*apt, "update"], check=True, cwd=FOLDER, capture_output=True, timeout=120)
    subprocess.run([*apt, "download", *PACKAGES], check=True, cwd=FOLDER, capture_output=True, timeout=120)
    for package in FOLDER.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package.name, "."], check=True, cwd=FOLDER)
        package.unlink()
    shutil.rmtree(lists)


def main() -> None:
    """Say where it is; that it cannot be had ends the set-up no more than it does the tests of everything else."""
    if not find():
        try:
            fetch()
        except (OSError, subprocess.SubprocessError) as error:
            print(f"{WHAT_TO_DO} ({type(error).__name__})", file=sys.stderr)
            return
    print("SoftHSM: found")


if __name__ == "__main__":
    main()
