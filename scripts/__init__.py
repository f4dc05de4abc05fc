"""Brownie scripts, named by their verb; what they share is in `procedure`."""
