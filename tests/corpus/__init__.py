"""Bad vaults (and odd but whole ones), one scenario a file, and what a verifier or a reader must say of each."""
