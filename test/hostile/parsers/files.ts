import { deflateRawSync, gzipSync, inflateRawSync } from "node:zlib";
import { manifestFile as s3ManifestFile, manifestKeys as s3ManifestKeys } from "../../../functions/aws/adapters/s3/manifest-store";
import { parseStorageUri as parseS3Uri } from "../../../functions/aws/adapters/s3/s3-object";
import { landedObjectSchema } from "../../../functions/core/batching/landed-object";
import { ledgerSchema } from "../../../functions/core/batching/ledger";
import { StartRefusedError } from "../../../functions/core/errors";
import { capturePrefix, objectUri } from "../../../functions/core/object-uri";
import { parseHoldOut } from "../../../functions/core/promotion/hold-out";
import {
  manifestFile as gcsManifestFile,
  manifestKeys as gcsManifestKeys,
} from "../../../functions/gcp/adapters/storage/manifest-store";
import { parseStorageUri as parseGcsUri } from "../../../functions/gcp/adapters/storage/storage-object";
import { parseTemplate } from "../../../functions/gcp/adapters/vertex/pipeline-template";
import { runtimeParameters } from "../../../functions/gcp/adapters/vertex/vertex-parameters";
import { decodeSegment, encodeSegment, ledgerFile, parseLedger } from "../../../functions/node/batch-codecs";
import { textLines } from "../../../functions/node/text-lines";
import { naming, type Parser, throwing } from "../parser";

const KEYS = ["in/a.csv", "in/b.csv", "in/ü/😀.csv"];
const OBJECTS = KEYS.map((key, index) => ({ key, version: `v${index}`, bytes: 10 ** index }));
const LEDGER = {
  entries: [{ generation: 7, sealedAt: 1_000, objects: OBJECTS }],
  older: [{ generation: 3, sealedAt: 500, deployment: "deployment00" }],
};

const SPEC = {
  pipelineInfo: { name: "training" },
  schemaVersion: "2.1.0",
  root: {
    inputDefinitions: {
      parameters: {
        manifest: { parameterType: "STRING" },
        rate: { parameterType: "NUMBER_DOUBLE", defaultValue: 0.1 },
        deep: { parameterType: "STRUCT", isOptional: true },
      },
    },
  },
  deploymentSpec: { executors: { a: { container: { image: "python:3.12", args: ["--x", "1"] } } } },
};
const OLD_JOB = {
  pipelineSpec: { ...SPEC, schemaVersion: "2.0.0", root: { inputDefinitions: { parameters: { manifest: { type: "STRING" } } } } },
  runtimeConfig: { parameters: { manifest: { stringValue: "x" } } },
};
const YAML_SPEC = `pipelineInfo:
  name: training
schemaVersion: 2.1.0
root: &root
  inputDefinitions:
    parameters:
      manifest: {parameterType: STRING, defaultValue: 1e5}
other: [*root, *root, 0o7, .inf, 2026-11-21, "\\x41"]
`;

/** Bytes as characters from 0 to 255, and back. */
const asText = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
const asBytes = (text: string) => Buffer.from(text, "latin1");

