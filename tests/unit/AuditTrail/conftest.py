"""A contract with an audit trail, and its log as anyone can export it."""

import pytest

from tests.unit import trail


@pytest.fixture(scope="module")
def audited(deploy, governor):
    return deploy("AuditedLimits", governor)


@pytest.fixture
def exported():
    return trail.exported


@pytest.fixture
def proven():
    return trail.proven
