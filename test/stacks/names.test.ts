// Names of a stack with the longest prefix and environment that are allowed, over all of its resources.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { accountId } from "../../modules/gcp/deployment";
import { awsTemplate, configFile, gcpTemplate } from "./synthesize";
import type { Template } from "./template";

/** Of a name: the argument that holds it, and what the service takes. */
type Limits = Readonly<Record<string, readonly [argument: string, allowed: RegExp]>>;

const AWS: Limits = {
  aws_cloudwatch_dashboard: ["dashboard_name", /^[\w-]{1,255}$/],
  aws_cloudwatch_event_rule: ["name", /^[\w.-]{1,64}$/],
  aws_cloudwatch_log_group: ["name", /^[\w./#-]{1,512}$/],
  aws_cloudwatch_metric_alarm: ["alarm_name", /^[ -~]{1,255}$/],
  aws_dynamodb_table: ["name", /^[\w.-]{3,255}$/],
  aws_iam_role: ["name", /^[\w+=,.@-]{1,64}$/],
  aws_lambda_function: ["function_name", /^[\w-]{1,64}$/],
  aws_scheduler_schedule: ["name", /^[\w.-]{1,64}$/],
  aws_sns_topic: ["name", /^[\w-]{1,256}$/],
  aws_sqs_queue: ["name", /^(?=.{1,80}$)[\w-]+(?:\.fifo)?$/],
};

const GCP: Limits = {
  google_artifact_registry_repository: ["repository_id", /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/],
  google_cloud_scheduler_job: ["name", /^[\w-]{1,500}$/],
  google_cloudfunctions2_function: ["name", /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/],
  google_firestore_database: ["name", /^[a-z][a-z0-9-]{2,61}[a-z0-9]$/],
  google_project_iam_custom_role: ["role_id", /^[\w.]{3,64}$/],
  google_pubsub_subscription: ["name", /^(?!goog)[A-Za-z][\w.~+%-]{2,254}$/],
  google_pubsub_topic: ["name", /^(?!goog)[A-Za-z][\w.~+%-]{2,254}$/],
  google_service_account: ["account_id", /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/],
  google_storage_bucket: ["name", /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/],
};

const letters = "abcdefghijklmnopqrstuvwxyz";
const longest = (length: number) =>
  fc
    .tuple(
      fc.constantFrom(...letters),
      fc.array(fc.constantFrom(..."az09-"), { minLength: length - 2, maxLength: length - 2 }),
      fc.constantFrom(..."az09"),
    )
    .map(([first, middle, last]) => `${first}${middle.join("")}${last}`);

describe.each([
  ["AWS", awsTemplate, "aws", AWS],
  ["Google Cloud", gcpTemplate, "gcp", GCP],
] as const)("names on %s", (_cloud, synthesise, cloud, limits) => {
  const company = readFileSync(join(__dirname, `../fixtures/config/company-${cloud}.yaml`), "utf8");

  it("should be valid, and none another's, whatever the prefix and the environment are", () => {
    const valid = fc.property(longest(20), longest(16), (prefix, environment) => {
      const text = company
        .replace("namePrefix: acme-retrigger", `namePrefix: ${prefix}`)
        .replace(/^environment: dev/m, `environment: ${environment}`);
      const template = synthesise(configFile(text));

      for (const [type, [argument, allowed]] of Object.entries(limits)) {
        const names = namesOf(template, type, argument);
        expect(names.length).toBeGreaterThan(0);
        expect(names.filter((name) => !allowed.test(name))).toEqual([]);
        expect(names).toEqual([...new Set(names)]);
      }
    });
    fc.assert(valid, { numRuns: 3 });
  });
});

it("names of service accounts should tell roles apart where 30 characters are too few", () => {
  const role = fc.stringMatching(/^[a-z]{1,12}(?:-[a-z]{1,12})?$/);
  fc.assert(
    fc.property(longest(20), longest(16), role, role, (namePrefix, environment, one, other) => {
      fc.pre(one !== other);
      expect(accountId({ environment, namePrefix }, one)).not.toBe(accountId({ environment, namePrefix }, other));
    }),
  );
});

// Helpers

function namesOf(template: Template, type: string, argument: string): string[] {
  return template.all(type).map((block) => String(block[argument]));
}
