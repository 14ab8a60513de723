"""What makes the walk fast changes nothing of what it says: batches, remembered verdicts, the short way of one part."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench.author import Author, Entity
from core.create import random_id
from core.indexes import TemplateIndex
from core.keys.passphrase import FLOOR
from tests.corpus.case import parse
from tests.corpus.generate import HERE as CASES
from vault_format.authority.partbits import PartBits
from vault_format.authority.replay import Replay
from vault_format.codes import Action, Kind, NoteClass, Role
from vault_format.frames import layout, scan
from vault_format.frames.scan import FrameReader
from vault_format.verification.findings import Report
from vault_format.verification.hashing import PART_DAMAGED, PUBLIC_DAMAGED, check_hashes
from vault_format.verification.signatures import Claim, SignatureChecks
from vault_format.verification.verify import verify
from vault_format.verification.walk import Walk

VECTORS = sorted((Path(__file__).parent.parent / "vectors").glob("*.tacenda"))
NOW = 4_000_000_000_000
ONE = 209
"""A reading size that holds at most one record."""


def told(path: Path, chunk: int) -> tuple[object, ...]:
    """What a walk over batches of CHUNK bytes says, without what stands behind it."""
    descriptor = os.open(path, os.O_RDONLY)
    claims: list[Claim] = []
    walk = Walk(layout.PREAMBLE, lambda _, more: claims.extend(more))
    reader = FrameReader(descriptor, layout.PREAMBLE_SIZE, chunk)
    for batch in reader.batches():
        walk.feed(batch)
        if walk.ended:
            break
    os.close(descriptor)
    replay = walk.replay
    # a tag is keyed by a secret of its own table
    entities = [(number, entity._replace(tag=b"")) for number, entity in walk.state.entities.items()]
    return (
        walk.report.findings, walk.report.notices, walk.count, walk.head, walk.offset, walk.run_start, claims,
        replay.unattested, replay.run, replay.signed_time, entities,
        list(walk.state.parts.droppable()), list(walk.state.parts.missing()), walk.state.sessions, reader.problem,
    )  # fmt: skip


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
@pytest.mark.parametrize("chunk", [1, ONE, 1_000, 5_000])
def test_where_batches_end_changes_nothing_of_a_whole_vault(path: Path, chunk: int) -> None:
    assert told(path, chunk) == told(path, scan.CHUNK)


def test_where_batches_end_changes_nothing_of_a_bad_vault(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    files = sorted(CASES.glob("*.case"))
    assert files
    for file in files:
        case = parse(file.read_bytes())
        path.write_bytes(case.data)
        if len(case.data) > layout.PREAMBLE_SIZE:
            assert told(path, ONE) == told(path, scan.CHUNK), file.name


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_one_part_is_read_as_any_number_is(path: Path) -> None:
    raw = path.read_bytes()
    descriptor = os.open(path, os.O_RDONLY)
    alone = 0
    for batch in FrameReader(descriptor, layout.PREAMBLE_SIZE).batches():
        for position, _, fields, parts in batch.items:
            if parts is not None:
                assert scan._parts(batch.buffer, position, len(parts.rows), fields[8]) == parts
                alone += len(parts.rows) == 1
                assert raw[batch.base + position :].startswith(layout.MAGIC)
    os.close(descriptor)
    assert alone or path.stem == "small"


@pytest.mark.parametrize("length", [0, 1, 40, 2**24 + 1, 2**32 - 1])
def test_one_part_must_be_as_long_as_the_frame_says(length: int) -> None:
    parts = [layout.Part(1, bytes(41))]
    frame = layout.assemble(bytes(144), bytes(64), layout.table_of(parts), parts)
    header = layout.Header(*layout.HEADER.unpack(frame[:144]))._replace(magic=layout.MAGIC, parts=1, total=len(frame))
    whole = header.pack() + frame[144:]
    assert [len(scan.scan(whole, 0)[0].items), scan.scan(whole, 0)[3]] == [1, ""]
    at = layout.BARE_SIZE + 1 + 16
    wrong = whole[:at] + length.to_bytes(4, "little") + whole[at + 4 :]
    assert scan.scan(wrong, 0)[0].items == []
    assert scan.scan(wrong, 0)[3]


class Practice:
    """A vault of an owner and a colleague, who writes templates."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.author = Author(path, 7, FLOOR)
        self.owner = self.author.members[1]
        self.author.unlock(self.owner)
        self.colleague = self.author.add(self.owner, "clinician-1", Role.CLINICIAN)
        self.author.unlock(self.colleague)

    def save(self) -> int:
        """A new template by the colleague; every such header has the same 20 bytes that a verdict depends on."""
        author = self.author
        template = Entity(random_id(author.entropy), Kind.TEMPLATE, NoteClass.CHART, 0, 2)
        index = TemplateIndex(c=author.entropy(32), local="", zone="UTC", name="", type="progress", form="free")
        author.save(self.colleague, template, index, "")
        return template.saved

    def findings(self, *, signatures: bool = True) -> list[tuple[int, str]]:
        self.author.close()
        verdict = verify(str(self.path), NOW, signatures=signatures)
        return [(finding.seq, finding.kind) for finding in verdict.findings]


