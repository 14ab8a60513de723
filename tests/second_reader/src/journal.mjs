// The draft journal of section 11: its slots without a key, what is sealed in them with the member's draft keys.
import { cat, isZero, keyed, label, same, sha256, u64 } from './bytes.mjs';
import { aeadOpen } from './crypto.mjs';
import { decode } from './msgpack.mjs';
import { unpad } from './padding.mjs';

const MAGIC = Buffer.from('a754444a', 'hex');
const NOTE = ['type', 'form', 'title', 'date', 'start', 'end', 'tags', 'attendees', 'place', 'service', 'risk', 'goal', 'next',
  'appointment', 'parent', 'addendum', 'cursor', 'text'];
const CLIENT = ['code', 'name', 'born', 'people', 'goals', 'next', 'risk', 'field', 'cursor', 'text'];
const FIELDS = [NOTE, CLIENT];
const [HEAD, CLEAR, FRONT, LARGEST] = [16, 48, 80, 33554432];

export const journalPath = (vault, enrolment, session) => {
  const digits = (n) => BigInt(n).toString(16).padStart(16, '0');
  return `drafts/${vault.subarray(0, 16).toString('hex')}-${digits(enrolment)}/${digits(session)}.draft`;
};

/** The slot at `offset` of a journal of `version`; `sealed` only where the slot is whole. */
function slotAt(raw, offset, size, version) {
  const slot = raw.subarray(offset, offset + size);
  const length = slot.readUInt32LE(36);
  const sealed = slot.subarray(FRONT, FRONT + length);
  const time = slot.readBigUInt64LE(24);
  const kind = slot[45];
  const fits = kind <= version && length > 40 && FRONT + length <= slot.length && time < 2n ** 53n;
  const whole = fits && same(sha256(label('DRAFT'), slot.subarray(0, CLEAR), sealed), slot.subarray(CLEAR, FRONT));
  return {
    offset, about: slot.subarray(0, CLEAR), counter: slot.readBigUInt64LE(0), entity: slot.readBigUInt64LE(8),
    client: slot.readBigUInt64LE(16), time, base: slot.readUInt32LE(32), length, number: slot.readUInt32LE(40),
    note_class: slot[44], kind, digest: slot.subarray(CLEAR, FRONT), whole, ...(whole ? { sealed } : {}),
  };
}

function open(slot, { vault, birth, enrolment, drafts }) {
  const draftKey = drafts.get(slot.number);
  if (!draftKey) throw new Error('no such draft key');
  const key = keyed(draftKey, 'DRAFT', birth, u64(enrolment));
  const associated = cat(label('DRAFT'), vault, u64(enrolment), slot.about);
  const nonce = slot.sealed.subarray(0, 24);
  const padded = aeadOpen(key, nonce, slot.sealed.subarray(24), associated);
  const plaintext = unpad(padded);
  const map = decode(plaintext);
  if (!(map instanceof Map) || String([...map.keys()]) !== String(FIELDS[slot.kind])) throw new Error('other fields than a draft has');
  return { associated, key, nonce, tag: slot.sealed.subarray(-16), padded: padded.length, plaintext, map };
}

/** Everything about a journal; throws where it is none, or a whole slot does not open. */
export function readJournal(raw, keys) {
  const size = raw.readUInt32LE(8);
  const version = raw.readUInt32LE(4);
  if (!same(raw.subarray(0, 4), MAGIC) || version > 1 || raw.readUInt32LE(12) !== 0) throw new Error('no journal');
  if (size <= FRONT || size > LARGEST || raw.length < HEAD + 2 * size) throw new Error('size of a slot');
  const slots = [0, 1].map((at) => slotAt(raw, HEAD + at * size, size, version)).map(({ sealed, ...slot }) => (
    slot.whole ? { ...slot, ...open({ ...slot, sealed }, keys) } : slot));
  const whole = slots.filter((slot) => slot.whole).sort((a, b) => (a.counter < b.counter ? 1 : -1));
  return {
    size: raw.length, version, slot_size: size, newest: whole.length ? whole[0].counter : null, slots,
    empty: slots.every((slot) => isZero(raw.subarray(slot.offset, slot.offset + 104))),
  };
}
