"""Forms of notes: their headings, the text a new note begins with, the service code that minutes suggest."""

from __future__ import annotations

import re

SECTIONS: dict[str, tuple[str, ...]] = {
    "soap": ("Subjective", "Objective", "Assessment", "Plan"),
    "dap": ("Data", "Assessment", "Plan"),
    "birp": ("Behavior", "Intervention", "Response", "Plan"),
    "girp": ("Goal", "Intervention", "Response", "Plan"),
    "pie": ("Problem", "Intervention", "Evaluation"),
    "stanley-brown": (
        "Warning signs", "What I can do myself", "People and places that take my mind off it",
        "People I can ask for help", "Professionals and services to contact", "Making the surroundings safe",
    ),
    "plan": ("Problems", "Goals", "Objectives", "Interventions", "Review"),
    "intake": (
        "Presenting concern", "History", "Mental status", "Risk", "Strengths and supports", "Goals", "Plan",
    ),
    "contact": ("Who and how", "What was said", "What follows"),
    "missed": ("What was arranged", "What was done", "What follows"),
    "supervision": ("Questions brought", "What was discussed", "What was agreed"),
    "summary": (
        "Presenting concern", "Course", "Goals reached", "Risk at the end", "How it ended", "Recommendations",
    ),
    "free": (),
}  # fmt: skip
"""The headings of each form, in order."""

TYPE_FORMS: dict[str, tuple[str, ...]] = {
    "progress": ("soap", "dap", "birp", "girp", "pie", "free"),
    "missed-session": ("free", "missed"),
    "contact-log": ("contact", "free"),
    "safety-plan": ("stanley-brown", "free"),
    "treatment-plan": ("plan", "free"),
    "intake": ("intake", "free"),
    "termination": ("summary", "free"),
    "supervision": ("supervision", "free"),
    "process": ("free",),
}
"""The forms that each type of note is offered in, the usual one first. A process note has no headings to fill in."""

NAMES = {
    "soap": "SOAP", "dap": "DAP", "birp": "BIRP", "girp": "GIRP", "pie": "PIE", "stanley-brown": "Stanley-Brown",
    "plan": "goals and objectives", "intake": "intake", "contact": "who, what, what follows",
    "missed": "arranged, done, what follows", "supervision": "brought, discussed, agreed", "summary": "summary",
    "free": "free text",
}  # fmt: skip
"""What people call each form."""

SERVICES = {"90832": (16, 37), "90834": (38, 52), "90837": (53, 1_440), "90846": (26, 1_440), "90847": (26, 1_440)}
"""Codes of services that ask for so many minutes: at least, at most."""

_HEADING = re.compile(r"^##\s+(.*\S)\s*$")


def skeleton(form: str) -> str:
    """Return the text that a new note of FORM begins with: its headings, with two empty lines between them."""
    return "\n\n".join(f"## {heading}\n" for heading in SECTIONS.get(form, ()))


def sections(text: str) -> list[tuple[str, str]]:
    """Return (heading, what stands under it) for each `## ` heading of TEXT, in order."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        heading = _HEADING.match(line)
        if heading:
            found.append((heading.group(1), []))
        elif found:
            found[-1][1].append(line)
    return [(heading, "\n".join(lines).strip()) for heading, lines in found]


def empty_sections(form: str, text: str) -> list[str]:
    """Return the headings of FORM that have nothing under them in TEXT, or are not there."""
    written = dict(sections(text))
    return [heading for heading in SECTIONS.get(form, ()) if not written.get(heading)]


def unwritten(form: str, text: str) -> list[str]:
    """Return the headings of FORM, and further ones of TEXT, under which nothing stands."""
    empty = empty_sections(form, text)
    return empty + [heading for heading, below in sections(text) if not below and heading not in empty]


def minutes_between(start: str, end: str) -> int | None:
    """Return the minutes from START to END (`10:02`), over midnight if END is earlier; None if either is missing."""
    try:
        first, last = (int(text[:2]) * 60 + int(text[3:5]) for text in (start, end))
    except ValueError:
        return None
    return (last - first) % 1_440 if start and end else None


def suggest_service(minutes: int | None) -> str:
    """Return the psychotherapy code that MINUTES suggest (90832 from 16, 90834 from 38, 90837 from 53), or nothing."""
    if minutes is None or minutes < 16:
        return ""
    if minutes < 38:
        return "90832"
    return "90834" if minutes < 53 else "90837"
