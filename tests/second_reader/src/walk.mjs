// The walk of section 4: every record in file order, at most one finding each, then floods, final rules and pin.
import { actionOf, isHarmless, isUnsigned } from './actions.mjs';
import { cat, hex, isZero, label, same } from './bytes.mjs';
import { verifySignature } from './crypto.mjs';
import { finalRules } from './final.mjs';
import { MAX, parseFrame, partHash, ROLE, tableHash } from './layout.mjs';
import { preambleHash, readPreamble } from './preamble.mjs';
import { ROWS, rowsDiffer } from './rows.mjs';
import { decodePublic, FormatError } from './schema.mjs';
import { needHeader, needRest } from './signer.mjs';
import { need, newState, Refusal } from './state.mjs';
import { overCap, tornCase } from './tail.mjs';

class Walk {
  constructor(source, { now, onRecord, onFrame }) {
    Object.assign(this, { source, now: BigInt(now), onRecord, onFrame, findings: [], notices: [], hashes: [], ended: false });
    this.s = newState();
    this.absent = new Map();
    this.lastTime = null;
    this.run = [];
    this.unattested = 0;
    this.newer = false;
  }

  /** At most one finding stands at a sequence: the first. */
  find(seq, kind, detail) {
    if (!this.findings.some((f) => f.seq === seq)) this.findings.push({ seq, kind, detail });
  }

  notice(seq, kind, detail) { this.notices.push({ seq, kind, detail }); }

  get count() { return this.hashes.length; }

  get head() { return this.hashes.at(-1) ?? null; }

  records(preamble) {
    let offset = 16;
    while (offset < this.source.size && !this.ended) {
      const frame = parseFrame(this.source, offset);
      const prev = this.head ?? preambleHash(preamble);
      if (frame.state !== 'ok') { this.end(frame, offset, prev); break; }
      const h = frame.header;
      if (h.sequence !== BigInt(this.count) || h.sequence >= BigInt(MAX.sequence) || !same(h.prev, prev)) {
        this.find(this.count, 'chain', 'sequence or prev');
        this.ended = true;
        break;
      }
      this.record(frame);
      offset = frame.end;
    }
    if (this.count === 0) { this.find(0, 'format', 'no whole genesis'); this.ended = true; }
  }

  end(frame, offset, prev) {
    const torn = tornCase(this.source, offset, this.s, this.count, prev, frame.state);
    if (torn) { this.notice(this.count, 'torn', `case ${torn}, ${this.source.size - offset} bytes`); return; }
    this.find(this.count, 'format', frame.why ?? 'the file ends within a record');
    this.ended = true;
  }

  record(frame) {
    const { s } = this;
    const { header: h } = frame;
    const seq = this.count;
    const r = { s, h, seq, first: s.parts, rows: frame.rows, pub: null, m: undefined, frame };
    if (seq === 0) s.vaultId = frame.hash;
    this.hashes.push(frame.hash);
    s.parts += h.n;
    frame.parts.forEach((p, i) => { if (!p) this.absent.set(r.first + i, seq); });
    const info = { seq, action: h.action, member: h.member, first: r.first, n: h.n, accepted: false };
    s.records.push(info);
    const payload = this.payload(frame, r);
    if (payload.finding) this.find(seq, 'payload', payload.finding);
    if (!this.newer && h.version > 0 && h.version <= s.version) {
      this.newer = true;
      this.notice(seq, 'newer', `version ${h.version}`);
    }
    if (isUnsigned(h.action)) this.unattested += 1;
    if (!this.newer) {
      if (payload.judgeable) this.judge(frame, r, info);
      this.pass(h, seq);
    }
    this.onFrame?.(r);
  }

  /** Step 3. judgeable: false if the record can change no state. */
  payload(frame, r) {
    if (frame.rows.length && !same(tableHash(frame.table), r.h.table)) return { finding: 'table', judgeable: false };
    const publicPart = frame.rows[0]?.role === ROLE.public;
    let judgeable = !publicPart || frame.parts[0] !== null;
    let finding = judgeable ? null : 'the public part is absent';
    for (let i = 0; i < frame.rows.length; i += 1) {
      if (!frame.parts[i]) continue;
      const bytes = this.source.read(frame.parts[i].offset, frame.parts[i].length);
      if (same(partHash(bytes), frame.rows[i].hash)) {
        if (i === 0 && publicPart) r.publicBytes = bytes;
        continue;
      }
      finding ??= `part ${i}`;
      if (i === 0 && publicPart) judgeable = false;
    }
    return { finding, judgeable };
  }

