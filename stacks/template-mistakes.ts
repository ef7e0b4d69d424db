/** Variables that EventBridge fills in itself. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html */
const PREDEFINED: readonly string[] = [
  "aws.events.rule-arn",
  "aws.events.rule-name",
  "aws.events.event.ingestion-time",
  "aws.events.event",
  "aws.events.event.json",
];

const VARIABLE = /<([A-Za-z0-9_.-]+)>/g;

/** What is wrong with the template of an input transformer that has these variables. */
export function templateMistakes(template: string, variables: readonly string[]): string[] {
  const used = [...template.matchAll(VARIABLE)].map(([, name = ""]) => name);
  const unknown = [...new Set(used)].filter((name) => !variables.includes(name) && !PREDEFINED.includes(name));
  const known = [...variables, ...PREDEFINED].map((name) => `<${name}>`).join(", ");
  return [
    ...unknown.map((name) => `<${name}> is in no paths; expected one of ${known}; add it to paths, or correct the name`),
    ...(isTemplate(template)
      ? []
      : ["is no JSON; expected JSON with variables as <name>, of which a text stands in double quotes"]),
  ];
}

/** A variable stands for any value, outside of text, and for letters within. */
function isTemplate(template: string): boolean {
  try {
    JSON.parse(template.replace(VARIABLE, "0"));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
