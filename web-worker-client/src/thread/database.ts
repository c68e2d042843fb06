// The little that outlives a reload: one object store in IndexedDB, read and written whole values at a time.

const DATABASE = "near-offshore";
const STORE = "values";

/** @throws DOMException where the browser lets the page store nothing */
export async function openDatabase(): Promise<Database> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await settled(opening);
  const store = (mode: IDBTransactionMode) => database.transaction(STORE, mode).objectStore(STORE);
  return {
    get: (key) => settled(store("readonly").get(key)),
    put: async (key, value) => {
      await settled(store("readwrite").put(value, key));
    },
    async getOrPut(key, value) {
      // One transaction: of two tabs that come at the same time, one wins for both.
      const values = store("readwrite");
      const existing = await settled(values.get(key));
      if (existing !== undefined) return existing;
      await settled(values.put(value, key));
      return value;
    },
  };
}

export interface Database {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  /** The value there is, or this one, now stored. */
  getOrPut(key: string, value: unknown): Promise<unknown>;
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
