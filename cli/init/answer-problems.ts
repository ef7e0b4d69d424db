import { parse } from "yaml";
import { crossFieldProblems } from "../../config/checks/checks";
import { configSchema } from "../../config/config";
import { expectationOf, quotedValue, schemaProblems } from "../../config/errors";
import type { Cloud } from "../../config/model-cloud";
import { type Answers, exampleAnswers } from "./answers";
import { configText } from "./config-text";

/** Of a key in quotes, in characters; YAML takes 1,024. https://yaml.org/spec/1.2.2/#742-flow-mappings */
const MAX_KEY = 1_000;

/** What is wrong with answers, each as `got …; expected …`, in the order of the configuration's checks; empty when nothing is. */
export function answerProblems(answers: Answers): string[] {
  if (answers.prefix.startsWith("/")) {
    return [`got ${JSON.stringify(answers.prefix)}; expected a prefix that does not start with /, because object keys do not`];
  }
  if (Object.hasOwn(answers.parameters, "__proto__")) return ["got the parameter __proto__; expected another name"];
  const { model, bucket, output, parameters } = answers;
  const long = [model, bucket, output, ...Object.keys(parameters)].filter((name) => JSON.stringify(name).length > MAX_KEY);
  if (long.length > 0) return long.map((name) => `got the name ${quotedValue(name)}; expected a shorter one`);
  const content: unknown = parse(configText(answers), { stringKeys: true, maxAliasCount: 0 });
  const { error } = configSchema.safeParse(content, { error: expectationOf, reportInput: true });
  const problems = [...(error === undefined ? [] : schemaProblems(error.issues, {})), ...crossFieldProblems(content, ".")];
  return [...new Set(problems.map(({ message }) => message))];
}

/** What is wrong with some of the answers, where every other one is an example. */
export function partialProblems(cloud: Cloud, some: Partial<Answers>): string[] {
  return answerProblems({ ...exampleAnswers(cloud, some.bucket), ...some });
}
