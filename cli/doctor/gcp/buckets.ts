import * as z from "zod/mini";
import { ownValue } from "../../../functions/core/json-path";
import { objectUri } from "../../../functions/core/object-uri";
import { physicalName } from "../../../modules/gcp/deployment";
import { announcedPrefixes } from "../../../modules/gcp/triggers/watched-bucket";
import { byThing, type Check, type Report } from "../finding";
import { otherEnvironment } from "../other-environment";
import { overlapOf } from "../watched-keys";
import type { GcpAccount } from "./account";

const STORAGE = "storage.googleapis.com";

/** https://cloud.google.com/storage/docs/json_api/v1/buckets */
const bucketSchema = z.object({
  name: z.string(),
  iamConfiguration: z.optional(
    z.object({ uniformBucketLevelAccess: z.optional(z.object({ enabled: z._default(z.boolean(), false) })) }),
  ),
});

/** https://cloud.google.com/storage/docs/json_api/v1/notifications */
const notificationsSchema = z.object({
  items: z._default(
    z.array(
      z.object({
        topic: z.string(),
        event_types: z.optional(z.array(z.string())),
        object_name_prefix: z._default(z.string(), ""),
      }),
    ),
    [],
  ),
});

type Notification = z.output<typeof notificationsSchema>["items"][number];

/** The buckets of data, which must announce their objects, and those that are read or written besides. */
export const buckets: Check<GcpAccount> = {
  asks: "Does each bucket exist, with uniform access, and does each data bucket announce its new objects to the topic?",
  permissions: ["storage.buckets.get"],
  async look(account, report) {
    const ofData = byThing(account.coordinated, ([, { data }]) => data.bucket);
    const others = account.models.flatMap(
      ([
        ,
        {
          monitoring: { capture },
          pipeline: { outputDirectory },
        },
      ]) => [capture?.location, outputDirectory].filter((uri) => uri !== undefined).map((uri) => objectUri(uri).bucket),
    );
    await Promise.all(
      [...new Set([...ofData.keys(), ...others])].map(async (bucket) => {
        const prefixes = ofData.get(bucket)?.flatMap(([, { data }]) => data.prefixes);
        let isThere = false;
        await report.look(`bucket ${bucket}`, "storage.buckets.get", async () => {
          isThere = await isBucketThere(account, report, bucket, prefixes !== undefined);
        });
        if (isThere && prefixes !== undefined)
          await report.look(`bucket ${bucket}`, "storage.buckets.get", () =>
            lookAtAnnouncements(account, report, bucket, prefixes),
          );
      }),
    );
  },
};

/** Resolves to whether there is more to look at. */
async function isBucketThere(account: GcpAccount, report: Report, bucket: string, isOfData: boolean): Promise<boolean> {
  const { project, region, gcp, isDeployed } = account;
  const about = `bucket ${bucket}`;
  const isOurs = ownValue(gcp.buckets, bucket)?.create === true;
  const found = await account.get(`reading ${about}`, STORAGE, `storage/v1/b/${bucket}?fields=name,iamConfiguration`, bucketSchema);
  if (found === undefined) {
    const create = `gcloud storage buckets create gs://${bucket} --project ${project} --location ${region} --uniform-bucket-level-access`;
    if (!isOurs) report.problem(about, "does not exist", create);
    else if (isDeployed === false) report.notDeployed(about, "will be created");
    else report.problem(about, "does not exist, and gcp.buckets asks to create it", account.deployCommand);
    return false;
  }
  if (isOurs && isDeployed === false) {
    const cure = `remove create: true of gcp.buckets.${bucket}, or import it into the state of Terraform`;
    report.problem(about, "exists already, but gcp.buckets asks to create it, so the deployment would fail", cure);
    return false;
  }
  if (isOfData && found.iamConfiguration?.uniformBucketLevelAccess?.enabled !== true) {
    const cure = `gcloud storage buckets update gs://${bucket} --uniform-bucket-level-access`;
    report.problem(about, "has no uniform access, without which roles with conditions on it are refused", cure);
  }
  if (!isOfData) report.inOrder(about, "exists");
  return true;
}

async function lookAtAnnouncements(
  account: GcpAccount,
  report: Report,
  bucket: string,
  prefixes: readonly string[],
): Promise<void> {
  const { project, gcp, isDeployed, deployCommand } = account;
  const about = `bucket ${bucket}`;
  const topic = `projects/${project}/topics/${physicalName(account, "data", 255)}`;
  if (isDeployed === false) {
    report.notDeployed(about, "exists; its announcements come with the topic");
    return;
  }
  const own = (await notificationsOf(account, bucket)).filter((one) => one.topic.endsWith(`/${topic}`) && isOfNewObjects(one));
  const unseen = announcedPrefixes(prefixes).filter((prefix) => !own.some((one) => prefix.startsWith(one.object_name_prefix)));
  const isManaged = ownValue(gcp.buckets, bucket)?.manageNotifications !== false;
  for (const prefix of unseen) {
    const where = prefix === "" ? "" : ` --object-prefix=${prefix}`;
    const create = `gcloud storage buckets notifications create gs://${bucket} --topic=${topic} --event-types=OBJECT_FINALIZE --payload-format=json${where}`;
    const message = `does not announce new objects${prefix === "" ? "" : ` of ${prefix}`} to ${topic}, so Retrigger sees none of them`;
    report.problem(about, message, isManaged ? deployCommand : create);
  }
  if (unseen.length === 0) report.inOrder(about, "announces its new objects");
}

function isOfNewObjects({ event_types: types }: Notification): boolean {
  return types === undefined || types.length === 0 || types.includes("OBJECT_FINALIZE");
}

async function notificationsOf(account: GcpAccount, bucket: string): Promise<readonly Notification[]> {
  const what = `reading the notifications of ${bucket}`;
  const found = await account.get(what, STORAGE, `storage/v1/b/${bucket}/notificationConfigs`, notificationsSchema);
  return found?.items ?? [];
}

/** The topic of the data trigger of any environment. */
const DATA_TOPIC = /\/topics\/([a-z][a-z0-9-]{0,36})-data$/;

/** Whether another environment trains on the same objects. */
export const sharedPrefixes: Check<GcpAccount> = {
  asks: "Does another environment watch the same objects?",
  permissions: ["storage.buckets.get"],
  async look(account, report) {
    const ofData = byThing(account.coordinated, ([, { data }]) => data.bucket);
    await Promise.all(
      [...ofData].map(([bucket, models]) => {
        const about = `other environments at ${bucket}`;
        return report.look(about, "storage.buckets.get", async () => {
          const foreign = (await notificationsOf(account, bucket)).flatMap((one) => {
            const environment = otherEnvironment(account, DATA_TOPIC.exec(one.topic)?.[1]);
            return environment === undefined || !isOfNewObjects(one) ? [] : [{ environment, prefix: one.object_name_prefix }];
          });
          const shared = new Map<string, string>();
          for (const [model, { data }] of models)
            for (const { environment, prefix } of foreign) {
              const keys = { starts: [prefix], ends: [""], takes: (key: string) => key.startsWith(prefix) };
              const key = overlapOf(data, keys);
              if (key === undefined || shared.has(`${model} ${environment}`)) continue;
              shared.set(`${model} ${environment}`, key);
              const message = `the environment ${environment} watches the same objects, such as gs://${bucket}/${key}: both train on them`;
              const cure = "give each environment prefixes of its own under data.prefixes, if that is not intended";
              report.warning(`model ${model}`, message, cure);
            }
          if (shared.size === 0) report.inOrder(about, "none watches the same objects");
        });
      }),
    );
  },
};