  /** Steps 4 to 7, in the order that section 4 gives. */
  judge(frame, r, info) {
    let effect;
    try { effect = this.rules(frame, r); } catch (error) {
      if (!(error instanceof FormatError || error instanceof Refusal)) throw error;
      this.find(r.seq, error.kind, error.message);
      return;
    }
    if (!this.signed(frame, r)) this.find(r.seq, 'signature', 'the signature does not verify');
    info.accepted = true;
    if (effect) effect();
    if (r.seq === 0 && r.s.continues) {
      this.notice(0, 'continues', r.s.continues.proven ? hex(r.s.continues.vault) : `unproven ${hex(r.s.continues.vault)}`);
    }
    if (isHarmless(actionOf(r.h.action))) this.notice(r.seq, 'unknown-harmless', r.h.action.toString(16));
    this.onRecord?.(r);
  }

  rules(frame, r) {
    const { h, s } = r;
    const action = actionOf(h.action);
    if (!isUnsigned(h.action) && this.run.length) {
      need(overCap(this.run, this.lastTime ?? h.time, h.time) < 0, 'a flood of unsigned records before');
    }
    if (h.version !== 0) throw new FormatError(`version ${h.version}`);
    if (!action) throw new FormatError(`action ${h.action.toString(16)}`);
    r.m = needHeader(s, h, action, r.seq);
    needRest(s, h, action);
    if (action.hasPublic && h.n > 0) {
      if (!r.publicBytes) throw new FormatError('no public part');
      r.pub = decodePublic(h.action, r.publicBytes);
    }
    const wrong = rowsDiffer(frame.rows, ROWS[action.rows](r));
    if (wrong) throw new FormatError(wrong);
    return action.rule(r) ?? null;
  }

  /** Step 7, with the keys as they were before the record changed anything. */
  signed(frame, r) {
    if (isUnsigned(r.h.action)) return isZero(frame.signature);
    const key = r.seq === 0 ? r.pub.keys.sign : r.m.keys.sign;
    const id = r.seq === 0 ? Buffer.alloc(32) : r.s.vaultId;
    return verifySignature(frame.signature, cat(label('SIG'), id, r.h.raw), key);
  }

  /** Clock and the run of unsigned records. */
  pass(h, seq) {
    if (isUnsigned(h.action)) { this.run.push(h.action); return; }
    if (this.lastTime !== null && h.time < this.lastTime) this.notice(seq, 'clock', `${this.lastTime - h.time} ms back`);
    this.lastTime = h.time;
    this.run = [];
  }

  flood() {
    if (this.ended || this.newer || !this.run.length) return;
    const at = overCap(this.run, this.lastTime ?? this.now, this.now);
    if (at < 0) return;
    const aside = this.run.length - at;
    const seq = this.count - aside;
    this.notice(seq, 'flood', `${aside} unsigned records`);
    this.findings = this.findings.filter((f) => f.seq < seq);
    this.hashes.length = seq;
    this.s.records.length = seq;
    this.unattested -= aside;
  }

  pin(pin) {
    const hash = this.hashes[pin.seq];
    if (this.s.vaultId && hex(this.s.vaultId) !== pin.vault) this.find(0, 'pin', 'another vault');
    else if (!hash) this.find(this.count, 'pin', 'the vault ends before the pin');
    else if (hex(hash) !== pin.head) this.find(pin.seq, 'pin', 'another record at the pin');
  }
}

/**
 * Verifies a vault without keys. pin: {seq, head, vault} in hex, or null. onFrame is called for every record of the
 * chain, onRecord for those that may change the state. Returns {report, exit, state, absent}.
 */
export function walk(source, { now = Date.now(), pin = null, onRecord = null, onFrame = null } = {}) {
  const w = new Walk(source, { now, onRecord, onFrame });
  const p = readPreamble(source);
  if (p.state === 'not-a-vault') w.notice(0, p.state, p.why);
  else if (p.state === 'newer') w.notice(0, 'newer', p.why);
  else if (p.state === 'format') w.find(0, 'format', p.why);
  else {
    w.records(p.preamble);
    w.flood();
    if (!w.ended && !w.newer) finalRules(w);
    if (pin) w.pin(pin);
  }
  w.findings.sort((a, b) => a.seq - b.seq);
  w.notices.sort((a, b) => a.seq - b.seq);
  const refused = p.state === 'not-a-vault' || w.notices.some((n) => n.kind === 'newer');
  const report = {
    vault_id: w.s.vaultId && hex(w.s.vaultId), records: w.count, head: w.head && hex(w.head),
    intact: p.state !== 'not-a-vault' && w.findings.length === 0, unattested: w.unattested,
    findings: w.findings, notices: w.notices,
  };
  return { report, exit: w.findings.length ? 1 : refused ? 2 : 0, state: w.s, absent: w.absent };
}
