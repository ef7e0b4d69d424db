import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { createProgram } from "../../../cli/program";
import { commandLine, messagePlace, runbookPage } from "../../../functions/core/notices/message-place";
import { AWS, GCP, situations } from "./situations";

const LOCAL = { environment: "local", stack: "local", runbooks: "docs/runbooks" } as const;
const PREFIXED = { ...AWS, namePrefix: "acme" };

describe(commandLine, () => {
  it("should be understood by the command line of Retrigger, with the options that name the deployment", () => {
    const place = { ...GCP, state: "projects/acme-ml/databases/own" };
    expect(parsed(commandLine(["approve", "data/flights/12"], AWS))).toEqual({
      name: "approve",
      args: ["data/flights/12"],
      options: { stack: "aws", environment: "prod", region: "eu-central-1" },
    });
    expect(parsed(commandLine(["reject", "candidate/flights/group-1"], place))).toEqual({
      name: "reject",
      args: ["candidate/flights/group-1"],
      options: { stack: "gcp", environment: "prod", project: "acme-ml", state: "projects/acme-ml/databases/own" },
    });
    expect(parsed(commandLine(["trigger", "flights", "--why", "your reason", "--with", "data/flights/1"], PREFIXED))).toEqual({
      name: "trigger",
      args: ["flights"],
      options: {
        ...{ stack: "aws", environment: "prod", region: "eu-central-1" },
        ...{ state: "acme-prod-state", queue: "acme-prod-requests.fifo", why: "your reason", with: ["data/flights/1"] },
      },
    });
    expect(commandLine(["approve", "data/flights/12"], LOCAL)).toBe("npx retrigger approve data/flights/12");
  });

  it("should be understood wherever a message of a real situation has one", () => {
    const messages = Object.values(situations());
    const commands = messages.flatMap(({ question, steps = [] }) => [
      ...(question === undefined ? [] : [question.approve, question.reject]),
      ...steps.map(({ command }) => command),
    ]);

    expect(commands.length).toBeGreaterThan(10);
    expect(commands.map((command) => parsed(command).options)).toEqual(
      commands.map(() => expect.objectContaining({ environment: "prod" })),
    );
  });

  it("should be one command to a shell, whatever an id holds", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.constantFrom("'; rm -rf /", "$(id)", "`id`", "a\nb", "-x", "&&", '"'),
    );
    fc.assert(
      fc.property(hostile, (id) => {
        const words = shellWords(commandLine(["why", id], AWS));
        expect(words.slice(0, 3)).toEqual(["npx", "retrigger", "why"]);
        expect(words.slice(4)).toEqual(["--stack", "aws", "--environment", "prod", "--region", "eu-central-1"]);
      }),
      { numRuns: 40 },
    );
  });
});

describe(messagePlace, () => {
  it("should be that of the function's variables", () => {
    const aws = { RETRIGGER_ENVIRONMENT: "prod", RETRIGGER_STATE: "retrigger-prod-state", AWS_REGION: "eu-central-1" };
    const gcp = { RETRIGGER_ENVIRONMENT: "prod", RETRIGGER_STATE: "projects/acme-ml/databases/retrigger-prod" };
    const pages = { RETRIGGER_RUNBOOKS: AWS.runbooks, RETRIGGER_CONSOLE: "https://retrigger.acme.example" };

    expect(messagePlace({ ...aws, ...pages })).toEqual(AWS);
    expect(messagePlace(gcp)).toEqual(GCP);
    expect(messagePlace({ ...gcp, RETRIGGER_STATE: "projects/acme-ml/databases/own", RETRIGGER_NAME_PREFIX: "acme" })).toEqual({
      ...GCP,
      namePrefix: "acme",
      state: "projects/acme-ml/databases/own",
    });
  });
});

describe(runbookPage, () => {
  it.each([
    ["https://git.example/books/", "https://git.example/books/storm.md", true],
    ["docs/runbooks", "docs/runbooks/storm.md", false],
    ["javascript:alert(1)", "javascript:alert(1)/storm.md", false],
    ["https://git.example/a|b>", "https://git.example/a|b>/storm.md", false],
  ])("should make a link of an address alone: %s", (runbooks, address, isLink) => {
    expect(runbookPage("storm", { runbooks })).toEqual({ title: "Runbook", address, isLink });
  });
});

// Helpers

/** The words that a shell makes of a command, without running it. */
function shellWords(command: string): string[] {
  const script = `set -- ${command}; for word in "$@"; do printf '%s\\0' "$word"; done`;
  const { stdout, status } = spawnSync("sh", ["-c", script], { encoding: "utf8" });
  expect(status).toBe(0);
  return stdout.split("\0").slice(0, -1);
}

/** What the command line of Retrigger understands of a command: only the options that it names. */
function parsed(command: string) {
  const [npx, retrigger, ...words] = shellWords(command);
  expect([npx, retrigger]).toEqual(["npx", "retrigger"]);
  let seen: { name: string; args: readonly string[]; options: object } | undefined;
  const program = createProgram(
    async () => {},
    async () => {},
  );
  program.exitOverride().hook("preAction", (_, called) => {
    const all = Object.entries(called.opts<Record<string, unknown>>());
    const options = Object.fromEntries(all.filter(([name]) => called.getOptionValueSource(name) === "cli"));
    seen = { name: called.name(), args: called.args, options };
  });
  for (const one of program.commands) one.exitOverride().configureOutput({ writeErr: () => {} });
  program.parse(words, { from: "user" });
  if (seen === undefined) throw new Error(`not understood: ${command}`);
  return seen;
}
