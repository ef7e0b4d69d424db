import type { MonitorFiles } from "../core/capture/monitor-files";

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
