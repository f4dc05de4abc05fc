"""Events in one spelling, so that what Brownie decoded can be compared with what a test expects."""


def plain(events):
    """Events with bytes in Brownie's spelling, in which no bytes are one of zero."""
    return [tuple(_spelled(field) for field in fields) for fields in events]


def _spelled(field):
    return "0x" + (field.hex() or "00") if isinstance(field, bytes) else str(field).lower()
