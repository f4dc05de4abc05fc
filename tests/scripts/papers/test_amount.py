"""Amounts: exact both ways, and never without a unit."""

import random

import pytest

from scripts.papers.amount import MAX_UINT256, NATIVE_UNITS, InvalidAmount, format_amount, parse_amount

USDC = {"units": 0, "USDC": 6}


@pytest.mark.parametrize(
    ("text", "units", "amount"),
    [
        ("1.5ether", NATIVE_UNITS, 15 * 10**17),
        (" 1.5 ether ", NATIVE_UNITS, 15 * 10**17),
        ("250000wei", NATIVE_UNITS, 250_000),
        ("3gwei", NATIVE_UNITS, 3 * 10**9),
        ("0.000000000000000001ether", NATIVE_UNITS, 1),
        ("1.0wei", NATIVE_UNITS, 1),
        ("12.5USDC", USDC, 12_500_000),
        ("12500000units", USDC, 12_500_000),
        ("0.1ether", NATIVE_UNITS, 10**17),  # as a float, 0.1 * 10**18 is exact by luck; the next is not
        ("1.1111111111111111ether", NATIVE_UNITS, 1_111_111_111_111_111_100),
        (f"{MAX_UINT256}wei", NATIVE_UNITS, MAX_UINT256),
    ],
)
def test_amounts_are_read_exactly(text, units, amount):
    assert parse_amount(text, units) == amount


@pytest.mark.parametrize(
    "text",
    [
        *("", "1.5", "ether", "-1ether", "+1ether", "1e3wei", "1,5ether", "1_000wei", ".5ether", "1.ether", "1.5wei"),
        *("0ether", "0.0ether", "1 ether ether", "1Ether", "1USDC", "0x10wei", "１wei", "nanwei", f"{2**256}wei"),
    ],
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(InvalidAmount):
        parse_amount(text, NATIVE_UNITS)


def test_an_amount_written_out_reads_back_the_same():
    chance = random.Random(7)
    for _ in range(500):
        amount, decimals = chance.randint(1, 2 ** chance.randint(1, 256) - 1), chance.randint(0, 30)
        assert parse_amount(format_amount(amount, decimals, "COIN"), {"COIN": decimals}) == amount
