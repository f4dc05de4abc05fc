"""Who may import whom, and the house rules that a machine can check; each rule is shown to catch an offender."""

import ast
import io
import re
import subprocess
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# the standard library without I/O, clock or randomness, and the two packages that core may use
PURE = {
    "__future__",
    "abc",
    "bisect",
    "collections",
    "copy",
    "dataclasses",
    "decimal",
    "enum",
    "fractions",
    "functools",
}
PURE |= {"hashlib", "heapq", "hmac", "itertools", "json", "math", "numbers", "operator", "re", "string", "struct"}
PURE |= {"textwrap", "types", "typing", "eth_abi", "eth_utils"}
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "__import__"}
SHELLS = ("attestor", "relayer", "api", "monitor")
ALLOWED = {  # layer of offchain: the layers of offchain that it may import
    "core": {"core"},
    "chain": {"core", "chain"},
    "store": {"core", "store"},
    "config": {"core", "config"},
    "service": {"core", "chain", "store", "config", "service"},  # what shells share as processes
    **{shell: {"core", "chain", "store", "config", "service", shell} for shell in SHELLS},
}
FORBIDDEN = {"offchain": {"brownie", "scripts", "tests"}, "scripts": {"tests"}, "tools": {"tests"}}
PAPERS = Path("scripts", "papers")  # what people write and sign: as pure as core
MODEL = Path("tests", "model")  # what judges the contracts: as pure as core
PURE_FOLDERS = {
    PAPERS: ("scripts.papers.",),
    MODEL: ("tests.model.", "scripts.papers."),
}  # and what of ours they import

ROOT_ENTRIES = {"README.md", "LICENSE", "SECURITY.md", "CHANGELOG.md", "Makefile", "brownie-config.yaml"}
ROOT_ENTRIES |= {"pyproject.toml", "brownie_hooks.py", "foundry.toml", "slither.config.json", ".gitignore", ".ci"}
ROOT_ENTRIES |= {
    "interfaces",
    "contracts",
    "offchain",
    "scripts",
    "deployments",
    "tests",
    "reports",
    "docs",
    "tools",
    "ops",
}
LINES = {"contract": 550, "library": 170, "module": 270, "offchain": 4_000}
RELAYERS_CORE = ("bridge", "bridge_abi", "bridge_facts", "outgoing")
THIN = {  # services with what of the core is theirs alone to answer for, and how much of it is code
    "attestor": (("offchain/attestor/*.py", "offchain/core/checkpoint.py"), 400),
    "relayer": (("offchain/relayer/*.py", *(f"offchain/core/{name}.py" for name in RELAYERS_CORE)), 1_500),
}


