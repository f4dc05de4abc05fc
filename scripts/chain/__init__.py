"""The edge to a chain, as a person uses it: one connection, one key, one transaction at a time."""
