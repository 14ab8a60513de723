"""Notes that come in from files, and notes that go out into files (docs/EXCHANGE.md).

Reading files and laying out documents is free of sessions and keys; `bring_in` and `send_out` are what touches a vault.
"""

from __future__ import annotations

from core.exchange.inward.bring_in import Brought, Outcome, Plan, plan_import, run_import
from core.exchange.inward.incoming import Left
from core.exchange.outward.accounting import Disclosure, disclosures
from core.exchange.outward.accounting_page import accounting_page
from core.exchange.outward.amendments import Amendment, amendments
from core.exchange.outward.send_out import Exported, Preview, Request, check_request, preview, send_out
from core.exchange.watch import Watch

__all__ = [
    "Amendment", "Brought", "Disclosure", "Exported", "Left", "Outcome", "Plan", "Preview", "Request", "Watch",
    "accounting_page", "amendments", "check_request", "disclosures", "plan_import", "preview", "run_import", "send_out",
]  # fmt: skip
