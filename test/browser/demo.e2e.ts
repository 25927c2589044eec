import {fileURLToPath} from 'node:url';
import {type Browser, chromium, type Page} from 'playwright';
import {createServer, type ViteDevServer} from 'vite';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {chromiumArgs, findChromium} from './findChromium';
import {watchLongTasks} from './watchLongTasks';

const configFile = fileURLToPath(new URL('../../examples/browser/vite.config.ts', import.meta.url));

let server: ViteDevServer;
let browser: Browser;
let page: Page;
const problems: string[] = [];

const address = (rest: string) => `${server.resolvedUrls?.local[0]}${rest}`;
const small = '?backend=wasm&images=1600&batch=16';
const number = async (id: string, of = page) =>
  Number.parseFloat((await of.locator(`#${id}`).textContent()) ?? '');
const counted = async (name: 'steps' | 'tensors') =>
  Number(await page.evaluate(key => document.body.dataset[key], name));
const picture = (id = 'margin-plane') =>
  page.locator(`#${id}`).evaluate(canvas => (canvas as HTMLCanvasElement).toDataURL());
/** Waits until the training has come to a step. */
const reached = (step: number, of = page) =>
  of.waitForFunction(wanted => Number(document.body.dataset.steps) >= wanted, step, {timeout: 180_000});
/** Neither the console nor the page says that something is wrong; the thread that trains tells the page. */
async function noError(): Promise<void> {
  expect(problems).toEqual([]);
  expect(await page.locator('#status.error').allTextContents()).toEqual([]);
}
function watch(of: Page): void {
  of.on('console', message => message.type() === 'error' && problems.push(message.text()));
  of.on('pageerror', error => problems.push(String(error)));
}

