"""Keys of the keyboard: the table put to work, a person's own, and the order they take effect in."""
