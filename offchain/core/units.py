"""The units of the reference model: what an int or a string means is part of its type."""

from typing import NewType

Address = NewType("Address", str)
"""An account or a token, in checksum spelling; the zero address as a token is the chain's native coin."""

TokenUnits = NewType("TokenUnits", int)
"""An amount in an asset's base units (wei for native coin)."""

BasisPoints = NewType("BasisPoints", int)
"""1/100 of a percent."""

Timestamp = NewType("Timestamp", int)
"""A block's time, in Unix seconds."""

Seconds = NewType("Seconds", int)
"""A length of time."""

Key = NewType("Key", bytes)
"""32 bytes that name a payment or an escrow by its terms."""

ZERO_ADDRESS = Address("0x" + "00" * 20)
NO_TIME = Timestamp(0)
NOTHING = TokenUnits(0)
NATIVE = ZERO_ADDRESS
"""The asset that is the chain's own coin."""
