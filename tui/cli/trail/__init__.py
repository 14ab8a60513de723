"""Commands about the trail; none needs a key to begin with."""
