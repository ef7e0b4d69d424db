import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { overlapOf, watchedByPattern } from "../../../cli/doctor/watched-keys";
import { answerProblems, partialProblems } from "../../../cli/init/answer-problems";
import { exampleAnswers } from "../../../cli/init/answers";
import { cdktfText, isOurCdktf, isRepository } from "../../../cli/init/place-files";
import { parameterMistakes, readDefinition } from "../../../config/checks/pipeline-parameters";
import { temporaryFolder } from "../../modules/temporary-project";
import { Mistakes, type Parser, throwing } from "../parser";

const MISTAKES = throwing(Mistakes);
const DATA = { bucket: "acme", prefixes: ["in/"], suffixes: [".csv"], manifestPrefix: "retrigger/" };
const DEFINITION = {
  Version: "2020-12-01",
  Parameters: [
    { Name: "ManifestUri", Type: "String" },
    { Name: "InstanceCount", Type: "Integer", DefaultValue: 1 },
    { Name: "Mode", Type: "String", DefaultValue: "full", EnumValues: ["full", "fine"] },
  ],
  Steps: [],
};
const GIVEN = [
  ["ManifestUri", "{manifestUri}"],
  ["InstanceCount", "2"],
  ["Mode", "fine"],
] as const;
const PATTERN = {
  source: ["aws.s3"],
  "detail-type": ["Object Created"],
  detail: {
    bucket: { name: ["acme"] },
    object: { key: [{ prefix: "in/" }, { suffix: ".csv" }, { wildcard: "in/*\\*.csv" }, { "anything-but": ["x"] }] },
  },
};

/** What `init` and `doctor` find in an account, in a folder, and among a person's answers. */
export const setup: readonly Parser[] = [
  {
    name: "definitions of pipelines in an account",
    of: ["config/checks/pipeline-parameters.ts"],
    texts: [JSON.stringify(DEFINITION)],
    read: (text) => {
      const read = readDefinition(text);
      if (!read.isRead) return Mistakes.check([read.isJson ? "no definition" : "no JSON"]);
      const kinds = parameterMistakes(read.parameters, GIVEN).map(({ kind }) => kind);
      Mistakes.check(kinds);
    },
    refusal: MISTAKES,
  },
  {
    name: "patterns of others' rules",
    of: ["cli/doctor/watched-keys.ts"],
    texts: [JSON.stringify(PATTERN)],
    read: (text) => {
      const foreign = watchedByPattern(text, DATA.bucket);
      const key = overlapOf(DATA, foreign);
      if (key === undefined) return Mistakes.check(["no key in common"]);
      if (!foreign.takes(key)) throw new RangeError(`${key} is not watched by both`);
    },
    refusal: MISTAKES,
  },
  {
    name: "answers of a person",
    of: ["cli/init/answer-problems.ts"],
    form: "text",
    texts: ["acme-flights", "incoming/", "eu-central-1", "ada@example.com", "gs://acme/pipeline.yaml"],
    mutants: 30,
    read: (text) => {
      for (const cloud of ["aws", "gcp"] as const) {
        for (const field of ["region", "environment", "model", "pipeline", "bucket", "prefix", "email"]) {
          const problems = partialProblems(cloud, { [field]: text });
          for (const problem of problems) if (!/expected|got|allowed/.test(problem)) throw new RangeError(problem);
        }
      }
      Mistakes.check(answerProblems({ ...exampleAnswers("aws"), parameters: { [text]: text }, bucket: text }));
    },
    refusal: MISTAKES,
  },
  {
    name: "cdktf.json and package.json of a folder",
    of: ["cli/init/place-files.ts"],
    texts: [cdktfText(), '{"name":"retrigger","main":"main.js"}'],
    read: (text) => {
      folder ??= temporaryFolder({ "main.ts": "" });
      for (const name of ["cdktf.json", "package.json"]) writeFileSync(join(folder, name), text);
      Mistakes.check(isOurCdktf(folder) || isRepository(folder) ? [] : ["another's"]);
    },
    refusal: MISTAKES,
  },
];

let folder: string | undefined;
