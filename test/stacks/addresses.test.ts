// An address of a resource is a promise: whoever deployed it has it in the state, and under another address Terraform destroys the
// resource, with what is in it, and creates another one. So is the name of an output, which others read.
// test/fixtures/addresses.txt holds the promises; `ADD_ADDRESSES=1 npx jest test/stacks/addresses` adds new ones to it, and takes
// none away.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../config/load-config";
import { awsTemplate, gcpTemplate } from "./synthesize";
import type { Template } from "./template";

const ROOT = join(__dirname, "../..");
const PROMISES = join(__dirname, "../fixtures/addresses.txt");
const GONE = "addresses are promises; keep the path of the construct, or move the resource by a moved block and edit the list";
const NEW = "promise it, by ADD_ADDRESSES=1 npx jest test/stacks/addresses";

/** Addresses that moved once, and why: Terraform replaces such a resource, and nothing that it holds is lost. */
const MOVED: readonly { readonly address: RegExp; readonly reason: string }[] = [
  {
    address: /^google_storage_bucket_iam_member\..+_bucket-[0-9a-f]{8}_[0-9A-F]{8}$/,
    reason: "IAM takes 20 conditions of a role and account, so that a condition names several objects and is told by its place",
  },
];

/** Types of what holds something. */
const KEEPERS =
  /^(aws_(dynamodb_table|sqs_queue|sns_topic|s3_bucket)|google_(firestore_database|pubsub_(topic|subscription)|storage_bucket))\./;

const FILES = ["retrigger.yaml", ...yamlFiles("docs/examples"), ...yamlFiles("test/fixtures/config")];

describe("addresses", () => {
  const promised = readPromises();
  const present = new Map(FILES.flatMap(addressesOf));
  if (process.env.ADD_ADDRESSES === "1") addPromises(promised, present);

  it.each([...new Set([...promised.keys(), ...present.keys()])])("should stay as they were promised: %s", (stack) => {
    const before = promised.get(stack) ?? new Set();
    const now = present.get(stack) ?? new Set();

    const complaints = [
      ...[...before].filter((address) => !now.has(address) && !hasMoved(address)).map((address) => `${address} is gone: ${GONE}`),
      ...[...now].filter((address) => !before.has(address)).map((address) => `${address} is new: ${NEW}`),
    ];

    expect(complaints).toEqual([]);
  });

  it("should never move of what holds something", () => {
    const moved = [...promised.values()].flatMap((addresses) => [...addresses]).filter(hasMoved);

    expect(moved.length).toBeGreaterThan(0);
    expect(moved.filter((address) => KEEPERS.test(address))).toEqual([]);
  });
});

// Helpers

function hasMoved(promised: string): boolean {
  return MOVED.some(({ address }) => address.test(promised));
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
