import {readFileSync} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {loadModelFolder} from '../../src/backbones/inference/modelFolder';
import {importWeights} from '../../src/backbones/weights/importWeights';
import {useBackend} from '../../src/backend/useBackend';
import {DataFormatError} from '../../src/formats/dataFormatError';
import {serializeSafetensors} from '../../src/formats/safetensors';
import {arcFace} from '../../src/losses/heads/arcFace';

const head = arcFace({classes: 2});
beforeAll(async () => {
  await useBackend('cpu');
  head.build([null, 3]);
});

/** Bytes as text of one character each. */
const bytes = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0));

/** A ZIP archive of empty files. */
function archive(names: string[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const name of names) {
    const local = Buffer.alloc(30 + name.length);
    local.writeUInt32LE(0x04034b50);
    local.writeUInt16LE(name.length, 26);
    local.write(name, 30);
    const entry = Buffer.alloc(46 + name.length);
    entry.writeUInt32LE(0x02014b50);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    entry.write(name, 46);
    parts.push(local);
    directory.push(entry);
    at += local.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(at, 16);
  return Uint8Array.from(Buffer.concat([...parts, ...directory, end]));
}

/** A tar archive of an empty file. */
function tar(): Uint8Array {
  const header = Buffer.alloc(1536);
  header.write('model.pth');
  header.write('ustar', 257);
  return Uint8Array.from(header);
}

const pointer =
  'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146ad9ca0a8c5d1f2e6f5d5c7d4\nsize 261172438\n';

const files: [what: string, file: Uint8Array, is: RegExp, advice: RegExp][] = [
  [
    'TorchScript',
    readFileSync(new URL('../fixtures/formats/torch-script.pt', import.meta.url)),
    /TorchScript/,
    /state_dict\(\)/,
  ],
  [
    'TorchScript for phones',
    archive(['x/data.pkl', 'x/constants.pkl', 'x/bytecode.pkl']),
    /TorchScript/,
    /state_dict\(\)/,
  ],
  [
    'torch.export',
    archive(['x/archive_format', 'x/byteorder', 'x/models/model.json']),
    /torch\.export/,
    /torch\.export\.load/,
  ],
  ['Keras .h5', bytes('\x89HDF\r\n\x1a\n\0\0\0\0\0\x08\x08'), /HDF5 .*Keras/, /format='onnx'/],
  ['Keras .keras', archive(['metadata.json', 'config.json', 'model.weights.h5']), /Keras/, /format='onnx'/],
  ['TFLite', bytes('\x1c\0\0\0TFL3\x14\0\x20\0'), /TFLite/, /tf2onnx\.convert --tflite/],
  [
    'MXNet .params',
    bytes('\x12\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0'),
    /MXNet/,
    /mxnet\.onnx\.export_model/,
  ],
  [
    'MXNet symbol',
    bytes('{"nodes": [{"op": "null", "name": "data"}], "arg_nodes": [0]}'),
    /JSON.*MXNet/,
    /\.params/,
  ],
  ['MXNet symbol, cut', bytes('{"nodes": [{"op": "null", "name": "data"}'), /JSON.*MXNet/, /\.params/],
  ['MXNet symbol, sorted', bytes('{"arg_nodes": [0], "heads": []}'), /JSON.*MXNet/, /\.params/],
  ['.npy', bytes(`\x93NUMPY\x01\0\x76\0{'descr': '<f4'}`), /NumPy array/, /safetensors\.numpy/],
  ['.npz', archive(['conv1.weight.npy', 'bn1.bias.npy']), /\.npz/, /dict\(numpy\.load\(path\)\)/],
  ['a page', bytes('\n<!DOCTYPE html><html lang="en">'), /HTML page/, /\/resolve\//],
  ['a page behind a byte order mark', bytes('\xef\xbb\xbf<html>'), /HTML page/, /Download the file itself/],
  ['a pointer of Git-LFS', bytes(pointer), /Git-LFS pointer.* 261172438 bytes/, /git lfs pull/],
  ['gzip', gzipSync('x'), /gzip/, /gunzip/],
  ['bzip2', bytes('BZh91AY&SY'), /bzip2/, /bunzip2/],
  ['xz', bytes('\xfd7zXZ\0\0\x04'), /xz/, /unxz/],
  ['Zstandard', bytes('\x28\xb5\x2f\xfd\x04'), /Zstandard/, /unzstd/],
  ['7-Zip', bytes('7z\xbc\xaf\x27\x1c\0\x04'), /7-Zip/, /7z x/],
  ['tar', tar(), /tar archive/, /tar -xf/],
  [
    'a pack of models',
    archive(['det_10g.onnx', 'w600k_r50.onnx']),
    /ZIP archive without data\.pkl/,
    /w600k_r50\.onnx/,
  ],
  ['an empty archive', bytes(`PK\x05\x06${'\0'.repeat(18)}`), /ZIP archive without a file/, /Download/],
  ['OpenVINO', bytes('<?xml version="1.0"?>\n<net name="x" version="11">'), /OpenVINO/, /ONNX or PyTorch/],
  [
    'an error of a store',
    bytes('<?xml version="1.0"?><Error><Code>AccessDenied</Code>'),
    /XML: .*Error/,
    /Download/,
  ],
  ['NCNN .param', bytes('7767517\n75 83\nInput data 0 1'), /NCNN/, /ONNX or PyTorch/],
  ['NCNN .bin', bytes('\x47\x6b\x30\x01\0\0\0\0'), /NCNN/, /ONNX or PyTorch/],
  ['Caffe .prototxt', bytes('name: "SphereFace"\ninput: "data"\n'), /Caffe/, /ONNX/],
  ['Caffe .caffemodel', bytes('\x0a\x0aSphereFace\xa2\x06\x10'), /\.caffemodel/, /ONNX/],
  ['ONNX Runtime', bytes('\x20\0\0\0ORTM\0\0'), /ONNX Runtime/, /\.onnx/],
  ['ExecuTorch', bytes('\x1c\0\0\0ET12\0\0'), /ExecuTorch/, /state_dict\(\)/],
  ['a pickle', bytes('\x80\x04\x95\x0a\0\0\0\0\0\0\0}\x94.'), /Python pickle/, /safetensors\.numpy/],
  ['an answer of a server', bytes('Entry not found'), /text: 'Entry not found'/, /Download/],
  ['an index of shards', bytes('{"metadata": {}, "weight_map": {}}'), /JSON.*index/, /all in one/],
  ['a picture', bytes('\xff\xd8\xff\xe0\0\x10JFIF'), /picture/, /not weights/],
  ['nothing', new Uint8Array(), /empty/, /Download/],
];

describe('a file of weights that is something else is named, with what to do:', () => {
  it.each(files)('%s', async (_, file, is, advice) => {
    const error = await importWeights(head, file, {name: 'mine'}).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataFormatError);
    const {message} = error as Error;
    expect(message).toMatch(is);
    expect(message).toMatch(advice);
    expect(message.startsWith('mine ')).toBe(true);
    expect(message.length).toBeLessThan(320);
  });

  it('but a safetensors file is not taken for gzip, whose first bytes its length can have', async () => {
    // 0x08_8b_1f bytes of header.
    const [name, shape] = ['weight', [2, 3]];
    const stored = new Map([[name, {type: 'F32' as const, shape, bytes: new Uint8Array(24)}]]);
    const plain = serializeSafetensors(stored);
    const length = 0x088b1f;
    const header = Buffer.from(
      plain.subarray(8, 8 + Number(new DataView(plain.buffer).getBigUint64(0, true))),
    );
    const file = Buffer.concat([
      Buffer.from('1f8b080000000000', 'hex'),
      header,
      Buffer.alloc(length - header.length, ' '),
      Buffer.alloc(24),
    ]);
    await importWeights(head, new Uint8Array(file));
  });
});

it.each([
  ['group1-shard1of4.bin', /model\.json of TensorFlow\.js/],
  ['model.ckpt.data-00000-of-00001', /tf2onnx/],
  ['saved_model.pb', /tf2onnx/],
  ['face.mlmodel', /ONNX or PyTorch file that it was converted from/],
])('a file whose content tells nothing is told by its name: %s', async (name, advice) => {
  // Numbers that are no message, a message that is no graph, and a pickle of no protocol that there is.
  for (const content of [Float32Array.of(0, -0.5, 1.5, 2), Uint8Array.of(8, 1), Uint8Array.of(0x80, 6)]) {
    const error = await importWeights(head, new Uint8Array(content.buffer), {name}).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DataFormatError);
    expect((error as Error).message).toMatch(advice);
  }
});

