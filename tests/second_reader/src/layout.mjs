// The layout of preamble, header, part table and frame (sections 2 and 3). Nothing here knows what a record means.
import { readSync } from 'node:fs';
import { isZero, label, sha256 } from './bytes.mjs';

export const MAGIC = Buffer.from('a754414345 4e4441'.replace(' ', ''), 'hex');
export const RECORD_MAGIC = Buffer.from('a7544344', 'hex');
export const BARE = 208;
export const ROW = 56;
export const MAX = { parts: 1024, part: 16777216, total: 33554432, sequence: 2 ** 32, time: 2n ** 53n, members: 4096 };
export const ROLE = { public: 1, index: 2, body: 3, detail: 4, key: 5 };

/** Bytes of an open file; never reads beyond its end. */
export class FileSource {
  constructor(fd, size) { this.fd = fd; this.size = size; }

  read(offset, length) {
    const out = Buffer.alloc(Math.max(0, Math.min(length, this.size - offset)));
    let got = 0;
    while (got < out.length) {
      const n = readSync(this.fd, out, got, out.length - got, offset + got);
      if (n === 0) throw new Error('the file became shorter while it was read');
      got += n;
    }
    return out;
  }
}

export class BytesSource {
  constructor(bytes) { this.bytes = bytes; this.size = bytes.length; }

  read(offset, length) { return this.bytes.subarray(offset, Math.min(this.size, offset + length)); }
}

export function parseHeader(raw) {
  return {
    raw,
    version: raw[4], outcome: raw[5], action: raw.readUInt16LE(6), epoch: raw.readUInt32LE(8),
    member: raw.readUInt32LE(12), generation: raw.readUInt16LE(16), kind: raw[18], cls: raw[19], flags: raw[20],
    spare: raw[21], n: raw.readUInt16LE(22), sequence: raw.readBigUInt64LE(24), time: raw.readBigUInt64LE(32),
    session: raw.readBigUInt64LE(40), client: raw.readBigUInt64LE(48), entity: raw.readBigUInt64LE(56),
    revision: raw.readUInt32LE(64), total: raw.readUInt32LE(68), ref: raw.readBigUInt64LE(72),
    table: raw.subarray(80, 112), prev: raw.subarray(112, 144),
  };
}

export function parseRow(raw) {
  return {
    role: raw[0], kind: raw[1], cls: raw[2], keyType: raw[3], revision: raw.readUInt32LE(4),
    entity: raw.readBigUInt64LE(8), length: raw.readUInt32LE(16), epoch: raw.readUInt32LE(20), hash: raw.subarray(24, 56),
  };
}

export const recordHash = (header, signature) => sha256(label('REC'), header, signature);
export const tableHash = (table) => sha256(label('TABLE'), table);
export const partHash = (part) => sha256(label('PART'), part);
export const bitmapLength = (n) => Math.ceil(n / 8);

/** Why the header cannot begin a frame, or null. */
export function headerFault(h) {
  if (!h.raw.subarray(0, 4).equals(RECORD_MAGIC)) return 'record magic';
  if (h.total > MAX.total) return 'total beyond its bound';
  if (h.n > MAX.parts) return 'too many parts';
  if (h.spare !== 0) return 'byte 21 is not zero';
  if ((h.n === 0) !== (h.total === BARE)) return 'total does not fit the number of parts';
  if (h.n === 0 && !isZero(h.table)) return 'a table hash without parts';
  return null;
}

export function rowsFault(h, rows) {
  if (rows.some((r) => r.length < 1 || r.length > MAX.part)) return 'length of a part';
  const sum = rows.reduce((a, r) => a + r.length, BARE + bitmapLength(h.n) + ROW * h.n);
  return sum === h.total ? null : 'the lengths do not give total';
}

export const bit = (bitmap, i) => (bitmap[i >> 3] >> (i & 7)) & 1;

/**
 * The frame at offset: {state: 'ok', header, signature, hash, bitmap, rows, table, parts, end}, where parts holds
 * {offset, length} or null for each row; {state: 'short'} or {state: 'bad', why}.
 */
export function parseFrame(source, offset) {
  const left = source.size - offset;
  if (left < BARE) return { state: 'short' };
  const fixed = source.read(offset, BARE);
  const header = parseHeader(fixed.subarray(0, 144));
  const signature = fixed.subarray(144, BARE);
  const fault = headerFault(header);
  if (fault) return { state: 'bad', why: fault };
  const frame = {
    state: 'ok', header, signature, hash: recordHash(header.raw, signature),
    bitmap: Buffer.alloc(0), rows: [], table: Buffer.alloc(0), parts: [], offset, end: offset + BARE,
  };
  const n = header.n;
  if (n === 0) return frame;
  const width = bitmapLength(n);
  if (left < BARE + width) return { state: 'short', header, signature };
  frame.bitmap = source.read(offset + BARE, width);
  for (let i = n; i < 8 * width; i += 1) if (bit(frame.bitmap, i)) return { state: 'bad', why: 'a spare bit is set' };
  frame.end += width;
  if (left < BARE + width + ROW * n) return { state: 'short', header, signature };
  frame.table = source.read(frame.end, ROW * n);
  frame.rows = Array.from({ length: n }, (_, i) => parseRow(frame.table.subarray(ROW * i, ROW * (i + 1))));
  const bad = rowsFault(header, frame.rows);
  if (bad) return { state: 'bad', why: bad };
  frame.end += ROW * n;
  for (let i = 0; i < n; i += 1) {
    if (!bit(frame.bitmap, i)) { frame.parts.push(null); continue; }
    frame.parts.push({ offset: frame.end, length: frame.rows[i].length });
    frame.end += frame.rows[i].length;
  }
  return frame.end > source.size ? { state: 'short', header, signature } : frame;
}
