import { isMapping } from "../../json-path";
import type { Importer } from "./importer";
import type { Findings } from "./reading/findings";
import { importFile } from "./reading/import-file";
import { type JsonDocument, jsonDocuments, jsonHead } from "./reading/json-documents";
import { LandedObjects } from "./reading/landed-object";
import { momentReader } from "./reading/moment";
import { type Listing, listElements, type PageElement, pageElements } from "./reading/pages";

/** https://cloud.google.com/storage/docs/json_api/v1/objects/list */
const API: Listing = {
  lists: ["items"],
  tokens: ["nextPageToken"],
  pageSize: 1000,
  remedy: "add the pages that follow, or list by gcloud storage objects list, which follows them by itself",
};

/** What is listed beside objects: by `gcloud storage ls` without `--recursive`, the folders of one level. */
const NO_OBJECTS = new Set(["prefix", "cloud_bucket", "bucket_url"]);

/** Landings of objects, by `gcloud storage objects list`, `gcloud storage ls --json`, or pages of the JSON API. */
export const gcloudStorageList: Importer = {
  name: "gcloud-storage-list",
  title:
    'Google Cloud Storage: gcloud storage objects list "gs://<bucket>/<prefix>**" --format=json (or gcloud storage ls -l --json)',
  detects: (text) => /"(?:url|storage_url)"\s*:\s*"gs:|"storage#objects?"/.test(jsonHead(text)),
  read: (text, options) =>
    importFile(options, "objects", (findings) => {
      const landed = new LandedObjects(findings, options.model, momentReader(options, "milliseconds"));
      let [prefixes, hasVersions] = [0, false];
      for (const { value: entry, place } of entries(jsonDocuments(text, findings), findings)) {
        if (typeof entry.type === "string" && NO_OBJECTS.has(entry.type)) {
          prefixes++;
          continue;
        }
        const object = isMapping(entry.metadata) && entry.url !== undefined ? entry.metadata : entry;
        hasVersions ||= (object.noncurrent_time ?? object.timeDeleted ?? null) !== null;
        const version = `${wordOf(object.bucket)} ${wordOf(object.generation)}`;
        const time = object.creation_time ?? object.timeCreated;
        landed.take(
          { key: object.name, time, size: object.size, version: object.generation === undefined ? undefined : version },
          place,
        );
      }
      if (prefixes > 0) {
        findings.tell(
          `objects in folders are not listed, of which there are ${prefixes}: list again by gcloud storage objects list "gs://<bucket>/<prefix>**"`,
        );
      }
      landed.tellLimits(hasVersions);
    }),
};

function* entries(documents: readonly JsonDocument[], findings: Findings): Generator<PageElement> {
  const pages: JsonDocument[] = [];
  for (const document of documents) {
    const { value, place } = document;
    if (Array.isArray(value) && !value.some((page) => isMapping(page) && Array.isArray(page.items))) {
      yield* listElements(value, "entry ", place, findings);
    } else pages.push(document);
  }
  yield* pageElements(pages, API, findings);
}

/** Of what a listing writes as a word; an object may not even have a text. */
function wordOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
