import { drawPanel } from "./draw-panel";
import { Markup, markup } from "./markup";
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

/**
 * The page's style. The colours of lines, by Okabe and Ito, are told apart by the colour-blind (https://jfly.uni-koeln.de/color/);
 * the light ones among them are darker on white, the dark ones lighter on black.
 */
const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #fff; --ink: #1b1f24; --quiet: #5b6470; --edge: #dfe3e8; --grid: #eceff2; --alert: #b3261e;
  --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #b8569a; --c4: #c98a00; --c5: #3a9bd6; --c6: #6b6f76; --c7: #8a6d00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101317; --card: #181c22; --ink: #e8ebef; --quiet: #9aa4b1; --edge: #2b313a; --grid: #242a32; --alert: #ff8a80;
    --c0: #4aa8e8; --c1: #f0803c; --c2: #2cc295; --c3: #dd8fc2; --c4: #e8b23a; --c5: #8fd0f5; --c6: #a8b0bb; --c7: #d6c25a;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 28px 28px 56px; max-width: 1520px; background: var(--page); color: var(--ink);
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
h1 { margin: 0; font-size: 24px; font-weight: 650; letter-spacing: -0.01em; }
header > p { margin: 4px 0 18px; color: var(--quiet); max-width: 100ch; }
h2 { margin: 34px 0 12px; font-size: 18px; font-weight: 650; letter-spacing: -0.005em; }
h3 { margin: 0 0 10px; font-size: 14px; font-weight: 600; }
small { margin-left: 6px; font-size: 13px; font-weight: 400; color: var(--quiet); }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; }
.sides section, article { padding: 16px 18px; background: var(--card); border: 1px solid var(--edge); border-radius: 10px; min-width: 0; }
.sides h2 { margin: 0 0 10px; font-size: 15px; }
dl { display: flex; flex-wrap: wrap; gap: 10px 28px; margin: 0; }
dt { font-size: 12px; color: var(--quiet); }
dd { margin: 0; font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums; }
.cards { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; }
.wide { grid-column: 1 / -1; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 20px; }
figure { display: flex; flex-wrap: wrap; align-content: start; margin: 0; min-width: 0; }
figcaption { flex: none; font-size: 12px; font-weight: 600; color: var(--quiet); }
figure > :not(figcaption, .how) { flex: 0 0 100%; min-width: 0; }
.how { flex: 1 1 0; min-width: 0; margin: 0 0 6px 8px; font-size: 12px; color: var(--quiet); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font-size: 10.5px; fill: var(--quiet); font-variant-numeric: tabular-nums; }
.value { text-anchor: end; }
.time, .none { text-anchor: middle; }
svg .none { font-size: 12px; }
.grid { stroke: var(--grid); }
.zero, .tick { stroke: var(--edge); }
.line { fill: none; stroke: var(--c); stroke-width: 1.6; stroke-linejoin: round; }
.area { fill: var(--c); }
circle { fill: var(--c); }
.again .line { stroke-dasharray: 4 3; }
.again .area { fill-opacity: 0.55; }
.c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); }
.c4 { --c: var(--c4); } .c5 { --c: var(--c5); } .c6 { --c: var(--c6); } .c7 { --c: var(--c7); }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 6px 0 0; padding: 0; list-style: none; font-size: 12px; }
.legend li { display: flex; align-items: baseline; gap: 6px; min-width: 0; max-width: 100%; }
.legend span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.legend b { flex: none; font-weight: 500; color: var(--quiet); font-variant-numeric: tabular-nums; }
.legend i { flex: none; width: 10px; height: 10px; border-radius: 2px; background: var(--c); }
.legend .again i { background: repeating-linear-gradient(90deg, var(--c) 0 3px, transparent 3px 5px); }
.legend .rest { color: var(--quiet); }
.names { columns: 2; margin: 0; padding: 0; list-style: none; font-size: 12px; }
.names li { overflow-wrap: anywhere; }
.table { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 12px; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: var(--quiet); }
th, td { padding: 3px 12px 3px 0; border-bottom: 1px solid var(--grid); overflow-wrap: anywhere; vertical-align: top; }
td:first-child { white-space: nowrap; }
.unreadable { margin: 0; padding: 10px 12px; border: 1px solid var(--alert); border-radius: 6px; color: var(--alert); font-size: 12px; overflow-wrap: anywhere; white-space: pre-wrap; }
@media (max-width: 1180px) { .cards { grid-template-columns: 1fr; } }
@media (max-width: 760px) {
  body { padding: 16px; }
  .sides, .pair { grid-template-columns: minmax(0, 1fr); }
  .names { columns: 1; }
  .plot { overflow-x: auto; }
  .wide svg { min-width: 560px; }
}
`;
