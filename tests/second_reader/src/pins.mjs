// Pins of section 12.
import { label, same, sha256 } from './bytes.mjs';

export const pinPath = (place) => `pins/${sha256(Buffer.from(place)).subarray(0, 16).toString('hex')}.pin`;

function slotAt(raw, offset) {
  const slot = raw.subarray(offset, offset + 128);
  const labelled = slot.length === 128 && same(slot.subarray(0, 16), label('PIN')) && same(sha256(slot.subarray(0, 96)), slot.subarray(96));
  const valid = labelled && slot.readBigUInt64LE(16) > 0n && slot.readBigUInt64LE(16) < 0xffffffffffffffffn;
  if (!valid) return { offset, valid };
  return {
    offset, valid, counter: slot.readBigUInt64LE(16), vault_id: slot.subarray(24, 56), sequence: slot.readBigUInt64LE(56),
    head: slot.subarray(64, 96), checksum: slot.subarray(96),
  };
}

/** The slots, and the pin that counts (null: nothing is known). */
export function readPins(raw) {
  const slots = [slotAt(raw, 0), slotAt(raw, 128)];
  const [first] = slots.filter((slot) => slot.valid).sort((a, b) => (a.counter < b.counter ? 1 : -1));
  const pin = first ? { vault_id: first.vault_id, sequence: first.sequence, head: first.head } : null;
  return { size: raw.length, slots, pin };
}
