/** The Castagnoli polynomial, its bits in reverse. */
const polynomial = 0x82f63b78;

const table = Uint32Array.from({length: 256}, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ polynomial : rest >>> 1;
  return rest;
});

/** The CRC-32C of bytes, from 0 to 2³² − 1. Source: [RFC 3720](https://www.rfc-editor.org/rfc/rfc3720), appendix B.4. */
export function crc32c(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (rest >>> 8) ^ table[(rest ^ byte) & 0xff];
  return ~rest >>> 0;
}
