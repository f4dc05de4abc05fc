"""Facts as a script says them."""

from datetime import UTC, datetime


def plain_duration(seconds: int) -> str:
    """Seconds, and the same in days and hours where that is easier to read."""
    days, hours = divmod(seconds / 3600, 24)
    return f"{seconds} seconds" + (f" ({days:g} days {hours:g} hours)" if seconds >= 3600 else "")


def plain_fee(fee_bps: int) -> str:
    """Basis points, and the same in percent."""
    return f"{fee_bps} basis points ({fee_bps // 100}.{fee_bps % 100:02d} %)"


def utc(seconds: int) -> str:
    """Unix seconds as a date and time in UTC; one beyond the calendar stays a number."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return f"Unix second {seconds}"