def imported(source: str, path: Path) -> list[str]:
    """Every module a file imports, `from a import b` as `a.b`, relative imports made absolute."""
    names = []
    package = path.parts[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = [*package[: len(package) - node.level + 1]] if node.level else []
            base = ".".join([*parts, *([node.module] if node.module else [])])
            names += [f"{base}.{alias.name}" for alias in node.names]
    return names


def import_faults(root: Path) -> list[str]:
    """What breaks rules 3 to 6 of the architecture, one sentence each."""
    faults = []
    for file in python_files(root, "offchain", "scripts", "tools"):
        path = file.relative_to(root)
        layer = path.parts[1].removesuffix(".py") if path.parts[0] == "offchain" else ""
        for name in imported(file.read_text(), path):
            top, *rest = name.split(".")
            if top in FORBIDDEN[path.parts[0]]:
                faults.append(f"{path} imports {name}")
            elif layer and layer != "__init__" and layer not in ALLOWED:
                faults.append(f"{path}: offchain has no layer {layer}")
            elif layer in ALLOWED and not may_import(layer, top, rest):
                faults.append(f"{path} imports {name}")
        if layer == "core":
            faults += impure_calls(file, path)
    for folder, own in PURE_FOLDERS.items():
        for file in python_files(root, str(folder)):
            path = file.relative_to(root)
            for name in imported(file.read_text(), path):
                top, *rest = name.split(".")
                if not (name.startswith(own) or may_import("core", top, rest)):
                    faults.append(f"{path} imports {name}")
            faults += impure_calls(file, path)
    return sorted(set(faults))


def impure_calls(file: Path, path: Path) -> list[str]:
    """Calls by which a pure module would read or write something."""
    calls = [node.func for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    return [f"{path} calls {c.id}" for c in calls if isinstance(c, ast.Name) and c.id in IMPURE_CALLS]


def may_import(layer: str, top: str, rest: list[str]) -> bool:
    """Whether a layer of offchain may import `top.rest`; the package as a whole would bring every layer."""
    if top == "offchain":
        return bool(rest) and rest[0] in ALLOWED[layer]
    return layer != "core" or top in PURE


def solidity_faults(root: Path) -> list[str]:
    """What breaks rules 1 and 2, the pragmas, or the ban on `.transfer(` for native coin and on silenced findings."""
    faults = []
    concrete = {}
    for file in sorted(root.glob("contracts/**/*.sol")):
        for name in re.findall(r"^contract (\w+)", code_of(file), re.MULTILINE):
            concrete[name] = file
    for file in sorted([*root.glob("contracts/**/*.sol"), *root.glob("interfaces/*.sol")]):
        path, code = file.relative_to(root), code_of(file)
        mock, interface = "mocks" in path.parts, path.parts[0] == "interfaces"
        for names, source in re.findall(r"^import\s*(?:\{([^}]*)\}\s*from\s*)?\"([^\"]+)\"", code, re.MULTILINE):
            target = (file.parent / source).resolve() if source.startswith(".") else None
            if not names:
                faults.append(f"{path} imports all of {source}, not by name")
            if interface and (target is None or target.parent != (root / "interfaces").resolve()):
                faults.append(f"{path} imports {source}")
            if not mock and target in {f.resolve() for f in concrete.values()}:
                faults.append(f"{path} imports the concrete {source}")
        expected = "pragma solidity ^0.8.28;" if interface else "pragma solidity 0.8.37;"
        if expected not in code:
            faults.append(f"{path} has not `{expected}`")
        if not mock and re.search(r"payable\([^;]*\)\s*\.(transfer|send)\(", code):
            faults.append(f"{path} sends native coin with a fixed stipend")
        if re.search(r"slither-disable|solhint-disable", file.read_text()):
            faults.append(f"{path} silences a finding: reports/triage.json is the place for a reason")
        if not mock and not interface and "@notice" in file.read_text():
            faults.append(f"{path} has @notice: what is promised stands in the interface")
    return faults


def size_faults(root: Path) -> list[str]:
    """Files, and the whole of offchain, that are longer than they may be."""
    faults = []
    for file in sorted(root.glob("contracts/**/*.sol")):
        limit = LINES["library" if re.search(r"^library ", code_of(file), re.MULTILINE) else "contract"]
        faults += too_long(file.relative_to(root), line_count(file), limit)
    for file in python_files(root, "offchain", "scripts", "tools", str(MODEL)):
        faults += too_long(file.relative_to(root), line_count(file), LINES["module"])
    total = sum(line_count(file) for file in python_files(root, "offchain"))
    for service, (patterns, limit) in THIN.items():
        sources = [file.read_text() for pattern in patterns for file in sorted(root.glob(pattern))]
        faults += too_long(f"the {service} with its core", sum(map(lines_of_code, sources)), limit, "lines of code")
    return faults + too_long("offchain", total, LINES["offchain"])


def lines_of_code(source: str) -> int:
    """How many lines hold code: not those that are blank, or hold nothing but a comment or a docstring."""
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    spoken: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in silent:
            spoken.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            spoken -= set(range(node.lineno, node.end_lineno + 1))
    return len(spoken)


def root_faults(entries: set[str]) -> list[str]:
    """Entries of the root that the architecture does not name."""
    return [f"{entry} does not belong in the root" for entry in sorted(entries - ROOT_ENTRIES)]


def naming_faults(root: Path) -> list[str]:
    """Modules with a name that says nothing."""
    empty = {"utils", "util", "helpers", "helper", "common", "manager", "data", "misc"}
    files = python_files(root, "offchain", "scripts", "tools", "tests")
    return [f"{file.relative_to(root)} has an empty name" for file in files if file.stem.lower() in empty]


def python_files(root: Path, *folders: str) -> list[Path]:
    return [f for folder in folders for f in sorted((root / folder).rglob("*.py")) if "node_modules" not in f.parts]


def code_of(file: Path) -> str:
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", file.read_text(), flags=re.DOTALL)


def line_count(file: Path) -> int:
    return len(file.read_text().splitlines())


def too_long(what: object, lines: int, limit: int, kind: str = "lines") -> list[str]:
    return [f"{what} has {lines} {kind}, at most {limit} are allowed"] if lines > limit else []


def test_the_project_keeps_its_import_rules():
    assert import_faults(ROOT) == []


def test_contracts_and_interfaces_keep_their_rules():
    assert solidity_faults(ROOT) == []


def test_no_file_outgrows_its_limit():
    assert size_faults(ROOT) == []


def test_the_root_stays_clean():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert root_faults({line.split("/")[0] for line in listed.splitlines()}) == []


def test_names_say_something():
    assert naming_faults(ROOT) == []


BAD_IMPORTS = {
    "core reads a clock": ("offchain/core/a.py", "import time"),
    "core draws at random": ("offchain/core/a.py", "from random import random"),
    "core does I/O": ("offchain/core/a.py", "from pathlib import Path"),
    "core opens a file": ("offchain/core/a.py", "open('x')"),
    "core knows web3": ("offchain/core/a.py", "from web3 import Web3"),
    "core imports the chain": ("offchain/core/a.py", "from offchain import chain"),
    "core imports the chain inside a function": ("offchain/core/a.py", "def f():\n    import offchain.chain.rpc"),
    "core imports the chain by a relative import": ("offchain/core/a.py", "from ..chain import rpc"),
    "core imports the package as a whole": ("offchain/core/a.py", "import offchain"),
    "chain imports the store": ("offchain/chain/a.py", "from offchain.store import tables"),
    "chain imports a shell": ("offchain/chain/a.py", "from offchain import relayer"),
    "chain imports the config": ("offchain/chain/a.py", "from offchain import config"),
    "store imports the chain": ("offchain/store/a.py", "import offchain.chain.rpc as rpc"),
    "a shell imports another": ("offchain/api/a.py", "from offchain import core, relayer"),
    "chain imports the service": ("offchain/chain/a.py", "from offchain.service import Service"),
    "the service imports a shell": ("offchain/service.py", "from offchain.relayer import carrier"),
    "config imports a shell": ("offchain/config.py", "from offchain.api import routes"),
    "offchain imports brownie": ("offchain/chain/a.py", "import brownie"),
    "offchain imports scripts": ("offchain/api/a.py", "from scripts.deploy import deploy"),
    "offchain imports tests": ("offchain/monitor/a.py", "import tests.support"),
    "offchain grows an unknown layer": ("offchain/extras/a.py", "import json"),
    "scripts import tests": ("scripts/a.py", "from tests import support"),
    "tools import tests": ("tools/a.py", "from tests import support"),
    "papers read a clock": ("scripts/papers/a.py", "from datetime import datetime"),
    "papers draw at random": ("scripts/papers/a.py", "def f():\n    import secrets"),
    "papers open a file": ("scripts/papers/a.py", "open('x')"),
    "papers know web3": ("scripts/papers/a.py", "from web3 import Web3"),
    "papers know brownie": ("scripts/papers/a.py", "import brownie"),
    "papers know the chain beside which services run": ("scripts/papers/a.py", "from offchain.chain import proof"),
    "papers know the scripts' chain": ("scripts/papers/a.py", "from scripts.chain import contract"),
    "papers know it by a relative import": ("scripts/papers/a.py", "from ..chain import contract"),
    "papers know the procedure": ("scripts/papers/a.py", "from scripts.procedure import run"),
    "papers import the scripts as a whole": ("scripts/papers/a.py", "import scripts"),
    "offchain imports papers": ("offchain/core/a.py", "from scripts.papers import params"),
    "a model knows the scripts' chain": ("tests/model/a.py", "from scripts.chain import contract"),
    "a model reads a clock": ("tests/model/a.py", "import time"),
    "a model knows the chain": ("tests/model/a.py", "from offchain.chain import contract"),
    "a model knows the tests' chain": ("tests/model/a.py", "from tests.support import now"),
    "a model opens a file": ("tests/model/a.py", "open('x')"),
}


@pytest.mark.parametrize(("path", "source"), BAD_IMPORTS.values(), ids=BAD_IMPORTS)
def test_a_forbidden_import_is_caught(tmp_path, path, source):
    write(tmp_path, path, source)
    assert len(import_faults(tmp_path)) == 1


def test_the_allowed_imports_pass(tmp_path):
    write(tmp_path, "offchain/core/a.py", "import hashlib\nfrom eth_abi import encode\nfrom offchain.core import b\n")
    write(tmp_path, "offchain/chain/a.py", "import time\nfrom web3 import Web3\nfrom offchain.core import payment\n")
    write(tmp_path, "offchain/service.py", "from offchain import chain, config, core, store\n")
    write(
        tmp_path,
        "offchain/api/a.py",
        "from offchain import chain, config, core, service, store\nfrom . import routes\n",
    )
    write(tmp_path, "scripts/a.py", "import brownie\nfrom offchain.core import payment\n")
    write(
        tmp_path, "scripts/papers/a.py", "import json\nfrom offchain.core import units\nfrom scripts.papers import b\n"
    )
    write(
        tmp_path, "tests/model/a.py", "import enum\nfrom scripts.papers import agreement\nfrom tests.model.b import c\n"
    )
    assert import_faults(tmp_path) == []


PRAGMA, OPEN = "pragma solidity 0.8.37;\n", "pragma solidity ^0.8.28;\n"
BAD_SOLIDITY = {
    "a contract imports a concrete one": ("contracts/b/B.sol", PRAGMA + 'import {A} from "../a/A.sol";'),
    "an interface imports a contract": ("interfaces/IB.sol", OPEN + 'import {L} from "../contracts/a/L.sol";'),
    "an interface imports a library package": ("interfaces/IB.sol", OPEN + 'import {E} from "@openzeppelin/E.sol";'),
    "an import is not by name": ("contracts/b/B.sol", PRAGMA + 'import "../a/L.sol";'),
    "a contract's pragma is open": ("contracts/b/B.sol", OPEN),
    "an interface's pragma is pinned": ("interfaces/IB.sol", PRAGMA),
    "native coin leaves by transfer": ("contracts/b/B.sol", PRAGMA + "contract B { f() { payable(to).transfer(1); } }"),
    "native coin leaves by send": ("contracts/b/B.sol", PRAGMA + "contract B { f() { payable(a.to()).send(1); } }"),
    "a finding is silenced": ("contracts/b/B.sol", PRAGMA + "// slither-disable-next-line timestamp"),
    "a contract promises on its own": ("contracts/b/B.sol", PRAGMA + "/// @notice Pays.\ncontract B {}"),
}


@pytest.mark.parametrize(("path", "source"), BAD_SOLIDITY.values(), ids=BAD_SOLIDITY)
def test_an_offending_contract_is_caught(tmp_path, path, source):
    write(tmp_path, "contracts/a/A.sol", PRAGMA + "contract A {}")
    write(tmp_path, "contracts/a/L.sol", PRAGMA + "library L {}")
    write(tmp_path, path, source)
    assert len(solidity_faults(tmp_path)) == 1


def test_an_allowed_contract_passes(tmp_path):
    write(tmp_path, "contracts/a/L.sol", PRAGMA + "library L {}")
    write(tmp_path, "contracts/a/Base.sol", PRAGMA + "abstract contract Base {}")
    source = (
        'import {L} from "./L.sol";\nimport {\n    Base\n} from "./Base.sol";\ncontract A { token.transfer(to, 1); }'
    )
    write(tmp_path, "contracts/a/A.sol", PRAGMA + source)
    write(tmp_path, "contracts/mocks/M.sol", PRAGMA + 'import {A} from "../a/A.sol";')
    write(tmp_path, "interfaces/IA.sol", OPEN)
    write(tmp_path, "interfaces/IB.sol", OPEN + 'import {IA} from "./IA.sol";')
    assert solidity_faults(tmp_path) == []


BAD_SIZES = {
    "contract": ("contracts/a/A.sol", "contract A {\n" + "\n" * 549 + "}"),
    "library": ("contracts/a/A.sol", "library A {\n" + "\n" * 169 + "}"),
    "offchain module": ("offchain/core/a.py", "\n" * 271),
    "script": ("scripts/a.py", "\n" * 271),
    "model": ("tests/model/a.py", "\n" * 271),
}


@pytest.mark.parametrize(("path", "source"), BAD_SIZES.values(), ids=BAD_SIZES)
def test_a_long_file_is_caught(tmp_path, path, source):
    write(tmp_path, path, source)
    assert len(size_faults(tmp_path)) == 1
    write(tmp_path, path, source.replace("\n", "", 1))
    assert size_faults(tmp_path) == []


def test_a_fat_offchain_is_caught(tmp_path):
    for number in range(16):
        write(tmp_path, f"offchain/core/m{number}.py", "\n" * 250)
    assert size_faults(tmp_path) == []
    write(tmp_path, "offchain/core/more.py", "\n")
    assert size_faults(tmp_path) == ["offchain has 4001 lines, at most 4000 are allowed"]


@pytest.mark.parametrize(("service", "file"), [("attestor", "checkpoint"), ("relayer", "outgoing")])
def test_a_fat_service_is_caught(tmp_path, service, file):
    """Comments and docstrings are not counted: whoever explains what is delicate is not to pay for it."""
    limit = THIN[service][1]
    for number in range(10):
        write(tmp_path, f"offchain/{service}/m{number}.py", "a = 1\n" * (limit // 10) + '"""b."""\n# c\n\n')
    write(tmp_path, f"offchain/core/{file}.py", '"""Two lines,\n\nand no code."""\n')
    assert size_faults(tmp_path) == []
    write(tmp_path, f"offchain/core/{file}.py", "a = (\n    # b\n    1)\n")
    assert size_faults(tmp_path) == [
        f"the {service} with its core has {limit + 2} lines of code, at most {limit} are allowed"
    ]


def test_a_stray_file_in_the_root_is_caught():
    assert root_faults({"README.md", "notes.txt"}) == ["notes.txt does not belong in the root"]


def test_an_empty_name_is_caught(tmp_path):
    write(tmp_path, "offchain/chain/utils.py", "")
    assert naming_faults(tmp_path) == ["offchain/chain/utils.py has an empty name"]


def write(root, path, source):
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source)
