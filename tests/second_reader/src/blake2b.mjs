// BLAKE2b (RFC 7693) with key and personalisation, in 32-bit halves (low word first).
// The wrappers of libsodium and hash-wasm offer no call that takes key, person and message together.

const IV = new Uint32Array([
  0xf3bcc908, 0x6a09e667, 0x84caa73b, 0xbb67ae85, 0xfe94f82b, 0x3c6ef372, 0x5f1d36f1, 0xa54ff53a,
  0xade682d1, 0x510e527f, 0x2b3e6c1f, 0x9b05688c, 0xfb41bd6b, 0x1f83d9ab, 0x137e2179, 0x5be0cd19,
]);

const SIGMA = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

const v = new Uint32Array(32);
const m = new Uint32Array(32);

/** v[a] += v[b] + m[x] (64 bits; x < 0: nothing added). */
function add(a, b, x) {
  let lo = v[2 * a] + v[2 * b];
  let hi = v[2 * a + 1] + v[2 * b + 1];
  if (x >= 0) { lo += m[2 * x]; hi += m[2 * x + 1]; }
  v[2 * a] = lo;
  v[2 * a + 1] = hi + Math.floor(lo / 0x100000000);
}

/** v[a] = (v[a] ^ v[b]) rotated right by r bits. */
function xorRotate(a, b, r) {
  const lo = v[2 * a] ^ v[2 * b];
  const hi = v[2 * a + 1] ^ v[2 * b + 1];
  if (r === 32) { v[2 * a] = hi; v[2 * a + 1] = lo; return; }
  if (r === 63) { v[2 * a] = (lo << 1) | (hi >>> 31); v[2 * a + 1] = (hi << 1) | (lo >>> 31); return; }
  v[2 * a] = (lo >>> r) | (hi << (32 - r));
  v[2 * a + 1] = (hi >>> r) | (lo << (32 - r));
}

function mix(a, b, c, d, x, y) {
  add(a, b, x); xorRotate(d, a, 32);
  add(c, d, -1); xorRotate(b, c, 24);
  add(a, b, y); xorRotate(d, a, 16);
  add(c, d, -1); xorRotate(b, c, 63);
}

function compress(h, block, offset, count, last) {
  const view = new DataView(block.buffer, block.byteOffset + offset, 128);
  for (let i = 0; i < 32; i += 1) m[i] = view.getUint32(4 * i, true);
  v.set(h);
  v.set(IV, 16);
  v[24] ^= count;
  v[25] ^= Math.floor(count / 0x100000000);
  if (last) { v[28] ^= 0xffffffff; v[29] ^= 0xffffffff; }
  for (let round = 0; round < 12; round += 1) {
    const s = SIGMA[round % 10];
    mix(0, 4, 8, 12, s[0], s[1]); mix(1, 5, 9, 13, s[2], s[3]);
    mix(2, 6, 10, 14, s[4], s[5]); mix(3, 7, 11, 15, s[6], s[7]);
    mix(0, 5, 10, 15, s[8], s[9]); mix(1, 6, 11, 12, s[10], s[11]);
    mix(2, 7, 8, 13, s[12], s[13]); mix(3, 4, 9, 14, s[14], s[15]);
  }
  for (let i = 0; i < 16; i += 1) h[i] ^= v[i] ^ v[i + 16];
}

/** BLAKE2b of data; key 0 to 64 bytes, person 16 bytes or none. */
export function blake2b({ key = Buffer.alloc(0), person = Buffer.alloc(16), outlen = 32 }, data) {
  if (key.length > 64 || person.length !== 16) throw new Error('blake2b parameters');
  const parameters = Buffer.alloc(64);
  parameters[0] = outlen; parameters[1] = key.length; parameters[2] = 1; parameters[3] = 1;
  Buffer.from(person).copy(parameters, 48);
  const h = new Uint32Array(16);
  for (let i = 0; i < 16; i += 1) h[i] = IV[i] ^ parameters.readUInt32LE(4 * i);
  const keyBlock = Buffer.alloc(key.length ? 128 : 0);
  Buffer.from(key).copy(keyBlock);
  const input = Buffer.concat([keyBlock, data]);
  const blocks = Math.max(1, Math.ceil(input.length / 128));
  const padded = input.length === blocks * 128 ? input : Buffer.concat([input], blocks * 128);
  for (let i = 0; i < blocks; i += 1) {
    const last = i === blocks - 1;
    compress(h, padded, i * 128, last ? input.length : (i + 1) * 128, last);
  }
  return Buffer.from(h.buffer).subarray(0, outlen);
}
