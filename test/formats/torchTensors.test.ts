import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {DataFormatError} from '../../src/formats/dataFormatError';
import {looksLikeTorchCheckpoint, parseTorchCheckpoint} from '../../src/formats/parseTorchCheckpoint';
import {PickledName, PickledObject, type PickleValue} from '../../src/formats/pickleBuildable';
import {storageSizes, torchTensors} from '../../src/formats/torchTensors';
import {type ArchivedFile, zipArchive} from '../support/zipArchive';

const bytes = Uint8Array.from({length: 48}, (_, i) => i);

const storage = (type = 'torch.ByteStorage', key = '0', ...more: PickleValue[]) =>
  new PickledObject('persistent', [['storage', new PickledName(type), key, 'cpu', 48, ...more]]);

/** A tensor as PyTorch describes it. */
const tensor = (
  shape: PickleValue,
  strides: PickleValue,
  offset: PickleValue = 0,
  of: PickleValue = storage(),
) => new PickledObject('torch._utils._rebuild_tensor_v2', [of, offset, shape, strides, false, new Map()]);

/** As in a file of 4096 bytes, which bounds copies and names. */
const within = (value: PickleValue, length = 4096) =>
  torchTensors(value, 'x.pth', length, key => (key === '0' ? bytes : undefined)).tensors;

/** The bytes of the one tensor. */
const valuesOf = (value: PickleValue) => [...(within(value).get('')?.bytes ?? [])];

