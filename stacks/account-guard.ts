import type { TerraformMetaArguments } from "cdktf";

/**
 * What keeps Terraform from making anything in another account: a condition on who asks, which holds in a stack whose provider is
 * somebody else's too. The credentials are known to Terraform alone.
 * @param allowed numbers of accounts; any when there is none
 */
export function callerGuard(allowed: readonly string[]): Pick<TerraformMetaArguments, "lifecycle"> {
  if (allowed.length === 0) return {};
  const condition = `\${contains(${JSON.stringify(allowed)}, self.account_id)}`;
  const errorMessage = `Got credentials of another account than aws.allowedAccountIds names; expected one of ${allowed.join(", ")}; use the credentials of one of them, or add the account.`;
  return { lifecycle: { postcondition: [{ condition, errorMessage }] } };
}
