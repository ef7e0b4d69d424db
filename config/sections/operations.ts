// The section `operations`, of the whole deployment and of each model: what is watched, and when an alarm is raised. Who is told of
// alarms stands in the sections of the clouds.
import * as z from "zod";
import { WATCH_LEVELS } from "../../functions/core/log/essential-metrics";
import type { DeploymentLimits } from "../../operations/alarm";
import { boundedText, durationMs, durationOrNever, durationWithin, text } from "./fields";

const LONGEST = "365d";

/** Of all models, on every cloud. */
export const operationsSchema = z.strictObject({
  watch: z
    .enum(WATCH_LEVELS)
    .default("full")
    .describe(
      "How much is watched. full: every metric and every alarm of each model, 6 to 12 USD a month and model on AWS (list prices, December 2026). essential: the same alarms, of all models together, and the log for the rest: 6 to 13 USD a deployment, and 0.10 to 0.40 a model; the log names the model",
    ),
  alarms: z
    .boolean()
    .default(true)
    .describe("Whether to create alarms (CloudWatch) and alert policies (Cloud Monitoring); about 0.10 USD a month each"),
  dashboard: z.boolean().default(true).describe("Whether to create a dashboard on each cloud"),
  runbooks: boundedText(400, true)
    .default("docs/runbooks")
    .describe(
      "Folder of the runbooks that alarms link to, preferably a URL such as https://github.com/acme/retrigger/blob/main/docs/runbooks; up to 400 bytes",
    ),
  console: text(/^https:\/\/[^\s<>"'`|\\]{1,400}$/, "expected an https address, such as https://retrigger.acme.example")
    .optional()
    .describe("Address of your console, which messages that ask for an answer link to; none by default"),
  queueAge: durationWithin("5m", "7d", "30m")
    .default("30m")
    .describe("Raise an alarm when a message has waited in a queue for this long; 5m to 7d"),
});

/** When an alarm of a model is raised. */
export const modelOperationsSchema = z.strictObject({
  noData: durationOrNever("1m", LONGEST, "2d")
    .optional()
    .describe(
      "Raise an alarm when no new data has landed for this long; 1m to 365d, or never; by default twice batch.window but at least 1d, and never if the window is never",
    ),
  monitorSilent: durationOrNever("24h", LONGEST, "2d")
    .optional()
    .describe(
      "Raise an alarm when no drift report has arrived for this long; 24h to 365d, or never; by default 2d with a monitor that also reports windows without drift (sagemaker, capture), otherwise never",
    ),
  suspected: durationOrNever("1m", LONGEST, "7d")
    .default("7d")
    .describe(
      "Raise an alarm when drift of a feature has been suspected for this long without being detected; 1m to 365d, or never",
    ),
  runOverUsual: z
    .number()
    .gt(1)
    .max(1000)
    .default(3)
    .describe("Raise an alarm when a run takes this many times its usual duration; more than 1, up to 1000"),
  storm: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(100)
    .describe("Raise an alarm when more requests than this arrive in an hour; 1 to 1,000,000"),
  approvalLeft: durationOrNever("1m", "30d", "30m")
    .default("30m")
    .describe("Raise an alarm when an approval expires in less than this; 1m to 30d, or never"),
});

export type OperationsConfig = z.output<typeof operationsSchema>;

/** What the alarms of the whole deployment compare with. */
export function deploymentLimits({ queueAge }: OperationsConfig): DeploymentLimits {
  return { queueAgeSec: durationMs(queueAge) / 1000 };
}
