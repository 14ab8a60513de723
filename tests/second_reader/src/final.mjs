// The final rules of section 4, for a walk that reached the end.

function recordOfPart(records, part) {
  let low = 0;
  let high = records.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (records[middle].first <= part) low = middle; else high = middle - 1;
  }
  return records[low].seq;
}

export function finalRules(w) {
  const { s, absent } = w;
  const found = new Set(w.findings.map((f) => f.seq));
  const payload = (seq, detail) => {
    if (found.has(seq)) return;
    found.add(seq);
    w.find(seq, 'payload', detail);
  };
  for (const [part, seq] of absent) if (!s.droppedBy.has(part)) payload(seq, `part ${part} is absent and no drop lists it`);
  for (const [number, e] of s.entities) {
    if (!e.shredded && (absent.has(e.live) || absent.has(e.live + 1))) payload(e.save, `live part of ${number} is absent`);
  }
  const kept = new Map();
  for (const [part, drop] of s.droppedBy) {
    if (absent.has(part) || !s.answered.has(drop)) continue;
    const seq = recordOfPart(s.records, part);
    kept.set(seq, [...(kept.get(seq) ?? []), part]);
  }
  for (const [seq, parts] of kept) w.notice(seq, 'undropped', `parts ${parts.join(' ')}`);
}
