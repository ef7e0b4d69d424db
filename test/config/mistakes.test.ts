// The typical mistakes and the message of each, as one page. After a message was changed on purpose,
// `WRITE_MISTAKES=1 npx jest test/config/mistakes` rewrites it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { validate } from "../../cli/commands/validate";
import { painter } from "../../cli/printout";
import { type Remark, remarkText } from "../../config/errors";

const ROOT = join(__dirname, "../..");
const FOLDER = join(ROOT, "test/fixtures/config/mistakes");
const PAGE = join(ROOT, "docs/mistakes.md");
const FILES = readdirSync(FOLDER).sort();

describe("the typical mistakes", () => {
  it("should be 25 or more", () => {
    expect(FILES.length).toBeGreaterThanOrEqual(25);
  });

  it.each(FILES)("should be told in %s, each with its place, and what is allowed or to be done", (file) => {
    const told = toldOf(file);

    expect(told.length).toBeGreaterThan(0);
    expect(told.filter(({ text }) => !new RegExp(`^${file.replaceAll(".", "\\.")}:[1-9]\\d*:[1-9]\\d* .`).test(text))).toEqual([]);
    expect(told.filter(({ text }) => !/expected|did you mean|allowed|; (?:add|leave|remove|it belongs)/.test(text))).toEqual([]);
  });

  it("should be those of docs/mistakes.md, word for word", () => {
    const page = pageOf(FILES);
    if (process.env.WRITE_MISTAKES === "1") writeFileSync(PAGE, page);

    expect(readFileSync(PAGE, "utf8")).toBe(page);
  });
});

// Helpers

interface Told {
  readonly level: "mistake" | "warning";
  /** From the file's name on. */
  readonly text: string;
}

function toldOf(file: string): Told[] {
  const [finding] = validate([join(FOLDER, file)], {}, painter(false)).data as {
    readonly mistakes: readonly Remark[];
    readonly warnings: readonly Remark[];
  }[];
  const told = (level: Told["level"], remarks: readonly Remark[] = []) =>
    remarks.map((remark) => ({ level, text: remarkText(remark).replaceAll(`${FOLDER}/`, "") }));
  return [...told("mistake", finding?.mistakes), ...told("warning", finding?.warnings)];
}

function pageOf(files: readonly string[]): string {
  return `# Typical mistakes

What \`npx retrigger validate\` and the synthesis print for ${files.length} typical mistakes in a \`retrigger.yaml\`. Both refuse a mistake; a warning is only printed,
and fails only with \`--strict\` ([validate](validate.md)). \`WRITE_MISTAKES=1 npx jest test/config/mistakes\` generates this page from the files in
[test/fixtures/config/mistakes](../test/fixtures/config/mistakes).
${files.map(sectionOf).join("")}`;
}

function sectionOf(file: string): string {
  const title = file.replace(/^\d+-|\.yaml$/g, "").replaceAll("-", " ");
  const written = readFileSync(join(FOLDER, file), "utf8").replaceAll("\t", "→ ");
  const told = toldOf(file).map(({ level, text }) => `${level} ${text.replace(`${file}:`, "")}`);
  return `
## ${title.charAt(0).toUpperCase()}${title.slice(1)}

\`\`\`yaml
${written}\`\`\`

\`\`\`text
${told.join("\n")}
\`\`\`
`;
}
