/** A text that a monitor wrote. */
export interface ReportFile {
  readonly text: string;
  /** Names this write of the file. */
  readonly version: string;
  /** Epoch milliseconds. */
  readonly writtenAt: number;
}

/** Port: the files of monitors. */
export interface ReportReader {
  /**
   * The file of a URI of the cloud's storage, or one version of it; undefined where there is none. Rejects with PoisonMessageError
   * when the file is larger than a drift document may be, or no UTF-8 text, and otherwise when it cannot be read.
   */
  read(uri: string, version?: string): Promise<ReportFile | undefined>;
}
