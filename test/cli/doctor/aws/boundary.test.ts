import { formError, xml } from "./account-server";
import { BOUNDARY, KEY, policyVersion, simulation } from "./company-server";
import { type Broken, describeCompany, type Provoked, type Refused } from "./describe-company";

const PROVOKED: readonly Provoked[] = [
  [
    "an account that is not allowed",
    {},
    "problem",
    "credentials",
    /account 111122223333; expected one of aws\.allowedAccountIds, 444455556666/,
    /AWS_PROFILE/,
    { allowedAccountIds: ["444455556666"] },
  ],
  [
    "a boundary that is not there",
    { GetPolicy: formError("NoSuchEntity", "Policy was not found.", 404) },
    "problem",
    `boundary ${BOUNDARY}`,
    /does not exist, so no role can be created/,
    /permissionsBoundary/,
  ],
  [
    "a boundary of another account",
    {},
    "problem",
    "boundary arn:aws:iam::999999999999:policy/b",
    /is of the account 999999999999; expected one of 111122223333/,
    /permissionsBoundary/,
    { roles: { permissionsBoundary: "arn:aws:iam::999999999999:policy/b" } },
  ],
  [
    "a boundary that forbids an action",
    { SimulateCustomPolicy: simulation((action) => action === "sagemaker:StartPipelineExecution") },
    "problem",
    "role retrigger-dev-coordinator-eu-central-1",
    /forbids sagemaker:StartPipelineExecution, such as on arn:aws:sagemaker:eu-central-1:111122223333:pipeline\/made-training/,
    /allow the actions of sagemaker in arn:aws:iam::111122223333:policy\/boundary/,
  ],
  [
    "a boundary that forbids a thing",
    { SimulateCustomPolicy: simulation((_, resource) => resource === KEY) },
    "problem",
    "role retrigger-dev-batcher-eu-central-1",
    /forbids kms:Decrypt.*, such as on arn:aws:kms/,
    /allow the actions of kms/,
  ],
  [
    "a boundary with a condition on what is not known",
    { SimulateCustomPolicy: simulation((action) => action === "sns:Publish", ["aws:PrincipalTag/team"]) },
    "warning",
    "role retrigger-dev-coordinator-eu-central-1",
    /^not known: whether .* allows sns:Publish, as it depends on aws:PrincipalTag\/team/,
    /compare the condition/,
  ],
];

const REFUSED: readonly Refused[] = [
  ["GetPolicy", formError("AccessDenied", "no"), `boundary ${BOUNDARY}`, "iam:GetPolicy and iam:GetPolicyVersion"],
  ["GetPolicyVersion", formError("AccessDenied", "no"), `boundary ${BOUNDARY}`, "iam:GetPolicy and iam:GetPolicyVersion"],
  ["SimulateCustomPolicy", formError("AccessDenied", "no"), `boundary ${BOUNDARY}`, "iam:SimulateCustomPolicy"],
];

const BROKEN: readonly Broken[] = [
  ["GetPolicyVersion", policyVersion("[]")],
  ["GetPolicyVersion", xml("<GetPolicyVersionResponse/>")],
  ["SimulateCustomPolicy", xml("<SimulateCustomPolicyResponse/>")],
  [
    "SimulateCustomPolicy",
    xml(
      "<SimulateCustomPolicyResponse><SimulateCustomPolicyResult><EvaluationResults/></SimulateCustomPolicyResult></SimulateCustomPolicyResponse>",
    ),
  ],
];

describeCompany("a permissions boundary", { provoked: PROVOKED, refused: REFUSED, broken: BROKEN });
