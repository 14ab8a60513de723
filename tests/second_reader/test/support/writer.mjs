// A tiny writer for these tests: one owner, deterministic keys, Argon2id at its floor. Not a way to make real vaults.
import { argon2id } from 'hash-wasm';
import { cat, keyed, label, sha256, u16, u32, u64, u8 } from '../../src/bytes.mjs';
import { sodium } from '../../src/crypto.mjs';
import { bitmapLength, MAGIC, partHash, RECORD_MAGIC, recordHash, tableHash } from '../../src/layout.mjs';
import { encode } from '../../src/msgpack.mjs';
import { pad } from '../../src/padding.mjs';
import { associated } from '../../src/parts.mjs';
import { preambleHash } from '../../src/preamble.mjs';

export const PREAMBLE = cat(MAGIC, u16(0), u16(1), u32(0));
export const fill = (text) => sha256(Buffer.from(text));
const nonceOf = (text) => fill(`nonce ${text}`).subarray(0, 24);
export const toMap = (object) => new Map(Object.entries(object));

export class Writer {
  constructor() { this.frames = []; this.prev = preambleHash(PREAMBLE); this.vaultId = null; this.seed = fill('sign 1'); }

  get bytes() { return cat(PREAMBLE, ...this.frames); }

  /** Appends a record. fields as a parsed header; parts: list of {row, bytes}; signed: false for unsigned records. */
  record(fields, parts = [], signed = true) {
    const f = {
      outcome: 0, epoch: 1, member: 1, generation: 1, kind: 0, cls: 0, flags: 0, time: 1000 + this.frames.length,
      session: 0n, client: 0n, entity: 0n, revision: 0, ref: 0, ...fields,
    };
    const n = parts.length;
    const table = cat(...parts.map(({ row: r, bytes }) => cat(u8(r.role), u8(r.kind), u8(r.cls), u8(r.keyType),
      u32(r.revision), u64(r.entity), u32(bytes.length), u32(r.epoch), partHash(bytes))));
    const bitmap = Buffer.alloc(bitmapLength(n));
    for (let i = 0; i < n; i += 1) bitmap[i >> 3] |= 1 << (i & 7);
    const body = cat(bitmap, table, ...parts.map((p) => p.bytes));
    const header = cat(RECORD_MAGIC, u8(0), u8(f.outcome), u16(f.action), u32(f.epoch), u32(f.member), u16(f.generation),
      u8(f.kind), u8(f.cls), u8(f.flags), u8(0), u16(n), u64(this.frames.length), u64(f.time), u64(f.session), u64(f.client),
      u64(f.entity), u32(f.revision), u32(208 + body.length), u64(f.ref), n ? tableHash(table) : Buffer.alloc(32), this.prev);
    const message = cat(label('SIG'), this.vaultId ?? Buffer.alloc(32), header);
    const secret = sodium.crypto_sign_seed_keypair(this.seed).privateKey;
    const signature = signed ? Buffer.from(sodium.crypto_sign_detached(message, secret)) : Buffer.alloc(64);
    this.prev = recordHash(header, signature);
    this.vaultId ??= this.prev;
    this.frames.push(cat(header, signature, body));
    return this.frames.length - 1;
  }

  sealed(row, v, author, key, plain, salt = Buffer.alloc(0)) {
    const nonce = nonceOf(`${this.frames.length} ${row.role} ${row.kind}`);
    const aad = associated(v, row, author);
    const out = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, aad, null, nonce, key);
    return { row, bytes: cat(nonce, salt, Buffer.from(out)) };
  }
}

export const row = (role, kind, cls, keyType, revision, entity, epoch) => ({ role, kind, cls, keyType, revision, entity, epoch });
export const publicPart = (object) => ({ row: row(1, 0, 0, 0, 0, 0n, 0), bytes: encode(toMap(object)) });

const POLICY = {
  rotation_days: 90, rotation_auto: true, idle_minutes: 10, memory: 65536, passes: 3, hours_from: 0, hours_to: 1440,
  zone: 'UTC', retention_years: 10, retention_minor_years: 10, export: 1, clipboard: false, sign_passphrase: false,
  late_epochs: 5, drill_days: 180, review_days: 30,
  alerts: toMap({
    failures: 5, failure_minutes: 10, bulk_notes: 40, bulk_times: 2, fast_notes: 20, fast_seconds: 30, dormant_days: 45,
    clock_minutes: 1, clock_days: 40, habit_unlocks: 40,
  }),
};

