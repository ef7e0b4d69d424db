import type { Block, Template } from "../../stacks/template";

/** A role that an account has. */
export interface Role {
  readonly role: string;
  /** Name of the resource as the configuration writes it, or of the resource in the stack that is referred to. */
  readonly on: string;
  readonly condition?: string;
}

const MEMBER_TYPE = /^google_[a-z0-9_]+_iam_member$/;
/** The attribute that says what a role is on; a project comes last, as the others have one too. */
const RESOURCES = ["bucket", "topic", "subscription", "repository", "secret_id", "service_account_id", "name", "project"];

/** Every IAM member of the stack. */
export function members(template: Template): Block[] {
  const types = Object.keys(template.json.resource ?? {}).filter((type) => MEMBER_TYPE.test(type));
  return types.flatMap((type) => template.all(type));
}

/** The roles of a member: an account's id, or an agent's `serviceAccount:…`. */
export function rolesOf(template: Template, member: string): Role[] {
  const account = template.all("google_service_account").some(({ account_id }) => account_id === member)
    ? template.reference("google_service_account", "member", { account_id: member })
    : member;
  return members(template)
    .filter((block) => block.member === account)
    .map((block) => roleOf(template, block));
}

function roleOf(template: Template, block: Block): Role {
  const resource = String(RESOURCES.map((key) => block[key]).find((value) => value !== undefined));
  const { expression } = Object(block.condition);
  return {
    // Roles of the same permissions are numbered.
    role: named(template, String(block.role)).replace(/^(retrigger_.+)_\d$/, "$1"),
    on: named(template, resource),
    ...(expression === undefined ? {} : { condition: String(expression) }),
  };
}

function named(template: Template, text: string): string {
  if (!text.startsWith("$" + "{google_")) return text;
  const { name, account_id, role_id, repository_id } = template.resolve(text);
  return String(name ?? account_id ?? role_id ?? repository_id);
}
