import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..");

/** Folders that do the same on both clouds, under the name of each cloud's service. */
const SERVICES: Readonly<Record<string, string>> = {
  "adapters/dynamodb/": "adapters/firestore/",
  "adapters/s3/": "adapters/storage/",
  "adapters/sagemaker/": "adapters/vertex/",
};

/** Words of a cloud or its services in the names of files and exports. Each stands for the same part as its twin. */
const WORDS = /^(?:dynamo|firestore|s3|gcs|sageMaker|sagemaker|vertex|sqs|pubSub|pubsub|sns|aws|gcp)-?/;

/** Files without a twin on the other cloud, and why. */
const WITHOUT_TWIN: Readonly<Record<string, string>> = {};

describe("the mirror of AWS and Google Cloud", () => {
  for (const room of ["functions", "modules", "local"]) {
    it(`should hold the same files in ${room}/aws and ${room}/gcp, but for those that say why not`, () => {
      const aws = new Map(filesOf(`${room}/aws`).map((file) => [mirrored(file), `${room}/aws/${file}`]));
      const gcp = new Map(filesOf(`${room}/gcp`).map((file) => [mirrored(file), `${room}/gcp/${file}`]));

      const alone = [...aws, ...gcp].filter(([name]) => !(aws.has(name) && gcp.has(name))).map(([, file]) => file);

      const excused = Object.keys(WITHOUT_TWIN).filter((file) => file.startsWith(`${room}/`));
      expect(alone.sort()).toEqual(excused.sort());
    });
  }

  it("should export the same names from handlers, messages and constructs that have a twin", () => {
    const rooms = ["functions", "modules"].flatMap((room) => filesOf(`${room}/aws`).map((file) => ({ room, file })));

    const differing = rooms.flatMap(({ room, file }) => {
      const twin = filesOf(`${room}/gcp`).find((other) => mirrored(other) === mirrored(file));
      if (twin === undefined) return [];
      const [aws, gcp] = [exportsOf(`${room}/aws/${file}`), exportsOf(`${room}/gcp/${twin}`)];
      return aws.some((name) => gcp.includes(name)) || aws.length + gcp.length === 0 ? [] : [`${room}/aws/${file}`];
    });

    expect(differing).toEqual([]);
  });
});

// Helpers

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
}

/** The path of a file without the words that name a cloud. */
function mirrored(file: string): string {
  const [service] = Object.entries(SERVICES).find(([aws]) => file.startsWith(aws)) ?? [];
  const neutral = service === undefined ? file : file.replace(service, SERVICES[service] ?? "");
  return neutral
    .split("/")
    .map((step) => step.replace(WORDS, ""))
    .join("/");
}

function exportsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const names = [...text.matchAll(/^export (?:async )?(?:function\*?|const|class|interface|type) (\w+)/gm)].map(
    ([, name = ""]) => name,
  );
  return names.map((name) => name.replace(WORDS, "").toLowerCase());
}
