import type { Message } from "./message";

/** Longest texts, characters, and longest lists of a message. */
export interface MessageBounds {
  readonly chars: number;
  readonly items: number;
}

/** Tried one after the other, until what is made of a message fits. */
const BOUNDS: readonly MessageBounds[] = [
  { chars: 1_800, items: 20 },
  { chars: 800, items: 15 },
  { chars: 300, items: 10 },
  { chars: 120, items: 6 },
  { chars: 60, items: 2 },
];

/** Commands that a message shows beside the answers. */
const MAX_STEPS = 6;
/** Longest address that is linked to, characters. */
const MAX_URL = 500;

/**
 * What is made of a message, as short as it must be to fit: long texts and lists end early, commands stay whole, as half of one is
 * of no use. Only hostile messages lose their question and commands at last.
 */
export function fitted<T>(message: Message, render: (bounded: Message) => T, fits: (rendered: T) => boolean): T {
  for (const bounds of BOUNDS) {
    const rendered = render(boundedMessage(message, bounds));
    if (fits(rendered)) return rendered;
  }
  const { question: _question, steps: _steps, ...told } = boundedMessage(message, { chars: 60, items: 0 });
  return render(told);
}

function boundedMessage(message: Message, { chars, items }: MessageBounds): Message {
  const { subject, model, paragraphs, steps, facts, question, links } = message;
  const short = (text: string) => shortened(text, chars);
  return {
    ...message,
    subject: shortened(subject, Math.min(chars, 300)),
    ...(model !== undefined && { model: shortened(model, Math.min(chars, 100)) }),
    paragraphs: paragraphs.slice(0, items).map(short),
    ...(steps !== undefined && {
      steps: steps.slice(0, Math.min(items, MAX_STEPS)).map(({ what, command }) => ({ what: short(what), command })),
    }),
    facts: facts.slice(0, items).map(({ name, value }) => ({ name: shortened(name, Math.min(chars, 100)), value: short(value) })),
    ...(question !== undefined && {
      question: {
        ...question,
        what: short(question.what),
        why: short(question.why),
        ...(question.cost !== undefined && { cost: short(question.cost) }),
        unanswered: short(question.unanswered),
      },
    }),
    links: links.filter(({ url }) => url.length <= MAX_URL).slice(0, items),
  };
}

/** A text of at most so many characters, of which none is torn apart. */
export function shortened(text: string, chars: number): string {
  if (text.length <= chars) return text.toWellFormed();
  const start = text.slice(0, Math.max(0, chars - 1)).replace(/[\ud800-\udbff]$/, "");
  return `${start.toWellFormed()}…`;
}
