// The rules for every record (end of section 8): who may sign what, in which session, with which fields zero.
import { need, MAX_MEMBER } from './state.mjs';

const LETTER = { 1: 'O', 2: 'C', 3: 'S', 4: 'A', 5: 'R' };
const TARGET = { k: 'kind', c: 'cls', C: 'client', E: 'entity', r: 'revision', f: 'ref' };

export function needTarget(h, action) {
  need(action.outcomes.includes(h.outcome), 'outcome');
  need((h.flags & ~action.flags) === 0, 'flags');
  for (const [letter, field] of Object.entries(TARGET)) {
    if (!action.target.includes(letter)) need(BigInt(h[field]) === 0n, `${field} is not zero`);
  }
}

export function needUnsigned(h) {
  need(h.member <= MAX_MEMBER, 'member number');
  need(h.epoch === 0 && h.generation === 0 && h.session === 0n && h.n === 0, 'a field of an unsigned record is not zero');
}

function needSession(s, h, action) {
  if (action.session === 'none') { need(h.session === 0n, 'session is not zero'); return; }
  if (action.session === 'new') { need(h.session !== 0n && !s.sessions.has(h.session), 'session is open or zero'); return; }
  if (action.session === 'any' && h.session === 0n) return;
  need(s.sessions.get(h.session)?.member === h.member, 'not an open session of the member');
}

/** Returns the signing member; throws a Refusal. */
export function needSigner(s, h, action) {
  const m = s.members.get(h.member);
  need(m && m.active, 'not an active member');
  need(action.who.includes(LETTER[m.role]), 'not allowed to this role');
  need(h.generation === m.generation, 'not the current generation');
  need(h.epoch === s.epoch, 'not the current epoch');
  need(m.role === 5 || m.since === s.epoch || action.name === 'member.rollover', 'keys of an earlier epoch');
  needSession(s, h, action);
  return m;
}
