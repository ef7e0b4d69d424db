// The key `promotion.rollout`: how the traffic of an endpoint goes over to a candidate that may serve. What several keys ask of
// each other is checked in checks/rollout.ts.
import * as z from "zod";
import { plainLine } from "../../functions/core/plain-text";
import type { PromotionSettings } from "../../functions/core/promotion/promotion-settings";
import { WINDOW_MS } from "../../functions/core/promotion/rollout/evidence/counted-window";
import { fnv1a } from "../../functions/core/request-ids";
import { quotedValue } from "../errors";
import { CLOUDS, type Cloud, type OneCloudKey } from "../model-cloud";
import { boundedText, durationMs, durationSchema, durationWithin, part, text } from "./fields";
import type { VertexRuns } from "./pipeline";
import { vertexEndpointName } from "./vertex-monitoring";

const ENDPOINT_OF_SAGEMAKER = "[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}";
const ENDPOINT_OF_VERTEX = "[a-z0-9][a-z0-9-]{0,62}";
// Projects of any name and number: which one it must be, the check of the endpoint says.
const FULL_ENDPOINT_OF_VERTEX = `projects\\/[a-z0-9][a-z0-9.:-]{0,62}\\/locations\\/[a-z]+-[a-z]+\\d{1,2}\\/endpoints\\/${ENDPOINT_OF_VERTEX}`;
const ENDPOINT = new RegExp(`^(?:${ENDPOINT_OF_SAGEMAKER}|${ENDPOINT_OF_VERTEX}|${FULL_ENDPOINT_OF_VERTEX})$`);

const ENDPOINTS: Readonly<Record<Cloud, string>> = {
  aws: "the name of a SageMaker endpoint, not its ARN: 1 to 63 of A-Z, a-z, 0-9 and -, with a letter or digit at both ends",
  gcp: 'an endpoint of Vertex AI: its ID in quotes, such as "1234567890", or projects/<project>/locations/<region>/endpoints/<id>',
};

const endpointSchema = z
  .string({ error: ({ input }) => endpointExpectation(input) })
  .regex(ENDPOINT, { error: ({ input }) => endpointExpectation(input) });

/** What is allowed on the cloud that the value is of, as far as it tells one. */
function endpointExpectation(value: unknown): string {
  if (typeof value === "number") return `expected a text; put it in quotes, "${value}"`;
  if (typeof value === "string" && value.startsWith("projects/")) return `expected ${ENDPOINTS.gcp}`;
  if (typeof value === "string" && value.startsWith("arn:")) return `expected ${ENDPOINTS.aws}`;
  return `expected on ${CLOUDS.aws.name} ${ENDPOINTS.aws}; on ${CLOUDS.gcp.name} ${ENDPOINTS.gcp}`;
}

/** A duration of whole windows within these limits, both included. */
function windowsWithin(least: string, most: string, example: string) {
  const range = `expected a whole number and a unit, ${least} to ${most}, such as ${example}`;
  const mistakeOf = (value: string): string | undefined => {
    if (!durationSchema.safeParse(value).success) return undefined;
    const ms = durationMs(value);
    if (ms < durationMs(least)) return `${range}; it is too short`;
    if (ms > durationMs(most)) return `${range}; it is too long`;
    return ms % WINDOW_MS === 0
      ? undefined
      : `expected a multiple of 5m, as traffic is counted in windows of five minutes, such as ${example}`;
  };
  return durationSchema.refine((value) => mistakeOf(value) === undefined, { error: ({ input }) => mistakeOf(String(input)) });
}

