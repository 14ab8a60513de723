"""The one table of settings: section, name, what it may be, what it is by itself, and a sentence about it."""

from __future__ import annotations

from dataclasses import dataclass

Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Option:
    """One setting. CHOICES are its values if it has a few; else it is a whole number from LOW to HIGH.

    A switch is `true` or `false` in the file. TITLE and SENTENCE are what the page of settings says of it.
    """

    section: str
    name: str
    default: Value
    title: str
    sentence: str
    choices: tuple[Value, ...] = ()
    low: int = 0
    high: int = 0

    def refusal(self, value: object) -> str:
        """Return why VALUE cannot be taken, as the end of a sentence; empty if it can."""
        if self.choices:
            # True == 1 in Python, and not in TOML
            if any(type(value) is type(choice) and value == choice for choice in self.choices):
                return ""
            return "it can be " + ", ".join(toml_word(choice) for choice in self.choices)
        if type(value) is int and self.low <= value <= self.high:
            return ""
        return f"it can be a whole number from {self.low} to {self.high}"


def toml_word(value: Value) -> str:
    """Return VALUE as it is written in the file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


_SWITCH = (True, False)

OPTIONS = (
    Option("look", "theme", "auto", "Theme", "auto: the terminal's own colours over ssh, else dark",
           ("auto", "dark", "light", "contrast", "ansi", "nocolor")),
    Option("look", "symbols", "auto", "Symbols", "auto: ASCII where the locale or the terminal has no others",
           ("auto", "unicode", "ascii")),
    Option("look", "weekdays", True, "Weekdays", "Mon 2026-11-23; the date itself is always written so", _SWITCH),
    Option("keys", "jump", "home-row", "Jump letters", "which letters ^O gives out first", ("home-row", "alphabet")),
    Option("line", "light", True, "Light on the line", "sends only what changed; from the next start", _SWITCH),
    Option("writing", "form", "soap", "Form for progress", "where a client has no progress note yet",
           ("soap", "dap", "birp", "girp", "pie", "free")),
    Option("writing", "width", 100, "Width of the text", "columns, 40 to 100, in the editor", low=40, high=100),
    Option("writing", "numbers", False, "Line numbers", "in the editor", _SWITCH),
    Option("writing", "plan", True, "Last plan in view", "opened with a new note; F4 shows or folds it", _SWITCH),
    Option("lock", "idle_minutes", 0, "Locks when idle", "minutes; 0 as the vault's policy says, never longer",
           low=0, high=240),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """What is chosen on this machine; each field is an option of the table by its name."""

    theme: str = "auto"
    symbols: str = "auto"
    weekdays: bool = True
    jump: str = "home-row"
    light: bool = True
    form: str = "soap"
    width: int = 100
    numbers: bool = False
    plan: bool = True
    idle_minutes: int = 0

    def value(self, option: Option) -> Value:
        """Return what OPTION is set to."""
        found: Value = getattr(self, option.name)
        return found

    def idle(self, policy_minutes: int) -> int:
        """Return after how many minutes without a key to lock: as the vault's policy says, or sooner."""
        return min(self.idle_minutes or policy_minutes, policy_minutes)
