import {mkdtemp, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const int32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

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
    const header = [0, 0, 8, 3, ...int32(count), ...int32(28), ...int32(28)];
    await writeFile(
      join(folder, `${part}-images-idx3-ubyte`),
      Buffer.concat([new Uint8Array(header), images]),
    );
    await writeFile(
      join(folder, `${part}-labels-idx1-ubyte`),
      Buffer.concat([new Uint8Array([0, 0, 8, 1, ...int32(count)]), labels]),
    );
  }
  return folder;
}
