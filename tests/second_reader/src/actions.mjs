// The one table of actions (section 8): who, which parts, kinds, outcomes, flags, target fields, session, rule.
import * as notes from './rules_notes.mjs';
import * as people from './rules_people.mjs';
import * as upkeep from './rules_upkeep.mjs';

const free = () => undefined;
const exactly = (...counts) => (h) => counts.includes(h.n);
const atLeast = (least) => (h) => h.n >= least;

/** Names of part lists (rows.mjs): which numbers of parts the header alone can tell to be right. */
const COUNT = {
  none: exactly(0), P: exactly(1), PD: exactly(2), 'PD?': exactly(1, 2), PIB: exactly(3), genesis: exactly(3),
  read: exactly(0, 2), add: exactly(4), ownerAdd: exactly(5), epoch: atLeast(3), role: atLeast(2),
  rollover: atLeast(2), rekey: exactly(4), slot: exactly(2), authority: atLeast(3), accept: exactly(1, 2),
  bundle: exactly(2), kit: atLeast(2), extend: atLeast(1), batch: (h) => h.n >= 2 && h.n % 2 === 0, harmless: atLeast(0),
};

/**
 * who: letters of section 8, 'G' genesis, 'U' unsigned. session: 'open' unless said. target: letters C E r f; kinds:
 * the kinds of entity, none unless said; flags: bits allowed.
 */
const a = (name, who, rows, target, rule = free, more = {}) => ({
  name, who, rows, target, rule, count: COUNT[rows], outcomes: [0], session: 'open', flags: 0, kinds: [0], anything: false,
  hasPublic: !['none', 'batch', 'harmless'].includes(rows), ...more,
});
const NONE = { session: 'none' };
const ANY_KIND = { kinds: [1, 2, 3, 4] };
const NOTE = { kinds: [1] };

export const ACTIONS = {
  0x01: a('genesis', 'G', 'genesis', '', people.genesis, NONE),
  0x02: a('format.raise', 'O', 'P', '', upkeep.raise),
  0x03: a('tail.repaired', 'OCSA', 'P', '', free, NONE),
  0x10: a('unlock.failed', 'U', 'none', '', free, { outcomes: [1], session: 'none' }),
  0x11: a('recovery.failed', 'U', 'none', '', free, { outcomes: [1, 2, 3, 4], session: 'none' }),
  0x12: a('unlock', 'OCSA', 'PD', '', upkeep.unlock, { session: 'new' }),
  0x13: a('lock', 'OCSA', 'none', '', upkeep.lock, { outcomes: [0, 1, 2, 3, 4, 5, 6] }),
  0x14: a('list', 'OCS', 'P', ''),
  0x15: a('search', 'OCS', 'P', ''),
  0x16: a('recovery.begun', 'U', 'none', '', free, NONE),
  0x20: a('member.add', 'O', 'add', '', people.memberAdd),
  0x21: a('member.remove', 'O', 'epoch', '', people.memberRemove),
  0x22: a('member.role', 'O', 'role', '', people.memberRole),
  0x23: a('member.rollover', 'OCSA', 'rollover', '', people.rollover, { session: 'any' }),
  0x24: a('member.rekey', 'R', 'rekey', '', people.rekey, NONE),
  0x25: a('slot.set', 'OCSA', 'slot', '', people.slotSet),
  0x26: a('authority.set', 'O', 'authority', '', people.authoritySet),
  0x27: a('authority.accept', 'OCSA', 'accept', '', people.authorityAccept),
  0x28: a('owner.add', 'R', 'ownerAdd', '', people.memberAdd, NONE),
  0x29: a('bundle.set', 'OCSA', 'bundle', '', people.bundleSet),
  0x2a: a('grant.refused', 'OCSA', 'P', '', free, { outcomes: [1] }),
  0x30: a('epoch.open', 'O', 'epoch', '', people.epochOpen),
  0x31: a('rotation.due', 'OCSA', 'PD?', ''),
  0x32: a('reencrypt', 'OC', 'batch', '', notes.reencrypt),
  0x33: a('reencrypt.confirmed', 'OCS', 'P', '', notes.confirmed),
  0x40: a('save', 'OC', 'PIB', 'CEr', notes.save, ANY_KIND),
  0x41: a('sign', 'OC', 'P', 'CErf', notes.sign, NOTE),
  0x42: a('addendum', 'OC', 'PIB', 'CErf', notes.addendum, NOTE),
  0x43: a('cosign', 'S', 'P', 'CErf', notes.cosign, NOTE),
  0x44: a('read', 'OCS', 'read', 'CEr', notes.read, { ...ANY_KIND, flags: 7 }),
  0x45: a('disclose', 'OC', 'PD', 'CEr', notes.disclose, { kinds: [1, 2], flags: 3 }),
  0x46: a('shred', 'OC', 'PD?', 'CEr', notes.shred, ANY_KIND),
  0x47: a('client.set', 'OC', 'P', 'CE', notes.clientSet, { kinds: [2] }),
  0x48: a('draft.begun', 'OC', 'P', 'CEr', notes.draft, NOTE),
  0x49: a('draft.kept', 'OC', 'P', 'CEr', notes.draft, NOTE),
  0x4a: a('draft.recovered', 'OC', 'P', 'CEr', notes.draft, NOTE),
  0x4b: a('draft.discarded', 'OC', 'P', 'CEr', notes.draft, NOTE),
  0x4c: a('import', 'OC', 'PIB', 'CEr', notes.importNote, ANY_KIND),
  0x50: a('kit.set', 'OCSA', 'kit', '', people.kitSet),
  0x51: a('kit.extend', 'OCSA', 'extend', '', people.kitExtend),
  0x52: a('drill', 'OCSA', 'P', '', people.drill, { outcomes: [0, 1] }),
  0x55: a('recovery.done', 'OCSAR', 'P', 'f', upkeep.recoveryDone, NONE),
  0x60: a('drop', 'OC', 'P', 'f', upkeep.drop),
  0x61: a('compacted', 'OC', 'P', 'f', upkeep.compacted),
  0x70: a('policy', 'O', 'P', '', upkeep.policy),
  0x71: a('alert', 'OCSA', 'P', ''),
  0x72: a('answered', 'OCSA', 'PD?', 'f', upkeep.answers(0x71)),
  0x73: a('reviewed', 'OCSA', 'PD?', ''),
  0x74: a('checkpoint', 'OCSA', 'P', ''),
  0x75: a('backup', 'OCSA', 'P', ''),
  0x76: a('restore.test', 'OCSA', 'P', 'f', upkeep.answers(0x75), { outcomes: [0, 1] }),
  0x7f: a('act.failed', 'OCSA', 'P', 'f', upkeep.failed, { outcomes: [1] }),
};

const HARMLESS = a('reserved', 'OCSA', 'harmless', 'CErf', free, { anything: true });

export const actionOf = (code) => ACTIONS[code] ?? (code >= 0x80 && code <= 0xbf ? HARMLESS : undefined);
export const isHarmless = (action) => action === HARMLESS;
export const isUnsigned = (code) => code === 0x10 || code === 0x11 || code === 0x16;
