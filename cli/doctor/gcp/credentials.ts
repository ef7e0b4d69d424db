import * as z from "zod/mini";
import { messageOf } from "../../../functions/core/log/log";
import { unreadableCredentials } from "../../control/gcp-trouble";
import { type Check, within } from "../finding";
import { type GcpAccount, SIGN_IN } from "./account";
import { secretsOf } from "./notices";

/** Without credentials the library asks the metadata of an instance, which is silent where there is none. */
const SIGN_IN_MS = 15_000;

/** https://cloud.google.com/resource-manager/reference/rest/v1/projects */
const projectSchema = z.object({ lifecycleState: z.string() });

const MANAGER = "cloudresourcemanager.googleapis.com";

/** Whether anybody is signed in, and the project is there. */
export const credentials: Check<GcpAccount> = {
  asks: "Are there valid credentials, and is the project active?",
  permissions: ["resourcemanager.projects.get"],
  async look(account, report) {
    const { clients, project } = account;
    try {
      await within(SIGN_IN_MS, "what gives the credentials", clients.auth.getRequestHeaders(clients.addressOf(MANAGER)));
      account.isSignedIn = true;
    } catch (error) {
      const unreadable = unreadableCredentials(error);
      const why = unreadable ?? messageOf(error);
      const what = /could not load the default credentials/i.test(why)
        ? "no credentials were found"
        : "your credentials are not valid";
      report.problem("credentials", `${what} (${why})`, SIGN_IN);
      return;
    }
    const about = `project ${project}`;
    await report.look(about, "resourcemanager.projects.get", async () => {
      const found = await account.get(`reading ${about}`, MANAGER, `v1/projects/${project}`, projectSchema);
      const switchCure = "correct gcp.project; gcloud projects list shows those that you can see";
      if (found === undefined) report.problem(about, "does not exist", switchCure);
      else if (found.lifecycleState !== "ACTIVE")
        report.problem(about, `is ${found.lifecycleState}; expected ACTIVE`, `gcloud projects undelete ${project}`);
      else report.inOrder(about, "exists, and you can see it");
    });
  },
};

/** What Terraform's provider needs before the first deployment. */
const FIRST_APIS = ["cloudresourcemanager", "serviceusage"];

/** What the deployment needs, and enables: modules/gcp/deployment.ts has them. */
export const NEEDED_APIS = [
  ...["aiplatform", "artifactregistry", "cloudbuild", "cloudfunctions", "cloudscheduler", "firestore", "iam", "logging"],
  ...["monitoring", "pubsub", "run", "storage"],
];

/** https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchGet takes at most 30. */
const servicesSchema = z.object({
  services: z._default(z.array(z.object({ name: z.string(), state: z._default(z.string(), "STATE_UNSPECIFIED") })), []),
});

/** The APIs of the project. */
export const apis: Check<GcpAccount> = {
  asks: "Is each API enabled that the deployment needs?",
  permissions: ["serviceusage.services.get"],
  async look(account, report) {
    const { project, isDeployed, coordinated } = account;
    await report.look("APIs", "serviceusage.services.get", async () => {
      const later = coordinated.length === 0 ? [] : [...NEEDED_APIS, ...(secretsOf(account).length === 0 ? [] : ["secretmanager"])];
      const names = new URLSearchParams();
      for (const api of [...FIRST_APIS, ...later]) names.append("names", `projects/${project}/services/${api}.googleapis.com`);
      const path = `v1/projects/${project}/services:batchGet?${names}`;
      const found = await account.get("reading the APIs", "serviceusage.googleapis.com", path, servicesSchema);
      const on = new Set(found?.services.filter(({ state }) => state === "ENABLED").map(({ name }) => name.split("/").at(-1)));
      const isOff = (api: string) => !on.has(`${api}.googleapis.com`);
      const needed = isDeployed === false ? FIRST_APIS : [...FIRST_APIS, ...later];
      const off = needed.filter(isOff);
      for (const api of off)
        report.problem(`API ${api}`, "is not enabled", `gcloud services enable ${api}.googleapis.com --project ${project}`);
      const comes = isDeployed === false ? later.filter(isOff) : [];
      if (comes.length > 0) report.notDeployed("APIs", `will be enabled: ${comes.join(", ")}`);
      if (off.length === 0) report.inOrder("APIs", `${needed.length} are enabled`);
    });
  },
};
