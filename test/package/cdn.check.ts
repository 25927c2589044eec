import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {chromium} from 'playwright';
import {describe, expect, inject, it} from 'vitest';
import {chromiumArgs, findChromium} from '../browser/findChromium';
import {root} from './root';

const consumer = inject('consumer');
const file = join(consumer, 'node_modules/face-margins/dist/face-margins.min.js');

/** The page of the documentation, as a reader copies it. */
const sample = readFileSync(join(root, 'docs/backends.md'), 'utf8').match(/```html\n(.+?)```/s)?.[1] ?? '';
const cdn = 'https://cdn.jsdelivr.net/npm/';

describe('the one file for a page without a bundler', () => {
  it('exports what the package does, and imports TensorFlow.js', () => {
    const names = (specifier: string) =>
      execFileSync(
        'node',
        ['--input-type=module', '-e', `console.log(Object.keys(await import('${specifier}')).sort().join())`],
        {cwd: consumer, encoding: 'utf8'},
      );
    expect(names('./node_modules/face-margins/dist/face-margins.min.js')).toBe(names('face-margins'));
    const imports = [...readFileSync(file, 'utf8').matchAll(/\b(?:from|import\()"([^"\s,]+)"/g)];
    // The packages of backends are asked for where they are named, and may be missing.
    expect(new Set(imports.map(([, name]) => name))).toEqual(
      new Set([
        '@tensorflow/tfjs-core',
        '@tensorflow/tfjs-layers',
        '@tensorflow/tfjs-backend-wasm',
        '@tensorflow/tfjs-backend-webgpu',
        '@bufbuild/protobuf/wire',
      ]),
    );
  });

  it('has the size that the documentation says', () => {
    const size = gzipSync(readFileSync(file)).length / 1000;
    console.log(`face-margins.min.js: ${size.toFixed(1)} kB gzipped`);
    expect(Math.abs(size - 140)).toBeLessThan(6);
  });

  it('is named in the documentation with the versions of this package', () => {
    for (const [, name, version] of sample.matchAll(/npm\/((?:@\w+\/)?[\w-]+)@([\d.]+)\//g)) {
      const {version: installed} = JSON.parse(
        readFileSync(join(consumer, 'node_modules', name, 'package.json'), 'utf8'),
      );
      expect(`${name} ${version}`).toBe(`${name} ${installed}`);
    }
  });

  it.skipIf(findChromium() === undefined)(
    'trains in the page of the documentation, with its import map',
    async () => {
      const browser = await chromium.launch({executablePath: findChromium(), args: chromiumArgs});
      try {
        const page = await browser.newPage();
        const problems: string[] = [];
        page.on('pageerror', error => problems.push(String(error)));
        await page.route('https://page.example/', route =>
          route.fulfill({contentType: 'text/html', body: sample}),
        );
        // The installed packages are what the CDN would serve.
        await page.route(`${cdn}**`, route =>
          route.fulfill({
            path: join(
              consumer,
              'node_modules',
              route
                .request()
                .url()
                .slice(cdn.length)
                .replace(/(?<=.)@[\d.]+/, ''),
            ),
            headers: {'access-control-allow-origin': '*'},
          }),
        );
        await page.goto('https://page.example/');
        await page.getByText('step 10:').waitFor({timeout: 120_000});
        expect(problems).toEqual([]);
        const printed = await page.locator('pre').textContent();
        const losses = [...(printed ?? '').matchAll(/loss ([\d.]+)/g)].map(([, loss]) => Number(loss));
        expect(losses).toHaveLength(10);
        expect(losses[9]).toBeLessThan(losses[0]);
      } finally {
        await browser.close();
      }
    },
  );
});
