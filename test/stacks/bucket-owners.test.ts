// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform's templates look like JavaScript's
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { matchesPattern } from "../../eventbridge/matches-pattern";
import { MAX_PATTERN_CHARACTERS } from "../../eventbridge/object-pattern";
import type { PolicyStatement } from "../../modules/aws/access/policy";
import { awsTemplate, configFile } from "./synthesize";
import { statementsOf, type Template } from "./template";

const OWNER = "444455556666";
const OTHER_OWNER = "777788889999";
const KEY = `arn:aws:kms:eu-west-1:${OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

const OWNED = `
environment: dev
aws:
  region: eu-central-1
  buckets:
    theirs: { account: "${OWNER}", kmsKey: "${KEY}" }
    captures: { account: "${OTHER_OWNER}" }
models:
  one:
    data: { bucket: theirs, prefixes: [in/], suffixes: [.csv] }
    pipeline: { name: one, definitionFile: p.json, roleArn: "arn:aws:iam::111122223333:role/training" }
    monitoring: { capture: { location: s3://captures/one/AllTraffic/ } }
  two: { data: { bucket: ours, prefixes: [in/] }, pipeline: { name: two } }
`;
const ROLE = ', definitionFile: p.json, roleArn: "arn:aws:iam::111122223333:role/training"';
const PIPELINE = {
  "p.json": JSON.stringify({ Version: "2020-12-01", Parameters: [{ Name: "ManifestUri", Type: "String" }], Steps: [] }),
};

describe("a bucket of another account", () => {
  const template = awsTemplate(configFile(OWNED, PIPELINE));
  const grants = grantsOf(template);

  it("should have its rules, and no others, on a bus that exactly its owner may put events on", () => {
    const bus = template.reference("aws_cloudwatch_event_bus", "name", { name: "retrigger-dev-bucket-owners" });

    const onBus = template.all("aws_cloudwatch_event_rule").filter(({ event_bus_name }) => event_bus_name !== undefined);
    const names = new Set(onBus.map(({ name }) => String(name).replace(/\d+$/, "<slot>")));
    expect(names).toEqual(new Set([`retrigger-dev-data-${OWNER}-<slot>`, `retrigger-dev-drift-files-${OWNER}-<slot>`]));
    for (const { event_bus_name, event_pattern } of onBus) {
      expect(event_bus_name).toBe(bus);
      expect(JSON.parse(String(event_pattern))).toMatchObject({ account: [OWNER], detail: { bucket: { name: ["theirs"] } } });
    }
    expect(statementsOf(template.one("aws_cloudwatch_event_bus_policy", { event_bus_name: bus }).policy)).toEqual([
      {
        Sid: "PutEvents",
        Effect: "Allow",
        Principal: { AWS: [`arn:aws:iam::${OWNER}:root`] },
        Action: "events:PutEvents",
        Resource: template.reference("aws_cloudwatch_event_bus", "arn"),
      },
    ]);
  });

  it.each([
    ["retrigger-dev-data", "data-rules"],
    ["retrigger-dev-drift", "drift-rules"],
  ])("should have its rules let into %s, and their dead letters kept", (queue, undelivered) => {
    const sending = template.rulesSendingTo(queue);

    expect(sending.some((name) => name.startsWith("retrigger-dev-bucket-owners/"))).toBe(true);
    expect(template.rulesLetInto(queue)).toEqual(sending);
    expect(template.rulesLetInto(`retrigger-dev-${undelivered}-dlq`)).toEqual(sending);
  });

  it("should be heard by the events of S3 that its account has, and by none of another account, bucket or key", () => {
    const [pattern] = template
      .all("aws_cloudwatch_event_rule")
      .filter(({ name }) => String(name).startsWith(`retrigger-dev-data-${OWNER}`))
      .map(({ event_pattern }) => JSON.parse(String(event_pattern)));
    const landed = objectCreated({ account: OWNER, bucket: "theirs", key: "in/a.csv" });

    expect(matchesPattern(pattern, landed)).toBe(true);
    expect(matchesPattern(grants("theirs").events.eventPattern, landed)).toBe(true);
    for (const other of [{ account: OTHER_OWNER }, { account: "111122223333" }, { bucket: "ours" }, { key: "out/a.csv" }]) {
      const event = objectCreated({ account: OWNER, bucket: "theirs", key: "in/a.csv", ...other });
      expect([other, matchesPattern(pattern, event)]).toEqual([other, false]);
    }
  });

  it("should be told of, by its owner, wherever the rules of this deployment listen", () => {
    const listening = template
      .all("aws_cloudwatch_event_rule")
      .filter(({ event_bus_name }) => event_bus_name !== undefined)
      .map(({ event_pattern }) => JSON.parse(String(event_pattern)));

    const keys = ["in/a.csv", "in/a.json", "drift/one/r.json", "drift/none/r.json", "retrigger/manifests/one/1.manifest", "x"];
    for (const key of keys) {
      const event = objectCreated({ account: OWNER, bucket: "theirs", key });
      const isHeard = listening.some((pattern) => matchesPattern(pattern, event));
      expect([key, matchesPattern(grants("theirs").events.eventPattern, event)]).toEqual([key, isHeard]);
    }
  });

  it.each(["theirs", "captures"])("should be granted by its owner exactly what the roles may do to %s", (bucket) => {
    const allowed = template.all("aws_iam_role").flatMap(({ name }) => {
      const role = template.reference("aws_iam_role", "name", { name });
      return accessTo(bucket, template.roleStatements(role)).map((access) => `${role.replace(".name}", ".arn}")} ${access}`);
    });

    const granted = grants(bucket).bucketPolicy.flatMap((statement) => {
      const { "aws:PrincipalArn": roles = [] } = statement.Condition?.ArnEquals ?? {};
      return [roles].flat().flatMap((role) => accessTo(bucket, [statement]).map((access) => `${role} ${access}`));
    });
    expect(allowed.length).toBeGreaterThan(1);
    expect(granted.sort()).toEqual(allowed.sort());
  });

  it("should be granted to roles of this account alone, which need not exist before", () => {
    for (const { Principal, Condition } of grants("theirs").bucketPolicy) {
      expect(Principal).toEqual({ AWS: expect.stringMatching(/^arn:aws:iam::\$\{data\.aws_caller_identity\.[^}]+\}:root$/) });
      expect(Condition?.ArnEquals?.["aws:PrincipalArn"]).not.toHaveLength(0);
    }
  });

  it("should have a key that roles read with, and write with, by S3 alone", () => {
    const via = { "kms:ViaService": "s3.eu-west-1.*" };

    expect(grants("theirs").keyPolicy).toMatchObject([
      { Action: "kms:Decrypt", Resource: "*", Condition: { StringLike: via } },
      { Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: "*", Condition: { StringLike: via } },
    ]);
    expect(grants("captures")).not.toHaveProperty("keyPolicy");
  });

  it("should send events by a role that may put them on the bus alone", () => {
    const arn = template.reference("aws_cloudwatch_event_bus", "arn");

    expect(grants("theirs")).toMatchObject({
      owner: OWNER,
      events: {
        targetArn: arn,
        roleTrustPolicy: {
          Statement: [
            { Principal: { Service: "events.amazonaws.com" }, Condition: { StringEquals: { "aws:SourceAccount": OWNER } } },
          ],
        },
        rolePolicy: { Statement: [{ Effect: "Allow", Action: "events:PutEvents", Resource: arn }] },
      },
    });
    expect(grants("captures")).not.toHaveProperty("events");
  });

  it("should be read by the role of the trainings, which is named where it is known", () => {
    const unknown = grantsOf(awsTemplate(configFile(OWNED.replace(/, definitionFile.*role\/training"/, ""))));

    expect(grants("theirs").trainings).toMatchObject([
      {
        models: ["one"],
        bucketPolicy: [
          {
            Principal: { AWS: "arn:aws:iam::111122223333:role/training" },
            Action: "s3:GetObject",
            Resource: ["arn:aws:s3:::theirs/retrigger/manifests/one/*", "arn:aws:s3:::theirs/in/*"],
          },
          { Action: "s3:ListBucket", Resource: "arn:aws:s3:::theirs" },
        ],
        keyPolicy: [{ Action: "kms:Decrypt" }],
      },
    ]);
    expect(JSON.stringify(unknown("theirs").trainings)).toContain("<ARN of the role that the trainings of one run with>");
  });

  it("should be refused by Terraform with the credentials of its owner, whose events are on the default bus", () => {
    const { lifecycle } = Object.values(template.json.data?.aws_caller_identity ?? {})[0] ?? {};

    expect(lifecycle).toEqual({
      postcondition: [
        {
          condition: `\${!contains(["${OWNER}","${OTHER_OWNER}"], self.account_id)}`,
          error_message: expect.stringContaining("buckets under aws.buckets have as account of another one"),
        },
      ],
    });
  });

  it("should be announced by its owner", () => {
    expect(template.json.output?.buckets_to_announce?.value).toContain("theirs");
  });

  it("should be read by the one role of many models by one statement for objects, and one for the key", () => {
    const { trainings, tooLong } = grantsOf(awsTemplate(configFile(OWNED.replace(/ {2}two:.*/, manyModels(12, ROLE)), PIPELINE)))(
      "theirs",
    );

    const [group, ...others] = trainings;
    expect(others).toEqual([]);
    expect(group?.models).toHaveLength(13);
    expect(group?.bucketPolicy).toHaveLength(2);
    expect(group?.bucketPolicy[0]?.Resource).toHaveLength(14);
    expect(group?.keyPolicy).toHaveLength(1);
    expect(tooLong).toBeUndefined();
  });

  it("should say where the statements exceed the policy of a bucket, and what to do", () => {
    const { tooLong } = grantsOf(awsTemplate(configFile(OWNED.replace(/ {2}two:.*/, manyModels(60, "")), PIPELINE)))("theirs");

    expect(tooLong).toMatch(
      /^the statements for the bucket's policy take about \d+ bytes, and S3 takes at most 20480; let the trainings run with one role/,
    );
  });

  it("should be told of as a whole where its keys exceed a pattern", () => {
    const prefixes = Array.from({ length: 40 }, (_, index) => `in/${"x".repeat(60)}${index}/`).join(", ");

    const { events } = grantsOf(awsTemplate(configFile(OWNED.replace("[in/], suffixes: [.csv]", `[${prefixes}]`), PIPELINE)))(
      "theirs",
    );

    expect(events.eventPattern.detail).toEqual({ bucket: { name: ["theirs"] } });
    expect(JSON.stringify(events.eventPattern).length).toBeLessThan(MAX_PATTERN_CHARACTERS);
  });

  it("should keep keys as they are that look like a template of Terraform", () => {
    const { text } = awsTemplate(configFile(OWNED.replace("[in/], suffixes", "['${in}/'], suffixes"), PIPELINE));

    expect(text).toContain("$${in}/*.csv");
    expect(text).not.toMatch(/(?<!\$)\$\{in\}/);
  });

  it("should leave everything as it was where there is none", () => {
    const before = awsTemplate(configFile(OWNED.replace(/ {2}buckets:[\s\S]*?models/, "models"), PIPELINE));

    expect(before.all("aws_cloudwatch_event_bus")).toEqual([]);
    expect(before.text).not.toMatch(/event_bus_name|bucket_owner_grants|bucket-owners/);
    expect(before.rulesLetInto("retrigger-dev-data")).toHaveLength(2);
  });
});

describe("buckets of many accounts", () => {
  it("should be refused at synthesis where the policy of the bus cannot hold their owners", () => {
    const indices = Array.from({ length: 320 }, (_, index) => index);
    const buckets = indices.map((index) => `b${index}x: { account: "${100000000000 + index}" }`);
    const models = indices.map(
      (index) => `  m${index}: { data: { bucket: b${index}x, prefixes: [in/] }, pipeline: { name: p } }\n`,
    );

    const text = `environment: dev\naws: { region: eu-central-1, buckets: { ${buckets.join(", ")} } }\nmodels:\n${models.join("")}`;

    expect(() => awsTemplate(configFile(text))).toThrow("got buckets of 320 other accounts; expected at most");
  });
});

// Helpers

/** Models that watch the bucket, by lines of YAML. */
function manyModels(count: number, role: string): string {
  return Array.from(
    { length: count },
    (_, index) =>
      `  many-${index}: { data: { bucket: theirs, prefixes: [in/${index}/, in/] }, pipeline: { name: m${index}${role} } }`,
  ).join("\n");
}

interface Grants {
  readonly owner: string;
  readonly bucketPolicy: readonly PolicyStatement[];
  readonly keyPolicy?: readonly PolicyStatement[];
  readonly events: { readonly eventPattern: Parameters<typeof matchesPattern>[0] };
  readonly trainings: readonly {
    readonly models: readonly string[];
    readonly bucketPolicy: readonly PolicyStatement[];
    readonly keyPolicy?: readonly PolicyStatement[];
  }[];
  readonly tooLong?: string;
}

/** What the output says of a bucket. */
function grantsOf({ json }: Template): (bucket: string) => Grants {
  const { value } = json.output?.bucket_owner_grants ?? {};
  return (bucket) => JSON.parse(String(Object(value)[bucket]));
}

/** What statements allow to do to a bucket, action by action. */
function accessTo(bucket: string, statements: readonly PolicyStatement[]): string[] {
  const arn = `arn:aws:s3:::${bucket}`;
  return statements.flatMap(({ Action, Resource = [], Condition }) =>
    [Resource]
      .flat()
      .filter((resource) => resource === arn || resource.startsWith(`${arn}/`))
      .flatMap((resource) =>
        [Action].flat().map((action) => `${action} ${resource} ${JSON.stringify(Condition?.StringLike ?? {})}`),
      ),
  );
}

interface Landed {
  readonly account: string;
  readonly bucket: string;
  readonly key: string;
}

/** The event of S3 as AWS documents it, of another object. */
function objectCreated({ account, bucket, key }: Landed): Parameters<typeof matchesPattern>[1] {
  const event = JSON.parse(readFileSync(join(__dirname, "../aws/fixtures/object-created.json"), "utf8"));
  return { ...event, account, detail: { ...event.detail, bucket: { name: bucket }, object: { ...event.detail.object, key } } };
}
