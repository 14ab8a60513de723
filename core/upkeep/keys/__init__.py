"""Keys over time: rotation, what asks for it, its state, another passphrase."""
