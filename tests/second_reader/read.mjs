#!/usr/bin/env node
// read.mjs VAULT --passphrase-fd N [--member NAME] [--now MS] [--trace]: verifies, opens a member's slot, prints what
// that member may read, a JSON object a line. Exit: as verify.mjs; 4 wrong passphrase; 5 a part that does not fit.
import { fstatSync, openSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { hex } from './src/bytes.mjs';
import { openDetail, openEntity } from './src/contents.mjs';
import { EpochKeys, openBundle, openSlot } from './src/keyring.mjs';
import { FileSource, ROLE } from './src/layout.mjs';
import { walk } from './src/walk.mjs';

/** JSON form: bytes as hex, integers above 2^53 and all BigInt as decimal text. */
const plain = (v) => {
  if (v instanceof Uint8Array) return hex(v);
  if (typeof v === 'bigint') return v.toString();
  if (v instanceof Map) return plain(Object.fromEntries(v));
  if (Array.isArray(v)) return v.map(plain);
  if (v && typeof v === 'object') return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, plain(x)]));
  return v;
};
const print = (object) => process.stdout.write(`${JSON.stringify(plain(object))}\n`);

/** All parts of accepted records that are present and were not dropped, with their bytes on demand. */
function gather(source, options) {
  const parts = new Map();
  const details = [];
  const outcome = walk(source, {
    ...options,
    onRecord: ({ h, seq, first, rows, frame }) => {
      (rows ?? []).forEach((row, i) => {
        const at = frame.parts[i];
        if (!at || row.role === ROLE.public) return;
        const part = { number: first + i, seq, row, h, bytes: () => source.read(at.offset, at.length) };
        if (row.role === ROLE.detail) details.push(part); else parts.set(part.number, part);
      });
    },
  });
  for (const number of outcome.state.droppedBy.keys()) parts.delete(number);
  return { ...outcome, parts, details };
}

function epochKeys(s, m, bundle, parts, trace) {
  const keys = new EpochKeys(s, trace);
  keys.fromBundle(bundle);
  for (const part of parts.values()) {
    const mine = part.row.kind === 18 && part.row.entity === m.enrolment && part.row.revision === m.generation;
    if (part.row.role === ROLE.key && mine) keys.fromBox(part, part.bytes(), m, bundle.box);
  }
  for (const part of parts.values()) {
    if (part.row.role !== ROLE.key || part.row.kind !== 19) continue;
    const which = part.row.keyType === 2 ? 'notes' : 'audit';
    if (keys[which].has(part.row.epoch)) keys.fromOld(part, part.bytes(), which);
  }
  return keys;
}

const needKey = (map, id, what) => map.get(id) ?? (() => { throw new Error(`no ${what} key ${id}`); })();

function printContents(found, m, bundle, keys, trace) {
  const { state: s, parts, details } = found;
  let failed = false;
  const attempt = (what, act) => {
    try { act(); } catch (error) { failed = true; print({ error: error.message, ...what }); }
  };
  const authors = new Map(bundle.authors);
  const access = {
    index: (e) => needKey(keys.index, e, 'index'), notes: (e) => needKey(keys.notes, e, 'notes'),
    author: (g) => needKey(authors, g, 'author'),
  };
  for (const part of parts.values()) {
    const e = s.entities.get(part.row.entity);
    if (part.row.role !== ROLE.index || !e || e.shredded) continue;
    if (part.row.cls === 2 ? e.author !== m.number : keys.index.size === 0) continue;
    const { kind, entity, revision } = part.row;
    const what = { kind, entity, revision, sequence: part.seq, part: part.number, live: e.live === part.number };
    const body = parts.get(part.number + 1);
    if (!body) continue;
    attempt(what, () => print({ ...what, author: e.author, ...openEntity(s, e, { index: part, body }, access, trace) }));
  }
  for (const part of details) {
    if (!keys.audit.has(part.row.epoch)) continue;
    const what = { detail: part.seq, action: part.h.action };
    attempt(what, () => print({ ...what, words: openDetail(s, part.h, part.bytes(), keys.audit.get(part.row.epoch), trace) }));
  }
  return failed ? 5 : 0;
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'passphrase-fd': { type: 'string' }, member: { type: 'string' }, now: { type: 'string' }, trace: { type: 'boolean' },
    },
  });
  if (positionals.length !== 1 || !values['passphrase-fd']) throw new Error('a vault and --passphrase-fd are needed');
  const passphrase = readFileSync(Number(values['passphrase-fd']), 'utf8').replace(/\r?\n$/, '');
  const fd = openSync(positionals[0], 'r');
  const source = new FileSource(fd, fstatSync(fd).size);
  const found = gather(source, { now: values.now ?? Date.now() });
  if (found.exit !== 0) { print(found.report); return found.exit; }
  const trace = values.trace ? (name, fields) => print({ trace: name, ...fields }) : () => {};
  const s = found.state;
  for (const m of s.members.values()) {
    if (!m.active || !m.slotPart || (values.member !== undefined && m.name !== values.member)) continue;
    const slotPart = found.parts.get(m.slotPart);
    const master = await openSlot(s, m, passphrase, slotPart, slotPart.bytes(), trace);
    if (!master) continue;
    const bundlePart = found.parts.get(m.bundlePart);
    const bundle = openBundle(s, m, master, bundlePart, bundlePart.bytes(), trace);
    return printContents(found, m, bundle, epochKeys(s, m, bundle, found.parts, trace), trace);
  }
  process.stderr.write('the passphrase opens no slot\n');
  return 4;
}

main().then((code) => { process.exitCode = code; }, (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 3;
});
