// Is what remains a torn tail (section 5.1)? Also the caps on unsigned records (section 5.2).
import { actionOf, isUnsigned } from './actions.mjs';
import { cat, isZero, label, same } from './bytes.mjs';
import { verifySignature } from './crypto.mjs';
import {
  BARE, bitmapLength, headerFault, parseHeader, parseRow, partHash, ROW, rowsFault, tableHash,
} from './layout.mjs';
import { FormatError } from './schema.mjs';
import { needHeader } from './signer.mjs';
import { Refusal } from './state.mjs';

function allZero(source, offset) {
  for (let at = offset; at < source.size; at += 1048576) if (!isZero(source.read(at, 1048576))) return false;
  return true;
}

function allowed(s, h, action, seq) {
  try { return needHeader(s, h, action, seq); } catch (error) {
    if (error instanceof Refusal || error instanceof FormatError) return null;
    throw error;
  }
}

/** The remaining bytes after the signature are a proper prefix of the frame that the header declares. */
function isPrefix(source, offset, h) {
  const width = bitmapLength(h.n);
  const rest = source.read(offset + BARE, h.total - BARE);
  if (rest.length >= h.total - BARE) return false;
  for (let i = 0; i < Math.min(width, rest.length); i += 1) {
    const full = i < width - 1 || h.n % 8 === 0 ? 255 : (1 << (h.n % 8)) - 1;
    if (rest[i] !== full) return false;
  }
  if (rest.length < width + ROW * h.n) return true;
  const table = rest.subarray(width, width + ROW * h.n);
  const rows = Array.from({ length: h.n }, (_, i) => parseRow(table.subarray(ROW * i, ROW * (i + 1))));
  if (!same(tableHash(table), h.table) || rowsFault(h, rows)) return false;
  let at = width + ROW * h.n;
  for (const row of rows) {
    if (at + row.length > rest.length) return true;
    if (!same(partHash(rest.subarray(at, at + row.length)), row.hash)) return false;
    at += row.length;
  }
  return true;
}

/** The case (1 short, 2 cut, 3 zeros) of the torn tail that begins at offset, or 0. state: of the frame there. */
export function tornCase(source, offset, s, count, prev, state) {
  if (source.size - offset < BARE) return 1;
  if (allZero(source, offset)) return 3;
  if (state !== 'short') return 0;
  const fixed = source.read(offset, BARE);
  const h = parseHeader(fixed.subarray(0, 144));
  if (headerFault(h) || h.version > 0 || h.sequence !== BigInt(count) || !same(h.prev, prev)) return 0;
  const action = actionOf(h.action);
  if (!action || isUnsigned(h.action) || action.who === 'G') return 0;
  const m = allowed(s, h, action, count);
  if (!m || !verifySignature(fixed.subarray(144), cat(label('SIG'), s.vaultId, h.raw), m.keys.sign)) return 0;
  return isPrefix(source, offset, h) ? 2 : 0;
}

const HOUR = 3600000n;
const hours = (from, to) => (to > from ? (to - from) / HOUR : 0n);

/** Position of the first unsigned record of `run` (list of actions) beyond its cap, or -1. */
export function overCap(run, from, to) {
  const h = hours(from, to);
  let failures = 0n;
  let begun = 0n;
  return run.findIndex((action) => {
    if (action === 0x16) { begun += 1n; return begun > 8n + h; }
    failures += 1n;
    return failures > 64n + h;
  });
}
