/** An element of the XML that services of AWS answer with: it holds elements or a text, and its attributes say nothing. */
export class XmlElement {
  private readonly elements: XmlElement[] = [];
  private content = "";

  constructor(readonly name: string) {}

  /** The first of its elements of a name. */
  child(name: string): XmlElement | undefined {
    return this.elements.find((element) => element.name === name);
  }

  /** The elements of a list that it holds, each `<item>`; none without the list. */
  items(list: string): XmlElement[] {
    return this.child(list)?.elements.filter(({ name }) => name === "item") ?? [];
  }

  /** The text of one of its elements; empty without it. */
  text(name: string): string {
    return this.child(name)?.value ?? "";
  }

  /** Its own text. */
  get value(): string {
    return this.content.trim();
  }

  /** What it holds, if that is one element. */
  only(): XmlElement | undefined {
    const [first, ...others] = this.elements;
    return others.length === 0 ? first : undefined;
  }

  add(part: XmlElement | string): void {
    if (typeof part === "string") this.content += part;
    else this.elements.push(part);
  }
}

/** A tag or what is between two of them. */
const PART = /<(?:(\/)([A-Za-z][\w.:-]*)\s*|([A-Za-z][\w.:-]*)(?:\s[^<>]*?)?(\/)?)>|([^<]+)/y;
const PROLOGUE = /^\s*(?:<\?xml[^<>]*\?>\s*)?/;

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The outermost element of a document as AWS writes it; undefined for anything else, such as a page or a broken end. */
export function readXml(document: string): XmlElement | undefined {
  const root = new XmlElement("");
  const open = [root];
  const parts = new RegExp(PART);
  parts.lastIndex = PROLOGUE.exec(document)?.[0].length ?? 0;
  while (parts.lastIndex < document.length) {
    const [, closes, closed, opened, isEmpty, text] = parts.exec(document) ?? [];
    const inner = open.at(-1) ?? root;
    if (opened !== undefined) {
      const element = new XmlElement(opened);
      inner.add(element);
      if (isEmpty === undefined) open.push(element);
    } else if (closes !== undefined) {
      if (inner === root || inner.name !== closed) return undefined;
      open.pop();
    } else if (text !== undefined) inner.add(decoded(text));
    else return undefined;
  }
  return open.length === 1 ? root.only() : undefined;
}

function decoded(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#[0-9]{1,7}|[a-z]{2,4});/gi, (entity, name: string) => {
    if (!name.startsWith("#")) return ENTITIES[name] ?? entity;
    const code = name[1]?.toLowerCase() === "x" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}
