"""Chains of these tests' own: Brownie's chain, and the contracts on it, are not touched."""

import pytest


@pytest.fixture(scope="session")
def fast_chain():
    """Nothing to speed up."""


@pytest.fixture
def isolation():
    """Nothing to undo."""
