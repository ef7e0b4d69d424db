import { stringify } from "yaml";
import { configFile } from "./synthesize";

/** How a deployment of many models looks. */
export interface ManyModels {
  /** Numbers of the models, in the order of the file; 0 to 999 each. */
  readonly numbers: readonly number[];
  /** Models that share a bucket. @default 1 */
  readonly modelsPerBucket?: number;
  /** Lengths of the names, all of them at least 10. @default - names as people give them */
  readonly lengths?: { readonly model: number; readonly bucket: number; readonly pipeline: number };
  /** Their captures are monitored. @default false */
  readonly isCaptured?: boolean;
  /** Their candidates are judged, and approved by a role of its own. @default false */
  readonly isPromoted?: boolean;
  /** They are judged, and get the traffic of an endpoint. @default false */
  readonly isRolledOut?: boolean;
  /** @default false: they are most of a stack */
  readonly hasAlarms?: boolean;
  /** Of the section `aws`. @default - the region alone */
  readonly aws?: object;
}

const USUAL = { model: 22, bucket: 25, pipeline: 25 };

/** File of a configuration of many models on AWS, of an environment whose name is as long as it may be. */
export function manyModelsFile({
  numbers,
  modelsPerBucket = 1,
  lengths = USUAL,
  isCaptured = false,
  isPromoted = false,
  isRolledOut = false,
  hasAlarms = false,
  aws,
}: ManyModels): string {
  const named = (start: string, number: number, length: number) =>
    `${start.padEnd(length - 3, "x")}${String(number).padStart(3, "0")}`;
  const models = numbers.map((number) => {
    const model = named("model-", number, lengths.model);
    const capture = { location: `s3://acme-captures/${model}/AllTraffic/`, endpoint: model };
    const section = {
      data: { bucket: named("acme-", Math.floor(number / modelsPerBucket), lengths.bucket), prefixes: [`incoming/${model}/`] },
      pipeline: { name: named("train-", number, lengths.pipeline) },
      ...(isCaptured && { monitoring: { capture } }),
      ...(isPromoted && { promotion: promotionOf(model) }),
      ...(isRolledOut && { promotion: { ...promotionOf(model), rollout: rolloutOf(model) } }),
    };
    return [model, section] as const;
  });
  return configFile(
    stringify({
      environment: "production-eu-01",
      aws: { region: "eu-central-1", ...aws },
      operations: { alarms: hasAlarms, dashboard: hasAlarms },
      models: Object.fromEntries(models),
    }),
  );
}

function promotionOf(model: string): object {
  return {
    registry: `${model}-candidates`,
    evaluations: `s3://acme-evaluations/${model}/`,
    goldenSet: { sha256: "0".repeat(64), rows: 5000 },
    metrics: [{ name: "auc" }],
    approval: { separate: true },
  };
}

function rolloutOf(model: string): object {
  return { endpoint: model, role: `arn:aws:iam::111122223333:role/${model}-serving` };
}
