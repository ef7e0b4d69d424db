import * as z from "zod/mini";
import { type ModelRegistry, type RegisteredVersion, RegistryMissingError } from "../../../core/promotion/ports";
import { type GoogleRest, jsonAnswer } from "../google-rest";
import { evaluationOf } from "./candidate-evaluation";
import { markVersion } from "./mark-version";
import {
  approvalOf,
  type ModelName,
  type ModelVersion,
  parseModelName,
  parseVersionName,
  readVersion,
  versionSchema,
} from "./model-version";
import { vertexAddress } from "./monitoring-jobs";

const PAGE_SIZE = 100;
const MAX_PAGES = 100;
/** What `ModelRegistry.list` promises. */
const MAX_LISTED = 100;

const versionsSchema = z.object({ models: z._default(z.array(versionSchema), []), nextPageToken: z.optional(z.string()) });

/**
 * `ModelRegistry` of the models of Vertex AI, over REST. What approves and rejects a version there says `approvalOf`, and what
 * `mark` does and does not guarantee `markVersion`. A look reads all versions of a model, as the protocol documents no filter by
 * time, and no order but by a time that may be the model's. `addressOf` is another address of a region than Vertex AI's own.
 *
 * A version whose run is under way, and has made no evaluation yet, is still registering.
 */
export function vertexModelRegistry(rest: GoogleRest, addressOf: (location: string) => string = vertexAddress): ModelRegistry {
  async function versionsOf({ model, location }: ModelName): Promise<ModelVersion[]> {
    const what = `listing the versions of ${model}`;
    const versions: ModelVersion[] = [];
    let pageToken: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const query = new URLSearchParams({ pageSize: String(PAGE_SIZE), ...(pageToken !== undefined && { pageToken }) });
      const url = `${addressOf(location)}/v1/${model}:listVersions?${query}`;
      const { status, body } = await rest({ what, method: "GET", url, answers: [404] });
      if (status === 404) {
        const remedy = "upload the model to the registry, or correct promotion.registry in retrigger.yaml";
        throw new RegistryMissingError(`there is no model ${model}; ${remedy}`);
      }
      const { models, nextPageToken } = jsonAnswer(what, versionsSchema, body);
      versions.push(...models);
      if (!nextPageToken) return versions.sort(byAge);
      pageToken = nextPageToken;
    }
    throw new Error(`${model} has more than ${MAX_PAGES * PAGE_SIZE} versions; delete those that nobody needs`);
  }

  async function registered(name: ModelName, version: ModelVersion): Promise<RegisteredVersion> {
    const { versionId, versionCreateTime } = version;
    const { runId, evaluationUri, isUnderWay } = await evaluationOf(rest, addressOf, name, version);
    return {
      version: `${name.model}@${versionId}`,
      registry: name.id,
      number: versionId,
      registeredAt: versionCreateTime,
      approval: approvalOf(version),
      readiness: isUnderWay ? "registering" : "ready",
      ...(runId !== undefined && { runId }),
      ...(evaluationUri !== undefined && { evaluationUri }),
    };
  }

  return {
    async list(registry, since) {
      const name = parseModelName(registry);
      const recent = (await versionsOf(name)).filter(({ versionCreateTime }) => versionCreateTime >= since);
      const listed: RegisteredVersion[] = [];
      for (const version of recent.slice(0, MAX_LISTED)) listed.push(await registered(name, version));
      return listed;
    },

    async newestApproved(registry) {
      const name = parseModelName(registry);
      const newest = (await versionsOf(name)).findLast((version) => approvalOf(version) === "approved");
      return newest && (await registered(name, newest));
    },

    async describe(version) {
      const name = parseVersionName(version);
      const found = await readVersion(rest, `${addressOf(name.location)}/v1`, version);
      return found && (await registered(name, found));
    },

    mark: (mark) => markVersion(rest, addressOf, mark),
  };
}

function byAge(a: ModelVersion, b: ModelVersion): number {
  return a.versionCreateTime - b.versionCreateTime || Number(a.versionId) - Number(b.versionId);
}