describe('the values of a tensor', () => {
  it.each<[string, number[], number[], number, number[]]>([
    ['in a row', [3], [1], 0, [0, 1, 2]],
    ['from an offset', [2, 2], [2, 1], 5, [5, 6, 7, 8]],
    ['one', [], [], 7, [7]],
    ['none', [0, 3], [3, 1], 0, []],
    ['none, at the end', [0], [1], 48, []],
    ['none of many rows, at the end', [3, 0], [1, 1], 48, []],
    ['all', [48], [1], 0, [...bytes]],
    ['transposed', [3, 2], [1, 3], 0, [0, 3, 1, 4, 2, 5]],
    ['every other', [2, 2], [6, 2], 1, [1, 3, 7, 9]],
    ['one again and again', [2, 3], [1, 0], 4, [4, 4, 4, 5, 5, 5]],
    ['of sides of one, whose strides mean nothing', [1, 3, 1], [99, 1, 7], 2, [2, 3, 4]],
    ['of four axes', [2, 1, 2, 2], [1, 40, 8, 4], 3, [3, 7, 11, 15, 4, 8, 12, 16]],
    ['up to the last', [2, 2], [46, 1], 0, [0, 1, 46, 47]],
  ])('lie %s', (_, shape, strides, offset, values) => {
    expect(valuesOf(tensor(shape, strides, offset))).toEqual(values);
    expect(within(tensor(shape, strides, offset)).get('')?.shape).toEqual(shape);
  });

  it('are views of the file where they lie in a row, and copies elsewhere', () => {
    const isView = (shape: number[], strides: number[]) =>
      within(tensor(shape, strides)).get('')?.bytes.buffer === bytes.buffer;
    for (const [shape, strides] of [
      [
        [2, 3],
        [3, 1],
      ],
      [[3], [1]],
      [[], []],
      [
        [1, 3, 1],
        [9, 1, 9],
      ],
      [
        [2, 1, 3, 2],
        [6, 9, 2, 1],
      ],
    ]) {
      expect(isView(shape, strides), String(shape)).toBe(true);
    }
    for (const [shape, strides] of [
      [
        [3, 2],
        [1, 3],
      ],
      [
        [2, 3],
        [4, 1],
      ],
      [[2], [0]],
      [
        [2, 3, 2],
        [2, 4, 1],
      ],
    ]) {
      expect(isView(shape, strides), String(shape)).toBe(false);
    }
  });

  it('have as many bytes as their type', () => {
    const sizes: Record<string, [type: string, size: number]> = {
      'torch.DoubleStorage': ['F64', 8],
      'torch.FloatStorage': ['F32', 4],
      'torch.HalfStorage': ['F16', 2],
      'torch.BFloat16Storage': ['BF16', 2],
      'torch.LongStorage': ['I64', 8],
      'torch.IntStorage': ['I32', 4],
      'torch.ShortStorage': ['I16', 2],
      'torch.CharStorage': ['I8', 1],
      'torch.ByteStorage': ['U8', 1],
      'torch.BoolStorage': ['BOOL', 1],
    };
    for (const [name, [type, size]] of Object.entries(sizes)) {
      const found = within(tensor([2], [1], 1, storage(name))).get('');
      expect(found).toEqual({type, shape: [2], bytes: bytes.subarray(size, 3 * size)});
      const transposed = within(tensor([2, 2], [1, 2], 0, storage(name))).get('');
      const cells = [0, 2, 1, 3].flatMap(cell => [...bytes.subarray(cell * size, (cell + 1) * size)]);
      expect([...(transposed?.bytes ?? [])]).toEqual(cells);
    }
    // Of a type that has no name here.
    expect(within(tensor([2], [1], 0, storage('torch.ComplexFloatStorage'))).size).toBe(0);
  });

  it('of the newest description have a type of their own', () => {
    const of = (type: string) =>
      new PickledObject('torch._utils._rebuild_tensor_v3', [
        ...[storage('torch.storage.UntypedStorage'), 1, [2], [1], false, new Map()],
        new PickledName(type),
      ]);
    expect(within(of('torch.uint16')).get('')).toEqual({
      type: 'U16',
      shape: [2],
      bytes: bytes.subarray(2, 6),
    });
    expect(within(of('torch.float8_e4m3fn')).get('')?.type).toBe('F8_E4M3');
    expect(within(of('torch.complex64')).size).toBe(0);
  });

  it('of a storage that is itself a view begin where that does', () => {
    const view = storage('torch.ShortStorage', '0', ['1', 3, 20]);
    expect(within(tensor([2], [1], 1, view)).get('')?.bytes).toEqual(bytes.subarray(8, 12));
    expect(() => within(tensor([2], [1], 1, storage('torch.ShortStorage', '0', ['1', -3, 20])))).toThrow(
      'is described wrongly',
    );
  });

  it('are found under what PyTorch wraps them in', () => {
    const inner = tensor([2], [1], 4);
    for (const type of ['_rebuild_parameter', '_rebuild_parameter_with_state']) {
      expect(valuesOf(new PickledObject(`torch._utils.${type}`, [inner, true, new Map()]))).toEqual([4, 5]);
    }
    const call = new PickledName('torch._utils._rebuild_tensor_v2');
    const wrapped = (values: PickleValue) =>
      new PickledObject('torch._tensor._rebuild_from_type_v2', [
        call,
        new PickledName('C'),
        values,
        new Map(),
      ]);
    expect(valuesOf(wrapped(inner.values))).toEqual([4, 5]);
    expect(valuesOf(new PickledObject('torch._utils._rebuild_tensor', [storage(), 4, [2], [1]]))).toEqual([
      4, 5,
    ]);
    expect(within(wrapped('no list')).size).toBe(0);
    expect(within(new PickledObject('torch._utils._rebuild_parameter', ['no tensor'])).size).toBe(0);
  });
});

describe('the names of tensors', () => {
  it('are their paths through dictionaries, lists and objects', () => {
    const one = tensor([1], [1], 1);
    const module = new PickledObject('m.Net', []);
    module.state = new Map<PickleValue, PickleValue>([
      ['_parameters', new Map([['weight', tensor([1], [1], 2)]])],
      ['_buffers', new Map([['mean', tensor([1], [1], 3)]])],
      ['_modules', new Map([['conv', new Map([['bias', tensor([1], [1], 4)]])]])],
    ]);
    const ordered = new PickledObject('m.Dict', [tensor([1], [1], 5)]);
    ordered.entries = new Map([['item', tensor([1], [1], 6)]]);
    ordered.state = [tensor([1], [1], 7)];
    const root = new Map<PickleValue, PickleValue>([
      ['a', one],
      [3, [one, new Map([['deep', one]])]],
      [new Map(), one],
      ['module', module],
      ['ordered', ordered],
      ['epoch', 12],
    ]);
    const found = Object.fromEntries([...within(root)].map(([name, {bytes}]) => [name, bytes[0]]));
    expect(found).toEqual({
      a: 1,
      '3.0': 1,
      '3.1.deep': 1,
      '?': 1,
      'module.weight': 2,
      'module.mean': 3,
      'module.conv.bias': 4,
      'ordered.0': 7,
      'ordered.item': 6,
    });
  });

  it('go as deep as networks do, and through a list once', () => {
    const nested = (depth: number): PickleValue => (depth === 0 ? tensor([1], [1]) : [nested(depth - 1)]);
    expect([...within(nested(257)).keys()]).toEqual([Array(257).fill(0).join('.')]);
    expect(within(nested(258)).size).toBe(0);
    let doubled: PickleValue = [tensor([1], [1])];
    for (let i = 0; i < 50; i++) doubled = [doubled, doubled];
    expect(within(doubled).size).toBe(1);
  });
});

