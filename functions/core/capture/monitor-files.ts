/** Port: what the monitor writes, each file once: baselines never move, and a window has one report. */
export interface MonitorFiles {
  /** The text of a file; undefined where there is none. Rejects when it cannot be read. */
  read(uri: string): Promise<string | undefined>;
  /** True where there is such a file. */
  has(uri: string): Promise<boolean>;
  /** Writes a file, atomically, unless there is one: false then, and nothing has changed. */
  create(uri: string, text: string): Promise<boolean>;
}
