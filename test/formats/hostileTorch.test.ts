import {describe, expect, it} from 'vitest';
import {DataFormatError} from '../../src/formats/dataFormatError';
import {parseTorchCheckpoint} from '../../src/formats/parseTorchCheckpoint';

/*
 * Pickles that are small and would cost much: their parts can be recalled any number of times. Each must be refused while the test
 * lasts; where a part is looked at as often as it is recalled, that takes minutes, or all memory.
 */

const bytes = (text: string) => Buffer.from(text, 'latin1');
const uint32 = (value: number) => {
  const four = Buffer.alloc(4);
  four.writeUInt32LE(value);
  return four.toString('latin1');
};
const unicode = (text: string) => `X${uint32(text.length)}${text}`;
const put = (index: number) => `r${uint32(index)}`;
const get = (index: number) => `j${uint32(index)}`;

/** What PyTorch wrote before 1.6: its number, a version, the system, the object, the storages. */
const stream = (pickle: string) =>
  new Uint8Array(
    bytes(
      `\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}.\x80\x02${pickle}.\x80\x02].`,
    ),
  );

const name = (path: string) => `c${path.replace(/\.(\w+)$/, '\n$1')}\n`;

/** A tensor of a storage that is not in the file. */
const tensor = (shape: string) =>
  `${name('torch._utils._rebuild_tensor_v2')}((${unicode('storage')}${name('torch.FloatStorage')}${unicode('0')}${unicode('cpu')}K\x01tQK\x00${shape}${shape}\x89tR`;

const times = (count: number, part: string | ((i: number) => string)) =>
  Array.from({length: count}, (_, i) => (typeof part === 'string' ? part : part(i))).join('');

const many = 20_000;

const hostile: [what: string, pickle: string][] = [
  [
    'one long list is the state of many objects',
    `](${times(5 * many, 'K\x01')}e${put(0)}0](${times(many, `${name('a.B')})\x81${get(0)}b`)}e`,
  ],
  [
    'one long list is the arguments of many objects',
    `](${times(5 * many, 'K\x01')}e${put(0)}0](${times(many, `${name('a.B')}${get(0)}\x81`)}e`,
  ],
  [
    'one long list is the shape of many tensors',
    `(${times(5 * many, 'K\x01')}t${put(0)}0](${times(many / 20, tensor(get(0)))}e`,
  ],
  [
    'the names of classes are one long text',
    `${unicode('m'.repeat(100_000))}${put(0)}0](${times(many, `${get(0)}${get(0)}\x93`)}e`,
  ],
  [
    'the names of tensors are one long text',
    `${unicode('m'.repeat(100_000))}${put(0)}0${times(20, `}${get(0)}`)}](${times(many / 20, tensor(')'))}e${times(20, 's')}`,
  ],
  ['a tensor is recalled many times', `${tensor(')')}${put(0)}0](${times(many, get(0))}e`],
  [
    'a parameter is a parameter of a parameter',
    `${times(5 * many, `${name('torch._utils._rebuild_parameter')}`)}${tensor(')')}${times(5 * many, '\x85R')}`,
  ],
  [
    'modules are as deep as the file',
    `${times(5 * many, `}${unicode('_modules')}`)}}${times(5 * many, 's')}`,
  ],
  ['lists are as deep as the file', `${times(many, ']')}${times(many - 1, 'a')}`],
  [
    'lists hold one another twice',
    `]${put(0)}0${times(many, i => `](${get(i)}${get(i)}e${put(i + 1)}0`)}${get(many)}`,
  ],
  ['it is empty dictionaries', `](${times(10 * many, '}')}e`],
  ['it is open lists of arguments', times(10 * many, '(')],
  ['an integer is as long as the file', `\x8b${uint32(many)}${'\xff'.repeat(many)}`],
  ['a line does not end', `I${'1'.repeat(10 * many)}`],
  ['a length goes beyond the file', `X${uint32(0xffffffff)}a`],
];

describe('a checkpoint of PyTorch is refused soon where', () => {
  it.each(hostile)('%s', (_, pickle) => {
    let reason: unknown;
    try {
      parseTorchCheckpoint(stream(pickle), 'x.pth');
    } catch (error) {
      reason = error;
    }
    expect(reason).toBeInstanceOf(DataFormatError);
    expect((reason as Error).message.length).toBeLessThan(300);
  });

  it('though a class that runs a command is only a name', () => {
    const pickle = `${name('os.system')}(${unicode('touch /tmp/never')}tR`;
    expect(() => parseTorchCheckpoint(stream(pickle), 'x.pth')).toThrow('holds no tensors');
  });
});
