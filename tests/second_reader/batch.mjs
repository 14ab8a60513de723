#!/usr/bin/env node
// batch.mjs < JOBS: a JSON object a line in, one a line out, all in one process. A job: {path, skip, now, pin, secrets,
// passphrases, rows}: the file behind `skip` bytes verified; with `secrets` every part opened; with `passphrases` read as each of those members;
// with `rows` the records listed. An error while one file is judged is that line's `error`.
import { readFileSync } from 'node:fs';
import { BytesSource } from './src/layout.mjs';
import { plain, printLine } from './src/plain.mjs';
import { read } from './src/reading.mjs';
import { indexKey, unseal } from './src/unseal.mjs';
import { walk } from './src/walk.mjs';

const ROLES = { 1: 'public', 2: 'index', 3: 'body', 4: 'detail', 5: 'key' };

function recordOf({ h, seq, frame, rows, pub }) {
  const { raw, spare, cls, n, ...header } = h;
  const parts = rows.map((row, i) => ({
    role: ROLES[row.role], kind: row.kind, class: row.cls, key_type: row.keyType, revision: row.revision, entity: row.entity,
    length: row.length, key_epoch: row.epoch, digest: row.hash, present: frame.parts[i] !== null,
  }));
  return {
    sequence: seq, offset: frame.offset, length: frame.end - frame.offset, hash: frame.hash, signature: frame.signature,
    header: { magic: raw.subarray(0, 4), note_class: cls, parts: n, ...header }, public: pub, parts,
  };
}

function stateOf(s) {
  const entities = [...s.entities].map(([entity, e]) => ({
    entity, kind: e.kind, class: e.cls, client: e.client, revision: e.revision, author: e.author, saved: e.save,
    signed: e.signed, shredded: e.shredded,
  }));
  const members = [...s.members.values()].map((m) => ({
    number: m.number, name: m.name, role: m.role, enrolment: m.enrolment, generation: m.generation, registered: m.registeredBy,
    sign: m.keys.sign, box: m.keys.box,
  }));
  return { birth: s.birth, entities, members };
}

async function openAll(source, job) {
  const all = await unseal(source, job.now, job.secrets);
  const epochs = [...all.keys.notes.keys()].sort((a, b) => a - b).map((epoch) => ({
    epoch, notes: all.keys.notes.get(epoch), index: all.keys.index.get(epoch), audit_private: all.keys.audit.get(epoch),
    index_key: indexKey(all.keys.index.get(epoch), epoch),
  }));
  return {
    unsealed: all.unsealed, values: all.values, epochs, details: all.details,
    bundles: all.bundles.map(({ record, bundle }) => ({ record, map: bundle })), contents: [...all.entities],
  };
}

async function judge(job) {
  const source = new BytesSource(readFileSync(job.path).subarray(job.skip ?? 0));
  const pin = job.pin ? { ...job.pin } : null;
  const records = [];
  const onFrame = job.rows ? (r) => records.push(plain(recordOf(r))) : null;
  const { report, exit, state } = walk(source, { now: job.now, pin, onFrame });
  const out = { path: job.path, exit, report };
  if (job.rows) Object.assign(out, { records: records.slice(0, report.records), state: stateOf(state) });
  if (job.secrets) Object.assign(out, await openAll(source, job));
  if (job.passphrases) {
    out.readers = [];
    for (const [member, passphrase] of job.passphrases) {
      const { report: _, ...opened } = await read(source, { passphrase, member, now: job.now });
      out.readers.push({ name: member, ...opened });
    }
  }
  return out;
}

for (const line of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const job = JSON.parse(line);
  try { printLine(await judge(job)); } catch (error) { printLine({ path: job.path, error: error.stack }); }
}
