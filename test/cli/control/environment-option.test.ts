import { askedEnvironment, askedNamePrefix, environmentOption } from "../../../cli/control/deployed-options";

describe("environmentOption", () => {
  it.each([
    [undefined, "retrigger-prod-state", "-state", "prod"],
    [undefined, "retrigger-eu-west", "", "eu-west"],
    ["dev", "my-table", "-state", "dev"],
  ])("should take %j and %j with %j for %j", (option, stateName, suffix, environment) => {
    expect(environmentOption(option, stateName, { namePrefix: "retrigger", suffix })).toBe(environment);
  });

  it.each([
    [undefined, "my-table", "the state store my-table does not tell its environment; name it with --environment"],
    ["", "my-table", "--environment : expected a name as in retrigger.yaml"],
    ["dev", "retrigger-prod-state", "is of the environment prod, and --environment says dev; leave one of them out"],
    ["Prod/../x", "my-table", "--environment Prod/../x: expected a name"],
  ])("should refuse %j of %j", (option, stateName, message) => {
    expect(() => environmentOption(option, stateName, { namePrefix: "retrigger", suffix: "-state" })).toThrow(message);
  });
});

describe("askedNamePrefix", () => {
  it.each([
    [{ namePrefix: "acme" }, { RETRIGGER_NAME_PREFIX: "other" }, "acme"],
    [{}, { RETRIGGER_NAME_PREFIX: "acme-ml" }, "acme-ml"],
    [{}, { RETRIGGER_NAME_PREFIX: "" }, "retrigger"],
    [{}, {}, "retrigger"],
  ])("should take of %j and %j the prefix %j", (options, variables, namePrefix) => {
    expect(askedNamePrefix(options, variables)).toBe(namePrefix);
  });

  it("should find the environment in names that begin with it", () => {
    expect(environmentOption(undefined, "acme-ml-prod-state", { namePrefix: "acme-ml", suffix: "-state" })).toBe("prod");
  });

  it.each(["", "Acme", "acme-", "a".repeat(21), "acme prod"])("should refuse %j", (namePrefix) => {
    expect(() => askedNamePrefix({ namePrefix }, {})).toThrow("expected namePrefix as in retrigger.yaml");
  });
});

describe("askedEnvironment", () => {
  it.each([
    [{ environment: "prod" }, { RETRIGGER_ENVIRONMENT: "dev", RETRIGGER_STATE: "x" }, "prod"],
    [{}, { RETRIGGER_ENVIRONMENT: "dev" }, "dev"],
    [{}, { RETRIGGER_ENVIRONMENT: "dev", RETRIGGER_STATE: "x" }, undefined],
    [{ state: "x" }, { RETRIGGER_ENVIRONMENT: "dev" }, undefined],
    [{}, {}, undefined],
  ])("should take of %j and %j the environment %j", (options, variables, environment) => {
    expect(askedEnvironment(options, variables)).toBe(environment);
  });

  it("should refuse a variable that is no name", () => {
    expect(() => askedEnvironment({}, { RETRIGGER_ENVIRONMENT: "P!" })).toThrow("RETRIGGER_ENVIRONMENT P!: expected a name");
  });
});
