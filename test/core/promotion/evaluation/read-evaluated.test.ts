import { createHash } from "node:crypto";
import { PoisonMessageError, RetryableError } from "../../../../functions/core/errors";
import { MAX_EVALUATION_BYTES, readEvaluated } from "../../../../functions/core/promotion/evaluation/read-evaluated";
import type { EvaluationFiles } from "../../../../functions/core/promotion/ports";

const FOLDER = "s3://acme-models/evaluations/churn/12";
const URI = `${FOLDER}/evaluation.json`;
const ROWS = `${FOLDER}/golden-predictions.jsonl`;
const ALLOWED = { bucket: "acme-models", prefix: "evaluations/" };
const PREDICTIONS = '{"id":1,"label":0,"prediction":0}\n{"id":2,"label":1,"prediction":0}\n';
const EVALUATION = JSON.stringify({
  binary_classification_metrics: { accuracy: { value: 0.5 } },
  retrigger: {
    schema: 1,
    model: "churn",
    goldenSet: { sha256: "a".repeat(64), rows: 2 },
    predictions: { uri: "golden-predictions.jsonl", sha256: hash(PREDICTIONS) },
    training: { rows: 100 },
  },
});

describe("readEvaluated", () => {
  it.each([URI, `${FOLDER}/`, FOLDER])("should read both files of %s", async (uri) => {
    const model = await readFrom({ [URI]: EVALUATION, [ROWS]: PREDICTIONS }, uri, hash(EVALUATION));

    expect(model.problem).toBeUndefined();
    expect(model.name).toBe("churn/12");
    expect(model.evaluation).toMatchObject({ sha256: hash(EVALUATION), metrics: { accuracy: 0.5 } });
    expect(model.predictions).toMatchObject({ rows: 2, classes: ["0", "1"] });
  });

  it.each<[string, Record<string, string>, string]>([
    ["there is nothing", {}, `has no evaluation: nothing is at ${URI}`],
    ["it is no JSON", { [URI]: "oops" }, `${URI}: not an evaluation: not JSON`],
    ["it is no UTF-8", { [URI]: "\ud800{" }, "not an evaluation: expected JSON in UTF-8"],
    ["it is too large", { [URI]: " ".repeat(MAX_EVALUATION_BYTES + 1) }, "got an evaluation of 5242881 bytes"],
  ])("should have no evaluation where %s", async (_, files, problem) => {
    const model = await readFrom(files, URI);

    expect(model.evaluation).toBeUndefined();
    expect(model.problem).toMatch(/^churn\/12: /);
    expect(model.problem).toContain(problem);
  });

  it("should have no evaluation where its bytes are not those that are expected", async () => {
    const model = await readFrom({ [URI]: EVALUATION, [ROWS]: PREDICTIONS }, URI, "b".repeat(64));

    expect(model.evaluation).toBeUndefined();
    expect(model.problem).toContain(`got an evaluation of SHA-256 ${hash(EVALUATION)}, expected ${"b".repeat(64)}`);
  });

  it("should have no evaluation where the registry names none, or one elsewhere, which is not even looked at", async () => {
    const asked: string[] = [];
    const files = filesOf({}, asked);

    const none = await readEvaluated({ files, sha256: hash, allowed: ALLOWED }, { name: "churn/12", uri: undefined });
    const elsewhere = await readEvaluated(
      { files, sha256: hash, allowed: ALLOWED },
      { name: "churn/12", uri: "s3://other/a.json" },
    );

    expect(none.problem).toContain("has no evaluation: register the model with the address of its evaluation.json");
    expect(elsewhere.problem).toContain("expected one that begins with s3://acme-models/evaluations/");
    expect(asked).toEqual([]);
  });

  it.each<[string, string, Record<string, string>, string]>([
    ["there is no key retrigger", '{"accuracy": 0.5}', {}, "its evaluation has no key retrigger"],
    ["the evaluation names none", withIdentity({ predictions: undefined }), {}, "its evaluation names no predictions"],
    ["they are gone", EVALUATION, {}, `has no predictions: nothing is at ${ROWS}`],
    ["they are elsewhere", withIdentity({ predictions: { uri: "../p.jsonl" } }), {}, "without . or .. in it"],
    [
      "a line is broken",
      withIdentity({ predictions: { uri: "golden-predictions.jsonl" } }),
      { [ROWS]: "{}\n" },
      `predictions at ${ROWS}: line 1: got no id`,
    ],
    [
      "they are other ones",
      EVALUATION,
      { [ROWS]: PREDICTIONS.replace('prediction":0', 'prediction":1') },
      "got predictions of SHA-256",
    ],
    [
      "rows are left out",
      withIdentity({ goldenSet: { sha256: "a".repeat(64), rows: 3 } }),
      { [ROWS]: PREDICTIONS },
      "got 2 predictions",
    ],
  ])("should have an evaluation without predictions where %s", async (_, evaluation, files, problem) => {
    const model = await readFrom({ [URI]: evaluation, ...files }, URI);

    expect(model.evaluation).toBeDefined();
    expect(model.predictions).toBeUndefined();
    expect(model.problem).toContain(problem);
  });

  it("should tell as a problem what no retry can cure", async () => {
    const poison = async (): Promise<never> => {
      throw new PoisonMessageError("got broken gzip");
    };
    const files = filesOf({ [URI]: EVALUATION });
    const source = { sha256: hash, allowed: ALLOWED };
    const model = { name: "churn/12", uri: URI };

    expect((await readEvaluated({ ...source, files: { ...files, read: poison } }, model)).problem).toContain("got broken gzip");
    expect((await readEvaluated({ ...source, files: { ...files, lines: poison } }, model)).problem).toContain("got broken gzip");
  });

  it("should let through that the storage cannot answer now", async () => {
    const failure = new RetryableError("throttled");
    const fail = async (): Promise<never> => {
      throw failure;
    };
    const files = filesOf({ [URI]: EVALUATION });
    const source = { sha256: hash, allowed: ALLOWED };
    const model = { name: "churn/12", uri: URI };

    await expect(readEvaluated({ ...source, files: { ...files, read: fail } }, model)).rejects.toBe(failure);
    await expect(readEvaluated({ ...source, files: { ...files, lines: fail } }, model)).rejects.toBe(failure);
  });
});

// Helpers

function readFrom(files: Record<string, string>, uri: string, expectedSha256?: string) {
  const model = { name: "churn/12", uri, ...(expectedSha256 !== undefined && { expectedSha256 }) };
  return readEvaluated({ files: filesOf(files), sha256: hash, allowed: ALLOWED }, model);
}

function withIdentity(changed: object): string {
  const { retrigger, ...file } = JSON.parse(EVALUATION);
  return JSON.stringify({ ...file, retrigger: { ...retrigger, ...changed } });
}

function filesOf(texts: Record<string, string>, asked: string[] = []): EvaluationFiles {
  const bytesOf = (uri: string) => {
    asked.push(uri);
    const text = texts[uri];
    // Latin-1 of a lone surrogate is no UTF-8.
    return text === undefined ? undefined : Buffer.from(text, text.isWellFormed() ? "utf8" : "utf16le");
  };
  return {
    read: async (uri) => bytesOf(uri),
    lines: async (uri) => {
      const bytes = bytesOf(uri);
      if (bytes === undefined) return undefined;
      async function* lines() {
        yield String(bytes).split("\n").filter(Boolean);
      }
      return { lines: lines(), sha256: () => hash(bytes) };
    },
  };
}

function hash(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
