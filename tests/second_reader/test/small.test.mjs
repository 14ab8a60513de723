import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blake2b } from '../src/blake2b.mjs';
import { hex, label } from '../src/bytes.mjs';
import { sodium } from '../src/crypto.mjs';
import { decode, encode } from '../src/msgpack.mjs';
import { pad, paddedSize, unpad } from '../src/padding.mjs';
import { foldName } from '../src/state.mjs';
import { overCap } from '../src/tail.mjs';

test('labels', () => {
  assert.equal(hex(label('REC')), '00524543000000000000000000000000');
  assert.throws(() => label('SIXTEEN-LETTERS-'));
});

test('BLAKE2b agrees with libsodium for every length around a block, with and without key', () => {
  const data = Buffer.alloc(300, 7).map((_, i) => i * 5);
  for (const length of [0, 1, 127, 128, 129, 255, 256, 257, 300]) {
    for (const key of [Buffer.alloc(0), Buffer.alloc(32, 3), Buffer.alloc(64, 9)]) {
      const wanted = sodium.crypto_generichash(32, data.subarray(0, length), key.length ? key : null);
      assert.equal(hex(blake2b({ key }, data.subarray(0, length))), hex(wanted));
    }
  }
  const key = Buffer.alloc(32, 1);
  const person = label('REC');
  const wanted = sodium.crypto_generichash_blake2b_salt_personal(32, key, new Uint8Array(16), person);
  assert.equal(hex(blake2b({ key, person }, Buffer.alloc(0))), hex(wanted));
});

test('msgpack: what is written is read back', () => {
  const numbers = [0, 127, 128, 255, 256, 65535, 65536, 4294967295, 4294967296, 2 ** 53 - 1, 2n ** 53n, 2n ** 64n - 1n];
  const value = new Map([['a', numbers], ['b', null], ['c', [true, false]], ['d', Buffer.alloc(256, 1)],
    ['e', 'x'.repeat(40)], ['f', new Map([['g', 'ä'.repeat(200)]])]]);
  assert.deepEqual(decode(encode(value)), value);
});

test('msgpack: longer forms, other types, rests and depth are refused', () => {
  const bad = ['cc7f', 'cd00ff', 'ce0000ffff', 'cf00000000ffffffff', 'd90161', 'da001f', 'dc0001c0', 'de0000', 'c50001aa',
    'ff', 'd0ff', 'ca00000000', 'c1', 'd40000', '01ff01', 'a2c328', '8101c0', '82a161c0a161c0', '92c0', 'c4', 'dd7fffffff'];
  for (const x of bad) assert.throws(() => decode(Buffer.from(x, 'hex')), { name: 'Error' }, x);
  const nested = (depth) => Buffer.concat([Buffer.alloc(depth, 0x91), Buffer.from([0xc0])]);
  assert.ok(decode(nested(8)));
  assert.throws(() => decode(nested(9)));
});

test('padding', () => {
  assert.equal(paddedSize(1), 256);
  assert.equal(paddedSize(256), 256);
  assert.equal(paddedSize(257), 272);
  assert.equal(paddedSize(1000), 1024);
  for (const length of [0, 252, 253, 5000]) {
    const data = Buffer.alloc(length, 5);
    assert.deepEqual(unpad(pad(data)), data);
    const spoiled = pad(data);
    if (spoiled.length > 4 + length) {
      spoiled[spoiled.length - 1] = 1;
      assert.throws(() => unpad(spoiled));
    }
    assert.throws(() => unpad(Buffer.concat([pad(data), Buffer.alloc(256)])));
  }
});

test('names fold', () => {
  assert.equal(foldName('OTTER'), foldName('otter'));
  assert.equal(foldName('A\u030a'), foldName('\u00c5'));
  assert.notEqual(foldName('\u00c5'), foldName('\u00e5'));
  assert.notEqual(foldName('maple'), foldName('otter'));
});

test('caps on unsigned records', () => {
  const run = (n, action) => new Array(n).fill(action);
  assert.equal(overCap(run(64, 0x10), 0n, 3599999n), -1);
  assert.equal(overCap(run(65, 0x10), 0n, 3599999n), 64);
  assert.equal(overCap(run(65, 0x11), 0n, 3600000n), -1);
  assert.equal(overCap([...run(64, 0x10), ...run(9, 0x16)], 0n, 0n), 72);
  assert.equal(overCap(run(9, 0x16), 7200000n, 0n), 8);
});
