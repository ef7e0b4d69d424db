// As in a real synthesis: jest would map the trace of every token back to its source, half of the time of these tests.
import "../../stacks/fast-start";
import type { TerraformStack } from "cdktf";
import type { PolicyStatement } from "../../modules/aws/access/policy";

export type Block = Readonly<Record<string, unknown>>;
type Blocks = Readonly<Record<string, Readonly<Record<string, Block>>>>;

interface Synthesized {
  readonly resource?: Blocks;
  readonly data?: Blocks;
  readonly output?: Readonly<Record<string, Block>>;
  readonly provider?: Readonly<Record<string, readonly Block[]>>;
  readonly terraform: Block;
  readonly moved?: readonly { readonly from: string; readonly to: string }[];
}

/** A synthesised stack, to be asked what it holds. */
export class Template {
  readonly text: string;
  readonly json: Synthesized;

  constructor(stack: TerraformStack) {
    this.text = JSON.stringify(withoutMetadata(stack.toTerraform()), null, 2);
    this.json = JSON.parse(this.text);
  }

  /** Blocks of a resource type, by logical id. */
  resources(type: string): Readonly<Record<string, Block>> {
    return this.json.resource?.[type] ?? {};
  }

  all(type: string): Block[] {
    return Object.values(this.resources(type));
  }

  /** The one block of a type that has these attributes. */
  one(type: string, attributes: Block = {}): Block {
    const found = this.all(type).filter((block) => Object.entries(attributes).every(([name, value]) => block[name] === value));
    const [block] = found;
    if (block === undefined || found.length > 1) {
      throw new Error(`${found.length} of ${this.all(type).length} ${type} have ${JSON.stringify(attributes)}; expected 1`);
    }
    return block;
  }

  /** `${type.id.attribute}` of the one block of a type that has these attributes. */
  reference(type: string, attribute: string, attributes: Block = {}): string {
    const block = this.one(type, attributes);
    const [id] = Object.entries(this.resources(type)).find(([, candidate]) => candidate === block) ?? [];
    return `\${${type}.${id}.${attribute}}`;
  }

  /** The block that `${type.id.attribute}` refers to. */
  resolve(reference: unknown): Block {
    const [, type = "", id = ""] = /^\$\{([a-z0-9_]+)\.([A-Za-z0-9_-]+)\./.exec(String(reference)) ?? [];
    const block = this.resources(type)[id];
    if (block === undefined) throw new Error(`${String(reference)} refers to no resource of the stack`);
    return block;
  }

  /** What the role of a function may do. */
  functionStatements(functionName: string): PolicyStatement[] {
    const { role } = this.one("aws_lambda_function", { function_name: functionName });
    return this.roleStatements(String(role).replace(/\.arn\}$/, ".name}"));
  }

  /** What the role of this name (a reference) may do, by its inline policy and by those that are attached. */
  roleStatements(role: string): PolicyStatement[] {
    const attached = this.all("aws_iam_role_policy_attachment").filter((attachment) => attachment.role === role);
    return [
      ...this.all("aws_iam_role_policy").filter((policy) => policy.role === role),
      ...attached.map(({ policy_arn }) => this.resolve(policy_arn)),
    ].flatMap(({ policy }) => statementsOf(policy));
  }

  /** Names of the stack's rules that the policy of a queue lets send to it, sorted; `<bus>/<name>` for another bus. */
  rulesLetInto(queueName: string): string[] {
    const queue_url = this.reference("aws_sqs_queue", "url", { name: queueName });
    const patterns = statementsOf(this.one("aws_sqs_queue_policy", { queue_url }).policy)
      .filter(({ Effect, Principal }) => Effect === "Allow" && JSON.stringify(Principal).includes("events.amazonaws.com"))
      .flatMap(({ Condition }) => Condition?.ArnLike?.["aws:SourceArn"] ?? [])
      .map((arn) => new RegExp(`^${(arn.split(":rule/")[1] ?? "").replace(/\*/g, ".*")}$`));
    const names = this.all("aws_cloudwatch_event_rule").map((rule) => this.ruleName(rule));
    return names.filter((name) => patterns.some((pattern) => pattern.test(name))).sort(byText);
  }

  /** Names of the rules that send to a queue, sorted. */
  rulesSendingTo(queueName: string): string[] {
    const queue = this.one("aws_sqs_queue", { name: queueName });
    const targets = this.all("aws_cloudwatch_event_target").filter(({ arn }) => /aws_sqs_queue/.test(String(arn)));
    return targets
      .filter(({ arn }) => this.resolve(arn) === queue)
      .map(({ rule }) => this.ruleName(this.resolve(rule)))
      .sort(byText);
  }

  /** As the ARN of the rule has it. */
  private ruleName({ name, event_bus_name: bus }: Block): string {
    return bus === undefined ? String(name) : `${this.resolve(bus).name}/${name}`;
  }

  /** Every `${type.id…}` and dependency in the stack that refers to no block of it; `$${` is text. */
  danglingReferences(): string[] {
    // What a resource was called before is not there any more.
    const text = JSON.stringify({ ...this.json, moved: [] });
    const interpolated = [...text.matchAll(/(?<!\$)\$\{(data\.)?([a-z0-9_]+)\.([A-Za-z0-9_-]+)\./g)];
    const depended = [...text.matchAll(/"(data\.)?((?:aws|google)_[a-z0-9_]+)\.([A-Za-z0-9_-]+)"/g)];
    return [...interpolated, ...depended]
      .filter(
        ([, data, type = "", id = ""]) => (data === undefined ? this.json.resource : this.json.data)?.[type]?.[id] === undefined,
      )
      .map(([reference]) => reference);
  }
}

/** The statements of a policy document. */
export function statementsOf(policy: unknown): PolicyStatement[] {
  const document: { Statement: PolicyStatement[] } = JSON.parse(String(policy));
  return document.Statement;
}

function byText(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}

/** As `Testing.synth` does it, which copies each object once for every key: minutes for many models. */
function withoutMetadata(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMetadata);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([key]) => key !== "//");
  return Object.fromEntries(members.sort(([a], [b]) => byText(a, b)).map(([key, member]) => [key, withoutMetadata(member)]));
}
