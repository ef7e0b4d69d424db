import { CLOUDS, type Cloud } from "../../config/model-cloud";
import { plainLine } from "../../functions/core/plain-text";
import type { Account, Listed, Look } from "./account";
import { partialProblems } from "./answer-problems";
import { type Answers, exampleAnswers, modelNameOf } from "./answers";
import { flaggedAnswers, type InitFlags } from "./init-flags";
import { chooseParameters } from "./parameters";
import type { Prompt } from "./prompt";

/** Where `init` is called from, and how it reaches an account. */
export interface Surroundings {
  /** The region that the person's settings name for a cloud. */
  readonly regionOf: (cloud: Cloud) => Promise<string | undefined>;
  /** The Google Cloud project that they name. */
  readonly projectOf: () => Promise<string | undefined>;
  readonly open: (cloud: Cloud, place: { readonly region: string; readonly project: string }) => Promise<Look<Account>>;
}

/** What is to be done, and the command that does it. */
interface ToDo {
  readonly what: string;
  readonly command?: string;
}

/** What a configuration is written from. */
export interface Gathered {
  readonly answers: Answers;
  /** Answers that nobody gave and no account has. */
  readonly examples: ReadonlySet<keyof Answers>;
  /** What was seen of the account, and what was not looked at; one line each. */
  readonly seen: readonly string[];
  /** What is to be done before the deployment works, as it may hold texts of the account: who prints it makes it harmless. */
  readonly toDo: readonly ToDo[];
}

/** An answer that nobody needs. */
const NONE = "none";

/** Of a name in a line, in characters. */
const MAX_NAME = 120;

/**
 * Answers from flags, from the account and, with a prompt, from a person.
 * @param prompt none with `--yes`: then an example stands for what is not known
 * @throws UsageError for wrong flags, and what the prompt throws
 */
