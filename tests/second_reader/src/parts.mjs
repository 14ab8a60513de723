// Sealed parts (section 6.1): associated data, and what lies in a stored part.
import { cat, label, u32, u64, u8 } from './bytes.mjs';
import { aeadOpen } from './crypto.mjs';
import { ROLE } from './layout.mjs';

/** V: birth for the parts of genesis, the vault id for all others. */
export const vaultOf = (s, seq) => (seq === 0 ? s.birth : s.vaultId);

export function associated(v, row, author) {
  return cat(
    label('AAD'), v, u8(row.role), u8(row.kind), u8(row.cls), u8(row.keyType), u32(row.revision), u64(row.entity),
    u32(row.epoch), u32(author),
  );
}

/** nonce 24, a salt of 16 in a body, ciphertext and tag. */
export function splitPart(row, bytes) {
  const salt = row.role === ROLE.body ? 16 : 0;
  if (bytes.length < 24 + salt + 16) throw new Error('a sealed part is too short');
  return { nonce: bytes.subarray(0, 24), salt: bytes.subarray(24, 24 + salt), sealed: bytes.subarray(24 + salt) };
}

/** Opens a part. keyFor(salt) gives the 32-byte key. trace(name, {field: bytes}) sees every value. */
export function openPart(s, part, bytes, author, keyFor, trace, name) {
  const { nonce, salt, sealed } = splitPart(part.row, bytes);
  const aad = associated(vaultOf(s, part.seq), part.row, author);
  const key = keyFor(salt);
  trace(name, { part: part.number, sequence: part.seq, key, salt, nonce, aad, sealed });
  try { return aeadOpen(key, nonce, sealed, aad); } catch { throw new Error(`${name}: part ${part.number} does not open`); }
}
