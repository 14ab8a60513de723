// Canonical MessagePack, the types in use only: nil, bool, unsigned integers, text, bin, arrays, maps with text keys.
// Decoded maps are Map objects, binary strings Buffers, integers numbers up to 2^53-1 and BigInt above.

export const NESTING = 8;

export class NotCanonical extends Error {}
const refuse = (why) => { throw new NotCanonical(why); };
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

class Input {
  constructor(bytes) { this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length); this.at = 0; }

  take(count) {
    if (count > this.bytes.length - this.at) refuse('ends early');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  /** An integer of `size` bytes, big endian, which must be at least `least` (else a shorter form exists). */
  number(size, least) {
    const b = this.take(size);
    const big = size === 8 ? b.readBigUInt64BE() : BigInt(b.readUIntBE(0, size));
    if (big < least) refuse('not the shortest form');
    return big <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(big) : big;
  }

  items(count, depth) {
    if (depth > NESTING) refuse('nested too deep');
    if (count > this.bytes.length - this.at) refuse('ends early');
    return Array.from({ length: count }, () => this.value(depth));
  }

  text(count) {
    try { return utf8.decode(this.take(count)); } catch (error) {
      return refuse(error instanceof NotCanonical ? error.message : 'not UTF-8');
    }
  }

  map(count, depth) {
    if (depth > NESTING) refuse('nested too deep');
    if (2 * count > this.bytes.length - this.at) refuse('ends early');
    const out = new Map();
    for (let i = 0; i < count; i += 1) {
      const key = this.value(depth);
      if (typeof key !== 'string') refuse('a key that is not text');
      if (out.has(key)) refuse('a key twice');
      out.set(key, this.value(depth));
    }
    return out;
  }

  value(depth) {
    const t = this.take(1)[0];
    if (t <= 0x7f) return t;
    if (t <= 0x8f) return this.map(t & 15, depth + 1);
    if (t <= 0x9f) return this.items(t & 15, depth + 1);
    if (t <= 0xbf) return this.text(t & 31);
    switch (t) {
      case 0xc0: return null;
      case 0xc2: return false;
      case 0xc3: return true;
      case 0xc4: return Buffer.from(this.take(this.number(1, 0n)));
      case 0xc5: return Buffer.from(this.take(this.number(2, 256n)));
      case 0xc6: return Buffer.from(this.take(this.number(4, 65536n)));
      case 0xcc: return this.number(1, 128n);
      case 0xcd: return this.number(2, 256n);
      case 0xce: return this.number(4, 65536n);
      case 0xcf: return this.number(8, 1n << 32n);
      case 0xd9: return this.text(this.number(1, 32n));
      case 0xda: return this.text(this.number(2, 256n));
      case 0xdb: return this.text(this.number(4, 65536n));
      case 0xdc: return this.items(this.number(2, 16n), depth + 1);
      case 0xdd: return this.items(this.number(4, 65536n), depth + 1);
      case 0xde: return this.map(this.number(2, 16n), depth + 1);
      case 0xdf: return this.map(this.number(4, 65536n), depth + 1);
      default: return refuse(`type byte ${t.toString(16)}`);
    }
  }
}

/** Decodes exactly one value; throws NotCanonical. */
export function decode(bytes) {
  const input = new Input(bytes);
  const value = input.value(0);
  if (input.at !== bytes.length) refuse('bytes behind the value');
  return value;
}

function sized(size, value, ...type) {
  const b = Buffer.alloc(type.length + size);
  Buffer.from(type).copy(b);
  if (size === 8) b.writeBigUInt64BE(BigInt(value), type.length);
  else if (size) b.writeUIntBE(Number(value), type.length, size);
  return b;
}

function header(count, fix, fixLimit, t8, t16, t32) {
  if (count < fixLimit) return Buffer.from([fix | count]);
  if (t8 && count < 256) return sized(1, count, t8);
  return count < 65536 ? sized(2, count, t16) : sized(4, count, t32);
}

/** Encodes in the shortest form; throws for a type that is not in use. */
export function encode(value) {
  if (value === null) return Buffer.from([0xc0]);
  if (value === false || value === true) return Buffer.from([value ? 0xc3 : 0xc2]);
  if (typeof value === 'number' || typeof value === 'bigint') {
    const v = BigInt(value);
    if (v < 0n || v >= 1n << 64n) throw new Error('integer out of range');
    if (v < 128n) return Buffer.from([Number(v)]);
    if (v < 256n) return sized(1, v, 0xcc);
    if (v < 65536n) return sized(2, v, 0xcd);
    return v < 1n << 32n ? sized(4, v, 0xce) : sized(8, v, 0xcf);
  }
  if (typeof value === 'string') {
    const b = Buffer.from(value, 'utf8');
    return Buffer.concat([header(b.length, 0xa0, 32, 0xd9, 0xda, 0xdb), b]);
  }
  if (value instanceof Uint8Array) return Buffer.concat([header(value.length, 0, 0, 0xc4, 0xc5, 0xc6), value]);
  if (Array.isArray(value)) return Buffer.concat([header(value.length, 0x90, 16, 0, 0xdc, 0xdd), ...value.map(encode)]);
  if (value instanceof Map) {
    const pairs = [...value].flatMap(([k, v]) => [encode(k), encode(v)]);
    return Buffer.concat([header(value.size, 0x80, 16, 0, 0xde, 0xdf), ...pairs]);
  }
  throw new Error('type not in use');
}
