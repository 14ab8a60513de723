// JSON form of what is found: bytes as hex, all BigInt as decimal text, Map objects as objects.
import { hex } from './bytes.mjs';

export function plain(v) {
  if (v instanceof Uint8Array) return hex(v);
  if (typeof v === 'bigint') return v.toString();
  if (v instanceof Map) return plain(Object.fromEntries(v));
  if (Array.isArray(v)) return v.map(plain);
  if (v && typeof v === 'object') return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, plain(x)]));
  return v;
}

export const printLine = (object) => process.stdout.write(`${JSON.stringify(plain(object))}\n`);
