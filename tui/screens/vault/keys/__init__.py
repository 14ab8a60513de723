"""Keys over time: sets, rotation, another passphrase."""
