import { messageOf } from "../../../stacks/config-messages";

const BOUNDARY = "arn:aws:iam::111122223333:policy/boundary";

describe("the permissions boundary", () => {
  it.each([
    ["any account where none is named", { roles: { permissionsBoundary: BOUNDARY } }],
    ["an allowed account", { roles: { permissionsBoundary: BOUNDARY }, allowedAccountIds: ["444455556666", "111122223333"] }],
    [
      "a policy of AWS's own",
      { roles: { permissionsBoundary: "arn:aws:iam::aws:policy/PowerUserAccess" }, allowedAccountIds: ["444455556666"] },
    ],
    [
      "a policy of GovCloud",
      { region: "us-gov-west-1", roles: { permissionsBoundary: "arn:aws-us-gov:iam::111122223333:policy/boundary" } },
    ],
    ["a path and no boundary", { roles: { path: "/ml/" }, allowedAccountIds: ["444455556666"] }],
  ])("should be accepted of %s", (_case, aws) => {
    expect(messageOf(onAws(aws))).toBe("no mistake");
  });

  it.each([
    [
      "another partition",
      { region: "us-gov-west-1", roles: { permissionsBoundary: BOUNDARY } },
      'aws.roles.permissionsBoundary: got a policy of the partition aws; expected one of aws-us-gov, as aws.region is "us-gov-west-1"; name a policy there',
    ],
    [
      "an account that is not deployed to",
      { roles: { permissionsBoundary: BOUNDARY }, allowedAccountIds: ["444455556666"] },
      "aws.roles.permissionsBoundary: got a policy of the account 111122223333; expected one of 444455556666, as roles take a boundary of their own account; name a policy there, or correct aws.allowedAccountIds",
    ],
  ])("should be refused of %s", (_case, aws, message) => {
    expect(messageOf(onAws(aws))).toContain(message);
  });
});

// Helpers

function onAws(aws: object) {
  return {
    environment: "dev",
    aws: { region: "eu-central-1", ...aws },
    models: { churn: { data: { bucket: "acme", prefixes: ["in/"] }, pipeline: { name: "training" } } },
  };
}
