import { isMapping } from "../../json-path";
import type { Importer } from "./importer";
import { importFile } from "./reading/import-file";
import { jsonDocuments, jsonHead } from "./reading/json-documents";
import { LandedObjects } from "./reading/landed-object";
import { momentReader } from "./reading/moment";
import { type Listing, pageElements } from "./reading/pages";

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html and API_ListObjectVersions; `NextToken` is the command
 * line's own, which puts pages together until `--max-items`.
 */
const LISTING: Listing = {
  lists: ["Contents", "Versions", "DeleteMarkers"],
  tokens: ["NextToken", "NextContinuationToken", "NextKeyMarker"],
  pageSize: 1000,
  remedy: "list again without --max-items and --no-paginate, or add the pages that follow",
};

/** Landings of objects, by `aws s3api list-objects-v2` and `list-object-versions`; several listings may follow each other. */
export const s3ListObjects: Importer = {
  name: "s3-list-objects",
  title: "Amazon S3: aws s3api list-objects-v2 --bucket <bucket> --prefix <prefix> (or list-object-versions), as JSON",
  detects: (text) => /"(?:Contents|Versions|DeleteMarkers)"\s*:\s*\[/.test(jsonHead(text)),
  read: (text, options) =>
    importFile(options, "objects", (findings) => {
      const landed = new LandedObjects(findings, options.model, momentReader(options, "seconds"));
      let hasVersions = false;
      for (const { list, value, place } of pageElements(jsonDocuments(text, findings), LISTING, findings, ({ value }) =>
        isEmpty(value),
      )) {
        if (list !== "Contents") hasVersions = true;
        if (list === "DeleteMarkers") continue;
        const version = list === "Versions" && typeof value.VersionId === "string" ? value.VersionId : undefined;
        landed.take({ key: value.Key, time: value.LastModified, size: value.Size, version }, place);
      }
      landed.tellLimits(hasVersions);
    }),
};

/** Of a prefix without objects, the command line writes no list. */
function isEmpty(page: unknown): boolean {
  return isMapping(page) && (Object.hasOwn(page, "RequestCharged") || page.KeyCount === 0);
}
