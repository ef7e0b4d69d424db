import type { Cause, TrainingRequest } from "../training-request";

/** What a parameter value of the configuration may refer to, written `{name}`. */
export const PLACEHOLDERS = {
  model: (request: TrainingRequest) => request.model,
  requestId: (request: TrainingRequest) => request.id,
  cause: (request: TrainingRequest) => request.causes.map((cause) => cause.type).join("+"),
  reason: (request: TrainingRequest) => request.causes.map(reasonOf).join("+"),
  manifestUri: (request: TrainingRequest) => request.manifests.map((manifest) => manifest.uri).join(","),
  objects: (request: TrainingRequest) => String(request.manifests.reduce((sum, manifest) => sum + manifest.objects, 0)),
  bytes: (request: TrainingRequest) => String(request.manifests.reduce((sum, manifest) => sum + manifest.bytes, 0)),
} as const;

function reasonOf(cause: Cause): string {
  switch (cause.type) {
    case "data":
      return cause.reason;
    case "schedule":
      return cause.name;
    case "drift":
      return cause.severity;
    case "manual":
      return cause.why;
    case "event":
      return cause.rule;
    case "quality":
      return cause.type;
  }
}

const PLACEHOLDER = /\{([A-Za-z]+)\}/g;

/** What is likely meant as a placeholder, also in the spelling of other tools: `{{name}}`, `${name}`, `{ name }`. No JSON is. */
const MEANT_PLACEHOLDER = /\$?\{(?:\{\s*([A-Za-z][\w-]*)\s*\}|\s*([A-Za-z][\w-]*)\s*)\}/g;

/**
 * The names of what looks like a placeholder in a text, and is none.
 * @param known names that are filled in, written `{name}`
 */
export function unknownPlaceholders(text: string, known: object = PLACEHOLDERS): string[] {
  return [...text.matchAll(MEANT_PLACEHOLDER)].flatMap(([written, inner, name = inner ?? ""]) =>
    written === `{${name}}` && Object.hasOwn(known, name) ? [] : [name],
  );
}

/**
 * The configured parameters with every placeholder replaced by what the request says. Unknown placeholders stay as they are. A
 * parameter that would be empty, as the manifest of a request that brings no data, is left out: the pipeline's own default holds.
 */
export function renderParameters(parameters: Readonly<Record<string, string>>, request: TrainingRequest): Record<string, string> {
  const fill = (text: string) =>
    text.replace(PLACEHOLDER, (whole, name: string) =>
      Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name as keyof typeof PLACEHOLDERS](request) : whole,
    );
  const filled = Object.entries(parameters).map(([name, value]) => [name, fill(value)]);
  return Object.fromEntries(filled.filter(([, value]) => value !== ""));
}
