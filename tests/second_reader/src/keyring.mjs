// From a passphrase to the keys of a member (sections 6.2 and 6.3).
import { argon2id } from 'hash-wasm';
import { cat, keyed, label, same, u16, u32, u64, u8 } from './bytes.mjs';
import { boxOpen, boxPublic, sodium } from './crypto.mjs';
import { decode } from './msgpack.mjs';
import { unpad } from './padding.mjs';
import { openPart, vaultOf } from './parts.mjs';

/** The master key, or null if the passphrase is not this member's (the commitment differs; nothing is decrypted). */
export async function openSlot(s, m, passphrase, slotPart, bytes, trace) {
  const { argon } = m;
  const tag = Buffer.from(await argon2id({
    password: Buffer.from(passphrase.normalize('NFKC'), 'utf8'), salt: argon.salt, memorySize: argon.memory,
    iterations: argon.passes, parallelism: argon.lanes, hashLength: 32, outputType: 'binary',
  }));
  const kek = keyed(tag, 'SLOT-KEK', s.birth, u64(m.enrolment), u32(argon.memory), u32(argon.passes), u32(argon.lanes),
    u8(argon.salt.length), argon.salt);
  const commitment = keyed(kek, 'SLOT-COMMIT');
  trace('slot', { member: m.number, tag, kek, commitment });
  if (!same(commitment, argon.commitment)) return null;
  const master = openPart(s, slotPart, bytes, 0, () => kek, trace, 'slot part');
  const masterCommitment = keyed(master, 'MASTER-COMMIT', s.birth);
  trace('master', { master, commitment: masterCommitment });
  if (master.length !== 32 || !same(masterCommitment, m.master)) throw new Error('the master key is not the one named');
  return master;
}

const BUNDLE = 'sign,box,generation,epoch,notes,index,audit,authors,drafts,origin,kit';

export function openBundle(s, m, master, part, bytes, trace) {
  const key = keyed(master, 'BUNDLE', s.birth, u64(m.enrolment));
  const plain = unpad(openPart(s, part, bytes, 0, () => key, trace, 'bundle part'));
  trace('bundle', { key, map: plain });
  const map = decode(plain);
  if ([...map.keys()].join() !== BUNDLE) throw new Error('fields of the bundle');
  const bundle = Object.fromEntries(map);
  if (bundle.generation !== m.generation) throw new Error('the bundle is of another generation');
  if (!same(boxPublic(bundle.box), m.keys.box)) throw new Error('the box key is not the registered one');
  const pair = sodium.crypto_sign_seed_keypair(bundle.sign);
  if (!same(Buffer.from(pair.publicKey), m.keys.sign)) throw new Error('the sign key is not the registered one');
  return bundle;
}

const epochCommitment = (s, key, epoch, which) => keyed(key, 'EPOCH-COMMIT', s.birth, u32(epoch), u8(which));

/** Keys by epoch, each compared with what its epoch published before it is taken. */
export class EpochKeys {
  constructor(s, trace) { Object.assign(this, { s, trace, notes: new Map(), index: new Map(), audit: new Map() }); }

  put(which, epoch, key) {
    const published = this.s.epochs.get(epoch)?.[which];
    const own = which === 'audit' ? boxPublic(key) : epochCommitment(this.s, key, epoch, which === 'notes' ? 1 : 2);
    this.trace('epoch key', { epoch, which, key, commitment: own });
    if (!published || !same(own, published)) throw new Error(`the ${which} key of epoch ${epoch} is not the published one`);
    this[which].set(epoch, key);
  }

  fromBundle(bundle) {
    for (const which of ['notes', 'index', 'audit']) if (bundle[which]) this.put(which, bundle.epoch, bundle[which]);
  }

  fromBox(part, bytes, m, boxKey) {
    let plain;
    try { plain = boxOpen(bytes, boxKey); } catch { throw new Error(`grant box ${part.number} does not open`); }
    const start = cat(label('GRANT'), vaultOf(this.s, part.seq), u32(part.row.epoch), u64(m.enrolment), u16(m.generation));
    this.trace('grant', { part: part.number, plain });
    const mask = plain[start.length];
    const keys = plain.subarray(start.length + 1);
    if (!same(plain.subarray(0, start.length), start) || ![1, 2, 3].includes(mask)) throw new Error('words of a grant box');
    if (keys.length !== { 1: 64, 2: 32, 3: 96 }[mask]) throw new Error('length of a grant box');
    if (mask & 1) {
      this.put('notes', part.row.epoch, keys.subarray(0, 32));
      this.put('index', part.row.epoch, keys.subarray(32, 64));
    }
    if (mask & 2) this.put('audit', part.row.epoch, keys.subarray(keys.length - 32));
  }

  /** The list of earlier keys that an epoch's own key opens; which is 'notes' or 'audit'. */
  fromOld(part, bytes, which) {
    const { epoch } = part.row;
    const key = () => keyed(this[which].get(epoch), 'OLD-KEYS', this.s.birth, u32(epoch), u8(which === 'notes' ? 1 : 2));
    const plain = openPart(this.s, part, bytes, 0, key, this.trace, `old ${which} keys`);
    const width = which === 'notes' ? 68 : 36;
    if (plain.length !== width * (epoch - 1)) throw new Error('length of old keys');
    for (let e = 1; e < epoch; e += 1) {
      const item = plain.subarray(width * (e - 1), width * e);
      if (item.readUInt32LE(0) !== e) throw new Error('order of old keys');
      this.put(which, e, item.subarray(4, 36));
      if (which === 'notes') this.put('index', e, item.subarray(36, 68));
    }
  }
}
