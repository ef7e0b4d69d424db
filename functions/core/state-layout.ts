// Where the state store keeps what. Adapters read and write by these names, IAM conditions allow by them, and Terraform writes rows
// by them. They are a promise: a stack that runs now finds its state by them after its next deployment.
import type * as z from "zod/mini";

/** The type of what a schema reads, as nobody may change it. */
export type Stored<S extends z.ZodMiniType> = Immutable<z.infer<S>>;

/** Homomorphic: arrays, tuples and optional fields stay what they are. */
type Immutable<T> = { readonly [K in keyof T]: Immutable<T[K]> };

/** Whether a record may hold it as a name: one that the program no longer knows must not make what outlives it unreadable. */
export function isStoredName(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

/**
 * Partition keys of the table on AWS, by what they hold. What ends with `#` is followed by the name of a model, by a request id, by
 * `HEARTBEATS` or `DEPLOYMENT`, or by a chat and the id of a message.
 */
export const PARTITIONS = {
  settings: "settings",
  prices: "prices",
  batches: "batch#",
  coordinators: "coordinator#",
  /** The decisions on a request, and its run. */
  requests: "request#",
  /** By time, where the decisions on a model are. */
  decisions: "decisions#",
  driftHistories: "drift#",
  drifts: "drifts#",
  heartbeats: "heartbeats#",
  promotions: "promotion#",
  /** By time of registration, the steps of a model's candidates. */
  candidates: "candidates#",
  /** The id of the deployment. */
  deployment: "deployment#",
  /** Which chats were told of what. */
  tellings: "telling#",
} as const;

/** What a part of the table holds. */
export type TablePart = keyof typeof PARTITIONS;

/** Sort keys of the table on AWS, or what they begin with. */
export const SORT_KEYS = {
  /** Of prices. */
  sageMaker: "sagemaker",
  /** Of a model's batches. */
  head: "head",
  segment: "segment#",
  /** Of a versioned record. */
  state: "state",
  /** Of a request. */
  decision: "decision#",
  run: "run",
} as const;

/** Attribute of the table by whose time, in epoch seconds, DynamoDB removes an item. */
export const EXPIRY_ATTRIBUTE = "expires_at";

/** How the names of all resources begin, unless the configuration says otherwise. */
export const NAME_PREFIX = "retrigger";

/** What the names of all resources of an environment begin with, `<namePrefix>-<environment>`. */
export function startOfNames(environment: string, namePrefix: string = NAME_PREFIX): string {
  return `${namePrefix}-${environment}`;
}

/**
 * Name of the database on Google Cloud, unless the configuration gives it another; it ends in a letter or a digit. At most 37 of
 * the 63 characters that are allowed. https://cloud.google.com/firestore/docs/manage-databases
 */
export function stateDatabaseName(environment: string, namePrefix: string = NAME_PREFIX): string {
  return startOfNames(environment, namePrefix).replace(/-+$/, "");
}

/**
 * How the metrics of an environment name it, so that those of two prefixes stay apart: by itself, as before there were prefixes,
 * or with its prefix.
 */
export function metricEnvironment(environment: string, namePrefix: string = NAME_PREFIX): string {
  return namePrefix === NAME_PREFIX ? environment : startOfNames(environment, namePrefix);
}

/** Collections of the database on Google Cloud, by what they hold. */
export const COLLECTIONS = {
  settings: "settings",
  batches: "batches",
  /** Below a model's batches, and below a generation. */
  generations: "generations",
  segments: "segments",
  coordinators: "coordinators",
  decisions: "decisions",
  runs: "runs",
  driftHistories: "driftHistories",
  drifts: "drifts",
  heartbeats: "heartbeats",
  promotions: "promotions",
  candidates: "candidates",
  deployment: "deployment",
  tellings: "tellings",
} as const;

/** The collections whose documents Firestore removes at the time in their field `EXPIRY_FIELD`. */
export const EXPIRING_COLLECTIONS = [
  COLLECTIONS.segments,
  COLLECTIONS.decisions,
  COLLECTIONS.runs,
  COLLECTIONS.drifts,
  COLLECTIONS.candidates,
  COLLECTIONS.tellings,
] as const;

export const EXPIRY_FIELD = "expireAt";

/** Field or attribute of a row of settings that holds them, on both clouds. */
export const SETTINGS_FIELD = "settings";

/**
 * How long decisions, the ends of runs and the evaluations of drift are kept, milliseconds: 400 days, so that a year can be
 * compared with the one before. Whoever writes such a row must name it, the command line like the functions.
 */
export const LOG_RETENTION_MS = 400 * 86_400_000;

/**
 * Field or attribute of every row that says of which shape it is; a row without it is of shape 1. A reader ignores fields that it
 * does not know, so a shape is raised only where an older program must not read the row: docs/deploy.md says how.
 */
export const SHAPE_FIELD = "shape";

/** The shape of the rows that this program writes, and the highest that it reads. */
export const SHAPE = 1;

/**
 * @param shape what a row has in SHAPE_FIELD
 * @throws Error when a newer program wrote the row: it must be neither read nor replaced
 */
export function checkShape(shape: unknown): void {
  if (shape === undefined || (typeof shape === "number" && Number.isInteger(shape) && shape >= 1 && shape <= SHAPE)) return;
  const remedy = "deploy the version of Retrigger that wrote it, or a later one, or restore the row from a backup";
  const got = typeof shape === "number" ? String(shape) : `of type ${typeof shape}`;
  throw new Error(`got a row of shape ${got}, expected at most ${SHAPE}: a newer version wrote it; ${remedy}`);
}

/** Is told of a row that a list leaves out: which it is, and why it cannot be read. */
export type LeftOut = (problem: unknown) => void;

/**
 * What rows say, those that cannot be read left out: a list of the others is still of use to a person.
 * @param leftOut @default - throws at a row that cannot be read, as whoever decides by a list must have all of it
 */
export function readRows<R, T>(rows: readonly R[], read: (row: R) => T, leftOut?: LeftOut): T[] {
  return rows.flatMap((row) => {
    try {
      return [read(row)];
    } catch (error) {
      if (leftOut === undefined) throw error;
      leftOut(error);
      return [];
    }
  });
}
