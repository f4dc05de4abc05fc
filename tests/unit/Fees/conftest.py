"""Both contracts inherit the fee settings: every test runs against each."""

import pytest


@pytest.fixture(params=["processor", "secure"])
def contract(request, processor, secure):
    return {"processor": processor, "secure": secure}[request.param]
