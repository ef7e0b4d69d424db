import { parse } from "yaml";
import { operationsSchema } from "../../config/sections/operations";
import { plainLines } from "../../functions/core/plain-text";
import type { Monitoring } from "./account";
import type { Answers } from "./answers";

/** Texts that YAML may have without quotation marks, unless it reads them as something else. */
const PLAIN = /^(?:(?:gs|s3|https):\/\/)?[A-Za-z][\w./@+=-]*$/;

/** A text as a scalar of YAML. */
function scalar(text: string): string {
  if (PLAIN.test(text) && parse(text) === text) return text;
  // JSON is YAML; what a terminal would obey is escaped.
  return plainLines(JSON.stringify(text));
}

/** Flow mapping of texts. */
function mapping(texts: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(texts).map(([name, text]) => `${scalar(name)}: ${scalar(text)}`);
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

/** How a configuration is written. */
interface TextOptions {
  /** Path of the JSON Schema for editors. @default - that of the package */
  readonly schema?: string;
  /** Answers that are examples, which their author must replace. @default - none */
  readonly examples?: ReadonlySet<keyof Answers>;
}

/** Where the schema lies, for editors, relative to the configuration. */
const PACKAGED_SCHEMA = "node_modules/retrigger/retrigger.schema.json";

/**
 * The text of retrigger.yaml. A line that begins with `#` and no space after it is disabled; without that `#` it is valid.
 */
export function configText(answers: Answers, { schema = PACKAGED_SCHEMA, examples = new Set() }: TextOptions = {}): string {
  const noted = (key: keyof Answers, note: string) => (examples.has(key) ? ` # example: ${note}` : "");
  const { cloud, region, project, environment, model, bucket, prefix, email } = answers;
  const isAws = cloud === "aws";
  const told = (key: string) => `  ${email === undefined ? "#" : ""}${key}: { email: [${scalar(email ?? "ml-team@example.com")}] }`;
  return `${[
    `# yaml-language-server: $schema=${schema}`,
    "# With the schema above, your editor completes every key and shows its unit and its default.",
    `environment: ${scalar(environment)} # part of the name of every resource`,
    "backend: { type: local } # where Terraform keeps its state; for a team: cloud, s3 or gcs",
    "",
    `${cloud}:`,
    ...(isAws ? [] : [`  project: ${scalar(project)}${noted("project", "replace it with your project")}`]),
    `  region: ${scalar(region)}${noted("region", "replace it with yours")}`,
    ...bucketLines(answers),
    "  # notifications: who receives decisions that wait for a person; operations: who receives alarms.",
    told("notifications"),
    told("operations"),
    "",
    ...("watch" in operationsSchema.shape
      ? ["operations: { watch: essential } # full has metrics and alarms for each model, and costs more", ""]
      : []),
    "models:",
    `  ${scalar(model)}:`,
    "    data:",
    `      bucket: ${scalar(bucket)}${noted("bucket", "replace it with yours, above as well")}`,
    `      prefixes: [${scalar(prefix)}] # new objects below it are new data`,
    "      #suffixes: [.parquet]",
    "    # A batch is complete with a thousand new objects, or a day after its first one.",
    "    batch: { size: 1000, window: 24h }",
    ...pipelineLines(
      answers,
      noted("pipeline", "replace it with a pipeline that exists"),
      noted("output", "replace it with yours"),
    ),
    "    # When a training may start; requests that arrive too early wait and are merged.",
    "    policy: { cooldown: 6h, maxStartsPerDay: 4, dailyBudgetUsd: 1000, monthlyBudgetUsd: 10000 }",
    "    # Also train every Monday, with or without new data.",
    '    #schedule: { cron: "0 4 * * MON", timezone: Europe/Berlin }',
    ...monitoringLines(answers),
  ].join("\n")}\n`;
}

function bucketLines({ cloud, bucket, createsBucket }: Answers): string[] {
  if (createsBucket) {
    return [
      "  buckets:",
      "    # Retrigger creates this bucket. A bucket that is not listed here must exist.",
      `    ${scalar(bucket)}: { create: true }`,
    ];
  }
  return cloud === "aws"
    ? [
        "  # The bucket exists, and must send its notifications to EventBridge. To let Retrigger turn that on, which replaces",
        "  # the bucket's whole notification configuration:",
        `  #buckets: { ${scalar(bucket)}: { manageNotifications: true } }`,
      ]
    : [
        "  # The bucket exists; Retrigger adds a notification of new objects to it. To leave that to its owner:",
        `  #buckets: { ${scalar(bucket)}: { manageNotifications: false } }`,
      ];
}

function pipelineLines({ cloud, pipeline, output, parameters }: Answers, pipelineNote: string, outputNote: string): string[] {
  return [
    "    pipeline:",
    ...(cloud === "aws"
      ? [`      name: ${scalar(pipeline)}${pipelineNote}`]
      : [`      template: ${scalar(pipeline)}${pipelineNote}`, `      outputDirectory: ${scalar(output)}${outputNote}`]),
    "      # {manifestUri} is the list of the new objects.",
    `      parameters: ${mapping(parameters)}`,
  ];
}

function monitoringLines({ cloud, monitoring, bucket }: Answers): string[] {
  const lines = ["    # Where drift reports come from; serious drift also asks for a training."];
  if (monitoring !== undefined) return [...lines, `    monitoring: ${monitoringText(monitoring)}`];
  const captures = bucket === "my-captures" ? "my-model-captures" : "my-captures";
  const example: Monitoring =
    cloud === "aws"
      ? { capture: { location: `s3://${captures}/my-endpoint/AllTraffic/`, endpoint: "my-endpoint" } }
      : { vertex: { endpoint: "1234567890" } };
  return [...lines, `    #monitoring: ${monitoringText(example)}`];
}

function monitoringText(monitoring: Monitoring): string {
  return "capture" in monitoring
    ? `{ capture: ${mapping({ ...monitoring.capture })} }`
    : `{ vertex: ${mapping({ ...monitoring.vertex })} }`;
}
