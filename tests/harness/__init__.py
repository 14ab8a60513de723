"""Real parts that tests are run against: terminals, an ssh server, another user, faults. No stand-ins."""
