"""The settings of this machine, and the person's own keys."""
