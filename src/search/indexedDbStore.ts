import type {IndexStore} from './indexStore';

/** The database of the browser, and the only table in it. */
const [database, table] = ['face-margins', 'indexes'];

/**
 * Keeps an index in the browser's IndexedDB, on the visitor's own device. A transaction writes it: a page that closes meanwhile leaves what was
 * there.
 *
 * @param name The name of the index, unique in the site.
 *
 * @example
 * ```ts
 * import {exactIndex, indexedDbStore} from 'face-margins/search';
 *
 * const index = exactIndex({dimension: 512, storage: 'int8', store: indexedDbStore('visitors')});
 * ```
 */
export function indexedDbStore(name: string): IndexStore {
  return {
    name: `IndexedDB ${name}`,
    read: async () => {
      const value: unknown = await inTransaction('readonly', store => store.get(name));
      return value instanceof ArrayBuffer ? new Uint8Array(value) : undefined;
    },
    write: async bytes => {
      const copy = new Uint8Array(bytes).buffer;
      await inTransaction('readwrite', store => store.put(copy, name));
    },
  };
}

async function inTransaction(
  mode: IDBTransactionMode,
  request: (store: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  const opening = indexedDB.open(database, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(table);
  const opened = await new Promise<IDBDatabase>((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  try {
    return await new Promise((resolve, reject) => {
      const transaction = opened.transaction(table, mode, {durability: 'strict'});
      const {result, done} = {result: request(transaction.objectStore(table)), done: transaction};
      done.oncomplete = () => resolve(result.result);
      done.onabort = () => reject(done.error);
    });
  } finally {
    opened.close();
  }
}
