import fc from "fast-check";
import { stateName, workspaceReminder } from "../../config/backend";
import type { BackendConfig } from "../../config/config";
import { configOf, messageOf } from "../stacks/config-messages";

const environment = fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/);
const workspace = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
const stack = fc.constantFrom("aws-stack", "gcp-stack");
const namePrefix = fc.stringMatching(/^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/);
const backend = fc.oneof(
  fc.constant<BackendConfig>({ type: "local" }),
  workspace.map((name): BackendConfig => ({ type: "cloud", organization: "acme", workspace: name })),
  fc.string().map((keyPrefix): BackendConfig => ({ type: "s3", bucket: "state", region: "eu-west-1", keyPrefix })),
  fc.string().map((prefix): BackendConfig => ({ type: "gcs", bucket: "state", prefix })),
);

describe("stateName", () => {
  it("should differ for two environments, and for two stacks, of every backend", () => {
    fc.assert(
      fc.property(backend, environment, environment, stack, stack, (where, one, other, ofOne, ofOther) => {
        fc.pre(one !== other || ofOne !== ofOther);
        expect(stateName(where, { environment: one }, ofOne)).not.toBe(stateName(where, { environment: other }, ofOther));
      }),
    );
  });

  it("should differ for two workspaces, wherever their names and those of environments have a -", () => {
    const cloud = (name: string): BackendConfig => ({ type: "cloud", organization: "acme", workspace: name });
    expect(stateName(cloud("a-b"), { environment: "c" }, "aws-stack")).toBe("a-b-c-aws-stack");
    expect(stateName(cloud("a"), { environment: "b-c" }, "aws-stack")).toBe("a-b_c-aws-stack");
    const parts = fc.array(fc.constantFrom("a", "b", "-"), { minLength: 1, maxLength: 5 }).map((chars) => chars.join(""));
    const names = parts.map((part) => `e${part}`);
    fc.assert(
      fc.property(parts, names, parts, names, (one, itsEnvironment, other, otherEnvironment) => {
        fc.pre(one !== other || itsEnvironment !== otherEnvironment);
        const state = stateName(cloud(one), { environment: itsEnvironment }, "aws-stack");
        expect(state).not.toBe(stateName(cloud(other), { environment: otherEnvironment }, "aws-stack"));
      }),
    );
  });
});

describe("stateName of a prefix", () => {
  it("should be as without one for the default prefix", () => {
    fc.assert(
      fc.property(backend, environment, (where, name) => {
        const state = stateName(where, { environment: name }, "aws-stack");
        expect(stateName(where, { environment: name, namePrefix: "retrigger" }, "aws-stack")).toBe(state);
      }),
    );
  });

  it("should differ wherever the names of resources do", () => {
    fc.assert(
      fc.property(backend, environment, namePrefix, environment, namePrefix, (where, one, ofOne, other, ofOther) => {
        fc.pre(`${ofOne}-${one}` !== `${ofOther}-${other}`);
        const state = stateName(where, { environment: one, namePrefix: ofOne }, "aws-stack");
        expect(state).not.toBe(stateName(where, { environment: other, namePrefix: ofOther }, "aws-stack"));
      }),
    );
  });

  it.each([
    [{ type: "local" }, "../../../terraform.acme-ml.dev.aws-stack.tfstate"],
    [{ type: "cloud", organization: "acme", workspace: "w" }, "w-_acme_ml_dev-aws-stack"],
    [{ type: "s3", bucket: "state", region: "eu-west-1", keyPrefix: "retrigger/" }, "retrigger/acme-ml.dev/aws-stack.tfstate"],
    [{ type: "gcs", bucket: "state", prefix: "retrigger/" }, "retrigger/acme-ml.dev/aws-stack"],
  ] satisfies [BackendConfig, string][])("should have the prefix in %j: %s", (where, state) => {
    expect(stateName(where, { environment: "dev", namePrefix: "acme-ml" }, "aws-stack")).toBe(state);
  });
});

describe("workspaceReminder", () => {
  it("should name both names and the settings, the same for each environment, until the setting is written", () => {
    const cloud = { type: "cloud", organization: "acme", workspace: "w" } as const;

    expect(workspaceReminder(cloud)).toBe(
      "each environment has workspaces of its own, w-<environment>-<stack>; if workspaces without the environment in their names, w-<stack>, exist from a former version, rename them or set backend.sharedWorkspace: true (docs/environments.md); if none do, write sharedWorkspace: false to silence this",
    );
    expect(workspaceReminder({ ...cloud, sharedWorkspace: false })).toBeUndefined();
    expect(workspaceReminder({ ...cloud, sharedWorkspace: true })).toBeUndefined();
    expect(workspaceReminder({ type: "local" })).toBeUndefined();
  });
});

describe("the prefixes of states", () => {
  it.each([
    ["s3", "keyPrefix", "/a/"],
    ["s3", "keyPrefix", "a//b/"],
    ["gcs", "prefix", "/x"],
  ])("should be refused on %s where Terraform refuses or trims them: %s %s", (type, key, prefix) => {
    const backend = { type, bucket: "state", ...(type === "s3" && { region: "eu-west-1" }), [key]: prefix };

    expect(messageOf(configOf({ churn: {} }, { backend }))).toContain(`backend.${key}: got "${prefix}"; expected at most 512`);
    expect(messageOf(configOf({ churn: {} }, { backend: { ...backend, [key]: "a/b-" } }))).toBe("no mistake");
  });
});

describe("the backends of the environments of one file", () => {
  it("should be refused when one names the host that the other has by default", () => {
    const cloud = { type: "cloud", organization: "acme", workspace: "w", sharedWorkspace: true };
    const { environment: _name, ...shared } = configOf({ churn: {} }, { backend: cloud }) as Record<string, unknown>;
    const withHost = (hostname: string) =>
      messageOf({ ...shared, environment: "dev", environments: { dev: {}, prod: { backend: { hostname } } } });

    expect(withHost("app.terraform.io")).toContain("gives dev and prod the same state");
    expect(withHost("tfe.acme.com")).toBe("no mistake");
  });

  it.each([
    ["one workspace", "{ type: cloud, organization: acme, workspace: w, sharedWorkspace: true }", "", "backend"],
    [
      "prefixes that end within the names",
      "{ type: s3, bucket: state, region: eu-west-1, keyPrefix: x/o }",
      "{ keyPrefix: x/ }",
      "backend",
    ],
  ])("should be refused when two have one state: %s", (_case, shared, other, path) => {
    const names = other === "" ? ["one", "two"] : ["ne", "one"];
    const [first = "", second = ""] = names;
    const text = `environment: ${first}
backend: ${shared}
environments: { ${first}: {}, ${second}: { ${other === "" ? "" : `backend: ${other}`} } }
aws: { region: eu-central-1 }
models: { churn: { data: { bucket: acme, prefixes: [in/] }, pipeline: { name: churn } } }
`;
    expect(messageOf(text)).toBe(
      `retrigger.yaml: 1 mistake\n  retrigger.yaml:2:1 ${path}: gives ${first} and ${second} the same state, so that an apply of one would replace the other; expected a state for each; remove sharedWorkspace, or give one of them another workspace or prefix`,
    );
  });
});
