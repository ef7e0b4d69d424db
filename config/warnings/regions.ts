// Regions that have the form of one, and that nobody knows.
import { nearestWord } from "../../functions/core/nearest-word";
import type { DeploymentConfig } from "../config";
import { didYouMean, quotedValue, type Warning } from "../errors";
import { CLOUDS, type Cloud } from "../model-cloud";
import { AWS_REGIONS, GCP_REGIONS, REGIONS_AS_OF } from "../regions";

const REGIONS: Readonly<Record<Cloud, readonly string[]>> = { aws: AWS_REGIONS, gcp: GCP_REGIONS };

/** The regions of a configuration that are not among those known. */
export function regionWarnings({ backend, aws, gcp }: DeploymentConfig): Warning[] {
  return [
    ...(backend.type === "s3" ? unknownRegion("aws", ["backend", "region"], backend.region) : []),
    ...unknownRegion("aws", ["aws", "region"], aws?.region),
    ...unknownRegion("gcp", ["gcp", "region"], gcp?.region),
    ...unknownRegion("gcp", ["gcp", "schedulerRegion"], gcp?.schedulerRegion),
  ];
}

function unknownRegion(cloud: Cloud, path: Warning["path"], region: string | undefined): Warning[] {
  const known = REGIONS[cloud];
  if (region === undefined || known.includes(region)) return [];
  const nearest = nearestWord(region, known);
  const message = `got ${quotedValue(region)}, which was not a region of ${CLOUDS[cloud].name} in ${REGIONS_AS_OF}; ${nearest === undefined ? "" : didYouMean(nearest)}leave it if the region is newer`;
  return [{ path, message }];
}
