// Whether the policy of a key says at least what a statement says.
import { isAboutAction, type Statement, takes } from "./policy-document";

/** What a policy does not say, or not surely. */
export interface Gap {
  /**
   * `conditional`: a condition that the needed statement does not have. `vanishing`: such a one that EventBridge never meets.
   * `byName`: some principals of the account have it, and the account itself has not.
   */
  readonly kind: "lacking" | "denied" | "vanishing" | "conditional" | "deniedAtTimes" | "byName";
  readonly who: string;
  readonly actions: readonly string[];
  /** Keys of the conditions. */
  readonly keys: readonly string[];
}

type Answer = Pick<Gap, "kind" | "keys">;

/** What is used of the patterns that AWS's own pages have: the actions alone are enough. */
const PLAIN_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  "kms:Decrypt*": ["kms:Decrypt"],
  "kms:Describe*": ["kms:DescribeKey"],
  "kms:Encrypt*": ["kms:Encrypt"],
  "kms:GenerateDataKey*": ["kms:GenerateDataKey"],
  "kms:ReEncrypt*": ["kms:ReEncryptFrom", "kms:ReEncryptTo"],
};

/** What a policy lacks of a statement that it needs; wider permissions are enough. */
export function gapsOf(policy: readonly Statement[], needed: Statement): Gap[] {
  return (needed.principals ?? []).flatMap((principal) => {
    const gaps = new Map<string, { readonly answer: Answer; readonly actions: string[] }>();
    for (const action of needed.actions.flatMap((one) => PLAIN_ACTIONS[one] ?? one)) {
      for (const answer of answersFor(policy, principal, action, needed)) {
        const key = JSON.stringify(answer);
        const known = gaps.get(key);
        if (known === undefined) gaps.set(key, { answer, actions: [action] });
        else known.actions.push(action);
      }
    }
    const who = principal.slice(principal.indexOf(":") + 1);
    return [...gaps.values()].map(({ answer, actions }) => ({ ...answer, who, actions }));
  });
}

/** Of conditions that EventBridge brings to no encrypted topic. docs/enterprise.md has the source. */
const NEVER_BROUGHT = /^aws:(?:source(?:arn|account|orgid|orgpaths|owner)|principal\w+)$/;

function answersFor(policy: readonly Statement[], principal: string, action: string, needed: Statement): Answer[] {
  const about = policy.filter((statement) => isAboutAction(statement, action) && isOfKey(statement));
  const denying = about.filter((statement) => !statement.isAllowed && isAbout(statement, principal));
  if (denying.some(({ conditions }) => conditions.length === 0)) return [{ kind: "denied", keys: [] }];
  const atTimes: Answer[] = denying.map(({ conditions }) => ({ kind: "deniedAtTimes", keys: keysOf(conditions) }));
  const allowing = about.filter(({ isAllowed }) => isAllowed);
  const toWhom = allowing.filter((statement) => isAbout(statement, principal));
  const extras = toWhom.map((statement) => extraConditions(statement, needed));
  if (extras.some((extra) => extra.length === 0)) return atTimes;
  const [first] = extras;
  if (first !== undefined) {
    const isVanishing =
      principal.startsWith("Service:events.") && extras.every((extra) => extra.some((key) => NEVER_BROUGHT.test(key)));
    return [{ kind: isVanishing ? "vanishing" : "conditional", keys: first }, ...atTimes];
  }
  const account = /^AWS:arn:[^:]*:iam::(\d+):root$/.exec(principal)?.[1];
  const isByName =
    account !== undefined && allowing.some(({ principals = [] }) => principals.some((one) => isOfAccount(one, account)));
  return [{ kind: isByName ? "byName" : "lacking", keys: [] }, ...atTimes];
}

/** In its own policy, a key is `*`, or an ARN, which is its own. */
function isOfKey({ resources }: Statement): boolean {
  return resources.length > 0;
}

function isOfAccount(principal: string, account: string): boolean {
  return principal.startsWith("AWS:") && principal.split(":")[5] === account;
}

/** Whether a statement is about a principal. Of `NotPrincipal`, and so of all but some, a denial may be meant. */
function isAbout({ principals, isAllowed }: Statement, principal: string): boolean {
  if (principals === undefined) return !isAllowed;
  const account = /^AWS:arn:[^:]*:iam::(\d+):root$/.exec(principal)?.[1];
  return principals.some((one) => one === "*" || one === principal || (account !== undefined && one === `AWS:${account}`));
}

/** Keys of conditions that a statement has and the needed one has not, or not as wide. */
function extraConditions({ conditions }: Statement, needed: Statement): string[] {
  return keysOf(conditions.filter((one) => !needed.conditions.some((own) => own.key === one.key && isAsWide(one, own))));
}

type Condition = Statement["conditions"][number];

const LIKE = /^(?:StringLike|ArnLike|ArnEquals)(?:IfExists)?$/;
const EQUALS = /^(?:StringEquals|StringEqualsIgnoreCase|Bool)(?:IfExists)?$/;

function isAsWide({ operator, values }: Condition, needed: Condition): boolean {
  if (LIKE.test(operator)) return needed.values.every((value) => values.some((pattern) => takes(pattern, value)));
  return EQUALS.test(operator) && needed.values.every((value) => values.includes(value));
}

function keysOf(conditions: Statement["conditions"]): string[] {
  return [...new Set(conditions.map(({ key }) => key))].sort();
}
