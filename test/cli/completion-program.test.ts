import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { completionScript } from "../../cli/completion-program";
import { createProgram } from "../../cli/program";

const PROGRAM = createProgram(
  async () => {},
  async () => {},
);

const LINES: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["deci"], ["decisions"]],
  [["pau"], ["pause"]],
  [
    ["history", ""],
    ["import", "formats"],
  ],
  [["rules", "te"], ["test"]],
  [
    ["decisions", "--outcome", ""],
    ["start", "defer", "merge", "ask", "reject", "duplicate"],
  ],
  [["decisions", "--stack", "g"], ["gcp"]],
  // as bash tears an option and its value apart, and as it leaves them whole
  [["decisions", "--outcome", "=", "re"], ["reject"]],
  [
    ["decisions", "--outcome", "="],
    ["start", "defer", "merge", "ask", "reject", "duplicate"],
  ],
  [["decisions", "--model", ""], []],
  [["state", "--env"], ["--environment"]],
  [["resume", "m", "--catch-up", "a"], ["all"]],
  [["completion", "z"], ["zsh"]],
];

describe("the script for bash", () => {
  it.each(LINES)("should complete %j by %j", (words, expected) => {
    const [shown = [], found = []] = [expected, bashReplies(words)];

    expect(found.filter((word) => !word.startsWith("-") || words.at(-1)?.startsWith("-"))).toEqual(shown);
  });

  it("should complete an option and its value in one word", () => {
    expect(bashReplies(["decisions", "--outcome=re"])).toEqual(["reject"]);
  });

  it("should take the name of a file with spaces for one word", () => {
    const folder = mkdtempSync(join(tmpdir(), "retrigger-completion-"));
    try {
      writeFileSync(join(folder, "my file.yaml"), "");
      expect(bashReplies(["validate", "--config", `${folder}/my`])).toEqual([`${folder}/my file.yaml`]);
      expect(bashReplies(["validate", `--config=${folder}/my`])).toEqual([`${folder}/my file.yaml`]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("should advise no alias to a package that its registry may not have", () => {
    const told: string[] = [];
    const command = PROGRAM.commands.find((one) => one.name() === "completion");
    command?.configureOutput({ writeOut: (text) => void told.push(text) }).outputHelp();

    const help = told.join("");
    expect(help).toContain("node_modules/.bin");
    expect(help).not.toContain("alias");
  });

  it("should know every command and every long option of the program", () => {
    for (const command of PROGRAM.commands) {
      expect(bashReplies([command.name()])).toContain(command.name());
      const options = command.options.map(({ long }) => long);
      expect(bashReplies([command.name(), "--"])).toEqual(expect.arrayContaining(options));
    }
  });
});

describe.each(["zsh", "fish"] as const)("the script for %s", (shell) => {
  it("should name every command and every choice", () => {
    const script = completionScript(PROGRAM, shell);

    for (const command of PROGRAM.commands) expect(script).toMatch(new RegExp(`\\b${command.name()}\\b`));
    expect(script).toContain("start defer merge ask reject duplicate");
  });

  const isThere = spawnSync(shell, ["--version"]).status === 0;
  (isThere ? it : it.skip)(`should be read by ${shell} itself${isThere ? "" : `, which is not installed here`}`, () => {
    const script = completionScript(PROGRAM, shell);
    const prefix = shell === "zsh" ? "autoload -Uz compinit && compinit -D\n" : "";

    expect(spawnSync(shell, ["-c", `${prefix}${script}`], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });
});

// Helpers

/** What bash itself makes of a line whose last word is being typed. */
function bashReplies(words: readonly string[]): string[] {
  const script = completionScript(PROGRAM, "bash");
  const line = ["retrigger", ...words].map((word) => `'${word}'`).join(" ");
  const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _retrigger; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const printed = execFileSync("bash", ["--norc", "-c", `${script}\n${ask}`], { encoding: "utf8" });
  return printed.split("\n").filter(Boolean);
}