export async function gather(
  flags: InitFlags,
  cloud: Cloud,
  surroundings: Surroundings,
  prompt: Prompt | undefined,
): Promise<Gathered> {
  const given = flaggedAnswers(flags, cloud);
  const examples = new Set<keyof Answers>();
  const seen: string[] = [];
  const toDo: ToDo[] = [];
  let known: Partial<Answers> = { ...given };
  const see = (line: string) => {
    seen.push(plainLine(line));
    prompt?.tell(`  ${plainLine(line)}`);
  };

  /** What a look sees, unless a person ends it. */
  const looked = <T>(work: Promise<T>): Promise<T> => prompt?.uninterrupted(work) ?? work;

  /** An answer by its flag, else by the person, else the standard, else an example. */
  const answer = async (key: TextKey, text: string, { standard, choices = [] }: Offer = {}) => {
    const problem = (value: string) => partialProblems(cloud, { ...known, [key]: value })[0];
    const valid = standard !== undefined && problem(standard) === undefined ? { standard } : {};
    let value = given[key] ?? (await prompt?.ask({ text, choices, problem, ...valid })) ?? valid.standard;
    if (value === undefined) {
      examples.add(key);
      value = exampleAnswers(cloud, known.bucket)[key];
    }
    known = { ...known, [key]: value };
    return value;
  };

  await answer("environment", "Name of this environment (part of every resource name)", { standard: "dev" });
  if (cloud === "gcp") await answer("project", "Google Cloud project", offer(await looked(surroundings.projectOf())));
  const region = await answer("region", `Region of ${CLOUDS[cloud].name}`, offer(await looked(surroundings.regionOf(cloud))));
  const project = known.project ?? "";
  const account = await accountOf();

  const pipelines = await list("pipelines", account?.pipelines());
  const isAws = cloud === "aws";
  const pipeline = await answer(
    "pipeline",
    isAws ? "SageMaker pipeline that trains the model" : "Template of the pipeline that trains the model",
    {
      choices: pipelines,
      ...offer(pipelines.length === 1 ? pipelines[0] : undefined),
    },
  );
  const parameters = given.parameters ?? (await pipelineParameters(pipeline));
  known = { ...known, parameters };
  await answer("model", "Name of the model", { standard: modelNameOf(examples.has("pipeline") ? "" : pipeline) });
  const buckets = prompt === undefined || given.bucket !== undefined ? [] : await list("buckets", account?.buckets());
  const bucket = await answer("bucket", "Bucket where new data lands", { choices: buckets, ...offer(ownBucket()) });
  known = { ...known, createsBucket: await createsBucket(bucket) };
  await answer("prefix", "Prefix of new data in the bucket", { standard: "incoming/" });
  if (!isAws) await answer("output", "Folder for the artifacts of pipeline runs", { ...offer(ownFolder(bucket)) });
  known = { ...known, monitoring: await monitoring() };
  const email =
    given.email ?? (await prompt?.ask({ text: "E-mail address for decisions and alarms", ...optional("email") })) ?? NONE;
  known = { ...known, email: email === NONE ? undefined : email };
  if (known.email === undefined)
    toDo.push({
      what: `name who is told of decisions and alarms: write the e-mail address in ${cloud}.notifications and ${cloud}.operations`,
    });
  account?.close();
  return { answers: { ...exampleAnswers(cloud), ...known }, examples, seen, toDo };

  async function accountOf(): Promise<Account | undefined> {
    const name = CLOUDS[cloud].name;
    if (flags.offline === true) {
      see(`${name}: not looked at, as --offline asks`);
      return undefined;
    }
    const unknown = ([...(isAwsCloud() ? [] : ["project" as const]), "region" as const] as const).find((key) => examples.has(key));
    if (unknown !== undefined) {
      see(`${name}: not looked at: the ${unknown} is unknown; give it with --${unknown}`);
      return undefined;
    }
    const opened = await looked(surroundings.open(cloud, { region, project }));
    see(opened.isLooked ? `${name}: looked at ${region} as ${opened.found.caller}` : `${name}: not looked at: ${opened.reason}`);
    return opened.isLooked ? opened.found : undefined;
  }

  function isAwsCloud(): boolean {
    return cloud === "aws";
  }

  async function list(what: string, asked: Promise<Look<Listed>> | undefined): Promise<readonly string[]> {
    const answered = asked && (await looked(asked));
    if (answered === undefined) return [];
    if (!answered.isLooked) {
      see(`${what}: not looked at: ${answered.reason}`);
      return [];
    }
    const { names, isWhole } = answered.found;
    const few = names.slice(0, 5).map((name) => plainLine(name, MAX_NAME));
    const shown = names.length === 0 ? "" : ` (${few.join(", ")}${names.length > few.length ? ", …" : ""})`;
    see(`${what}: ${isWhole ? "" : "at least "}${names.length === 0 && isWhole ? "none" : names.length}${shown}`);
    return names;
  }

  async function pipelineParameters(name: string): Promise<Readonly<Record<string, string>>> {
    const standard = exampleAnswers(cloud).parameters;
    if (account === undefined || examples.has("pipeline")) return standard;
    const answered = await looked(account.pipeline(name));
    if (!answered.isLooked) {
      see(`parameters of ${name}: not looked at: ${answered.reason}`);
      return standard;
    }
    if (!answered.found.exists) {
      see(`pipeline ${name}: not found`);
      toDo.push({ what: `create the pipeline ${name}, or correct pipeline.${CLOUDS[cloud].pipelineKey}` });
      return standard;
    }
    const chosen = await chooseParameters(
      name,
      answered.found.parameters,
      prompt,
      (some) => partialProblems(cloud, { parameters: some })[0],
    );
    see(chosen.seen);
    toDo.push(...chosen.toDo.map((what) => ({ what })));
    return chosen.parameters;
  }

  /** A name that only this account is likely to have. */
  function ownBucket(): string | undefined {
    if (account === undefined) return undefined;
    return `${known.model}-${account.owner}-data`.slice(0, 63).replace(/[^a-z0-9]+$/, "");
  }

  async function createsBucket(name: string): Promise<boolean> {
    const answered = account && (await looked(account.bucket(name)));
    if (answered?.isLooked === true) {
      const { found } = answered;
      if (!found.exists) {
        see(`bucket ${name}: does not exist; Retrigger creates it`);
        return true;
      }
      see(`bucket ${name}: ${found.lacks?.what ?? "exists, and announces its new objects"}`);
      if (found.lacks !== undefined) toDo.push(found.lacks);
      return false;
    }
    if (answered !== undefined) see(`bucket ${name}: not looked at: ${answered.reason}`);
    if (flags.createBucket === true || examples.has("bucket")) return true;
    const problem = (answered: string) => (/^(?:yes|no)$/.test(answered) ? undefined : `got ${answered}; expected yes or no`);
    const question = {
      text: `Should Retrigger create the bucket ${plainLine(name)}?`,
      choices: ["yes", "no"],
      standard: "no",
      problem,
    };
    const isCreated = (await prompt?.ask(question)) === "yes";
    if (!isCreated && isAws)
      toDo.push({ what: `make sure that the bucket ${name} exists, and sends its notifications to EventBridge` });
    if (!isCreated && !isAws) toDo.push({ what: `make sure that the bucket ${name} exists, and has uniform access` });
    return isCreated;
  }

  function ownFolder(dataBucket: string): string | undefined {
    const folders = ["training", "runs"].map((folder) => `gs://${dataBucket}/${folder}/${known.model}`);
    return folders.find((output) => partialProblems(cloud, { ...known, output }).length === 0);
  }

  async function monitoring(): Promise<Answers["monitoring"]> {
    if (account === undefined) {
      if (flags.endpoint !== undefined)
        toDo.push({ what: `the endpoint ${flags.endpoint} was not looked at; add models.${known.model}.monitoring yourself` });
      return undefined;
    }
    let { endpoint } = flags;
    if (endpoint === undefined && prompt !== undefined) {
      const choices = await list("endpoints", account.endpoints());
      if (choices.length === 0) return undefined;
      endpoint = await prompt.ask({
        text: "Endpoint whose requests to watch for drift",
        choices,
        standard: NONE,
        problem: () => undefined,
      });
    }
    if (endpoint === undefined || endpoint === NONE) return undefined;
    const answered = await looked(account.endpoint(endpoint));
    if (!answered.isLooked) {
      see(`endpoint ${endpoint}: not looked at: ${answered.reason}`);
      return undefined;
    }
    if ("lacks" in answered.found) {
      toDo.push({ what: answered.found.lacks });
      return undefined;
    }
    const [problem] = partialProblems(cloud, { ...known, monitoring: answered.found.monitoring });
    if (problem === undefined) return answered.found.monitoring;
    toDo.push({ what: `the endpoint ${endpoint} cannot be watched as it is: ${problem}` });
    return undefined;
  }

  function optional(key: "email") {
    const problem = (value: string) => (value === NONE ? undefined : partialProblems(cloud, { ...known, [key]: value })[0]);
    return { standard: NONE, problem };
  }
}

/** Answers that are a text, and needed. */
type TextKey = "environment" | "project" | "region" | "pipeline" | "model" | "bucket" | "prefix" | "output";

interface Offer {
  readonly standard?: string;
  readonly choices?: readonly string[];
}

function offer(standard: string | undefined): Offer {
  return standard === undefined ? {} : { standard };
}