describe('loadModelFolder names', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foreign-'));
  });
  afterAll(() => rm(folder, {recursive: true}));

  const given: [what: string, content: Uint8Array, message: RegExp][] = [
    ['weights alone', serializeSafetensors(new Map()), /weights without their network.*importWeightsFile/],
    ['a page', bytes('<!DOCTYPE html>'), /HTML page/],
    ['a pointer of Git-LFS', bytes(pointer), /git lfs pull/],
    ['a graph model', bytes('{"modelTopology": {"node": []}}'), /graph model.*loadGraphModel/],
  ];
  it.each(given)('%s in place of model.json', async (_, content, message) => {
    const file = join(folder, 'model.json');
    await writeFile(file, content);
    await expect(loadModelFolder(folder)).rejects.toThrow(message);
  });

  it('a pointer of Git-LFS in place of weights', async () => {
    const weights = [{name: 'a/kernel', shape: [1000], dtype: 'float32'}];
    const json = {modelTopology: {class_name: 'Model'}, weightsManifest: [{paths: ['weights.bin'], weights}]};
    await writeFile(join(folder, 'model.json'), JSON.stringify(json));
    await writeFile(join(folder, 'weights.bin'), pointer);
    await expect(loadModelFolder(folder)).rejects.toThrow(/weights\.bin is a Git-LFS pointer/);
  });
});
