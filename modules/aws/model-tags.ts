import { type IAspect, TerraformResource } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { everywhere } from "../everywhere";
import { ownerOf } from "../model-owner";

/** Tags by name. */
type Tags = Readonly<Record<string, string>>;

/**
 * Gives every resource within a scope that belongs to one model alone, and that AWS lets have tags, those of its model.
 * @param tagsOf the tags of models, by name; a model without any need not be there
 */
export function tagModels(scope: Construct, tagsOf: Readonly<Record<string, Tags>>): void {
  const tagged = Object.entries(tagsOf).filter(([, tags]) => Object.keys(tags).length > 0);
  if (tagged.length > 0) everywhere(scope, new ModelTags(new Map(tagged)));
}

/** A resource whose type has tags. */
interface Tagged {
  tags: Tags;
  readonly tagsInput: Tags | undefined;
}

class ModelTags implements IAspect {
  constructor(private readonly tagsOf: ReadonlyMap<string, Tags>) {}

  visit(construct: IConstruct): void {
    const model = ownerOf(construct);
    const tags = model === undefined ? undefined : this.tagsOf.get(model);
    if (tags === undefined || !(construct instanceof TerraformResource) || !isTagged(construct)) return;
    construct.tags = { ...construct.tagsInput, ...tags };
  }
}

/** The classes of the provider have a property for each argument of their type, and one for what it was given. */
function isTagged(construct: IConstruct): construct is IConstruct & Tagged {
  return "tags" in construct && "tagsInput" in construct;
}
