// Public parts (section 7): the fields of each action, in order, with their types. Decoded to plain objects.
import { decode, encode, NotCanonical } from './msgpack.mjs';
import { same } from './bytes.mjs';

export class FormatError extends Error {
  constructor(why) { super(why); this.kind = 'format'; }
}
const refuse = (why) => { throw new FormatError(why); };

const int = (max) => (v, at) => {
  if (typeof v !== 'number' && typeof v !== 'bigint') refuse(`${at}: not an integer`);
  if (BigInt(v) > BigInt(max)) refuse(`${at}: out of range`);
  return v;
};
const within = (min, max) => (v, at) => { int(max)(v, at); if (v < min) refuse(`${at}: out of range`); return v; };
const code = int(255);
const u16 = int(65535);
const u32 = int(2 ** 32 - 1);
const u64 = (v, at) => BigInt(int(2n ** 64n - 1n)(v, at));
const time = int(Number.MAX_SAFE_INTEGER);
const bool = (v, at) => (typeof v === 'boolean' ? v : refuse(`${at}: not a bool`));
const bin = (min, max = min) => (v, at) => {
  if (!(v instanceof Uint8Array) || v.length < min || v.length > max) refuse(`${at}: not ${min} to ${max} bytes`);
  return v;
};
const text = (min = 0, max = 64) => (v, at) => {
  if (typeof v !== 'string' || [...v].length < min || [...v].length > max) refuse(`${at}: not a text of that length`);
  return v;
};
const title = text(1);
// FORMAT.md spells the code points out: no version of Unicode may change a verdict
const UNSEEN = new RegExp(
  '[\\x00-\\x1f\\x7f-\\x9f\\xad\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u180e\\u200b-\\u200f\\u202a-\\u202e'
  + '\\u2060-\\u2064\\u2066-\\u206f\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb\\u{110bd}\\u{110cd}\\u{13430}-\\u{1343f}'
  + '\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0001}\\u{e0020}-\\u{e007f}]', 'u');
const name = (v, at) => (UNSEEN.test(title(v, at)) ? refuse(`${at}: not a name`) : v);
const nil = (type) => (v, at) => (v === null ? null : type(v, at));
const list = (type, min = 0, max = Infinity) => (v, at) => {
  if (!Array.isArray(v) || v.length < min || v.length > max) refuse(`${at}: not a list of that length`);
  return v.map((x, i) => type(x, `${at}[${i}]`));
};
const tuple = (...types) => (v, at) => {
  if (!Array.isArray(v) || v.length !== types.length) refuse(`${at}: not an array of ${types.length}`);
  return v.map((x, i) => types[i](x, `${at}[${i}]`));
};
const map = (fields) => (v, at) => {
  if (!(v instanceof Map)) refuse(`${at}: not a map`);
  if ([...v.keys()].join() !== Object.keys(fields).join()) refuse(`${at}: other fields than ${Object.keys(fields)}`);
  return Object.fromEntries([...v].map(([k, x]) => [k, fields[k](x, at ? `${at}.${k}` : k)]));
};

const member = within(1, 4096);
const b32 = bin(32);
const reason = within(0, 19);
const keys = map({ sign: b32, box: b32, proof: bin(64) });
const slot = map({ memory: u32, passes: code, lanes: code, salt: bin(16, 32), commitment: b32 });
const epoch = map({ notes: b32, index: b32, audit: b32, boxes: list(tuple(member, u16)), old: u32 });
const counts = list(u32, 1, 64);
const kit = map({ id: bin(16), slot, first: u64, counts });
const days = within(1, 3650);
const minutes = within(0, 1440);
const alerts = map({
  failures: within(3, 8), failure_minutes: within(10, 1440), bulk_notes: within(10, 100), bulk_times: within(1, 3),
  fast_notes: within(10, 30), fast_seconds: within(30, 120), dormant_days: within(14, 90), clock_minutes: within(1, 15),
  clock_days: within(7, 90), habit_unlocks: within(20, 100),
});
const policy = {
  rotation_days: days, rotation_auto: bool, idle_minutes: within(1, 240), memory: u32, passes: code,
  hours_from: minutes, hours_to: minutes, zone: text(), retention_years: within(0, 100),
  retention_minor_years: within(0, 100), export: within(0, 1), clipboard: bool, sign_passphrase: bool,
  late_epochs: within(1, 100), drill_days: days, review_days: days, alerts,
};
const continues = map({ vault: b32, sequence: u32, head: b32, digest: b32, reason, key: b32, proof: bin(64) });
const commit = { commit: b32 };
const why = { reason };
const role = within(1, 4);
const add = { member, name, role, enrolment: u64, keys, master: b32, slot };
const draft = { count: u32, first: time, last: time };

