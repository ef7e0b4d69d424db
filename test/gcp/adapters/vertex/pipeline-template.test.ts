import fc from "fast-check";
import { RetryableError, StartRefusedError } from "../../../../functions/core/errors";
import { parseTemplate, readTemplate } from "../../../../functions/gcp/adapters/vertex/pipeline-template";
import { runtimeParameters } from "../../../../functions/gcp/adapters/vertex/vertex-parameters";
import type { Answer, LoopbackServer, Received } from "../../../aws/adapters/loopback-server";
import { anonymousRest, googleError, startGoogleServer } from "../google-server";
import { JOB_TEMPLATE_2_0, TEMPLATE } from "../templates";
import { plain } from "../vertex-server";

const URI = "gs://lake/pipelines/flights v1.yaml";
const REGISTRY = "https://europe-west4-kfp.pkg.dev/lake-project/pipelines/flights/v3";

describe("readTemplate", () => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function readAgainst(answer: (request: Received, before: number) => Answer, uri = URI) {
    server = await startGoogleServer(answer);
    return await readTemplate(anonymousRest(), uri, { storage: server.endpoint, registry: server.endpoint });
  }

  it.each([
    [URI, "/storage/v1/b/lake/o/pipelines%2Fflights%20v1.yaml?alt=media"],
    [REGISTRY, "/lake-project/pipelines/flights/v3"],
  ])("should download %s", async (uri, path) => {
    const template = await readAgainst(() => ({ status: 200, body: TEMPLATE, type: "application/yaml" }), uri);
    expect(template.spec).toMatchObject({ pipelineInfo: { name: "flights-training" } });
    expect(server?.received.map((request) => `${request.method} ${request.path}`)).toEqual([`GET ${path}`]);
  });

  it.each<[string, Answer]>([
    ["was busy", googleError(503, "UNAVAILABLE", "try later")],
    ["throttled", googleError(429, "RESOURCE_EXHAUSTED", "too many")],
    ["cut the connection", "hang up"],
  ])("should go on after the bucket %s, and call it retryable when that stays", async (_case, answer) => {
    await readAgainst((_, before) => (before === 0 ? answer : { status: 200, body: TEMPLATE }));
    expect(server?.received).toHaveLength(2);
    await server?.stop();

    await expect(readAgainst(() => answer)).rejects.toThrow(RetryableError);
  });

  it.each([
    [
      URI,
      404,
      /reading the template gs:\/\/lake\/.* was refused \(404 NO: no such thing\); .*check pipeline\.template .*storage\.objectViewer/,
    ],
    [REGISTRY, 403, /\(403 NO: no such thing\); .*check pipeline\.template .*artifactregistry\.reader/],
  ])("should refuse to start when %s answers %d", async (uri, status, message) => {
    const thrown = await readAgainst(() => googleError(status, "NO", "no such thing"), uri).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(StartRefusedError);
    expect(thrown).toMatchObject({ message: expect.stringMatching(message) });
  });

  it("should refuse a template of more bytes than a template has, without reading on", async () => {
    const read = readAgainst(() => ({ status: 200, body: Buffer.alloc(5 * 1024 * 1024, "x") }));
    await expect(read).rejects.toThrow(/got more than 4194304 bytes; a template has at most 4194304 bytes/);
    expect(server?.received).toHaveLength(1);
  });

  it.each(["s3://lake/x.yaml", "gs://lake", "https://example.com/x.yaml", "https://evil.com/x-kfp.pkg.dev/", "file:///etc/passwd"])(
    "should not read %s",
    async (uri) => {
      const read = readAgainst(() => ({ status: 200, body: TEMPLATE }), uri);
      await expect(read).rejects.toThrow(StartRefusedError);
      await expect(read).rejects.toThrow(/expected gs:\/\/<bucket>\/<object> or https/);
      expect(server?.received).toHaveLength(0);
    },
  );
});

