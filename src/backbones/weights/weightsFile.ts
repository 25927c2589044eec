import {readFile, realpath, writeFile} from 'node:fs/promises';
import {dirname, join, sep} from 'node:path';
import {DataFormatError} from '../../formats/dataFormatError';
import {type ExportWeightsOptions, exportWeights} from './exportWeights';
import {type ImportedWeights, importWeights} from './importWeights';
import type {WeightsOwner} from './pyTorchParameters';

/**
 * {@link importWeights} from a file on disk: safetensors, `.pth`, or ONNX with the files beside it that have its weights. Node only.
 *
 * @throws If the file cannot be read, or as {@link importWeights}, naming the path.
 */
export async function importWeightsFile(owner: WeightsOwner, path: string): Promise<ImportedWeights> {
  const externalData = (location: string) => readBeside(path, location);
  return importWeights(owner, await readFile(path), {name: path, externalData});
}

/** Reads a file that an ONNX file names. A link in its folder may lead to where the ONNX file itself lies, but nowhere else. */
async function readBeside(path: string, location: string): Promise<Uint8Array> {
  const file = join(dirname(path), location);
  const folders = [await realpath(dirname(path)), dirname(await realpath(path))];
  try {
    const real = await realpath(file);
    if (folders.some(folder => real.startsWith(folder.endsWith(sep) ? folder : folder + sep))) {
      return await readFile(real);
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
 * {@link exportWeights} to a safetensors file on disk, replacing what is there. Node only.
 *
 * @throws If the file cannot be written, or as {@link exportWeights}.
 */
export async function exportWeightsFile(
  owner: WeightsOwner,
  path: string,
  options?: ExportWeightsOptions,
): Promise<void> {
  await writeFile(path, await exportWeights(owner, options));
}
