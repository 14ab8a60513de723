// The primitives of libsodium that verifier and reader use.
import sodium from 'libsodium-wrappers-sumo';

await sodium.ready;

export function verifySignature(signature, message, key) {
  try { return sodium.crypto_sign_verify_detached(signature, message, key); } catch { return false; }
}

export const signPointValid = (key) => sodium.crypto_core_ed25519_is_valid_point(key);

/** False for a box key of low order: the shared secret would be zero, which libsodium refuses. */
export function boxKeyValid(key) {
  try { sodium.crypto_scalarmult(new Uint8Array(32).fill(9), key); return true; } catch { return false; }
}

export const boxPublic = (secret) => Buffer.from(sodium.crypto_scalarmult_base(secret));

/** Opens an AEAD part without its nonce; throws when the tag does not fit. */
export function aeadOpen(key, nonce, sealed, associated) {
  return Buffer.from(sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, associated, nonce, key));
}

export function boxOpen(sealed, secret) {
  return Buffer.from(sodium.crypto_box_seal_open(sealed, boxPublic(secret), secret));
}

export { sodium };
