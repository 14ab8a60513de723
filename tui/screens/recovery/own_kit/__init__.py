"""A member's recovery kit: made, rehearsed, used."""
