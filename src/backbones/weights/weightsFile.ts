import {readdir, realpath, stat} from 'node:fs/promises';
import {dirname, join, sep} from 'node:path';
import {checkOptions} from '../../base/checkOptions';
import {readWholeFile} from '../../base/readWholeFile';
import {writeAtomically} from '../../base/writeAtomically';
import {DataFormatError} from '../../formats/dataFormatError';
import {type ExportWeightsOptions, exportWeights} from './exportWeights';
import {
  type ImportedWeights,
  type ImportWeightsOptions,
  importWeights,
  importWeightsOptions,
} from './importWeights';
import type {WeightsOwner} from './pyTorchParameters';

/**
 * {@link importWeights} from a file on disk: safetensors, `.pth`, or ONNX with the files beside it that have its weights. Node only.
 *
 * @throws If the file cannot be read or is a folder, or as {@link importWeights}, naming the path.
 */
export async function importWeightsFile(
  owner: WeightsOwner,
  path: string,
  options: ImportWeightsOptions = {},
): Promise<ImportedWeights> {
  checkOptions('importWeightsFile', options, importWeightsOptions);
  const externalData = (location: string) => readBeside(path, location);
  await checkNoFolder(path);
  return importWeights(owner, await readWholeFile(path), {name: path, externalData, ...options});
}

/** The most names of a folder in a message. */
const mostNames = 3;

async function checkNoFolder(path: string): Promise<void> {
  if (!(await stat(path)).isDirectory()) return;
  const names = (await readdir(path)).sort();
  const files = names.filter(name => /\.(safetensors|pth|pt|onnx|ckpt)$/i.test(name)).slice(0, mostNames);
  const advice = names.includes('model.json')
    ? 'load the model that TensorFlow.js saved there by loadModelFolder'
    : files.length === 0
      ? 'give the path of a file'
      : `give one in it, such as ${files.join(' or ')}`;
  throw new DataFormatError(path, `is a folder, not a file of weights: ${advice}.`);
}

/** Reads a file that an ONNX file names. A link in its folder may lead to where the ONNX file itself lies, but nowhere else. */
async function readBeside(path: string, location: string): Promise<Uint8Array> {
  const file = join(dirname(path), location);
  const folders = [await realpath(dirname(path)), dirname(await realpath(path))];
  try {
    const real = await realpath(file);
    if (folders.some(folder => real.startsWith(folder.endsWith(sep) ? folder : folder + sep))) {
      return await readWholeFile(real);
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new DataFormatError(
      path,
      `has its weights in ${file}, which is missing: keep both in one folder.`,
      {
        cause,
      },
    );
  }
  throw new DataFormatError(
    path,
    `has its weights in ${file}, which is a link to outside of its own folder.`,
  );
}

/**
 * {@link exportWeights} to a safetensors file on disk, replacing what is there. At any moment there is the old file whole, or the new one. Node
 * only.
 *
 * @throws If the file cannot be written, or as {@link exportWeights}.
 */
export async function exportWeightsFile(
  owner: WeightsOwner,
  path: string,
  options?: ExportWeightsOptions,
): Promise<void> {
  await writeAtomically(path, await exportWeights(owner, options));
}
