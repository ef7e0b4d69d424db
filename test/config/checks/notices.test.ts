import { configOf, messageOf } from "../../stacks/config-messages";

const ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack-AbCdEf";
const PARAMETER = "arn:aws:ssm:eu-central-1:111122223333:parameter/acme/teams";
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

describe("the chats of AWS", () => {
  it.each([
    ["both, of either service", { slack: { secret: ARN }, teams: { secret: PARAMETER } }],
    ["a key, and alarms alone", { slack: { secret: ARN, kmsKey: KEY, about: ["alarms"] } }],
  ])("should take %s", (_, notifications) => {
    expect(messageOf(configWith(notifications))).toBe("no mistake");
  });

  it("should take a secret of another account with its key", () => {
    expect(messageOf(configWith({ slack: { secret: ARN, kmsKey: KEY } }, { allowedAccountIds: ["444455556666"] }))).toBe(
      "no mistake",
    );
  });

  it.each([
    [
      "a secret of another region",
      configWith({ slack: { secret: ARN.replace("eu-central-1", "us-east-1") } }),
      'aws.notifications.slack.secret: got a secret of "us-east-1"; expected one of the region of the functions, "eu-central-1"; make one there',
    ],
    [
      "a secret of another partition",
      configWith({ teams: { secret: PARAMETER.replace("arn:aws:", "arn:aws-cn:") } }),
      'aws.notifications.teams.secret: got a secret of the partition "aws-cn"; expected "aws", that of eu-central-1; correct the ARN',
    ],
    [
      "a key of another region",
      configWith({ slack: { secret: ARN, kmsKey: KEY.replace("eu-central-1", "eu-west-1") } }),
      'aws.notifications.slack.kmsKey: got a key of "eu-west-1"; expected one of the region of the functions, "eu-central-1"; name the key',
    ],
    [
      "a secret of another account without its key",
      configWith({ slack: { secret: ARN } }, { allowedAccountIds: ["444455556666"] }),
      'aws.notifications.slack.secret: got a secret of the account "111122223333" without kmsKey; expected the key too, as AWS\'s own lets no other account in; add kmsKey, or name a secret of 444455556666',
    ],
    [
      "a parameter of another account",
      configWith({ teams: { secret: PARAMETER, kmsKey: KEY } }, { allowedAccountIds: ["444455556666"] }),
      'aws.notifications.teams.secret: got a parameter of the account "111122223333"; expected one of 444455556666, as a parameter is read in its own account alone',
    ],
    [
      "alarms alone where there are none",
      { ...configWith({ slack: { secret: ARN, about: ["alarms"] } }), operations: { alarms: false } },
      "aws.notifications.slack.about: got alarms alone, and operations.alarms is false; expected another kind too; add one, or set operations.alarms",
    ],
    [
      "a chat where every schedule is direct",
      {
        environment: "dev",
        aws: { region: "eu-central-1", notifications: { slack: { secret: ARN } } },
        models: { one: { pipeline: { name: "training" }, schedule: { mode: "direct", rate: "24h" } } },
      },
      "aws.notifications.slack: nothing will be told: every model on AWS starts its pipeline directly",
    ],
    [
      "the address itself",
      configWith({ slack: { secret: "https://hooks.slack.com/services/T0/B0/x" } }),
      "expected the ARN of a secret of Secrets Manager or of a parameter of Systems Manager",
    ],
  ])("should refuse %s", (_, config, expected) => {
    expect(messageOf(config)).toContain(expected);
  });
});

// Helpers

function configWith(notifications: object, aws: object = {}): object {
  return configOf({ one: {} }, { aws: { region: "eu-central-1", notifications, ...aws } });
}