beforeAll(async () => {
  server = await createServer({configFile, logLevel: 'error', server: {port: 0}});
  await server.listen();
  browser = await chromium.launch({executablePath: findChromium(), args: chromiumArgs});
  page = await browser.newPage({viewport: {width: 1200, height: 900}});
  watch(page);
  await page.goto(address(`${small}&start=random`), {timeout: 120_000});
  await page.waitForSelector('#play:enabled', {timeout: 120_000});
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe('the page, from random weights', () => {
  it('trains: the loss falls, the picture changes, memory does not grow over 200 steps, and it stays responsive', async () => {
    await watchLongTasks(page);
    await page.focus('#play');
    await page.keyboard.press('Enter');
    await reached(5);
    const first = await number('loss');
    await reached(90);
    expect(await number('loss')).toBeLessThan(0.8 * first);
    // The head is changed after the first epoch of 100 steps; 200 more from there.
    await reached(125);
    const [tensors, before, beside] = [await counted('tensors'), await picture(), await picture('plain')];
    await reached(325);
    expect(await counted('tensors')).toBeLessThanOrEqual(tensors);
    expect(await number('margin-accuracy')).toBeGreaterThan(55);
    expect(await picture()).not.toBe(before);
    expect(await picture('plain')).not.toBe(beside);
    await noError();
    console.log(
      `longest task of the page while it trained: ${await page.evaluate(() => document.body.dataset.longest)} ms`,
    );
  });

  it('pauses', async () => {
    await page.click('#play');
    await page.getByText('Paused at').waitFor({timeout: 120_000});
    const at = await counted('steps');
    await page.waitForTimeout(1500);
    expect(await counted('steps')).toBe(at);
  });

  it('shows another curve for another head, goes on with what was learned, and says so in the address', async () => {
    const curve = await page.locator('#curve').innerHTML();
    const before = await page.evaluate(() => history.length);
    await page.selectOption('#head', 'cosface');
    await page.waitForFunction(old => document.getElementById('curve')?.innerHTML !== old, curve);
    await page.focus('#margin');
    await page.keyboard.press('ArrowRight');
    expect(new URL(page.url()).hash).toBe('#head=cosface&m=0.2');
    expect(await page.evaluate(() => history.length)).toBe(before);
    await page.click('#play');
    await reached((await counted('steps')) + 30);
    expect(await number('margin-accuracy')).toBeGreaterThan(55);
    await page.click('#play');
  });
});

describe('the page, from recorded weights', () => {
  it('begins again with digits that are far apart, narrower with the margin than without', async () => {
    await page.selectOption('#head', 'arcface');
    // It trains at once, and step 0 may be over before anybody looks.
    const before = await counted('steps');
    await page.click('#again');
    await page.waitForFunction(steps => Number(document.body.dataset.steps) < steps, before, {
      timeout: 120_000,
    });
    await page.click('#play');
    await page.waitForFunction(
      () => Number.parseFloat(document.getElementById('margin-accuracy')?.textContent ?? '') > 95,
    );
    expect(await number('plain-accuracy')).toBeGreaterThan(95);
    expect(await number('margin-within')).toBeLessThan(await number('plain-within'));
    expect(await number('margin-between')).toBeGreaterThan(25);
  });

  it('shows the digit that one points at, with the mouse and with the keyboard', async () => {
    const card = page.locator('#card');
    const {x = 0, y = 0, width = 0} = (await page.locator('#plain').boundingBox()) ?? {};
    expect(await card.isVisible()).toBe(false);
    // Around at three quarters of the radius one comes over an image soon.
    for (let i = 0; i < 72 && !(await card.isVisible()); i++) {
      const angle = (2 * Math.PI * i) / 72;
      await page.mouse.move(
        x + width * (0.5 + 0.3 * Math.cos(angle)),
        y + width * (0.5 + 0.3 * Math.sin(angle)),
      );
    }
    expect(await card.textContent()).toMatch(/A \d\. /);
    await page.mouse.move(x - 5, y - 5);
    expect(await card.isVisible()).toBe(false);
    await page.focus('#margin-plane');
    await page.keyboard.press('7');
    expect(await card.textContent()).toMatch(/A 7\. /);
    const inkOf = () =>
      card.locator('canvas').evaluate(canvas =>
        (canvas as HTMLCanvasElement)
          .getContext('2d')
          ?.getImageData(0, 0, 28, 28)
          .data.reduce((sum, value) => sum + value, 0),
      );
    const seven = await inkOf();
    await page.keyboard.press('7');
    expect(await inkOf()).not.toBe(seven);
    await page.keyboard.press('ArrowLeft');
    expect(await card.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await card.isVisible()).toBe(false);
  });

  it('reads a digit that was drawn with the keyboard, and one that was drawn with the mouse', async () => {
    await page.focus('#pad');
    for (let i = 0; i < 9; i++) await page.keyboard.press('ArrowUp');
    await page.keyboard.press(' ');
    for (let i = 0; i < 18; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press(' ');
    await page.getByText('Both networks read a 1.').waitFor({timeout: 60_000});
    await page.click('#clear');
    await page.getByText('The star shows').waitFor({timeout: 60_000});
    const {x = 0, y = 0, width = 0} = (await page.locator('#pad').boundingBox()) ?? {};
    const at = (angle: number): [number, number] => [
      x + width * (0.5 + 0.22 * Math.sin(angle)),
      y + width * (0.5 - 0.32 * Math.cos(angle)),
    ];
    await page.mouse.move(...at(0));
    await page.mouse.down();
    for (let i = 1; i <= 24; i++) await page.mouse.move(...at((2 * Math.PI * i) / 24));
    await page.mouse.up();
    await page.getByText('Both networks read a 0.').waitFor({timeout: 60_000});
  });

  it('copies the program and the address', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    await page.click('#copy');
    await page.getByText('Program copied.').waitFor();
    expect(await clipboard()).toContain('objective: arcFace({classes: 10, scale: 20, margin: 0.3, seed: 1})');
    await page.click('#share');
    await page.getByText('Link copied.').waitFor();
    expect(await clipboard()).toBe(address(`${small}&start=random#head=arcface&m=0.3`));
  });

  it('restores what an address asks for, shows the recording, and goes on by itself', async () => {
    const other = await browser.newPage({viewport: {width: 390, height: 844}});
    watch(other);
    await other.goto(address(`${small}#head=cosface&m=0.2`), {timeout: 120_000});
    expect(await other.locator('#head').inputValue()).toBe('cosface');
    expect(await other.locator('#margin').inputValue()).toBe('0.2');
    expect(await other.locator('#code').inputValue()).toContain(
      'cosFace({classes: 10, scale: 20, margin: 0.2, seed: 1})',
    );
    await reached(10, other);
    // Another address in the same tab.
    await other.evaluate(() => {
      location.hash = '#head=arcface&m=0.5';
    });
    expect(await other.locator('#margin').inputValue()).toBe('0.5');
    await other.close();
    await noError();
  });

  it('keeps still for who wants no motion, until asked to play', async () => {
    const other = await browser.newPage({reducedMotion: 'reduce'});
    await other.goto(address(small), {timeout: 120_000});
    await other.waitForSelector('#play:enabled', {timeout: 120_000});
    const steps = await number('step', other);
    expect(await other.locator('#play').textContent()).toBe('Play');
    await other.waitForTimeout(1500);
    expect(await number('step', other)).toBe(steps);
    expect(await other.locator('#status').textContent()).toBe('Ready to train on wasm.');
    await other.close();
  });

  it('has the pages that it links to, with their pictures', async () => {
    const links = await page
      .locator('.links a')
      .evaluateAll(all => all.map(a => (a as HTMLAnchorElement).href));
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      const text = await (await fetch(link)).text();
      expect(text, link).toMatch(/<h1 id="[\w-]+">/);
      for (const [, image] of text.matchAll(/src="([^"]+)"/g))
        expect((await fetch(new URL(image, link))).headers.get('content-type')).toMatch(/^image\//);
    }
  });

  it('changes the backend, and trains there', async () => {
    await page.selectOption('#backend', 'webgl');
    await page.waitForFunction(() => document.body.dataset.backend === 'webgl', undefined, {
      timeout: 120_000,
    });
    await page.click('#play');
    await reached(10);
    await page.click('#play');
    // Automatic: this GPU is software, which wasm outruns.
    await page.selectOption('#backend', '');
    await page.waitForFunction(() => document.body.dataset.backend === 'wasm', undefined, {timeout: 120_000});
    await page.click('#play');
    await reached(10);
    await page.click('#play');
    await noError();
  });

  it('fits a phone without scrolling sideways, with both planes in sight', async () => {
    await page.setViewportSize({width: 360, height: 740});
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.evaluate(() => scrollTo(0, 0));
    for (const id of ['plain', 'margin-plane']) {
      const {y = 0, height = 0} = (await page.locator(`#${id}`).boundingBox()) ?? {};
      expect(height).toBeGreaterThan(220);
      expect(y + height).toBeLessThan(740);
    }
  });
});
