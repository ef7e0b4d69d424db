import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { BUNDLE_OPTIONS } from "../../modules/bundle/bundle-source";
import { AWS_ENDPOINTS } from "../../operations/aws-endpoints";

const ROOT = join(__dirname, "../..");
const DEPLOYED = "functions/aws/deployed";
const PAGE = readFileSync(join(ROOT, "docs/network.md"), "utf8");

/** What is deployed where a chat is told; until it is there, nothing reads the secrets of webhooks. */
const READS_SECRETS = existsSync(join(ROOT, DEPLOYED, "messenger.ts"));

describe("AWS_ENDPOINTS", () => {
  const bundled = new Map(readdirSync(join(ROOT, DEPLOYED)).map((file) => [file, clientsIn(join(DEPLOYED, file))]));

  it("should be those of exactly the clients in the functions' bundles", () => {
    const clients = new Set([...bundled.values()].flat());

    const listed = AWS_ENDPOINTS.filter(({ service }) => READS_SECRETS || !["secretsmanager", "ssm"].includes(service));
    expect([...clients].sort()).toEqual(listed.map(({ client }) => client).sort());
    expect(clients.size).toBeGreaterThan(5);
  });

  it("should be needed always, but for clients that rollouts and webhooks alone have", () => {
    const others = [...bundled].filter(([file]) => !file.startsWith("rollout") && !file.startsWith("messenger"));

    const needed = AWS_ENDPOINTS.filter(({ isNeeded }) => isNeeded({ hasRollouts: false, webhookSecrets: [] }));
    expect(needed.map(({ client }) => client).sort()).toEqual([...new Set(others.flatMap(([, clients]) => clients))].sort());
  });

  it.each([
    ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack-AbCdEf", "secretsmanager"],
    ["arn:aws:ssm:eu-central-1:111122223333:parameter/slack", "ssm"],
  ])("should lead to what holds the secret %s", (secret, service) => {
    const parts = { hasRollouts: false, webhookSecrets: [secret] };

    const more = AWS_ENDPOINTS.filter(({ isNeeded }) => isNeeded(parts) && !isNeeded({ ...parts, webhookSecrets: [] }));
    expect(more.map((endpoint) => endpoint.service)).toEqual([service]);
  });

  it("should be the table of docs/network.md", () => {
    const rows = [...PAGE.matchAll(/^\| `([a-z0-9.-]+)` \| (gateway|interface) \|/gm)].map(([, service, kind]) => [service, kind]);

    expect(rows).toEqual(AWS_ENDPOINTS.map(({ service, kind }) => [service, kind]));
  });
});

// Helpers

/** Packages of clients of which a bundle, or what it loads when needed, keeps some code. */
function clientsIn(entry: string): string[] {
  const { metafile } = buildSync({
    ...BUNDLE_OPTIONS,
    external: [...BUNDLE_OPTIONS.external],
    mainFields: [...BUNDLE_OPTIONS.mainFields],
    absWorkingDir: ROOT,
    entryPoints: [entry],
    metafile: true,
    write: false,
  });
  const kept = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  return [...new Set(kept.flatMap((file) => /@aws-sdk\/(client-[a-z0-9-]+)\//.exec(file)?.[1] ?? []))];
}
