// Sealed parts (section 6.1): associated data, what lies in a stored part, and which parts a walk met.
import { cat, label, u32, u64, u8 } from './bytes.mjs';
import { aeadOpen, boxOpen, boxPublic } from './crypto.mjs';
import { ROLE } from './layout.mjs';
import { walk } from './walk.mjs';

/** V: birth for the parts of genesis, the vault id for all others. */
export const vaultOf = (s, seq) => (seq === 0 ? s.birth : s.vaultId);

/** kit: {id, first} for kit parts, else undefined. */
export function associated(v, row, author, kit) {
  return cat(
    label('AAD'), v, u8(row.role), u8(row.kind), u8(row.cls), u8(row.keyType), u32(row.revision), u64(row.entity),
    u32(row.epoch), u32(author), ...(kit ? [kit.id, u64(kit.first)] : []),
  );
}

/** nonce 24, a salt of 16 in a body, ciphertext and tag. */
function splitPart(row, bytes) {
  const salt = row.role === ROLE.body ? 16 : 0;
  if (bytes.length < 24 + salt + 16) throw new Error('a sealed part is too short');
  return { nonce: bytes.subarray(0, 24), salt: bytes.subarray(24, 24 + salt), sealed: bytes.subarray(24 + salt) };
}

/** Opens an AEAD part. keyFor(salt) gives the 32-byte key. trace(name, {field: bytes}) sees every value. */
export function openPart(s, part, author, keyFor, trace, name, kit) {
  const { nonce, salt, sealed } = splitPart(part.row, part.bytes());
  const aad = associated(vaultOf(s, part.seq), part.row, author, kit);
  const key = keyFor(salt);
  const where = { part: part.number, record: part.seq, index: part.index };
  trace(name, { ...where, associated: aad, key, salt, nonce, sealed });
  let plaintext;
  try { plaintext = aeadOpen(key, nonce, sealed, aad); } catch { throw new Error(`${name}: part ${part.number} does not open`); }
  trace('opened', { ...where, plaintext });
  return plaintext;
}

/** Opens a box part. */
export function openBox(part, secret, trace, name) {
  const where = { part: part.number, record: part.seq, index: part.index };
  trace(name, { ...where, private: secret, public: boxPublic(secret) });
  let plaintext;
  try { plaintext = boxOpen(part.bytes(), secret); } catch { throw new Error(`${name}: part ${part.number} does not open`); }
  trace('opened', { ...where, plaintext });
  return plaintext;
}

/**
 * Walks the file and gathers the parts of accepted records that are present and, unless `dropped` is true, were not
 * dropped (a dropped part is never opened): a Map from number to {number, seq, index, row, h, pub, bytes()}; besides what walk returns.
 */
export function gather(source, { dropped = false, ...options }) {
  const parts = new Map();
  const outcome = walk(source, {
    ...options,
    onRecord: ({ h, seq, first, rows, frame, pub }) => rows.forEach((row, index) => {
      const at = frame.parts[index];
      if (!at || row.role === ROLE.public) return;
      const bytes = () => source.read(at.offset, at.length);
      parts.set(first + index, { number: first + index, seq, index, row, h, pub, bytes });
    }),
  });
  if (!dropped) for (const number of outcome.state.droppedBy.keys()) parts.delete(number);
  return { ...outcome, parts };
}
