import type { PatternValue } from "../event-rules/event-rule";
import type { EventEntry } from "./event-entry";

/** By the thing's name, whose alternatives add up. Of a name in an ARN the case does not matter, since SageMaker lowers it in some. */
export interface SubjectFilter {
  readonly name?: string;
  readonly names?: readonly string[];
  /** What names start with, as plain text. */
  readonly prefix?: string;
}

type StatusValue<Entry> = Entry extends { readonly status: { readonly values: readonly (infer Value)[] } } ? Value : never;

/** By what a thing is now, also under the field's own name. */
type StatusFilter<Entry> = Entry extends { readonly status: { readonly path: infer Path extends string } }
  ? { readonly [Key in Path | "status"]?: readonly StatusValue<Entry>[] }
  : unknown;

/** By what a thing was before, also under the field's own name. */
type PreviousStatusFilter<Entry> = Entry extends { readonly previousStatus: infer Path extends string }
  ? { readonly [Key in Path | "previousStatus"]?: readonly StatusValue<Entry>[] }
  : unknown;

type FieldFilter<Entry extends EventEntry> = {
  readonly [Path in keyof Entry["filters"]]?: Entry["filters"][Path] extends readonly (infer Value)[]
    ? readonly Value[]
    : readonly PatternValue[];
};

/**
 * Which events of an entry a pattern matches: those that fit every field that is given, each by one of its alternatives. Statuses are
 * literals of the entry; further fields are named by their paths, such as `ModelApprovalStatus` or `HealthSummary.RepairAction`.
 */
export type EventFilter<Entry extends EventEntry> = SubjectFilter &
  StatusFilter<Entry> &
  PreviousStatusFilter<Entry> &
  FieldFilter<Entry>;
