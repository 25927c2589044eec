import {execFile} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {type Browser, chromium} from 'playwright';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {chromiumArgs, findChromium} from './findChromium';

const configFile = fileURLToPath(new URL('../../examples/browser/vite.config.ts', import.meta.url));
const site = resolve('out/demo-build');

/** What was asked for, and how many bytes it had: without any compression, as the plainest server sends it. */
const sent = new Map<string, number>();
let server: Server;
let browser: Browser;

/** A server of files in a folder of a path; with or without what lets threads share memory. */
async function serve(isolated: boolean): Promise<Server> {
  const types: Record<string, string> = {
    html: 'text/html',
    js: 'text/javascript',
    css: 'text/css',
    wasm: 'application/wasm',
  };
  const headers = isolated && {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  };
  const made = createServer(async ({url = ''}, response) => {
    const path = url
      .split('?')[0]
      .replace(/^\/some\/path\//, '')
      .replace(/^$/, 'index.html');
    try {
      const file = await readFile(resolve(site, path));
      sent.set(path, file.length);
      response.writeHead(200, {
        ...headers,
        'Content-Type': types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
      });
      response.end(file);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>(done => made.listen(0, done));
  return made;
}

beforeAll(async () => {
  // As a visitor gets it: a build inside of a test would be one for development.
  await promisify(execFile)(
    'npx',
    ['vite', 'build', '--config', configFile, '--logLevel', 'error', '--outDir', site],
    {env: {...process.env, NODE_ENV: 'production'}},
  );
  browser = await chromium.launch({executablePath: findChromium(), args: chromiumArgs});
}, 600_000);

afterAll(async () => {
  await browser?.close();
  server?.close();
});

it.each([
  {isolated: true, file: /threaded-simd/},
  {isolated: false, file: /wasm-simd/},
])('loads less than 4 MB and trains, isolated: $isolated', async ({isolated, file}) => {
  sent.clear();
  server = await serve(isolated);
  const page = await browser.newPage({viewport: {width: 1440, height: 900}});
  const problems: string[] = [];
  page.on('pageerror', error => problems.push(String(error)));
  page.on('response', response => response.status() >= 400 && problems.push(response.url()));
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/some/path/`);
  await page.waitForFunction(() => Number(document.body.dataset.steps) >= 5, undefined, {timeout: 180_000});
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
  await page.close();
  server.close();
  const bytes = [...sent.values()].reduce((sum, length) => sum + length, 0);
  console.log(`${(bytes / 1e6).toFixed(2)} MB in ${sent.size} files`);
  expect([...sent.keys()].filter(path => path.endsWith('.wasm'))).toEqual([expect.stringMatching(file)]);
  expect(bytes).toBeLessThan(4e6);
  expect(problems).toEqual([]);
});
