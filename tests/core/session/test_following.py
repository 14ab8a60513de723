"""Two sessions in one vault, in two processes: each sees the other's work, and neither loses any."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.acts import epochs
from core.session import KeysReplaced, NoteDraft
from tests.core.practice import PASSPHRASES, Practice, keyring, rotate
from tests.harness.wait import wait_until
from vault_format.codes import Action, LockReason, Reason, Role
from vault_format.errors import Conflict, Refused, UsageError

ROOT = Path(__file__).parents[3]


class Other:
    """A session in another process."""

    def __init__(self, practice: Practice, member: str) -> None:
        words = [str(practice.path), str(practice.folder), member, str(practice.clock.now)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.core.session.other_session", *words], cwd=ROOT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip
        assert self._answer() == "unlocked"

    def _answer(self) -> Any:  # noqa: ANN401
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def begin(self, *command: object) -> None:
        """Ask for something."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()

    def __call__(self, *command: object) -> Any:  # noqa: ANN401
        """Ask for something and return the answer."""
        self.begin(*command)
        return self._answer()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def wait(self) -> Any:  # noqa: ANN401
        """Return the answer to what was begun."""
        return self._answer()


@pytest.fixture
def others() -> Iterator[Callable[[Practice, str], Other]]:
    """Make sessions in other processes, which end with the test."""
    made: list[Other] = []

    def make(practice: Practice, member: str) -> Other:
        made.append(Other(practice, member))
        return made[-1]

    yield make
    for other in made:
        other.close()


Others = Callable[[Practice, str], Other]


def test_what_another_process_saves_is_seen(practice: Practice, others: Others) -> None:
    session = practice.unlock()
    other = others(practice, "clinician")
    assert session.follow()
    version = session.catalog.version
    assert not session.follow()
    assert session.catalog.version == version
    note, _ = other("save", practice.clients["OTTER"], "from the other side")
    assert session.follow()
    assert session.catalog.version > version
    row = session.catalog.note(note)
    assert (row.title, row.author, row.mine) == ("from the other side", "clinician", False)
    other("sign", note, 1)
    # reading follows by itself
    assert session.read_note(note).text == "from the other side"
    saved = session.save_note(NoteDraft(practice.clients["MAPLE"], "from here", title="from here"))
    session.sign_note(saved.note, 1)
    assert other("follow") is True
    assert "from here" in other("titles")
    assert other("read", saved.note) == "from here"
    other("lock")
    session.lock()
    assert practice.verdict().intact


def test_a_conflict_is_seen_by_whoever_comes_second(practice: Practice, others: Others) -> None:
    session = practice.unlock()
    other = others(practice, "owner")
    draft, client = practice.notes["draft"], practice.clients["OTTER"]
    assert other("save", client, "third, there", draft, 2) == [draft, 3]
    with pytest.raises(Conflict):
        session.save_note(NoteDraft(client, "third, here"), draft, 2)
    # nothing was written over: both texts are in hand, and the person decides
    assert session.read_note(draft).text == "third, there"
    session.save_note(NoteDraft(client, "both"), draft, 3)
    assert other("save", client, "late", draft, 3)["error"] == "Conflict"
    other("sign", draft, 4)
    with pytest.raises(Conflict, match="signed"):
        session.save_note(NoteDraft(client, "more"), draft, 4)
    other("lock")
    session.lock()
    assert practice.verdict().intact


def test_two_processes_that_write_at_once_lose_nothing(practice: Practice, others: Others) -> None:
    one, two = others(practice, "owner"), others(practice, "clinician")
    for other, client in ((one, "OTTER"), (two, "MAPLE")):
        other.begin("many", practice.clients[client], 40)
    saved = [tuple(pair) for other in (one, two) for pair in other.wait()]
    assert len(set(saved)) == 80
    for other in (one, two):
        other("lock")
    verdict = practice.verdict()
    assert verdict.intact
    session = practice.unlock()
    assert {note for note, _ in saved} <= {row.id for row in session.catalog.notes()}
    session.lock()


def test_a_new_key_set_reaches_a_live_session_in_another_process(practice: Practice, others: Others) -> None:
    other = others(practice, "clinician")
    session = practice.unlock()
    rotate(session)
    saved = session.save_note(NoteDraft(practice.clients["OTTER"], "under new keys", title="under new keys"))
    session.sign_note(saved.note, 1)
    # listed before the other session has written anything
    generation = other("generation")
    assert other("follow") is True
    assert "under new keys" in other("titles")
    before = len(practice.actions())
    assert other("read", saved.note) == "under new keys"
    assert practice.actions()[before:] == [Action.MEMBER_ROLLOVER, Action.READ]
    assert other("generation") == generation + 1
    assert other("read", practice.notes["signed"]) == "signed text"
    note, _ = other("save", practice.clients["MAPLE"], "an answer")
    assert session.follow()
    assert session.catalog.note(note).title == "an answer"
    other("lock")
    session.lock()
    assert practice.verdict().intact


def test_the_opener_rolls_over_before_the_next_record(practice: Practice) -> None:
    session = practice.unlock()
    rotate(session)
    before = len(practice.actions())
    session.read_note(practice.notes["plan"])
    assert practice.actions()[before - 1 :] == [Action.EPOCH_OPEN, Action.MEMBER_ROLLOVER, Action.READ]
    process = session.read_note(practice.notes["process"])
    assert process.text == "for the author alone"
    session.save_note(NoteDraft(practice.clients["OTTER"], "again", process=True), practice.notes["process"], 1)
    assert session.read_note(practice.notes["process"]).text == "again"
    assert session.read_note(practice.notes["process"], revision=1).text == "for the author alone"
    session.lock()
    assert practice.verdict().intact


