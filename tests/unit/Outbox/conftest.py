"""What token and vault have in common in what leaves: every test here that takes a `route` runs at both."""

from tests.unit.bridge_cases.conftest import *  # noqa: F403 (fixtures by name)
