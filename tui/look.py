"""How the application looks: roles, and what each theme makes of them.

The sheets in styles/ name the roles' variables, never a colour.
"""

from __future__ import annotations

from functools import cache

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from tui.terminal import environment

ROLES = ("text", "muted", "accent", "good", "caution", "danger", "selected", "field", "mark")
"""What a piece of text can be."""

_ANSI = "ansi_default"


def _variables(**roles: tuple[str, str, str]) -> dict[str, str]:
    """Return style variables for roles, each given as (colour, ground, text style)."""
    made = {}
    for role, (color, ground, style) in roles.items():
        made[f"{role}-color"] = color
        made[f"{role}-ground"] = ground
        made[f"{role}-style"] = style
    return made


def _theme(name: str, *, dark: bool, ansi: bool, variables: dict[str, str]) -> Theme:
    text, ground = variables["text-color"], variables["text-ground"]
    accent, field = variables["accent-color"], variables["field-ground"]
    reverse = {
        "input-cursor-text-style": "reverse", "input-cursor-foreground": text, "input-cursor-background": ground,
        "input-selection-foreground": variables["selected-color"],
        "input-selection-background": variables["selected-ground"],
        "border-blurred": ground, "ansi-background": ground, "ansi-foreground": text,
        # the cursor and selections that Textual draws itself
        "screen-selection-background": variables["selected-ground"],
        "screen-selection-foreground": variables["selected-color"],
    }  # fmt: skip
    return Theme(
        name=name, dark=dark, ansi=ansi, primary=accent, secondary=accent, accent=accent,
        warning=variables["caution-color"], error=variables["danger-color"], success=variables["good-color"],
        foreground=text, background=ground, surface=field if not ansi else ground, panel=ground, boost=ground,
        text_alpha=1.0, variables={**reverse, **variables},
    )  # fmt: skip


_DARK, _LIGHT = "#12161C", "#FBFAF7"

DARK = _theme("dark", dark=True, ansi=False, variables=_variables(
    text=("#D7DEE8", _DARK, "none"), muted=("#93A1B3", _DARK, "none"), accent=("#7FC7D9", _DARK, "none"),
    good=("#8CCF9B", _DARK, "none"), caution=("#E5C07B", _DARK, "none"), danger=("#FF8A80", _DARK, "none"),
    selected=("#D7DEE8", "#2C5A70", "none"), field=("#D7DEE8", "#1B222C", "none"),
    mark=(_DARK, "#E5C07B", "none"),
))  # fmt: skip

LIGHT = _theme("light", dark=False, ansi=False, variables=_variables(
    text=("#1F2933", _LIGHT, "none"), muted=("#55636F", _LIGHT, "none"), accent=("#0B6A82", _LIGHT, "none"),
    good=("#1E6B3A", _LIGHT, "none"), caution=("#7A5300", _LIGHT, "none"), danger=("#B3261E", _LIGHT, "none"),
    selected=("#1F2933", "#8FC6DA", "none"), field=("#1F2933", "#EFEDE6", "none"),
    mark=(_LIGHT, "#7A5300", "none"),
))  # fmt: skip

CONTRAST = _theme("contrast", dark=True, ansi=False, variables=_variables(
    text=("#FFFFFF", "#000000", "none"), muted=("#FFFFFF", "#000000", "none"), accent=("#FFFFFF", "#000000", "bold"),
    good=("#FFFFFF", "#000000", "none"), caution=("#FFFFFF", "#000000", "bold"),
    danger=("#FFFFFF", "#000000", "bold underline"), selected=("#000000", "#FFFFFF", "none"),
    field=("#FFFFFF", "#000000", "underline"), mark=("#000000", "#FFFFFF", "underline"),
))  # fmt: skip

ANSI = _theme("ansi", dark=True, ansi=True, variables=_variables(
    text=(_ANSI, _ANSI, "none"), muted=(_ANSI, _ANSI, "dim"), accent=("ansi_cyan", _ANSI, "bold"),
    good=("ansi_green", _ANSI, "none"), caution=("ansi_yellow", _ANSI, "none"), danger=("ansi_red", _ANSI, "bold"),
    selected=(_ANSI, _ANSI, "reverse"), field=(_ANSI, _ANSI, "underline"), mark=(_ANSI, _ANSI, "reverse underline"),
))  # fmt: skip

NOCOLOR = _theme("nocolor", dark=True, ansi=True, variables=_variables(
    text=(_ANSI, _ANSI, "none"), muted=(_ANSI, _ANSI, "none"), accent=(_ANSI, _ANSI, "bold"),
    good=(_ANSI, _ANSI, "none"), caution=(_ANSI, _ANSI, "bold"), danger=(_ANSI, _ANSI, "bold"),
    selected=(_ANSI, _ANSI, "reverse"), field=(_ANSI, _ANSI, "underline"), mark=(_ANSI, _ANSI, "reverse"),
))  # fmt: skip

THEMES = {theme.name: theme for theme in (DARK, LIGHT, CONTRAST, ANSI, NOCOLOR)}


@cache
def styles_of(theme: str) -> dict[str, Style]:
    """Return what each role looks like in THEME, a name of THEMES; as in DARK before one was chosen.

    They are no component classes: Textual works those out anew for each widget whenever it applies styles, and nine to
    a widget took five sixths of that work. Every role is opaque, so it is the same in all widgets.
    """
    variables, styles = THEMES.get(theme, DARK).variables, {}
    for role in ROLES:
        color, ground = (Color.parse(variables[f"{role}-{part}"]).rich_color for part in ("color", "ground"))
        styles[role] = Style.parse(variables[f"{role}-style"]) + Style.from_color(color, ground)
    return styles


def theme_for(chosen: str) -> str:
    """Return the theme for what was chosen on this machine; NO_COLOR outweighs it, since it asks for none at all."""
    return usual_theme() if chosen == "auto" or environment.no_color() else chosen


def usual_theme() -> str:
    """Return the theme to begin with: none of its own colours over ssh and on the console, none at all if asked."""
    if environment.no_color():
        return NOCOLOR.name
    if environment.over_ssh() or environment.bare_terminal():
        return ANSI.name
    return DARK.name
