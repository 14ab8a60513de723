"""A folder named on the command line stands for the vaults in it."""

from __future__ import annotations


def vaults_in(path: str) -> list[str]:
    """Return PATH, or the vaults in it if it is a folder. Raises NotAVault for a folder without any."""
    import os

    from vault_format.errors import NotAVault

    # without pathlib, whose import would be a tenth of a short command
    if not os.path.isdir(path):  # noqa: PTH112
        return [path]
    found = sorted(f"{path.rstrip('/')}/{name}" for name in os.listdir(path) if name.endswith(".tacenda"))  # noqa: PTH208
    if not found:
        raise NotAVault(f"There is no vault in the folder {path}.", todo="Vaults in a folder end in .tacenda.")
    return found
