// Which rows (section 3.2) the parts of a record must have. Each builder gives the list of expected rows for a record
// r = {h, pub, s, m}: header, public part (null if none), state before, the signing member (or undefined).
import { ROLE } from './layout.mjs';

const TYPE = { none: 0, index: 1, notes: 2, author: 3, audit: 4, master: 5, kit: 6, passphrase: 7, member: 8 };
const PROCESS = 2;
const row = (role, kind, cls, revision, entity, keyType, epoch) => ({ role, kind, cls, revision, entity, keyType, epoch });

const P = () => row(ROLE.public, 0, 0, 0, 0n, TYPE.none, 0);
const D = (r) => row(ROLE.detail, 0, 0, 0, r.h.entity, TYPE.audit, r.h.epoch);

export function content(h, e) {
  const process = e.cls === PROCESS;
  const epoch = process ? h.generation : h.epoch;
  return [
    row(ROLE.index, e.kind, e.cls, e.revision, e.entity, process ? TYPE.author : TYPE.index, epoch),
    row(ROLE.body, e.kind, e.cls, e.revision, e.entity, process ? TYPE.author : TYPE.notes, epoch),
  ];
}

const key = (kind, revision, entity, type, epoch) => row(ROLE.key, kind, 0, revision, entity, TYPE[type], epoch);
const slotRow = (g, enrolment) => key(16, g, enrolment, 'passphrase', 0);
const bundleRow = (g, enrolment) => key(17, g, enrolment, 'master', g);
const boxRow = (g, enrolment, epoch) => key(18, g, enrolment, 'member', epoch);
const oldRows = (epoch) => [key(19, 0, 0n, 'notes', epoch), key(19, 0, 0n, 'audit', epoch)];
const kitRows = (g, enrolment, kit) => [key(20, g, enrolment, 'kit', 0), ...chunkRows(enrolment, kit.counts)];
const chunkRows = (enrolment, counts) => counts.map((_, i) => key(21, i, enrolment, 'kit', 0));
const authorRow = (g, enrolment) => key(22, g, enrolment, 'member', 0);

/** Grant boxes in the order of `boxes`, then old keys. An unknown member leaves its field open (undefined). */
function epochRows(r, extra = {}) {
  const opened = r.s.epoch + 1;
  const boxes = r.pub.epoch.boxes.map(([number, generation]) => boxRow(
    generation, number === extra.number ? extra.enrolment : r.s.members.get(number)?.enrolment, opened));
  return [...boxes, ...oldRows(opened)];
}

const me = (r) => r.m?.enrolment;
const mine = (r) => r.h.generation;
const target = (r) => r.s.members.get(r.pub.member);

function rollover(r) {
  const g = r.h.generation + 1;
  const rows = [P(), bundleRow(g, me(r))];
  if (r.pub.slot) rows.push(slotRow(g, me(r)));
  if (r.pub.kit) rows.push(...kitRows(g, me(r), r.pub.kit));
  if (r.m?.accepted?.process) rows.push(authorRow(g, me(r)));
  return rows;
}

function newMember(r) {
  const e = r.pub.enrolment;
  return [P(), slotRow(1, e), bundleRow(1, e), boxRow(1, e, r.h.epoch)];
}

function roleChange(r) {
  if (r.pub.epoch) return [P(), ...epochRows(r)];
  return [P(), boxRow(target(r)?.generation, target(r)?.enrolment, r.h.epoch)];
}

function rekey(r) {
  const g = target(r) ? target(r).generation + 1 : undefined;
  return [P(), bundleRow(g, target(r)?.enrolment), slotRow(g, target(r)?.enrolment), D(r)];
}

/** Pairs of index and body, of the entity's own kind, class and latest revision; of an unknown one as the row says. */
function batch(r) {
  const pairs = Array.from({ length: r.h.n / 2 }, (_, i) => r.rows[2 * i]);
  return pairs.flatMap((index) => content(r.h, { ...index, ...r.s.entities.get(index.entity), entity: index.entity }));
}

const pub = () => [P()];
const pubDetail = (r) => [P(), D(r)];
const maybeDetail = (r) => (r.h.n > 1 ? pubDetail(r) : pub());

export const ROWS = {
  none: () => [],
  P: pub,
  PD: pubDetail,
  'PD?': maybeDetail,
  PIB: (r) => [P(), ...content(r.h, r.h)],
  read: (r) => (r.h.flags & 3 ? pubDetail(r) : []),
  genesis: (r) => [P(), slotRow(1, r.pub.enrolment), bundleRow(1, r.pub.enrolment)],
  add: newMember,
  ownerAdd: (r) => [...newMember(r), D(r)],
  epoch: (r) => [P(), ...epochRows(r)],
  role: roleChange,
  rollover,
  rekey,
  slot: (r) => [P(), slotRow(mine(r), me(r))],
  authority: (r) => [P(), ...epochRows(r, { number: r.pub.member, enrolment: r.pub.enrolment })],
  accept: (r) => (r.pub.process ? [P(), authorRow(mine(r), me(r))] : pub()),
  bundle: (r) => [P(), bundleRow(mine(r), me(r))],
  kit: (r) => [P(), ...kitRows(mine(r), me(r), r.pub.kit)],
  extend: (r) => [P(), ...chunkRows(me(r), r.pub.counts)],
  batch,
  harmless: (r) => Array.from({ length: r.h.n }, P),
};

const FIELDS = ['role', 'kind', 'cls', 'keyType', 'revision', 'entity', 'epoch'];

/** Why the rows are not the expected ones, or null. Fields the state cannot tell (undefined) are not compared. */
export function rowsDiffer(rows, expected) {
  if (rows.length !== expected.length) return `${rows.length} parts where ${expected.length} belong`;
  for (let i = 0; i < rows.length; i += 1) {
    for (const f of FIELDS) {
      if (expected[i][f] !== undefined && rows[i][f] !== expected[i][f]) return `row ${i}: ${f} ${rows[i][f]}`;
    }
  }
  return null;
}
