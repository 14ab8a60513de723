"""The vault itself: keys, members, copies, policy, and what leaves the file."""
