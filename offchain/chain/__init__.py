"""The edge to a chain."""
