"""Ways back: a member's recovery kit, and the custodians. Headless; every step is recorded."""

from __future__ import annotations

from core.recovery.drill import Drilled, run_drill
from core.recovery.enrolment import Enrolment, Phone
from core.recovery.printed import WrongLine
from core.recovery.recovering import Recovery

__all__ = ["Drilled", "Enrolment", "Phone", "Recovery", "WrongLine", "run_drill"]
