import * as z from "zod/mini";
import type { Check } from "../finding";
import type { GcpAccount } from "./account";

/** https://cloud.google.com/vpc/docs/reference/vpcaccess/rest/v1/projects.locations.connectors */
const connectorSchema = z.object({ state: z.string() });

/** The connector that functions reach their VPC by. */
export const network: Check<GcpAccount> = {
  asks: "Does the connector to the VPC exist, and is it ready?",
  permissions: ["vpcaccess.connectors.get"],
  async look(account, report) {
    const name = account.gcp.network?.connector;
    if (name === undefined) return;
    const about = `connector ${name}`;
    await report.look(about, "vpcaccess.connectors.get", async () => {
      const found = await account.get(`reading ${about}`, "vpcaccess.googleapis.com", `v1/${name}`, connectorSchema);
      const [, project, , location, , connector] = name.split("/");
      const flags = `--region ${location} --project ${project}`;
      const list = `gcloud compute networks vpc-access connectors list ${flags}; correct gcp.network.connector`;
      const describe = `gcloud compute networks vpc-access connectors describe ${connector} ${flags}`;
      if (found === undefined) report.problem(about, "does not exist, so no function can be deployed", list);
      else if (found.state !== "READY") report.problem(about, `is ${found.state}; expected READY`, describe);
      else report.inOrder(about, "is ready");
    });
  },
};
