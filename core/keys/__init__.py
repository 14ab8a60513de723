"""The key hierarchy: passphrase, master key, bundle, epoch keys (docs/FORMAT.md, section 6)."""
