// The first 16 bytes (section 2) and what to say when they are not as they should be.
import { label, same, sha256 } from './bytes.mjs';
import { BARE, MAGIC, parseHeader, RECORD_MAGIC } from './layout.mjs';

export const preambleHash = (preamble) => sha256(label('PREAMBLE'), preamble);

/** {state: 'ok'|'not-a-vault'|'format'|'newer', preamble, why} */
export function readPreamble(source) {
  if (source.size < 16) return { state: 'not-a-vault', why: 'fewer than 16 bytes' };
  const preamble = source.read(0, 16);
  const raw = source.read(16, BARE);
  const genesis = raw.length === BARE && same(raw.subarray(0, 4), RECORD_MAGIC) ? parseHeader(raw) : null;
  if (!same(preamble.subarray(0, 8), MAGIC)) {
    const damaged = genesis && genesis.version === 0 && genesis.action === 1 && genesis.sequence === 0n;
    return damaged ? { state: 'format', why: 'damaged preamble' } : { state: 'not-a-vault', why: 'another magic' };
  }
  if (preamble.readUInt16LE(8) > 0) {
    const bound = genesis && same(genesis.prev, preambleHash(preamble));
    return bound ? { state: 'newer', why: `version ${preamble.readUInt16LE(8)}` } : { state: 'format', why: 'version' };
  }
  if (preamble.readUInt16LE(10) !== 1 || preamble.readUInt32LE(12) !== 0) return { state: 'format', why: 'suite or zeros' };
  return { state: 'ok', preamble };
}
