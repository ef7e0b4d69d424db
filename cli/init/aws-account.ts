import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { readTextFile } from "../../config/yaml/yaml-file";
import { answeredByAws } from "../control/aws-answers";
import type { Account, Look } from "./account";
import { LIMITS, look } from "./aws-refusals";

/** Longest wait for credentials and the first answer, in ms: a process or a role that gives them may take seconds. */
const FIRST_ANSWER_MS = 8_000;

/** What tells an instance of EC2 by its own files. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html */
const INSTANCE_SIGNS: readonly (readonly [file: string, sign: RegExp])[] = [
  ["/sys/devices/virtual/dmi/id/sys_vendor", /amazon/i],
  ["/sys/hypervisor/uuid", /^ec2/i],
];

/** Elsewhere than on an instance its metadata service is not asked: it would take seconds to be told nothing. */
function askInstanceOnlyWhereItIs(): void {
  if (process.platform !== "linux") return;
  const isInstance = INSTANCE_SIGNS.some(([file, sign]) => {
    const read = readTextFile(file);
    return read.isRead && sign.test(read.text);
  });
  if (!isInstance) process.env.AWS_EC2_METADATA_DISABLED ??= "true";
}

/** The region that the environment or the profile names; undefined without one. */
export async function awsRegion(): Promise<string | undefined> {
  const sts = new STSClient({});
  try {
    return await sts.config.region();
  } catch {
    return undefined;
  } finally {
    sts.destroy();
  }
}

/** The account of the credentials that the SDK finds, looked at in one region. */
export async function openAwsAccount(region: string, limits = LIMITS): Promise<Look<Account>> {
  askInstanceOnlyWhereItIs();
  const sts = answeredByAws(new STSClient({ region, ...limits }));
  const identity = await look("sts:GetCallerIdentity", async () => {
    const { Account: owner = "", Arn: caller = "" } = await withinMs(FIRST_ANSWER_MS, sts.send(new GetCallerIdentityCommand({})));
    return { owner, caller };
  });
  sts.destroy();
  if (!identity.isLooked) return identity;
  // The larger clients are loaded for those who have credentials.
  const { awsResources }: typeof import("./aws-resources") = require("./aws-resources");
  return { isLooked: true, found: awsResources(region, limits, identity.found) };
}

/** @throws TimeoutError when it takes longer */
async function withinMs<T>(ms: number, call: Promise<T>): Promise<T> {
  const timeout = AbortSignal.timeout(ms);
  const late = new Promise<never>((_, reject) => timeout.addEventListener("abort", () => reject(timeout.reason)));
  return Promise.race([call, late]);
}
