import { type Item, type Plain, toAttribute } from "./attribute-values";

/** The aliases that an expression uses, in the form in which every command takes them. */
export interface Aliases {
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Item | undefined;
}

/** Collects the names and values of a command's expressions. */
export interface DynamoExpression {
  /** A document path, aliased, because a name may be a reserved word or a number. */
  path(...names: readonly (string | number)[]): string;
  /** A literal value, aliased. */
  value(value: Plain): string;
  aliases(): Aliases;
}

export function dynamoExpression(): DynamoExpression {
  const names = new Map<string, string>();
  const values: Item = {};
  const alias = (name: string) => {
    const known = names.get(name) ?? `#${names.size}`;
    names.set(name, known);
    return known;
  };
  return {
    path: (...parts) => parts.map((part) => alias(String(part))).join("."),
    value(value) {
      const placeholder = `:${Object.keys(values).length}`;
      values[placeholder] = toAttribute(value);
      return placeholder;
    },
    aliases: () => ({
      ExpressionAttributeNames: Object.fromEntries([...names].map(([name, placeholder]) => [placeholder, name])),
      // An empty map of values is refused by DynamoDB.
      ExpressionAttributeValues: Object.keys(values).length === 0 ? undefined : values,
    }),
  };
}
