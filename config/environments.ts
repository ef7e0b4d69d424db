// The section `environments`: overrides of everything else in the file, by the name of the environment.
import type * as z from "zod";
import { isMapping, ownValue } from "../functions/core/json-path";
import { nearestWord } from "../functions/core/nearest-word";
import { plainLine } from "../functions/core/plain-text";
import { backendSchema, stateName } from "./backend";
import { mapping } from "./checks/unchecked-config";
import { type Problem, quotedValue } from "./errors";
import { Origins, overlaid, withoutRemoved } from "./overlay";
import type { Path } from "./paths";

type Fields = Readonly<Record<string, unknown>>;

/** Keys of the file that no environment overrides. */
const NOT_OVERRIDDEN: Readonly<Record<string, string>> = {
  environment: "expected no name within it; its key is the name; remove it",
  environments: "expected no environments within one; move them up, beside it",
};

/** A file as it reads for one environment. */
export interface ChosenEnvironment {
  /** Without `environments`. */
  readonly content: unknown;
  readonly origins: Origins;
  /** Of the choice, and of what an environment cannot hold. */
  readonly problems: readonly Problem[];
  /** Whether one was chosen; else `content` is what all of them share, in which keys may be missing. */
  readonly isChosen: boolean;
  /** Of its overrides; undefined where there are none. */
  readonly overrides?: Path;
}

/** The names of the environments of an unchecked file; the one that it is of, where it has no `environments`. */
export function environmentNames(content: unknown): string[] {
  const { environment, environments } = mapping(content);
  if (environments !== undefined) return Object.keys(mapping(environments));
  return typeof environment === "string" ? [environment] : [];
}

/**
 * An unchecked file as it reads for one of its environments.
 * @param asked undefined for the one that the file says, or its only one
 */
export function chosenEnvironment(content: unknown, asked: string | undefined): ChosenEnvironment {
  const origins = new Origins();
  const { environments, ...shared } = mapping(content);
  if (environments === undefined) {
    return { content, origins, problems: otherEnvironment(shared.environment, asked), isChosen: true };
  }
  const choice = choose(environments, shared.environment, asked);
  if (typeof choice !== "string") return { content: shared, origins, problems: [choice], isChosen: false };
  const overrides = mapping(environments)[choice];
  const path = ["environments", choice];
  const { environment: _name, environments: _nested, ...upper } = mapping(overrides);
  const merged = mapping(overlaid(shared, upper, { path: [], lowerPath: [], upperPath: path, origins }));
  const problems = [
    ...writtenNameProblems(shared.environment, environments),
    ...overrideProblems(overrides, path),
    ...sharedStateProblems(shared, mapping(environments), choice),
  ];
  origins.set(["environment"], shared.environment === choice ? ["environment"] : path);
  return {
    content: { ...merged, environment: choice },
    origins,
    problems,
    isChosen: true,
    overrides: path,
  };
}

/** The name of the environment that is meant, or why none is. */
function choose(environments: unknown, written: unknown, asked: string | undefined): string | Problem {
  const path = ["environments"];
  const names = Object.keys(mapping(environments));
  const [first] = names;
  if (!isMapping(environments) || first === undefined) {
    const example = "such as {dev: {}, prod: {aws: {region: eu-west-1}}}";
    return { path, message: `got ${quotedValue(environments)}; expected a mapping of names to what they override, ${example}` };
  }
  const wanted = asked ?? written ?? (names.length === 1 ? first : undefined);
  if (typeof wanted === "string" && names.includes(wanted)) return wanted;
  if (wanted === undefined) {
    const message = `got ${listOf(names)}, and no choice among them; expected one; name it with --environment or RETRIGGER_ENVIRONMENT, or write environment: ${plainLine(first, MAX_NAME)} for the one that is meant without them`;
    return { path, message };
  }
  return asked === undefined
    ? { path: ["environment"], message: `got ${quotedValue(wanted)}; ${oneOf(names, wanted)}` }
    : { path, message: `--environment or RETRIGGER_ENVIRONMENT asks for ${quotedValue(asked)}; ${oneOf(names, wanted)}` };
}

/** Of the name that the file says, which is taken where no other is asked for. */
function writtenNameProblems(written: unknown, environments: unknown): Problem[] {
  const names = Object.keys(mapping(environments));
  if (written === undefined || (typeof written === "string" && names.includes(written))) return [];
  return [{ path: ["environment"], message: `got ${quotedValue(written)}; ${oneOf(names, written)}` }];
}

function oneOf(names: readonly string[], wanted: unknown): string {
  const near = typeof wanted === "string" ? nearestWord(wanted, names) : undefined;
  const hint = near === undefined ? "" : `did you mean ${plainLine(near, MAX_NAME)}? `;
  return `${hint}expected one of the environments of this file: ${listOf(names)}`;
}

function listOf(names: readonly string[]): string {
  return names.map((name) => plainLine(name, MAX_NAME)).join(", ");
}

/** Of the name of an environment, in characters. */
const MAX_NAME = 40;

function overrideProblems(overrides: unknown, path: Path): Problem[] {
  if (overrides !== null && !isMapping(overrides)) {
    const message = `got ${quotedValue(overrides)}; expected a mapping of what it overrides, such as {aws: {region: eu-west-1}}, or {} for nothing`;
    return [{ path, message }];
  }
  return Object.entries(NOT_OVERRIDDEN).flatMap(([key, expectation]) => {
    const value = ownValue(mapping(overrides), key);
    return value === undefined ? [] : [{ path: [...path, key], message: `got ${quotedValue(value)}; ${expectation}` }];
  });
}

/** Of two environments with one state the second apply would replace what the first one made. */
function sharedStateProblems(shared: Fields, environments: Fields, choice: string): Problem[] {
  const stateOf = (name: string) => {
    const layers = { path: ["backend"], lowerPath: [], upperPath: [], origins: new Origins() };
    const own = mapping(environments[name]).backend;
    const merged = own === undefined ? shared.backend : overlaid(shared.backend, own, layers);
    const { data } = backendSchema.safeParse(withoutRemoved(merged));
    return data === undefined
      ? undefined
      : JSON.stringify({ ...placeOfStates(data), name: stateName(data, { environment: name }, "") });
  };
  const state = stateOf(choice);
  const other = Object.keys(environments).find((name) => name !== choice && state !== undefined && stateOf(name) === state);
  if (other === undefined) return [];
  const isOwn = mapping(environments[choice]).backend !== undefined;
  const [one, two] = Object.keys(environments).filter((name) => name === choice || name === other);
  const message = `gives ${one} and ${two} the same state, so that an apply of one would replace the other; expected a state for each; remove sharedWorkspace, or give one of them another workspace or prefix`;
  return [{ path: isOwn ? ["environments", choice, "backend"] : ["backend"], message }];
}

/** Where Terraform goes when a backend names no host: https://developer.hashicorp.com/terraform/cli/cloud/settings */
const HCP_HOST = "app.terraform.io";

function placeOfStates(backend: z.output<typeof backendSchema>): object {
  const { type } = backend;
  if (backend.type === "cloud") return { type, organization: backend.organization, hostname: backend.hostname ?? HCP_HOST };
  return backend.type === "local" ? { type } : { type, bucket: backend.bucket };
}

function otherEnvironment(written: unknown, asked: string | undefined): Problem[] {
  if (asked === undefined || written === undefined || written === asked) return [];
  const message = `got ${quotedValue(written)}, but --environment or RETRIGGER_ENVIRONMENT asks for ${quotedValue(asked)}; expected the file of that environment; name it with --config`;
  return [{ path: ["environment"], message }];
}
