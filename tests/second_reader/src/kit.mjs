// The recovery kit (section 6.6): its slot, its table, and the phone's codes that the table is made from.
import { createHmac } from 'node:crypto';
import { cat, keyed, same, u32, u64 } from './bytes.mjs';
import { argon, checkMaster, costBytes } from './keyring.mjs';
import { openPart } from './parts.mjs';

/** TOTP of RFC 6238: SHA-1, 6 digits, for a time step of 30 s. */
export function totp(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  return (mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff) % 1000000;
}

/** The u64 of slot j: what must be added to each of its three codes to give the target. */
export const entry = (secret, target, slot) => [0, 1, 2].reduce((sum, i) => {
  const code = totp(secret, 30n * slot + BigInt(i));
  return sum + (BigInt((target[i] - code + 1000000) % 1000000) << BigInt(20 * i));
}, 0n);

export const tableKey = (s, id, code) => keyed(code, 'KIT-TABLE', s.birth, id);

/** The master key under a kit slot. kit: the public descriptor; m: {enrolment, master}. */
export async function openKit(s, m, kit, code, target, part, trace) {
  const tag = await argon(cat(code, ...target.map(u32)), kit.slot);
  const kek = keyed(tag, 'KIT', s.birth, u64(m.enrolment), kit.id, costBytes(kit.slot));
  const commitment = keyed(kek, 'SLOT-COMMIT');
  trace('kit', { id: kit.id, tag, kek, commitment, table_key: tableKey(s, kit.id, code) });
  if (!same(commitment, kit.slot.commitment)) return null;
  return checkMaster(s, openPart(s, part, 0, () => kek, trace, 'kit slot part', { id: kit.id, first: 0n }), m.master, trace);
}

/** A chunk's entries, each compared with what secret and target give. first: its own first slot; count: of slots. */
export function openChunk(s, part, key, id, first, count, { secret, target }, trace) {
  const plain = openPart(s, part, 0, () => key, trace, 'table chunk', { id, first });
  if (plain.length !== 8 * count) throw new Error('length of a table chunk');
  for (let j = 0; j < count; j += 1) {
    if (plain.readBigUInt64LE(8 * j) !== entry(secret, target, first + BigInt(j))) throw new Error(`entry ${j} of a table chunk`);
  }
}
