"""From a file and a passphrase to a member's keys: the door, failures that count, keys that are refused."""
