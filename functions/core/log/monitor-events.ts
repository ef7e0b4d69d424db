export type OfModel = { readonly model: string };
/** `error` is what was thrown, as `messageOf` tells it. */
export type Failed = { readonly level: "error"; readonly error: string };
/** `value` of the gauge `metric` is beyond `limit`, both in the metric's unit. */
export type Passed = {
  readonly level: "warn";
  readonly alarm: string;
  readonly metric: string;
  readonly value: number;
  readonly limit: number;
};
/** A window of captured requests, in ISO 8601. */
type OfWindow = OfModel & { readonly start: string; readonly end: string };

/**
 * What of a window of captured requests could not be read; `problems` are the first few, each once. `unreadShare` is the largest
 * share of its lines, or of a column's values, that is not compared, 0 to 1.
 */
type UnreadLines = {
  readonly lines: number;
  readonly unreadable: number;
  readonly unreadShare: number;
  readonly problems: readonly { readonly uri: string; readonly line: number; readonly why: string }[];
};

/** What is logged of monitors: those that Retrigger keeps, and its own. */
export interface MonitorEvents {
  /** The capture monitor made its baseline. */
  "monitor-baseline-written": OfWindow & {
    readonly level: "info";
    readonly uri: string;
    readonly rows: number;
    readonly features: number;
  };
  /** The capture monitor compared a window. */
  "monitor-report-written": OfWindow & {
    readonly level: "info";
    readonly uri: string;
    readonly rows: number;
    readonly features: number;
  };
  /** A window has too few rows to compare. */
  "monitor-window-too-small": OfWindow & { readonly level: "info"; readonly rows: number; readonly minimumRows: number };
  /** Lines, columns or values of a window could not be read. */
  "monitor-window-partly-read": OfWindow &
    UnreadLines & {
      readonly level: "warn";
      readonly withoutOutputs: number;
      readonly leftOutValues: number;
      readonly unknownColumns: readonly string[];
      readonly rowsWithoutUnit: number;
      readonly misfitFeatures: number;
      readonly misfits: readonly { readonly name: string; readonly values: number }[];
    };
  /** Most lines of a window could not be read. */
  "monitor-window-unreadable": OfWindow & UnreadLines & { readonly level: "error"; readonly why: string };
  /** A window's captures could not be fetched; the next turn tries again. */
  "monitor-window-failed": OfWindow & Failed;
  /** The span that a baseline is made of is not over: nothing is compared before its end. */
  "monitor-baseline-awaited": OfWindow & { readonly level: "info" };
  /** Nothing in the captures can be compared, or a feature of them cannot; no baseline is made. */
  "monitor-baseline-empty": OfWindow & {
    readonly level: "error";
    readonly rows: number;
    readonly unreadShare: number;
    readonly why: string;
  };
  /** The baseline is of an earlier version, which some features cannot be told from; a new one needs a file of another name. */
  "monitor-baseline-old": OfModel & { readonly level: "warn"; readonly uri: string };
  /** A report would be longer than the evaluator takes. */
  "monitor-report-too-long": OfWindow & { readonly level: "error"; readonly why: string };
  /** So many windows are left for the next turn. */
  "monitor-out-of-time": OfModel & { readonly level: "warn"; readonly windows: number };
  /** The capture monitor failed for a model. */
  "monitoring-failed": OfModel & Failed;
  /** SageMaker's event of a monitoring run was lost; the sweeper found the run. */
  "monitoring-run-missed": OfModel & { readonly level: "warn"; readonly schedule: string; readonly job: string };
  /** The endpoint's data capture is off, so that no monitor sees anything. */
  "endpoint-captures-nothing": OfModel & {
    readonly level: "error";
    readonly schedule?: string;
    readonly endpoint: string | undefined;
    readonly why: string;
  };
  /** Whether the endpoint captures its requests could not be found out. */
  "endpoint-check-failed": OfModel & { readonly level: "warn"; readonly endpoint: string; readonly error: string };
  /** The sweeper made a monitoring job. */
  "monitor-created": OfModel & { readonly level: "info"; readonly monitor: string | undefined };
  /** The sweeper changed a monitoring job. */
  "monitor-updated": OfModel & { readonly level: "info"; readonly monitor: string | undefined };
  /** The sweeper could not keep a model's monitor. */
  "monitor-not-kept": OfModel & Failed;
}
