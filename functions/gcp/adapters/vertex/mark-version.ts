import { RetryableError } from "../../../core/errors";
import { plainLine } from "../../../core/plain-text";
import { markStep } from "../../../core/promotion/mark-step";
import type { RegistryMark } from "../../../core/promotion/ports";
import { fnv1a } from "../../../core/request-ids";
import { GoogleApiError, type GoogleRest } from "../google-rest";
import { approvalOf, CHAMPION, LABELS, type ModelVersion, oursOf, parseVersionName, readVersion } from "./model-version";

const MAX_REASON_LABEL = 63;
const MAX_REASON = 1024;
/** Begins the line of a version's description that is ours. */
const OUR_LINE = "Retrigger: ";

const JSON_CONTENT = { "content-type": "application/json" };

/**
 * Writes a verdict to a version: its labels and the line of its description that is ours, and last, to approve it, the alias
 * `champion`, so that whoever follows the alias finds the verdict. The labels are written by the version's etag: a change that came
 * between is looked at once more. The alias has no etag, so of two who move it the last one wins; it is not taken from an approved
 * version that was registered later, as a mark may come late. Vertex AI tells a version's labels together with those of its model,
 * which the version gets as its own by this.
 * @throws RetryableError when Vertex AI cannot now, or others keep changing the version; GoogleApiError when it will not
 */
export async function markVersion(
  rest: GoogleRest,
  addressOf: (location: string) => string,
  mark: RegistryMark,
): Promise<"marked" | "overruled"> {
  const { version, verdict, candidateId } = mark;
  const { location, model } = parseVersionName(version);
  const models = `${addressOf(location)}/v1`;
  const what = `marking ${version} as ${verdict}`;

  async function write(found: ModelVersion): Promise<"marked" | "gone" | "stale"> {
    // First, so that a mark that broke off between is not taken for somebody's who gave it the alias.
    const isCrowned = verdict !== "approved" && found.versionAliases.includes(CHAMPION);
    if (isCrowned) await alias(`-${CHAMPION}`);
    const etag = isCrowned ? (await readVersion(rest, models, version))?.etag : found.etag;
    const body = JSON.stringify({ name: version, ...(etag !== undefined && { etag }), ...changesOf(mark, found) });
    const url = `${models}/${version}?${new URLSearchParams({ updateMask: "labels,versionDescription" })}`;
    const request = { what, method: "PATCH", url, headers: JSON_CONTENT, body, answers: [404, 409, 412] } as const;
    const status = await rest(request).then(({ status }) => status, staleStatus);
    if (status === 404) return "gone";
    return status === 409 || status === 412 ? "stale" : "marked";
  }

  async function alias(change: string): Promise<"marked" | "gone"> {
    const request = { what, method: "POST", url: `${models}/${version}:mergeVersionAliases`, headers: JSON_CONTENT } as const;
    const { status } = await rest({ ...request, body: JSON.stringify({ versionAliases: [change] }), answers: [404] });
    return status === 404 ? "gone" : "marked";
  }

  async function crown({ versionId }: ModelVersion): Promise<"marked" | "gone"> {
    const champion = await readVersion(rest, models, `${model}@${CHAMPION}`);
    const isLater = champion !== undefined && BigInt(champion.versionId) > BigInt(versionId);
    if (champion?.versionId === versionId || (isLater && approvalOf(champion) === "approved")) return "marked";
    return await alias(CHAMPION);
  }

  for (let look = 0; look < 2; look++) {
    const found = await readVersion(rest, models, version);
    if (found === undefined) return "overruled";
    const step = markStep(verdict, { approval: approvalOf(found), ours: oursOf(found, candidateId) });
    if (step === "overruled") return step;
    const written = step === "write" ? await write(found) : step;
    if (written === "stale") continue;
    const done = written === "marked" && verdict === "approved" ? await crown(found) : written;
    return done === "gone" ? "overruled" : done;
  }
  throw new RetryableError(`${what} was overtaken by other changes of it; it can be tried again later`);
}

/** Which status tells that an etag is stale is not documented; of those that may, 400 has other meanings too. */
function staleStatus(error: unknown): number {
  if (error instanceof GoogleApiError && error.status === 400 && /etag/i.test(error.message)) return 409;
  throw error;
}

function changesOf({ candidateId, verdict, why }: RegistryMark, { labels, versionDescription }: ModelVersion) {
  const theirs = versionDescription.split("\n").filter((line) => !line.startsWith(OUR_LINE));
  const ours = {
    [LABELS.verdict]: verdict,
    [LABELS.marked]: verdict,
    [LABELS.candidate]: fnv1a(candidateId),
    [LABELS.reason]: slugOf(why),
  };
  const lines = [theirs.join("\n").trimEnd(), OUR_LINE + plainLine(why, MAX_REASON)];
  return { labels: { ...labels, ...ours }, versionDescription: lines.filter((line) => line !== "").join("\n") };
}

function slugOf(why: string): string {
  const words = why
    .toLowerCase()
    .slice(0, 4 * MAX_REASON_LABEL)
    .replace(/[^a-z0-9_]+/g, "-");
  return words.replace(/^-/, "").slice(0, MAX_REASON_LABEL).replace(/-$/, "");
}
