/** Port: tells people about a drift. May tell twice. */
export interface DriftNotifier {
  /** @param requestId of the training that the drift's report asks for, where it is known */
  notifyDrift(model: string, subject: string, text: string, requestId?: string): Promise<void>;
}
