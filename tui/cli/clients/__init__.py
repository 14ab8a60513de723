"""Commands about clients and their appointments."""
