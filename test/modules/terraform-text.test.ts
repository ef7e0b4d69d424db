// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform's templates look like JavaScript's
import { literalText } from "../../modules/terraform-text";

describe("literalText", () => {
  it.each([
    ["plain text", "plain text"],
    ["{manifestUri} 100 % $5", "{manifestUri} 100 % $5"],
    ["${var.x}", "$${var.x}"],
    ["%{if x}", "%%{if x}"],
    ["$${x}", "$$${x}"],
  ])("should write %s so that Terraform reads it literally", (text, escaped) => {
    expect(literalText(text)).toBe(escaped);
  });
});
