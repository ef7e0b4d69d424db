import { environmentOption } from "../../../cli/control/deployed-options";

describe("environmentOption", () => {
  it.each([
    [undefined, "retrigger-prod-state", "-state", "prod"],
    [undefined, "retrigger-eu-west", "", "eu-west"],
    ["dev", "my-table", "-state", "dev"],
  ])("should take %j and %j with %j for %j", (option, stateName, suffix, environment) => {
    expect(environmentOption(option, stateName, suffix)).toBe(environment);
  });

  it.each([
    [undefined, "my-table", "the state store my-table does not tell its environment; name it with --environment"],
    ["", "retrigger-prod-state", "--environment : expected a name as in retrigger.yaml"],
    ["Prod/../x", "retrigger-prod-state", "--environment Prod/../x: expected a name"],
  ])("should refuse %j of %j", (option, stateName, message) => {
    expect(() => environmentOption(option, stateName, "-state")).toThrow(message);
  });
});
