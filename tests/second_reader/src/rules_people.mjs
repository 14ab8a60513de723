// Conditions and effects of the actions on members, keys, epochs and the authority. A rule gets r = {s, h, m, pub, seq,
// first, rows}, throws a Refusal, or returns the function that changes the state.
import { continuesMessage } from './continues.mjs';
import { verifySignature } from './crypto.mjs';
import { same } from './bytes.mjs';
import {
  active, AUTHORITY, cost, foldName, holdsAll, markDroppable, need, needArgon, needKeys, needNew, needNextNumber, needSlot,
  OWNER, person,
} from './state.mjs';

function enrol(s, r, fields) {
  s.members.set(fields.number, {
    active: true, generation: 1, master: null, slot: null, slotPart: null, bundlePart: null, kit: null, accepted: null,
    registeredBy: r.seq, ...fields,
  });
  s.names.add(foldName(fields.name));
  s.enrolments.add(fields.enrolment);
  s.next = fields.number + 1;
}

/** Parts of a kind in this record, as numbers through the chain. */
const partsOf = (r, kind) => r.rows.flatMap((row, i) => (row.role === 5 && row.kind === kind ? [r.first + i] : []));

function noteEpochParts(s, r) {
  r.rows.forEach((row, i) => {
    if (row.role === 5 && (row.kind === 18 || row.kind === 19)) s.epochParts.push({ epoch: row.epoch, part: r.first + i });
  });
}

function openEpoch(s, r, epoch) {
  s.epoch += 1;
  s.epochs.set(s.epoch, epoch);
  markDroppable(s, ...s.epochParts.filter((p) => p.epoch < s.epoch).map((p) => p.part));
  s.epochParts = s.epochParts.filter((p) => p.epoch >= s.epoch);
  noteEpochParts(s, r);
}

/** `boxes` and `old` of an epoch record; recipients is a list of {number, generation}. */
function needEpoch(r, recipients) {
  const wanted = [...recipients].sort((a, b) => a.number - b.number).map((m) => `${m.number}:${m.generation}`);
  need(r.pub.epoch.boxes.map((b) => b.join(':')).join() === wanted.join(), 'boxes do not name the active members');
  need(r.pub.epoch.old === r.s.epoch, 'old is not the new epoch minus 1');
}
const authorityOf = (s) => (s.authority ? [s.members.get(s.authority)] : []);

export function genesis(r) {
  const { s, pub } = r;
  need(pub.epoch.boxes.length === 0 && pub.epoch.old === 0, 'epoch of genesis');
  need(pub.enrolment !== 0n, 'enrolment zero');
  needArgon(pub.policy.memory, pub.policy.passes);
  needSlot(pub.slot, pub.policy);
  needKeys(pub.birth, pub.enrolment, 1, pub.keys);
  const proven = pub.continues
    && verifySignature(pub.continues.proof, continuesMessage(pub.birth, pub.continues), pub.continues.key);
  return () => {
    s.birth = pub.birth;
    s.policy = pub.policy;
    s.epoch = 1;
    s.epochs.set(1, pub.epoch);
    s.continues = pub.continues && { ...pub.continues, proven };
    enrol(s, r, {
      number: 1, name: pub.name, enrolment: pub.enrolment, role: OWNER, since: 1, keys: pub.keys, master: pub.master,
      slot: cost(pub.slot), argon: pub.slot, slotPart: r.first + 1, bundlePart: r.first + 2,
    });
  };
}

export function memberAdd(r) {
  const { s, pub } = r;
  needNextNumber(s, pub.member);
  need(r.h.action !== 0x28 || pub.role === OWNER, 'role');
  needNew(s, pub.name, pub.enrolment);
  needSlot(pub.slot, s.policy);
  needKeys(s.vaultId, pub.enrolment, 1, pub.keys);
  return () => {
    enrol(s, r, {
      number: pub.member, name: pub.name, enrolment: pub.enrolment, role: pub.role, since: s.epoch, keys: pub.keys,
      master: pub.master, slot: cost(pub.slot), argon: pub.slot, slotPart: r.first + 1, bundlePart: r.first + 2,
    });
    noteEpochParts(s, r);
  };
}

const ownerRemains = (s, without) => active(s).some((m) => m.role === OWNER && m.number !== without);

export function memberRemove(r) {
  const { s, h, pub } = r;
  const m = person(s, pub.member);
  need(m && m.number !== h.member, 'not another active member');
  needEpoch(r, [...active(s).filter((x) => x !== m), ...authorityOf(s)]);
  return () => {
    m.active = false;
    for (const [session, { member }] of s.sessions) if (member === m.number) s.sessions.delete(session);
    openEpoch(s, r, pub.epoch);
  };
}

export function memberRole(r) {
  const { s, pub } = r;
  const m = person(s, pub.member);
  need(m, 'not an active member');
  need(pub.role !== m.role, 'not a new role');
  need(pub.role === OWNER || ownerRemains(s, m.number), 'no active owner would remain');
  need(holdsAll(pub.role, m.role) === (pub.epoch === null), 'epoch does not fit the change of role');
  if (pub.epoch) needEpoch(r, [...active(s), ...authorityOf(s)]);
  return () => {
    m.role = pub.role;
    if (pub.epoch) openEpoch(s, r, pub.epoch);
    else noteEpochParts(s, r);
  };
}

