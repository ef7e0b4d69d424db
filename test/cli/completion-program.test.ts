import { execFileSync, spawnSync } from "node:child_process";
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