/** Genesis, then unlock: returns the writer with what the later parts need. */
export async function genesis(passphrase) {
  const w = new Writer();
  const birth = fill('birth');
  const master = fill('master');
  const enrolment = 77n;
  const box = fill('box 1');
  const pair = sodium.crypto_sign_seed_keypair(w.seed);
  const boxPublic = Buffer.from(sodium.crypto_scalarmult_base(box));
  const salt = fill('salt').subarray(0, 16);
  const tag = Buffer.from(await argon2id({
    password: Buffer.from(passphrase), salt, memorySize: 65536, iterations: 3, parallelism: 1, hashLength: 32, outputType: 'binary',
  }));
  const kek = keyed(tag, 'SLOT-KEK', birth, u64(enrolment), u32(65536), u32(3), u32(1), u8(16), salt);
  const notes = fill('notes 1');
  const index = fill('index 1');
  const audit = fill('audit 1');
  w.auditPublic = Buffer.from(sodium.crypto_scalarmult_base(audit));
  const epoch = toMap({
    notes: keyed(notes, 'EPOCH-COMMIT', birth, u32(1), u8(1)), index: keyed(index, 'EPOCH-COMMIT', birth, u32(1), u8(2)),
    audit: w.auditPublic, boxes: [], old: 0,
  });
  const sign = Buffer.from(pair.publicKey);
  const pop = cat(label('POP'), birth, u64(enrolment), u16(1), sign, boxPublic);
  const keys = toMap({ sign, box: boxPublic, proof: Buffer.from(sodium.crypto_sign_detached(pop, pair.privateKey)) });
  const bundle = encode(toMap({
    sign: w.seed, box, generation: 1, epoch: 1, notes, index, audit, authors: [[1, fill('author 1')]], drafts: [],
    origin: fill('origin'), kit: null,
  }));
  const slot = toMap({ memory: 65536, passes: 3, lanes: 1, salt, commitment: keyed(kek, 'SLOT-COMMIT') });
  const bundleKey = keyed(master, 'BUNDLE', birth, u64(enrolment));
  w.record({ action: 1 }, [
    publicPart({
      birth, practice: 'Wood', name: 'owner', enrolment, keys, master: keyed(master, 'MASTER-COMMIT', birth), slot,
      policy: toMap(POLICY), epoch, continues: null,
    }),
    w.sealed(row(5, 16, 0, 7, 1, enrolment, 0), birth, 0, kek, master),
    w.sealed(row(5, 17, 0, 5, 1, enrolment, 1), birth, 0, bundleKey, pad(bundle)),
  ]);
  return Object.assign(w, { birth, notes, index, enrolment, session: 5n, author: fill('author 1') });
}

export function detail(w, fields, words) {
  const plain = cat(label('DETAIL'), w.vaultId, u64(fields.session), u16(fields.action), u64(fields.entity ?? 0n), encode(toMap(words)));
  return { row: row(4, 0, 0, 4, 0, fields.entity ?? 0n, 1), bytes: Buffer.from(sodium.crypto_box_seal(pad(plain), w.auditPublic)) };
}

export function unlock(w) {
  const fields = { action: 0x12, session: w.session };
  const words = { host: 'wood', login: 'owner', terminal: 'tty', client: '', agent: '' };
  return w.record(fields, [
    publicPart({ origin: Buffer.alloc(8, 1), failed: 0, first: 0, last: 0 }), detail(w, fields, words),
  ]);
}

/** A save of kind 1 (note) or 2 (client); cls 2 is a process note. */
export function save(w, { kind, entity, client, text, revision = 1, cls = 1, title = '' }) {
  const c = fill(`c ${entity} ${revision}`);
  const common = { c, local: '2026-01-02T03:04:05+00:00', zone: 'UTC' };
  const note = {
    client, type: 'progress', form: 'free', title, date: '', start: '', end: '', tags: [], attendees: '', place: '', service: '',
    risk: '', goal: '', next: '', appointment: 0, parent: 0,
  };
  const person = { code: text, name: '', people: [], born: '', risk: '', next: '', goals: [] };
  const index = encode(toMap({ ...common, ...(kind === 1 ? note : person) }));
  const body = Buffer.from(text);
  const commit = keyed(c, 'COMMIT', w.vaultId, u64(entity), u32(revision), u32(1), u32(index.length), index, body);
  const salt = fill(`salt ${entity} ${revision}`).subarray(0, 16);
  const types = cls === 2 ? [3, 3] : [1, 2];
  const indexKey = cls === 2 ? keyed(w.author, 'AUTHOR-INDEX', u32(1)) : keyed(w.index, 'INDEX', u32(1));
  const bodyKey = keyed(cls === 2 ? w.author : w.notes, 'BODY', u64(entity), u32(revision), salt);
  return w.record({ action: 0x40, session: w.session, kind, cls, client, entity, revision }, [
    publicPart({ commit }),
    w.sealed(row(2, kind, cls, types[0], revision, entity, 1), w.vaultId, 1, indexKey, pad(index)),
    w.sealed(row(3, kind, cls, types[1], revision, entity, 1), w.vaultId, 1, bodyKey, pad(body), salt),
  ]);
}
