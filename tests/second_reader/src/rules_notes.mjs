// Conditions and effects of the actions on notes, clients, appointments and templates. Rules as in rules_people.mjs.
import { same } from './bytes.mjs';
import { active, CLINICIAN, markDroppable, need, OWNER, SUPERVISOR } from './state.mjs';

const NOTE = 1;
const CLIENT = 2;
const TEMPLATE = 4;
const CHART = 1;
const PROCESS = 2;

const held = (s, client) => s.clients.get(client)?.hold === true;

function needClient(s, h) {
  need(h.entity !== 0n, 'entity is zero');
  if (h.kind === TEMPLATE) { need(h.client === 0n, 'a template has no client'); return; }
  if (h.kind === CLIENT) { need(h.client === h.entity && h.client !== 0n, 'client is not the entity'); return; }
  const client = s.entities.get(h.client);
  need(client && client.kind === CLIENT && !client.shredded, 'not a known client');
}

/** The existing, unshredded entity the header names, with its own kind, class and client. */
function needEntity(s, h) {
  const e = s.entities.get(h.entity);
  need(e && !e.shredded, 'no such entity');
  need(e.kind === h.kind && e.cls === h.cls && e.client === h.client, 'kind, class or client of the entity');
  return e;
}

/** The live parts are replaced by those from part `live` on; what the old ones become. */
function replaceLive(s, e, live) {
  if (!held(s, e.client)) {
    markDroppable(s, e.live, e.live + 1);
    if (e.original !== null) markDroppable(s, e.original, e.original + 1);
  }
  e.original = null;
  e.reencryptor = null;
  e.live = live;
}

function create(s, r) {
  const { h, m, pub } = r;
  s.entities.set(h.entity, {
    kind: h.kind, cls: h.cls, client: h.client, author: m.number, revision: 1, save: r.seq, signed: 0, live: r.first + 1,
    original: null, reencryptor: null, commit: pub.commit, shredded: false,
    revisions: new Map([[1, { seq: r.seq, author: m.number, commit: pub.commit, client: h.client }]]),
  });
  if (h.kind === CLIENT) s.clients.set(h.entity, { members: [], hold: false });
}

export function save(r) {
  const { s, h, m, pub } = r;
  needClient(s, h);
  if (h.revision === 1) {
    need(!s.entities.has(h.entity), 'entity exists');
    return () => create(s, r);
  }
  const e = needEntity(s, h);
  need(h.revision === e.revision + 1, 'not the next revision');
  need(!e.signed, 'entity is signed');
  need(e.kind !== NOTE || e.author === m.number, 'not the author');
  return () => {
    replaceLive(s, e, r.first + 1);
    Object.assign(e, { author: m.number, revision: h.revision, save: r.seq, commit: pub.commit });
    e.revisions.set(h.revision, { seq: r.seq, author: m.number, commit: pub.commit, client: h.client });
  };
}

export function importNote(r) {
  need(r.h.revision === 1, 'revision of an import');
  return save(r);
}

export function sign(r) {
  const { s, h, m, pub } = r;
  const e = needEntity(s, h);
  need(e.kind === NOTE && e.author === m.number, 'not a note of this member');
  need(h.revision === e.revision && !e.signed, 'not the current revision, or signed');
  need(h.ref === BigInt(e.save) && same(pub.commit, e.commit), 'ref or commitment');
  return () => { e.signed = r.seq; };
}

export function addendum(r) {
  const { s, h, m, pub } = r;
  const parent = s.entities.get(pub.parent);
  need(parent && !parent.shredded && parent.signed, 'parent is not signed');
  need(parent.kind === NOTE, 'parent is no note');
  need(h.cls === parent.cls && h.client === parent.client, "not the parent's class and client");
  need(h.ref === BigInt(parent.signed), "ref is not the parent's signature");
  need(h.revision === 1, 'revision of an addendum');
  need(parent.cls !== PROCESS || parent.author === m.number, 'not the author');
  return save(r);
}

export function cosign(r) {
  const e = needEntity(r.s, r.h);
  need(e.kind === NOTE && e.cls === CHART && e.signed, 'not a signed chart note');
  need(r.h.revision === e.revision && r.h.ref === BigInt(e.signed), 'revision or ref');
  need(same(r.pub.commit, e.commit), 'commitment');
}

