"""A contract with an audit trail."""

import pytest


@pytest.fixture(scope="module")
def audited(deploy, governor):
    return deploy("AuditedLimits", governor)
