import { Aspects, type IAspect, TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";
import { ownValue } from "../../functions/core/json-path";
import { ownerOf } from "../model-owner";

/** Tags by name. */
type Tags = Readonly<Record<string, string>>;

/**
 * Gives every resource within a scope that belongs to one model alone, and that AWS lets have tags, those of its model.
 * @param tagsOf the tags of models, by name; a model without any need not be there
 */
export function tagModels(scope: IConstruct, tagsOf: Readonly<Record<string, Tags>>): void {
  if (Object.values(tagsOf).every((tags) => Object.keys(tags).length === 0)) return;
  Aspects.of(scope).add(new ModelTags(tagsOf));
}

/** A resource whose type has tags. */
interface Tagged {
  tags: Tags;
  readonly tagsInput: Tags | undefined;
}

class ModelTags implements IAspect {
  constructor(private readonly tagsOf: Readonly<Record<string, Tags>>) {}

  visit(construct: IConstruct): void {
    const model = ownerOf(construct);
    const tags = model === undefined ? undefined : ownValue(this.tagsOf, model);
    if (tags === undefined || !(construct instanceof TerraformResource) || !isTagged(construct)) return;
    construct.tags = { ...construct.tagsInput, ...tags };
  }
}

/** The classes of the provider have a property for each argument of their type, and one for what it was given. */
function isTagged(construct: IConstruct): construct is IConstruct & Tagged {
  return "tags" in construct && "tagsInput" in construct;
}
