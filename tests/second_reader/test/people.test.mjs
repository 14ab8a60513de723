// Members, epochs, re-encryption, the authority: no ciphertext here is real, only what a verifier without keys judges.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cat, label, u16, u64 } from '../src/bytes.mjs';
import { sodium } from '../src/crypto.mjs';
import { BytesSource } from '../src/layout.mjs';
import { walk } from '../src/walk.mjs';
import { fill, genesis, publicPart, row, save, toMap, unlock } from './support/writer.mjs';

const pair = (name) => sodium.crypto_sign_seed_keypair(fill(name));
const stub = (r) => ({ row: r, bytes: Buffer.alloc(80, 1) });
const check = (w) => walk(new BytesSource(w.bytes), { now: 5000 });
const kinds = (w) => check(w).report.findings.map((f) => `${f.kind}@${f.seq} ${f.detail}`).join();

function keys(w, name, enrolment, generation) {
  const sign = Buffer.from(pair(name).publicKey);
  const box = Buffer.from(sodium.crypto_scalarmult_base(fill(`box ${name}`)));
  const message = cat(label('POP'), w.vaultId, u64(enrolment), u16(generation), sign, box);
  return toMap({ sign, box, proof: Buffer.from(sodium.crypto_sign_detached(message, pair(name).privateKey)) });
}
const slot = () => toMap({ memory: 65536, passes: 3, lanes: 2, salt: Buffer.alloc(16), commitment: fill('commitment') });
const master = (name) => fill(`master ${name}`);
const slotRow = (g, e) => stub(row(5, 16, 0, 7, g, e, 0));
const bundleRow = (g, e) => stub(row(5, 17, 0, 5, g, e, g));
const boxRow = (g, e, epoch) => stub(row(5, 18, 0, 8, g, e, epoch));
const old = (epoch) => [stub(row(5, 19, 0, 2, 0, 0n, epoch)), stub(row(5, 19, 0, 4, 0, 0n, epoch))];
const epochMap = (boxes, number) => toMap({
  notes: fill(`n${number}`), index: fill(`i${number}`), audit: fill(`a${number}`), boxes, old: number - 1,
});
const content = (entity, revision, epoch) => [
  stub(row(2, 1, 1, 1, revision, entity, epoch)), stub(row(3, 1, 1, 2, revision, entity, epoch)),
];

async function two() {
  const w = await genesis('words');
  unlock(w);
  w.record({ action: 0x20, session: w.session }, [
    publicPart({
      member: 2, name: 'clinician-1', role: 2, enrolment: 88n, keys: keys(w, 'two', 88n, 1), master: master('two'), slot: slot(),
    }),
    slotRow(1, 88n), bundleRow(1, 88n), boxRow(1, 88n, 1),
  ]);
  save(w, { kind: 2, entity: 900n, client: 900n, text: 'OTTER' });
  save(w, { kind: 1, entity: 901n, client: 900n, text: 'words' });
  return w;
}
const as = (w, name, act) => {
  const seed = w.seed;
  w.seed = fill(name);
  act();
  w.seed = seed;
};

function openEpoch(w) {
  w.record({ action: 0x30, session: w.session }, [
    publicPart({ reason: 2, epoch: epochMap([[1, 1], [2, 1]], 2) }), boxRow(1, 77n, 2), boxRow(1, 88n, 2), ...old(2),
  ]);
}
function rollover(w, name, enrolment, generation, fields, own, more = {}) {
  w.record({ action: 0x23, ...fields }, [
    publicPart({
      keys: keys(w, name, enrolment, generation), master: own, slot: null, kit: null, reason: 1, ...more,
    }),
    bundleRow(generation, enrolment),
  ]);
}
const ownerMaster = (w) => check(w).state.members.get(1).master;

test('an epoch opens, both members roll over and work on', async () => {
  const w = await two();
  const before = check(w).state.entities.get(901n).live;
  openEpoch(w);
  rollover(w, 'one again', 77n, 2, { epoch: 2, session: w.session }, ownerMaster(w));
  as(w, 'two', () => rollover(w, 'two again', 88n, 2, { epoch: 2, member: 2 }, master('two')));
  w.seed = fill('one again');
  w.record({ action: 0x32, session: w.session, epoch: 2, generation: 2 }, content(901n, 1, 2));
  w.record({ action: 0x13, session: w.session, epoch: 2, generation: 2 });
  assert.equal(kinds(w), '');
  const { state } = check(w);
  assert.equal(state.epoch, 2);
  assert.equal(state.members.get(2).generation, 2);
  assert.notEqual(state.entities.get(901n).live, before);
  assert.deepEqual([before, before + 1].map((part) => state.droppable.has(part)), [true, true]);
});

test('old keys may do nothing but roll over', async () => {
  const w = await two();
  openEpoch(w);
  w.record({ action: 0x13, session: w.session, epoch: 2 });
  assert.equal(kinds(w), 'authority@6 keys of an earlier epoch');
});

