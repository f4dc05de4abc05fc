#!/usr/bin/env python3
"""Link the npm packages' programs into the virtual environment: who activates it has anvil, forge and solhint too."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "tools" / "node_modules"
BIN = ROOT / ".venv" / "bin"


def programs() -> dict[str, Path]:
    """Name and file of each program; anvil and forge are this platform's own, whose npm wrappers hide exit codes."""
    found = {"solhint": PACKAGES / ".bin" / "solhint"}
    for name in ("anvil", "forge"):
        for file in sorted((PACKAGES / "@foundry-rs").glob(f"{name}-*-*/bin/{name}*")):
            found[name] = file
    missing = {"anvil", "forge", "solhint"} - {name for name, file in found.items() if file.exists()}
    if missing:
        raise SystemExit(f"tools/node_modules has no {', '.join(sorted(missing))} for this platform")
    return found


def main() -> None:
    """Make relative links, so that a moved project keeps them."""
    for name, file in programs().items():
        link = BIN / name
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(file, BIN.resolve()))
    print(f"linked into {BIN.relative_to(ROOT)}: {', '.join(sorted(programs()))}")


if __name__ == "__main__":
    main()
