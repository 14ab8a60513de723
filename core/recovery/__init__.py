"""Ways back: a member's recovery kit, and the custodians. Headless; every step is recorded."""

from __future__ import annotations

from core.recovery.kit.drill import Drilled, run_drill
from core.recovery.kit.enrolment import Enrolment, Phone
from core.recovery.kit.printed import WrongLine
from core.recovery.kit.recovering import Recovery

__all__ = ["Drilled", "Enrolment", "Phone", "Recovery", "WrongLine", "run_drill"]
