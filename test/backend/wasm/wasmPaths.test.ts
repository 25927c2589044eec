import {copyFile, mkdir, readFile, writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import type {AddressInfo} from 'node:net';
import {dirname, join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest';
import {type UseBackendOptions, useBackend} from '../../../src/backend/useBackend';
import {wasmFileReport} from '../../../src/backend/wasm/wasmFileReport';
import {type WasmPaths, wasmFiles} from '../../../src/backend/wasm/wasmPaths';
import {wasmStartReport} from '../../../src/backend/wasm/wasmStartReport';
import {runProgram} from '../../support/runProgram';
import {temporaryFolder} from '../../support/temporaryFolder';

const packaged = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
const page = '<!DOCTYPE html><html><body>Not found</body></html>';

/** What `useBackend` says of paths, each time in the same process of its own. */
async function told(...calls: (WasmPaths | undefined)[]): Promise<string[]> {
  const {stdout, stderr} = await runProgram(`
    import {useBackend} from 'face-margins';
    for (const wasmPaths of ${JSON.stringify(calls)}) {
      const options = wasmPaths === null ? {} : {wasmPaths};
      console.log(await useBackend('wasm', options).catch(error => error.message));
    }
  `);
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
}

describe('useBackend, told where the files of wasm are,', () => {
  const folder = temporaryFolder();

  it('takes them from a folder, or by their addresses', async () => {
    const copies = join(folder.path, 'copies/');
    await mkdir(copies);
    for (const name of wasmFiles) await copyFile(join(packaged, name), `${copies}${name}`);
    const addresses = Object.fromEntries(wasmFiles.map(name => [name, `${copies}${name}`])) as WasmPaths;
    expect(await told(copies, copies)).toEqual(['wasm', 'wasm']);
    expect(await told(addresses)).toEqual(['wasm']);
  });

  it('says where it looked and what it found: nothing, or a page', async () => {
    const [missing, again] = await told(join(folder.path, 'nowhere/'), `${packaged}/`);
    expect(missing).toMatch(
      /^The wasm backend could not be used: The wasm backend did not start: its files were looked for at '.*nowhere\/'; ENOENT: no such file or directory, open '.*nowhere\/tfjs-backend-wasm-simd\.wasm'\. Say where .* useBackend\('wasm', \{wasmPaths: '\/wasm\/'\}\), or setWasmPaths\('\/wasm\/'\)/,
    );
    expect(missing).not.toContain('npm i');
    expect(again).toContain('wasmPaths come too late, after a start of the wasm backend that failed');
    for (const name of wasmFiles) await writeFile(join(folder.path, name), page);
    const [html] = await told(`${folder.path}/`);
    expect(html).toMatch(
      /did not start: its files were looked for at '.*'; WebAssembly\.instantiate\(\): expected magic word 00 61 73 6d, found 3c 21 44 4f @\+0, as an HTML page begins\. Say where/,
    );
  });

  it('says so too where the program called setWasmPaths', async () => {
    const {stdout} = await runProgram(`
      import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
      import {useBackend} from 'face-margins';
      setWasmPaths('/nowhere/');
      console.log(await useBackend('wasm').catch(error => error.message));
    `);
    expect(stdout).toMatch(
      /did not start: ENOENT: .* open '\/nowhere\/tfjs-backend-wasm-simd\.wasm'\. Say where/,
    );
  });

  it('refuses what are no paths, and paths for another backend', async () => {
    const refused = (options: object, name?: 'wasm' | 'cpu') =>
      expect(useBackend(name, options as UseBackendOptions)).rejects;
    await refused({wasmPaths: ''}, 'wasm').toThrow(
      /wasmPaths must be a folder such as '\/wasm\/', or .*, but is ''/,
    );
    await refused({wasmPaths: 3}).toThrow('but is 3');
    await refused({wasmPaths: {}}).toThrow('but has none for tfjs-backend-wasm.wasm');
    await refused({wasmPaths: {'tfjs-backend-wasm.wasm': 'a', 'other.wasm': 'b'}}).toThrow(
      "but has one for 'other.wasm'",
    );
    await refused({wasmPaths: '/wasm/'}, 'cpu').toThrow(
      "name must be 'wasm' or left out where wasmPaths are given, but is 'cpu'",
    );
    await refused({wasmPath: '/wasm/'}, 'wasm').toThrow(
      'an option must be one of wasmPaths, threads, but is wasmPath. Did you mean wasmPaths?',
    );
  });
});

describe('what a server gives in place of a file of wasm', () => {
  const answers: Record<string, [status: number, body: string | Buffer]> = {
    '/missing': [404, page],
    '/page': [200, page],
    '/pointer': [200, 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 424594\n'],
    '/empty': [200, ''],
    '/other': [200, Buffer.from([0x1f, 0x8b, 8, 0, 0])],
    '/cut': [200, Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0])],
  };
  const server = createServer(({url}, response) => {
    const [status, body] = answers[(url as string).replace(/\/[^/]*\.wasm$/, '')];
    response.writeHead(status).end(body);
  });
  let address: string;
  beforeAll(async () => {
    answers['/right'] = [200, await readFile(join(packaged, 'tfjs-backend-wasm-simd.wasm'))];
    await new Promise<void>(resolve => server.listen(0, resolve));
    address = `http://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  it.each([
    ['/missing', /^the server answered 404 Not Found$/],
    [
      '/page',
      /^the server gave an HTML page, not WebAssembly: the server gives it for addresses that it does not know$/,
    ],
    [
      '/pointer',
      /^the server gave a Git LFS pointer, not WebAssembly: fetch the file itself with git lfs pull$/,
    ],
    ['/empty', /^the server gave an empty file$/],
    ['/other', /^the server gave no WebAssembly: it begins with 1f 8b 08 00, not with 00 61 73 6d$/],
    [
      '/cut',
      /^the file is there and does not compile \(.*\); a Content-Security-Policy needs script-src 'wasm-unsafe-eval'$/,
    ],
    ['/right', /^the file is there and compiles$/],
  ])('%s', async (path, expected) => {
    expect(await wasmFileReport(`${address}${path}/tfjs-backend-wasm-simd.wasm`)).toMatch(expected);
  });

  it('or does not give at all', async () => {
    expect(await wasmFileReport('http://localhost:1/tfjs-backend-wasm-simd.wasm')).toMatch(
      /^nothing came back \(.*\): the address is wrong, the server is away, or CORS or a Content-Security-Policy \(connect-src\) forbids it$/,
    );
  });

  it('is told with the address that the page asked for', async () => {
    const since = performance.now();
    const asked = `${address}/page/tfjs-backend-wasm-simd.wasm`;
    const entry = {name: asked, startTime: since + 1} as PerformanceEntry;
    vi.spyOn(performance, 'getEntriesByType').mockReturnValue([entry]);
    const report = await wasmStartReport({lines: ['Aborted(both async and sync fetching failed)'], since});
    expect(report).toMatch(
      new RegExp(`^its file was looked for at ${asked}, and the server gave an HTML page`),
    );
    expect(await wasmStartReport({lines: [], since: since + 2})).toBeUndefined();
    vi.restoreAllMocks();
  });
});
