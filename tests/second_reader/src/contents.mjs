// Index, body and detail of a record (sections 6.4 and 6.5), each checked against what the chain says of it.
import { cat, keyed, label, same, u16, u32, u64 } from './bytes.mjs';
import { boxOpen } from './crypto.mjs';
import { decode } from './msgpack.mjs';
import { unpad } from './padding.mjs';
import { openPart } from './parts.mjs';

const FIELDS = {
  1: 'client type form title date start end tags attendees place service risk goal next appointment parent',
  2: 'code name people born risk next goals',
  3: 'client start minutes state',
  4: 'name type form',
};
const MAX_TEXT = 8388608;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function indexMap(kind, plain) {
  const map = decode(plain);
  const wanted = ['c', 'local', 'zone', ...FIELDS[kind].split(' ')];
  if (!(map instanceof Map) || [...map.keys()].join() !== wanted.join()) throw new Error('fields of the index');
  const index = Object.fromEntries(map);
  if (!Buffer.isBuffer(index.c) || index.c.length !== 32) throw new Error('field c of the index');
  return index;
}

/** keys: {index(epoch), notes(epoch), author(generation)} give 32 bytes; {index, body} of one saved revision. */
export function openEntity(s, e, pair, keys, trace) {
  const { index: ip, body: bp } = pair;
  const { entity, revision, cls, kind } = ip.row;
  const process = cls === 2;
  const indexKey = () => (process
    ? keyed(keys.author(ip.row.epoch), 'AUTHOR-INDEX', u32(ip.row.epoch))
    : keyed(keys.index(ip.row.epoch), 'INDEX', u32(ip.row.epoch)));
  const bodyKey = (salt) => keyed(process ? keys.author(bp.row.epoch) : keys.notes(bp.row.epoch), 'BODY',
    u64(entity), u32(revision), salt);
  const index = unpad(openPart(s, ip, ip.bytes(), e.author, indexKey, trace, 'index'));
  const body = unpad(openPart(s, bp, bp.bytes(), e.author, bodyKey, trace, 'body'));
  const map = indexMap(kind, index);
  const saved = e.revisions.get(revision);
  const commit = keyed(map.c, 'COMMIT', s.vaultId, u64(entity), u32(revision), u32(e.author), u32(index.length), index, body);
  trace('content', { entity: u64(entity), revision, index, body, commit });
  if (!saved || !same(commit, saved.commit)) throw new Error('the plaintext is not what its author committed to');
  if ((kind === 1 || kind === 3) && BigInt(map.client) !== saved.client) throw new Error('client of the index');
  if (body.length > MAX_TEXT) throw new Error('text beyond its bound');
  return { index: map, body: utf8.decode(body) };
}

/** The words of a detail part: a map; throws when it is not of this record. */
export function openDetail(s, h, bytes, auditKey, trace) {
  const plain = unpad(boxOpen(bytes, auditKey));
  trace('detail', { sequence: Number(h.sequence), plain });
  const start = cat(label('DETAIL'), s.vaultId, u64(h.session), u16(h.action), u64(h.entity));
  if (!same(plain.subarray(0, start.length), start)) throw new Error('a detail of another record');
  return Object.fromEntries(decode(plain.subarray(start.length)));
}
