// From a passphrase to the keys of a member (sections 6.2 and 6.3). A member is {number, enrolment, generation, keys,
// master, argon}, argon being a slot's descriptor and keys the registered ones.
import { argon2id } from 'hash-wasm';
import { cat, hex, keyed, label, same, u16, u32, u64, u8 } from './bytes.mjs';
import { boxPublic, sodium } from './crypto.mjs';
import { decode, encode } from './msgpack.mjs';
import { unpad } from './padding.mjs';
import { openBox, openPart, vaultOf } from './parts.mjs';

const tags = new Map();

/** Argon2id, remembered: the same passphrase is often tried twice in a batch. */
export async function argon(password, { salt, memory, passes, lanes }) {
  const name = [hex(password), hex(salt), memory, passes, lanes].join();
  if (!tags.has(name)) {
    tags.set(name, Buffer.from(await argon2id({
      password, salt, memorySize: memory, iterations: passes, parallelism: lanes, hashLength: 32, outputType: 'binary',
    })));
  }
  return tags.get(name);
}

export const costBytes = ({ memory, passes, lanes, salt }) => cat(u32(memory), u32(passes), u32(lanes), u8(salt.length), salt);

export function checkMaster(s, master, commitment, trace) {
  const own = keyed(master, 'MASTER-COMMIT', s.birth);
  trace('master', { master, master_commitment: own });
  if (master.length !== 32 || !same(own, commitment)) throw new Error('the master key is not the one named');
  return master;
}

/** The master key, or null if the passphrase is not this member's (the commitment differs; nothing is decrypted). */
export async function openSlot(s, m, passphrase, part, trace) {
  const normalised = Buffer.from(passphrase.normalize('NFKC'), 'utf8');
  if (normalised.length < 1 || normalised.length > 1024) return null;
  const tag = await argon(normalised, m.argon);
  const kek = keyed(tag, 'SLOT-KEK', s.birth, u64(m.enrolment), costBytes(m.argon));
  const commitment = keyed(kek, 'SLOT-COMMIT');
  trace('slot', { member: m.number, normalised, salt: m.argon.salt, tag, kek, commitment });
  if (!same(commitment, m.argon.commitment)) return null;
  return checkMaster(s, openPart(s, part, 0, () => kek, trace, 'slot part'), m.master, trace);
}

const BUNDLE = 'sign,box,generation,epoch,notes,index,audit,authors,drafts,origin,kit';
const KIT = 'id,table,secret,target,end,step,exposed';

export function openBundle(s, m, master, part, trace) {
  const key = keyed(master, 'BUNDLE', s.birth, u64(m.enrolment));
  trace('bundle key', { key });
  const plain = unpad(openPart(s, part, 0, () => key, trace, 'bundle part'));
  const map = decode(plain);
  if (!same(encode(map), plain) || [...map.keys()].join() !== BUNDLE) throw new Error('fields of the bundle');
  const bundle = Object.fromEntries(map);
  if (bundle.kit && [...bundle.kit.keys()].join() !== KIT) throw new Error('fields of the kit in the bundle');
  if (bundle.generation !== m.generation) throw new Error('the bundle is of another generation');
  if (!same(boxPublic(bundle.box), m.keys.box)) throw new Error('the box key is not the registered one');
  const pair = sodium.crypto_sign_seed_keypair(bundle.sign);
  if (!same(Buffer.from(pair.publicKey), m.keys.sign)) throw new Error('the sign key is not the registered one');
  return bundle;
}

/** Keys by epoch, each compared with what its epoch published before it is taken. */
export class EpochKeys {
  constructor(s, trace) { Object.assign(this, { s, trace, notes: new Map(), index: new Map(), audit: new Map() }); }

  put(which, epoch, key) {
    const published = this.s.epochs.get(epoch)?.[which];
    const code = { notes: 1, index: 2 }[which];
    const own = code ? keyed(key, 'EPOCH-COMMIT', this.s.birth, u32(epoch), u8(code)) : boxPublic(key);
    this.trace('epoch key', { epoch, which, key, commitment: own });
    if (!published || !same(own, published)) throw new Error(`the ${which} key of epoch ${epoch} is not the published one`);
    this[which].set(epoch, key);
  }

