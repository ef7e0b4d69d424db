// How the objects that an account may use are spread over conditions of Google Cloud's IAM, of which a policy holds few.
import { createHash } from "node:crypto";

/** Logical operators in the condition of a role binding. https://cloud.google.com/iam/quotas#limits */
const MAX_OPERATORS = 12;

/** Role bindings of one role and one principal in one policy that differ in their conditions; on the same page. */
const MAX_CONDITIONS = 20;

/** Half of them, since a condition that changes stands beside the one that it replaces, for a moment, or no access is for that. */
const CONDITIONS_OF_ROLE = MAX_CONDITIONS / 2;

/** What one kind of access to objects of a bucket is given by. */
export interface ConditionSpace {
  /** Roles of the same permissions, each of which has its own conditions; 1 or more. */
  readonly roles: number;
  /** True where every condition also names the bucket itself, to list it. */
  readonly hasBucketTerm: boolean;
}

/**
 * Lists of terms, each of one condition, by their place: a whole number that says which role has the condition. A term stays where
 * it is when others come and go, or moves on where its place is full, so that one more changes one condition, seldom two.
 * @throws RangeError when they are more than `mostTerms`
 */
export function conditionSlots(terms: readonly string[], space: ConditionSpace): ReadonlyMap<number, readonly string[]> {
  const distinct = [...new Set(terms)].sort();
  const most = mostTerms(space);
  if (distinct.length > most) throw new RangeError(`got ${distinct.length} terms; expected at most ${most}; use another bucket`);
  const places = placesOf(space);
  const slots = new Map<number, string[]>();
  for (const term of distinct) {
    let place = createHash("sha256").update(term).digest().readUInt32BE(0) % places;
    while ((slots.get(place)?.length ?? 0) >= termsOfCondition(space)) place = (place + 1) % places;
    slots.set(place, [...(slots.get(place) ?? []), term]);
  }
  return new Map([...slots].sort(([a], [b]) => a - b));
}

/** The role, counted from 0, that a condition belongs to. */
export function roleOfSlot(place: number): number {
  return Math.floor(place / CONDITIONS_OF_ROLE);
}

/** How many terms a bucket has room for. */
export function mostTerms(space: ConditionSpace): number {
  return placesOf(space) * termsOfCondition(space);
}

function placesOf({ roles }: ConditionSpace): number {
  return roles * CONDITIONS_OF_ROLE;
}

/** An operator stands between each two terms. */
function termsOfCondition({ hasBucketTerm }: ConditionSpace): number {
  return MAX_OPERATORS + 1 - (hasBucketTerm ? 1 : 0);
}

/**
 * The kinds of access whose terms grow with the models. 300 models have room on one bucket; those of `manifests` and `reports` are
 * folders that models share.
 */
export const CONDITION_SPACES = {
  templates: { roles: 4, hasBucketTerm: false },
  artifacts: { roles: 4, hasBucketTerm: false },
  manifests: { roles: 1, hasBucketTerm: true },
  reports: { roles: 1, hasBucketTerm: true },
  captures: { roles: 4, hasBucketTerm: true },
  /** A folder of reports and a baseline for each model. */
  captureFiles: { roles: 8, hasBucketTerm: true },
  /** A folder for each model, and another for the few whose baseline lies elsewhere. */
  evaluations: { roles: 4, hasBucketTerm: true },
  holdOuts: { roles: 4, hasBucketTerm: true },
} as const satisfies Readonly<Record<string, ConditionSpace>>;
