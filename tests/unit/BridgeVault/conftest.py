"""The vaults that the bridge's cases attack, used as meant."""

from tests.unit.bridge_cases.conftest import (  # noqa: F401 (fixtures by name)
    _native,
    _token,
    _vault,
    build_token,
    build_vault,
    coarse_route,
    native_route,
    open_vault,
    refused,
    relayer,
    route,
    token_route,
    unlisted,
    vault_of,
    vault_route,
)
