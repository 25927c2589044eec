import {fileURLToPath} from 'node:url';
import {type Browser, chromium, type Page} from 'playwright';
import {createServer, type ViteDevServer} from 'vite';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {chromiumArgs, findChromium} from './findChromium';

const configFile = fileURLToPath(new URL('../../examples/browser/vite.config.ts', import.meta.url));

let server: ViteDevServer;
let browser: Browser;
let page: Page;
const problems: string[] = [];

const number = async (id: string) => Number.parseFloat((await page.locator(`#${id}`).textContent()) ?? '');
const counted = async (name: 'steps' | 'tensors') =>
  Number(await page.evaluate(key => document.body.dataset[key], name));
const picture = () => page.locator('#scatter').evaluate(canvas => (canvas as HTMLCanvasElement).toDataURL());
/** Waits until the training has come to a step. */
const reached = (step: number) =>
  page.waitForFunction(wanted => Number(document.body.dataset.steps) >= wanted, step, {timeout: 180_000});
/** Neither the console nor the page says that something is wrong; the thread that trains tells the page. */
async function noError(): Promise<void> {
  expect(problems).toEqual([]);
  expect(await page.locator('#status.error').allTextContents()).toEqual([]);
}

beforeAll(async () => {
  server = await createServer({configFile, logLevel: 'error', server: {port: 0}});
  await server.listen();
  browser = await chromium.launch({executablePath: findChromium(), args: chromiumArgs});
  page = await browser.newPage({viewport: {width: 1200, height: 900}});
  page.on('console', message => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', error => problems.push(String(error)));
  await page.goto(`${server.resolvedUrls?.local[0]}?backend=wasm&images=1600&batch=16`, {timeout: 120_000});
  await page.waitForSelector('#play:enabled', {timeout: 120_000});
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe('the page', () => {
  it('trains: the loss falls, the picture changes, memory does not grow over 200 steps, and it stays responsive', async () => {
    await page.evaluate(() => {
      const {dataset} = document.body;
      dataset.longest = '0';
      new PerformanceObserver(list => {
        for (const {duration} of list.getEntries())
          dataset.longest = String(Math.max(Number(dataset.longest), duration));
      }).observe({type: 'longtask'});
    });
    await page.focus('#play');
    await page.keyboard.press('Enter');
    await reached(5);
    const first = await number('loss');
    await reached(90);
    expect(await number('loss')).toBeLessThan(0.8 * first);
    // The head is changed after the first epoch of 100 steps; 200 more from there.
    await reached(125);
    const [tensors, before] = [await counted('tensors'), await picture()];
    await reached(325);
    expect(await counted('tensors')).toBeLessThanOrEqual(tensors);
    expect(await number('accuracy')).toBeGreaterThan(55);
    expect(await picture()).not.toBe(before);
    await noError();
    console.log(
      `longest task of the page while it trained: ${await page.evaluate(() => document.body.dataset.longest)} ms`,
    );
  });

  it('pauses', async () => {
    await page.click('#play');
    await page.getByText('Paused.').waitFor({timeout: 120_000});
    const at = await counted('steps');
    await page.waitForTimeout(1500);
    expect(await counted('steps')).toBe(at);
  });

  it('shows another curve for another head, and goes on with what was learned', async () => {
    const curve = await page.locator('#curve').innerHTML();
    await page.selectOption('#head', 'cosface');
    expect(await page.locator('#curve').innerHTML()).not.toBe(curve);
    await page.click('#play');
    await reached((await counted('steps')) + 30);
    expect(await number('accuracy')).toBeGreaterThan(55);
    await page.click('#play');
  });

  it('begins again on reset', async () => {
    await page.click('#reset');
    await page.waitForFunction(() => document.body.dataset.steps === '0');
    expect(await number('epoch')).toBe(0);
  });

  it('changes the backend, and trains there', async () => {
    await page.selectOption('#backend', 'webgl');
    await page.waitForFunction(() => document.body.dataset.backend === 'webgl', undefined, {
      timeout: 120_000,
    });
    // Automatic: this GPU is software, which wasm outruns.
    await page.selectOption('#backend', '');
    await page.waitForFunction(() => document.body.dataset.backend === 'wasm', undefined, {timeout: 120_000});
    await page.click('#play');
    await reached(10);
    await page.click('#play');
    await noError();
  });

  it('fits a phone without scrolling sideways', async () => {
    await page.setViewportSize({width: 360, height: 740});
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });
});
