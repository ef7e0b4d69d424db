import type { TerraformMetaArguments } from "cdktf";
import { accountOfKey } from "../modules/aws/keys/key-policy";

/**
 * What keeps Terraform from making anything in another account: conditions on who asks, which hold in a stack whose provider is
 * somebody else's too. The credentials are known to Terraform alone.
 * @param allowed numbers of accounts; any when there is none
 * @param key ARN of the key that encrypts everything. @default - AWS's own keys do
 */
export function accountGuard(allowed: readonly string[], key?: string): Pick<TerraformMetaArguments, "lifecycle"> {
  const postcondition = [...ofAllowed(allowed), ...(key === undefined ? [] : [ofKey(key)])];
  return postcondition.length === 0 ? {} : { lifecycle: { postcondition } };
}

function ofAllowed(allowed: readonly string[]) {
  if (allowed.length === 0) return [];
  const condition = `\${contains(${JSON.stringify(allowed)}, self.account_id)}`;
  const errorMessage = `Got credentials of another account than aws.allowedAccountIds names; expected one of ${allowed.join(", ")}; use the credentials of one of them, or add the account.`;
  return [{ condition, errorMessage }];
}

function ofKey(key: string) {
  const account = accountOfKey(key);
  const condition = `\${self.account_id == "${account}"}`;
  const errorMessage = `The key of aws.kms is of account ${account}, and the credentials are of another one; expected one account: name a key of the account that is deployed to, or use its credentials.`;
  return { condition, errorMessage };
}
