/** The value of a field: how it is written, and what. Bytes are strings, bytes or messages. */
export type ProtobufValue =
  | {varint: number}
  | {double: number}
  | {float: number}
  | {bytes: string | Uint8Array};

const wireType = {varint: 0, double: 1, bytes: 2, float: 5};

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

function littleEndian(length: 4 | 8, value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(length));
  if (length === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return new Uint8Array(view.buffer);
}

function encoded(value: ProtobufValue): Iterable<number> {
  if ('varint' in value) return varint(value.varint);
  if ('double' in value) return littleEndian(8, value.double);
  if ('float' in value) return littleEndian(4, value.float);
  const bytes = typeof value.bytes === 'string' ? new TextEncoder().encode(value.bytes) : value.bytes;
  return [...varint(bytes.length), ...bytes];
}

/**
 * A protobuf message of its fields, in their order.
 *
 * @param fields Each with its number. A varint is a whole number from 0 to 2⁵³ − 1.
 */
export function protobufMessage(fields: readonly [field: number, value: ProtobufValue][]): Uint8Array {
  return Uint8Array.from(
    fields.flatMap(([field, value]) => {
      const [kind] = Object.keys(value) as (keyof typeof wireType)[];
      return [...varint(field * 8 + wireType[kind]), ...encoded(value)];
    }),
  );
}
