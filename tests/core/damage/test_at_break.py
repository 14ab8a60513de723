"""What stands at a break, and what was expected there, for each kind of finding."""

from __future__ import annotations

from core.carry_on.at_break import AtBreak, as_lines, look_at
from core.session.opened import OpenVault
from tests.core.practice import Practice, damage
from vault_format.frames import layout


def at_first(practice: Practice) -> tuple[AtBreak, OpenVault]:
    vault = OpenVault(str(practice.path), practice.clock, folder=str(practice.folder))
    found = look_at(vault, vault.ledger.findings[0])
    vault.ledger.close()
    assert found is not None
    return found, vault


def offsets(practice: Practice) -> list[int]:
    vault = OpenVault(str(practice.path), practice.clock, folder=str(practice.folder / "another"))
    found = list(vault.ledger.offsets)
    vault.ledger.close()
    return found


def frame_hash(raw: bytes, at: int) -> str:
    return layout.record_hash(raw[at : at + layout.BARE_SIZE]).hex()


def test_a_record_taken_out_shows_both_hashes_and_that_both_signatures_hold(practice: Practice) -> None:
    at, raw = offsets(practice), practice.path.read_bytes()
    practice.path.write_bytes(raw[: at[9]] + raw[at[10] :])
    found, _ = at_first(practice)
    assert found.stands.words == "record 10 says it follows"
    assert found.stands.digits == frame_hash(raw, at[9])
    assert (found.expected.words, found.expected.digits) == ("the hash of record 8", frame_hash(raw, at[8]))
    assert found.signatures == "both hold: so this is not a bad disk"
    assert found.member == "owner"
    assert found.what
    assert found.before == practice.clock.now
    assert any(frame_hash(raw, at[8]) in line for line in as_lines(found))


def test_a_changed_byte_in_a_header_shows_that_a_signature_does_not_hold(practice: Practice) -> None:
    at, raw = offsets(practice), bytearray(practice.path.read_bytes())
    raw[at[9] + 60] ^= 1
    practice.path.write_bytes(raw)
    found, _ = at_first(practice)
    assert "does not hold" in found.signatures


def test_what_is_no_record_is_shown_by_its_first_bytes(practice: Practice) -> None:
    at, raw = offsets(practice), practice.path.read_bytes()
    practice.path.write_bytes(raw[: at[9]] + b"otters!!" * 40 + raw[at[9] :])
    found, _ = at_first(practice)
    assert found.stands.digits == b"otters!!".hex()
    assert found.expected.digits == layout.MAGIC.hex()
    assert found.what == ""


def test_a_damaged_text_shows_both_hashes_of_its_part(practice: Practice) -> None:
    session = practice.unlock()
    sequence, position = session.catalog.entry(practice.notes["plan"]).live
    session.lock()
    damage(practice, sequence, position + 1)
    found, _ = at_first(practice)
    assert f"part {position + 1}" in found.stands.words
    assert found.stands.digits != found.expected.digits
    assert found.expected.words == "the hash that was signed"


def test_a_missing_end_shows_what_this_machine_has_seen(practice: Practice) -> None:
    raw = practice.path.read_bytes()
    practice.unlock().lock()
    known = practice.verdict()
    practice.path.write_bytes(raw)
    found, _ = at_first(practice)
    count = practice.verdict().records
    assert found.stands.words == f"the file ends after record {count - 1}"
    assert (found.expected.words, found.expected.digits) == (
        f"record {known.records - 1}, of the hash", known.head.hex()
    )  # fmt: skip


def test_a_file_that_is_gone_leaves_the_comparison_out(practice: Practice) -> None:
    at, raw = offsets(practice), practice.path.read_bytes()
    practice.path.write_bytes(raw[: at[9]] + raw[at[10] :])
    vault = OpenVault(str(practice.path), practice.clock, folder=str(practice.folder))
    practice.path.unlink()
    assert look_at(vault, vault.ledger.findings[0]) is None
    vault.ledger.close()
