"""What a vault means: identities, keys, notes, clients, sessions and policy.

It never prints, prompts or draws.
"""
