"""Clients: the list, the form, its saving."""
