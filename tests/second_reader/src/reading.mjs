// What one member may read with a passphrase: a list of objects, each an entity's revision, a detail or an error.
import { openDetail, openEntity } from './contents.mjs';
import { EpochKeys, openBundle, openSlot } from './keyring.mjs';
import { ROLE } from './layout.mjs';
import { gather } from './parts.mjs';

export const WRONG_PASSPHRASE = 4;
export const DOES_NOT_FIT = 5;

function epochKeys(s, m, bundle, parts, trace) {
  const keys = new EpochKeys(s, trace);
  keys.fromBundle(bundle);
  for (const part of parts.values()) {
    const { role, kind, entity, revision } = part.row;
    if (role !== ROLE.key || kind !== 18 || entity !== m.enrolment || revision !== m.generation) continue;
    keys.fromBox(part, m, bundle.box);
  }
  keys.fromAllOld(parts);
  return keys;
}

const present = (parts, number, what) => parts.get(number) ?? (() => { throw new Error(`the ${what} part is not there`); })();
const needKey = (map, id, what) => map.get(id) ?? (() => { throw new Error(`no ${what} key ${id}`); })();

/** author(generation) gives a process note's key; mine(entity state) tells whether its process notes may be tried. */
export const accessOf = (keys, authors) => ({
  index: (e) => needKey(keys.index, e, 'index'), notes: (e) => needKey(keys.notes, e, 'notes'),
  author: (g) => needKey(authors, g, 'author'),
});

/** Index parts with the body that follows, of entities that were not shredded unless `shredded` is true. */
export function pairs(s, parts, shredded = false) {
  return [...parts.values()].flatMap((index) => {
    const e = s.entities.get(index.row.entity);
    const body = parts.get(index.number + 1);
    return index.row.role === ROLE.index && e && (shredded || !e.shredded) && body ? [{ e, index, body }] : [];
  });
}

function contents(found, m, bundle, keys, trace, out) {
  const { state: s, parts } = found;
  let failed = false;
  const attempt = (what, act) => {
    try { act(); } catch (error) { failed = true; out.push({ error: error.message, ...what }); }
  };
  const access = accessOf(keys, new Map(bundle.authors));
  for (const { e, index, body } of pairs(s, parts)) {
    const { kind, entity, revision, cls } = index.row;
    if (cls === 2 ? e.author !== m.number : keys.index.size === 0) continue;
    const what = { kind, class: cls, entity, revision, sequence: index.seq, part: index.number, live: e.live === index.number };
    attempt(what, () => out.push({ ...what, ...openEntity(s, e, { index, body }, access, trace) }));
  }
  for (const part of parts.values()) {
    if (part.row.role !== ROLE.detail || !keys.audit.has(part.row.epoch)) continue;
    const what = { detail: part.seq, action: part.h.action };
    attempt(what, () => out.push({ ...what, words: openDetail(s, part, keys.audit.get(part.row.epoch), trace) }));
  }
  return failed ? DOES_NOT_FIT : 0;
}

/**
 * Opens the vault as the member whose passphrase it is (or only as the member of that name). Returns {exit, report,
 * lines, member}: exit as a verifier's if the vault is not whole, else 0, WRONG_PASSPHRASE or DOES_NOT_FIT; keys that
 * are not those registered or published refuse the unlocking as a whole (a line `unlock`).
 */
export async function read(source, { passphrase, member, now, trace = () => {} }) {
  const found = gather(source, { now });
  const { state: s, report } = found;
  if (found.exit !== 0) return { exit: found.exit, report, lines: [] };
  for (const m of s.members.values()) {
    if (!m.active || !m.slotPart || (member !== undefined && m.name !== member)) continue;
    const lines = [];
    try {
      const master = await openSlot(s, m, passphrase, present(found.parts, m.slotPart, 'slot'), trace);
      if (!master) continue;
      const bundle = openBundle(s, m, master, present(found.parts, m.bundlePart, 'bundle'), trace);
      const keys = epochKeys(s, m, bundle, found.parts, trace);
      return { exit: contents(found, m, bundle, keys, trace, lines), report, lines, member: m.number };
    } catch (error) {
      return { exit: DOES_NOT_FIT, report, lines: [{ unlock: error.message }], member: m.number };
    }
  }
  return { exit: WRONG_PASSPHRASE, report, lines: [] };
}
