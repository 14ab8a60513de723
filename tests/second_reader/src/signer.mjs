// The rules that the header alone is judged by, in the order of section 4: signer, outcome, kind and class, flags,
// number of parts, time, target fields, session. For the general rules see the end of section 8.
import { MAX } from './layout.mjs';
import { FormatError } from './schema.mjs';
import { need, MAX_MEMBER } from './state.mjs';

const LETTER = { 1: 'O', 2: 'C', 3: 'S', 4: 'A', 5: 'R' };
const TARGET = { C: 'client', E: 'entity', r: 'revision', f: 'ref' };
const NOTE = 1;

function needSigner(s, h, action, seq) {
  if (action.who === 'G') {
    need(seq === 0, 'genesis at another place');
    need(h.epoch === 1 && h.member === 1 && h.generation === 1, 'epoch, member and generation of genesis');
    return undefined;
  }
  need(seq > 0, 'no genesis before');
  if (action.who === 'U') {
    need(h.member <= MAX_MEMBER, 'member number');
    need(h.epoch === 0 && h.generation === 0, 'epoch or generation of an unsigned record');
    return undefined;
  }
  const m = s.members.get(h.member);
  need(m && m.active, 'not an active member');
  need(action.who.includes(LETTER[m.role]), 'not allowed to this role');
  need(h.generation === m.generation, 'not the current generation');
  need(h.epoch === s.epoch, 'not the current epoch');
  need(m.role === 5 || m.since === s.epoch || action.name === 'member.rollover', 'keys of an earlier epoch');
  return m;
}

function needKind(h, action) {
  need(action.kinds.includes(h.kind), 'kind of entity');
  if (h.kind === 0) need(h.cls === 0, 'class without a kind');
  else need(h.cls === 1 || (h.cls === 2 && h.kind === NOTE), 'class');
}

/**
 * Signer, outcome, kind and class, flags, number of parts: what a cut tail is judged by too (section 5.1). Returns the
 * signing member, undefined for genesis and unsigned records; throws a Refusal or FormatError.
 */
export function needHeader(s, h, action, seq) {
  const m = needSigner(s, h, action, seq);
  if (!action.anything) {
    need(action.outcomes.includes(h.outcome), 'outcome');
    needKind(h, action);
    need((h.flags & ~action.flags) === 0, 'flags');
  }
  if (!action.count(h)) throw new FormatError(`${h.n} parts`);
  return m;
}

function needSession(s, h, action) {
  if (action.session === 'none') { need(h.session === 0n, 'session is not zero'); return; }
  if (action.session === 'new') { need(h.session !== 0n && !s.sessions.has(h.session), 'session is open or zero'); return; }
  if (action.session === 'any' && h.session === 0n) return;
  need(s.sessions.get(h.session)?.member === h.member, 'not an open session of the member');
}

/** Time, target fields, session. */
export function needRest(s, h, action) {
  if (h.time >= MAX.time) throw new FormatError('time beyond its bound');
  for (const [letter, field] of Object.entries(TARGET)) {
    if (!action.target.includes(letter)) need(BigInt(h[field]) === 0n, `${field} is not zero`);
  }
  needSession(s, h, action);
}
