"""Faults, drawn from a seed, put into the real services, chains and databases; what is lost or doubled is counted.

`python -m tests.faults` (`make faults`) runs thousands and writes reports/faults.md; test_faults.py runs a few.
"""
