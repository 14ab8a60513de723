import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hex } from '../src/bytes.mjs';
import { BytesSource } from '../src/layout.mjs';
import { walk } from '../src/walk.mjs';
import { genesis, publicPart, save, unlock } from './support/writer.mjs';

const PASSPHRASE = 'seven plain words';
const folder = mkdtempSync(join(tmpdir(), 'second-reader-'));
after(() => rmSync(folder, { recursive: true }));
const script = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

async function vault() {
  const w = await genesis(PASSPHRASE);
  unlock(w);
  save(w, { kind: 2, entity: 900n, client: 900n, text: 'OTTER' });
  save(w, { kind: 1, entity: 901n, client: 900n, text: 'First words' });
  save(w, { kind: 1, entity: 901n, client: 900n, text: 'Later words', revision: 2 });
  save(w, { kind: 1, entity: 902n, client: 900n, text: 'Own words', cls: 2 });
  return w;
}
const base = await vault();
const NOW = 100000;
const check = (bytes, options = {}) => walk(new BytesSource(bytes), { now: NOW, ...options });
const kinds = (result) => result.report.findings.map((f) => `${f.kind}@${f.seq}`).join();
const notices = (result) => result.report.notices.map((f) => `${f.kind}@${f.seq}`).join();
const startOf = (w, seq) => 16 + w.frames.slice(0, seq).reduce((a, f) => a + f.length, 0);

test('a small vault is whole', () => {
  const result = check(base.bytes);
  assert.deepEqual(result.report.findings, []);
  assert.equal(result.exit, 0);
  assert.equal(result.report.records, 6);
  assert.equal(result.report.head, hex(base.prev));
});

test('a changed byte is found where it lies', () => {
  const flip = (offset) => { const b = Buffer.from(base.bytes); b[offset] ^= 1; return check(b); };
  assert.equal(kinds(flip(startOf(base, 3) + 20)), 'authority@3,chain@4');
  assert.equal(kinds(flip(startOf(base, 3) + 0)), 'format@3');
  assert.equal(kinds(flip(startOf(base, 3) + 150)), 'signature@3,chain@4');
  assert.equal(kinds(flip(startOf(base, 4) - 1)), 'payload@3');
  assert.equal(kinds(flip(9)), 'format@0');
  assert.equal(kinds(flip(0)), 'format@0');
});

test('every cut is a torn tail or a whole shorter vault', () => {
  const end = startOf(base, 6);
  for (const cut of [1, 100, 208, 300]) {
    const result = check(base.bytes.subarray(0, end - cut));
    assert.equal(kinds(result), '', `cut ${cut}`);
    assert.equal(notices(result), 'torn@5');
  }
  const zeros = check(Buffer.concat([base.bytes, Buffer.alloc(5000)]));
  assert.equal(notices(zeros), 'torn@6');
  const junk = Buffer.concat([base.bytes, Buffer.alloc(300, 9)]);
  assert.equal(kinds(check(junk)), 'format@6');
});

test('pins', () => {
  const pin = { seq: 5, head: hex(base.prev), vault: hex(base.vaultId) };
  assert.equal(kinds(check(base.bytes, { pin })), '');
  assert.equal(kinds(check(base.bytes.subarray(0, startOf(base, 5)), { pin })), 'pin@5');
  assert.equal(kinds(check(base.bytes, { pin: { ...pin, vault: '00' } })), 'pin@0');
});

test('floods', async () => {
  const w = await vault();
  const fail = () => w.record({ action: 0x10, outcome: 1, epoch: 0, generation: 0, member: 7 }, [], false);
  for (let i = 0; i < 64; i += 1) fail();
  assert.equal(check(w.bytes).report.unattested, 64);
  fail();
  fail();
  const result = check(w.bytes);
  assert.equal(notices(result), 'flood@70');
  assert.equal(result.report.records, 70);
  w.record({ action: 0x13, session: w.session });
  assert.equal(kinds(check(w.bytes)), 'authority@72');
});

test('authority: drops, sessions, roles', async () => {
  const w = await vault();
  const drop = (ranges, ref = 0) => w.record({ action: 0x60, session: w.session, ref }, [publicPart({ ranges })]);
  drop([[9, 2]]);
  assert.equal(kinds(check(w.bytes)), '');
  drop([[9, 1]]);
  assert.equal(kinds(check(w.bytes)), 'authority@7');
  drop([[12, 1]]);
  assert.equal(kinds(check(w.bytes)), 'authority@7,authority@8');
  w.record({ action: 0x61, session: w.session, ref: 6 }, [publicPart({ before: 2, after: 1, parts: 2 })]);
  assert.equal(notices(check(w.bytes)), 'undropped@9');
  w.record({ action: 0x13, session: 6n });
  assert.equal(kinds(check(w.bytes)), 'authority@7,authority@8,authority@10');
});

test('the passphrase opens everything its member may read', () => {
  const path = join(folder, 'a.vault');
  writeFileSync(path, base.bytes);
  const run = (passphrase, ...more) => {
    const out = spawnSync(process.execPath, [script('read.mjs'), path, '--passphrase-fd', '0', ...more], {
      input: passphrase, encoding: 'utf8',
    });
    return { ...out, lines: out.stdout.split('\n').filter(Boolean).map((x) => JSON.parse(x)) };
  };
  const opened = run(PASSPHRASE);
  assert.equal(opened.status, 0, opened.stderr + opened.stdout);
  assert.deepEqual(opened.lines.filter((x) => x.kind).map((x) => `${x.entity} ${x.revision} ${x.body}`),
    ['900 1 OTTER', '901 1 First words', '901 2 Later words', '902 1 Own words']);
  assert.equal(opened.lines.find((x) => x.detail === 1).words.host, 'wood');
  assert.ok(run(PASSPHRASE, '--trace').lines.some((x) => x.trace === 'slot' && x.tag.length === 64));
  assert.equal(run('other words').status, 4);
  assert.equal(run(PASSPHRASE, '--member', 'nobody').status, 4);
  const verified = spawnSync(process.execPath, [script('verify.mjs'), path, '--now', String(NOW)], { encoding: 'utf8' });
  assert.equal(verified.status, 0, verified.stderr);
});
