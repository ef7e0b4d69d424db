import { join } from "node:path";
import { validate } from "../../../cli/commands/validate";
import { painter } from "../../../cli/printout";
import { temporaryFolder } from "../../modules/temporary-project";

const PAINT = painter(false);
const HEAD = "environment: dev\naws: { region: eu-west-1, operations: { email: [ml@example.com] } }\n";
const MODEL = "models:\n  one:\n    data: { bucket: acme, prefixes: [in/] }\n    pipeline: { name: a }\n";

describe("validate", () => {
  it("should say what a valid file describes", () => {
    const file = join(__dirname, "../../../retrigger.yaml");

    const { text, isRefused } = validate([file], {}, PAINT);

    expect(isRefused).toBe(false);
    expect(text.split("\n").slice(0, 2)).toEqual([
      `${file}: valid, 2 warnings`,
      "  environment dev, AWS eu-central-1: 2 models (flight-delay, demand-forecast), Google Cloud europe-west4: 1 model (click-through), 1 schedule, no rules, state local",
    ]);
  });

  it("should fail for a mistake in any of the files, and look at all of them", () => {
    const right = fileWith(HEAD + MODEL);
    const wrong = fileWith(`${HEAD}${MODEL}    batch: { size: 0 }\n    policy: { cooldown: 6hours }\n`);

    const { data, text, isRefused } = validate([wrong, right], {}, PAINT);

    expect(isRefused).toBe(true);
    expect(data).toMatchObject([
      { file: wrong, mistakes: [expect.any(String), expect.any(String)] },
      { file: right, mistakes: [] },
    ]);
    expect(text).toContain(
      `${wrong}: 2 mistakes, no warnings\n  warnings are looked for once there is no mistake\n  mistake ${wrong}:7:14`,
    );
    expect(text).toContain(`${right}: valid, no warnings`);
  });

  it("should fail for a warning only when it is strict", () => {
    const file = fileWith(HEAD.replace("eu-west-1", "eu-west-9") + MODEL);

    expect(validate([file], {}, PAINT)).toMatchObject({
      isRefused: false,
      data: [{ mistakes: [], warnings: [expect.any(String)] }],
    });
    expect(validate([file], { strict: true }, PAINT).isRefused).toBe(true);
  });

  it("should refuse the file of another environment, and a file that is not there", () => {
    const file = fileWith(HEAD + MODEL);

    expect(validate([file], { environment: "prod" }, PAINT).text).toContain('environment: got "dev", but --environment');
    expect(validate([`${file}.no`], {}, PAINT).text).toContain("cannot be read (ENOENT)");
  });

  it("should print hostile values in one line that no terminal obeys", () => {
    const file = fileWith(`${HEAD}${MODEL.replace("in/", '"/\\e[2Jin\\u202e/*"')}    "\\e[31m\\nx": 1\n`);
    const warned = fileWith(HEAD + MODEL.replace("in/", '"/\\e[2Jin\\u202e/*"'));

    const { text, data } = validate([file, warned], {}, PAINT);

    expect(data).toMatchObject([{ mistakes: [expect.any(String)] }, { warnings: [expect.any(String)] }]);
    expect(text.replaceAll("\n", "")).toMatch(/^[^\p{Cc}\p{Cf}]*$/u);
    expect(text.split("\n").filter((line) => !/^(?:\/| {2})|^$/.test(line))).toEqual([]);
  });
});

// Helpers

function fileWith(text: string): string {
  return join(temporaryFolder({ "retrigger.yaml": text }), "retrigger.yaml");
}
