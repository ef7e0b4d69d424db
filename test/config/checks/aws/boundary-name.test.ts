import { configOf, messageOf } from "../../../stacks/config-messages";

describe("the permissions boundary of roles", () => {
  it.each<[string, string, object?]>([
    ["another name", "policy/ml-boundary"],
    ["the name of another environment", "policy/retrigger-development-boundary"],
    ["the environment's name without what follows it", "policy/retrigger-dev"],
    ["another path", "policy/security/retrigger-dev-boundary"],
    ["no path, where policies have one", "policy/retrigger-dev-boundary", { roles: { path: "/ml/" } }],
    ["the default prefix, where policies have another", "policy/retrigger-dev-boundary", { namePrefix: "acme" }],
  ])("should be accepted with %s", (_case, policy, { roles, ...top }: { roles?: object } = {}) => {
    expect(messageOf(bounded(`arn:aws:iam::111122223333:${policy}`, roles, top))).toBe("no mistake");
  });

  it("should be accepted where it is a policy of AWS, which nobody can change", () => {
    expect(messageOf(bounded("arn:aws:iam::aws:policy/retrigger-dev-boundary"))).toBe("no mistake");
  });

  it.each<[string, string, string, object?]>([
    ["as the deployment's own policies are", "policy/retrigger-dev-boundary", "/retrigger-dev-…"],
    ["in another case, as IAM does not tell names apart by it", "policy/Retrigger-DEV-boundary", "/retrigger-dev-…"],
    ["as a folder of the deployment", "policy/retrigger-dev-company/boundary", "/retrigger-dev-…"],
    ["in the deployment's path", "policy/ml/retrigger-dev-b", "/ml/retrigger-dev-…", { roles: { path: "/ml/" } }],
    [
      "in a path of which IAM makes a pattern",
      "policy/mlops/retrigger-dev-b",
      "/ml*/retrigger-dev-…",
      { roles: { path: "/ml*/" } },
    ],
    ["with the deployment's prefix", "policy/acme-dev-boundary", "/acme-dev-…", { namePrefix: "acme" }],
  ])("should be refused when named %s", (_case, policy, own, { roles, ...top }: { roles?: object } = {}) => {
    const arn = `arn:aws:iam::111122223333:${policy}`;

    expect(messageOf(bounded(arn, roles, top))).toContain(
      `aws.roles.permissionsBoundary: got "${arn}", which is named as the policies of this deployment are, ${own}: whoever deploys could change it; expected another name or path; name a policy that begins otherwise, or set another aws.roles.path`,
    );
  });
});

// Helpers

function bounded(permissionsBoundary: string, roles: object = {}, top: object = {}): object {
  return configOf({ churn: {} }, { aws: { region: "eu-central-1", roles: { permissionsBoundary, ...roles } }, ...top });
}
