import * as z from "zod/mini";

/** https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-parameters.html */
const parameterSchema = z.object({
  Name: z.string(),
  Type: z._default(z.string(), "String"),
  DefaultValue: z.optional(z.unknown()),
  EnumValues: z.optional(z.array(z.unknown())),
});

const definitionSchema = z.object({ Parameters: z._default(z.array(parameterSchema), []) });

export type DefinedParameter = z.output<typeof parameterSchema>;

/** The texts that each type takes, and how that is said. Types that are not here take any text. */
const TYPES: Readonly<Record<string, readonly [takes: string, form: RegExp]>> = {
  Integer: ["a whole number", /^[-+]?\d{1,19}$/],
  Float: ["a number", /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/],
  Boolean: ["true or false", /^(?:true|false)$/i],
};

/** The parameters that a pipeline of SageMaker declares; undefined for a text that is no definition. */
export function definedParameters(definition: string): readonly DefinedParameter[] | undefined {
  try {
    return definitionSchema.parse(JSON.parse(definition)).Parameters;
  } catch {
    // Not JSON, or of another form: the caller says so.
    return undefined;
  }
}

/**
 * What SageMaker would refuse a start with these values for, each in a sentence; empty where it takes them.
 * @param given texts by name, with their placeholders filled in
 */
export function parameterMistakes(declared: readonly DefinedParameter[], given: Readonly<Record<string, string>>): string[] {
  const names = new Set(declared.map(({ Name }) => Name));
  const known = declared.map(({ Name, Type }) => `${Name} (${Type})`).join(", ") || "none";
  const unknown = Object.keys(given).filter((name) => !names.has(name));
  return [
    ...unknown.map((name) => `got ${name}, which the pipeline does not declare; it declares ${known}`),
    ...declared.flatMap((parameter) =>
      valueMistakes(parameter, Object.hasOwn(given, parameter.Name) ? given[parameter.Name] : undefined),
    ),
  ];
}

function valueMistakes({ Name, Type, DefaultValue, EnumValues }: DefinedParameter, value: string | undefined): string[] {
  if (value === undefined) return DefaultValue === undefined ? [`${Name} (${Type}) has neither a value nor a default`] : [];
  const [takes, form] = (Object.hasOwn(TYPES, Type) ? TYPES[Type] : undefined) ?? ["any text", /(?:)/];
  if (!form.test(value)) return [`got ${JSON.stringify(value)} for ${Name}; it takes ${takes}`];
  if (EnumValues === undefined || EnumValues.some((allowed) => String(allowed) === value)) return [];
  return [`got ${JSON.stringify(value)} for ${Name}; it takes one of ${EnumValues.map(String).join(", ")}`];
}
