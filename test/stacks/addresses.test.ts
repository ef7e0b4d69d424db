// An address of a resource is a promise: whoever deployed it has it in the state, and under another address Terraform destroys the
// resource, with what is in it, and creates another one. So is the name of an output, which others read.
// test/fixtures/addresses.txt holds the promises; `ADD_ADDRESSES=1 npx jest test/stacks/addresses` adds new ones to it, and takes
// none away. What was let go all the same, once and for a reason, stands in LET_GO.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../config/load-config";
import { awsTemplate, gcpTemplate } from "./synthesize";
import type { Template } from "./template";

const ROOT = join(__dirname, "../..");
const PROMISES = join(__dirname, "../fixtures/addresses.txt");
const GONE = "addresses are promises; keep the path of the construct, or move the resource by a moved block and edit the list";
const NEW = "promise it, by ADD_ADDRESSES=1 npx jest test/stacks/addresses";

/** Types of resources that hold what nobody can make again, or whose names others know: their addresses stay for ever. */
const KEPT_FOR_EVER =
  /^(aws_(dynamodb_table|sqs_queue|sns_topic|s3_bucket|kms_key|sagemaker_pipeline)|google_(firestore_database|firestore_document|pubsub_topic|pubsub_subscription|storage_bucket))\./;

interface LetGo {
  /** What was let go. */
  readonly addresses: RegExp;
  /** Why, and what happens to those who have it deployed. */
  readonly reason: string;
}

/** Promises that one version did not keep: CHANGELOG.md tells of each. */
const LET_GO: readonly LetGo[] = [
  {
    addresses:
      /^google_storage_bucket_iam_member\.(?!.+_bucket-(?:40922cd4|987dc35e|3ba8e6ba|705c409e|bbe55e0d|cc66f270)_).+_bucket-[0-9a-f]{8}_[0-9A-F]{8}$/,
    reason: "IAM takes 20 conditions of a role and account, so that a condition names several objects and is told by its place",
  },
  {
    addresses:
      /^aws_cloudwatch_event_(rule|target)\.(data-trigger_(rule|target)-(?!data_\d)|drift-trigger_rules_(rule|target)-drift-files-)/,
    reason:
      "buckets share rules, as a bus holds 300: a moved block takes a bucket's own rule over, and lets it go when the new one is there",
  },
  {
    addresses: /^aws_cloudwatch_event_(rule|target)\.coordinator_run-ends_(rule|target)-/,
    reason:
      "one rule tells of the ends of all runs: what it misses while it replaces the others, the sweeper finds within a minute",
  },
  {
    addresses: /^google_secret_manager_secret_iam_member\.(?!messenger_).+_webhook_[0-9A-F]{8}$/,
    reason: "the messenger tells Slack, and no other function may read the address of its webhook any more",
  },
];

const FILES = ["retrigger.yaml", ...yamlFiles("docs/examples"), ...yamlFiles("test/fixtures/config")];

describe("addresses", () => {
  const promised = readPromises();
  const present = new Map(FILES.flatMap(addressesOf));
  if (process.env.ADD_ADDRESSES === "1") addPromises(promised, present);

  it.each([...new Set([...promised.keys(), ...present.keys()])])("should stay as they were promised: %s", (stack) => {
    const before = promised.get(stack) ?? new Set();
    const now = present.get(stack) ?? new Set();

    const complaints = [
      ...[...before].filter((address) => !now.has(address) && !isLetGo(address)).map((address) => `${address} is gone: ${GONE}`),
      ...[...now].filter((address) => !before.has(address)).map((address) => `${address} is new: ${NEW}`),
    ];

    expect(complaints).toEqual([]);
  });

  it.each(LET_GO.map(({ addresses, reason }) => [reason, addresses] as const))(
    "should have let go only what is gone: %s",
    (_reason, addresses) => {
      const gone = [...promised].flatMap(([stack, before]) => [...before].filter((address) => !present.get(stack)?.has(address)));
      const here = [...present.values()].flatMap((now) => [...now]);

      expect(gone.some((address) => addresses.test(address))).toBe(true);
      expect(here.filter((address) => addresses.test(address))).toEqual([]);
    },
  );

  it("should keep for ever what holds data or has a name that others know", () => {
    const all = [...promised.values()].flatMap((before) => [...before]);
    const kept = all.filter((address) => KEPT_FOR_EVER.test(address));

    expect(kept.length).toBeGreaterThan(100);
    expect(kept.filter((address) => LET_GO.some(({ addresses }) => addresses.test(address)))).toEqual([]);
  });
});

// Helpers

/** Whether an address was let go for a reason; never one that is kept for ever. */
function isLetGo(address: string): boolean {
  return !KEPT_FOR_EVER.test(address) && LET_GO.some(({ addresses }) => addresses.test(address));
}

function yamlFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join(folder, name));
}

type Addresses = ReadonlySet<string>;

/** The addresses of a configuration's stacks, by "<file> <stack>". */
function addressesOf(file: string): [string, Addresses][] {
  const path = join(ROOT, file);
  const { aws, gcp } = loadConfig(path);
  return [
    ...(aws === undefined ? [] : [stackOf(`${file} aws-stack`, awsTemplate(path))]),
    ...(gcp === undefined ? [] : [stackOf(`${file} gcp-stack`, gcpTemplate(path))]),
  ];
}

function stackOf(stack: string, { json: { resource = {}, output = {} } }: Template): [string, Addresses] {
  const resources = Object.entries(resource).flatMap(([type, blocks]) => Object.keys(blocks).map((name) => `${type}.${name}`));
  return [stack, new Set([...resources, ...Object.keys(output).map((name) => `output.${name}`)])];
}

/** The list is a heading "# <file> <stack>" for each stack, and below it an address a line. */
function readPromises(): Map<string, Addresses> {
  const [, ...sections] = readFileSync(PROMISES, "utf8").split(/^# /m);
  return new Map(
    sections.map((section) => {
      const [stack = "", ...addresses] = section.trimEnd().split("\n");
      return [stack, new Set(addresses)];
    }),
  );
}

function addPromises(promised: Map<string, Addresses>, present: ReadonlyMap<string, Addresses>): void {
  for (const [stack, addresses] of present) promised.set(stack, new Set([...(promised.get(stack) ?? []), ...addresses]));
  const sections = [...promised].map(([stack, addresses]) => [`# ${stack}`, ...[...addresses].sort()].join("\n"));
  writeFileSync(PROMISES, `${sections.join("\n")}\n`);
}
