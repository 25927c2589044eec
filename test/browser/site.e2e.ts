import {execFileSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {type Browser, chromium, type Page} from 'playwright';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {chromiumArgs, findChromium} from './findChromium';

const site = resolve('out/site');

let browser: Browser;
let page: Page;

const address = (path: string) => pathToFileURL(resolve(site, path)).href;

/** Types words into the search of the front page. */
async function search(words: string): Promise<void> {
  await page.goto(address('index.html'));
  await page.keyboard.press('/');
  await page.fill('#tsd-search-input', words);
  await page.locator('#tsd-search-results a').first().waitFor();
}

/** Shows a page in place of the one that is open, and says what is wrong with it. Runs in the browser. */
function wrongLayout(html: string): string[] {
  const shown = new DOMParser()
    .parseFromString(html, 'text/html')
    .querySelector('.container-main') as Element;
  document.querySelector('.container-main')?.replaceWith(shown);
  const wrong: string[] = [];
  const {scrollWidth, clientWidth} = document.documentElement;
  if (scrollWidth > clientWidth) wrong.push(`is ${scrollWidth} pixels wide`);
  const content = document.querySelector('.col-content') as Element;
  const {left} = content.getBoundingClientRect();
  const edges = [...document.querySelectorAll('.site-menu, .page-menu')]
    .filter(column => column.clientWidth > 0 && column.getBoundingClientRect().left > left)
    .map(
      column => column.getBoundingClientRect().left + Number.parseFloat(getComputedStyle(column).paddingLeft),
    );
  const edge = Math.min(clientWidth, ...edges);
  // What is wider than a box that scrolls ends where the box ends.
  const right = (element: Element) => {
    let end = element.getBoundingClientRect().right;
    for (let box = element.parentElement; box && box !== content; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== 'visible')
        end = Math.min(end, box.getBoundingClientRect().right);
    }
    return end;
  };
  const over = [...content.querySelectorAll('*')].find(element => right(element) > edge + 1);
  if (over) wrong.push(`has <${over.tagName}> "${over.textContent?.trim().slice(0, 40)}" over its edge`);
  return wrong;
}

beforeAll(async () => {
  execFileSync(process.execPath, ['node_modules/typedoc/bin/typedoc', '--skipErrorChecking', '--out', site], {
    stdio: 'inherit',
  });
  browser = await chromium.launch({executablePath: findChromium(), args: chromiumArgs});
  page = await browser.newPage({viewport: {width: 1440, height: 900}});
}, 300_000);

afterAll(() => browser?.close());

describe('the site of the documentation', () => {
  it('has nothing under a column at the side and scrolls no page sideways, at 1440 and 390 pixels', async () => {
    const paths = readdirSync(site, {recursive: true, encoding: 'utf8'}).filter(path =>
      path.endsWith('.html'),
    );
    expect(paths.length).toBeGreaterThan(100);
    const plain = await browser.newPage({javaScriptEnabled: false});
    const wrong: string[] = [];
    // Pages of a folder differ in what their container holds: to exchange that is ten times faster than to open each.
    for (const folder of new Set(paths.map(dirname))) {
      const inside = paths.filter(path => dirname(path) === folder);
      await plain.goto(address(inside[0]));
      for (const width of [1440, 390]) {
        await plain.setViewportSize({width, height: 900});
        for (const path of inside) {
          const html = readFileSync(resolve(site, path), 'utf8');
          const found = await plain.evaluate(wrongLayout, html);
          wrong.push(...found.map(what => `${path} at ${width} pixels ${what}`));
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    ['arcFace', 'Function arcFace'],
    ['triplet', 'Function tripletLoss'],
    ['mobileFaceNet', 'Function mobileFaceNet'],
    ['Trainer', 'Class Trainer'],
    ['choosing s and m', 'Choosing s and m'],
    ['losses', 'Losses'],
  ])('opens for "%s" first: %s', async (words, title) => {
    await search(words);
    await page.locator('#tsd-search-results a').first().click();
    expect(await page.locator('.col-content h1').first().textContent()).toBe(title);
  });

  it.each([
    ['a guide', 'collapse', 'Troubleshooting'],
    ['a doc comment', 'Petroff', 'categoryColors'],
  ])('finds the words of %s', async (_, words, title) => {
    await search(words);
    expect((await page.locator('#tsd-search-results a').allTextContents()).join(' ')).toContain(title);
  });

  it('has the formula on the page that a search for a head opens', async () => {
    await page.goto(address('functions/face-margins.arcFace.html'));
    expect(await page.locator('.col-content .tsd-comment p').first().textContent()).toContain(
      's cos(θ_y + m)',
    );
  });
});
