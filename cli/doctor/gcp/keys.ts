import * as z from "zod/mini";
import { databaseKeyOf } from "../../../config/sections/gcp/gcp";
import type { Check, Report } from "../finding";
import type { GcpAccount } from "./account";

const KMS = "cloudkms.googleapis.com";
const USE = "roles/cloudkms.cryptoKeyEncrypterDecrypter";

/** https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys */
const keySchema = z.object({
  name: z.string(),
  purpose: z._default(z.string(), "CRYPTO_KEY_PURPOSE_UNSPECIFIED"),
  primary: z.optional(z.object({ name: z.string(), state: z.string() })),
});

/** https://cloud.google.com/kms/docs/reference/rest/v1/Policy */
const policySchema = z.object({
  etag: z.string(),
  bindings: z._default(
    z.array(z.object({ role: z.string(), members: z._default(z.array(z.string()), []), condition: z.optional(z.unknown()) })),
    [],
  ),
});

const projectSchema = z.object({ projectNumber: z.string() });
const usersSchema = z.record(z.string(), z.array(z.string()));

/** The customer's keys: of all resources, the database, created buckets and pipelines. */
export const keys: Check<GcpAccount> = {
  asks: "Does each key exist, is its primary version enabled, and may the service agents use it?",
  permissions: ["cloudkms.cryptoKeys.get", "cloudkms.cryptoKeys.getIamPolicy", "resourcemanager.projects.get"],
  async look(account, report) {
    await Promise.all(
      configuredKeys(account).map(async (key) => {
        const about = `key ${key}`;
        let isUsable = false;
        await report.look(about, "cloudkms.cryptoKeys.get", async () => {
          isUsable = await isKeyUsable(account, report, key);
        });
        if (isUsable) await report.look(about, "cloudkms.cryptoKeys.getIamPolicy", () => lookAtUsers(account, report, key));
      }),
    );
  },
};

function configuredKeys({ gcp, models }: GcpAccount): string[] {
  const named = [
    gcp.kms?.key,
    databaseKeyOf(gcp),
    ...Object.values(gcp.buckets).map(({ kmsKey }) => kmsKey),
    ...models.map(([, { pipeline }]) => pipeline.kmsKey),
  ];
  return [...new Set(named.filter((key) => key !== undefined))];
}

async function isKeyUsable(account: GcpAccount, report: Report, key: string): Promise<boolean> {
  const about = `key ${key}`;
  const found = await account.get(`reading ${about}`, KMS, `v1/${key}`, keySchema);
  if (found === undefined) {
    report.problem(about, "does not exist", `gcloud kms keys create ${flagsOf(key)} --purpose encryption, or name another key`);
    return false;
  }
  const { purpose, primary } = found;
  if (purpose !== "ENCRYPT_DECRYPT") {
    report.problem(about, `is for ${purpose}; expected ENCRYPT_DECRYPT`, "name a symmetric key");
    return false;
  }
  if (primary?.state === "ENABLED") return true;
  const version = primary?.name.split("/").at(-1);
  if (version === undefined) {
    const cure = `gcloud kms keys versions create --primary ${versionFlagsOf(key)}`;
    report.problem(about, "has no primary version, so nothing can be encrypted with it", cure);
  } else {
    const does = primary?.state === "DESTROY_SCHEDULED" ? "restore" : "enable";
    const cure = `gcloud kms keys versions ${does} ${version} ${versionFlagsOf(key)}`;
    report.problem(about, `its primary version ${version} is ${primary?.state}; expected ENABLED`, cure);
  }
  return false;
}

async function lookAtUsers(account: GcpAccount, report: Report, key: string): Promise<void> {
  const about = `key ${key}`;
  const path = `v1/${key}:getIamPolicy?options.requestedPolicyVersion=3`;
  const policy = await account.get(`reading the policy of ${about}`, KMS, path, policySchema);
  if (policy === undefined) throw new Error(`${about} has no policy`);
  const uses = policy.bindings.filter(({ role }) => role === USE);
  const users = await usersOf(account, key);
  if (users === undefined) {
    report.inOrder(about, "its primary version is enabled; nobody uses it, as the project does not exist");
    return;
  }
  let isKnown = true;
  for (const member of users) {
    const own = uses.filter(({ members }) => members.includes(member));
    if (own.some(({ condition }) => condition === undefined)) continue;
    isKnown = false;
    const why =
      own.length > 0 ? "its policy allows it on a condition" : "its own policy does not, and that of its ring or project may";
    const cure = `gcloud kms keys add-iam-policy-binding ${flagsOf(key)} --member ${member} --role ${USE}`;
    report.warning(about, `not known: whether ${member} may use it, as ${why}`, cure);
  }
  if (isKnown) report.inOrder(about, "its primary version is enabled, and the service agents may use it");
}

/** Who uses a key, by the output `key_users` of what is deployed, with the project's number; undefined without the project. */
async function usersOf(account: GcpAccount, key: string): Promise<readonly string[] | undefined> {
  const { outputs } = await account.planned();
  const members = usersSchema.parse(outputs.key_users?.value ?? {})[key] ?? [];
  const path = `v1/projects/${account.project}`;
  const found = await account.get("reading the project's number", "cloudresourcemanager.googleapis.com", path, projectSchema);
  return found === undefined ? undefined : members.map((member) => member.replace(/\$\{[^}]*\}/, found.projectNumber));
}

/** A key as `gcloud kms keys` takes it. */
function flagsOf(key: string): string {
  const [, project, , location, , ring, , name] = key.split("/");
  return `${name} --keyring ${ring} --location ${location} --project ${project}`;
}

/** A key as `gcloud kms keys versions` takes it. */
function versionFlagsOf(key: string): string {
  return `--key ${flagsOf(key)}`;
}
