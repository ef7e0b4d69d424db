import { TerraformOutput, Token } from "cdktf";
import type { Construct } from "constructs";

/** What an operator is told of a stack, by the outputs' names. */
export type StackOutputs = Readonly<
  Record<string, { readonly description: string; readonly value: string | readonly string[] | Readonly<Record<string, string>> }>
>;

/** Adds outputs under exactly these names. */
export function addOutputs(stack: Construct, outputs: StackOutputs): void {
  for (const [name, { description, value }] of Object.entries(outputs)) {
    // As a token, since cdktf looks into plain lists and maps by a function that makes Node print a deprecation warning.
    new TerraformOutput(stack, name, { value: Token.asAny(value), description, staticId: true });
  }
}
