import {readFile, writeFile} from 'node:fs/promises';
import {type ExportWeightsOptions, exportWeights} from './exportWeights';
import {importWeights} from './importWeights';
import type {WeightsOwner} from './pyTorchParameters';

/**
 * {@link importWeights} from a safetensors or ONNX file on disk. Node only.
 *
 * @throws If the file cannot be read, or as {@link importWeights}, naming the path.
 */
export async function importWeightsFile(owner: WeightsOwner, path: string): Promise<void> {
  await importWeights(owner, await readFile(path), {name: path});
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
