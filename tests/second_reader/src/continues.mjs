// What the proof of a genesis that continues another vault signs (section 9).
import { cat, label, u64 } from './bytes.mjs';

export function continuesMessage(birth, c) {
  return cat(label('CONTINUES'), birth, c.vault, u64(c.sequence), c.head, c.digest);
}