/** Files of buckets that training jobs or people may have changed, and their addresses. */
export const files: readonly Parser[] = [
  {
    name: "ledgers",
    of: ["functions/node/batch-codecs.ts", "functions/core/batching/ledger.ts"],
    texts: [JSON.stringify(LEDGER)],
    read: (text) => ledgerSchema.parse(parseLedger("s3://lake/7.ledger.json.gz", gzipSync(text))),
    refusal: naming("s3://lake/7.ledger.json.gz is not a ledger"),
  },
  {
    name: "bytes of ledgers",
    of: ["functions/node/deflated-json.ts"],
    form: "text",
    texts: [asText(ledgerFile(LEDGER))],
    read: (text) => ledgerSchema.parse(parseLedger("s3://lake/7.ledger.json.gz", asBytes(text))),
    refusal: naming("s3://lake/7.ledger.json.gz is not a ledger"),
  },
  {
    name: "hold-outs as a ManifestFile",
    of: ["functions/core/promotion/hold-out.ts"],
    texts: [s3ManifestFile("lake", KEYS)],
    read: (text) => checkTexts(holdOutKeys(text)),
    refusal: naming("s3://other/hold-out"),
  },
  {
    name: "hold-outs as lines",
    of: ["functions/core/promotion/hold-out.ts"],
    form: "text",
    texts: [OBJECTS.map(({ key, bytes }) => `${JSON.stringify({ uri: `s3://lake/${key}`, bytes })}\n`).join("")],
    read: (text) => checkTexts(holdOutKeys(text)),
    refusal: naming("s3://other/hold-out"),
  },
  {
    name: "manifests of S3",
    of: ["functions/aws/adapters/s3/manifest-store.ts"],
    texts: [s3ManifestFile("lake", KEYS)],
    read: (text) => checkTexts(s3ManifestKeys("s3://lake/7.manifest", text)),
    refusal: naming("s3://lake/7.manifest"),
  },
  {
    name: "manifests of Cloud Storage",
    of: ["functions/gcp/adapters/storage/manifest-store.ts"],
    form: "text",
    texts: [gcsManifestFile("lake", KEYS)],
    read: (text) => checkTexts(gcsManifestKeys("gs://lake/7.jsonl", "lake", text)),
    refusal: naming("gs://lake/7.jsonl"),
  },
  {
    name: "columns of segments",
    of: ["functions/node/batch-codecs.ts"],
    form: "text",
    texts: [inflateRawSync(encodeSegment(OBJECTS)).toString("utf8")],
    read: (text) => decodeSegment(deflateRawSync(text)).map((object) => landedObjectSchema.parse(object)),
    refusal: naming("segment"),
  },
  {
    name: "headers of segments",
    of: ["functions/node/batch-codecs.ts"],
    texts: [inflateRawSync(encodeSegment(OBJECTS)).toString("utf8").split("\n")[0] ?? ""],
    read: (text) => {
      const texts = inflateRawSync(encodeSegment(OBJECTS)).toString("utf8").split("\n")[1];
      return decodeSegment(deflateRawSync(`${text}\n${texts}`)).map((object) => landedObjectSchema.parse(object));
    },
    refusal: naming("segment"),
  },
  {
    name: "templates of pipelines, in JSON",
    of: ["functions/gcp/adapters/vertex/pipeline-template.ts", "functions/gcp/adapters/vertex/vertex-parameters.ts"],
    texts: [SPEC, OLD_JOB].map((spec) => JSON.stringify(spec)),
    read: readTemplate,
    refusal: throwing(StartRefusedError, 20_000),
  },
  {
    name: "templates of pipelines, in YAML",
    of: ["functions/gcp/adapters/vertex/pipeline-template.ts"],
    form: "text",
    texts: [YAML_SPEC],
    read: readTemplate,
    refusal: throwing(StartRefusedError, 20_000),
  },
  {
    name: "values of a template's parameters",
    of: ["functions/gcp/adapters/vertex/vertex-parameters.ts"],
    texts: ['{"manifest":"gs://lake/7.jsonl","rate":"1e-3","deep":"{\\"a\\":[1,null]}"}'],
    read: (text) => {
      const given = Object.entries(Object(mappingOf(text))).map(([name, value]) => [name, String(JSON.stringify(value))]);
      return runtimeParameters(parseTemplate("gs://t/a.json", JSON.stringify(SPEC)), Object.fromEntries(given));
    },
    refusal: throwing(StartRefusedError),
  },
  {
    name: "lines of captures",
    of: ["functions/node/text-lines.ts"],
    form: "text",
    texts: [asText(Buffer.from("one\ntwo\r\nthree")), asText(gzipSync("one\ntwo\nthree")), "x".repeat(90)],
    read: async (text) => {
      for await (const lines of textLines("s3://lake/a.jsonl", inPieces(asBytes(text)), 100)) {
        if (lines.some((line) => line.length > 100 || line.includes("\n"))) throw new RangeError("got a line that is none");
      }
    },
  },
  {
    name: "addresses of objects",
    of: [
      "functions/core/object-uri.ts",
      "functions/aws/adapters/s3/s3-object.ts",
      "functions/gcp/adapters/storage/storage-object.ts",
    ],
    form: "text",
    texts: ["s3://lake/in/{model}/*.csv", "gs://lake/a"],
    read: (text) => {
      const parts = [objectUri(text), capturePrefix(text), (text.startsWith("s3") ? parseS3Uri : parseGcsUri)(text)];
      if (parts.some(({ bucket }) => bucket === "" || bucket.includes("/"))) throw new RangeError(`got no bucket of ${text}`);
    },
    refusal: naming("; expected", 30_000),
  },
];

/** What a configuration could give; nothing of what is no JSON. */
function mappingOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function readTemplate(text: string): void {
  const template = parseTemplate("gs://templates/a.yaml", text);
  runtimeParameters(template, Object.fromEntries([...template.parameters].map(([name]) => [name, "1"])));
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 7) yield bytes.subarray(from, from + 7);
}

function holdOutKeys(text: string): string[] {
  return parseHoldOut("s3://other/hold-out", "s3://lake/", text).map(({ key }) => key);
}

function checkTexts(texts: readonly unknown[]): void {
  if (!texts.every((text) => typeof text === "string")) throw new RangeError("got a key that is no text");
}
