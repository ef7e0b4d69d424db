import { drawPanel } from "./draw-panel";
import { Markup, markup } from "./markup";
import { PAGE_STYLE } from "./page-style";
import { inReadingOrder, type Panel, type PlacedPanel, type ShownTime } from "./panel";

/** Units of a chart's width, where two stand side by side, and where four do. */
const WIDE = 680;
const NARROW = 330;
/** Columns from which on a panel is wide. */
const WHOLE_WIDTH = 24;

/** A number of the whole run. */
export interface RunNumber {
  readonly label: string;
  readonly value: string;
}

/** One cloud's dashboard with the metrics of a run. */
export interface DashboardSide {
  readonly cloud: string;
  /** Whose functions the metrics come from. */
  readonly run: string;
  readonly panels: readonly PlacedPanel[];
  readonly numbers: readonly RunNumber[];
}

export interface DashboardPage {
  readonly title: string;
  /** What was replayed, in a sentence. */
  readonly about: string;
  readonly time: ShownTime;
  readonly sides: readonly [DashboardSide, DashboardSide];
}

/** A question, and what each side shows for it, by title. */
interface Section {
  readonly question: string;
  readonly pairs: ReadonlyMap<string, Pair>;
}

interface Pair {
  readonly width: number;
  readonly panels: [Panel | undefined, Panel | undefined];
}

/** Both dashboards as one page that needs nothing else: no script, no font, no network, which its policy forbids as well. */
export function dashboardPage({ title, about, time, sides }: DashboardPage): string {
  const sections = [...sectionsOf(sides).values()];
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Markup(PAGE_STYLE)}</style>
</head>
<body>
<header><h1>${title}</h1><p>${about}</p>
<div class="sides">${sides.map(drawSide)}</div></header>
<main>${sections.map((section) => drawSection(section, sides, time))}</main>
</body>
</html>
`;
  return page.text;
}

function drawSide({ cloud, run, numbers }: DashboardSide): Markup {
  const items = numbers.map(({ label, value }) => markup`<div><dt>${label}</dt><dd>${value}</dd></div>`);
  return markup`<section><h2>${cloud} <small>${run}</small></h2><dl>${items}</dl></section>`;
}

/** By question, in the order of the first side; what only the other one has comes last. */
function sectionsOf(sides: DashboardPage["sides"]): Map<string, Section & { readonly pairs: Map<string, Pair> }> {
  const sections = new Map<string, { readonly question: string; readonly pairs: Map<string, Pair> }>();
  for (const [side, { panels }] of sides.entries()) {
    let question = "";
    for (const { panel, width } of inReadingOrder(panels)) {
      if (panel.kind === "heading") {
        question = panel.text;
        continue;
      }
      const section = sections.get(question) ?? { question, pairs: new Map<string, Pair>() };
      sections.set(question, section);
      const pair = section.pairs.get(panel.title) ?? { width, panels: [undefined, undefined] };
      pair.panels[side] = panel;
      section.pairs.set(panel.title, pair);
    }
  }
  return sections;
}

function drawSection({ question, pairs }: Section, sides: DashboardPage["sides"], time: ShownTime): Markup {
  const narrow = [...pairs].filter(([, { width }]) => width < WHOLE_WIDTH).map(([title]) => title);
  // The last one of an odd number has the row for itself.
  const alone = narrow.length % 2 === 1 ? narrow.at(-1) : undefined;
  const cards = [...pairs].map(([title, { width, panels }]) => {
    const isWide = width >= WHOLE_WIDTH || title === alone;
    const figures = panels.map((panel, side) => {
      const drawn =
        panel === undefined ? markup`<p class="how">not on this dashboard</p>` : drawPanel(panel, time, isWide ? WIDE : NARROW);
      return markup`<figure><figcaption>${sides[side]?.cloud ?? ""}</figcaption>${drawn}</figure>`;
    });
    return markup`<article class="${isWide ? "wide" : "narrow"}"><h3>${title}</h3><div class="pair">${figures}</div></article>`;
  });
  return markup`<section><h2>${question}</h2><div class="cards">${cards}</div></section>`;
}
