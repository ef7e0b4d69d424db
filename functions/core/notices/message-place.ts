import { ENVIRONMENT } from "../environment";
import { plainLine } from "../plain-text";
import { NAME_PREFIX, stateDatabaseName } from "../state-layout";
import type { MessagePlace } from "./message";

/** Where the runbooks are, unless the configuration says otherwise. */
export const RUNBOOKS = "docs/runbooks";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The place of a deployed function, by its environment variables: on AWS its region is that of the SDK, on Google Cloud its project
 * is that of the state store. What is not set is left out of the commands, and the person's own settings count.
 */
export function messagePlace(variables: Variables): MessagePlace {
  const environment = variables[ENVIRONMENT.environment] || "unnamed";
  const { [ENVIRONMENT.namePrefix]: namePrefix, [ENVIRONMENT.console]: console, [ENVIRONMENT.state]: state = "" } = variables;
  const [, project, database] = /^projects\/([^/]+)\/databases\/([^/]+)$/.exec(state) ?? [];
  const common = {
    environment,
    ...(namePrefix && { namePrefix }),
    runbooks: variables[ENVIRONMENT.runbooks] || RUNBOOKS,
    ...(console && { console }),
  };
  if (project !== undefined) {
    const isUsual = database === stateDatabaseName(environment);
    return { ...common, stack: "gcp", project, ...(!isUsual && { state }) };
  }
  const region = variables.AWS_REGION;
  return { ...common, stack: "aws", ...(region && { region }) };
}

/** Longest argument of a command, characters: an id has at most 206. */
const MAX_ARGUMENT = 400;

/**
 * A command of Retrigger as a person may copy it into a shell of Unix: with the options that name the deployment, and quoted where
 * an argument needs it.
 * @param words the command and its arguments, such as `["approve", "data/flights/12"]`; one that begins with `--` is an option
 */
export function commandLine(words: readonly string[], place: MessagePlace): string {
  return ["npx", "retrigger", ...words, ...placeOptions(place)].map(shellWord).join(" ");
}

/** The options that name a deployment; of the local run there are none. */
function placeOptions(place: MessagePlace): string[] {
  const { stack, environment, region, project, state, namePrefix = NAME_PREFIX } = place;
  if (stack === "local") return [];
  const isPrefixed = namePrefix !== NAME_PREFIX;
  const names = `${namePrefix}-${environment}`;
  const common = ["--stack", stack, "--environment", environment];
  if (stack === "aws") {
    return [
      ...common,
      ...(region === undefined ? [] : ["--region", region]),
      ...(isPrefixed ? ["--state", `${names}-state`, "--queue", `${names}-requests.fifo`] : []),
    ];
  }
  return [
    ...common,
    ...(project === undefined ? [] : ["--project", project]),
    ...(state === undefined ? [] : ["--state", state]),
    ...(isPrefixed && project !== undefined ? ["--queue", `projects/${project}/topics/${names}-requests`] : []),
  ];
}

/** A word that no shell of Unix takes for anything but itself. */
function shellWord(word: string): string {
  const plain = plainLine(word, MAX_ARGUMENT);
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", `'\\''`)}'`;
}

/** A page that a message names: with an address a link, else the path of a file. */
export interface Page {
  readonly title: string;
  readonly address: string;
  readonly isLink: boolean;
}

/** The runbook of that name, without `.md`. */
export function runbookPage(name: string, { runbooks }: Pick<MessagePlace, "runbooks">): Page {
  const address = `${runbooks.replace(/\/+$/, "")}/${name}.md`;
  return { title: "Runbook", address, isLink: isWebAddress(address) };
}

/** True for an address that a chat may link to: https or http, without what could end a link in any markup. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^\s<>|"'`()[\]{}\\]+$/.test(text);
}
