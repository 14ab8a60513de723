"""The file's first bytes, and frames that contradict themselves or were damaged."""

from __future__ import annotations

import struct
from dataclasses import replace

from core.acts import trail
from tests.corpus.case import Case, scenario
from tests.corpus.mend import Vault, broken, whole
from tests.corpus.vaults import small
from vault_format.codes import Action
from vault_format.frames import layout


def _file(data: bytes, expect: int, *findings: tuple[str, int], notices: tuple[tuple[str, int], ...] = ()) -> Case:
    return Case("", data, Vault("small").now, expect, findings, notices)


def _small() -> bytes:
    return Vault("small").data()


@scenario
def empty_file() -> Case:
    """A file of 0 bytes is not a vault."""
    return _file(b"", 2)


@scenario
def fifteen_bytes() -> Case:
    """Fewer bytes than a preamble are not a vault."""
    return _file(_small()[:15], 2)


@scenario
def another_magic() -> Case:
    """A file of another kind."""
    return _file(b"\x7fELF" + bytes(400), 2)


@scenario
def magic_damaged_before_a_genesis() -> Case:
    """The file's magic was changed, but a genesis stands behind it: damage, no other kind of file."""
    return _file(b"\x00" + _small()[1:], 1, ("format", 0))


@scenario
def preamble_version_not_bound() -> Case:
    """The preamble says version 1, which genesis does not bind: no newer vault, but tampering."""
    data = _small()
    return _file(data[:8] + b"\x01" + data[9:], 1, ("format", 0))


@scenario
def preamble_version_bound() -> Case:
    """The preamble says version 1 and genesis binds it as it stands: made by a newer program."""
    vault = Vault("small", 1)
    vault.preamble = vault.preamble[:8] + b"\x01" + vault.preamble[9:]
    vault.change(0, prev=layout.preamble_hash(vault.preamble))
    vault.sign(0)
    return whole(vault, notices=[("newer", 0)])


@scenario
def preamble_suite_changed() -> Case:
    """The preamble names another suite."""
    data = _small()
    return _file(data[:10] + b"\x02" + data[11:], 1, ("format", 0))


@scenario
def preamble_zero_changed() -> Case:
    """The preamble's four zero bytes are not zero."""
    data = _small()
    return _file(data[:15] + b"\x01" + data[16:], 1, ("format", 0))


@scenario
def preamble_alone() -> Case:
    """No record at all."""
    return _file(_small()[:16], 1, ("format", 0))


@scenario
def genesis_cut_short() -> Case:
    """Fewer than 208 bytes of genesis: torn, and no vault without a first record."""
    return _file(_small()[:150], 1, ("format", 0), notices=(("torn", 0),))


@scenario
def genesis_cut_in_its_parts() -> Case:
    """Genesis ends in its parts: there is no key yet that could call it torn."""
    return _file(_small()[:900], 1, ("format", 0))


@scenario
def genesis_missing() -> Case:
    """The first record was cut out."""
    vault = Vault("small")
    del vault.frames[0]
    return broken(vault, "chain", 0)


@scenario
def record_magic_changed() -> Case:
    """A record in the middle does not begin like one."""
    vault = Vault("small")
    vault.change(2, magic=b"\xa7TCE")
    return broken(vault, "format", 2)


@scenario
def byte_21_not_zero() -> Case:
    """The header's reserved byte is set, everything behind it mended."""
    vault = Vault("small")
    vault.change(1, zero=1)
    vault.mend(1)
    return broken(vault, "format", 1)


@scenario
def length_raised_in_the_middle() -> Case:
    """A record in the middle says it is longer, so that all the rest would look like its unfinished end."""
    vault = Vault("small")
    vault.change(2, total=vault.frames[2].header.total + 4_000)
    return broken(vault, "format", 2)


@scenario
def length_raised_of_a_record_with_one_part() -> Case:
    """A record of one part says it is longer than its row."""
    vault = Vault("small")
    vault.change(4, total=vault.frames[4].header.total + 100)
    return broken(vault, "format", 4)


@scenario
def length_and_row_raised_in_the_middle() -> Case:
    """As before, with the part's row raised too, so that the frame agrees with itself."""
    vault = Vault("small")
    frame = vault.frames[2]
    frame.rows[2] = frame.rows[2]._replace(length=frame.rows[2].length + 4_000)
    vault.change(2, total=frame.header.total + 4_000)
    return broken(vault, "format", 2)


@scenario
def length_of_bare_record_raised() -> Case:
    """The last record, which has no parts, says it is longer."""
    vault = Vault("small")
    vault.change(5, total=5_000)
    return broken(vault, "format", 5)


@scenario
def length_over_its_bound() -> Case:
    """A record of more than 32 MiB."""
    vault = Vault("small")
    vault.change(2, total=2**25 + 1)
    return broken(vault, "format", 2)


@scenario
def parts_over_their_bound() -> Case:
    """A record of 1,025 parts."""
    vault = Vault("small")
    vault.change(2, parts=1_025, total=208 + 129 + 56 * 1_025 + 5_000)
    return broken(vault, "format", 2)


