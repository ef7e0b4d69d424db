import { join } from "node:path";
import { TerraformStack, Testing } from "cdktf";
import { WatchedConstruct, type WatchedPart, watchedParts, watchedResources } from "../../modules/watched";
import { awsTemplate, gcpTemplate } from "./synthesize";
import type { Template } from "./template";

const FILE = join(__dirname, "../fixtures/config/coordinated-on-both-clouds.yaml");

describe("what is to be watched", () => {
  it("should be, on AWS, every queue and every function, whoever made it", () => {
    const template = awsTemplate(FILE);

    const queues = new Set([...outputOf(template, "queues"), ...outputOf(template, "dead_letter_queues")]);
    expect(queues).toEqual(references(template, "aws_sqs_queue", "url"));
    expect(outputOf(template, "functions")).toEqual(references(template, "aws_lambda_function", "function_name"));
  });

  it("should be, on Google Cloud, every queue and every function, whoever made it", () => {
    const template = gcpTemplate(FILE);

    const isPushed = (id: string) => template.resources("google_pubsub_subscription")[id]?.push_config !== undefined;
    const ids = Object.keys(template.resources("google_pubsub_subscription"));
    expect(outputOf(template, "queues")).toHaveProperty("size", ids.filter(isPushed).length);
    expect(outputOf(template, "dead_letter_queues")).toEqual(
      new Set(ids.filter((id) => !isPushed(id)).map((id) => `\${google_pubsub_subscription.${id}.id}`)),
    );
    expect(outputOf(template, "functions")).toEqual(references(template, "google_cloudfunctions2_function", "name"));
  });

  it("should keep the order of dashboards that are deployed: by role, direct schedules last, as they are configured", () => {
    const stack = new TerraformStack(Testing.app(), "stack");
    for (const role of ["requests", "direct-z_a", "drift-rules", "drift", "direct-a_b", "drift-monitor"]) new Part(stack, role);

    const { "dead-letter-queue": names } = watchedResources(watchedParts(stack));

    expect(Object.keys(names)).toEqual(["drift", "drift-rules", "drift-monitor", "requests", "direct-z_a", "direct-a_b"]);
  });
});

// Helpers

class Part extends WatchedConstruct {
  readonly watched: WatchedPart;

  constructor(scope: TerraformStack, role: string) {
    super(scope, role);
    this.watched = { kind: "dead-letter-queue", role, name: `retrigger-dev-${role}-dlq`, address: `https://${role}` };
  }
}

/** The values of an output that is a map. */
function outputOf(template: Template, name: string): Set<string> {
  return new Set(Object.values(Object(template.json.output?.[name]?.value)).map(String));
}

function references(template: Template, type: string, attribute: string): Set<string> {
  return new Set(Object.keys(template.resources(type)).map((id) => `\${${type}.${id}.${attribute}}`));
}
