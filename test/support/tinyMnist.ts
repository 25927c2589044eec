import {mkdtemp, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {idxBytes} from './idxBytes';

/** A folder with MNIST's four files, holding a few images: a digit d is a bright bar across rows 2d + 4 and 2d + 5. */
export async function tinyMnist({train, test}: {train: number; test: number}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tiny-mnist-'));
  for (const [part, count] of Object.entries({train, t10k: test})) {
    const labels = Uint8Array.from({length: count}, (_, i) => i % 10);
    const images = new Uint8Array(count * 28 * 28);
    labels.forEach((digit, i) => {
      const row = i * 28 * 28 + (2 * digit + 4) * 28;
      images.fill(255, row + (i % 5), row + 48);
    });
    await writeFile(join(folder, `${part}-images-idx3-ubyte`), idxBytes([count, 28, 28], images));
    await writeFile(join(folder, `${part}-labels-idx1-ubyte`), idxBytes([count], labels));
  }
  return folder;
}
