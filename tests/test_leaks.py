"""Plaintext, passphrases and keys are looked for where they must not be: files, arguments, environment, crashes."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.create import new_vault
from core.drafts.slot import SUFFIX
from core.session import ClientDraft, Door, NoteDraft
from tests.cli.command import ROOT, TACENDA, tacenda
from tests.core.practice import COST, keyring, rotate
from tests.harness.pty_terminal import PtyTerminal
from tests.harness.tools import need_root
from tests.harness.wait import wait_until
from vault_format import machine

PASSPHRASE = "seventeen quokkas swim at dawn"
WORDS = {
    "passphrase": PASSPHRASE,
    "title": "The Marmalade Question",
    "body": "Quiet, then she spoke of the lighthouse and the unsent letter.",
    "draft": "half a sentence about the ferryman",
    "process": "my own unease in the room with the ferns",
    "code": "QUOKKA",
    "name": "Philippa Thistlewood",
    "notes on the client": "prefers to be rung before noon",
    "tag": "estrangement",
    "search": "unsent letter",
}


def encodings(secret: bytes) -> Iterator[bytes]:
    """Yield SECRET in every form it might lie about in."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + secret)
        # without what depends on the neighbours
        whole = encoded[4 if before else 0 : len(encoded) // 4 * 4 - 4]
        yield whole
        yield whole.translate(bytes.maketrans(b"+/", b"-_"))


def forms(secret: str | bytes) -> set[bytes]:
    """Return every form of SECRET: a text in UTF-8 and UTF-16 and in other case, all of it plain, in hex and base64."""
    if isinstance(secret, bytes):
        plain = {secret}
    else:
        plain = {
            text.encode(encoding)
            for text in (secret, secret.casefold(), secret.upper())
            for encoding in ("utf-8", "utf-16-le", "utf-16-be")
        }
    return {form for each in plain for form in encodings(each) if len(form) >= 6}


def found(data: bytes, secrets: dict[str, str | bytes]) -> set[str]:
    """Return the names of the SECRETS that are in DATA."""
    return {name for name, secret in secrets.items() if any(form in data for form in forms(secret))}


def found_below(folder: Path, secrets: dict[str, str | bytes]) -> dict[str, set[str]]:
    """Return which secrets are in which file below FOLDER, or in its name."""
    leaks: dict[str, set[str]] = {}
    for path in folder.rglob("*"):
        data = os.fsencode(path.relative_to(folder)) + (path.read_bytes() if path.is_file() else b"")
        leaked = found(data, secrets)
        if leaked:
            leaks[str(path.relative_to(folder))] = leaked
    return leaks


class Used:
    """A vault that was worked in: its path, its notes, and every secret there was."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "vault" / "work.tacenda"
        self.path.parent.mkdir(mode=0o700)
        new_vault(str(self.path), "practice", "owner", PASSPHRASE, clock=machine.now_ms, cost=COST)
        session = Door(str(self.path)).unlock(None, PASSPHRASE)
        self.secrets: dict[str, str | bytes] = dict(WORDS)
        self._take_keys(session)
        client = session.save_client(
            ClientDraft(WORDS["code"], WORDS["name"], text=WORDS["notes on the client"])
        ).note  # fmt: skip
        saved = session.save_note(
            NoteDraft(client, WORDS["body"], title=WORDS["title"], tags=(WORDS["tag"],))
        )  # fmt: skip
        session.sign_note(saved.note, saved.revision)
        self.note = saved.note
        session.save_note(NoteDraft(client, WORDS["draft"]))
        session.save_note(NoteDraft(client, WORDS["process"], process=True))
        rotate(session)
        session.read_note(self.note)
        assert session.search(WORDS["search"])
        self._take_keys(session)
        session.lock()

    def _take_keys(self, session: object) -> None:
        keys = keyring(session)  # type: ignore[arg-type]
        bundle = keys.bundle
        known = {
            "master key": keys.master, "signing seed": bundle.sign, "box key": bundle.box, "origin key": bundle.origin,
            **{f"author key {number}": key for number, key in bundle.authors},
            **{f"draft key {number}": key for number, key in bundle.drafts},
        }  # fmt: skip
        for number, epoch in keys.epochs.items():
            for kind, key in (("notes", epoch.notes), ("index", epoch.index), ("audit", epoch.audit)):
                assert key is not None
                known[f"{kind} key {number}"] = key
        for name, key in known.items():
            self.secrets[f"{name} of generation {bundle.generation}"] = key


@pytest.fixture
def used(tmp_path: Path) -> Used:
    """A vault that was worked in, with all that it left below the test's folder."""
    return Used(tmp_path)


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    key, folder = bytes(range(40, 72)), tmp_path / "leaks"
    folder.mkdir()
    for number, form in enumerate(sorted(forms(key) | forms(WORDS["body"]))):
        (folder / str(number)).write_bytes(b"before" + form + b"after")
    leaks = found_below(folder, {"key": key, "body": WORDS["body"]})
    assert len(leaks) == len(list(folder.iterdir()))
    (folder / WORDS["code"]).write_bytes(b"")
    assert {"code"} in found_below(tmp_path, {"code": WORDS["code"]}).values()
    assert found(base64.b64encode(b"x" + WORDS["body"].encode() + b"yz"), {"body": WORDS["body"]}) == {"body"}


def test_no_file_holds_a_secret(used: Used, tmp_path: Path) -> None:
    assert len(used.secrets) > 20
    # the vault, its lock, the state folder with its pin: all of it was written below here
    assert (tmp_path / "state" / "tacenda" / "pins").is_dir()
    assert found_below(tmp_path, used.secrets) == {}


def test_arguments_and_environment_of_a_running_command_hold_no_secret(used: Used, tmp_path: Path) -> None:
    need_root("reading the environment of a process that keeps it to itself")
    # the code of a client is chosen to tell nothing
    words = ["note", "add", str(used.path), "--client", WORDS["code"], "--title", "-"]
    secrets = {name: secret for name, secret in used.secrets.items() if name != "code"}
    with PtyTerminal([*TACENDA, *words], cwd=ROOT) as there:
        there.wait_for("Passphrase:")
        there.send(PASSPHRASE + "\r")
        there.wait_for("Ctrl-D")
        # unlocked now, waiting for a text
        for name in ("cmdline", "environ"):
            assert found(Path("/proc", str(there.pid), name).read_bytes(), secrets) == set()
        there.send(f"{WORDS['title']}\r{WORDS['body']}\r\x04")
        assert there.wait_exit() == 0
    assert found_below(tmp_path, used.secrets) == {}
    listed = tacenda("note", "list", used.path, secret=PASSPHRASE)
    assert listed.out.count(WORDS["title"]) == 2


_CRASH = """
import sys
from core.keyring import Keyring
real = Keyring.check_commitment
def fail(self, who, index, raw_index, raw_body, commit):
    text, master, passphrase = raw_body.decode(), self.master, {passphrase!r}
    raise {error}(f"{{text}} {{master.hex()}} {{passphrase}} {{index}}")
Keyring.check_commitment = fail
from tui.cli.main import main
main()
"""


@pytest.mark.parametrize("error", ["RuntimeError", "ValueError", "KeyError", "SystemError", "MemoryError", "OSError"])
def test_a_crash_of_a_command_shows_no_secret(used: Used, tmp_path: Path, error: str) -> None:
    program = [sys.executable, "-c", _CRASH.format(passphrase=PASSPHRASE, error=error)]
    done = tacenda("note", "show", used.path, f"{used.note:016x}", secret=PASSPHRASE, program=program)
    assert done.code in {4, 70}
    assert done.out == ""
    assert found((done.out + done.err).encode(), used.secrets) == set()
    assert found_below(tmp_path, used.secrets) == {}


def test_a_crash_in_another_thread_shows_no_secret(used: Used) -> None:
    program = (
        "import threading, core.session.entrance.door as door\n"
        "def fail(self):\n"
        f"    secret = {PASSPHRASE!r}\n"
        "    threading.Thread(target=lambda: 1 / 0 if secret else None).start()\n"
        "    raise RuntimeError(secret)\n"
        "door.Door._verify = fail\n"
        "from tui.cli.main import main\n"
        "main()\n"
    )
    done = tacenda("note", "list", used.path, secret=PASSPHRASE, program=[sys.executable, "-c", program])
    assert done.code == 70
    assert found(done.err.encode(), used.secrets) == set()


def test_a_fatal_signal_leaves_no_core(used: Used, tmp_path: Path) -> None:
    program = (
        "import ctypes, os, resource\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)\n"
        "from core.keyring import Keyring\n"
        "def die(*_):\n"
        "    limit, dumpable = resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)\n"
        "    print(limit, dumpable, flush=True)\n"
        "    os.abort()\n"
        "Keyring.check_commitment = die\n"
        "from tui.cli.main import main\n"
        "main()\n"
    )
    words = ["note", "show", str(used.path), f"{used.note:016x}", "--passphrase-fd", "0"]
    done = subprocess.run(
        [sys.executable, "-c", program, *words], cwd=tmp_path, input=PASSPHRASE.encode(), capture_output=True,
        check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == -6
    assert done.stdout == b"(0, 0) 0\n"
    assert found(done.stdout + done.stderr, used.secrets) == set()
    assert found_below(tmp_path, used.secrets) == {}


_APP = """
import sys
from tui.screens.today import Today
def fail(self):
    session = self.tacenda.session
    opened = session.read_note({note})
    text, master, passphrase = opened.text, session._desk.keyring.master, {passphrase!r}
    raise RuntimeError(f"{{text}} {{master.hex()}} {{passphrase}}")
Today.fill = fail
from tui.cli.main import main
main()
"""


def test_a_crash_of_the_application_shows_no_secret(used: Used, tmp_path: Path) -> None:
    program = _APP.format(note=used.note, passphrase=PASSPHRASE)
    with PtyTerminal([sys.executable, "-c", program, str(used.path)], cwd=ROOT) as there:
        there.wait_for("Passphrase")
        there.send(PASSPHRASE + "\r")
        assert there.wait_exit(60) == 70
        written = bytes(there.raw)
    assert found(written, used.secrets) == set()
    assert b"Traceback" not in written
    assert found_below(tmp_path, used.secrets) == {}
    # and the session was locked
    rows = tacenda("audit", used.path, "--json").objects
    assert rows[-1]["action"] == "lock"


def test_the_running_application_leaves_nothing_about_and_nor_does_its_kill(used: Used, tmp_path: Path) -> None:
    need_root("reading the environment of a process that keeps it to itself")
    typed = "she came back to the cellar door; "
    secrets = {**used.secrets, "typed": typed.strip()}

    def journals() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in (tmp_path / "state").rglob(f"*{SUFFIX}")}

    with PtyTerminal([*TACENDA, str(used.path)], cwd=ROOT) as there:
        there.wait_for("Passphrase")
        there.send(PASSPHRASE + "\r")
        there.wait_for("go on with it")
        there.send("\r")
        # more changes than the journal may lag behind
        before = journals()
        there.send(typed * 8)
        there.wait_for("cellar door")
        wait_until(lambda: journals() != before, what="a journal with the text")
        for name in ("cmdline", "environ"):
            assert found(Path("/proc", str(there.pid), name).read_bytes(), secrets) == set()
        assert found_below(tmp_path, secrets) == {}
        assert list((tmp_path / "tmp").iterdir()) == []
        there.kill(signal.SIGKILL)
        assert there.wait_exit() == -signal.SIGKILL
    assert found_below(tmp_path, secrets) == {}
    assert list((tmp_path / "tmp").iterdir()) == []
    # it was not lost either: what lies there is the text, for who has the key
    session = Door(str(used.path)).unlock(None, PASSPHRASE)
    session.open_rest()
    (left,) = session.unfinished()
    assert typed in session.recover_draft(left).draft.text


def test_a_clients_form_that_is_killed_leaves_nothing_about(used: Used, tmp_path: Path) -> None:
    typed = {"new code": "PELICAN", "new name": "Rosalind Fernsby", "new text": "rings from the cellar door"}
    secrets = {**used.secrets, **typed}

    def journals() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in (tmp_path / "state").rglob(f"*{SUFFIX}")}

    with PtyTerminal([*TACENDA, str(used.path)], cwd=ROOT) as there:
        there.wait_for("Passphrase")
        there.send(PASSPHRASE + "\r")
        there.wait_for("[1 Today]")
        there.send("2n")
        there.wait_for("New client")
        wait_until(lambda: bool(journals()), what="the journal's space")
        before = journals()
        # more changes than the journal may lag behind
        there.send(f"{typed['new code']}\r{typed['new name']}\r\r\r\r\r\r" + f"{typed['new text']}; " * 8)
        there.wait_for("cellar door")
        wait_until(lambda: journals() != before, what="a journal with the form")
        assert found_below(tmp_path, secrets) == {}
        there.kill(signal.SIGKILL)
        assert there.wait_exit() == -signal.SIGKILL
    assert found_below(tmp_path, secrets) == {}
    session = Door(str(used.path)).unlock(None, PASSPHRASE)
    (left,) = session.unfinished()
    found_again = session.recover_client(left).typed
    assert (found_again.code, found_again.name) == (typed["new code"], typed["new name"])
    session.lock()
    assert found_below(tmp_path, secrets) == {}
