import type { TerraformMetaArguments } from "cdktf";
import { accountOfKey } from "../modules/aws/keys/key-policy";

/**
 * What keeps Terraform from making anything in another account: conditions on who asks, which hold in a stack whose provider is
 * somebody else's too. The credentials are known to Terraform alone.
 * @param allowed numbers of accounts; any when there is none
 * @param key ARN of the key that encrypts everything; undefined where AWS's own keys do
 * @param owners numbers of the accounts that buckets of other accounts have
 */
export function accountGuard(
  allowed: readonly string[],
  key: string | undefined,
  owners: readonly string[],
): Pick<TerraformMetaArguments, "lifecycle"> {
  const postcondition = [...ofAllowed(allowed), ...(key === undefined ? [] : [ofKey(key)]), ...notOfOwners(owners)];
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

/** The events of a bucket of this very account are on its default bus, where no rule would wait for them. */
function notOfOwners(owners: readonly string[]) {
  if (owners.length === 0) return [];
  const condition = `\${!contains(${JSON.stringify(owners)}, self.account_id)}`;
  const errorMessage =
    "The credentials are of an account that buckets under aws.buckets have as account of another one, so that no event of theirs would be seen; use the credentials of another account, or remove account from the buckets of this one.";
  return [{ condition, errorMessage }];
}
