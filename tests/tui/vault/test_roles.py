"""What each role is offered on the pages, and what becomes of a key that is pressed all the same."""

# ruff: noqa: F811  fixtures are imported, and tests name them
from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.core.practice import Practice
from tests.tui.in_practice import application, enter, made, practice  # noqa: F401
from tests.tui.pictures.test_captures import settle
from tests.tui.walking import screen_text
from tui.application import Tacenda
from tui.keys import keymap
from tui.roles import kept_back, refusal
from tui.screens.clients.clients import Clients
from tui.screens.notes.chart import Chart
from tui.screens.notes.reading.reader import Reader
from tui.screens.page import Page
from tui.screens.palette import commands
from tui.screens.practice.sheet import ClientSheet
from tui.screens.recovery.page import RecoveryPage
from tui.screens.vault.charts.retention import RetentionPage
from tui.screens.vault.keys.keys import KeysPage
from tui.screens.vault.members.members import MembersPage
from tui.screens.vault.place import VaultPlace
from tui.screens.vault.policy import PolicyPage
from vault_format.codes import Action, Role

OWNER, CLINICIAN, SUPERVISOR, AUDITOR = Role.OWNER, Role.CLINICIAN, Role.SUPERVISOR, Role.AUDITOR
WRITERS, READERS = (OWNER, CLINICIAN), (OWNER, CLINICIAN, SUPERVISOR)
_QUIET = {Action.UNLOCK, Action.LIST, Action.LOCK, Action.BUNDLE_SET, Action.READ, Action.ALERT}

Made = Callable[[Practice], Page]
KEYS: tuple[tuple[str, Made, dict[str, tuple[Role, ...]]], ...] = (
    ("clients", lambda _: Clients(), {
        "new": WRITERS, "edit": WRITERS, "bring_in": WRITERS, "write_out": WRITERS, "names": READERS, "sheet": READERS,
    }),
    ("chart", lambda made: Chart(made.clients["OTTER"]), {
        "new": WRITERS, "move_note": WRITERS, "shred": WRITERS, "write_out": WRITERS, "sheet": READERS,
    }),
    ("reader", lambda made: Reader(made.notes["signed"]), {
        "add": WRITERS, "sign": (SUPERVISOR,), "move_note": WRITERS, "shred": WRITERS, "write_out": WRITERS,
    }),
    ("sheet", lambda made: ClientSheet(made.clients["OTTER"]), {
        "new": WRITERS, "status": WRITERS, "assign": WRITERS, "merge": WRITERS, "remove": (OWNER,), "names": READERS,
    }),
    ("members", lambda _: MembersPage(), {
        "new": (OWNER,), "role": (OWNER,), "remove": (OWNER,), "write_out": (*READERS, AUDITOR),
    }),
    ("policy", lambda _: PolicyPage(), {"choose": (OWNER,)}),
    ("retention", lambda _: RetentionPage(), {"hold": WRITERS, "shred": (OWNER,)}),
)  # fmt: skip
"""A page, and the acts on it that are no act of every role."""
_NOT_FOR_AUDITORS = {"chart", "reader", "sheet", "retention"}
"""No list leads an auditor there."""
ROWS: dict[Callable[[], Page], dict[str, tuple[Role, ...]]] = {
    VaultPlace: {"Import": WRITERS, "Retention": READERS, "Copies": (*READERS, AUDITOR)},
    RecoveryPage: {"Set custodians": (OWNER,), "Make a recovery kit": (*READERS, AUDITOR)},
}


async def stand(app: Tacenda, page: Page, pilot: object) -> Page:
    """Show PAGE and wait until it is complete."""
    app.show_page(page)
    await settle(pilot)  # type: ignore[arg-type]
    return page


@pytest.mark.parametrize("role", [OWNER, CLINICIAN, SUPERVISOR, AUDITOR])
async def test_a_page_offers_what_the_role_may_do_and_refuses_the_rest(practice: Practice, role: Role) -> None:
    app = application(practice)
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, member=role.name.lower())
        for where, made_page, acts in KEYS:
            if role is AUDITOR and where in _NOT_FOR_AUDITORS:
                continue
            page = await stand(app, made_page(practice), pilot)
            hidden = page.hidden_keys() | page.kept_back()
            by_name = {command.says for command in commands(page)}
            before = len(practice.actions())
            for name, who in acts.items():
                act = next(act for act in keymap.acts(where) if act.name == name)
                assert (name not in hidden) is (role in who), (where, name)
                assert (act.sentence[:1].upper() + act.sentence[1:] in by_name) is (role in who), (where, name)
                if role not in who:
                    # pressed all the same it opens no form, whose end would be a refusal
                    await pilot.press(act.keys[0])
                    assert app.screen is page, (where, name)
                    if refusal(role, where, name):
                        assert f"role {role.name.lower()}" in screen_text(app), (where, name)
            await settle(pilot)
            assert set(practice.actions()[before:]) <= _QUIET, where
            app.back()
        for kind, rows in ROWS.items():
            await stand(app, kind(), pilot)
            for name, who in rows.items():
                assert (f" {name} " in screen_text(app)) is (role in who), name
            app.back()
        if role is not OWNER:
            # rotating stands on the keys page for everybody, and says whose it is
            page = await stand(app, KeysPage(), pilot)
            await pilot.press("j", "enter")
            await settle(pilot)
            assert app.screen is page
            assert "An owner rotates." in screen_text(app)
    assert practice.verdict().intact


def test_every_act_that_is_kept_back_is_an_act_of_its_page() -> None:
    for where in {act.where for act in keymap.ACTS}:
        names = {act.name for act in keymap.ACTS if act.where == where}
        for role in (OWNER, CLINICIAN, SUPERVISOR, AUDITOR):
            assert kept_back(role, where) <= names
            for name in kept_back(role, where):
                assert role.name.lower() in refusal(role, where, name)
    assert kept_back(OWNER, "chart") == frozenset()
