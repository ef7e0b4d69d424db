import { TerraformElement, type TerraformResource } from "cdktf";

/**
 * Has a resource take over what Terraform's state holds at a former address of the stack: a `moved` block, which Terraform 1.1 and
 * newer obey. cdktf's own `moveFromId` asks the Terraform in the path for its version, and so cannot be synthesised without one.
 */
export class MovedAddress extends TerraformElement {
  /** @param from `type.name` of a resource that is no longer in the stack */
  constructor(
    private readonly resource: TerraformResource,
    private readonly from: string,
  ) {
    super(resource, "moved");
  }

  override toTerraform(): object {
    return { moved: [{ from: this.from, to: this.to }] };
  }

  /** For `cdktf synth --hcl`. */
  override toHclTerraform(): object {
    return { moved: [{ from: reference(this.from), to: reference(this.to) }] };
  }

  private get to(): string {
    return `${this.resource.terraformResourceType}.${this.resource.friendlyUniqueId}`;
  }
}

function reference(value: string): object {
  return { value, isBlock: false, type: "simple", storageClassType: "reference" };
}
