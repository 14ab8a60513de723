#!/usr/bin/env node
// beside.mjs < JOBS: what stands beside a vault. A JSON object a line in, one a line out. A job is {journal, vault, birth,
// enrolment, session, drafts} or {pin, place} or {parts}: paths of a journal, a pin file, a vault whose sealed parts are taken apart.
import { readFileSync } from 'node:fs';
import { toJson, toMsgpack, takeApart } from './src/interchange.mjs';
import { journalPath, readJournal } from './src/journal.mjs';
import { BytesSource } from './src/layout.mjs';
import { pinPath, readPins } from './src/pins.mjs';
import { printLine } from './src/plain.mjs';
import { walk } from './src/walk.mjs';

const [PUBLIC, INDEX, BODY, DETAIL] = [1, 2, 3, 4];
const BOXES = [18, 22];
const bytes = (text) => Buffer.from(text, 'hex');

function apart(path, now) {
  const [found, source] = [[], new BytesSource(readFileSync(path))];
  const { state, report } = walk(source, { now, pin: null, onFrame: (r) => found.push(r) });
  const parts = [];
  for (const { seq, h, rows, frame } of found) {
    rows.forEach((row, part) => {
      if ([PUBLIC, DETAIL].includes(row.role) || BOXES.includes(row.kind) || !frame.parts[part]) return;
      // each entity of this vault has one revision's author: the member who saved it
      const author = [INDEX, BODY].includes(row.role) ? h.member : 0;
      const at = frame.parts[part];
      const taken = takeApart(source.read(at.offset, at.length), row, seq ? bytes(report.vault_id) : state.birth, author);
      parts.push({
        record: seq, part, author, iv: taken.get('iv'), ciphertext: taken.get('ciphertext'), tag: taken.get('tag'),
        json: toJson(taken), msgpack: toMsgpack(taken),
      });
    });
  }
  return { parts };
}

function judge(job) {
  if (job.parts) return apart(job.parts, job.now);
  if (job.pin) return { path: pinPath(job.place), ...readPins(readFileSync(job.pin)) };
  const drafts = new Map(job.drafts.map(({ number, key }) => [number, bytes(key)]));
  const vault = bytes(job.vault);
  const read = readJournal(readFileSync(job.journal), { vault, birth: bytes(job.birth), enrolment: job.enrolment, drafts });
  return { path: journalPath(vault, job.enrolment, job.session), ...read };
}

for (const line of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  try { printLine(judge(JSON.parse(line))); } catch (error) { printLine({ error: error.stack }); }
}
