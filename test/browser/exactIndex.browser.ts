import {expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {exactIndex} from '../../src/search/exactIndex';
import {indexedDbStore} from '../../src/search/indexedDbStore';

/** A document of this site that is closed as soon as it asked the browser to keep an index. */
async function saveInFrameThatCloses(name: string, bytes: Uint8Array): Promise<void> {
  const frame = document.body.appendChild(document.createElement('iframe'));
  const inside = frame.contentWindow as Window & typeof globalThis;
  const opening = inside.indexedDB.open('face-margins', 1);
  await new Promise(opened => {
    opening.onsuccess = opened;
  });
  const transaction = opening.result.transaction('indexes', 'readwrite');
  transaction.objectStore('indexes').put(bytes.buffer, name);
  frame.remove();
}

it('keeps an index in IndexedDB, each name apart, and whole where a page closed while it saved', async () => {
  await useBackend('wasm');
  const stored = (name: string) =>
    exactIndex({dimension: 2, storage: 'float16', store: indexedDbStore(name)});
  const index = stored('visitors');
  expect(await index.load()).toBe(false);
  await index.enroll(['ann', 'bo'], {values: [1, 0, 0, 1], dimension: 2}, {group: 'staff'});
  await index.save();
  const again = stored('visitors');
  expect(await again.load()).toBe(true);
  const [[found]] = await again.search({values: [0.6, 0.8], dimension: 2}, {groups: ['staff']});
  expect(found.id).toBe('bo');
  expect(found.cosine).toBeCloseTo(0.8, 3);
  expect(await stored('others').load()).toBe(false);

  const store = indexedDbStore('visitors');
  const [before, after] = [await store.read(), new Uint8Array(1 << 24)];
  await saveInFrameThatCloses('visitors', after);
  const kept = await store.read();
  expect([before?.length, after.length]).toContain(kept?.length);
});
