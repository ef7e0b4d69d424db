import { Aspects, type IAspect } from "cdktf";
import type { Construct } from "constructs";

/**
 * Lets an aspect change all that a scope holds: what is there already, at once, so that outputs and `retrigger plan` see it; and
 * what is added later, when the app is synthesised. An aspect sees a construct more than once.
 */
export function everywhere(scope: Construct, aspect: IAspect): void {
  Aspects.of(scope).add(aspect);
  for (const construct of scope.node.findAll()) aspect.visit(construct);
}
