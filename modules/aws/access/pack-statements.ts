// Divides what a role may do among policies that IAM takes, so that one more model changes few of them.
import { createHash } from "node:crypto";
import { type PolicyStatement, policyDocument } from "./policy";

/**
 * Characters that IAM takes, without whitespace, in all inline policies of a role together and in one managed policy; and how many
 * managed policies a role may have, which AWS raises up to 20 on request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const IAM_LIMITS = { inlineCharacters: 10_240, managedCharacters: 6_144, attachedPolicies: 10 } as const;

/** How full policies are on average when there are more to be had, so that one that is full rarely turns a model away. */
const FILL_RATIO = 0.6;

/** Numbers of managed policies: few steps, since a step moves models from policy to policy. */
const STEPS = [0, 2, 5] as const;

export interface PolicyRoom {
  /** Managed policies that a role may have, up to 20. @default IAM_LIMITS.attachedPolicies */
  readonly attachedPolicies?: number | undefined;
  /** Length of a text as AWS will see it, once Terraform has filled in what is not known before. @default - as it stands */
  readonly lengthOf?: (text: string) => number;
}

/** What the policies of a role say. */
export interface PackedStatements {
  readonly inline: readonly PolicyStatement[];
  /** By number, from 1; a policy that would be empty is absent. */
  readonly managed: ReadonlyMap<number, readonly PolicyStatement[]>;
}

/**
 * Divides what a role may do for each of these things: inline what fits there, the rest in managed policies. Statements whose
 * resource is one text stay inline; those with a list are divided. All that one thing alone needs goes where its name's hash says,
 * and so does each resource that several share, while there is room. So neither order nor what was there before matters, and a new
 * thing changes one policy, but for the few times that more policies are needed, or one is full.
 * @param statementsOf what the role may do for some of the things
 * @returns undefined when a role cannot hold it
 */
export function packStatements<Thing>(
  things: readonly Thing[],
  statementsOf: (some: readonly Thing[]) => readonly PolicyStatement[],
  { attachedPolicies = IAM_LIMITS.attachedPolicies, lengthOf = (text) => text.length }: PolicyRoom = {},
): PackedStatements | undefined {
  const parts = statementsOf(things).flatMap((statement, place) => partsOf(statement, place, lengthOf));
  const owners = ownersOf(things, statementsOf);
  const units = grouped(
    parts.filter(({ group }) => group !== undefined),
    ({ name }) => owners.get(name) ?? name,
  );
  const size = parts.reduce((sum, { more }) => sum + more, 0);
  const steps = STEPS.filter((step) => {
    const limit = IAM_LIMITS.inlineCharacters + step * IAM_LIMITS.managedCharacters;
    return step < attachedPolicies && size <= limit * (step === 0 ? 1 : FILL_RATIO);
  });
  const fixed = parts.filter(({ group }) => group === undefined);
  for (const policies of [...steps, attachedPolicies]) {
    const packed = packInto(policies, fixed, units);
    if (packed !== undefined) return packed;
  }
  return undefined;
}

/** A statement that is not divided further. */
interface Part {
  /** The same for the same statement about the same resource. */
  readonly name: string;
  /** Place among the statements, and then among the resources of one: the order within a policy. */
  readonly order: readonly [statement: number, resource: number];
  readonly statement: PolicyStatement;
  /** Parts of one group are one statement again where they meet; undefined for what stays inline, and alone. */
  readonly group: string | undefined;
  /** Characters that it takes where its group has no part yet. */
  readonly alone: number;
  /** Characters that it takes beside another part of its group. */
  readonly more: number;
}

/** A condition whose values are divided too. https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html */
const DIVIDED_KEY = "s3:prefix";

function partsOf(statement: PolicyStatement, place: number, lengthOf: (text: string) => number): Part[] {
  const { Resource: resources, ...rest } = statement;
  const partOf = (own: PolicyStatement, index: number, value: unknown, group: string | undefined): Part => {
    const text = JSON.stringify(own);
    // Tokens are numbered as they come, so that they must not decide about anything.
    const name = text.replace(/\$\{[^}]*\}/g, "");
    const alone = lengthOf(text) + COMMA;
    const more = group === undefined ? alone : lengthOf(JSON.stringify(value)) + COMMA;
    return { name, order: [place, index], statement: own, group, alone, more };
  };
  if (resources === undefined || typeof resources === "string") return [partOf(statement, 0, undefined, undefined)];
  return [...new Set(resources)].map((resource, index) => {
    const own = { ...rest, Resource: [resource] };
    const [prefix] = prefixesOf(statement) ?? [];
    return partOf(own, index, prefix ?? resource, prefix === undefined ? `${place}` : JSON.stringify([statement.Action, resource]));
  });
}

