import { join } from "node:path";
import { isQueueOf } from "../../../cli/redrive/dead-letters";
import { awsTemplate, gcpTemplate } from "../../stacks/synthesize";

const ROOT = join(__dirname, "../../..");
const COORDINATED = join(ROOT, "test/fixtures/config/coordinated-on-both-clouds.yaml");
const DIRECT = join(ROOT, "test/fixtures/config/direct-on-both-clouds.yaml");
const RULES = join(ROOT, "docs/examples/every-target.yaml");

/** Names of all queues that the stacks of our configurations make. */
const DEPLOYED = [
  ...[COORDINATED, DIRECT, RULES].flatMap((file) => awsTemplate(file).all("aws_sqs_queue")),
  ...[COORDINATED, DIRECT].flatMap((file) => gcpTemplate(file).all("google_pubsub_subscription")),
].map(({ name }) => String(name));

const ROLES = DEPLOYED.map((name) => name.replace(/^retrigger-(?:dev|prod)-/, ""));

describe("isQueueOf", () => {
  it("should know every queue that is deployed", () => {
    expect(DEPLOYED.length).toBeGreaterThan(20);
    expect(ROLES.filter((role) => !isQueueOf("retrigger-dev-", `retrigger-dev-${role}`))).toEqual([]);
  });

  it.each(["dev-eu", "dev-2", "dev-direct", "dev-direct-x", "deve"])("should take none of %s for one of dev", (environment) => {
    expect(ROLES.filter((role) => isQueueOf("retrigger-dev-", `retrigger-${environment}-${role}`))).toEqual([]);
    expect(ROLES.filter((role) => !isQueueOf(`retrigger-${environment}-`, `retrigger-${environment}-${role}`))).toEqual([]);
  });

  it("should know the cut name of a direct schedule", () => {
    expect(isQueueOf("retrigger-dev-", `retrigger-dev-direct-${"m".repeat(50)}-0123abcd`)).toBe(true);
  });
});
