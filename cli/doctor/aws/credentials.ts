import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { type Check, within } from "../finding";
import { type AwsAccount, isSignedOut } from "./account";

/** A profile may ask a program of the user's, and an instance its metadata, which have no limit that all providers heed. */
const SIGN_IN_MS = 15_000;

/** Who asks; whether the roles of the configuration are of that account, and its region of that partition. */
export const credentials: Check<AwsAccount> = {
  asks: "Are there valid credentials, for the account of the configured roles and the partition of the region?",
  permissions: [],
  async look(account, report) {
    const { clients, region, partition } = account;
    await report.look(`AWS, ${region}`, "sts:GetCallerIdentity", async () => {
      try {
        const asking = clients.sts.send(new GetCallerIdentityCommand({}));
        const { Account = "", Arn = "" } = await within(SIGN_IN_MS, "what gives the credentials", asking);
        account.identity = { accountId: Account, arn: Arn };
      } catch (error) {
        if (!isSignedOut(error)) throw error;
        const { why, cure = "sign in again" } = account.refusalOf(error);
        report.problem("credentials", why, cure);
      }
    });
    if (account.identity === undefined) return;
    const { accountId, arn } = account.identity;
    const of = arn.split(":")[1];
    if (of !== partition) {
      const cure = "name a profile of the other account in AWS_PROFILE, or correct aws.region";
      report.problem("credentials", `got those of the partition ${of}; aws.region ${region} is in ${partition}`, cure);
    }
    const strangers = roleArns(account).filter((role) => role.split(":")[4] !== accountId);
    for (const role of new Set(strangers)) {
      const message = `you are signed in to the account ${accountId}; expected that of the role, ${role.split(":")[4]}: SageMaker cannot assume a role of another account`;
      report.problem(role, message, "name a profile of that account in AWS_PROFILE, or correct roleArn");
    }
    const { allowedAccountIds: allowed } = account.aws;
    const isForeign = allowed.length > 0 && !allowed.includes(accountId);
    if (isForeign) {
      const message = `you are signed in to the account ${accountId}; expected one of aws.allowedAccountIds, ${allowed.join(", ")}: Terraform does nothing in another one`;
      report.problem("credentials", message, "name a profile of such an account in AWS_PROFILE, or correct aws.allowedAccountIds");
    }
    if (of === partition && strangers.length === 0 && !isForeign)
      report.inOrder("credentials", `${arn} in the account ${accountId}`);
  },
};

/** The roles that the configuration gives to SageMaker. */
function roleArns({ models }: AwsAccount): string[] {
  return models
    .flatMap(([, { pipeline, monitoring, promotion }]) => [
      pipeline.roleArn,
      monitoring.sagemaker?.modelMonitor?.roleArn,
      promotion?.rollout?.role,
    ])
    .filter((arn) => arn !== undefined);
}
