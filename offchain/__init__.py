"""Everything that is not the chain."""
