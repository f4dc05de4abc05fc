#!/usr/bin/env python3
"""Make tools/package-lock.json the same on every machine: no registry addresses, every platform's binaries listed."""

import json
from pathlib import Path

PATH = Path(__file__).resolve().parent / "package-lock.json"
CPUS = {"amd64": "x64", "arm64": "arm64"}


def main() -> None:
    """Strip `resolved` and add the platform packages that npm leaves out when it locks on another platform."""
    lock = json.loads(PATH.read_text())
    packages = lock["packages"]
    for entry in packages.values():
        entry.pop("resolved", None)
    for name in [n for n in packages if n.startswith("node_modules/@foundry-rs/")]:
        for dependency, version in packages[name].get("optionalDependencies", {}).items():
            system, cpu = dependency.rsplit("-", 2)[1:]
            packages.setdefault(
                f"node_modules/{dependency}",
                {"version": version, "cpu": [CPUS[cpu]], "dev": True, "optional": True, "os": [system]},
            )
    lock["packages"] = {name: packages[name] for name in sorted(packages)}
    PATH.write_text(json.dumps(lock, indent=2) + "\n")


if __name__ == "__main__":
    main()
