"""Small whole vaults with fixed keys, clock and randomness, and every value that leads to their bytes."""
