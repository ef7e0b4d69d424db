import { readPolicy, readStatements } from "../../../cli/doctor/aws/policy-document";
import { readXml, type XmlElement } from "../../../cli/doctor/aws/xml-element";
import { Mistakes, type Parser, throwing } from "../parser";

const STATEMENT = {
  Sid: "Events",
  Effect: "Allow",
  Principal: { Service: ["events.amazonaws.com"], AWS: "*" },
  Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
  Resource: "*",
  Condition: { StringEquals: { "aws:SourceAccount": "111122223333" }, Bool: { "aws:SecureTransport": true } },
};
const DENIED = { Effect: "Deny", NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" }, NotAction: "kms:*", Resource: ["*"] };

const SUBNETS =
  '<?xml version="1.0" encoding="UTF-8"?>\n<DescribeSubnetsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>a&#45;1</requestId><subnetSet><item><subnetId>subnet-1</subnetId><tagSet/></item><item><subnetId>a &amp; b</subnetId></item></subnetSet></DescribeSubnetsResponse>';
const SIMULATION =
  "<SimulateCustomPolicyResponse><SimulateCustomPolicyResult><EvaluationResults><member><EvalActionName>sns:Publish</EvalActionName></member></EvaluationResults></SimulateCustomPolicyResult></SimulateCustomPolicyResponse>";

/** Answers of AWS that the doctor reads by hand. A reader that says undefined for what is none is asked what it took for one. */
export const policies: readonly Parser[] = [
  {
    name: "readPolicy",
    of: ["cli/doctor/aws/policy-document.ts"],
    texts: [{ Version: "2012-10-17", Statement: [STATEMENT, DENIED] }, { Statement: STATEMENT }].map((one) => JSON.stringify(one)),
    read: (text) => checkStatements(readPolicy(text)),
    refusal: throwing(Mistakes),
  },
  {
    name: "readStatements",
    of: ["cli/doctor/aws/policy-document.ts"],
    texts: [JSON.stringify([STATEMENT, DENIED])],
    read: (text) => checkStatements(readStatements(text)),
    refusal: throwing(Mistakes),
  },
  {
    name: "readXml",
    of: ["cli/doctor/aws/xml-element.ts"],
    texts: [SUBNETS, SIMULATION],
    form: "text",
    read: (text) => checkElement(readXml(text)),
    refusal: throwing(Mistakes),
  },
];

/** Every list is one, of texts: a statement that lets somebody in must not come of anything else. */
function checkStatements(statements: ReturnType<typeof readPolicy>): void {
  if (statements === undefined) throw new Mistakes("no policy");
  for (const { isAllowed, isAllBut, principals, actions, resources, conditions } of statements) {
    const texts = [
      principals ?? [],
      actions,
      resources,
      ...conditions.map(({ operator, key, values }) => [operator, key, ...values]),
    ];
    if (typeof isAllowed !== "boolean" || typeof isAllBut !== "boolean" || texts.flat().some((text) => typeof text !== "string"))
      throw new TypeError(`got a statement that is none: ${JSON.stringify(statements)}`);
  }
}

/** What it has read has a name, and can be asked for what is not there. */
function checkElement(root: XmlElement | undefined): void {
  if (root === undefined) throw new Mistakes("no document");
  if (!/^[A-Za-z][\w.:-]*$/.test(root.name)) throw new TypeError(`got an element of the name ${root.name}`);
  const texts = [root.value, root.text("constructor"), ...root.items("subnetSet").map((item) => item.text("subnetId"))];
  if (texts.some((text) => typeof text !== "string")) throw new TypeError("got an element without a text");
}
