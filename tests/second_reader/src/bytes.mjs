// Bytes: labels, little-endian integers, hex, and the hashes of section "Conventions".
import { createHash } from 'node:crypto';
import { blake2b } from './blake2b.mjs';

/** A label of section 2: 0x00, the name, zeros up to 16 bytes. */
export function label(name) {
  const out = Buffer.alloc(16);
  if (!/^[A-Z-]{1,15}$/.test(name)) throw new Error(`not a label: ${name}`);
  out.write(name, 1, 'ascii');
  return out;
}

export const u8 = (v) => Buffer.from([v]);
export function u16(v) { const b = Buffer.alloc(2); b.writeUInt16LE(v); return b; }
export function u32(v) { const b = Buffer.alloc(4); b.writeUInt32LE(v); return b; }
export function u64(v) { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(v)); return b; }
export const cat = (...parts) => Buffer.concat(parts);
export const hex = (b) => Buffer.from(b).toString('hex');
export const same = (a, b) => Buffer.compare(a, b) === 0;
export const isZero = (b) => b.every((x) => x === 0);

export function sha256(...parts) {
  const h = createHash('sha256');
  for (const p of parts) h.update(p);
  return h.digest();
}

/** BLAKE2b-256(key, person, data): key and label as RFC 7693 names them, salt empty. */
export function keyed(key, name, ...data) {
  return blake2b({ key, person: label(name), outlen: 32 }, cat(...data));
}