function wholePercent(least: number, most: number) {
  const error = `expected a whole percent, ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

function names(what: string, most: number, example: string, name: z.ZodType<string> = boundedText(255, true)) {
  return z
    .array(name, { error: `expected a list of ${what}, such as [${example}]` })
    .min(1, { error: `expected 1 to ${most} ${what}, such as ${example}; add one` })
    .max(most, { error: `expected 1 to ${most} ${what}; remove some` });
}

/** Text of 1 to 255 bytes in one line, without controls; `others` tells what else is wrong with one. */
function printableName(others: (value: string) => string | undefined = () => undefined) {
  const mistakeOf = (value: string): string | undefined => {
    if (Buffer.byteLength(value) > 255) return "expected at most 255 bytes";
    if (plainLine(value) !== value) return "expected printable text in one line, without controls or spaces at its ends";
    return others(value);
  };
  return z
    .string()
    .min(1, { error: "expected at least one character" })
    .refine((value) => mistakeOf(value) === undefined, { error: ({ input }) => mistakeOf(String(input)) });
}

const alarmSchema = printableName((value) =>
  value.startsWith("arn:") ? "expected the name of an alarm, not its ARN, such as churn-errors" : undefined,
);

const businessSchema = part(
  {
    namespace: text(/^[^:\s][^\s]{0,254}$/, "expected a namespace of CloudWatch, 1 to 255 characters, such as Acme/Shop")
      .optional()
      .describe("Namespace of the metric in CloudWatch; needed on AWS, and not on Google Cloud, where the metric's type says all"),
    metric: printableName().describe(
      "Its name in CloudWatch, with the dimensions EndpointName and VariantName; or its type in Cloud Monitoring; 1 to 255 bytes",
    ),
    dwell: windowsWithin("1h", "2d", "6h")
      .default("6h")
      .describe("Least time at the last share below 100 %, without which nothing of it would be seen; a multiple of 5m, 1h to 2d"),
  },
  "{namespace: Acme/Shop, metric: Revenue}",
);

const nativeSchema = part(
  {
    canary: wholePercent(1, 50)
      .optional()
      .describe("Percent of the new fleet that gets traffic first, 1 to 50; then all of it; not with linear"),
    linear: wholePercent(10, 50).optional().describe("Percent by which the new fleet's traffic grows, 10 to 50; not with canary"),
    wait: durationWithin("0s", "1h", "10m")
      .default("10m")
      .describe("Time from one step to the next, and before the old fleet is removed; 0s to 1h"),
    alarms: names("names of CloudWatch alarms", 10, "churn-errors", alarmSchema).describe(
      "Names of existing CloudWatch alarms that roll it back, 1 to 10; the role must be allowed cloudwatch:DescribeAlarms",
    ),
  },
  "{canary: 10, alarms: [churn-errors]}",
).refine(({ canary, linear }) => (canary === undefined) !== (linear === undefined), {
  error: "expected canary or linear, one of them, such as canary: 10; add one, or remove the other",
});

/** As SQS attests them, see `identityNames`: the id of a role before a colon, and a session or an id. */
const PERSON = /^(?:AROA[A-Z0-9]{1,124}:)?[\w+=,.@-]{2,128}$/;
const PEOPLE =
  "expected the id of a role or user as SQS attests it, AROA… or AIDA…, the name of a role's session, such as ada@example.com, or both with a colon; an ARN never matches";

const people = () => names("people", 50, "ada@example.com", text(PERSON, PEOPLE));

const peopleSchema = part(
  {
    promote: people()
      .optional()
      .describe("Who may promote at once, and let a held rollout go on; by default whoever may send to the request queue; 1 to 50"),
    rollBack: people()
      .optional()
      .describe("Who may roll back, and hold a rollout; by default whoever may send to the request queue; 1 to 50"),
  },
  "{promote: [ada@example.com]}",
);

const SHADOW = "expected 0 for none, or a duration of 5m to 2d, such as 2h";

/** How the traffic of an endpoint goes over to a candidate that may serve. */
export const rolloutSchema = part(
  {
    endpoint: endpointSchema.describe(
      "Endpoint of this model alone, which must exist: the name of a SageMaker endpoint; or of Vertex AI, its ID in quotes or projects/<project>/locations/<region>/endpoints/<id>",
    ),
    role: text(
      /^arn:aws[a-z-]*:iam::\d{12}:role\/(?:[\w+=,.@-]{1,510}\/){0,64}[\w+=,.@-]{1,64}$/,
      "expected the ARN of an IAM role, whose name has 1 to 64 of A-Z, a-z, 0-9 and _+=,.@-, such as arn:aws:iam::111122223333:role/serving",
    )
      .optional()
      .describe("ARN of the IAM role that the candidate's containers run as; needed on AWS, and only there"),
    stages: z
      .array(wholePercent(1, 50), { error: "expected a list of whole percents, such as [5, 25, 50]" })
      .min(1, { error: "expected at least one stage, such as 5" })
      .max(10, { error: "expected at most 10 stages" })
      .default([5, 25, 50])
      .describe(
        "Shares of the traffic at which the candidate is compared with the champion, whole percents of 1 to 50, rising; 1 to 10",
      ),
    shadow: z
      .union([z.literal(0, { error: SHADOW }), windowsWithin("5m", "2d", "2h")], { error: SHADOW })
      .default(0)
      .describe(
        "How long the candidate first gets a copy of each request, and answers nobody; a multiple of 5m, 5m to 2d, or 0; AWS only",
      ),
    tolerance: z
      .number({ error: "expected a ratio of 1 to 2, such as 1.25" })
      .min(1, { error: "expected a ratio of 1 to 2, such as 1.25" })
      .max(2, { error: "expected a ratio of 1 to 2, such as 1.25" })
      .default(1.25)
      .describe("Up to how many times the champion's errors a candidate is not worse; 1 to 2"),
    bake: windowsWithin("30m", "2d", "2h")
      .default("2h")
      .describe(
        "How long the candidate serves alone with the champion kept warm, before that is removed; a multiple of 5m, 30m to 2d",
      ),
    deadline: windowsWithin("2h", "7d", "7d")
      .default("7d")
      .describe("When a rollout that is not decided is given up, and the champion put back; a multiple of 5m, 2h to 7d"),
    laterCandidate: z
      .enum(["waits", "replaces"], { error: "expected waits or replaces" })
      .default("waits")
      .describe(
        "What a later candidate does to a rollout: it waits for its end, or replaces it, which puts the champion back first",
      ),
    business: businessSchema
      .optional()
      .describe("Metric that says how good an answer was, such as revenue; more is better; by default none"),
    native: nativeSchema
      .optional()
      .describe(
        "Blue/green by SageMaker itself, with its alarms, in place of counted evidence; not with stages, shadow, tolerance or business; AWS only",
      ),
    people: peopleSchema
      .optional()
      .describe("Who may do what by hand, by the ID of a role or user, or the name of a session, as SQS attests them; AWS only"),
  },
  "{endpoint: churn, role: arn:aws:iam::111122223333:role/serving}",
);

export type RolloutConfig = z.output<typeof rolloutSchema>;

/** Keys, and values of keys, of `rollout` that belong to one cloud. */
export const ROLLOUT_CLOUD_KEYS: readonly OneCloudKey[] = [
  {
    path: ["promotion", "rollout", "endpoint"],
    cloudOf: endpointCloud,
    message: (endpoint, { on }) =>
      `got ${quotedValue(endpoint)} for a pipeline on ${CLOUDS[on].name}; expected ${ENDPOINTS[on]}; correct it`,
  },
  awsKey(
    "role",
    (role) => `got ${quotedValue(role)}; expected no role, as Vertex AI deploys a model as its endpoint does; remove it`,
  ),
  awsKey(
    "shadow",
    (shadow) =>
      `got ${quotedValue(shadow)}; expected 0, as Vertex AI has no shadow: a model without traffic gets no requests; remove it`,
  ),
  {
    path: ["promotion", "rollout", "business", "namespace"],
    cloudOf: () => "aws",
    message: (namespace) =>
      `got ${quotedValue(namespace)}; expected none, as the type of a metric of Cloud Monitoring says all; remove it`,
  },
  awsKey("native", () => "got blue/green by SageMaker for an endpoint of Vertex AI; expected stages; remove it"),
  awsKey(
    "people",
    () => "got names of people; expected none, as Pub/Sub attests nobody; remove it, and let IAM say who may publish",
  ),
];

/** A key that SageMaker alone knows; 0 suits Vertex AI too. */
function awsKey(key: keyof RolloutConfig, message: (value: unknown) => string): OneCloudKey {
  return { path: ["promotion", "rollout", key], cloudOf: (value) => (value === 0 ? undefined : "aws"), message };
}

/** Undefined for what suits both clouds, as most names do, and for what is no endpoint at all. */
function endpointCloud(endpoint: unknown): Cloud | undefined {
  if (typeof endpoint !== "string" || !ENDPOINT.test(endpoint)) return undefined;
  if (/[A-Z]/.test(endpoint)) return "aws";
  return /\/|-$/.test(endpoint) ? "gcp" : undefined;
}

/** What the names of all that a rollout makes are derived from. */
export interface RolloutOwner {
  readonly environment: string;
  readonly model: string;
}

/**
 * What the functions must know of a rollout, with every default filled in.
 * @param runs project and location of an endpoint of Vertex AI that is named by its ID alone; needed on Google Cloud
 * @throws Error when a rollout on AWS has no role, which a checked configuration has
 */
export function rolloutSettings(
  { endpoint, role, stages, shadow, bake, deadline, business, native, people, tolerance, laterCandidate }: RolloutConfig,
  owner: RolloutOwner,
  runs?: Pick<VertexRuns, "project" | "location">,
): NonNullable<PromotionSettings["rollout"]> {
  if (runs === undefined && role === undefined) {
    throw new Error(`the rollout of ${owner.model} has no role; expected a configuration that loadConfig checked`);
  }
  return {
    endpoint: runs === undefined ? endpoint : vertexEndpointName(endpoint, runs),
    shadowWindows: shadow === 0 ? 0 : windowsOf(shadow),
    percents: stages,
    tolerance,
    bakeWindows: windowsOf(bake),
    deadlineWindows: windowsOf(deadline),
    laterCandidate,
    ...(business !== undefined && { business: businessMetric(business) }),
    ...(role !== undefined && {
      sagemaker: {
        role,
        namePrefix: `rt-${fnv1a(`${owner.environment}/${owner.model}`).slice(0, 8)}`,
        ...(native !== undefined && { native: nativeShift(native) }),
      },
    }),
    ...(people !== undefined && { people: givenLists(people) }),
  };
}

/** Windows of five minutes in a duration of whole ones. */
export function windowsOf(duration: string): number {
  return durationMs(duration) / WINDOW_MS;
}

function businessMetric({ namespace, metric, dwell }: NonNullable<RolloutConfig["business"]>) {
  return { ...(namespace !== undefined && { namespace }), metric, dwellWindows: windowsOf(dwell) };
}

function nativeShift({ canary, linear, wait, alarms }: NonNullable<RolloutConfig["native"]>) {
  const shift =
    canary === undefined ? { type: "linear" as const, percent: linear ?? 10 } : { type: "canary" as const, percent: canary };
  return { shift, waitSec: durationMs(wait) / 1000, alarms };
}

function givenLists({ promote, rollBack }: NonNullable<RolloutConfig["people"]>) {
  return { ...(promote !== undefined && { promote }), ...(rollBack !== undefined && { rollBack }) };
}
