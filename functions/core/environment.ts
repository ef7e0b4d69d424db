/** Environment variables of the deployed functions; addresses and names only, never a secret or a policy. */
export const ENVIRONMENT = {
  /** Name of the deployment's environment, which every metric of AWS has as a dimension. */
  environment: "RETRIGGER_ENVIRONMENT",
  /** `essential`, or not set: which metrics the function writes; AWS only, as Google Cloud takes them from the log. */
  watch: "RETRIGGER_WATCH",
  /** The state store: a DynamoDB table's name, or `projects/<project>/databases/<database>` of Firestore. */
  state: "RETRIGGER_STATE",
  /** Address of the request queue: an SQS URL, or `projects/<project>/topics/<topic>` of Pub/Sub. */
  requests: "RETRIGGER_REQUESTS",
  /**
   * Address of the dead letters of the function's own queue, for what no retry can cure: an SQS URL, or
   * `projects/<project>/topics/<topic>`.
   */
  deadLetters: "RETRIGGER_DEAD_LETTERS",
  /** Topic that the direct schedules publish to, whose name tells the runs of two deployments apart; Google Cloud only. */
  launches: "RETRIGGER_LAUNCHES",
  /** Address that people are told of decisions at: an SNS topic's ARN, or `projects/<project>/topics/<topic>`. */
  topic: "RETRIGGER_TOPIC",
  /** Address of the drift queue, an SQS URL; AWS only, where a model names monitoring schedules. */
  drift: "RETRIGGER_DRIFT",
  /** Region of the request topic, whose order holds among what is published in one region; Google Cloud only. */
  region: "RETRIGGER_REGION",
  /** Start of the deployment's names, where it is not `retrigger`. */
  namePrefix: "RETRIGGER_NAME_PREFIX",
  /** Folder or address of the runbooks, which messages name. */
  runbooks: "RETRIGGER_RUNBOOKS",
  /** Address of the console, which messages link to; not set without one. */
  console: "RETRIGGER_CONSOLE",
  /** What is told to Slack, and where its webhook's address is kept, as JSON: `{secret, about}`; not set without one. */
  slack: "RETRIGGER_SLACK",
  /** The same of Microsoft Teams. */
  teams: "RETRIGGER_TEAMS",
} as const;

type Address = keyof typeof ENVIRONMENT;

/**
 * The addresses that a function needs.
 * @throws Error that names every variable that is missing
 */
export function readEnvironment<K extends Address>(
  variables: Readonly<Record<string, string | undefined>>,
  needed: readonly K[],
): Record<K, string> {
  const missing = needed.filter((key) => !variables[ENVIRONMENT[key]]).map((key) => ENVIRONMENT[key]);
  if (missing.length > 0) throw new Error(`not set: ${missing.join(", ")}; the function's Terraform module sets them`);
  return Object.fromEntries(needed.map((key) => [key, variables[ENVIRONMENT[key]]])) as Record<K, string>;
}
