// Padding of section 6.1: u32 length, data, zeros up to P(4 + length).
import { cat, isZero, u32 } from './bytes.mjs';

/** P(L): 256 up to 256, else the next Padmé size. */
export function paddedSize(length) {
  if (length <= 256) return 256;
  const e = Math.floor(Math.log2(length));
  const s = Math.floor(Math.log2(e)) + 1;
  const step = 2 ** (e - s);
  return Math.ceil(length / step) * step;
}

export function pad(data) {
  return Buffer.concat([cat(u32(data.length), data)], paddedSize(4 + data.length));
}

/** The data inside; throws when the size or a padding byte is wrong. */
export function unpad(plain) {
  if (plain.length < 4) throw new Error('padding: too short');
  const length = plain.readUInt32LE(0);
  if (length > plain.length - 4 || paddedSize(4 + length) !== plain.length) throw new Error('padding: wrong size');
  if (!isZero(plain.subarray(4 + length))) throw new Error('padding: not zero');
  return plain.subarray(4, 4 + length);
}
