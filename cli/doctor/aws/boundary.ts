import { GetPolicyCommand, GetPolicyVersionCommand, SimulateCustomPolicyCommand } from "@aws-sdk/client-iam";
import { inParallel } from "../../../functions/core/pacing";
import type { Check, Report } from "../finding";
import type { AwsAccount } from "./account";
import { type PlannedRole, placeOf, plannedRoles } from "./planned-roles";
import { readPolicy } from "./policy-document";

/** Whether the permissions boundary lets the roles do what they are for. */
export const boundary: Check<AwsAccount> = {
  asks: "Does the permissions boundary exist, and does it allow what each role needs?",
  permissions: ["iam:GetPolicy", "iam:GetPolicyVersion", "iam:SimulateCustomPolicy"],
  async look(account, report) {
    const { permissionsBoundary: arn } = account.aws.roles;
    if (arn === undefined) return;
    const about = `boundary ${arn}`;
    const owner = arn.split(":")[4];
    if (owner !== "aws" && owner !== account.identity?.accountId) {
      const message = `is of the account ${owner}; expected one of ${account.identity?.accountId}, where the roles are created`;
      report.problem(about, message, "name a policy of that account, or one of AWS, in aws.roles.permissionsBoundary");
      return;
    }
    let document: string | undefined;
    await report.look(about, "iam:GetPolicy and iam:GetPolicyVersion", async () => {
      document = await documentOf(account, report, about, arn);
    });
    const read = document;
    if (read === undefined) return;
    await report.look(about, "iam:SimulateCustomPolicy", () => lookAtRoles(account, report, { arn, about, document: read }));
  },
};

/** The document of the policy; undefined where there is none. */
async function documentOf({ clients, region }: AwsAccount, report: Report, about: string, PolicyArn: string) {
  const policy = await clients.iam.send(new GetPolicyCommand({ PolicyArn })).catch((error: unknown) => {
    if (error instanceof Error && /NoSuchEntity/.test(error.name)) return undefined;
    throw error;
  });
  if (policy === undefined) {
    const cure = `create the policy, or correct aws.roles.permissionsBoundary: aws iam list-policies --region ${region} --scope All`;
    report.problem(about, "does not exist, so no role can be created", cure);
    return undefined;
  }
  const VersionId = policy.Policy?.DefaultVersionId;
  const { PolicyVersion } = await clients.iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  const document = decodeURIComponent(PolicyVersion?.Document ?? "");
  if (readPolicy(document) === undefined) throw new Error("IAM gave a document that is no policy");
  return document;
}

interface Boundary {
  readonly arn: string;
  readonly about: string;
  readonly document: string;
}

/** What some roles do with some things: what is asked in one call. */
interface Question {
  readonly actions: Set<string>;
  readonly resources: readonly string[];
  /** What is known of a request, by the key of a condition. */
  readonly context: Readonly<Record<string, string>>;
}

/** What a boundary says of an action on a thing. */
interface Verdict {
  readonly action: string;
  readonly resource: string;
  /** Keys of conditions of which nothing is known here. */
  readonly missing: readonly string[];
}

/** Questions that are asked at once: IAM throttles simulations soon. */
const PARALLEL_QUESTIONS = 4;

/** Things of one question; of more that are used alike, these are asked about. */
const MAX_RESOURCES = 25;

/** Pages of an answer; a question has some ten actions, and a page a hundred. */
const MAX_PAGES = 10;

async function lookAtRoles(account: AwsAccount, report: Report, bounds: Boundary): Promise<void> {
  const roles = plannedRoles(await account.planned(), placeOf(account));
  const questions = questionsOf(roles, account.region);
  const verdicts: Verdict[] = [];
  await inParallel([...questions.values()], PARALLEL_QUESTIONS, async (question) => {
    verdicts.push(...(await forbidden(account, bounds.document, question)));
  });
  for (const role of roles) tellRole(report, bounds, role, verdicts);
  const asked = new Set([...questions.values()].flatMap(({ resources }) => resources));
  const left =
    new Set(roles.flatMap(({ statements }) => statements.flatMap(({ resources }) => resources.map(sampleOf)))).size - asked.size;
  if (left > 0) {
    const message = `not known: what it says of ${left} more buckets, pipelines and other things that are used as those it was asked about`;
    report.warning(bounds.about, message, "see that it names them by a pattern");
  } else if (verdicts.length === 0) report.inOrder(bounds.about, `allows what ${roles.length} roles need`);
}

