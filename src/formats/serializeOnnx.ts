import type * as Wire from '@bufbuild/protobuf/wire';
import {onnxElementTypes} from './onnxElementTypes';
import {loadProtobufWire} from './protobufFields';
import type {ElementType, StoredTensor} from './storedTensor';

/** An attribute of a node: whole numbers, one number that need not be whole, or text. */
export type WrittenAttribute = number | readonly number[] | {float: number} | string;

/** A node to write. */
export interface WrittenNode {
  operation: string;
  name: string;
  inputs: readonly string[];
  outputs: readonly string[];
  readonly attributes: Readonly<Record<string, WrittenAttribute>>;
}

/** An input or an output of the graph; a text in its shape is a length that is open. */
export interface WrittenValue {
  name: string;
  type: ElementType;
  shape: readonly (number | string)[];
}

/** What an ONNX file says. */
export interface WrittenOnnx {
  opset: number;
  name: string;
  /** In an order in which they can run. */
  nodes: readonly WrittenNode[];
  constants: ReadonlyMap<string, StoredTensor>;
  input: WrittenValue;
  output: WrittenValue;
  /** Texts for whoever reads the file, by name. */
  metadata: Readonly<Record<string, string>>;
}

/** The version of the file's form that came with an opset. */
const formOf = (opset: number) => (opset < 15 ? 7 : 8);

/** `AttributeProto.AttributeType` of onnx.proto. */
const attributeTypes = {float: 1, integer: 2, text: 3, integers: 7};

/** The most bytes of a protobuf message. */
const mostBytes = 2 ** 31 - 1;

/** Bytes in pieces, so that weights are copied once. */
type Pieces = Uint8Array[];

const lengthOf = (pieces: Pieces) => pieces.reduce((sum, {byteLength}) => sum + byteLength, 0);

function onnxWriter({BinaryWriter, WireType}: typeof Wire) {
  const number = (field: number, value: number): Pieces => [
    new BinaryWriter().tag(field, WireType.Varint).int64(value).finish(),
  ];

  const float = (field: number, value: number): Pieces => [
    new BinaryWriter().tag(field, WireType.Bit32).float(value).finish(),
  ];

  const text = (field: number, value: string): Pieces => [
    new BinaryWriter().tag(field, WireType.LengthDelimited).string(value).finish(),
  ];

  const inside = (field: number, pieces: Pieces): Pieces => [
    new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(lengthOf(pieces)).finish(),
    ...pieces,
  ];

  function attribute(name: string, value: WrittenAttribute): Pieces {
    const named = text(1, name);
    if (typeof value === 'string') return [...named, ...text(4, value), ...number(20, attributeTypes.text)];
    if (typeof value === 'number')
      return [...named, ...number(3, value), ...number(20, attributeTypes.integer)];
    if ('float' in value) return [...named, ...float(2, value.float), ...number(20, attributeTypes.float)];
    const integers = value.flatMap(each => number(8, each));
    return [...named, ...integers, ...number(20, attributeTypes.integers)];
  }

  const node = ({operation, name, inputs, outputs, attributes}: WrittenNode): Pieces => [
    ...inputs.flatMap(input => text(1, input)),
    ...outputs.flatMap(output => text(2, output)),
    ...text(3, name),
    ...text(4, operation),
    ...Object.entries(attributes).flatMap(([key, value]) => inside(5, attribute(key, value))),
  ];

  const tensor = (name: string, {type, shape, bytes}: StoredTensor): Pieces => [
    ...shape.flatMap(length => number(1, length)),
    ...number(2, onnxElementTypes[type] as number),
    ...text(8, name),
    ...inside(9, [bytes]),
  ];

  function value({name, type, shape}: WrittenValue): Pieces {
    const lengths = shape.flatMap(length =>
      inside(1, typeof length === 'number' ? number(1, length) : text(2, length)),
    );
    const tensorType = [...number(1, onnxElementTypes[type] as number), ...inside(2, lengths)];
    return [...text(1, name), ...inside(2, inside(1, tensorType))];
  }

  return function model({opset, name, nodes, constants, input, output, metadata}: WrittenOnnx): Pieces {
    const graph = [
      ...nodes.flatMap(each => inside(1, node(each))),
      ...text(2, name),
      ...[...constants].flatMap(([key, each]) => inside(5, tensor(key, each))),
      ...inside(11, value(input)),
      ...inside(12, value(output)),
    ];
    return [
      ...number(1, formOf(opset)),
      ...text(2, 'face-margins'),
      ...inside(7, graph),
      ...inside(8, [...text(1, ''), ...number(2, opset)]),
      ...Object.entries(metadata).flatMap(([key, content]) =>
        inside(14, [...text(1, key), ...text(2, content)]),
      ),
    ];
  };
}

/**
 * Writes an ONNX file; field numbers as in onnx.proto.
 *
 * @throws If it would have more bytes than the format allows.
 * @throws If the protobuf library is not installed; the message has the command that installs it.
 */
export async function serializeOnnx(content: WrittenOnnx): Promise<Uint8Array<ArrayBuffer>> {
  const model = onnxWriter(await loadProtobufWire('Writing'));
  const size = [...content.constants.values()].reduce((sum, {bytes}) => sum + bytes.byteLength, 0);
  if (size > mostBytes) {
    throw new Error(
      `exportOnnx: the weights must have ${mostBytes} bytes at most, which is all that an ONNX file holds, but have ${size}.`,
    );
  }
  const pieces = model(content);
  const file = new Uint8Array(lengthOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    file.set(piece, at);
    at += piece.byteLength;
  }
  return file;
}
