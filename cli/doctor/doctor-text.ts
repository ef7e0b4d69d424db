import { type Paint, wrapped } from "../printout";
import { byThing, type Finding, type Level } from "./finding";

/** What a doctor says of one cloud. */
export interface Examination {
  /** `dev on AWS, eu-central-1` */
  readonly of: string;
  readonly findings: readonly Finding[];
}

interface Section {
  readonly title: string;
  readonly mark: string;
  readonly colour: Parameters<Paint>[0];
}

/** In the order in which they are printed. */
const SECTIONS: Readonly<Record<Exclude<Level, "in-order">, Section>> = {
  problem: { title: "Problems", mark: "✗", colour: "red" },
  "not-looked-at": { title: "Not looked at", mark: "?", colour: "yellow" },
  warning: { title: "Works, but may be unintended", mark: "!", colour: "yellow" },
  "not-deployed": { title: "Not deployed yet", mark: "-", colour: "dim" },
};

const INDENT = 4;

/** Things that are named of what is in order; of more, the number is enough. */
const NAMED_THINGS = 4;

/** The findings of each cloud: problems first, then what could not be looked at, and in short what is in order. */
export function doctorText(examinations: readonly Examination[], paint: Paint): string {
  return examinations.map((one) => examinationText(one, paint)).join("\n\n");
}

function examinationText({ of, findings }: Examination, paint: Paint): string {
  const sections = Object.entries(SECTIONS).flatMap(([level, section]) => {
    const found = findings.filter((finding) => finding.level === level);
    return found.length === 0 ? [] : [sectionText(section, found, paint)];
  });
  const inOrder = findings.filter(({ level }) => level === "in-order");
  const calm = inOrder.length === 0 ? [] : [inOrderText(inOrder, paint)];
  return [paint("bold", of), ...sections, ...calm, verdictOf(findings)].join("\n\n");
}

function sectionText({ title, mark, colour }: Section, findings: readonly Finding[], paint: Paint): string {
  const lines = findings.flatMap(({ about, message, cure }) => {
    const text = `  ${paint(colour, mark)} ${wrapped(`${about}: ${message}`, INDENT)}`;
    // A command is to be copied, so it is never wrapped.
    return cure === undefined ? [text] : [text, `    ${paint("cyan", `→ ${cure}`)}`];
  });
  return [paint("bold", `${title} (${countOf(findings)})`), ...lines].join("\n");
}

function countOf(findings: readonly Finding[]): number {
  return findings.reduce((count, { checks = 1 }) => count + checks, 0);
}

function inOrderText(findings: readonly Finding[], paint: Paint): string {
  const byCheck = byThing(findings, ({ check }) => check);
  const lines = [...byCheck.values()].map((some) => {
    const named = some.slice(0, NAMED_THINGS).map(({ about, message }) => `${about}: ${message}`);
    const more = some.length - named.length;
    return `  ${paint("green", "✓")} ${wrapped(`${named.join("; ")}${more > 0 ? `; and ${more} more` : ""}`, INDENT)}`;
  });
  return [paint("bold", `In order (${findings.length})`), ...lines].join("\n");
}

/** The last line, of what the exit code says. */
function verdictOf(findings: readonly Finding[]): string {
  const count = (level: Level) => countOf(findings.filter((finding) => finding.level === level));
  const [problems, unseen, later] = [count("problem"), count("not-looked-at"), count("not-deployed")];
  const parts = [
    ...(problems > 0 ? [`${problems} ${problems === 1 ? "problem" : "problems"}`] : []),
    ...(unseen > 0 ? [`${unseen} could not be looked at (state unknown)`] : []),
  ];
  if (parts.length > 0) return `${parts.join(", ")}.`;
  return later > 0 ? "Nothing stands in the way of the first deployment." : "Nothing is wrong.";
}