const COMMA = 1;

function prefixesOf({ Condition }: PolicyStatement): readonly string[] | undefined {
  const values = Condition?.StringLike?.[DIVIDED_KEY];
  return values === undefined ? undefined : [values].flat();
}

/** For each part that one thing alone needs, a key of that thing: the first part that it has for itself. */
function ownersOf<Thing>(
  things: readonly Thing[],
  statementsOf: (some: readonly Thing[]) => readonly PolicyStatement[],
): ReadonlyMap<string, string> {
  const namesByThing = things.map((thing) =>
    statementsOf([thing]).flatMap((statement, place) => partsOf(statement, place, () => 0).map(({ name }) => name)),
  );
  const uses = new Map<string, number>();
  for (const name of namesByThing.flat()) uses.set(name, (uses.get(name) ?? 0) + 1);
  return new Map(
    namesByThing.flatMap((names) => {
      const own = names.filter((name) => uses.get(name) === 1).sort();
      return own.map((name) => [name, own[0] ?? name] as const);
    }),
  );
}

interface Document {
  readonly limit: number;
  readonly parts: Part[];
  readonly groups: Set<string | undefined>;
  size: number;
}

/** The inline policy is number 0. */
function packInto(
  policies: number,
  fixed: readonly Part[],
  units: ReadonlyMap<string, readonly Part[]>,
): PackedStatements | undefined {
  const documents = Array.from({ length: policies + 1 }, (_, index): Document => {
    const limit = index === 0 ? IAM_LIMITS.inlineCharacters : IAM_LIMITS.managedCharacters;
    return { limit, parts: [], groups: new Set(), size: policyDocument([]).length };
  });
  const isPlaced = (parts: readonly Part[], order: readonly number[]) =>
    order.some((index) => documents[index] !== undefined && placed(documents[index], parts));
  if (!isPlaced(fixed, [0])) return undefined;
  const hashed = [...units].map(([key, parts]) => ({ parts, hash: createHash("sha512").update(key).digest() }));
  for (const { parts, hash } of hashed.sort((a, b) => Buffer.compare(a.hash, b.hash))) {
    const order = [...documents.keys()].sort((a, b) => rankOf(hash, b) - rankOf(hash, a));
    if (!isPlaced(parts, order) && !parts.every((part) => isPlaced([part], order))) return undefined;
  }
  const [inline = [], ...managed] = documents.map(({ parts }) => joined(parts));
  const filled = managed.flatMap((statements, index) => (statements.length === 0 ? [] : [[index + 1, statements] as const]));
  return { inline, managed: new Map(filled) };
}

/** Adds the parts to the policy if there is room for all of them. */
function placed(document: Document, parts: readonly Part[]): boolean {
  const groups = new Set(document.groups);
  let { size } = document;
  for (const { group, alone, more } of parts) {
    size += groups.has(group) ? more : alone;
    groups.add(group);
  }
  if (size > document.limit) return false;
  document.parts.push(...parts);
  for (const group of groups) document.groups.add(group);
  document.size = size;
  return true;
}

/** How much a policy is the one for what has this hash: 3 bytes for each policy, of which a role has 20 at most. */
function rankOf(hash: Buffer, policy: number): number {
  return hash.readUIntBE(policy * 3, 3);
}

/** The parts as few statements, in their order. */
function joined(parts: readonly Part[]): PolicyStatement[] {
  const sorted = [...parts].sort(({ order: [a, b] }, { order: [c, d] }) => a - c || b - d);
  const groups = grouped(sorted, ({ group, order: [place] }) => group ?? `fixed ${place}`);
  return [...groups.values()].flatMap((own) => joinedGroup(own.map(({ statement }) => statement)));
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  }
  return groups;
}

function joinedGroup(statements: readonly PolicyStatement[]): PolicyStatement[] {
  const [first, ...others] = statements;
  if (first === undefined || others.length === 0) return [...statements];
  if (prefixesOf(first) === undefined) return [{ ...first, Resource: statements.flatMap(({ Resource = [] }) => Resource) }];
  const prefixes = new Set(statements.flatMap((statement) => prefixesOf(statement) ?? []));
  return [{ ...first, Condition: { StringLike: { [DIVIDED_KEY]: [...prefixes] } } }];
}
