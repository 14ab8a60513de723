"""What libsodium is asked for: sealing, signing, and the labels and padding that belong to it."""
