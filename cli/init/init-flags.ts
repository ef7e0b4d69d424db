import type { Cloud } from "../../config/model-cloud";
import { UsageError } from "../command-error";
import { typedText } from "../printout";
import { partialProblems } from "./answer-problems";
import type { Answers } from "./answers";

/** What the command line says in place of answers. */
export interface InitFlags {
  readonly config: string;
  readonly cloud?: Cloud;
  readonly region?: string;
  readonly project?: string;
  readonly environment?: string;
  readonly model?: string;
  readonly pipeline?: string;
  readonly template?: string;
  readonly output?: string;
  /** Each `Name=value`. */
  readonly parameter?: readonly string[];
  readonly bucket?: string;
  readonly createBucket?: boolean;
  readonly prefix?: string;
  readonly endpoint?: string;
  readonly email?: string;
  /** Asks nothing. */
  readonly yes?: boolean;
  /** Overwrites files. */
  readonly force?: boolean;
  /** Looks at no account. */
  readonly offline?: boolean;
  readonly json?: boolean;
}

/** Flags that only one cloud has. */
const ONE_CLOUD_FLAGS = { pipeline: "aws", template: "gcp", output: "gcp", project: "gcp" } as const;

/**
 * The cloud that the flags name, by `--cloud` or by one that only one cloud has; undefined when they name none.
 * @throws UsageError when they name both
 */
export function cloudOfFlags(flags: InitFlags): Cloud | undefined {
  const hints = Object.entries(ONE_CLOUD_FLAGS).filter(([name]) => flags[name as keyof typeof ONE_CLOUD_FLAGS] !== undefined);
  const cloud = flags.cloud ?? hints[0]?.[1];
  const wrong = hints.filter(([, of]) => of !== cloud).map(([name, of]) => `--${name} is for --cloud ${of}`);
  if (wrong.length === 0) return cloud;
  const got = flags.cloud === undefined ? `--${hints[0]?.[0]}` : `--cloud ${cloud}`;
  throw new UsageError(`got ${got} together with flags of the other cloud: ${wrong.join(", ")}; use those of one cloud`);
}

/**
 * The answers that the flags give, each right by itself.
 * @throws UsageError that names every wrong one
 */
export function flaggedAnswers(flags: InitFlags, cloud: Cloud): Partial<Answers> {
  const { region, project, environment, model, output, bucket, prefix, email } = flags;
  const pipeline = flags.pipeline ?? flags.template;
  const texts = { region, project, environment, model, pipeline, output, bucket, prefix, email };
  const parameters = flags.parameter === undefined ? undefined : parametersOf(flags.parameter);
  const given: Partial<Answers> = {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
    ...(parameters !== undefined && { parameters }),
  };
  const mistakes = Object.entries(given).flatMap(([name, value]) =>
    // A text is wrong in one way, however many keys of the configuration it stands in.
    partialProblems(cloud, { [name]: value })
      .slice(0, typeof value === "string" ? 1 : undefined)
      .map((problem) => `--${flagOf(name, flags)}: ${problem}`),
  );
  if (mistakes.length === 0) mistakes.push(...partialProblems(cloud, given));
  if (mistakes.length > 0) throw new UsageError(mistakes.join("\n"));
  return given;
}

function flagOf(answer: string, { template }: InitFlags): string {
  if (answer === "parameters") return "parameter";
  return answer === "pipeline" && template !== undefined ? "template" : answer;
}

function parametersOf(pairs: readonly string[]): Record<string, string> {
  const parsed = pairs.map((pair) => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (name !== undefined && value !== undefined && name !== "__proto__") return [name, value] as const;
    throw new UsageError(`--parameter: got ${typedText(pair)}; expected <name>=<value>, such as ManifestUri={manifestUri}`);
  });
  return Object.fromEntries(parsed);
}
