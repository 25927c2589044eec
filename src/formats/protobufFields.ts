import type * as Wire from '@bufbuild/protobuf/wire';

/** A field of a message: its field number, and a number or, if longer, a view of its bytes. */
export type ProtobufField = [field: number, value: number | Uint8Array];

/** Splits a protobuf message into fields, one level deep. */
export type ProtobufFields = (message: Uint8Array) => Generator<ProtobufField>;

/** More fields than the largest networks have, but too few to exhaust a machine. */
const mostFields = 2_000_000;

/**
 * Loads @bufbuild/protobuf, an optional peer dependency, when the first ONNX file is read or written.
 *
 * Only what reads and writes fields is used: messages of a schema would hold each number of a tensor as an object.
 *
 * @param what What needs it: `'Reading'`, `'Writing'`.
 * @throws If it is not installed; the message has the command that installs it.
 */
export async function loadProtobufWire(what: 'Reading' | 'Writing'): Promise<typeof Wire> {
  try {
    return await import('@bufbuild/protobuf/wire');
  } catch (cause) {
    throw new Error(
      `${what} ONNX files needs @bufbuild/protobuf, which could not be loaded: run \`npm i @bufbuild/protobuf\`.`,
      {cause},
    );
  }
}

/**
 * What splits messages into fields; weights stay views of the file.
 *
 * @throws If the library is not installed, as {@link loadProtobufWire}.
 */
export async function loadProtobufFields(): Promise<ProtobufFields> {
  const {BinaryReader, WireType} = await loadProtobufWire('Reading');
  let seen = 0;
  return function* fields(message) {
    const reader = new BinaryReader(message);
    while (reader.pos < reader.len) {
      if (++seen > mostFields) throw new Error(`it has more than ${mostFields} fields`);
      const [field, type] = reader.tag();
      if (type === WireType.Varint) yield [field, Number(reader.int64())];
      else if (type === WireType.Bit32) yield [field, reader.float()];
      else if (type === WireType.LengthDelimited) yield [field, reader.bytes()];
      else reader.skip(type, field);
    }
  };
}

/** The numbers of a repeated field, packed or one by one. */
export function* varints(value: number | Uint8Array): Generator<number> {
  if (typeof value === 'number') {
    yield value;
    return;
  }
  let [number, factor] = [0, 1];
  for (const byte of value) {
    number += (byte & 0x7f) * factor;
    factor *= 128;
    if (byte & 0x80) continue;
    yield number;
    [number, factor] = [0, 1];
  }
}
