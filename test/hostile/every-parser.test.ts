import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { answers } from "./parsers/answers";
import { cloudExports } from "./parsers/cloud-exports";
import { configuration } from "./parsers/configuration";
import { documents } from "./parsers/documents";
import { evaluations } from "./parsers/evaluations";
import { exportedFiles } from "./parsers/exports";
import { files } from "./parsers/files";
import { messages } from "./parsers/messages";
import { policies } from "./parsers/policies";
import { storedRows } from "./parsers/rows";
import { setup } from "./parsers/setup";
import { words } from "./parsers/words";

const ROOT = join(__dirname, "../..");
const ROOMS = ["cli", "config", "eventbridge", "functions", "local"];

/** What a file holds that makes something of a text, of bytes, or of a value of unknown form. */
const PARSING =
  /\bJSON\.parse\(|\bparseDocument\(|\.safeParse\(|[sS]chema\.parse\(|\bz\.(?:validate|safeParse)\(|\binflateRawSync\(|\bgunzipSync\(|\bcreateGunzip\(|\bparseArgs\(|\bdecodeURIComponent\(/;

const OWN = "what the program itself wrote a moment before";
const LOCAL = "files of a local run, which json-files names where they are broken, and a person makes anew";
const DASHBOARD = "dashboards that the program has just synthesised";

/** Files that parse what nobody else wrote, and what that is. */
const NOT_HOSTILE: Readonly<Record<string, string>> = {
  "cli/commands/import-history.ts": "the name of a model, as a person types it",
  "cli/commands/key-policy.ts": "the output of a stack that the program has just synthesised",
  "cli/control/aws-answers.ts":
    "whether an answer of AWS has a field, which what cannot be parsed lacks; test/cli/doctor/aws gives it broken ones",
  "cli/doctor/aws/boundary.ts": "the document of a policy, as IAM has encoded it; what is none is told as not looked at",
  "cli/doctor/aws/signed-calls.ts": "answers of AWS, by the schema of each call; test/cli/doctor/aws gives it broken ones",
  "cli/doctor/aws/pipelines.ts":
    "the trust policy of a role, as IAM has encoded it; what cannot be decoded is told as not looked at",
  "cli/doctor/gcp/keys.ts": "an output of a stack that the program has just synthesised",
  "cli/plan/synthesise.ts": "stacks that the program has just synthesised",
  "cli/redrive/local-dead-letters.ts": LOCAL,
  "cli/simulate-program.ts": "durations that a person types, of one pattern",
  "cli/simulate/policy-settings.ts":
    "a person's own YAML, by the reader and the sections of the configuration, which are given hostile ones",
  "cli/simulate/train-command.ts": "what a person's own command prints, which test/cli/simulate gives broken ones",
  "eventbridge/object-pattern.ts": OWN,
  "functions/aws/adapters/sagemaker/endpoint-scaling.ts": "a copy of what the client of AWS has read",
  "functions/core/coordination/erase-person.ts": "records that the store has read; what is left of them is checked again",
  "functions/core/drift/assess-monitoring-run.ts":
    "files of a monitoring run, by the parsers of drift documents and of such runs, which are given hostile ones",
  "functions/core/log/log.ts": "errors of clients, for the log, which test/core/log gives hostile ones",
  "functions/node/chats/configured-chats.ts": "variables of a function, which its Terraform module sets",
  "local/clouds/gcp.ts": LOCAL,
  "local/dashboard/cloudwatch-dashboard.ts": DASHBOARD,
  "local/dashboard/cloudwatch-metrics.ts": DASHBOARD,
  "local/dashboard/google-dashboard.ts": DASHBOARD,
  "local/dashboard/monitoring-query.ts": DASHBOARD,
  "local/dashboard/synthesise-dashboards.ts": DASHBOARD,
  "local/files/file-manifest-store.ts": LOCAL,
  "local/files/json-files.ts": LOCAL,
  "local/replay/dynamodb-replay-state.ts": LOCAL,
  "local/world/world-journal.ts": LOCAL,
};

describe("the hostile input", () => {
  it("should be given to every file that parses, but for those that say why not", () => {
    const parsers = [
      answers,
      cloudExports,
      configuration,
      documents,
      evaluations,
      exportedFiles,
      files,
      messages,
      policies,
      setup,
      storedRows,
      words,
    ].flat();
    const given = new Set(parsers.flatMap(({ of }) => of));
    const sources = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...ROOMS], {
      cwd: ROOT,
      encoding: "utf8",
    })
      .split("\n")
      .filter((file) => file.endsWith(".ts"));
    const parsing = sources.filter((file) => PARSING.test(readFileSync(join(ROOT, file), "utf8")));

    expect(parsing.filter((file) => !given.has(file) && NOT_HOSTILE[file] === undefined)).toEqual([]);
    expect(Object.keys(NOT_HOSTILE).filter((file) => given.has(file) || !parsing.includes(file))).toEqual([]);
    expect([...given].filter((file) => !sources.includes(file))).toEqual([]);
  });
});
