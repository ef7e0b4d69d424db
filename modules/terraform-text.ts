/** The text as Terraform must be given it so that it reads no template in it: user text may hold `${` and `%{`. */
export function literalText(text: string): string {
  return text.replace(/([$%])\{/g, "$1$&");
}
