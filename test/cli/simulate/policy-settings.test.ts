import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configuredSettings, defaultSettings, policyOfFile } from "../../../cli/simulate/policy-settings";

const folder = mkdtempSync(join(tmpdir(), "policy-settings-"));
const MISSING = join(folder, "nope.yaml");

afterAll(() => rmSync(folder, { recursive: true }));

describe("policyOfFile", () => {
  it("should be named after its file, with the defaults for what it does not say", () => {
    const { name, settings } = policyOfFile(written("weekly.yaml", "schedule: { rate: 7d }"));

    expect({ name, settings }).toEqual({ name: "weekly", settings: defaultSettings() });
  });

  it.each(["", "# nothing\n"])("should say what an empty file is to hold: %j", (text) => {
    const file = written("empty.yaml", text);

    expect(() => policyOfFile(file)).toThrow(
      `${file}: got nothing; expected a mapping with some of the sections policy, batch, drift and schedule of a model`,
    );
  });

  it("should say where another file is named", () => {
    expect(() => policyOfFile(MISSING)).toThrow(
      `${MISSING}: cannot be read (ENOENT); expected a policy there; create it, or name another file with --policy`,
    );
  });

  it("should say in one sentence that the policy of objects and age has another name, beside other mistakes", () => {
    const former = written("former.yaml", "policy:\n  adaptive: { objects: 5, age: 7d }\n");
    const more = written("more.yaml", "policy:\n  cooldown: soon\n  adaptive: { objects: 5, age: 7d }\n");

    expect(() => policyOfFile(former)).toThrow(/: 1 mistake\n.*former\.yaml:2:3 policy\.adaptive: .* is called volume now/);
    expect(() => policyOfFile(more)).toThrow(/: 2 mistakes\n.*policy\.cooldown: got "soon".*\n.*is called volume now/);
  });
});

describe("configuredSettings", () => {
  it("should say where another configuration is named", () => {
    expect(() => configuredSettings(MISSING)).toThrow(
      "cannot be read (ENOENT); expected the configuration there; create it with npx retrigger init, or name another file with --config",
    );
  });
});

// Helpers

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}