@scenario
def part_of_no_bytes() -> Case:
    """A row of length 0, hashes and signatures mended."""
    vault = Vault("small")
    vault.put(3, 2, b"")
    return broken(vault, "format", 3)


@scenario
def table_hash_without_table() -> Case:
    """A bare record that names a table hash, signed anew."""
    vault = Vault("small")
    vault.change(5, table=b"\x01" * 32)
    vault.sign(5)
    return broken(vault, "format", 5)


@scenario
def spare_bit_set() -> Case:
    """A bit of the presence bitmap that stands for no part."""
    vault = Vault("small")
    vault.frames[2].bitmap = b"\x0f"
    return broken(vault, "format", 2)


@scenario
def presence_bit_cleared() -> Case:
    """The bit of a part that is there was cleared: its bytes stand where a record should begin."""
    vault = Vault("small")
    vault.frames[2].bitmap = b"\x03"
    return broken(vault, "format", 3)


@scenario
def presence_bit_set() -> Case:
    """The bit of a part that was dropped was set: what follows is taken for it."""
    vault = Vault("clinic")
    seq = next(at for at, frame in enumerate(vault.frames) if None in frame.parts)
    parts = vault.frames[seq].parts
    at = parts.index(None)
    bits = sum(1 << number for number, part in enumerate(parts) if part is not None or number == at)
    vault.frames[seq].bitmap = bits.to_bytes(layout.bitmap_size(len(parts)), "little")
    return broken(vault, "payload", seq, more=[("format", seq + 1)])


@scenario
def live_part_deleted() -> Case:
    """A note's body was taken out, its presence bit cleared; no record lists it."""
    vault = Vault("small")
    vault.frames[3].parts[2] = None
    return broken(vault, "payload", 3)


@scenario
def superseded_part_deleted() -> Case:
    """A body that a later revision replaced was taken out before any record listed it."""
    vault = Vault("solo")
    seq = vault.find(Action.SAVE, 1)
    vault.frames[seq].parts[2] = None
    return broken(vault, "payload", seq)


@scenario
def key_part_deleted() -> Case:
    """A member's bundle was taken out."""
    vault = Vault("small")
    vault.frames[0].parts[2] = None
    return broken(vault, "payload", 0)


@scenario
def public_part_deleted() -> Case:
    """A public part was taken out: it changes no state, and nothing may drop it."""
    vault = Vault("small")
    vault.frames[4].parts[0] = None
    return broken(vault, "payload", 4)


@scenario
def public_part_deleted_from_a_record_that_is_wrong_itself() -> Case:
    """A list in no session whose public part was taken out: nothing more is said of it."""
    vault = small()
    me = vault.acting(1)
    seq = vault.add(replace(trail.listed(me, 1, 0), session=0), me)
    vault.frames[seq].parts[0] = None
    return broken(vault, "payload", seq)


@scenario
def all_parts_deleted_and_bits_cleared() -> Case:
    """A save without one of its parts: it changes no state, so its signature has nothing to sign."""
    vault = Vault("small")
    vault.frames[3].parts = [None, None, None]
    return broken(vault, "payload", 3, more=[("authority", 4)])


@scenario
def part_byte_flipped() -> Case:
    """One byte of a body."""
    vault = Vault("small")
    body = vault.frames[3].parts[2] or b""
    vault.frames[3].parts[2] = body[:100] + bytes([body[100] ^ 1]) + body[101:]
    return broken(vault, "payload", 3)


@scenario
def public_part_byte_flipped() -> Case:
    """One byte of an unlock's public part: no session was opened, so nothing in it counts."""
    vault = Vault("small")
    public = vault.frames[1].parts[0] or b""
    vault.frames[1].parts[0] = public[:-1] + bytes([public[-1] ^ 1])
    return broken(vault, "payload", 1, more=[("authority", seq) for seq in range(2, 6)])


@scenario
def table_byte_flipped() -> Case:
    """One byte of a hash in a part table."""
    vault = Vault("small")
    row = vault.frames[4].rows[0]
    vault.frames[4].rows[0] = row._replace(digest=bytes([row.digest[0] ^ 1]) + row.digest[1:])
    return broken(vault, "payload", 4)


@scenario
def header_byte_flipped() -> Case:
    """The last record's time."""
    vault = Vault("small")
    vault.change(5, time=vault.frames[5].header.time + 1)
    return broken(vault, "signature", 5)


@scenario
def header_byte_flipped_in_the_middle() -> Case:
    """An earlier record's time: the next record follows another one."""
    vault = Vault("small")
    vault.change(2, time=vault.frames[2].header.time + 1)
    return broken(vault, "chain", 3, more=[("signature", 2)])


@scenario
def length_of_public_part_claims_the_file() -> Case:
    """An array in a public part says it has 2^32 - 1 elements."""
    vault = Vault("staff")
    seq = vault.find(Action.ALERT)
    raw = b"\x83\xa4rule\x04\xa8severity\x03\xa7records\xdd" + struct.pack(">I", 2**32 - 1)
    vault.put(seq, 0, raw)
    return broken(vault, "format", seq)
