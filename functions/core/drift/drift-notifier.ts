/** Port: tells people about a drift. May tell twice. */
export interface DriftNotifier {
  notifyDrift(model: string, subject: string, text: string): Promise<void>;
}
