import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseObjectCreated } from "../functions/aws/messages/s3-event";
import { parseBaseline } from "../functions/core/capture/baseline";
import { lineReader } from "../functions/core/capture/lines/line-reader";
import { parseCoordinatorMessage } from "../functions/core/coordinator-message";
import { driftReportSchema } from "../functions/core/drift/drift-report";
import { parseDocument } from "../functions/core/drift/sources/drift-document";
import { readDriftDocument } from "../functions/core/drift/sources/drift-source";
import { parseProcessingJobEvent } from "../functions/core/drift/sources/sagemaker-processing-job";
import { statisticsReport } from "../functions/core/drift/sources/sagemaker-statistics";
import { MAX_REJECTION_CHARS, PoisonMessageError } from "../functions/core/errors";
import { readSageMakerEvent } from "../functions/core/sagemaker-events/read-sagemaker-event";
import { parsePubSubEvent } from "../functions/gcp/messages/pubsub-event";
import { parseObjectFinalized } from "../functions/gcp/messages/storage-event";
import { randomOf } from "./simulation/random";

/** Repeated by `jest --seed` with the seed that jest prints. */
const SEED = jest.getSeed();
const MUTANTS = 150;

const SOURCES = join(__dirname, "core/drift/sources/fixtures");
const NOW = Date.parse("2026-11-21T12:00:00Z");
const CONTEXT = { model: "churn", documentId: "hostile", window: { start: NOW, end: NOW } };

