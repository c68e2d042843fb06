import { signal } from "@preact/signals";

const CORES = "near-offshore:cores";

/** Cores of this machine, as far as the browser tells. */
export const cores_max = Math.max(1, navigator.hardwareConcurrency || 1);

const query = new URLSearchParams(location.search);

/** `?autostart=1`: compute at once, for scripts and demos. */
export const autostart = query.get("autostart") === "1";

/** `?coordinator=URL`, in the development server only; else the page's own origin. */
export const coordinator_url = (import.meta.env.DEV && query.get("coordinator")) || location.origin;

/** Cores to use: `?cores=N`, what was chosen last time, or half of them. */
export const cores = signal(bounded(Number(query.get("cores")) || remembered() || Math.floor(cores_max / 2)));

/** Changes the cores to use and remembers it for the next visit. */
export function chooseCores(count: number): number {
  cores.value = bounded(count);
  try {
    localStorage.setItem(CORES, String(cores.value));
  } catch {
    // A browser that stores nothing forgets the choice, and that is all.
  }
  return cores.value;
}

function remembered(): number {
  try {
    return Number(localStorage.getItem(CORES));
  } catch {
    return 0;
  }
}

function bounded(count: number): number {
  return Math.min(cores_max, Math.max(1, Math.floor(count) || 1));
}

/** `chromium 156`, `firefox 140`: for the network's statistics, no finer than that. */
export function engineName(user_agent: string): string {
  const firefox = /Firefox\/(\d+)/.exec(user_agent);
  if (firefox) return `firefox ${firefox[1]}`;
  const chromium = /Chrom(?:e|ium)\/(\d+)/.exec(user_agent);
  if (chromium) return `chromium ${chromium[1]}`;
  const safari = /Version\/(\d+).*Safari/.exec(user_agent);
  return safari ? `safari ${safari[1]}` : "unknown";
}
