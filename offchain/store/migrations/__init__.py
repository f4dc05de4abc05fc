"""How the schema came to be: each step is SQL, with the types that the databases name differently left open."""

from collections.abc import Iterator
from pathlib import Path
from string import Template

_TYPES = {
    "postgresql": {"id": "BIGSERIAL PRIMARY KEY", "units": "NUMERIC(78, 0)", "bytes": "BYTEA"},
    "sqlite": {"id": "INTEGER NOT NULL PRIMARY KEY", "units": "VARCHAR(78)", "bytes": "BLOB"},
}


def statements(step: str, dialect: str) -> Iterator[str]:
    """The statements beside the file of a step, in a dialect."""
    text = Template(Path(step).with_suffix(".sql").read_text()).substitute(_TYPES[dialect])
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return (statement for part in lines.split(";") if (statement := part.strip()))
