import {writeFile} from 'node:fs/promises';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {type ExportOnnxOptions, exportOnnx} from './exportOnnx';

/**
 * {@link index.exportOnnx} to a file on disk, replacing what is there. Node only.
 *
 * @throws If the file cannot be written, or as {@link index.exportOnnx}.
 */
export async function exportOnnxFile(
  network: LayersModel,
  path: string,
  options?: ExportOnnxOptions,
): Promise<void> {
  await writeFile(path, await exportOnnx(network, options));
}
