// What belongs to one model alone, so that tags and labels of the model reach it without a list of such resources.
import type { IConstruct } from "constructs";

const owners = new WeakMap<IConstruct, string>();

/** Announces that a construct, and all within it, belongs to one model alone. */
export function belongsTo(construct: IConstruct, model: string): void {
  owners.set(construct, model);
}

/** The model that a construct belongs to, by itself or by what it is within; undefined for what models share. */
export function ownerOf(construct: IConstruct): string | undefined {
  const announced = construct.node.scopes.map((scope) => owners.get(scope));
  return announced.findLast((model) => model !== undefined);
}
