"""The vaults that the bridge's cases attack, used as meant."""

from tests.unit.bridge_cases.conftest import *  # noqa: F403 (fixtures by name)
