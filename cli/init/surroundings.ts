import type { Surroundings } from "./gather";

/** The clouds as the person's own settings reach them; each client is loaded for those who use it. */
export function surroundings(env: NodeJS.ProcessEnv): Surroundings {
  return {
    async regionOf(cloud) {
      if (cloud === "aws") return (await import("./aws-account.js")).awsRegion();
      return env.GOOGLE_CLOUD_REGION || env.CLOUDSDK_COMPUTE_REGION || undefined;
    },
    projectOf: async () => (await import("./gcp-account.js")).gcpProject(env),
    async open(cloud, place) {
      if (cloud === "aws") return (await import("./aws-account.js")).openAwsAccount(place.region);
      return (await import("./gcp-account.js")).openGcpAccount(place);
    },
  };
}
