import { TerraformProvider, TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";

/**
 * What is wrong when the stack's own provider works in another place (a region, a project) than the configuration names: names and
 * ARNs are made for the latter. Nothing is said of a provider with an alias, or whose place is known to Terraform alone.
 * @param type of the provider, such as `aws`
 * @param attribute of the provider that says its place, such as `region`
 */
export function otherPlaceProblem(scope: Construct, type: string, attribute: string, expected: string): string[] {
  const providers = TerraformStack.of(scope).node.findAll().filter(TerraformProvider.isTerraformProvider);
  const places = providers
    .filter((provider) => provider.terraformResourceType === type && provider.alias === undefined)
    .map((provider): unknown => provider.toTerraform().provider[type][0][attribute]);
  return places
    .filter((place) => typeof place === "string" && !Token.isUnresolved(place) && place !== expected)
    .map(
      (place) =>
        `got the ${attribute} ${String(place)} of the provider ${type}, and ${expected} in the configuration; expected one ${attribute}; change either`,
    );
}
