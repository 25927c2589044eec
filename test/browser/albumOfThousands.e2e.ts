import {fileURLToPath} from 'node:url';
import {type Browser, chromium, type Page} from 'playwright';
import sharp from 'sharp';
import {createServer, type ViteDevServer} from 'vite';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {chromiumArgs, findChromium} from './findChromium';

const configFile = fileURLToPath(new URL('../../examples/album/vite.config.ts', import.meta.url));

/** Faces in all, of so many people. */
const [faces, people] = [5000, 250];

/**
 * A worker that has found a face in every photograph: of the person whose number its name begins with, by an embedding that is that
 * person's direction and a little of another.
 */
const worker = `
  onmessage = async ({data}) => {
    if (data.type === 'start') return postMessage({type: 'ready', network: 'names', embeddingSize: 256});
    const [person, photograph] = data.file.name.split('-').map(text => parseInt(text));
    const embedding = new Float32Array(256);
    embedding[person] = Math.cos(0.1);
    embedding[(person + 1 + photograph % 250) % 256] += Math.sin(0.1);
    const picture = new Blob([await data.file.arrayBuffer()], {type: 'image/jpeg'});
    const face = {picture, box: {x: 0, y: 0, width: 1, height: 1}, score: 1, embedding};
    postMessage({type: 'found', job: data.job, notes: [], tensors: 0, faces: [face]});
  };`;

let server: ViteDevServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = await createServer({configFile, logLevel: 'error', server: {port: 0, hmr: false}});
  await server.listen();
  browser = await chromium.launch({executablePath: findChromium(), args: chromiumArgs});
  page = await browser.newPage({viewport: {width: 1200, height: 900}});
  await page.route('**/faceWorker.ts*', route =>
    route.fulfill({contentType: 'text/javascript', body: worker}),
  );
  await page.goto(`${server.resolvedUrls?.local[0]}?workers=1`, {timeout: 120_000});
  await page.waitForFunction(() => document.body.dataset.network, undefined, {timeout: 240_000});
}, 400_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Drops photographs on the page as one would from a folder. */
async function drop(): Promise<void> {
  const gray = {width: 112, height: 112, channels: 3 as const, background: '#a87'};
  const jpeg = (await sharp({create: gray}).jpeg().toBuffer()).toString('base64');
  await page.evaluate(
    async ([encoded, count, of]) => {
      const bytes = await (await fetch(`data:image/jpeg;base64,${encoded}`)).arrayBuffer();
      const dataTransfer = new DataTransfer();
      for (let i = 0; i < count; i++) {
        dataTransfer.items.add(new File([bytes], `${i % of}-${i}.jpg`, {type: 'image/jpeg'}));
      }
      document.body.dispatchEvent(new DragEvent('drop', {dataTransfer, bubbles: true, cancelable: true}));
    },
    [jpeg, faces, people] as const,
  );
}

it('holds thousands of faces with the elements and the memory of a screen of them', async () => {
  const session = await page.context().newCDPSession(page);
  const metric = async (wanted: string) => {
    await session.send('HeapProfiler.collectGarbage');
    const {metrics} = await session.send('Performance.getMetrics');
    return metrics.find(({name}) => name === wanted)?.value ?? Number.NaN;
  };
  await session.send('Performance.enable');
  await drop();
  await page.waitForFunction(() => Number(document.body.dataset.faces) >= 1000, undefined, {
    timeout: 200_000,
  });
  const [heap, nodes] = [await metric('JSHeapUsedSize'), await metric('Nodes')];
  await page.waitForFunction(all => document.body.dataset.sorted === all, String(faces), {timeout: 200_000});
  expect(await page.evaluate(() => document.body.dataset.people)).toBe(String(people));
  expect(await page.locator('#summary').textContent()).toContain(
    '250 people5,000 faces in 5,000 photographs',
  );
  expect(await metric('Nodes')).toBeLessThan(1.5 * nodes);
  // A thousand faces more are a few megabytes of embeddings; their pictures are not in this heap.
  expect(await metric('JSHeapUsedSize')).toBeLessThan(heap + 15e6);
  // The last person is far below, and has elements when looked at.
  const card = page.locator('#people .card .open').first();
  await card.focus();
  await page.keyboard.press('End');
  await page.waitForFunction(() => document.activeElement?.closest('.card')?.ariaPosInSet === '250');
  await page.keyboard.press('Enter');
  await page.locator('#person-faces .face').first().waitFor();
  expect(await page.textContent('#person-count')).toContain('20 faces');
});
