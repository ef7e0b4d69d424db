import { type Markup, markup } from "../../local/dashboard/markup";

/** Looks of policies in the page's style: colour, shape and dash. */
const LOOKS = 8;

/** The classes of a look: of the ninth one they are those of the first, hollow and dashed. */
export function lookClass(look: number): string {
  return `c${look % LOOKS}${look < LOOKS ? "" : " again"}`;
}

/** The shape of a policy, as `SHAPES` holds it: policies are told apart without colours too. */
export function mark(look: number): Markup {
  return markup`<svg class="mark ${lookClass(look)}" width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true"><use href="#s${look % LOOKS}"/></svg>`;
}

/** The same shape in a chart, at a share of its width (percent) and at pixels of its height. */
export function placedMark(look: number, x: number, y: number): Markup {
  return markup`<use href="#s${look % LOOKS}" class="${lookClass(look)}" x="${percent(x)}" y="${rounded(y)}"/>`;
}

/** Shapes around 0,0, and textures that lie over colours. */
export const SHAPES = markup`<svg width="0" height="0" class="shapes" aria-hidden="true"><defs>
<circle id="s0" r="4.5"/><rect id="s1" x="-4" y="-4" width="8" height="8"/><path id="s2" d="M0-5.5 5.2 4H-5.2z"/><path id="s3" d="M0-5.8 5.8 0 0 5.8-5.8 0z"/>
<path id="s4" d="M-1.7-5.2h3.4v3.5h3.5v3.4h-3.5v3.5h-3.4v-3.5h-3.5v-3.4h3.5z"/><path id="s5" d="M0 5.5 5.2-4H-5.2z"/>
<path id="s6" d="M-5-2.6-2.6-5 0-2.4 2.6-5 5-2.6 2.4 0 5 2.6 2.6 5 0 2.4-2.6 5-5 2.6-2.4 0z"/><path id="s7" d="M-5.6 0-2.8-4.8h5.6L5.6 0 2.8 4.8h-5.6z"/>
<pattern id="t1" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="texture" d="M0 0v6"/></pattern>
<pattern id="t2" width="5" height="5" patternUnits="userSpaceOnUse"><circle class="dot" cx="2.5" cy="2.5" r="1.1"/></pattern>
<pattern id="t3" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><path class="texture" d="M0 0v6"/></pattern>
<pattern id="t4" width="5" height="5" patternUnits="userSpaceOnUse"><path class="texture" d="M0 2.5h5"/></pattern>
<pattern id="gap" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="gap-line" d="M0 0v6"/></pattern>
</defs></svg>`;

export interface Figure {
  readonly title: string;
  /** What is shown, for those who see it. */
  readonly about: Markup | string;
  /** What it tells, in a sentence, for those who do not see it. */
  readonly spoken: string;
  readonly drawing: Markup;
  /** Beside the drawing: what can be moved, the legend. */
  readonly controls?: Markup;
  readonly legend?: Markup;
  /** The same as a table. */
  readonly twin: Markup;
}

/** A chart with its title, its legend and its twin, a table of the same numbers. */
export function figure({ title, about, spoken, drawing, controls, legend, twin }: Figure): Markup {
  return markup`<figure><figcaption><h3>${title}</h3><p>${about}</p></figcaption>
<div class="drawing" role="img" aria-label="${spoken}">${drawing}</div>${controls ?? ""}${legend ?? ""}
<details class="twin"><summary>${title}: the numbers as a table</summary>${twin}</details></figure>`;
}

export interface Table {
  /** Names the region that scrolls; no other one of the page has it. */
  readonly label: string;
  readonly head: Markup;
  readonly body: Markup | readonly Markup[];
  readonly look?: string;
}

/** A table that scrolls within itself, by the keyboard too, so that the page never has to. */
export function table({ label, head, body, look = "" }: Table): Markup {
  return markup`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table class="${look}"><caption class="unseen">${label}</caption><thead><tr>${head}</tr></thead>${body}</table></div>`;
}

/** Up to two decimals, as a path needs them. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

export function percent(share: number): string {
  return `${rounded(share * 100)}%`;
}