const FIELDS = {
  0x01: { birth: b32, practice: title, name, enrolment: u64, keys, master: b32, slot, policy: map(policy), epoch,
    continues: nil(continues) },
  0x02: { version: code },
  0x03: { case: within(1, 4), length: u64, digest: b32, head: bin(0, 208) },
  0x12: { origin: bin(8), failed: u32, first: time, last: time },
  0x14: { chart: u32, process: u32 },
  0x15: { chart: u32, process: u32 },
  0x20: add, 0x28: add,
  0x21: { member, reason, epoch },
  0x22: { member, role, epoch: nil(epoch) },
  0x23: { keys, master: b32, slot: nil(slot), kit: nil(kit), reason },
  0x24: { member, keys, master: b32, slot, reason },
  0x25: { master: b32, slot },
  0x26: { member, enrolment: u64, keys, threshold: within(2, 16), custodians: list(tuple(title, u32), 2, 16), reason, epoch },
  0x27: { authority: member, process: bool },
  0x29: { master: b32 },
  0x2a: { epoch: u32, reason },
  0x30: { reason, epoch },
  0x31: why,
  0x33: { entries: list(tuple(u64, u32), 1, 10000) },
  0x40: commit, 0x41: commit, 0x43: commit,
  0x42: { kind: within(1, 3), parent: u64, commit: b32 },
  0x44: why,
  0x45: { form: code, basis: code, purpose: code, entries: u32, process: bool },
  0x46: why,
  0x47: { status: nil(within(1, 3)), hold: nil(bool), members: nil(list(member, 0, 64)), reason },
  0x48: draft, 0x49: draft, 0x4a: draft, 0x4b: draft,
  0x4c: { vault: b32, author: text(), entity: u64, revision: u32, original: b32, side: within(1, 2), commit: b32 },
  0x50: { master: b32, kit },
  0x51: { id: bin(16), first: u64, counts },
  0x52: { id: bin(16), code: bool, phone: bool },
  0x55: { factors: code, steps: list(tuple(code, time), 0, 64) },
  0x60: { ranges: list(tuple(u32, within(1, 2 ** 32 - 1)), 1, 1000000) },
  0x61: { before: u64, after: u64, parts: u32 },
  0x70: policy,
  0x71: { rule: code, severity: code, records: list(u32, 0, 100) },
  0x72: why,
  0x73: { first: u32, last: u32, digest: b32 },
  0x74: { size: u32, root: b32, digest: b32 },
  0x75: { size: u64, head: b32, digest: b32 },
  0x76: { milliseconds: u32, opened: u16 },
  0x7f: why,
};

const EXTRA = {
  0x03: (p) => { if (p.head.length !== (p.case === 2 ? 208 : 0)) refuse('head does not fit the case'); },
  0x47: (p) => {
    if ([p.status, p.hold, p.members].filter((x) => x !== null).length !== 1) refuse('not exactly one change');
  },
  0x60: (p) => {
    let end = 0;
    for (const [first, count] of p.ranges) {
      if (first < end) refuse('ranges not rising');
      end = first + count;
    }
  },
};

/** Decodes and checks the public part of an action; throws FormatError. */
export function decodePublic(action, bytes) {
  let value;
  try { value = decode(bytes); } catch (error) {
    if (error instanceof NotCanonical) refuse(`public part: ${error.message}`);
    throw error;
  }
  if (!same(encode(value), bytes)) refuse('public part: not canonical');
  const out = map(FIELDS[action])(value, '');
  EXTRA[action]?.(out);
  return out;
}

