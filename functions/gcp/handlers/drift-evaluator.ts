import { assessDrift, type DriftPorts } from "../../core/drift/assess-drift";
import type { DriftReport } from "../../core/drift/drift-report";
import { readDriftDocument } from "../../core/drift/sources/drift-source";
import { PoisonMessageError } from "../../core/errors";
import { failureEvent } from "../../core/log/log";
import type { ModelSettings, ModelSettingsSource } from "../../core/model-settings";
import { type DriftDocument, type DriftMessagePorts, driftDocument, modelNamed } from "../messages/drift-message";
import { messageIdOf, parsePubSubEvent } from "../messages/pubsub-event";

export interface DriftEvaluatorPorts extends DriftPorts, DriftMessagePorts {
  readonly settings: ModelSettingsSource;
}

const NO_COLUMNS = { labels: [], predictions: [] };

/**
 * Handler of the drift topic: evaluates what a monitor reports. A rejection returns the message, and one of no model, or that nobody
 * can read, ends in the dead-letter topic.
 */
export function createDriftEvaluator(ports: DriftEvaluatorPorts): (event: unknown) => Promise<void> {
  return async (event) => {
    try {
      const message = parsePubSubEvent(event);
      const models = await ports.settings.list();
      const document = await driftDocument(ports, models, message);
      if (document !== undefined) await assessAll(ports, reportsOf(document, models));
    } catch (error) {
      ports.log(failureEvent("drift-evaluator", messageIdOf(event), error));
      throw error;
    }
  };
}

/** The reports that a document holds, oldest first, each with its model's settings. */
function reportsOf(
  { text, id, at, models: owners }: DriftDocument,
  models: readonly ModelSettings[],
): [ModelSettings, DriftReport][] {
  const context = { documentId: id, window: { start: at, end: at } };
  if (owners === undefined) {
    const { reports } = readDriftDocument(text, { ...context, model: undefined, columns: NO_COLUMNS });
    return reports.map((report) => [modelNamed(models, report.model), report]);
  }
  return owners.flatMap((settings) => {
    const { model, drift } = settings;
    const { reports } = readDriftDocument(text, { ...context, model, columns: drift.columns });
    return reports.map((report): [ModelSettings, DriftReport] => [settings, report]);
  });
}

/** One report that nobody can evaluate does not keep back those after it. */
async function assessAll(ports: DriftPorts, reports: readonly [ModelSettings, DriftReport][]): Promise<void> {
  const refusals: PoisonMessageError[] = [];
  for (const [settings, report] of reports) {
    try {
      await assessDrift(ports, settings, report);
    } catch (error) {
      if (!(error instanceof PoisonMessageError)) throw error;
      refusals.push(error);
    }
  }
  if (refusals.length > 0) throw new PoisonMessageError(refusals.map(({ message }) => message).join("; "));
}
