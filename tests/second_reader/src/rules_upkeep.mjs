// Conditions and effects of sessions, drops, compaction, policy, and of records that answer others.
import { need, needArgon, OWNER, referred } from './state.mjs';

export function raise(r) {
  need(r.pub.version === r.s.version + 1, 'not the next version');
  return () => { r.s.version = r.pub.version; };
}

export function unlock(r) {
  return () => r.s.sessions.set(r.h.session, { member: r.m.number, seq: r.seq });
}

export function lock(r) {
  return () => r.s.sessions.delete(r.h.session);
}

export function policy(r) {
  needArgon(r.pub.memory, r.pub.passes);
  return () => { r.s.policy = r.pub; };
}

/** Every part of the ranges is earlier, droppable and not listed before; after a shred only what that entity had. */
export function drop(r) {
  const { s, h, m, pub } = r;
  const listed = [];
  for (const [first, count] of pub.ranges) {
    need(first + count <= r.first, 'a part that is not earlier');
    for (let p = first; p < first + count; p += 1) {
      need(s.droppable.has(p), `part ${p} is not droppable`);
      need(!s.droppedBy.has(p), `part ${p} was listed before`);
      listed.push(p);
    }
  }
  if (m.role !== OWNER || h.ref !== 0n) {
    const shred = referred(s, h.ref);
    need(shred?.action === 0x46 && shred.member === m.number, 'not after an own shred');
    need(listed.every((p) => shred.parts.includes(p)), 'parts of something else');
  }
  return () => { for (const p of listed) s.droppedBy.set(p, r.seq); };
}

export function compacted(r) {
  const dropped = referred(r.s, r.h.ref);
  need(dropped?.action === 0x60 && dropped.member === r.m.number, 'ref is no drop of this member');
  return () => { if (!r.s.answered.has(dropped.seq)) r.s.answered.set(dropped.seq, r.seq); };
}

const REGISTERS = [0x01, 0x20, 0x23, 0x24, 0x26, 0x28];

export function recoveryDone(r) {
  const ref = referred(r.s, r.h.ref);
  if (r.m.number === r.s.authority) {
    need(REGISTERS.includes(ref?.action), 'ref registered no keys');
    return;
  }
  need([0x23, 0x24, 0x28].includes(ref?.action) && ref.seq === r.m.registeredBy, "ref did not register the signer's keys");
}

export const answers = (action) => (r) => {
  need(referred(r.s, r.h.ref)?.action === action, 'ref');
};

export function failed(r) {
  const opened = r.s.sessions.get(r.h.session);
  need(r.h.ref > BigInt(opened.seq) && r.h.ref < BigInt(r.seq), "ref is not after the session's unlock");
}
