"""Commands of recovery: the kit, the custodians."""
