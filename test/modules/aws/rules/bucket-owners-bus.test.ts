import { TerraformStack, Testing } from "cdktf";
import { lengthInAws } from "../../../../modules/aws/access/policy";
import { BucketOwnersBus, MAX_BUS_POLICY_CHARACTERS } from "../../../../modules/aws/rules/bucket-owners-bus";
import { statementsOf, Template } from "../../../stacks/template";
import { deploymentOf } from "../synthesize";

describe("BucketOwnersBus", () => {
  it("should let all owners put events by one statement, each account once", () => {
    const stack = new TerraformStack(Testing.app(), "stack");

    new BucketOwnersBus(stack, "bus", { deployment: deploymentOf(), owners: { ...ownersOf(50), again: "100000000000" } });

    const [statement, ...others] = statementsOf(new Template(stack).one("aws_cloudwatch_event_bus_policy", {}).policy);
    const roots = Object.values(ownersOf(50)).map((account) => `arn:aws:iam::${account}:root`);
    expect([statement?.Principal, others]).toEqual([{ AWS: roots }, []]);
  });

  it.each(["aws", "aws-us-gov"])(
    "should say how many owners its policy holds, which those fill and one more exceeds: %s",
    (partition) => {
      const deployment = deploymentOf({ partition });
      const [problem = ""] = BucketOwnersBus.problems({ deployment, owners: ownersOf(1000) });
      const most = Number(/expected at most (\d+)/.exec(problem)?.[1]);

      expect(BucketOwnersBus.problems({ deployment, owners: ownersOf(most) })).toEqual([]);
      expect(BucketOwnersBus.problems({ deployment, owners: ownersOf(most + 1) })).toHaveLength(1);
      expect(most).toBeGreaterThan(240);
      const stack = new TerraformStack(Testing.app(), "stack");
      new BucketOwnersBus(stack, "bus", { deployment, owners: ownersOf(most) });
      const { policy } = new Template(stack).one("aws_cloudwatch_event_bus_policy", {});
      expect(lengthInAws(String(policy), deployment.accountId)).toBeLessThan(MAX_BUS_POLICY_CHARACTERS + 150);
    },
  );
});

// Helpers

/** So many buckets, each of an account of its own. */
function ownersOf(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`bucket-${index}`, String(100000000000 + index)]));
}
