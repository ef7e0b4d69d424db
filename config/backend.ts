// The section `backend` of retrigger.yaml, and the names of the states that it means.
import * as z from "zod";
import { NAME_PREFIX, startOfNames } from "../functions/core/state-layout";
import { bucketNameSchema, regionSchema, text } from "./sections/fields";

const NAME = /^[A-Za-z0-9_-]{1,80}$/;
const NAME_EXPECTATION = "expected 1 to 80 of A-Z, a-z, 0-9, - and _";
const PREFIX_CHARACTERS = "at most 512 of A-Z, a-z, 0-9, ., _, =, - and /";
/** Terraform refuses other keys: https://developer.hashicorp.com/terraform/language/backend/s3 */
const keyPrefix = text(
  /^(?!\/)(?!.*\/\/)[A-Za-z0-9._=/-]{0,512}$/,
  `expected ${PREFIX_CHARACTERS}, without / at its beginning and without //, such as retrigger/`,
);
/** Terraform leaves out a / at its beginning, so that it could be the prefix of another environment. */
const objectPrefix = text(
  /^(?!\/)[A-Za-z0-9._=/-]{0,512}$/,
  `expected ${PREFIX_CHARACTERS}, without / at its beginning, such as retrigger/`,
);

/** Where Terraform keeps its state. */
export const backendSchema = z.discriminatedUnion(
  "type",
  [
    z.strictObject({ type: z.literal("local").describe("State in a local file next to cdktf.json") }),
    z.strictObject({
      type: z.literal("cloud").describe("State in HCP Terraform or Terraform Enterprise"),
      organization: text(NAME, NAME_EXPECTATION).describe("Organization of the workspaces; 1 to 80 characters"),
      workspace: text(NAME, NAME_EXPECTATION).describe(
        "Start of the names of the workspaces, <workspace>-<environment>-aws-stack and <workspace>-<environment>-gcp-stack; 1 to 80 characters",
      ),
      sharedWorkspace: z
        .boolean({ error: "expected true or false" })
        .optional()
        .describe(
          "True names the workspaces <workspace>-aws-stack and <workspace>-gcp-stack, without the environment, as former versions did: only for workspaces that hold state already, and for one environment alone; false by default, and written out it ends the reminder at synthesis",
        ),
      hostname: text(/^[a-z0-9.-]{1,253}$/, "expected a host name, such as tfe.example.com")
        .optional()
        .describe("Host name of Terraform Enterprise; app.terraform.io by default"),
    }),
    z.strictObject({
      type: z.literal("s3").describe("State in an S3 bucket, with a lock file (Terraform 1.10 or newer)"),
      bucket: bucketNameSchema.describe("Name of an existing S3 bucket for the state"),
      region: regionSchema.describe("AWS region of that bucket"),
      keyPrefix: keyPrefix
        .default("retrigger/")
        .describe(
          "Start of the state's keys, <keyPrefix><environment>/aws-stack.tfstate or gcp-stack.tfstate; up to 512 characters",
        ),
    }),
    z.strictObject({
      type: z.literal("gcs").describe("State in a Cloud Storage bucket"),
      bucket: text(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, "expected the name of a bucket alone, without gs://").describe(
        "Name of an existing Cloud Storage bucket for the state",
      ),
      prefix: objectPrefix
        .default("retrigger/")
        .describe("Start of the names of the state's objects, <prefix><environment>/aws-stack or gcp-stack; up to 512 characters"),
    }),
  ],
  { error: "expected a mapping whose type is local, cloud, s3 or gcs" },
);

type Backend = z.output<typeof backendSchema>;

/** What a deployment is called: its environment, and the prefix of its names. */
interface Named {
  readonly environment: string;
  /** @default retrigger */
  readonly namePrefix?: string;
}

/**
 * The name of a stack's state on its backend: a file, a workspace, or a key of its bucket. Every environment has its own, and every
 * prefix of names; workspaces also where `<workspace>` differs, as a `-` in the name of an environment is written `_`, which no
 * environment has. A prefix other than the default one is told from an environment by a `.`, and in workspaces by a `_` before it.
 * @param stackId such as `aws-stack`
 */
export function stateName(backend: Backend, { environment, namePrefix = NAME_PREFIX }: Named, stackId: string): string {
  const isDefault = namePrefix === NAME_PREFIX;
  const deployment = isDefault ? environment : `${namePrefix}.${environment}`;
  switch (backend.type) {
    case "local":
      // From cdktf.out/stacks/<stack>, where Terraform runs, to the folder of cdktf.json: cdktf.out may be deleted at any time.
      return `../../../terraform.${deployment}.${stackId}.tfstate`;
    case "cloud":
      return backend.sharedWorkspace === true
        ? `${backend.workspace}-${stackId}`
        : `${backend.workspace}-${(isDefault ? environment : `_${startOfNames(environment, namePrefix)}`).replaceAll("-", "_")}-${stackId}`;
    case "s3":
      return `${backend.keyPrefix}${deployment}/${stackId}.tfstate`;
    case "gcs":
      return `${backend.prefix}${deployment}/${stackId}`;
  }
}

/**
 * What whoever deployed with a former version must know, which left the environment out of the names of workspaces: Terraform would
 * look into an empty one, and create everything again. The same for all environments with one
 * `workspace`. Undefined where `sharedWorkspace` says what is meant, and on other backends.
 */
export function workspaceReminder(backend: Backend): string | undefined {
  if (backend.type !== "cloud" || backend.sharedWorkspace !== undefined) return undefined;
  const { workspace } = backend;
  return `each environment has workspaces of its own, ${workspace}-<environment>-<stack>; if workspaces without the environment in their names, ${workspace}-<stack>, exist from a former version, rename them or set backend.sharedWorkspace: true (docs/environments.md); if none do, write sharedWorkspace: false to silence this`;
}
