import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { TerraformStack, Testing } from "cdktf";
import { loadConfig } from "../../config/load-config";
import { WITHOUT_BUNDLES } from "../../modules/bundle/function-bundle";
import { AwsRetrigger } from "../../stacks/aws-retrigger";
import { configFile } from "./synthesize";
import { Template } from "./template";

const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const CONFIG = `
environment: dev
aws: { region: eu-central-1, kms: { key: "${KEY}" } }
models: { one: { data: { bucket: acme, prefixes: [in/] }, pipeline: { name: training } } }
`;

describe("AwsRetrigger with a key of its own", () => {
  const stack = new TerraformStack(Testing.app({ context: { [WITHOUT_BUNDLES]: true } }), "ml-platform");
  new SqsQueue(stack, "before", { name: "before" });
  const retrigger = new AwsRetrigger(stack, "retrigger", { config: loadConfig(configFile(CONFIG)) });
  new SqsQueue(stack, "after", { name: "after" });
  const template = new Template(stack);

  it("should encrypt what is its own in another's stack, and touch nothing else", () => {
    const keys = template.all("aws_sqs_queue").map(({ name, kms_master_key_id }) => [name, kms_master_key_id]);

    const others = keys.filter(([, key]) => key === undefined).map(([name]) => name);
    expect(others).toEqual(["after", "before"]);
    expect(keys.length).toBeGreaterThan(8);
  });

  it("should say what the policy of the key must hold", () => {
    const policy = JSON.stringify(retrigger.outputs.key_policy);

    expect(policy).toContain("events.amazonaws.com");
    expect(policy).toContain("log-group:/aws/lambda/retrigger-dev-*");
  });
});