describe('what a file repeats', () => {
  it('are names, which must not be longer than the file together: 64 bytes for a tensor, and its name', () => {
    const two = () => [tensor([1], [1]), tensor([1], [1])];
    expect(within(two(), 132).size).toBe(2);
    expect(() => within(two(), 131)).toThrow('the names of its tensors are longer than itself');
  });

  it('are wrappers of a tensor, of which four are looked through', () => {
    let wrapped: PickledObject = tensor([1], [1]);
    for (let i = 0; i < 4; i++) wrapped = new PickledObject('torch._utils._rebuild_parameter', [wrapped]);
    expect([...within(wrapped).keys()]).toEqual(['']);
    // Of a fifth the tensor is an argument.
    expect([...within(new PickledObject('torch._utils._rebuild_parameter', [wrapped])).keys()]).toEqual([
      '0',
    ]);
  });

  it('are axes, of which there are at most 64', () => {
    const ones = (axes: number) => tensor(Array(axes).fill(1), Array(axes).fill(1));
    expect(within(ones(64)).size).toBe(1);
    expect(() => within(ones(65))).toThrow('is described wrongly');
  });
});

describe('a tensor is refused', () => {
  it.each<[string, PickleValue, string]>([
    ['without a storage', tensor([1], [1], 0, null), 'is described wrongly'],
    ['of another object', tensor([1], [1], 0, new PickledObject('storage', [])), 'is described wrongly'],
    [
      'of a storage without a name',
      tensor([1], [1], 0, new PickledObject('persistent', [['storage', 'x', '0']])),
      'is described wrongly',
    ],
    [
      'of a storage without a key',
      tensor(
        [1],
        [1],
        0,
        new PickledObject('persistent', [['storage', new PickledName('torch.ByteStorage'), 7]]),
      ),
      'is described wrongly',
    ],
    [
      'of a storage that is no list',
      tensor([1], [1], 0, new PickledObject('persistent', ['0'])),
      'is described wrongly',
    ],
    ['with an offset below 0', tensor([1], [1], -1), 'is described wrongly'],
    ['with half an offset', tensor([1], [1], 0.5), 'is described wrongly'],
    ['with a side below 0', tensor([-1], [1]), 'is described wrongly'],
    ['with a stride below 0', tensor([1], [-1]), 'is described wrongly'],
    ['with fewer strides than sides', tensor([1, 2], [1]), 'is described wrongly'],
    ['whose sides are no list', tensor(1, [1]), 'is described wrongly'],
    [
      'of a storage that is not there',
      tensor([1], [1], 0, storage('torch.ByteStorage', '9')),
      'refers to storage 9, which is not in the file',
    ],
    [
      'that ends beyond its storage',
      tensor([48], [1], 1),
      'of shape [48] ends beyond its storage of 48 bytes',
    ],
    ['whose last stride ends beyond it', tensor([2, 2], [47, 1]), 'of shape [2, 2] ends beyond its storage'],
    ['of nothing, beyond the end', tensor([0], [1], 49), 'of shape [0] ends beyond its storage'],
    [
      'that repeats a value more often than the file has bytes',
      tensor([4097], [0]),
      'of shape [4097] repeats values beyond the size of the file',
    ],
    [
      'of an absurd size',
      tensor([2 ** 40, 2 ** 40], [0, 0]),
      'of shape [1099511627776, 1099511627776] repeats values beyond the size of the file',
    ],
  ])('%s', (_, value, problem) => {
    expect(() => within(new Map([['a', new Map([['w', value]])]]))).toThrow(DataFormatError);
    expect(() => within(new Map([['a', new Map([['w', value]])]]))).toThrow(
      `x.pth is damaged: tensor a.w ${problem}`,
    );
  });

  it('by the bytes of its elements, not by their number', () => {
    const wide = (shape: number[], strides: number[]) =>
      tensor(shape, strides, 0, storage('torch.DoubleStorage'));
    expect(within(wide([6], [1])).size).toBe(1);
    expect(() => within(wide([7], [1]))).toThrow('of shape [7] ends beyond its storage of 48 bytes');
    expect(within(wide([512], [0])).size).toBe(1);
    expect(() => within(wide([513], [0]))).toThrow(
      'of shape [513] repeats values beyond the size of the file',
    );
  });

  it('together with others that repeat values', () => {
    const repeated = tensor([2048], [0]);
    expect(within([repeated, repeated]).size).toBe(2);
    expect(() => within([repeated, repeated, repeated])).toThrow(
      'repeats values beyond the size of the file',
    );
    expect(() => within([repeated, repeated], 4095)).toThrow('repeats values beyond the size of the file');
  });
});