def test_a_late_member_rolls_over_before_the_unlock(practice: Practice) -> None:
    session = practice.unlock()
    for _ in range(3):
        rotate(session)
    session.lock()
    before = len(practice.actions())
    late = practice.unlock("clinician")
    assert practice.actions()[before:] == [Action.MEMBER_ROLLOVER, Action.UNLOCK, Action.LIST]
    assert late.read_note(practice.notes["their process"]).text == "theirs alone"
    assert late.read_note(practice.notes["signed"]).text == "signed text"
    late.lock()
    auditor = practice.unlock("auditor")
    assert sorted(keyring(auditor).epochs) == [1, 2, 3, 4]
    auditor.lock()
    assert practice.verdict().intact


def test_one_who_was_away_too_long_is_told_what_to_do(practice: Practice) -> None:
    session = practice.unlock()
    for _ in range(6):
        rotate(session)
    session.lock()
    door = practice.door()
    with pytest.raises(Refused, match="too far behind") as caught:
        door.unlock("clinician", PASSPHRASES["clinician"])
    assert "admit you" in caught.value.todo
    door.close()
    assert practice.verdict().intact


def test_a_superseded_session_takes_up_its_new_bundle(practice: Practice, others: Others) -> None:
    session = practice.unlock()
    other = others(practice, "owner")
    other("rotate")
    note, _ = other("save", practice.clients["OTTER"], "with new keys")
    assert other("generation") == 2
    assert session.follow()
    assert session.catalog.note(note).title == "with new keys"
    before = len(practice.actions())
    assert session.read_note(note).text == "with new keys"
    # its generation was rolled over elsewhere: nothing but the reading is written
    assert practice.actions()[before:] == [Action.READ]
    assert keyring(session).bundle.generation == 2
    other("lock")
    session.lock()
    assert practice.verdict().intact


def test_a_removed_members_live_session_can_only_lock(practice: Practice) -> None:
    session, removed = practice.unlock(), practice.unlock("clinician")
    session.append(lambda acting: [epochs.member_remove(acting, 2, Reason.LEFT).draft])
    session.read_note(practice.notes["plan"])
    before = len(practice.actions())
    with pytest.raises(KeysReplaced):
        removed.read_note(practice.notes["theirs"])
    with pytest.raises(KeysReplaced):
        removed.save_note(NoteDraft(practice.clients["MAPLE"], "x"))
    with pytest.raises(KeysReplaced):
        removed.search("x")
    with pytest.raises(KeysReplaced):
        removed.follow()
    assert "not a member" in removed.problem
    assert len(practice.actions()) == before
    keys = keyring(removed)
    removed.lock(LockReason.KEYS_REPLACED)
    assert removed.locked
    assert keys.master == bytes(32)
    assert len(practice.actions()) == before
    session.lock()
    door = practice.door()
    with pytest.raises(UsageError, match="No member"):
        door.unlock("clinician", PASSPHRASES["clinician"])
    door.close()
    assert practice.verdict().intact


def test_a_member_given_another_role_unlocks_again(practice: Practice) -> None:
    session, demoted = practice.unlock(), practice.unlock("clinician")
    session.append(lambda acting: [epochs.member_role(acting, 2, Role.AUDITOR).draft])
    with pytest.raises(KeysReplaced, match="another role"):
        demoted.follow()
    with pytest.raises(Refused):
        demoted.read_note(practice.notes["theirs"])
    assert demoted.role is Role.AUDITOR
    demoted.lock(LockReason.KEYS_REPLACED)
    assert practice.actions()[-1] == Action.LOCK
    again = practice.unlock("clinician")
    assert all(not row.title for row in again.catalog.notes())
    with pytest.raises(Refused):
        again.read_note(practice.notes["theirs"])
    again.lock()
    session.lock()
    assert practice.verdict().intact


def test_a_promoted_member_reads_on(practice: Practice) -> None:
    session, promoted = practice.unlock(), practice.unlock("clinician")
    session.append(lambda acting: [epochs.member_role(acting, 2, Role.OWNER).draft])
    assert promoted.follow()
    assert promoted.role is Role.OWNER
    assert promoted.read_note(practice.notes["signed"]).text == "signed text"
    rotate(promoted)
    promoted.lock()
    session.lock()
    assert practice.verdict().intact


def test_lists_can_be_drawn_while_another_thread_follows(practice: Practice, others: Others) -> None:
    session = practice.unlock()
    other = others(practice, "clinician")
    other.begin("many", practice.clients["MAPLE"], 60)
    failed: list[BaseException] = []
    over = threading.Event()

    def draw() -> None:
        try:
            while not over.is_set():
                session.catalog.notes()
                session.catalog.clients()
                columns = session.vault.columns
                if len(columns):
                    columns.shape(len(columns) - 1)
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    drawing = threading.Thread(target=draw)
    drawing.start()
    try:
        wait_until(lambda: session.follow() or len(session.catalog.notes(practice.clients["MAPLE"])) >= 62)
        other.wait()
        session.follow()
    finally:
        over.set()
        drawing.join()
    assert failed == []
    assert len(session.catalog.notes(practice.clients["MAPLE"])) == 62
    session.lock()
