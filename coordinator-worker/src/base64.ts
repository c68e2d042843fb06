// Base64 as the platform has it, between bytes and text.

export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Base64 of a text's UTF-8 bytes. */
export function textToBase64(text: string): string {
  return toBase64(new TextEncoder().encode(text));
}