it('storageSizes gives the bytes of an element of each storage, however often and wherever it is referred to', () => {
  const of = (type: string, key: string) => tensor([1], [1], 0, storage(type, key));
  let doubled: PickleValue = [of('torch.HalfStorage', 'h')];
  for (let i = 0; i < 50; i++) doubled = [doubled, doubled];
  const root: PickleValue = [
    of('torch.DoubleStorage', 'd'),
    new Map([['x', of('torch.ComplexFloatStorage', 'c')]]),
    of('torch.ComplexDoubleStorage', 'cd'),
    of('torch.QUInt8Storage', 'q'),
    doubled,
  ];
  expect(Object.fromEntries(storageSizes(root))).toEqual({d: 8, c: 8, cd: 16, q: 1, h: 2});
});

describe('parseTorchCheckpoint', () => {
  const file = (name: string) =>
    new Uint8Array(readFileSync(new URL(`../fixtures/formats/${name}`, import.meta.url)));

  it.each(['torch-state.pth', 'torch-state-legacy.pth'])(
    'reads whole numbers and types as PyTorch wrote them: %s',
    name => {
      const tensors = parseTorchCheckpoint(file(name), name);
      const of = (key: string) => {
        const {type, bytes} = tensors.get(key) ?? {type: undefined, bytes: new Uint8Array()};
        return [type, ...bytes];
      };
      expect(of('int64')).toEqual(['I64', 7, 0, 0, 0, 0, 0, 0, 0, 0xf9, 255, 255, 255, 255, 255, 255, 255]);
      expect(of('bool')).toEqual(['BOOL', 1, 0]);
      expect(of('half')[0]).toBe('F16');
      expect(of('double')[0]).toBe('F64');
    },
  );

  it('knows both ages by how they begin', () => {
    const [zip, legacy] = [file('torch-state.pth'), file('torch-state-legacy.pth')];
    expect(looksLikeTorchCheckpoint(zip)).toBe(true);
    expect(looksLikeTorchCheckpoint(legacy)).toBe(true);
    for (const at of [0, 2, 3, 4, 13]) {
      const other = legacy.slice();
      other[at] ^= 1;
      expect(looksLikeTorchCheckpoint(other), `byte ${at}`).toBe(false);
    }
    expect(looksLikeTorchCheckpoint(Uint8Array.of(0x80, 2, 0x8a))).toBe(false);
  });

  it('tells a file of before 1.6 that is cut off anywhere', () => {
    const legacy = file('torch-state-legacy.pth');
    for (let end = 20; end < legacy.length; end += 13) {
      expect(() => parseTorchCheckpoint(legacy.subarray(0, end), 'x.pth')).toThrow(DataFormatError);
    }
    expect(() => parseTorchCheckpoint(legacy.subarray(0, -1), 'x.pth')).toThrow('ends beyond the file');
  });
});

/** A program that makes a tensor of the three bytes of storage 0. */
const program = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0));
const made =
  'ctorch._utils\n_rebuild_tensor_v2\n((\x8c\x07storagectorch\nByteStorage\n\x8c\x010\x8c\x03cpuK\x03tQK\x00K\x03\x85K\x01\x85\x89}tR';
