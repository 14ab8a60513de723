// The interchange form of an AEAD part, section 6.1.
import { encode } from './msgpack.mjs';

const BODY = 3;

/** Takes a stored part apart: `row` as layout.mjs parses it, V, the author of the associated data. */
export function takeApart(stored, row, v, author) {
  const body = row.role === BODY;
  const sealed = stored.subarray(body ? 40 : 24);
  const metadata = new Map(Object.entries({
    suite: 'XChaCha20-Poly1305', vault: v, role: row.role, kind: row.kind, note_class: row.cls, key_type: row.keyType,
    revision: row.revision, entity: row.entity, key_epoch: row.epoch, author, length: row.length, digest: row.hash,
    salt: body ? stored.subarray(24, 40) : null,
  }));
  return new Map(Object.entries({
    iv: stored.subarray(0, 24), ciphertext: sealed.subarray(0, -16), tag: sealed.subarray(-16), metadata,
  }));
}

export function toJson(value) {
  if (value instanceof Map) return `{${[...value].map(([key, inner]) => `"${key}":${toJson(inner)}`).join(',')}}`;
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`;
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}

export const toMsgpack = encode;
