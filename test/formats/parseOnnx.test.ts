import {BinaryWriter, WireType} from '@bufbuild/protobuf/wire';
import {describe, expect, it} from 'vitest';
import {parseOnnx} from '../../src/formats/parseOnnx';

/** A message of fields: whole numbers, texts, bytes, and floats where marked. */
function message(...fields: [field: number, value: number | string | Uint8Array | {float: number}][]) {
  const writer = new BinaryWriter();
  for (const [field, value] of fields) {
    if (typeof value === 'number') writer.tag(field, WireType.Varint).int64(value);
    else if (typeof value === 'string') writer.tag(field, WireType.LengthDelimited).string(value);
    else if (value instanceof Uint8Array) writer.tag(field, WireType.LengthDelimited).bytes(value);
    else writer.tag(field, WireType.Bit32).float(value.float);
  }
  return writer.finish();
}

/** A model of one graph, whose parts are given. */
const model = (...parts: [field: number, value: Uint8Array][]) =>
  message([1, 8], [2, 'pytorch'], [7, message(...parts)]);

/** `TensorProto.DataType` of onnx.proto, with the bytes of three elements. */
const types: [number: number, type: string, bytes: number][] = [
  [1, 'F32', 12],
  [2, 'U8', 3],
  [3, 'I8', 3],
  [4, 'U16', 6],
  [5, 'I16', 6],
  [6, 'I32', 12],
  [7, 'I64', 24],
  [9, 'BOOL', 3],
  [10, 'F16', 6],
  [11, 'F64', 24],
  [12, 'U32', 12],
  [13, 'U64', 24],
  [16, 'BF16', 6],
];

describe('parseOnnx', () => {
  it.each(types)('knows the type %i for %s', async (number, type, byteLength) => {
    const bytes = Uint8Array.from({length: byteLength}, (_, i) => i);
    const tensor = message([1, 3], [2, number], [8, 'w'], [9, bytes]);
    const {constants} = await parseOnnx(model([5, tensor]), 'x.onnx');
    expect(constants.get('w')).toEqual({type, shape: [3], bytes});
  });

  it.each([0, 8, 14, 15, 17])('has no tensors of the type %i', async number => {
    const tensor = message([1, 3], [2, number], [8, 'w'], [9, new Uint8Array(3)]);
    await expect(parseOnnx(model([5, tensor]), 'x.onnx')).rejects.toThrow(
      'x.onnx is damaged or not an ONNX file: tensor w has an unknown type.',
    );
  });

  it('reads the graph: nodes in order, attributes of every kind, inputs and outputs', async () => {
    const packed = Uint8Array.of(3, 0xac, 0x02, 0x80, 0x80, 0x01);
    const attributes = [
      message([1, 'alpha'], [2, {float: 0.5}]),
      message([1, 'group'], [3, 7]),
      message([1, 'auto_pad'], [4, 'VALID']),
      message([1, 'value'], [5, message([2, 7], [8, 'c'], [9, new Uint8Array(8)])]),
      message([1, 'pads'], [8, packed]),
      message([1, 'strides'], [8, 2], [8, 1]),
    ];
    const nodes = [
      message(
        [1, 'x'],
        [1, 'w'],
        [2, 'y'],
        [3, 'first'],
        [4, 'Conv'],
        ...attributes.map(each => [5, each] as never),
      ),
      message([1, 'y'], [2, ''], [2, 'z'], [4, 'Relu']),
    ];
    const named = (name: string) => message([1, name], [2, 'type']);
    const graph = await parseOnnx(
      model(
        ...nodes.map(each => [1, each] as never),
        [11, named('x')],
        [12, named('z')],
        [12, message([2, 'type'])],
      ),
      'x.onnx',
    );
    expect(graph.inputs).toEqual(['x']);
    expect(graph.outputs).toEqual(['z', '']);
    expect(graph.constants.size).toBe(0);
    const [first, second] = graph.nodes;
    expect(second).toEqual({
      name: '',
      operation: 'Relu',
      inputs: ['y'],
      outputs: ['', 'z'],
      attributes: new Map(),
    });
    expect(first).toMatchObject({name: 'first', operation: 'Conv', inputs: ['x', 'w'], outputs: ['y']});
    expect(Object.fromEntries(first.attributes)).toEqual({
      alpha: {integers: [], float: 0.5},
      group: {integers: [], integer: 7},
      auto_pad: {integers: [], text: 'VALID'},
      value: {integers: [], tensor: {type: 'I64', shape: [], bytes: new Uint8Array(8)}},
      pads: {integers: [3, 300, 16384]},
      strides: {integers: [2, 1]},
    });
  });

  it('takes numbers that lie packed in fields of their type for the bytes they are', async () => {
    const floats = new Uint8Array(Float32Array.of(1, 2).buffer);
    const doubles = new Uint8Array(Float64Array.of(1, 2).buffer);
    const {constants} = await parseOnnx(
      model(
        [5, message([1, 2], [2, 1], [4, floats], [8, 'f'])],
        [5, message([1, 2], [2, 11], [8, 'd'], [10, doubles])],
      ),
      'x.onnx',
    );
    expect(constants.get('f')?.bytes).toEqual(floats);
    expect(constants.get('d')?.bytes).toEqual(doubles);
  });

  it.each([
    ['a shape that is negative', message([1, -1], [2, 7], [8, 'w']), 'has the impossible shape [-1]'],
    [
      'a list of 17 sizes',
      message([1, new Uint8Array(17)], [2, 7], [8, 'w']),
      'a shape is a list of more than 16',
    ],
    ['a name that is a number', message([2, 7], [8, 1]), 'the name of a tensor is a number'],
    ['a type that is a text', message([2, 'F32'], [8, 'w']), 'a type is not a number'],
    ['a weight without its bytes', message([1, 2], [2, 1], [8, 'w'], [9, new Uint8Array(4)]), 'has 4 bytes'],
  ])('refuses a tensor with %s', async (_, tensor, problem) => {
    await expect(parseOnnx(model([5, tensor]), 'x.onnx')).rejects.toThrow(problem);
  });

  it('takes a list of 16 sizes, the longest there is', async () => {
    const tensor = message([1, new Uint8Array(16).fill(1)], [2, 7], [8, 'w']);
    expect((await parseOnnx(model([5, tensor]), 'x')).constants.get('w')?.shape).toEqual(Array(16).fill(1));
  });

  it('refuses a file without a graph', async () => {
    await expect(parseOnnx(message([1, 8], [7, 5]), 'x')).rejects.toThrow('it has no graph');
  });
});