function tellRole(report: Report, { arn, about }: Boundary, { name, statements }: PlannedRole, verdicts: readonly Verdict[]): void {
  const own = verdicts.filter(({ action, resource }) =>
    statements.some(({ actions, resources }) => actions.includes(action) && resources.some((one) => sampleOf(one) === resource)),
  );
  const surely = own.filter(({ missing }) => missing.length === 0);
  for (const [service, some] of byService(surely)) {
    const actions = [...new Set(some.map(({ action }) => action))].sort().join(", ");
    const message = `${about} forbids ${actions}, such as on ${some[0]?.resource}`;
    report.problem(
      `role ${name}`,
      message,
      `allow the actions of ${service} in ${arn}, or name another aws.roles.permissionsBoundary`,
    );
  }
  for (const [, some] of byService(own.filter(({ missing }) => missing.length > 0))) {
    const actions = [...new Set(some.map(({ action }) => action))].sort().join(", ");
    const keys = [...new Set(some.flatMap(({ missing }) => missing))].sort().join(", ");
    const message = `not known: whether ${about} allows ${actions}, as it depends on ${keys}`;
    report.warning(`role ${name}`, message, "compare the condition with how the functions call");
  }
}

function byService(verdicts: readonly Verdict[]): Map<string, Verdict[]> {
  const services = new Map<string, Verdict[]>();
  for (const verdict of verdicts) {
    const service = verdict.action.split(":")[0] ?? "";
    services.set(service, [...(services.get(service) ?? []), verdict]);
  }
  return services;
}

/** Few, as roles do alike with the same things. */
function questionsOf(roles: readonly PlannedRole[], region: string): Map<string, Question> {
  const questions = new Map<string, Question>();
  for (const { actions, resources, conditions, isAllowed } of roles.flatMap(({ statements }) => statements)) {
    if (!isAllowed) continue;
    const samples = [...new Set(resources.map(sampleOf))].sort().slice(0, MAX_RESOURCES);
    const given = conditions.map(({ key, values }) => [key, sampleOf(values[0] ?? "")] as const);
    const context = { "aws:requestedregion": region, "aws:securetransport": "true", ...Object.fromEntries(given) };
    const key = JSON.stringify([samples, context]);
    const known = questions.get(key) ?? { actions: new Set<string>(), resources: samples, context };
    questions.set(key, known);
    for (const action of actions) known.actions.add(action);
  }
  return questions;
}

/** One thing of those that a pattern means. */
function sampleOf(pattern: string): string {
  return pattern === "*" ? pattern : pattern.replaceAll("*", "x").replaceAll("?", "x");
}

/** What of a question the boundary forbids: beside it, all of it is allowed. */
async function forbidden({ clients }: AwsAccount, document: string, question: Question): Promise<Verdict[]> {
  const { actions, resources, context } = question;
  const statement = { Effect: "Allow", Action: [...actions], Resource: resources };
  const input = {
    PolicyInputList: [JSON.stringify({ Version: "2012-10-17", Statement: [statement] })],
    PermissionsBoundaryPolicyInputList: [document],
    ActionNames: [...actions],
    ResourceArns: [...resources],
    ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
      ContextKeyName,
      ContextKeyValues: [value],
      ContextKeyType: ContextKeyName === "aws:securetransport" ? ("boolean" as const) : ("string" as const),
    })),
  };
  const answered = new Set<string>();
  const verdicts: Verdict[] = [];
  let Marker: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await clients.iam.send(new SimulateCustomPolicyCommand({ ...input, ...(Marker !== undefined && { Marker }) }));
    for (const { EvalActionName: action = "", ...one } of answer.EvaluationResults ?? []) {
      answered.add(action);
      const ofAll = {
        resource: one.EvalResourceName ?? resources[0] ?? "*",
        decision: one.EvalDecision,
        missing: one.MissingContextValues,
      };
      const each = (one.ResourceSpecificResults ?? []).map((of) => ({
        resource: of.EvalResourceName ?? "*",
        decision: of.EvalResourceDecision,
        missing: of.MissingContextValues ?? one.MissingContextValues,
      }));
      for (const { resource, decision, missing = [] } of each.length > 0 ? each : [ofAll])
        if (decision !== "allowed") verdicts.push({ action, resource, missing });
    }
    Marker = answer.IsTruncated ? answer.Marker : undefined;
    if (Marker === undefined) break;
  }
  const left = [...actions].filter((action) => !answered.has(action));
  if (Marker !== undefined || left.length > 0) throw new Error(`IAM did not say whether ${left.join(", ")} is allowed`);
  return verdicts;
}
