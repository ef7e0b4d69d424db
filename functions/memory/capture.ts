import type { CaptureStore, MonitorFiles, TrainingStarts } from "../core/capture/ports";

/** Lines that one iteration yields, as a cloud's chunk holds several. */
const LINES_AT_ONCE = 100;

/** `CaptureStore` in memory, with what it holds: texts of JSON Lines by URI. */
export interface MemoryCaptureStore extends CaptureStore {
  readonly objects: Map<string, string>;
}

export function memoryCaptureStore(): MemoryCaptureStore {
  const objects = new Map<string, string>();
  return {
    objects,
    async *list(prefix) {
      const found = [...objects].filter(([uri]) => uri.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
      for (const [uri, text] of found) yield { uri, bytes: new TextEncoder().encode(text).length };
    },
    async folders(prefix) {
      const below = [...objects.keys()].filter((uri) => uri.startsWith(prefix)).map((uri) => uri.slice(prefix.length));
      const names = below.filter((rest) => rest.includes("/")).map((rest) => rest.slice(0, rest.indexOf("/") + 1));
      return [...new Set(names)].sort();
    },
    async *lines(uri) {
      const text = objects.get(uri);
      if (text === undefined) throw new Error(`there is no object ${uri}`);
      const lines = text.split(/\r?\n/).filter((line) => line !== "");
      for (let from = 0; from < lines.length; from += LINES_AT_ONCE) yield lines.slice(from, from + LINES_AT_ONCE);
    },
  };
}

/** `MonitorFiles` in memory, with what was written: texts by URI. */
export interface MemoryMonitorFiles extends MonitorFiles {
  readonly files: ReadonlyMap<string, string>;
}

export function memoryMonitorFiles(): MemoryMonitorFiles {
  const files = new Map<string, string>();
  return {
    files,
    async read(uri) {
      return files.get(uri);
    },
    async has(uri) {
      return files.has(uri);
    },
    async create(uri, text) {
      if (files.has(uri)) return false;
      files.set(uri, text);
      return true;
    },
  };
}

/** `TrainingStarts` in memory: of each model, epoch milliseconds. */
export function memoryTrainingStarts(starts: Readonly<Record<string, number>> = {}): TrainingStarts {
  return { newestOf: async (model) => (Object.hasOwn(starts, model) ? starts[model] : undefined) };
}
