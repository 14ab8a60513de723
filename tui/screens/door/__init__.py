"""Before a vault is unlocked: its door, making one, choosing one."""