function outsideCaseload(s, m, client) {
  const members = s.clients.get(client)?.members ?? [];
  return m.role !== SUPERVISOR && members.length > 0 && !members.includes(m.number);
}

function needFlags(r, e) {
  const foreign = Boolean(e) && e.kind === NOTE && !e.signed && e.author !== r.m.number;
  need(Boolean(r.h.flags & 1) === outsideCaseload(r.s, r.m, r.h.client), 'flag 1');
  need(Boolean(r.h.flags & 2) === foreign, 'flag 2');
}

function needReadable(r) {
  const e = needEntity(r.s, r.h);
  need(r.h.revision >= 1 && r.h.revision <= e.revision, 'no such revision');
  need(e.cls !== PROCESS || e.author === r.m.number, 'a process note of another');
  needFlags(r, e);
}

export function read(r) {
  needReadable(r);
}

export function disclose(r) {
  if (r.h.kind !== CLIENT) {
    needReadable(r);
    return;
  }
  needEntity(r.s, r.h);
  need(r.h.revision === 0, 'revision of a chart');
  needFlags(r, null);
}

export function shred(r) {
  const { s, h, m } = r;
  const e = needEntity(s, h);
  need(h.revision === e.revision, 'not the current revision');
  need(!held(s, e.client), 'the client is on hold');
  need(e.cls !== PROCESS || e.author === m.number, 'a process note of another');
  need(m.role === OWNER || (e.kind === NOTE && e.author === m.number && !e.signed), 'not an own unsigned note');
  return () => {
    e.shredded = true;
    markDroppable(s, e.live, e.live + 1);
    if (e.original !== null) markDroppable(s, e.original, e.original + 1);
    s.records[r.seq].parts = [e.live, e.live + 1, ...(e.original === null ? [] : [e.original, e.original + 1])];
  };
}

export function clientSet(r) {
  const { s, h, m, pub } = r;
  const e = needEntity(s, h);
  const c = s.clients.get(h.entity);
  if (pub.members) {
    need(pub.members.every((n, i, all) => s.members.has(n) && (i === 0 || all[i - 1] < n)), 'numbers of members');
    need(m.role === OWNER || c.members.includes(m.number) || (!c.members.length && e.author === m.number), 'members');
  }
  if (pub.hold === false) need(m.role === OWNER, 'a hold is lifted by an owner');
  return () => {
    if (pub.members) c.members = pub.members;
    if (pub.hold !== null) c.hold = pub.hold;
  };
}

export function draft(r) {
  const { s, h, m } = r;
  if (!s.entities.has(h.entity)) {
    needClient(s, h);
    need(h.revision === 0, 'revision of a new note');
    return;
  }
  const e = needEntity(s, h);
  need(h.revision >= 1 && h.revision <= e.revision, 'no such revision');
  need(e.author === m.number && !e.signed, 'not an own unsigned note');
}

export function reencrypt(r) {
  const { s, m, rows } = r;
  const moves = [];
  for (let i = 0; i < rows.length; i += 2) {
    const e = s.entities.get(rows[i].entity);
    need(e && !e.shredded && !moves.some((x) => x.e === e), 'no such entity, or twice');
    need(e.cls === PROCESS ? e.author === m.number : m.role === OWNER, 'not allowed to re-encrypt this');
    moves.push({ e, part: r.first + i });
  }
  return () => {
    for (const { e, part } of moves) {
      if (e.original === null && (e.signed || held(s, e.client))) e.original = e.live;
      else markDroppable(s, e.live, e.live + 1);
      e.live = part;
      e.reencryptor = m.number;
    }
  };
}

export function confirmed(r) {
  const { s, m, pub } = r;
  const readers = active(s).filter((x) => [OWNER, CLINICIAN, SUPERVISOR].includes(x.role));
  const moves = pub.entries.map(([entity, part]) => {
    const e = s.entities.get(entity);
    need(e && !e.shredded, 'no such entity');
    need(part === e.live, 'not the live part');
    const another = m.number !== e.reencryptor || readers.length === 1;
    need(e.cls === CHART ? another : m.number === e.author, 'the re-encryptor confirms itself, or another\'s process note');
    need(!held(s, e.client), 'a confirmation under a hold');
    return e;
  });
  need(new Set(moves).size === moves.length, 'an entity twice');
  return () => {
    for (const e of moves) {
      if (e.original !== null) markDroppable(s, e.original, e.original + 1);
      e.original = null;
    }
  };
}
