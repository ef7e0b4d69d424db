/** The bucket that the flights land in, its account or project, and their region; none of them exists. */
export const LANDING = {
  bucket: "flights-landing",
  account: "123456789012",
  region: "us-east-1",
  project: "flights-project",
  location: "us-east1",
} as const;
