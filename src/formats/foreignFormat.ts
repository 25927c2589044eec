import {latin1} from './latin1';

/** How many bytes at the beginning tell what a file is. */
const beginning = 1024;

interface ForeignFormat {
  /** The bytes that the file has at a place, as text of one character a byte. */
  magic: string;
  /** Where they are. Default 0. */
  at?: number;
  /** What the file is, and how to come from it to weights, as the rest of a sentence. */
  description: string;
}

const keras = `Save it as ONNX in Python: keras.saving.load_model(path).export('weights.onnx', format='onnx').`;

const compressed = (name: string, command: string): string =>
  `is compressed (${name}). Unpack it: ${command}.`;

const html =
  'is an HTML page, as a server sends in place of a file: a preview, a login or an error. Download the file itself ' +
  '(on GitHub behind Raw, on Hugging Face with /resolve/ in place of /blob/).';

const picture = 'is a picture, not weights.';

const formats: ForeignFormat[] = [
  {magic: '\x89HDF\r\n\x1a\n', description: `is an HDF5 file, as Keras saves to .h5. ${keras}`},
  {
    magic: 'TFL3',
    at: 4,
    description:
      'is a TFLite file. Convert it to ONNX in Python: python -m tf2onnx.convert --tflite model.tflite --output weights.onnx.',
  },
  {
    magic: '\x12\x01\0\0\0\0\0\0',
    description:
      `is MXNet's .params. Convert it and its -symbol.json to ONNX in Python, with MXNet 1.9: ` +
      `mxnet.onnx.export_model('model-symbol.json', 'model-0000.params', [(1, 3, 112, 112)], numpy.float32, 'weights.onnx').`,
  },
  {
    magic: '\x93NUMPY',
    description:
      `is one NumPy array (.npy), without a name. Save arrays by the names of their weights in Python: ` +
      `safetensors.numpy.save_file({'weight': numpy.load(path)}, 'weights.safetensors').`,
  },
  {
    magic: 'ORTM',
    at: 4,
    description: `is ONNX Runtime's own format (.ort). Import the .onnx file that it was made from.`,
  },
  {
    magic: 'ET12',
    at: 4,
    description:
      'is a program of ExecuTorch (.pte). Save the weights in PyTorch, before they become a program: ' +
      `torch.save(model.state_dict(), 'weights.pth').`,
  },
  {magic: 'GGUF', description: 'is a GGUF file, whose weights are of language models.'},
  {
    magic: '7767517\n',
    description: `is NCNN's .param. Import the ONNX or PyTorch file that it was converted from.`,
  },
  {
    magic: '\x47\x6b\x30\x01',
    description: `is NCNN's .bin. Import the ONNX or PyTorch file that it was converted from.`,
  },
  {magic: '\x1f\x8b\x08', description: compressed('gzip', 'gunzip, or tar -xzf for .tar.gz')},
  {magic: 'BZh', description: compressed('bzip2', 'bunzip2, or tar -xjf for .tar.bz2')},
  {magic: '\xfd7zXZ\0', description: compressed('xz', 'unxz, or tar -xJf for .tar.xz')},
  {magic: '\x28\xb5\x2f\xfd', description: compressed('Zstandard', 'unzstd')},
  {magic: '7z\xbc\xaf\x27\x1c', description: compressed('7-Zip', '7z x')},
  {magic: 'Rar!', description: compressed('RAR', 'unrar x')},
  {magic: 'PK\x05\x06', description: 'is a ZIP archive without a file in it. Download it again.'},
  {magic: 'ustar', at: 257, description: 'is a tar archive. Unpack it (tar -xf), and import a file in it.'},
  {magic: '\xff\xd8\xff', description: picture},
  {magic: '\x89PNG', description: picture},
  {magic: '%PDF', description: 'is a PDF document, not weights.'},
];

/** Python's pickle, protocols 2 to 5. Files of `torch.save` are one too, and are told first. */
const isPickle = (bytes: Uint8Array) => bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5;

const pickle =
  `is a Python pickle that torch.save did not write. Save its arrays by name in Python: ` +
  `safetensors.numpy.save_file(arrays, 'weights.safetensors').`;

/** An ONNX file begins with the number of its version, other messages with a name or a node. */
const isOtherProtobuf = (bytes: Uint8Array) => bytes[0] === 0x0a && bytes.length > 1;

const otherProtobuf =
  `is no ONNX file, but may be a TensorFlow graph (.pb) or Caffe's .caffemodel. Convert it to ONNX, ` +
  'a graph with python -m tf2onnx.convert, and import that.';