describe("a hostile document", () => {
  it.each(parsers())("should be read as what it is, or refused in a few words: $name", ({ texts, read }) => {
    const random = randomOf(SEED);
    const prototype = Object.getOwnPropertyNames(Object.prototype);

    const refusals = mutantsOf(texts, random).map((text) => refusalOf(() => read(text)));

    for (const refusal of refusals) expect(refusal).toMatch(/^[^\p{Cc}\p{Cs}\p{Cf}]*$/u);
    expect(refusals.filter(({ length }) => length > MAX_REJECTION_CHARS)).toEqual([]);
    expect(refusals.filter((refusal) => refusal !== "").length).toBeGreaterThan(0);
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototype);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  it.each([
    ['{"violations":[', "{}", "]}"],
    ['{"metrics":[', "{}", "]}"],
    ['{"metrics":[', '{"metric":"ColumnDriftMetric"}', "]}"],
    ["[", "{}", "]"],
    ['{"columns":["chunk_key"],"data":[', "[0]", "]}"],
    ['{"jsonPayload":{"featureAnomalies":[', "{}", "]}}"],
    ['{"version":1,"model":"churn","id":"1","monitor":"m","window":{"start":1,"end":2},"features":[', "{}", "]}"],
  ])("should be refused for its size as long as it may be parsed: %s%s…", (head, element, tail) => {
    const text = `${head}${`${element},`.repeat(200_000)}${element}${tail}`;

    expect(refusalOf(() => readDriftDocument(text, CONTEXT))).not.toBe("");
  });
});

// Helpers

interface Parser {
  readonly name: string;
  /** Real inputs, which mutants are made of. */
  readonly texts: readonly string[];
  readonly read: (text: string) => unknown;
}

function parsers(): Parser[] {
  const fixtures = readdirSync(SOURCES).filter((file) => file.endsWith(".json"));
  const source = (name: string) => readFileSync(join(SOURCES, name), "utf8");
  const event = (name: string) => readFileSync(join(__dirname, "aws/fixtures", name), "utf8");
  const samples = join(__dirname, "core/sagemaker-events/samples");
  const features = { dataset: { item_count: 1 }, features: [] };
  const captured = { endpointInput: { encoding: "CSV", data: "1,2" }, endpointOutput: { encoding: "JSON", data: '{"a":[1]}' } };
  const baseline = { type: "numbers", histogram: { type: "histogram", edges: [0, 1], counts: [2] } };
  return [
    {
      name: "drift documents",
      texts: fixtures.map(source),
      read: (text) => readDriftDocument(text, CONTEXT).reports.map((report) => driftReportSchema.parse(report)),
    },
    {
      name: "statistics of SageMaker",
      texts: [source("sagemaker-statistics.json"), source("sagemaker-constraints.json")],
      read: (text) => {
        const file = parseDocument(text);
        driftReportSchema.parse(
          statisticsReport({ statistics: file, baselineStatistics: file, constraints: { features: [] } }, CONTEXT),
        );
        return statisticsReport({ statistics: features, baselineStatistics: features, constraints: file }, CONTEXT);
      },
    },
    {
      name: "events of processing jobs",
      texts: [source("sagemaker-processing-job-event.json")],
      read: (text) => parseProcessingJobEvent(parseDocument(text)),
    },
    { name: "events of S3", texts: [event("object-created.json")], read: parseObjectCreated },
    {
      name: "messages of the coordinator",
      texts: ["rule-matched.json", "schedule-fired.json"].map(event),
      read: (text) => parseCoordinatorMessage(parseDocument(text)),
    },
    {
      name: "events of SageMaker",
      texts: readdirSync(samples).map((name) => readFileSync(join(samples, name), "utf8")),
      read: (text) => readSageMakerEvent(parseDocument(text)),
    },
    {
      name: "notifications of Cloud Storage",
      texts: [
        JSON.stringify({
          data: {
            message: {
              messageId: "1",
              publishTime: "2026-11-21T12:00:00Z",
              attributes: { eventType: "OBJECT_FINALIZE", bucketId: "lake", objectId: "a", objectGeneration: "1" },
              data: Buffer.from('{"size":"1"}').toString("base64"),
            },
          },
        }),
      ],
      read: (text) => parseObjectFinalized(parsePubSubEvent(parseDocument(text))),
    },
    {
      name: "captured lines of SageMaker",
      texts: [JSON.stringify({ captureData: captured })],
      read: lineReader({ format: "sagemaker", columns: ["a", "b"] }),
    },
    {
      name: "captured lines of Vertex AI",
      texts: [JSON.stringify({ request_payload: ['{"a":1}'], response_payload: ["[0.5]"] })],
      read: lineReader({ format: "vertex", columns: ["a"] }),
    },
    {
      name: "baselines",
      texts: [
        JSON.stringify({ version: 1, model: "churn", rows: 2, features: [{ name: "a", kind: "data", present: 2, ...baseline }] }),
      ],
      read: (text) => parseBaseline(text, "s3://lake/baseline.json", "churn", NOW),
    },
  ];
}

/** Empty when it was read; what was refused for any other reason than the document's is thrown. */
function refusalOf(read: () => unknown): string {
  try {
    read();
    return "";
  } catch (error) {
    if (error instanceof PoisonMessageError) return error.message;
    throw new Error(`seed ${SEED}`, { cause: error });
  }
}

type Random = (limit: number) => number;

/** Some broken in their values, some in their text. */
function mutantsOf(texts: readonly string[], random: Random): string[] {
  return Array.from({ length: MUTANTS }, () => {
    const text = texts[random(texts.length)] ?? "";
    if (random(4) === 0) return brokenText(text, random);
    let value: unknown = JSON.parse(text);
    for (let changes = 1 + random(3); changes > 0; changes--) value = mutated(value, random);
    // As a key that JSON.stringify would not write of itself.
    return String(JSON.stringify(value)).replaceAll('"polluter"', '"__proto__"').replaceAll('"NaN!"', "NaN");
  });
}

function brokenText(text: string, random: Random): string {
  const at = random(text.length);
  const inserted = ["\uFEFF", "\u0000", "\ud800", "NaN", "-Infinity", '"', "[".repeat(5_000), "9".repeat(400), "\u202e"];
  return random(2) === 0 ? text.slice(0, at) : `${text.slice(0, at)}${inserted[random(inserted.length)]}${text.slice(at)}`;
}

const VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 1e308, 1e-308, 2 ** 53, 0.5, "", "NaN!", "9999-99-99T99:99:99Z", "\ud800", "\u202e\u0000\n"],
  ...[
    "x".repeat(5_000),
    "s3://b/".padEnd(5_000, "/"),
    "distance: ".repeat(2_000),
    "$.a[",
    [],
    {},
    [[]],
    { polluter: { polluted: 1 } },
  ],
  ...[{ toString: 1, valueOf: 2 }, { constructor: { prototype: { polluted: 1 } } }, { length: 1e9 }, nested(60), nested(200)],
];

function nested(depth: number): unknown {
  return depth === 0 ? [] : [nested(depth - 1)];
}

/** The value with one member dropped, doubled, or put in the place of another. */
function mutated(value: unknown, random: Random): unknown {
  if (typeof value !== "object" || value === null || random(6) === 0) return VALUES[random(VALUES.length)];
  const members: [string, unknown][] = Object.entries(value);
  const at = random(members.length);
  const [name = "polluter", member] = members[at] ?? [];
  const change = random(6);
  if (change === 0) members.splice(at, 1);
  else if (change === 1) members.push([`${name}${Array.isArray(value) ? "" : "2"}`, member]);
  else members.splice(at, 1, [change === 2 ? "polluter" : name, mutated(member, random)]);
  return Array.isArray(value) ? members.map(([, element]) => element) : Object.fromEntries(members);
}