const stateDict = `}\x8c\x01w${made}s.`;
const bytesOf = (file: Uint8Array) =>
  Object.fromEntries([...parseTorchCheckpoint(file, 'x.pth')].map(([name, {bytes}]) => [name, [...bytes]]));

describe('an archive of torch.save', () => {
  const files = (root: string, more: ArchivedFile[] = []): ArchivedFile[] => [
    {name: `${root}data.pkl`, content: stateDict},
    {name: `${root}data/0`, content: 'abc'},
    ...more,
  ];

  it.each(['archive/', 'some/where/', ''])('is read with its files in the folder "%s"', root => {
    expect(bytesOf(zipArchive(files(root)))).toEqual({w: [97, 98, 99]});
    expect(bytesOf(zipArchive(files(root, [{name: `${root}byteorder`, content: 'little'}])))).toEqual({
      w: [97, 98, 99],
    });
  });

  it.each<[string, ArchivedFile[], string]>([
    ['of another machine', files('a/', [{name: 'a/byteorder', content: 'big'}]), 'has big-endian values'],
    [
      'that was packed again',
      [{...files('a/')[0], method: 8}, files('a/')[1]],
      'was compressed after PyTorch wrote it (a/data.pkl)',
    ],
    [
      'whose values were packed again',
      [files('a/')[0], {...files('a/')[1], method: 8}],
      'was compressed after PyTorch wrote it (a/data/0)',
    ],
    [
      'of something else',
      [
        {name: 'a/data.pkl.txt', content: ''},
        {name: 'mydata.pkl', content: ''},
      ],
      'is a ZIP archive without data.pkl',
    ],
    ['of a program', files('a/', [{name: 'a/constants.pkl', content: ''}]), 'is TorchScript'],
    ['of no tensors', [{name: 'a/data.pkl', content: '}.'}], 'is a file of torch.save that holds no tensors'],
    ['without its values', [files('a/')[0]], 'refers to storage 0, which is not in the file'],
  ])('%s is refused', (_, content, problem) => {
    expect(() => parseTorchCheckpoint(zipArchive(content), 'x.pth')).toThrow(
      `x.pth ${problem}`.replace('x.pth refers', 'x.pth is damaged: tensor w refers'),
    );
  });
});

describe('a stream of torch.save, of before 1.6', () => {
  const magic = '\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.';
  const stream = ({
    start = `\x80\x02${magic}`,
    system = '}\x8c\x0dlittle_endian\x88s.',
    keys = ']\x8c\x010a.',
    count = 3,
  } = {}) =>
    program(
      `${start}M\xe9\x03.${system}${stateDict}${keys}${String.fromCharCode(count)}${'\0'.repeat(7)}abc`,
    );

  it.each(['\x80\x02', '\x80\x03', '\x80\x04\x95\x0d\0\0\0\0\0\0\0'])('is read by protocol %j', protocol => {
    const file = stream({start: `${protocol}${magic}`});
    expect(looksLikeTorchCheckpoint(file)).toBe(true);
    expect(bytesOf(file)).toEqual({w: [97, 98, 99]});
    expect(bytesOf(stream({start: `${protocol}${magic}`, system: 'N.'}))).toEqual({w: [97, 98, 99]});
  });

  it.each<[string, Parameters<typeof stream>[0], string]>([
    ['of another machine', {system: '}\x8c\x0dlittle_endian\x89s.'}, 'has big-endian values'],
    [
      'without a list of storages',
      {keys: 'K\x01.'},
      'is damaged: it has no list of storages after its pickles',
    ],
    [
      'with a list of numbers',
      {keys: ']\x8c\x010aK\x01a.'},
      'is damaged: it has no list of storages after its pickles',
    ],
    [
      'with a storage of no tensor',
      {keys: ']\x8c\x019a.'},
      'is damaged: it refers to no tensor of storage 9',
    ],
    ['with a storage that ends beyond it', {count: 4}, 'is truncated: storage 0 ends beyond the file'],
    [
      'with a storage that does not begin',
      {keys: ']\x8c\x010a\x8c\x010a.'},
      'is truncated: storage 0 ends beyond the file',
    ],
  ])('%s is refused', (_, options, problem) => {
    expect(() => parseTorchCheckpoint(stream(options), 'x.pth')).toThrow(`x.pth ${problem}`);
  });
});