/** What a text says of itself; a file of weights never is one. */
function describedText(text: string, length: number): string | undefined {
  const start = text.replace(/^\u00ef\u00bb\u00bf/, '').trimStart();
  if (start.startsWith('version https://git-lfs.github.com/')) {
    const size = start.match(/^size (\d+)$/m)?.[1];
    return (
      `is a Git-LFS pointer, ${length} bytes that stand for the file${size === undefined ? '' : ` of ${size} bytes`}. ` +
      'Fetch the file: git lfs pull.'
    );
  }
  if (/^<(!doctype html|html|head|body)\b/i.test(start)) return html;
  if (/^<(\?xml|net|Error)\b/.test(start)) {
    return start.includes('<net')
      ? `is OpenVINO's description of a network (.xml). Import the ONNX or PyTorch file that it was converted from.`
      : `is XML: '${shown(start)}'. Download the file of weights.`;
  }
  if (/^[{[]/.test(start)) return describedJson(start);
  if (/^(name|layer|layers|input)\s*[:{]/.test(start)) {
    return `is Caffe's description of a network (.prototxt), without weights. Convert it and its .caffemodel to ONNX.`;
  }
  const isShortText = length <= beginning && length > 0 && /^[\t\n\r\x20-\x7e]+$/.test(text);
  return isShortText ? `is text: '${shown(start)}'. Download the file of weights.` : undefined;
}

function describedJson(start: string): string {
  if (start.includes('"arg_nodes"') || /"op":\s*"null"/.test(start)) {
    return `is JSON. It is MXNet's -symbol.json, without weights: with its .params, convert it to ONNX by mxnet.onnx.export_model.`;
  }
  if (start.includes('"weight_map"')) {
    return 'is JSON. It is the index of weights in several safetensors files: import a file of all in one.';
  }
  return 'is JSON. A tfjs-layers save is imported as artifacts or from an IOHandler such as tf.io.http(url).';
}

/** The beginning of a text for a message. */
const shown = (text: string) => text.slice(0, 60).replace(/\s+/g, ' ').trim();

/** What a ZIP archive is that is no file of `torch.save`, by the names of its files. */
export function foreignArchive(names: string[]): string {
  const has = (pattern: RegExp) => names.some(name => pattern.test(name));
  if (has(/^model\.weights\.h5$/)) return `is a Keras file (.keras). ${keras}`;
  if (has(/(^|\/)(serialized_exported_program\.json|archive_format|archive_version)$/)) {
    return `is a program of torch.export (.pt2). Save its weights in PyTorch: torch.save(torch.export.load(path).state_dict, 'weights.pth').`;
  }
  if (names.length > 0 && names.every(name => name.endsWith('.npy'))) {
    return (
      `is NumPy's .npz. Save its arrays by the names of the weights in Python: ` +
      `safetensors.numpy.save_file(dict(numpy.load(path)), 'weights.safetensors').`
    );
  }
  const inside = names.filter(name => /\.(onnx|pth|pt|safetensors|bin|ckpt|tar)$/.test(name)).slice(0, 3);
  const advice = inside.length === 0 ? '' : ` Unpack it and import a file in it: ${inside.join(', ')}.`;
  return `is a ZIP archive without data.pkl: it is not a file of torch.save.${advice}`;
}

/**
 * What a file is, if its content tells that it is something else than weights that are read here: Keras, TFLite, MXNet, NumPy, an archive,
 * a page. ZIP archives have {@link foreignArchive}.
 *
 * @returns The rest of a sentence that begins with the file's name: what it is, and how to come from it to weights.
 */
export function foreignFormat(bytes: Uint8Array): string | undefined {
  const start = latin1(bytes.subarray(0, beginning));
  const format = formats.find(({magic, at = 0}) => start.startsWith(magic, at));
  if (format !== undefined) return format.description;
  if (isPickle(bytes)) return pickle;
  return describedText(start, bytes.length) ?? (isOtherProtobuf(bytes) ? otherProtobuf : undefined);
}

/** What files are whose content tells nothing, by how their names end. */
const endings: [RegExp, string][] = [
  [
    /\.bin$/i,
    'A .bin of TensorFlow.js, NCNN or OpenVINO has numbers alone: give the model.json of TensorFlow.js, or the file that it was converted from',
  ],
  [
    /\.(data-\d+-of-\d+|index|meta)$/i,
    `A TensorFlow checkpoint is converted to ONNX: python -m tf2onnx.convert`,
  ],
  [/\.pb$/i, 'A TensorFlow graph (.pb) is converted to ONNX: python -m tf2onnx.convert'],
  [
    /\.(mlmodel|weights|engine|trt|rknn|mnn|uff)$/i,
    'Import the ONNX or PyTorch file that it was converted from',
  ],
];

/** What to do with a file whose content does not tell what it is, by its name. */
export const foreignName = (file: string): string | undefined =>
  endings.find(([ending]) => ending.test(file))?.[1];