  fromBundle(bundle) {
    for (const which of ['notes', 'index', 'audit']) if (bundle[which]) this.put(which, bundle.epoch, bundle[which]);
  }

  fromBox(part, m, secret) {
    const plain = openBox(part, secret, this.trace, 'grant box');
    const { epoch } = part.row;
    const start = cat(label('GRANT'), vaultOf(this.s, part.seq), u32(epoch), u64(m.enrolment), u16(m.generation));
    const mask = plain[start.length];
    const keys = plain.subarray(start.length + 1);
    if (!same(plain.subarray(0, start.length), start) || ![1, 2, 3].includes(mask)) throw new Error('words of a grant box');
    if (keys.length !== { 1: 64, 2: 32, 3: 96 }[mask]) throw new Error('length of a grant box');
    if (mask & 1) {
      this.put('notes', epoch, keys.subarray(0, 32));
      this.put('index', epoch, keys.subarray(32, 64));
    }
    if (mask & 2) this.put('audit', epoch, keys.subarray(keys.length - 32));
  }

  /** The list of earlier keys that an epoch's own key opens. */
  fromOld(part) {
    const which = part.row.keyType === 2 ? 'notes' : 'audit';
    const { epoch } = part.row;
    const key = () => keyed(this[which].get(epoch), 'OLD-KEYS', this.s.birth, u32(epoch), u8(which === 'notes' ? 1 : 2));
    const plain = openPart(this.s, part, 0, key, this.trace, `old ${which} keys`);
    const width = which === 'notes' ? 68 : 36;
    if (plain.length !== width * (epoch - 1)) throw new Error('length of old keys');
    for (let e = 1; e < epoch; e += 1) {
      const item = plain.subarray(width * (e - 1), width * e);
      if (item.readUInt32LE(0) !== e) throw new Error('order of old keys');
      this.put(which, e, item.subarray(4, 36));
      if (which === 'notes') this.put('index', e, item.subarray(36, 68));
    }
  }

  /** Every list of old keys that a key held so far opens, latest epoch first. */
  fromAllOld(parts) {
    const lists = [...parts.values()].filter((p) => p.row.role === 5 && p.row.kind === 19);
    for (const part of lists.sort((a, b) => b.row.epoch - a.row.epoch)) {
      if (this[part.row.keyType === 2 ? 'notes' : 'audit'].has(part.row.epoch)) this.fromOld(part);
    }
  }
}

/** Author keys in a box to the authority: a Map from generation to key; m is the author. */
export function openAuthorBox(s, part, m, authority, secret, trace) {
  const plain = openBox(part, secret, trace, 'author-key box');
  const start = cat(label('AUTHOR-GRANT'), s.vaultId, u64(authority.enrolment), u64(m.enrolment));
  if (!same(plain.subarray(0, start.length), start)) throw new Error('words of an author-key box');
  const count = plain.readUInt16LE(start.length);
  const items = plain.subarray(start.length + 2);
  if (items.length !== 34 * count) throw new Error('length of an author-key box');
  return new Map(Array.from({ length: count }, (_, i) => [items.readUInt16LE(34 * i), items.subarray(34 * i + 2, 34 * i + 34)]));
}

/** The box key that the custodians' secret gives; throws if it or the sign key is not the authority's registered one. */
export function authorityBox(s, authority, secret) {
  const derive = (name) => keyed(secret, name, s.birth, u64(authority.enrolment));
  const box = derive('AUTHORITY-BOX');
  const sign = Buffer.from(sodium.crypto_sign_seed_keypair(derive('AUTHORITY-SIGN')).publicKey);
  if (!same(sign, authority.keys.sign) || !same(boxPublic(box), authority.keys.box)) throw new Error("not the authority's secret");
  return box;
}