test('an epoch names exactly the active members', async () => {
  const w = await two();
  w.record({ action: 0x30, session: w.session }, [
    publicPart({ reason: 2, epoch: epochMap([[1, 1]], 2) }), boxRow(1, 77n, 2), ...old(2),
  ]);
  assert.match(kinds(w), /^authority@5 boxes/);
});

test('the authority is set, accepted, and makes new keys for a member', async () => {
  const w = await two();
  w.record({ action: 0x26, session: w.session }, [
    publicPart({
      member: 3, enrolment: 99n, keys: keys(w, 'three', 99n, 1), threshold: 2, custodians: [['owner', 1], ['MAPLE', 0]],
      reason: 0, epoch: epochMap([[1, 1], [2, 1], [3, 1]], 2),
    }),
    boxRow(1, 77n, 2), boxRow(1, 88n, 2), boxRow(1, 99n, 2), ...old(2),
  ]);
  as(w, 'two', () => rollover(w, 'two again', 88n, 2, { epoch: 2, member: 2 }, master('two')));
  const second = { member: 2, generation: 2, epoch: 2, session: 6n };
  as(w, 'two again', () => {
    w.record({ action: 0x12, ...second }, [
      publicPart({ origin: Buffer.alloc(8), failed: 0, first: 0, last: 0 }), stub(row(4, 0, 0, 4, 0, 0n, 2)),
    ]);
    w.record({ action: 0x27, ...second }, [publicPart({ authority: 3, process: true }), stub(row(5, 22, 0, 8, 2, 88n, 0))]);
  });
  as(w, 'three', () => {
    w.record({ action: 0x24, member: 3, epoch: 2 }, [
      publicPart({ member: 2, keys: keys(w, 'third', 88n, 3), master: master('new'), slot: slot(), reason: 7 }),
      bundleRow(3, 88n), slotRow(3, 88n), stub(row(4, 0, 0, 4, 0, 0n, 2)),
    ]);
    w.record({ action: 0x55, member: 3, epoch: 2, ref: 9 }, [publicPart({ factors: 1, steps: [[1, 5]] })]);
  });
  assert.equal(kinds(w), '');
  assert.equal(check(w).state.members.get(2).accepted, null);
});

test('a signed note keeps its original until another member confirms', async () => {
  const w = await two();
  const { commit, save: seq, live } = check(w).state.entities.get(901n);
  const note = { session: w.session, kind: 1, cls: 1, client: 900n, entity: 901n, revision: 1 };
  w.record({ action: 0x41, ref: seq, ...note }, [publicPart({ commit })]);
  w.record({ action: 0x32, session: w.session }, content(901n, 1, 1));
  const entries = [[901n, check(w).state.entities.get(901n).live]];
  assert.equal(check(w).state.droppable.has(live), false);
  w.record({ action: 0x33, session: w.session }, [publicPart({ entries })]);
  assert.equal(kinds(w), '');
  assert.equal(check(w).state.droppable.has(live), true);
  w.record({ action: 0x44, ...note });
  w.record({ action: 0x44, ...note, flags: 1 });
  assert.match(kinds(w), /^format@9/);
});

test('removal, roles and kits', async () => {
  const w = await two();
  const set = { session: w.session };
  const kit = toMap({ id: Buffer.alloc(16, 1), slot: slot(), first: 100, counts: [10, 5] });
  w.record({ action: 0x50, ...set }, [
    publicPart({ master: ownerMaster(w), kit }), stub(row(5, 20, 0, 6, 1, 77n, 0)),
    stub(row(5, 21, 0, 6, 0, 77n, 0)), stub(row(5, 21, 0, 6, 1, 77n, 0)),
  ]);
  w.record({ action: 0x51, ...set }, [
    publicPart({ id: Buffer.alloc(16, 1), first: 115, counts: [4] }), stub(row(5, 21, 0, 6, 0, 77n, 0)),
  ]);
  w.record({ action: 0x52, ...set }, [publicPart({ id: Buffer.alloc(16, 1), code: true, phone: true })]);
  w.record({ action: 0x22, ...set }, [publicPart({ member: 2, role: 3, epoch: null }), boxRow(1, 88n, 1)]);
  w.record({ action: 0x81, ...set, entity: 4n }, [{ row: row(1, 0, 0, 0, 0, 0n, 0), bytes: Buffer.from('any') }]);
  w.record({ action: 0x21, ...set }, [
    publicPart({ member: 2, reason: 4, epoch: epochMap([[1, 1]], 2) }), boxRow(1, 77n, 2), ...old(2),
  ]);
  assert.equal(kinds(w), '');
  assert.deepEqual(check(w).report.notices.map((n) => n.kind), ['unknown-harmless']);
});
