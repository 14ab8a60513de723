"""The vault file: records, chain, signatures, authority, sealing, and append.

It knows no passphrase, no note's fields and no screen.
"""
