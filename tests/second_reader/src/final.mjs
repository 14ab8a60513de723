// The final rules of section 4, for a walk that reached the end.

export function finalRules(w) {
  const { s, absent } = w;
  for (const [part, seq] of absent) if (!s.droppedBy.has(part)) w.find(seq, 'payload', `part ${part} is absent and no drop lists it`);
  for (const [number, e] of s.entities) {
    if (!e.shredded && (absent.has(e.live) || absent.has(e.live + 1))) w.find(e.save, 'payload', `live part of ${number} is absent`);
  }
  for (const [drop, compacted] of s.answered) {
    const kept = [...s.droppedBy].filter(([part, by]) => by === drop && !absent.has(part)).map(([part]) => part);
    if (kept.length) w.notice(compacted, 'undropped', `parts ${kept.join(' ')}`);
  }
}
