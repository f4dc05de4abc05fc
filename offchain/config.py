"""The only reader of environment variables."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from offchain.core.refusal import Refusal

KEYSTORE = "QUITTANCE_KEYSTORE"
PASSWORD_FILE = "QUITTANCE_KEYSTORE_PASSWORD_FILE"  # the name of a variable, no password


class MissingVariable(Refusal):
    """An environment variable that is needed is not set."""


@dataclass(frozen=True)
class Settings:
    """What the environment says: where a chain is reached, and which keystore signs."""

    rpc_url: str
    keystore: Path | None
    password_file: Path | None

    @classmethod
    def read(cls, rpc_variable: str, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the RPC address from `rpc_variable` and the keystore's paths. Errors: MissingVariable."""
        url = environment.get(rpc_variable, "").strip()
        if not url:
            raise MissingVariable(f"set {rpc_variable} to the address of an RPC endpoint")
        return cls(url, _path(environment, KEYSTORE), _path(environment, PASSWORD_FILE))

    @classmethod
    def offline(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the keystore's paths alone: no chain is to be reached."""
        return cls("", _path(environment, KEYSTORE), _path(environment, PASSWORD_FILE))

    def require_keystore(self) -> Path:
        """The keystore's path. Errors: MissingVariable."""
        if self.keystore is None:
            raise MissingVariable(f"set {KEYSTORE} to the path of an Ethereum keystore file")
        return self.keystore


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    value = environment.get(name)
    return Path(value).expanduser() if value else None
