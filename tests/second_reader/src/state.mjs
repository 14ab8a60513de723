// What a keyless verifier keeps (section 7) and small questions about it.
import { label, cat, u16, u64 } from './bytes.mjs';
import { boxKeyValid, signPointValid, verifySignature } from './crypto.mjs';
import { MAX } from './layout.mjs';

export class Refusal extends Error {
  constructor(why) { super(why); this.kind = 'authority'; }
}
/** The rule `ok` holds, or the record is refused (finding `authority`). */
export function need(ok, why) { if (!ok) throw new Refusal(why); }

export const MAX_MEMBER = MAX.members;
export const OWNER = 1;
export const CLINICIAN = 2;
export const SUPERVISOR = 3;
export const AUDITOR = 4;
export const AUTHORITY = 5;
const KEYS_OF_ROLE = { 1: 7, 2: 3, 3: 3, 4: 4 }; // bits: notes, index, audit

export function newState() {
  return {
    vaultId: null, birth: null, version: 0, policy: null, members: new Map(), next: 1, names: new Set(), enrolments: new Set(),
    epoch: 0, epochs: new Map(), authority: 0, sessions: new Map(), entities: new Map(), clients: new Map(),
    records: [], parts: 0, droppable: new Set(), droppedBy: new Map(), answered: new Map(), epochParts: [],
  };
}

export const foldName = (name) => name.replace(/[A-Z]/g, (c) => c.toLowerCase());

export const active = (s) => [...s.members.values()].filter((m) => m.active && m.role !== AUTHORITY);
export const holdsAll = (next, old) => (KEYS_OF_ROLE[old] & ~KEYS_OF_ROLE[next]) === 0;
export const person = (s, number) => {
  const m = s.members.get(number);
  return m && m.active && m.role !== AUTHORITY ? m : null;
};

/** Proof of possession and the two public keys (section 6.2). */
export function needKeys(v, enrolment, generation, keys) {
  need(signPointValid(keys.sign), 'sign key is not a valid point');
  need(boxKeyValid(keys.box), 'box key is of low order');
  const message = cat(label('POP'), v, u64(enrolment), u16(generation), keys.sign, keys.box);
  need(verifySignature(keys.proof, message, keys.sign), 'proof of possession');
}

export function needArgon(memory, passes) {
  need(memory >= 65536 && memory <= 2097152 && passes >= 3 && passes <= 10, 'Argon2id bounds');
}

/** A slot within the bounds and not under a floor {memory, passes}. */
export function needSlot(slot, floor) {
  needArgon(slot.memory, slot.passes);
  need(slot.lanes >= 1 && slot.lanes <= 8, 'lanes');
  need(slot.memory >= floor.memory && slot.passes >= floor.passes, 'slot cheaper than allowed');
}

/** Name and enrolment are new, removed members' included; an enrolment is never zero. */
export function needNew(s, name, enrolment) {
  need(!s.names.has(foldName(name)), 'name is taken');
  need(enrolment !== 0n && !s.enrolments.has(enrolment), 'enrolment zero or taken');
}

export function needNextNumber(s, number) {
  need(number === s.next, 'not the next member number');
}

export const cost = (slot) => ({ memory: slot.memory, passes: slot.passes });
export const markDroppable = (s, ...parts) => { for (const p of parts) if (p !== null) s.droppable.add(p); };

/** The accepted record a `ref` names, or undefined. */
export function referred(s, ref) {
  const r = ref < BigInt(s.records.length) ? s.records[Number(ref)] : undefined;
  return r?.accepted ? r : undefined;
}
