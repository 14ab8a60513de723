// Index, body and detail of a record (sections 6.4 and 6.5), each checked against what the chain says of it.
import { cat, keyed, label, same, u16, u32, u64 } from './bytes.mjs';
import { decode, encode } from './msgpack.mjs';
import { unpad } from './padding.mjs';
import { openBox, openPart } from './parts.mjs';

const FIELDS = {
  1: 'client type form title date start end tags attendees place service risk goal next appointment parent',
  2: 'code name people born risk next goals',
  3: 'client start minutes state',
  4: 'name type form',
};
const INTEGERS = ['client', 'appointment', 'parent', 'minutes'];
const LISTS = ['tags', 'people', 'goals'];
const MAX_TEXT = 8388608;
const DETAIL = { 0x12: 'host,login,terminal,client,agent' };
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** One canonical msgpack map with exactly these fields. */
function fields(plain, wanted, what) {
  const map = decode(plain);
  if (!(map instanceof Map) || !same(encode(map), plain) || [...map.keys()].join() !== wanted) throw new Error(`fields of the ${what}`);
  return Object.fromEntries(map);
}

const isText = (v) => typeof v === 'string';
const isInteger = (v) => typeof v === 'number' || typeof v === 'bigint';

function fits(name, v) {
  if (name === 'c') return Buffer.isBuffer(v) && v.length === 32;
  if (INTEGERS.includes(name)) return isInteger(v);
  return LISTS.includes(name) ? Array.isArray(v) && v.every(isText) : isText(v);
}

/** keys: {index(epoch), notes(epoch), author(generation)} give 32 bytes; {index, body} of one saved revision. */
export function openEntity(s, e, pair, keys, trace) {
  const { index: ip, body: bp } = pair;
  const { entity, revision, cls, kind } = ip.row;
  const process = cls === 2;
  const saved = e.revisions.get(revision);
  if (!saved) throw new Error('a revision that nobody saved');
  const indexKey = () => (process
    ? keyed(keys.author(ip.row.epoch), 'AUTHOR-INDEX', u32(ip.row.epoch))
    : keyed(keys.index(ip.row.epoch), 'INDEX', u32(ip.row.epoch)));
  const bodyKey = (salt) => keyed(process ? keys.author(bp.row.epoch) : keys.notes(bp.row.epoch), 'BODY',
    u64(entity), u32(revision), salt);
  const plain = unpad(openPart(s, ip, saved.author, indexKey, trace, 'index'));
  const body = unpad(openPart(s, bp, saved.author, bodyKey, trace, 'body'));
  const index = fields(plain, `c,local,zone,${FIELDS[kind].replace(/ /g, ',')}`, 'index');
  const odd = Object.entries(index).find(([name, v]) => !fits(name, v));
  if (odd) throw new Error(`field ${odd[0]} of the index`);
  const message = [s.vaultId, u64(entity), u32(revision), u32(saved.author), u32(plain.length), plain, body];
  const commit = keyed(index.c, 'COMMIT', ...message);
  trace('commit', { record: ip.seq, index: ip.index, commit });
  if (!same(commit, saved.commit)) throw new Error('the plaintext is not what its author committed to');
  if ((kind === 1 || kind === 3) && BigInt(index.client) !== saved.client) throw new Error('client of the index');
  if (body.length > MAX_TEXT) throw new Error('text beyond its bound');
  return { author: saved.author, index, body: utf8.decode(body), commit };
}

/** The words of a detail part: a map; throws when it is not of this record. */
export function openDetail(s, part, auditKey, trace) {
  const { h } = part;
  const plain = unpad(openBox(part, auditKey, trace, 'detail'));
  const start = cat(label('DETAIL'), s.vaultId, u64(h.session), u16(h.action), u64(h.entity));
  if (!same(plain.subarray(0, start.length), start)) throw new Error('a detail of another record');
  return fields(plain.subarray(start.length), DETAIL[h.action] ?? 'words,more', 'detail');
}
