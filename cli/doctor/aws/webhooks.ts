import * as z from "zod/mini";
import type { Check, Report } from "../finding";
import type { AwsAccount } from "./account";
import { describedKey } from "./key-answers";
import { AwsApiError } from "./signed-calls";

/** The secrets that hold the addresses of chats, whose values are not read. */
export const webhooks: Check<AwsAccount> = {
  asks: "Does the secret of each chat's webhook exist, and may the function use its key?",
  permissions: ["secretsmanager:DescribeSecret", "ssm:DescribeParameters", "kms:DescribeKey"],
  async look(account, report) {
    const { slack, teams } = account.aws.notifications;
    await Promise.all(
      Object.entries({ slack, teams }).map(async ([chat, told]) => {
        if (told === undefined) return;
        const { secret, kmsKey } = told;
        const one = { about: `webhook of ${chat}`, setting: `aws.notifications.${chat}`, secret, kmsKey };
        if (!isNearby(account, report, one)) return;
        if (one.secret.split(":")[2] === "ssm")
          await report.look(one.about, "ssm:DescribeParameters", () => lookAtParameter(account, report, one));
        else await report.look(one.about, "secretsmanager:DescribeSecret", () => lookAtSecret(account, report, one));
      }),
    );
  },
};

interface Webhook {
  readonly about: string;
  readonly setting: string;
  readonly secret: string;
  readonly kmsKey?: string | undefined;
}

/** Whether it is of the region and account that are looked at: elsewhere, other credentials see it. */
function isNearby({ region, identity }: AwsAccount, report: Report, { about, setting, secret, kmsKey }: Webhook): boolean {
  const [, , service, own, owner] = secret.split(":");
  if (own !== region) {
    const message = `is in ${own}; expected ${region}, as aws.region says: the function asks there`;
    report.problem(about, message, `name a secret of ${region} in ${setting}.secret`);
    return false;
  }
  if (owner === identity?.accountId) return true;
  if (service === "ssm")
    report.problem(
      about,
      `is a parameter of the account ${owner}, which the function cannot read`,
      `name one of ${identity?.accountId} in ${setting}.secret`,
    );
  else if (kmsKey === undefined) {
    const message = `is a secret of the account ${owner}, and no key is named: AWS's own key does not let another account in`;
    report.problem(about, message, `encrypt it with a key of ${owner}, and name that in ${setting}.kmsKey`);
  } else
    report.warning(
      about,
      `not known: whether the account ${owner} lets the function read it`,
      "ask its owner for a policy of the secret",
    );
  return false;
}

const secretSchema = z.object({
  ARN: z.string(),
  KmsKeyId: z.optional(z.string()),
  DeletedDate: z.optional(z.nullable(z.number())),
  VersionIdsToStages: z.optional(z.record(z.string(), z.array(z.string()))),
});

async function lookAtSecret(account: AwsAccount, report: Report, webhook: Webhook): Promise<void> {
  const { about, setting, secret } = webhook;
  const { region } = account;
  const of = `--region ${region} --secret-id ${secret}`;
  const found = await account.calls
    .json("secretsmanager", "DescribeSecret", { SecretId: secret }, secretSchema)
    .catch((error: unknown) => {
      if (error instanceof AwsApiError && error.name === "ResourceNotFoundException") return undefined;
      throw error;
    });
  const stages = Object.values(found?.VersionIdsToStages ?? {}).flat();
  if (found === undefined) {
    const cure = `aws secretsmanager list-secrets --region ${region} lists those that do; correct ${setting}.secret`;
    report.problem(about, "its secret does not exist, so the chat is told nothing", cure);
  } else if (found.DeletedDate !== undefined && found.DeletedDate !== null) {
    report.problem(about, "its secret is scheduled for deletion, and cannot be read", `aws secretsmanager restore-secret ${of}`);
  } else if (!stages.includes("AWSCURRENT")) {
    const cure = `aws secretsmanager put-secret-value ${of} --secret-string file://webhook.txt`;
    report.problem(about, "its secret has no value", cure);
  } else await lookAtKey(account, report, webhook, found.KmsKeyId);
}

const parametersSchema = z.object({
  Parameters: z.array(z.object({ Name: z.string(), Type: z.string(), KeyId: z.optional(z.string()) })),
});

async function lookAtParameter(account: AwsAccount, report: Report, webhook: Webhook): Promise<void> {
  const { about, setting, secret } = webhook;
  const { region } = account;
  const path = secret.split(":parameter/").at(-1) ?? "";
  // the ARN of a name without folders is that of the same name behind a slash
  const Values = path.includes("/") ? [`/${path}`] : [path, `/${path}`];
  const input = { ParameterFilters: [{ Key: "Name", Option: "Equals", Values }] };
  const { Parameters } = await account.calls.json("ssm", "DescribeParameters", input, parametersSchema);
  const found = Parameters.find(({ Name }) => Values.includes(Name));
  if (found === undefined) {
    const cure = `aws ssm put-parameter --region ${region} --name ${Values[0]} --type SecureString --value file://webhook.txt; or correct ${setting}.secret`;
    report.problem(about, "its parameter does not exist, so the chat is told nothing", cure);
  } else if (found.Type !== "SecureString") {
    const cure = `delete it, and aws ssm put-parameter --region ${region} --name ${found.Name} --type SecureString --value file://webhook.txt`;
    report.warning(about, `its parameter is a ${found.Type}, which is not encrypted; expected SecureString`, cure);
  } else await lookAtKey(account, report, webhook, found.KeyId);
}

const AWS_KEY = /^(?:alias\/aws\/|arn:[^:]*:kms:[^:]*:\d*:alias\/aws\/)(?:secretsmanager|ssm)$/;

/** Whether the key of a secret is one that the function may decrypt with: AWS's own, that of `kmsKey`, or that of everything. */
async function lookAtKey(account: AwsAccount, report: Report, webhook: Webhook, keyId: string | undefined): Promise<void> {
  const { about, setting, kmsKey } = webhook;
  if (keyId === undefined || AWS_KEY.test(keyId)) {
    report.inOrder(about, "its secret exists; its value was not read");
    return;
  }
  const key = keyId.includes(":key/") ? keyId : (await describedKey(account, keyId))?.Arn;
  if (key === undefined) report.problem(about, `its key ${keyId} does not exist`, "encrypt the secret with another key");
  else if (key === kmsKey || key === account.aws.kms?.key)
    report.inOrder(about, "its secret exists, with a key that the function may use; its value was not read");
  else {
    const message = `its secret is encrypted with ${key}, which the function may not use${kmsKey === undefined ? "" : `; expected ${kmsKey}`}`;
    report.problem(about, message, `set ${setting}.kmsKey: ${key}, and apply`);
  }
}