def test_a_verdict_is_forgotten_when_a_role_changes(tmp_path: Path) -> None:
    practice = Practice(tmp_path / "vault")
    author = practice.author
    practice.save()
    author.change_role(practice.owner, practice.colleague, Role.SUPERVISOR)
    refused = practice.save()
    author.change_role(practice.owner, practice.colleague, Role.CLINICIAN)
    practice.save()
    assert practice.findings() == [(refused, "authority")]


def test_a_verdict_is_forgotten_when_keys_change(tmp_path: Path) -> None:
    practice = Practice(tmp_path / "vault")
    practice.save()
    signer, bundle, epoch = practice.colleague.signer, practice.colleague.ring.bundle, practice.author.epoch
    practice.author.rotate(practice.owner)
    lawful = practice.save()
    newer = practice.colleague.signer, practice.colleague.ring.bundle
    practice.colleague.signer, practice.colleague.ring.bundle = signer, bundle
    refused = practice.save()
    practice.colleague.signer, practice.colleague.ring.bundle = newer
    practice.save()
    assert epoch == 1
    assert refused > lawful
    assert practice.findings() == [(refused, "authority")]


def test_verdicts_do_not_fill_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vault_format.authority.replay._MEMO_LIMIT", 2)
    practice = Practice(tmp_path / "vault")
    for _ in range(3):
        practice.save()
        practice.author.append(practice.owner, Action.LOCK)
        practice.author.unlock(practice.owner)
    assert practice.findings() == []


def test_without_signatures_only_the_findings_about_them_are_missing(tmp_path: Path) -> None:
    practice = Practice(tmp_path / "vault")
    saved = [practice.save() for _ in range(4)]
    # the end of the last record's signature: nothing behind it names its hash
    practice.author.lock(practice.colleague)
    assert practice.findings() == []
    raw = bytearray(practice.path.read_bytes())
    raw[-1] ^= 1
    practice.path.write_bytes(raw)
    assert practice.findings() == [(saved[-1] + 1, "signature")]
    assert practice.findings(signatures=False) == []


def test_signatures_are_found_wherever_they_stand_in_a_slice() -> None:
    path = next(path for path in VECTORS if path.stem == "clinic")
    descriptor = os.open(path, os.O_RDONLY)
    good: list[Claim] = []
    walk = Walk(layout.PREAMBLE, lambda _, claims: good.extend(claims))
    for batch in FrameReader(descriptor, layout.PREAMBLE_SIZE).batches():
        walk.feed(batch)
    os.close(descriptor)
    many = [(1 + position, *good[1 + position % (len(good) - 1)][1:]) for position in range(300)]
    wrong = {1, 64, 65, 128, 200, 300}
    claims = [(seq, key, head[:-1] + bytes([head[-1] ^ (seq in wrong)])) for seq, key, head in many]
    checks = SignatureChecks(workers=3)
    for at in range(0, len(claims), 37):
        checks.add(walk.state.vault_id, claims[at : at + 37])
    assert checks.finish(walk.state.vault_id) == sorted(wrong)