describe("parseTemplate", () => {
  it("should take a spec and a job, YAML and JSON, of both schemas", () => {
    const fromYaml = parseTemplate(URI, TEMPLATE);
    const fromJson = parseTemplate(URI, JSON.stringify(fromYaml.spec));
    const asJob = parseTemplate(
      URI,
      JSON.stringify({ pipelineSpec: fromYaml.spec, runtimeConfig: { parameterValues: { rows: 1 } } }),
    );

    expect(fromJson).toEqual(fromYaml);
    expect(asJob).toEqual({ ...fromYaml, defaults: { rows: 1 } });
    expect([fromYaml.takesPlainValues, parseTemplate(URI, JOB_TEMPLATE_2_0).takesPlainValues]).toEqual([true, false]);
    expect([...fromYaml.parameters].filter(([, { isRequired }]) => isRequired).map(([name]) => name)).toEqual(["manifest_uri"]);
  });

  it("should read texts and numbers as the Python SDK that wrote them means them", () => {
    const { spec, parameters } = parseTemplate(URI, TEMPLATE);
    expect(spec).toMatchObject({ deploymentSpec: { executors: { "exec-train": { container: { args: ["1e5", "0o17"] } } } } });
    expect(spec).toMatchObject({ root: { inputDefinitions: { parameters: { rate: { defaultValue: 1e-5 } } } } });
    expect(parameters.get("rate")).toEqual({ type: "NUMBER_DOUBLE", isRequired: false });
  });

  it.each([
    ["nothing", "", /not a pipeline; expected what the Kubeflow Pipelines SDK compiles/],
    ["a text", "hello", /not a pipeline/],
    ["a list", "[1, 2]", /not a pipeline/],
    ["a job without a spec", '{"pipelineSpec": null}', /not a pipeline/],
    ["another schema", TEMPLATE.replace("2.1.0", "3.0.0"), /not a pipeline.*schemaVersion/s],
    ["no YAML", "a: [1", /neither JSON nor YAML; compile the pipeline again/],
    ["no JSON", '{"a": ', /neither JSON nor YAML/],
    ["two documents", `${TEMPLATE}---\nplatforms: {}\n`, /neither JSON nor YAML/],
    ["an alias of what it is part of, more than once", `${TEMPLATE}a: &a [*a, *a]\n`, /too large/],
    ["aliases of aliases", bomb(), /neither JSON nor YAML|too large/],
    [
      "a long text by many names",
      `${TEMPLATE}a: &a "${"x".repeat(100_000)}"\nb: [${"*a,".repeat(90)}]\n`,
      /too large; at most 4194304/,
    ],
    ["nothing but levels", `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, /too large; .*64 levels/],
    ["values of schema 2.0 of no kind", JOB_TEMPLATE_2_0.replace('{"intValue":"3"}', "[3]"), /not a pipeline/],
  ])("should refuse %s, and name the template", (_case, text, message) => {
    const parse = () => parseTemplate(URI, text);
    expect(parse).toThrow(StartRefusedError);
    expect(parse).toThrow(message);
    expect(parse).toThrow(URI);
  });

  it("should take any text for a template or refuse it", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => TEMPLATE.replace("TEXT", json)),
        ),
        (text) => {
          try {
            parseTemplate(URI, text);
          } catch (error) {
            expect(error).toBeInstanceOf(StartRefusedError);
          }
        },
      ),
    );
  });
});

describe("runtimeParameters", () => {
  it("should name everything that is wrong at once, and what the template declares", () => {
    const given = { rows: "many", rate: "", fast: "yes", tags: "{}", options: "[]", other: "1" };
    expect(() => runtimeParameters(parseTemplate(URI, TEMPLATE), given)).toThrow(
      new StartRefusedError(
        'it needs manifest_uri; it does not declare other; rows takes a whole number, got "many"; rate takes a number, got ""; ' +
          'fast takes true or false, got "yes"; tags takes a list in JSON, got "{}"; options takes an object in JSON, got "[]"; it declares ' +
          "manifest_uri (STRING), rows (NUMBER_INTEGER), rate (NUMBER_DOUBLE), fast (BOOLEAN), tags (LIST), options (STRUCT): " +
          "correct pipeline.parameters in retrigger.yaml",
      ),
    );
  });

  it.each(["9007199254740992", "1.5", "1e3", "0x10", " ", "null", "Infinity"])("should not take %j for a whole number", (rows) => {
    expect(() => convert("NUMBER_INTEGER", rows)).toThrow(/takes a whole number/);
  });

  it.each(["TASK_FINAL_STATUS", "toString", "unknown"])("should refuse a parameter of the type %s", (type) => {
    expect(() => convert(type, "x")).toThrow(`value takes a ${type}, which has no text form, got "x"`);
  });

  it.each<[string, fc.Arbitrary<unknown>]>([
    ["NUMBER_DOUBLE", fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0)],
    ["NUMBER_INTEGER", fc.maxSafeInteger()],
    ["BOOLEAN", fc.boolean()],
    [
      "LIST",
      fc
        .array(fc.jsonValue({ maxDepth: 3 }))
        .map(throughJson)
        .filter(hasNoPrototype),
    ],
    [
      "STRUCT",
      fc
        .dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))
        .map(throughJson)
        .filter(hasNoPrototype),
    ],
  ])("should give back every value of the type %s", (type, values) => {
    fc.assert(
      fc.property(values, (value) => {
        expect(convert(type, JSON.stringify(value))).toEqual(value);
      }),
    );
  });

  it("should leave a text as it is", () => {
    fc.assert(fc.property(fc.string(), (text) => expect(convert("STRING", text)).toBe(text)));
  });
});

// Helpers

/** A field of this name is lost in the conversion of Google's own client. */
function hasNoPrototype(value: unknown): boolean {
  return !JSON.stringify(value).includes('"__proto__"');
}

/** The value that arrives for a text, through the form in which it travels. */
function convert(type: string, text: string): unknown {
  const template = {
    spec: {},
    takesPlainValues: true,
    parameters: new Map([["value", { type, isRequired: true }]]),
    defaults: {},
  };
  const { parameterValues } = runtimeParameters(template, { value: text });
  return Object(plain({ fields: parameterValues })).value;
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** Nine levels of nine aliases each: 387 million texts. */
function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(9)}]`);
  return ["l0: &l0 lol", ...levels].join("\n");
}
