"""Commands about a vault as a whole."""
