import { textIn } from "../../plan/synthesise";
import type { Check, Report } from "../finding";
import type { AwsAccount } from "./account";
import { describedKey, policyOfKey } from "./key-answers";
import { type Gap, gapsOf } from "./key-grants";
import { placeOf, plannedRoles } from "./planned-roles";
import { readPolicy, readStatements, type Statement } from "./policy-document";

/** The customer's own keys, and who may use them. */
export const keys: Check<AwsAccount> = {
  asks: "Is each key enabled, and does its policy let in who needs it?",
  permissions: ["kms:DescribeKey", "kms:GetKeyPolicy"],
  async look(account, report) {
    await Promise.all(
      [...namedKeys(account)].map(async ([arn, settings]) => {
        const about = `key ${arn}`;
        let isUsable = false;
        await report.look(about, "kms:DescribeKey", async () => {
          isUsable = await isKeyUsable(account, report, arn, settings);
        });
        if (!isUsable) return;
        if (arn.split(":")[4] !== account.identity?.accountId) {
          const message = "not known: what its policy says, which its own account alone may read";
          report.warning(
            about,
            message,
            "ask its owner whether the policy lets the roles of this account use it: docs/enterprise.md",
          );
          return;
        }
        await report.look(about, "kms:GetKeyPolicy", () => lookAtPolicy(account, report, arn));
      }),
    );
  },
};

/** Keys, each with the settings that name it. */
function namedKeys({ aws }: AwsAccount): Map<string, string[]> {
  const { slack, teams } = aws.notifications;
  const named = [
    ["aws.kms.key", aws.kms?.key],
    ...Object.entries(aws.buckets).map(([bucket, { kmsKey }]) => [`aws.buckets.${bucket}.kmsKey`, kmsKey] as const),
    ["aws.notifications.slack.kmsKey", slack?.kmsKey],
    ["aws.notifications.teams.kmsKey", teams?.kmsKey],
  ] as const;
  const found = new Map<string, string[]>();
  for (const [setting, arn] of named) if (arn !== undefined) found.set(arn, [...(found.get(arn) ?? []), setting]);
  return found;
}

/** Resolves to whether there is more to look at. */
async function isKeyUsable(account: AwsAccount, report: Report, arn: string, settings: readonly string[]): Promise<boolean> {
  const about = `key ${arn}`;
  const { region } = account;
  const places = settings.join(", ");
  const owner = arn.split(":")[4];
  if (settings.includes("aws.kms.key") && owner !== account.identity?.accountId) {
    const message = `is of the account ${owner}; expected one of ${account.identity?.accountId}, which is deployed to`;
    report.problem(about, message, "correct aws.kms.key, or name a profile of that account in AWS_PROFILE");
    return false;
  }
  const key = await describedKey(account, arn);
  if (key === undefined) {
    report.problem(about, "does not exist", `aws kms list-keys --region ${region} lists those that do; correct ${places}`);
    return false;
  }
  const { KeyState, KeyUsage = "of no known use", KeySpec = "of no known kind" } = key;
  if (KeyState === "PendingDeletion" || KeyState === "PendingReplicaDeletion") {
    const cancel = `aws kms cancel-key-deletion --region ${region} --key-id ${arn}, then aws kms enable-key with the same`;
    report.problem(about, `is ${KeyState}: when it is gone, nothing that it encrypted can be read`, cancel);
  } else if (KeyState === "Disabled") {
    report.problem(about, "is Disabled; expected Enabled", `aws kms enable-key --region ${region} --key-id ${arn}`);
  } else if (KeyState !== "Enabled") {
    report.problem(about, `is ${KeyState}; expected Enabled`, `aws kms describe-key --region ${region} --key-id ${arn}`);
  } else if (KeyUsage !== "ENCRYPT_DECRYPT" || KeySpec !== "SYMMETRIC_DEFAULT") {
    const message = `is ${KeySpec}, for ${KeyUsage}; expected SYMMETRIC_DEFAULT, for ENCRYPT_DECRYPT`;
    report.problem(about, message, `name a symmetric key in ${places}`);
  } else return true;
  return false;
}

async function lookAtPolicy(account: AwsAccount, report: Report, arn: string): Promise<void> {
  const about = `key ${arn}`;
  const policy = readPolicy(await policyOfKey(account, arn));
  if (policy === undefined) throw new Error("KMS gave a policy that cannot be read");
  const needed = await neededStatements(account, arn);
  const isOfAll = account.aws.kms?.key === arn;
  const cure = isOfAll
    ? "npx retrigger key-policy prints the statements that the policy must have; add what it lacks"
    : "add the permission to the key's policy; docs/enterprise.md says what roles may do with a key";
  const gaps = needed.flatMap((statement) => gapsOf(policy, statement));
  for (const gap of gaps) tellGap(report, about, gap, cure);
  if (gaps.length === 0) report.inOrder(about, "is enabled, and its policy lets in who needs it");
}

function tellGap(report: Report, about: string, { who, actions, kind, keys: named }: Gap, cure: string): void {
  const what = `${actions.join(", ")} to ${who}`;
  const conditions = named.join(" and ");
  switch (kind) {
    case "lacking":
      report.problem(about, `its policy does not allow ${what}`, cure);
      return;
    case "denied":
      report.problem(about, `its policy denies ${what}`, "take that out of the statement that denies it");
      return;
    case "vanishing": {
      const message = `its policy allows ${what} with a condition on ${conditions} alone, which EventBridge does not bring to an encrypted topic: its messages vanish, and nothing says so`;
      report.problem(about, message, "remove the condition from the statement of events.amazonaws.com");
      return;
    }
    case "conditional":
      report.warning(about, `not known: its policy allows ${what} with a condition on ${conditions} alone`, cure);
      return;
    case "deniedAtTimes":
      report.warning(about, `not known: its policy denies ${what} by a condition on ${conditions}`, "see that it is never met");
      return;
    case "byName":
      report.warning(
        about,
        `not known: its policy allows ${what} to some of the account by name alone`,
        "see that all roles of the deployment, and whoever deploys, are among them; or allow it to the account",
      );
      return;
  }
}

/** What the policy of a key must say: all for the key of everything; of any other, that roles may do what theirs say. */
async function neededStatements(account: AwsAccount, arn: string): Promise<Statement[]> {
  const planned = await account.planned();
  const own = account.aws.kms?.key === arn ? readStatements(textIn(planned.outputs.key_policy ?? {}, "value")) : [];
  if (own === undefined) throw new Error("the output key_policy cannot be read");
  const place = placeOf(account);
  const used = plannedRoles(planned, place)
    .flatMap(({ statements }) => statements)
    .filter(({ resources }) => resources.includes(arn))
    .flatMap(({ actions }) => actions);
  if (used.length === 0 || own.length > 0) return own;
  return [
    {
      isAllowed: true,
      principals: [`AWS:arn:${place.partition}:iam::${place.accountId}:root`],
      actions: [...new Set(used)].sort(),
      isAllBut: false,
      resources: ["*"],
      conditions: [],
    },
  ];
}
