"""The part of a session that is about clients, their appointments, and what is due."""
