import * as z from "zod/mini";
import { gcpChats } from "../../../config/sections/gcp/notices";
import type { Check, Report } from "../finding";
import type { GcpAccount } from "./account";

const MONITORING = "monitoring.googleapis.com";

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.notificationChannels */
const channelSchema = z.object({
  name: z.string(),
  displayName: z._default(z.string(), ""),
  labels: z._default(z.record(z.string(), z.string()), {}),
  verificationStatus: z._default(z.string(), "VERIFICATION_STATUS_UNSPECIFIED"),
  enabled: z._default(z.boolean(), true),
});
const channelsSchema = z.object({
  notificationChannels: z._default(z.array(channelSchema), []),
  nextPageToken: z.optional(z.string()),
});

type Channel = z.output<typeof channelSchema>;

/** A bound, of 1,000 channels each. */
const MAX_PAGES = 10;

const versionSchema = z.object({ state: z._default(z.string(), "STATE_UNSPECIFIED") });

/** Whether what is told reaches anybody. */
export const notices: Check<GcpAccount> = {
  asks: "Is each notification channel enabled and verified, and does the secret of each chat's webhook exist?",
  permissions: ["monitoring.notificationChannels.list", "monitoring.notificationChannels.get", "secretmanager.versions.get"],
  async look(account, report) {
    if (account.coordinated.length === 0) return;
    const { gcp, config } = account;
    const named = config.operations.alarms ? [...new Set(gcp.operations.channels)] : [];
    await Promise.all([
      lookAtAddresses(account, report),
      ...secretsOf(account).map((secret) => lookAtWebhook(account, report, secret)),
      ...named.map((name) =>
        report.look(name, "monitoring.notificationChannels.get", async () => {
          const found = await account.get(`reading ${name}`, MONITORING, `v3/${name}`, channelSchema);
          if (found === undefined)
            report.problem(name, "does not exist", "gcloud beta monitoring channels list; correct gcp.operations.channels");
          else tellChannel(report, name, found);
        }),
      ),
    ]);
  },
};

/** The channels that the deployment makes of addresses. */
async function lookAtAddresses(account: GcpAccount, report: Report): Promise<void> {
  const { environment, project, gcp, config, isDeployed, deployCommand } = account;
  const emails = [...new Set([...gcp.notifications.email, ...(config.operations.alarms ? gcp.operations.email : [])])];
  if (emails.length === 0) {
    if (secretsOf(account).length > 0) return;
    const cure = "name an address under gcp.notifications.email, or subscribe to the decision topic";
    report.warning("notices", "nobody receives notices of decisions", cure);
    return;
  }
  if (isDeployed === false) {
    report.notDeployed(`channels of ${emails.length} addresses`);
    return;
  }
  await report.look("notification channels", "monitoring.notificationChannels.list", async () => {
    const all: Channel[] = [];
    let pageToken: string | undefined = "";
    for (let page = 0; page < MAX_PAGES && pageToken !== undefined; page++) {
      const query: URLSearchParams = new URLSearchParams({ filter: 'type="email"', ...(pageToken !== "" && { pageToken }) });
      const path: string = `v3/projects/${project}/notificationChannels?${query}`;
      const found: z.output<typeof channelsSchema> | undefined = await account.get(
        "listing the channels",
        MONITORING,
        path,
        channelsSchema,
      );
      all.push(...(found?.notificationChannels ?? []));
      pageToken = found?.nextPageToken || undefined;
    }
    if (pageToken !== undefined)
      throw new Error(`the project has more than ${MAX_PAGES} pages of channels, which were not all read`);
    for (const email of emails) {
      const own = all.filter(
        ({ displayName, labels }) => displayName.startsWith(`Retrigger ${environment}: `) && labels.email_address === email,
      );
      if (own.length === 0) report.problem(`channel of ${email}`, "does not exist, so it receives nothing", deployCommand);
      for (const channel of own) tellChannel(report, `channel of ${email}`, channel);
    }
  });
}

/** Mail needs no verification, and then has no status of it. */
function tellChannel(report: Report, about: string, { name, enabled, verificationStatus }: Channel): void {
  const update = `gcloud beta monitoring channels update ${name} --enabled`;
  if (!enabled) report.problem(about, "is disabled, so it delivers nothing", update);
  else if (verificationStatus === "UNVERIFIED")
    report.problem(
      about,
      "is not verified, so nothing is told",
      `verify ${name} in the console of Cloud Monitoring, under Alerting, Edit notification channels`,
    );
  else report.inOrder(about, "exists, and is enabled");
}

/** Names of the secrets that hold the addresses of chats, whose values are not read. */
export function secretsOf({ gcp, project }: GcpAccount): string[] {
  return [...new Set(Object.values(gcpChats(project, gcp.notifications)).map(({ secret }) => secret))];
}

async function lookAtWebhook(account: GcpAccount, report: Report, name: string): Promise<void> {
  await report.look(name, "secretmanager.versions.get", async () => {
    const found = await account.get(`reading ${name}`, "secretmanager.googleapis.com", `v1/${name}/versions/latest`, versionSchema);
    const add = `gcloud secrets versions add ${name.split("/").at(-1)} --project ${name.split("/")[1]} --data-file=-`;
    if (found === undefined) report.problem(name, "has no version, or does not exist", `${add}, after gcloud secrets create`);
    else if (found.state !== "ENABLED") report.problem(name, `its latest version is ${found.state}; expected ENABLED`, add);
    else report.inOrder(name, "has a version that is enabled");
  });
}
