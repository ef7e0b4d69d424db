// Policies of whoever may have several: statements in as many documents as IAM's limit demands.
import { IAM_LIMITS } from "./pack-statements";
import { lengthInAws, type PolicyStatement, policyDocument } from "./policy";

/**
 * The statements in their order, in documents that are each short enough for a managed policy of IAM. One that is too long for a
 * document is divided: together, the documents say what the statements do.
 * @param accountId usually a token, which counts as the account's number that it becomes
 * @throws Error for a statement that is too long with a single resource and a single action
 */
export function policyDocuments(statements: readonly PolicyStatement[], accountId: string): string[] {
  const isShort = (some: readonly PolicyStatement[]) =>
    lengthInAws(policyDocument(some), accountId) <= IAM_LIMITS.managedCharacters;
  const groups: PolicyStatement[][] = [];
  for (const statement of statements.flatMap((one) => shortStatements(one, (own) => isShort([own])))) {
    const last = groups.at(-1);
    if (last !== undefined && isShort([...last, statement])) last.push(statement);
    else groups.push([statement]);
  }
  return groups.map(policyDocument);
}

/** A statement as it is, or by halves of its resources, or else of its actions, that are short. */
function shortStatements(statement: PolicyStatement, isShort: (statement: PolicyStatement) => boolean): PolicyStatement[] {
  if (isShort(statement)) return [statement];
  const { Resource, Action } = statement;
  const halves =
    halvesOf(Resource)?.map((half) => ({ ...statement, Resource: half })) ??
    halvesOf(Action)?.map((half) => ({ ...statement, Action: half }));
  if (halves === undefined) {
    const message = `got a statement about ${String(Resource)} of more than ${IAM_LIMITS.managedCharacters} characters; expected one that a managed policy of IAM can hold; shorten its names or its condition`;
    throw new Error(message);
  }
  return halves.flatMap((half) => shortStatements(half, isShort));
}

/** Undefined for what cannot be divided. */
function halvesOf(list: string | readonly string[] | undefined): (readonly string[])[] | undefined {
  if (list === undefined || typeof list === "string" || list.length < 2) return undefined;
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}
