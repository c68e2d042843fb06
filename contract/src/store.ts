// Typed values in the contract's storage, as JSON under readable keys.
import { near } from "./host.ts";

export function load<T>(key: string): T | null {
  const json = near.storageRead(key);
  return json === null ? null : (JSON.parse(json) as T);
}

export function save(key: string, value: unknown): void {
  near.storageWrite(key, JSON.stringify(value));
}

export function has(key: string): boolean {
  return near.storageHasKey(key);
}

export function remove(key: string): void {
  near.storageRemove(key);
}
