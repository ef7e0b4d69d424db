import fc from "fast-check";
import { IAM_LIMITS } from "../../../../modules/aws/access/pack-statements";
import type { PolicyStatement } from "../../../../modules/aws/access/policy";
import { policyDocuments } from "../../../../modules/aws/access/policy-documents";
import { statementsOf } from "../../../stacks/template";

const ACCOUNT = "111122223333";

describe("policyDocuments", () => {
  it("should say the same as the statements, in documents that IAM takes, however many resources and actions there are", () => {
    fc.assert(
      fc.property(fc.array(statement(), { maxLength: 4 }), (statements) => {
        const documents = policyDocuments(statements, ACCOUNT);

        expect(Math.max(0, ...documents.map(({ length }) => length))).toBeLessThanOrEqual(IAM_LIMITS.managedCharacters);
        expect(said(documents.flatMap(statementsOf))).toEqual(said(statements));
      }),
      { numRuns: 30 },
    );
  });

  it("should keep in one document what fits, in its order", () => {
    const statements = [allow(["a:A"], ["one", "two"]), allow(["b:B"], "three")];

    expect(policyDocuments(statements, ACCOUNT).map(statementsOf)).toEqual([statements]);
  });

  it("should divide actions where there is one resource, and count a token as the account's number", () => {
    const account = `\${${"TOKEN".repeat(400)}}`;
    const actions = Array.from({ length: 300 }, (_, index) => `service:DoSomethingLong${index}`);
    const documents = policyDocuments([allow(actions, `arn:aws:s3:${account}:x`)], account);

    expect(documents).toHaveLength(2);
    expect(documents.flatMap(statementsOf).flatMap(({ Action }) => Action)).toEqual(actions);
  });

  it("should refuse what cannot be divided", () => {
    expect(() => policyDocuments([allow(["a:A"], ["r".repeat(7000)])], ACCOUNT)).toThrow(
      "of more than 6144 characters; expected one that a managed policy of IAM can hold",
    );
  });
});

// Helpers

function allow(Action: PolicyStatement["Action"], Resource: string | readonly string[]): PolicyStatement {
  return { Effect: "Allow", Action, Resource };
}

/** Up to more than a document holds of either, and what names may be as long as. */
function statement(): fc.Arbitrary<PolicyStatement> {
  const condition = fc.constantFrom(undefined, { StringEquals: { "aws:ResourceTag/environment": "dev" } });
  return fc
    .record({
      effect: fc.constantFrom("Allow", "Deny"),
      actions: fc.integer({ min: 1, max: 120 }),
      resources: fc.integer({ min: 1, max: 120 }),
      length: fc.integer({ min: 1, max: 128 }),
      isText: fc.boolean(),
      condition,
    })
    .map(({ effect, actions, resources, length, isText, condition: Condition }) => ({
      Effect: effect,
      Action: listOf(actions, (index) => `service:ActionOfALongNameForAllItDoesAndThenSomeMore${index}`),
      Resource: isText ? "*" : listOf(resources, (index) => `arn:aws:s3:::${String(index).padStart(length, "n")}`),
      ...(Condition && { Condition }),
    }));
}

function listOf(length: number, textOf: (index: number) => string): string[] {
  return Array.from({ length }, (_, index) => textOf(index));
}

/** Each action on each resource, with what it is subject to, once. */
function said(statements: readonly PolicyStatement[]): Set<string> {
  return new Set(
    statements.flatMap(({ Action, Resource, ...rest }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((resource) => JSON.stringify([action, resource, rest]))),
    ),
  );
}
