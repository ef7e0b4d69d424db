import { resolve } from "node:path";
import * as z from "zod/mini";
import { formatSummary } from "./format-summary";
import { HELP, parseOptions, UsageError } from "./options";
import { RECORD_FOLDER } from "./replay-record";
import { runReplay } from "./run-replay";

z.config(z.locales.en());

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.isHelp) {
    process.stdout.write(HELP);
    return 0;
  }
  const startedAt = performance.now();
  process.stdout.write(`Replaying flights through the AWS functions: store ${options.store}, seed ${options.seed}\n`);
  const summary = await runReplay(options, resolve(RECORD_FOLDER), (text) => process.stdout.write(text));
  const wallSec = (performance.now() - startedAt) / 1000;
  const perSec = Math.round(summary.deliveries.total / wallSec).toLocaleString("en-US");
  process.stdout.write(`\n${formatSummary(summary)}\n${wallSec.toFixed(1)} s, ${perSec} events per second\n`);
  return summary.isBalanced ? 0 : 1;
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    const isUsage = error instanceof UsageError;
    process.stderr.write(
      isUsage
        ? `${error.message}\nnpm start -- --help tells what is allowed\n`
        : `${error instanceof Error ? error.stack : error}\n`,
    );
    process.exitCode = 1;
  },
);
