// Before cdktf, which it makes faster.
import "../../stacks/fast-start";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import * as z from "zod";
import type { DeploymentConfig } from "../../config/config";
import type { Cloud } from "../../config/model-cloud";
import { WITHOUT_BUNDLES } from "../../modules/bundle/function-bundle";
import { type WatchedPart, watchedParts } from "../../modules/watched";
import { addStacks } from "../../stacks/add-stacks";

const blockSchema = z.record(z.string(), z.unknown());
const terraformSchema = z.object({
  resource: z.record(z.string(), z.record(z.string(), blockSchema)).default({}),
  output: z.record(z.string(), blockSchema).default({}),
});

/** Arguments of a resource, as Terraform's JSON has them. */
export type Block = z.output<typeof blockSchema>;

/** Resources by type, and by name within it. */
export type Resources = Readonly<Record<string, Readonly<Record<string, Block>>>>;

/** What a stack would deploy. */
export interface PlannedStack {
  readonly cloud: Cloud;
  readonly resources: Resources;
  /** Outputs by name, as Terraform's JSON has them. */
  readonly outputs: Readonly<Record<string, Block>>;
  /** Its queues, dead-letter queues and functions. */
  readonly parts: readonly WatchedPart[];
}

/**
 * The stacks of a configuration as `cdktf synth` makes them, but for the code of the functions, which is not bundled. Asks nobody,
 * needs no credentials, and leaves no file behind.
 * @param configDir folder of the configuration: its files are relative to it
 * @throws ConfigError for what a cloud does not allow
 */
export function synthesise(config: DeploymentConfig, configDir: string): PlannedStack[] {
  // An app makes the folder that it would write to.
  const outdir = mkdtempSync(join(tmpdir(), "retrigger-plan-"));
  try {
    const app = new App({ outdir, context: { [WITHOUT_BUNDLES]: true } });
    return addStacks(app, { config, configDir }).map(({ cloud, stack }) => {
      const { resource, output } = terraformSchema.parse(stack.toTerraform());
      return { cloud, resources: resource, outputs: output, parts: watchedParts(stack) };
    });
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Resources of a type, in the order of their names. */
export function blocksOf(resources: Resources, type: string): Block[] {
  return Object.values(resources[type] ?? {});
}

/** A resource by its name in Terraform. */
export function blockNamed(resources: Resources, type: string, name: string | undefined): Block | undefined {
  const [, block] = Object.entries(resources[type] ?? {}).find(([own]) => own === name) ?? [];
  return block;
}

/** A text among the arguments; empty where there is none. */
export function textIn(block: Block, argument: string): string {
  const value = block[argument];
  return typeof value === "string" ? value : "";
}

/** A number among the arguments. */
export function numberIn(block: Block, argument: string): number | undefined {
  const value = block[argument];
  return typeof value === "number" ? value : undefined;
}

/** Name of the resource of a type that an argument refers to; undefined where it refers to none. */
export function referredName(block: Block, argument: string, type: string): string | undefined {
  return new RegExp(`^\\$\\{${type}\\.([^.}]+)`).exec(textIn(block, argument))?.[1];
}