export function epochOpen(r) {
  needEpoch(r, [...active(r.s), ...authorityOf(r.s)]);
  return () => openEpoch(r.s, r, r.pub.epoch);
}

export function authoritySet(r) {
  const { s, pub } = r;
  needNextNumber(s, pub.member);
  const name = `recovery ${pub.member}`;
  needNew(s, name, pub.enrolment);
  need(pub.threshold <= pub.custodians.length, 'threshold');
  need(pub.custodians.every(([, n]) => n === 0 || s.members.has(n)), 'a custodian that is no member');
  needKeys(s.vaultId, pub.enrolment, 1, pub.keys);
  needEpoch(r, [...active(s), { number: pub.member, generation: 1 }]);
  return () => {
    if (s.authority) s.members.get(s.authority).active = false;
    for (const m of s.members.values()) m.accepted = null;
    s.authority = pub.member;
    openEpoch(s, r, pub.epoch);
    enrol(s, r, {
      number: pub.member, name, enrolment: pub.enrolment, role: AUTHORITY, since: s.epoch, keys: pub.keys,
    });
  };
}

export function authorityAccept(r) {
  need(r.s.authority !== 0 && r.pub.authority === r.s.authority, 'not the current authority');
  return () => { r.m.accepted = { process: r.pub.process }; };
}

function voidKit(s, m) {
  if (m.kit) markDroppable(s, ...m.kit.parts);
  m.kit = null;
}

function setKit(s, r, m, kit) {
  voidKit(s, m);
  m.kit = {
    id: kit.id, end: kit.counts.reduce((a, c) => a + BigInt(c), kit.first),
    parts: [...partsOf(r, 20), ...partsOf(r, 21)],
  };
}

function setSlot(s, r, m, slot) {
  markDroppable(s, m.slotPart);
  m.slot = cost(slot);
  m.argon = slot;
  [m.slotPart] = partsOf(r, 16);
}

function setBundle(s, r, m) {
  markDroppable(s, m.bundlePart);
  [m.bundlePart] = partsOf(r, 17);
}

const sameMaster = (r) => need(same(r.pub.master, r.m.master), 'another master');

function register(s, r, m) {
  m.generation += 1;
  m.since = s.epoch;
  m.keys = r.pub.keys;
  m.master = r.pub.master;
  m.registeredBy = r.seq;
  setBundle(s, r, m);
}

export function rollover(r) {
  const { s, m, pub } = r;
  need(m.generation < 65535, 'generation at its end');
  need(s.epoch - m.since <= s.policy.late_epochs, 'too late for a rollover');
  needKeys(s.vaultId, m.enrolment, m.generation + 1, pub.keys);
  if (same(pub.master, m.master)) need(!pub.slot && !pub.kit, 'slot or kit with the same master');
  else need(pub.slot, 'a new master without a slot');
  if (pub.slot) needSlot(pub.slot, m.slot);
  if (pub.kit) {
    needSlot(pub.kit.slot, m.slot);
    need(!m.kit || !same(pub.kit.id, m.kit.id), 'the id of the kit before');
  }
  return () => {
    register(s, r, m);
    if (pub.slot) {
      setSlot(s, r, m, pub.slot);
      if (pub.kit) setKit(s, r, m, pub.kit);
      else voidKit(s, m);
    }
  };
}

export function rekey(r) {
  const { s, pub } = r;
  const m = person(s, pub.member);
  need(m?.accepted, 'not an active member who accepted this authority');
  need(m.generation < 65535, 'generation at its end');
  need(!same(pub.master, m.master), 'the master key that may be lost');
  needSlot(pub.slot, s.policy);
  needKeys(s.vaultId, m.enrolment, m.generation + 1, pub.keys);
  return () => {
    register(s, r, m);
    setSlot(s, r, m, pub.slot);
    voidKit(s, m);
    m.accepted = null;
  };
}

export function slotSet(r) {
  sameMaster(r);
  needSlot(r.pub.slot, r.m.slot);
  return () => setSlot(r.s, r, r.m, r.pub.slot);
}

export function bundleSet(r) {
  sameMaster(r);
  return () => setBundle(r.s, r, r.m);
}

export function kitSet(r) {
  sameMaster(r);
  need(!r.m.kit, 'a kit that is not void');
  needSlot(r.pub.kit.slot, r.m.slot);
  return () => setKit(r.s, r, r.m, r.pub.kit);
}

export function kitExtend(r) {
  const { kit } = r.m;
  need(kit && same(kit.id, r.pub.id), "not the member's kit");
  need(kit.end === r.pub.first, 'not the end of the table');
  return () => {
    kit.end = r.pub.counts.reduce((a, c) => a + BigInt(c), kit.end);
    kit.parts.push(...partsOf(r, 21));
  };
}

export function drill(r) {
  need(r.m.kit && same(r.m.kit.id, r.pub.id), "not the member's kit");
}