def test_giving_up_on_signatures_ends_the_threads() -> None:
    checks = SignatureChecks(workers=2)
    checks.add(bytes(32), [(seq, bytes(32), bytes(208)) for seq in range(1, 2_000)])
    threads = list(checks._threads)
    checks.abandon()
    assert threads
    assert not any(thread.is_alive() for thread in threads)


def test_what_goes_wrong_in_a_thread_is_raised_where_it_is_waited_for() -> None:
    checks = SignatureChecks(workers=2)
    checks.add(bytes(32), [(1, bytes(32), bytes(208))])
    checks._pending[0] = (1, bytes(32), None)  # type: ignore[assignment]
    with pytest.raises(TypeError):
        checks.finish(bytes(32))


def damaged(path: Path, sequence: int, part: int) -> dict[int, tuple[int, str]]:
    """What the hash layer says of a vault in which one byte of a part is another."""
    descriptor = os.open(path, os.O_RDONLY)
    (batch,) = FrameReader(descriptor, layout.PREAMBLE_SIZE, 2**24).batches()
    os.close(descriptor)
    parts = batch.items[sequence][3]
    assert parts is not None
    raw = bytearray(batch.buffer)
    raw[parts.spans[part]] ^= 1
    batch, _, _, _ = scan.scan(bytes(raw), batch.base)
    hashed = check_hashes(batch, 0, layout.preamble_hash(layout.PREAMBLE))
    assert hashed.accepted == len(batch.items)
    return hashed.damaged


def test_damage_is_told_by_what_it_takes_away(tmp_path: Path) -> None:
    practice = Practice(tmp_path / "vault")
    saved = practice.save()
    practice.author.close()
    assert [(seq, level) for seq, (level, _) in damaged(practice.path, saved, 0).items()] == [(saved, PUBLIC_DAMAGED)]
    assert [(seq, level) for seq, (level, _) in damaged(practice.path, saved, 2).items()] == [(saved, PART_DAMAGED)]


def test_a_large_part_hashes_as_a_small_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    practice = Practice(tmp_path / "vault")
    saved = practice.save()
    practice.author.close()
    small = damaged(practice.path, saved, 2)
    monkeypatch.setattr("vault_format.verification.hashing._SMALL", 1)
    assert damaged(practice.path, saved, 2) == small


def test_part_bits_reach_as_far_as_they_are_asked() -> None:
    bits = PartBits()
    assert bits.add([10, -1, 20]) == 0
    assert bits.add([5] * 100) == 3
    assert [bits.is_present(number) for number in (0, 1, 2, 102, 103)] == [True, False, True, True, False]
    bits.allow_drop(90)
    bits.allow_drop(1)
    assert list(bits.droppable()) == [90]
    assert [bits.may_drop(number) for number in (1, 2, 90, 103)] == [True, False, True, False]
    assert list(bits.missing()) == [1]
    bits.drop(1)
    bits.drop(90)
    assert list(bits.missing()) == []
    assert [bits.was_dropped(number) for number in (1, 2, 90, 5_000)] == [True, False, True, False]
    assert not bits.may_drop(90)


def test_signers_stand_beside_the_records_of_the_last_batch(tmp_path: Path) -> None:
    practice = Practice(tmp_path / "vault")
    practice.save()
    practice.author.close()
    descriptor = os.open(practice.path, os.O_RDONLY)
    replay = Replay(Report())
    for batch in FrameReader(descriptor, layout.PREAMBLE_SIZE, ONE).batches():
        if not replay.state.vault_id:
            replay.state.vault_id = layout.record_hash(batch.items[0][1])
        replay.apply(batch, {})
        assert len(replay.signers) == len(batch.items)
        assert None not in replay.signers
    os.close(descriptor)
