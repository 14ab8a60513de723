"""What a person has chosen for this machine: read from TOML, held against bounds, written back."""

from core.settings.folder import config_folder, keymap_file, settings_file, snippets_file, templates_folder
from core.settings.reading import Loaded, Written, load, read
from core.settings.table import OPTIONS, Option, Settings, Value
from core.settings.writing import save

__all__ = [
    "OPTIONS", "Loaded", "Option", "Settings", "Value", "Written", "config_folder", "keymap_file", "load", "read",
    "save", "settings_file", "snippets_file", "templates_folder",
]  # fmt: skip
