"""A signing key from an Ethereum keystore file."""

import json
from collections.abc import Callable
from pathlib import Path

from eth_account import Account
from eth_account.signers.local import LocalAccount

from offchain.core.refusal import Refusal


class MissingKeystore(Refusal):
    """The keystore, or the file with its password, is not there or cannot be read."""


class WrongPassword(Refusal):
    """The password does not open the keystore."""


def unlock(path: Path, password_file: Path | None, ask: Callable[[str], str]) -> LocalAccount:
    """The key in the keystore at `path`, its password from a file, else from `ask`.

    Errors: MissingKeystore, WrongPassword. No error repeats a secret.
    """
    try:
        keystore = json.loads(path.read_text())
    except OSError as error:
        raise MissingKeystore(f"the keystore {path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise MissingKeystore(f"{path} is not a keystore: it is not JSON") from None
    if password_file is None:
        password = ask(f"Password of {path.name}: ")
    else:
        try:
            password = password_file.read_text().removesuffix("\n").removesuffix("\r")
        except OSError as error:
            raise MissingKeystore(f"the password file {password_file} cannot be read: {error.strerror}") from None
    try:
        key = Account.decrypt(keystore, password)
    except (ValueError, TypeError, KeyError) as error:
        if "MAC" in str(error):
            raise WrongPassword(f"the password does not open {path}") from None
        raise MissingKeystore(f"{path} is not an Ethereum keystore") from None
    unlocked: LocalAccount = Account.from_key(key)
    return unlocked
