"""Both contracts inherit the circuit breaker: every test runs against each."""

import pytest


@pytest.fixture(params=["processor", "secure"])
def contract(request, processor, secure):
    return {"processor": processor, "secure": secure}[request.param]
