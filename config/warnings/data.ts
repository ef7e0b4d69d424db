// Prefixes and suffixes that select other objects than they look like, or the same objects twice.
import type { DeploymentConfig, ModelConfig } from "../config";
import { quotedValue, type Warning } from "../errors";
import { cloudOf } from "../model-cloud";

/** Of the section `data` of every model. */
export function dataWarnings({ models }: DeploymentConfig): Warning[] {
  const watching = Object.entries(models).flatMap(([name, { data, pipeline }]) =>
    data === undefined ? [] : [{ name, cloud: cloudOf(pipeline), data }],
  );
  return watching.flatMap((model, index) => [
    ...spellingWarnings(model),
    ...nestedWarnings(model),
    ...sameDataWarnings(model, watching.slice(0, index)),
  ]);
}

interface Watching {
  readonly name: string;
  readonly cloud: ReturnType<typeof cloudOf>;
  readonly data: NonNullable<ModelConfig["data"]>;
}

function spellingWarnings({ name, data }: Watching): Warning[] {
  return (["prefixes", "suffixes"] as const).flatMap((key) =>
    data[key].flatMap((part, index) => {
      const message = spellingMistake(key, part, data.bucket);
      return message === undefined
        ? []
        : [{ path: ["models", name, "data", key, index], message: `got ${quotedValue(part)}${message}` }];
    }),
  );
}

function spellingMistake(key: "prefixes" | "suffixes", part: string, bucket: string): string | undefined {
  const isPrefix = key === "prefixes";
  if (isPrefix && /^(?:s3|gs):\/\//.test(part)) {
    return `, which no key of ${bucket} starts with; expected what follows the bucket's name, such as incoming/; remove the address`;
  }
  if (/[*?]/.test(part)) {
    const example = isPrefix ? "incoming/" : ".parquet";
    return `, in which * and ? are literal characters; expected ${isPrefix ? "the start of keys" : "the end of keys"}, such as ${example}; remove the pattern`;
  }
  if (isPrefix && part.startsWith("/")) {
    return `, but keys usually do not start with /; did you mean ${quotedValue(part.replace(/^\/+/, ""))}? leave it if yours do`;
  }
  return undefined;
}

/** Each object counts once, so that the longer prefix adds nothing. */
function nestedWarnings({ name, data: { prefixes, suffixes } }: Watching): Warning[] {
  const within = (key: "prefixes" | "suffixes", parts: readonly string[], contains: (outer: string, inner: string) => boolean) =>
    parts.flatMap((part, index) => {
      const outer = parts.find((other, at) => at !== index && contains(other, part) && (other !== part || at < index));
      if (outer === undefined) return [];
      const message = `got ${quotedValue(part)}, but ${quotedValue(outer)} already selects its objects; expected ${key} that do not overlap; remove one of the two`;
      return [{ path: ["models", name, "data", key, index], message }];
    });
  return [
    ...within("prefixes", prefixes, (outer, inner) => inner.startsWith(outer)),
    ...within("suffixes", suffixes, (outer, inner) => inner.endsWith(outer)),
  ];
}

/** Of each earlier model that watches some of the same objects, the first. */
function sameDataWarnings({ name, cloud, data }: Watching, earlier: readonly Watching[]): Warning[] {
  const other = earlier.find(
    (one) =>
      one.cloud === cloud &&
      one.data.bucket === data.bucket &&
      shareAny(one.data.prefixes, data.prefixes, (a, b) => a.startsWith(b)) &&
      shareAny(orAll(one.data.suffixes), orAll(data.suffixes), (a, b) => a.endsWith(b)),
  );
  if (other === undefined) return [];
  const message = `watches objects of ${data.bucket} that model ${other.name} watches too, so each of them counts towards trainings of both; leave it if two models learn from the same data, or correct prefixes`;
  return [{ path: ["models", name, "data"], message }];
}

function orAll(suffixes: readonly string[]): readonly string[] {
  return suffixes.length === 0 ? [""] : suffixes;
}

function shareAny(some: readonly string[], others: readonly string[], holds: (a: string, b: string) => boolean): boolean {
  return some.some((a) => others.some((b) => holds(a, b) || holds(b, a)));
}
