// The commands about histories: what policies are tried on.
import type { Command } from "commander";
import type { RunAlone } from "./command-options";

/** Adds them; none needs a coordinator. */
export function historyCommands(program: Command, runAlone: RunAlone): void {
  const history = program.command("history").description("recorded histories, on which policies are tried");

  history
    .command("import")
    .description("reads exports of tools as one history, tells what was understood, and writes it as JSON lines")
    .argument(
      "<file...>",
      "exports of Airflow, MLflow, the clouds, … or JSON lines, each of them plain or gzip; - for the standard input",
    )
    .option("--format <name>", "of all files, as history formats lists them (else told by their beginning)")
    .option("--model <name>", "whose history it is, where a file does not tell")
    .option("--timezone <offset>", "of times without an offset, such as +02:00")
    .option("--output <file>", "where the JSON lines go; - for the standard output")
    .option("--json", "print JSON")
    .action((files: string[], options) =>
      runAlone(options, async (paint) => (await import("./commands/import-history.js")).importHistory(files, options, paint)),
    );

  history
    .command("formats")
    .description("the formats that are read, and the commands that write such files")
    .option("--json", "print JSON")
    .action((options) => runAlone(options, async () => (await import("./commands/import-history.js")).historyFormats()));
}
