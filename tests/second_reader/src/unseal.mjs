// Opens every part of a vault whose passphrases are all known (a test vector): what a reader leaves alone too, as superseded
// slots and bundles, shredded entities and parts that were dropped and are still there.
import { hex, keyed, u32 } from './bytes.mjs';
import { openDetail, openEntity } from './contents.mjs';
import { authorityBox, EpochKeys, openAuthorBox, openBundle, openSlot } from './keyring.mjs';
import { openChunk, openKit } from './kit.mjs';
import { gather } from './parts.mjs';
import { unpad } from './padding.mjs';
import { accessOf, pairs } from './reading.mjs';

const ofKind = (parts, kind) => [...parts.values()].filter((p) => p.row.role === 5 && p.row.kind === kind);
const memberOf = (s, enrolment) => [...s.members.values()].find((m) => m.enrolment === enrolment);

/** Collects what openPart and openBox trace: one object a part, with plaintext (unpadded) and padded size. */
class Collector {
  constructor() { this.parts = new Map(); this.values = []; }

  trace(name, fields) {
    if (fields.part === undefined) { this.values.push({ name, ...fields }); return; }
    const { part, ...rest } = fields;
    this.parts.set(part, { ...this.parts.get(part), ...rest });
  }

  /** Objects in order; row(number) gives the row of a part. */
  list(row) {
    return [...this.parts].sort(([a], [b]) => a - b).map(([number, p]) => {
      const { role, kind } = row(number);
      if (role === 5 && kind !== 17) return p;
      return { ...p, plaintext: unpad(p.plaintext), padded: p.plaintext.length };
    });
  }
}

/**
 * secrets: slots: [{record, passphrase}], kits: [{record, code, target}] (hex, three numbers), authorities: [{member,
 * secret}] (number, hex), boxes: [{enrolment, generation, secret}] (decimal text, number, hex: for box keys whose bundle
 * was dropped). Returns what test_second_reader.py compares.
 */
export async function unseal(source, now, secrets) {
  const found = gather(source, { now, dropped: true });
  const { state: s, parts } = found;
  const collector = new Collector();
  const trace = (name, fields) => collector.trace(name, fields);
  const masters = new Map();
  const keep = (master) => masters.set(hex(keyed(master, 'MASTER-COMMIT', s.birth)), master);
  const at = (record, kind) => ofKind(parts, kind).find((p) => p.seq === record);
  const described = (part) => ({
    number: memberOf(s, part.row.entity).number, enrolment: part.row.entity, generation: part.row.revision,
    master: part.pub.master,
  });

  for (const { record, passphrase } of secrets.slots) {
    const part = at(record, 16);
    const master = await openSlot(s, { ...described(part), argon: part.pub.slot }, passphrase, part, trace);
    if (!master) throw new Error(`the passphrase does not open the slot of record ${record}`);
    keep(master);
  }
  const bundles = [];
  const keysOf = new Map(); // the registered keys by enrolment and generation
  for (const part of ofKind(parts, 17)) {
    const m = described(part);
    const name = `${m.enrolment} ${m.generation}`;
    if (part.pub.keys) keysOf.set(name, part.pub.keys);
    const bundle = openBundle(s, { ...m, keys: keysOf.get(name) }, masters.get(hex(m.master)), part, trace);
    bundles.push({ record: part.seq, m, bundle });
  }
  const boxes = new Map(secrets.boxes.map((b) => [`${b.enrolment} ${b.generation}`, Buffer.from(b.secret, 'hex')]));
  for (const { member, secret } of secrets.authorities) {
    const authority = s.members.get(member);
    boxes.set(`${authority.enrolment} 1`, authorityBox(s, authority, Buffer.from(secret, 'hex')));
  }
  for (const { m, bundle } of bundles) boxes.set(`${m.enrolment} ${m.generation}`, bundle.box);

  const keys = new EpochKeys(s, trace);
  bundles.forEach(({ bundle }) => keys.fromBundle(bundle));
  for (const part of ofKind(parts, 18)) {
    keys.fromBox(part, { enrolment: part.row.entity, generation: part.row.revision }, boxes.get(`${part.row.entity} ${part.row.revision}`));
  }
  keys.fromAllOld(parts);

  const entities = new Map();
  for (const { e, index, body } of pairs(s, parts, true)) {
    const authors = new Map(bundles.filter(({ m }) => m.number === e.author).flatMap(({ bundle }) => bundle.authors));
    const opened = openEntity(s, e, { index, body }, accessOf(keys, authors), trace);
    if (e.live === index.number && !e.shredded) entities.set(index.row.entity, { ...opened, place: [index.seq, index.index] });
  }
  const details = [...parts.values()].filter((p) => p.row.role === 4)
    .map((part) => [part.seq, openDetail(s, part, keys.audit.get(part.row.epoch), trace)]);
  for (const part of ofKind(parts, 22)) {
    const authority = [...s.members.values()].filter((m) => m.role === 5 && m.registeredBy < part.seq).at(-1);
    openAuthorBox(s, part, memberOf(s, part.row.entity), authority, boxes.get(`${authority.enrolment} 1`), trace);
  }
  await openKits(s, parts, secrets.kits, bundles, trace, described);
  return { ...found, unsealed: collector.list((n) => parts.get(n).row), values: collector.values, bundles, entities, details, keys };
}

async function openKits(s, parts, secrets, bundles, trace, described) {
  for (const part of ofKind(parts, 20)) {
    const { kit } = part.pub;
    const { code, target } = secrets.find((k) => k.record === part.seq);
    if (!await openKit(s, described(part), kit, Buffer.from(code, 'hex'), target, part, trace)) throw new Error('a kit does not open');
  }
  for (const part of ofKind(parts, 21)) {
    const { id, first, counts } = part.pub.kit ?? part.pub;
    const holder = bundles.map(({ bundle }) => bundle.kit).find((k) => k && hex(k.get('id')) === hex(id));
    const own = first + counts.slice(0, part.row.revision).reduce((a, c) => a + BigInt(c), 0n);
    const [secret, target, key] = ['secret', 'target', 'table'].map((name) => holder.get(name));
    openChunk(s, part, key, id, own, counts[part.row.revision], { secret, target }, trace);
  }
}

/** The derived key of chart indexes of an epoch. */
export const indexKey = (key, epoch) => keyed(key, 'INDEX', u32(epoch));
