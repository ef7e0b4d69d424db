import { join } from "node:path";
import { stringify } from "yaml";
import { ConfigError } from "../../config/errors";
import { loadConfig } from "../../config/load-config";
import { temporaryFolder } from "../modules/temporary-project";

/** What is told of a configuration in a folder with these other files; "no mistake" when there is none. */
export function messageOf(config: unknown, files: Readonly<Record<string, string>> = {}): string {
  const text = typeof config === "string" ? config : stringify(config);
  const folder = temporaryFolder({ ...files, "retrigger.yaml": text });
  try {
    loadConfig(join(folder, "retrigger.yaml"));
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replaceAll(`${folder}/`, "");
    throw error;
  }
  return "no mistake";
}

interface Sections {
  readonly data?: object;
  readonly batch?: object;
  readonly pipeline?: object;
  readonly policy?: object;
  readonly monitoring?: object;
  readonly promotion?: object;
}

/** A valid configuration, with these members of the sections of its models. */
export function configOf(models: Readonly<Record<string, Sections>>, top: object = {}): object {
  const entries = Object.entries(models).map(([name, { data, batch, pipeline, policy, monitoring, promotion }]) => [
    name,
    {
      data: { bucket: "acme", prefixes: ["in/"], ...data },
      batch: { ...batch },
      pipeline: { name: `${name}-training`, ...pipeline },
      ...(policy === undefined ? {} : { policy }),
      ...(monitoring === undefined ? {} : { monitoring }),
      ...(promotion === undefined ? {} : { promotion }),
    },
  ]);
  return { environment: "dev", aws: { region: "eu-central-1" }, models: Object.fromEntries(entries), ...top };
}
